#Requires -Version 7.4

<#
.SYNOPSIS
    A syslog server: receives messages over UDP, and writes them as objects.
.DESCRIPTION
    It reads the messages of RFC 5424, one in each datagram. Of a message in another form, such as the older one of
    RFC 3164, it knows the facility and the severity, and gives the rest as it is.

    It runs until Ctrl+C, or until -Count messages have come. Where it waits, it says first. Severities can be
    compared: Emergency is the lowest.
.PARAMETER LocalEndPoint
    Address and port where it waits. Port 0 is a free one. Programs send to 514, which only root may have.
.PARAMETER Count
    How many messages to wait for.
.PARAMETER TimeoutSeconds
    Ends when for so long no message has come. With -Count that is an error.
.EXAMPLE
    ./Receive-SyslogMessage.ps1 127.0.0.1:5514 |
        Format-Table -Property Timestamp, HostName, Severity, Message
.EXAMPLE
    ./Receive-SyslogMessage.ps1 127.0.0.1:5514 |
        Where-Object Severity -LE Warning | ForEach-Object Message
#>
[CmdletBinding()]
param(
    [Parameter(Position = 0)] [string] $LocalEndPoint = '127.0.0.1:5514',
    [ValidateRange(1, 2147483647)] [int] $Count,
    [ValidateRange(0.001, 2147483)] [double] $TimeoutSeconds
)

# RFC 5424, section 6.2.1: their numbers are their places.
enum SyslogFacility {
    Kernel; User; Mail; Daemon; Auth; Syslog; Printer; News; Uucp; Clock; AuthPrivate; Ftp; Ntp; Audit; Alert; Cron
    Local0; Local1; Local2; Local3; Local4; Local5; Local6; Local7
}
enum SyslogSeverity { Emergency; Alert; Critical; Error; Warning; Notice; Information; Debug }

$ErrorActionPreference = 'Stop'
if (-not (Get-Command New-Socket -ErrorAction Ignore)) {
    Import-Module $PSScriptRoot/../../output/PSSockets
}

$priority = '^<(?<Priority>\d{1,2}|1[0-8]\d|19[01])>'
$value = '[^"\\\]]*(?:\\.[^"\\\]]*)*' # what would end it stands after a backslash
$element = "\[(?<Id>[!-~-[=\]`"]]+)(?<Values>(?: [!-~-[=\]`"]]+=`"$value`")*)\]"
$message = "(?s)${priority}1 (?<Time>\S+) (?<HostName>\S+) (?<AppName>\S+) (?<ProcessId>\S+) (?<MessageId>\S+) (?<Data>-|(?:$($element -replace '\?<\w+>', '?:'))+)(?: \uFEFF?(?<Message>.*))?$"

# "-" stands for what there is none of.
function Get-Value {
    param([string] $Text)

    $Text -eq '-' ? $null : $Text
}

function ConvertFrom-StructuredData {
    param([string] $Text)

    $result = [ordered]@{}
    foreach ($found in [regex]::Matches($Text, $element)) {
        $values = [ordered]@{}
        foreach ($pair in [regex]::Matches($found.Groups['Values'].Value, " (?<Name>[^=]+)=`"(?<Value>$value)`"")) {
            $values[$pair.Groups['Name'].Value] = $pair.Groups['Value'].Value -replace '\\(["\\\]])', '$1'
        }
        $result[$found.Groups['Id'].Value] = $values
    }
    $result
}

$address = New-SocketAddress -EndPoint $LocalEndPoint
$socket = New-Socket $address.AddressFamily Datagram
try {
    Register-SocketAddress $socket $address
    Write-Information "waiting on $($socket.LocalEndPoint)" -InformationAction Continue
    $ends = @{}
    if ($Count) {
        $ends.Count = $Count
    }
    else {
        $ends.Continuous = $true
    }
    if ($TimeoutSeconds) {
        $ends.TimeoutSeconds = $TimeoutSeconds
    }
    Receive-Datagram $socket @ends | ForEach-Object {
        $text = $_.Text.TrimEnd("`n", "`0") # which some senders append
        $isRead = $text -match $message
        $null = $isRead -or $text -match $priority
        $number = $Matches ? [int] $Matches.Priority : 13 # user and notice (RFC 3164, section 4.3.3)
        [pscustomobject]@{
            Timestamp      = $isRead ? ($Matches.Time -as [datetimeoffset]) ?? $_.Timestamp : $_.Timestamp
            HostName       = $isRead ? (Get-Value $Matches.HostName) : "$($_.RemoteEndPoint.Address)"
            AppName        = $isRead ? (Get-Value $Matches.AppName) : $null
            ProcessId      = $isRead ? (Get-Value $Matches.ProcessId) : $null
            MessageId      = $isRead ? (Get-Value $Matches.MessageId) : $null
            Facility       = [SyslogFacility] [math]::Floor($number / 8)
            Severity       = [SyslogSeverity] ($number % 8)
            StructuredData = $isRead ? (ConvertFrom-StructuredData $Matches.Data) : $null
            Message        = $isRead ? $Matches.Message : $text -replace $priority
            RemoteEndPoint = $_.RemoteEndPoint
        }
    }
}
finally {
    Close-Socket $socket
}
