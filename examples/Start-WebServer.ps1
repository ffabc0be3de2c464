#Requires -Version 7.4

<#
.SYNOPSIS
    A web server in ten lines, with one page.
.DESCRIPTION
    curl http://[::1]:8080/ gets the page, and so does a browser. Ctrl+C ends it.
.EXAMPLE
    ./Start-WebServer.ps1 -LocalEndPoint '[::1]:8080'
#>
[CmdletBinding()]
param(
    [string] $LocalEndPoint = '[::1]:8080',
    [string] $Page = '<!DOCTYPE html><title>PSSockets</title><h1>Hello, World!</h1>'
)

$ErrorActionPreference = 'Stop'
if (-not (Get-Command New-Socket -ErrorAction Ignore)) {
    Import-Module $PSScriptRoot/../output/PSSockets
}

$listener = Start-SocketListener -LocalEndPoint $LocalEndPoint
try {
    "waiting on $($listener.LocalEndPoint)"
    Receive-SocketConnection $listener -Continuous | ForEach-Object {
        $client = $_
        try {
            $request = @(while ($line = Receive-SocketData $client -Line -MaximumSize 8192 -TimeoutSeconds 5) { $line })
            $status, $body = $request[0] -like 'GET / HTTP/1.*' ? ('200 OK', $Page) : ('404 Not Found', 'Not here')
            $length = [System.Text.Encoding]::UTF8.GetByteCount($body)
            $header = "HTTP/1.1 $status", 'Content-Type: text/html; charset=utf-8', "Content-Length: $length", 'Connection: close'
            Send-SocketData $client "$($header -join "`r`n")`r`n`r`n$body" -TimeoutSeconds 5
            "$($client.RemoteEndPoint) $($request[0]) $status"
        }
        catch {
            Write-Warning "$_" # one client's error must not end the server
        }
        finally {
            Close-Socket $client
        }
    }
}
finally {
    Close-Socket $listener
}
