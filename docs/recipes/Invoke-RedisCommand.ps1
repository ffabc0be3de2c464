#Requires -Version 7.4

<#
.SYNOPSIS
    Sends commands to a redis server, and gives its replies.
.DESCRIPTION
    A command is a list of texts, each after its length: so a value may hold any bytes. The first character of a reply
    tells what it is: + a status, - an error, : a number, $ bytes after their length, * a list of replies.

    Commands that come through the pipeline are all sent before the first reply is read (pipelining), which takes
    one journey through the network instead of one for each. The error of one command does not end the others.
.PARAMETER Command
    The words of one command. From the pipeline each array is one command, and so is each text by itself.
.PARAMETER Server
    Address and port of the server, or the path of its UNIX socket. The usual port is 6379, and with -Tls 6380; a server
    that speaks nothing but TLS may do so at 6379.
.PARAMETER Credential
    User name and password, where the server wants them.
.PARAMETER Tls
    Speaks TLS, as with the option --tls-port of the server.
.PARAMETER TrustedCertificate
    Files with the roots that are trusted instead of the system's.
.PARAMETER AsByteArray
    Writes values as byte arrays, not as text.
.PARAMETER TimeoutSeconds
    How long to wait for each part of a reply.
.EXAMPLE
    ./Invoke-RedisCommand.ps1 SET greeting 'Hello, World!'
.EXAMPLE
    ./Invoke-RedisCommand.ps1 GET greeting -Server 127.0.0.1:6379
.EXAMPLE
    1..1000 | ForEach-Object { , ('INCR', 'visits') } |
        ./Invoke-RedisCommand.ps1 | Select-Object -Last 1
#>
[CmdletBinding(PositionalBinding = $false)]
param(
    [Parameter(Mandatory, Position = 0, ValueFromPipeline, ValueFromRemainingArguments)] [object[]] $Command,
    [string] $Server = ($Tls ? '127.0.0.1:6380' : '127.0.0.1:6379'),
    [pscredential] $Credential,
    [switch] $Tls,
    [string[]] $TrustedCertificate,
    [switch] $AsByteArray,
    [ValidateRange(0.001, 3600)] [double] $TimeoutSeconds = 10
)

begin {
    $ErrorActionPreference = 'Stop'
    if (-not (Get-Command New-Socket -ErrorAction Ignore)) {
        Import-Module $PSScriptRoot/../../output/PSSockets
    }
    $timeout = @{ TimeoutSeconds = $TimeoutSeconds }
    $commands = [System.Collections.Generic.List[byte[]]]::new()

    # *COUNT, and for each word $LENGTH and its bytes, all ended by CRLF.
    function ConvertTo-RedisCommand {
        param([object[]] $Word)

        $stream = [System.IO.MemoryStream]::new()
        $stream.Write([System.Text.Encoding]::ASCII.GetBytes("*$($Word.Count)`r`n"))
        foreach ($item in $Word) {
            $bytes = $item -is [byte[]] ? $item : [System.Text.Encoding]::UTF8.GetBytes("$item")
            $stream.Write([System.Text.Encoding]::ASCII.GetBytes("`$$($bytes.Length)`r`n"))
            $stream.Write($bytes)
            $stream.Write([byte[]] (13, 10))
        }
        , $stream.ToArray()
    }

    # A reply; a list is an array, and what there is none of is null.
    function Receive-RedisReply {
        param([System.Net.Sockets.Socket] $Socket)

        $line = Receive-SocketData $Socket -Line @timeout
        if (-not $line) {
            throw "$Server closed the connection."
        }
        $rest = $line.Substring(1)
        switch -CaseSensitive ($line[0]) {
            '+' { return $rest }
            ':' { return [long] $rest }
            '-' { return Write-Error $rest -ErrorId RedisError -Category InvalidOperation -ErrorAction Continue }
            '$' {
                if ($rest -eq -1) {
                    return $null
                }
                $bytes = $rest -eq 0 ? [byte[]]::new(0) : (Receive-SocketData $Socket -Length $rest -AsByteArray @timeout)
                $null = Receive-SocketData $Socket -Line @timeout
                return $AsByteArray ? , $bytes : [System.Text.Encoding]::UTF8.GetString($bytes)
            }
            '*' {
                $items = [System.Collections.Generic.List[object]]::new()
                for ($number = 0; $number -lt $rest; $number++) {
                    $items.Add((Receive-RedisReply $Socket))
                }
                return , $items.ToArray()
            }
            default { throw "$Server sent something that is not a reply: $line" }
        }
    }
}

process {
    $commands.Add((ConvertTo-RedisCommand $Command))
}

end {
    $socket = Connect-Socket $Server @timeout
    try {
        if ($Tls) {
            $trust = $TrustedCertificate ? @{ TrustedCertificate = $TrustedCertificate } : @{}
            Protect-Socket $socket @trust @timeout
        }
        if ($Credential) {
            $login = $Credential.GetNetworkCredential()
            Send-SocketData $socket (ConvertTo-RedisCommand 'AUTH', $login.UserName, $login.Password) @timeout
            if ((Receive-RedisReply $socket) -ne 'OK') {
                return
            }
        }
        Send-SocketData $socket $commands @timeout
        for ($number = 0; $number -lt $commands.Count; $number++) {
            Receive-RedisReply $socket
        }
    }
    finally {
        Close-Socket $socket
    }
}
