#Requires -Version 7.4

<#
.SYNOPSIS
    The textbook's TCP server, which sends back what it hears: socket, bind, listen, accept, recv, send, close.
.DESCRIPTION
    It serves one client after the other; Start-ParallelServer.ps1 serves many at once. Ctrl+C ends it.
.PARAMETER Short
    Does the same in one pipeline.
.EXAMPLE
    ./Start-TcpEchoServer.ps1 -LocalEndPoint '[::1]:55555'
#>
[CmdletBinding()]
param(
    [string] $LocalEndPoint = '[::1]:55555',
    [switch] $Short
)

$ErrorActionPreference = 'Stop'
if (-not (Get-Command New-Socket -ErrorAction Ignore)) {
    Import-Module $PSScriptRoot/../output/PSSockets
}

if ($Short) {
    $listener = Start-SocketListener -LocalEndPoint $LocalEndPoint
    try {
        "waiting on $($listener.LocalEndPoint)"
        Receive-SocketConnection $listener -Continuous | ForEach-Object {
            # A client that goes away in the middle is an error of its own, which is shown, and the next is served.
            Receive-SocketData $_ -Continuous -ErrorAction Continue | Send-SocketData $_ -ErrorAction Continue
            Close-Socket $_
        }
    }
    finally {
        Close-Socket $listener
    }
    return
}

# sockfd = socket(AF_INET6, SOCK_STREAM, 0): the family of the address decides
$address = New-SocketAddress -EndPoint $LocalEndPoint
$listener = New-Socket $address.AddressFamily Stream -ReuseAddress
try {
    # bind(sockfd, &address, sizeof address)
    Register-SocketAddress $listener $address

    # listen(sockfd, 10)
    Start-SocketListener $listener -Backlog 10
    "waiting on $($listener.LocalEndPoint)"

    while ($true) {
        # clientfd = accept(sockfd, &peer, &length)
        $client = Receive-SocketConnection $listener
        $peer = $client.RemoteEndPoint
        "accepted $peer"
        $total = 0
        try {
            # while ((count = recv(clientfd, …)) > 0) send(clientfd, …)
            while ($data = Receive-SocketData $client) {
                Send-SocketData $client $data
                $total += $data.Length
            }
            "echoed $total bytes to $peer"
        }
        catch {
            Write-Warning "$_"
        }
        finally {
            # close(clientfd)
            Close-Socket $client
        }
    }
}
finally {
    # close(sockfd)
    Close-Socket $listener
}
