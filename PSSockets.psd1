@{
    RootModule             = 'PSSockets.dll'
    ModuleVersion          = '0.1.0'
    CompatiblePSEditions   = @('Core')
    PowerShellVersion      = '7.4'
    GUID                   = 'b1c6a4f2-7f0e-4a55-9c3d-5a0f3f1f6e27'
    Author                 = 'PSSockets contributors'
    CompanyName            = 'PSSockets contributors'
    Copyright              = '(c) PSSockets contributors. MIT licence.'
    Description            = 'The BSD socket API as compiled PowerShell cmdlets: create, bind, connect, send and receive over IPv4, IPv6 and UNIX sockets, with objects for the pipeline, and make codecs of the packet diagrams in Internet standards.'
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
            Tags         = @('socket', 'sockets', 'network', 'networking', 'udp', 'tcp', 'ipv6', 'unix', 'datagram', 'bsd', 'PSEdition_Core', 'Linux', 'MacOS', 'Windows')
            ProjectUri   = 'https://github.com/pssockets/pssockets'
            LicenseUri   = 'https://github.com/pssockets/pssockets/blob/main/LICENSE'
            ReleaseNotes = 'https://github.com/pssockets/pssockets/blob/main/CHANGELOG.md'
        }
    }
}
