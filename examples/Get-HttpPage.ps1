#Requires -Version 7.4

<#
.SYNOPSIS
    The textbook's TCP client, which gets a page: socket, connect, send, recv, shutdown, close. Then the same in short.
.DESCRIPTION
    It asks in HTTP/1.0, where the server closes when the page is over. Start-WebServer.ps1 has a page to get.
.EXAMPLE
    ./Get-HttpPage.ps1 -HostName localhost -Service 8080 -Path /
#>
[CmdletBinding()]
param(
    [string] $HostName = '::1',
    [string] $Service = '8080',
    [string] $Path = '/'
)

$ErrorActionPreference = 'Stop'
if (-not (Get-Command New-Socket -ErrorAction Ignore)) {
    Import-Module $PSScriptRoot/../output/PSSockets
}

# Lines, each ended by CRLF, and an empty one after the last.
$request = "GET $Path HTTP/1.0`r`nHost: $HostName`r`n`r`n"

'--- step by step'

# getaddrinfo("::1", "8080", &hints, &server): the first address is the best
$server = @(Resolve-SocketAddress $HostName $Service -SocketType Stream)[0]

# sockfd = socket(server->ai_family, server->ai_socktype, server->ai_protocol)
$socket = New-Socket $server.AddressFamily $server.SocketType $server.ProtocolType
try {
    # connect(sockfd, server->ai_addr, server->ai_addrlen)
    Connect-Socket $socket $server.EndPoint -TimeoutSeconds 10

    # send(sockfd, request, strlen(request), 0), again and again until all is sent
    Send-SocketData $socket $request

    # recv(sockfd, buffer, sizeof buffer, 0), again and again: the header line by line up to the empty one, then the page
    while ($line = Receive-SocketData $socket -Line -TimeoutSeconds 10) {
        $line
    }
    ''
    Receive-SocketData $socket -ToEnd -AsText -TimeoutSeconds 10

    # shutdown(sockfd, SHUT_WR)
    Disconnect-Socket $socket -Direction Send
}
finally {
    # close(sockfd)
    Close-Socket $socket
}

'--- in short'

$socket = Connect-Socket (New-SocketAddress -HostName $HostName -Port $Service)
Send-SocketData $socket $request
Receive-SocketData $socket -ToEnd -AsText
Close-Socket $socket
