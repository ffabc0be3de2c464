@{
    RootModule             = 'PSSockets.dll'
    ModuleVersion          = '0.1.0'
    CompatiblePSEditions   = @('Core')
    PowerShellVersion      = '7.4'
    GUID                   = 'b1c6a4f2-7f0e-4a55-9c3d-5a0f3f1f6e27'
    Author                 = 'PSSockets contributors'
    CompanyName            = 'PSSockets contributors'
    Copyright              = '(c) PSSockets contributors. MIT licence.'
    Description            = 'Network sockets as compiled cmdlets: TCP client and TCP server, UDP client and UDP server, UNIX domain sockets, multicast and broadcast, for all that netcat (nc, ncat), socat, TcpClient and UdpClient are used for in scripts. The BSD socket API (socket, bind, listen, accept, connect, send, recv, poll) over IPv4 and IPv6 with time-outs, Ctrl+C, message framing and errors that explain themselves; objects for the pipeline. The packet diagrams of Internet standards (RFC) encode and decode binary protocols.'
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
        'Enter-Socket'
        'Format-MessageDiagram'
        'Get-Socket'
        'Get-SocketError'
        'Get-SocketHostName'
        'Get-SocketOption'
        'Join-Socket'
        'New-MessageFormat'
        'New-Socket'
        'New-SocketAddress'
        'New-SocketCertificate'
        'New-SocketPair'
        'Protect-Socket'
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
        'Test-Socket'
        'Wait-Socket'
    )
    PrivateData            = @{
        PSData = @{
            Tags         = @(
                'socket', 'sockets', 'network', 'networking', 'tcp', 'udp', 'ipv4', 'ipv6', 'unix', 'bsd', 'winsock', 'multicast', 'broadcast', 'datagram'
                'netcat', 'nc', 'ncat', 'socat', 'client', 'server', 'listener', 'tcpclient', 'tcplistener', 'udpclient', 'port', 'dns'
                'binary', 'protocol', 'packet', 'rfc', 'PSEdition_Core', 'Linux', 'MacOS', 'Windows'
            )
            ProjectUri   = 'https://github.com/pssockets/pssockets'
            LicenseUri   = 'https://github.com/pssockets/pssockets/blob/main/LICENSE'
            IconUri      = 'https://github.com/pssockets/pssockets/raw/main/docs/icon.png'
            ReleaseNotes = 'https://github.com/pssockets/pssockets/blob/main/CHANGELOG.md'
        }
    }
}
