@{
    RootModule             = 'PSSockets.dll'
    ModuleVersion          = '0.1.0'
    CompatiblePSEditions   = @('Core')
    PowerShellVersion      = '7.4'
    GUID                   = 'b1c6a4f2-7f0e-4a55-9c3d-5a0f3f1f6e27'
    Author                 = 'PSSockets contributors'
    CompanyName            = 'PSSockets contributors'
    Copyright              = '(c) PSSockets contributors. MIT licence.'
    Description            = 'TCP, UDP and UNIX sockets as compiled cmdlets: the BSD socket API with IPv4 and IPv6, time-outs, Ctrl+C, framing and errors that explain themselves; objects for the pipeline. Packet diagrams of Internet standards become codecs.'
    FormatsToProcess       = @('PSSockets.Format.ps1xml')
    TypesToProcess         = @('PSSockets.Types.ps1xml')
    FunctionsToExport      = @()
    AliasesToExport        = @()
    VariablesToExport      = @()
    CmdletsToExport        = @(
        'Add-SocketMulticastGroup'
        'Close-Socket'
        'Connect-Socket'
        'ConvertFrom-AddressByte'
        'ConvertFrom-BinaryMessage'
        'ConvertFrom-NetworkOrder'
        'ConvertTo-AddressByte'
        'ConvertTo-BinaryMessage'
        'ConvertTo-NetworkOrder'
        'Disconnect-Socket'
        'Format-MessageDiagram'
        'Get-Socket'
        'Get-SocketError'
        'Get-SocketHostName'
        'Get-SocketOption'
        'New-MessageFormat'
        'New-Socket'
        'New-SocketAddress'
        'New-SocketPair'
        'Receive-Datagram'
        'Receive-SocketConnection'
        'Receive-SocketData'
        'Register-SocketAddress'
        'Remove-SocketMulticastGroup'
        'Resolve-SocketAddress'
        'Resolve-SocketName'
        'Send-Datagram'
        'Send-SocketData'
        'Set-SocketOption'
        'Start-SocketListener'
        'Wait-Socket'
    )
    PrivateData            = @{
        PSData = @{
            Tags         = @('socket', 'network', 'udp', 'tcp', 'ipv4', 'ipv6', 'multicast', 'netcat', 'client', 'server', 'binary', 'protocol', 'unix', 'datagram', 'bsd', 'PSEdition_Core', 'Linux', 'MacOS', 'Windows')
            ProjectUri   = 'https://github.com/pssockets/pssockets'
            LicenseUri   = 'https://github.com/pssockets/pssockets/blob/main/LICENSE'
            ReleaseNotes = 'https://github.com/pssockets/pssockets/blob/main/CHANGELOG.md'
        }
    }
}
