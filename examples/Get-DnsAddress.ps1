#Requires -Version 7.4

<#
.SYNOPSIS
    Asks a name server for the IPv4 and IPv6 addresses of a name, over UDP or TCP, in the messages of RFC 1035.
.DESCRIPTION
    The standard's own pictures, in formats/dns-*.txt, make the question and read the answer. A question goes to
    the server up to three times. An answer that does not fit into a datagram is asked for again over TCP.
.EXAMPLE
    ./Get-DnsAddress.ps1 -Name localhost -Server 127.0.0.1:53
.EXAMPLE
    ./Get-DnsAddress.ps1 -Name localhost -Server '[::1]:53' -Tcp
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory)] [ValidatePattern('^([^.]{1,63}\.)*[^.]{1,63}\.?$')] [string] $Name,
    [string] $Server = '127.0.0.1:53',
    [switch] $Tcp,
    [double] $TimeoutSeconds = 5
)

$ErrorActionPreference = 'Stop'
Import-Module $PSScriptRoot/../output/PSSockets

$header = Get-Content $PSScriptRoot/formats/dns-header.txt | New-MessageFormat
$question = Get-Content $PSScriptRoot/formats/dns-question.txt | New-MessageFormat
$record = Get-Content $PSScriptRoot/formats/dns-record.txt | New-MessageFormat
$pointer = Get-Content $PSScriptRoot/formats/dns-pointer.txt | New-MessageFormat

# Fields that follow each other are one message: what is sent is header and question, what comes a header and more.
$query = New-MessageFormat -Field ($header.FieldList + $question.FieldList)
$response = New-MessageFormat -Field ($header.FieldList + 'Rest:*')

# A label of a name is text behind its length (RFC 1035, section 3.1).
$label = New-MessageFormat -Field 'Length:8', 'Text:[Length]:ascii'

# What stands behind the name of a question and of a record.
$questionFields = $question.FieldList -notlike 'QNAME:*'
$recordFields = $record.FieldList -notlike 'NAME:*'

$typeNumbers = [ordered]@{ A = 1; AAAA = 28 }
$errorNames = 'no error', 'format error', 'server failure', 'there is no such name', 'not implemented', 'refused'

# Reads fields at an offset of the message. Rest is what stands behind them.
function Read-Field {
    param([byte[]] $Message, [int] $Offset, [string[]] $Field)

    $format = New-MessageFormat -Field (@("Before:$($Offset * 8):bytes") + $Field + 'Rest:*')
    $fields = ConvertFrom-BinaryMessage $format $Message
    $fields | Add-Member -NotePropertyName NextOffset -NotePropertyValue ($Message.Length - $fields.Rest.Length)
    $fields
}

# Reads a name, and follows pointers to where its end was written before (RFC 1035, section 4.1.4).
function Read-Name {
    param([byte[]] $Message, [int] $Offset)

    $labels = @()
    $nextOffset = 0
    $start = $Offset
    do {
        if ($Message[$Offset] -ge 0xC0) {
            $fields = Read-Field -Message $Message -Offset $Offset -Field $pointer.FieldList
            $nextOffset = $nextOffset ? $nextOffset : $fields.NextOffset
            if ($fields.OFFSET -ge $start) {
                throw "The answer is damaged: a name goes on at byte $($fields.OFFSET), which is not before byte $start."
            }
            $start = $Offset = $fields.OFFSET
            $isLast = $false
        }
        else {
            $fields = Read-Field -Message $Message -Offset $Offset -Field $label.FieldList
            $Offset = $fields.NextOffset
            $labels += $fields.Text
            $isLast = $fields.Text -eq ''
        }
    } until ($isLast)
    @{ Text = $labels -join '.'; NextOffset = $nextOffset ? $nextOffset : $Offset }
}

# Sends a question, and gives the answer to it.
function Get-Answer {
    param([byte[]] $Message, [int] $Id, [switch] $OverTcp)

    if ($OverTcp) {
        # On a stream each message stands behind its length, in two bytes.
        $socket = Connect-Socket $Server -TimeoutSeconds $TimeoutSeconds
        try {
            Send-SocketData $socket $Message -LengthPrefix 2 -TimeoutSeconds $TimeoutSeconds
            $answer = Receive-SocketData $socket -LengthPrefix 2 -TimeoutSeconds $TimeoutSeconds
            if (-not $answer) {
                throw "$Server closed the connection without an answer."
            }
            return , $answer.Data
        }
        finally {
            Close-Socket $socket
        }
    }

    # A connected socket hears nobody but the server.
    $socket = New-Socket | Connect-Socket $Server -PassThru
    try {
        foreach ($try in 1..3) {
            Send-Datagram $socket $Message
            while (Wait-Socket $socket -TimeoutSeconds ($TimeoutSeconds / 3)) {
                $answer = Receive-Datagram $socket
                if ($answer.Length -ge $header.Length -and (ConvertFrom-BinaryMessage $response $answer).ID -eq $Id) {
                    return , $answer.Data
                }
            }
        }
        throw "$Server did not answer within $TimeoutSeconds s."
    }
    finally {
        Close-Socket $socket
    }
}

# The name as it is sent: each label, and an empty one behind the last.
$labels = @(($Name -replace '\.$') -split '\.'; '') | ForEach-Object { @{ Text = $_ } } | ConvertTo-BinaryMessage $label
$sentName = [byte[]] ($labels | ForEach-Object { $_ })

foreach ($type in $typeNumbers.Keys) {
    $id = Get-Random -Maximum 65536
    $message = ConvertTo-BinaryMessage $query @{ ID = $id; RD = 1; QDCOUNT = 1; QNAME = $sentName; QTYPE = $typeNumbers[$type]; QCLASS = 1 }
    $answer = Get-Answer $message $id -OverTcp:$Tcp
    $fields = ConvertFrom-BinaryMessage $response $answer
    if ($fields.TC) {
        Write-Verbose 'the answer does not fit into a datagram: asking again over TCP'
        $answer = Get-Answer $message $id -OverTcp
        $fields = ConvertFrom-BinaryMessage $response $answer
    }
    if ($fields.ID -ne $id -or -not $fields.QR) {
        throw "$Server sent something that is no answer to the question."
    }
    if ($fields.RCODE) {
        throw "$Server has no $type address of ${Name}: $($errorNames[$fields.RCODE] ?? "error $($fields.RCODE)")."
    }

    # The question stands in the answer again, and the records behind it.
    $offset = $header.Length
    for ($count = $fields.QDCOUNT; $count -gt 0; $count--) {
        $asked = Read-Name $answer $offset
        $offset = (Read-Field -Message $answer -Offset $asked.NextOffset -Field $questionFields).NextOffset
    }
    for ($count = $fields.ANCOUNT; $count -gt 0; $count--) {
        $owner = Read-Name $answer $offset
        $found = Read-Field -Message $answer -Offset $owner.NextOffset -Field $recordFields
        $offset = $found.NextOffset
        if ($found.TYPE -eq $typeNumbers[$type] -and $found.CLASS -eq 1) {
            [pscustomobject]@{
                Name       = $owner.Text -replace '\.$'
                Type       = $type
                TimeToLive = $found.TTL
                Address    = ConvertFrom-AddressByte $found.RDATA
            }
        }
    }
}
