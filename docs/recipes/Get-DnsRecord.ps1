#Requires -Version 7.4

<#
.SYNOPSIS
    Asks a name server for the records of a name, in the messages of RFC 1035.
.DESCRIPTION
    A name server answers questions such as "which addresses has printer.example?" or "who takes mail for example?".
    Question and answer are one datagram each: a header of 12 bytes, the question, and in the answer the records.
    An answer that is too long for a datagram is marked as truncated; then the question is asked again over TCP.

    What comes is what the server says: the addresses of an alias stand after the alias itself. A name that exists
    without such a record gives nothing.
.PARAMETER Name
    The name. Letters outside ASCII are converted as browsers do it.
.PARAMETER Type
    The type of record: A (IPv4 address), AAAA (IPv6 address), CNAME (alias), MX (mail), NS (name servers),
    PTR (name of an address), SRV (services) or TXT (text).
.PARAMETER Server
    Address and port of the name server. The one that this machine uses stands in /etc/resolv.conf.
.PARAMETER TimeoutSeconds
    How long to wait for an answer. The question is sent three times in that time.
.EXAMPLE
    ./Get-DnsRecord.ps1 printer.example -Server 127.0.0.1:53
.EXAMPLE
    ./Get-DnsRecord.ps1 example MX -Server '[::1]:53'
.EXAMPLE
    'printer.example', 'example' | ./Get-DnsRecord.ps1 -Type AAAA
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory, Position = 0, ValueFromPipeline)] [ValidateNotNullOrEmpty()] [string] $Name,
    [Parameter(Position = 1)] [ValidateSet('A', 'AAAA', 'CNAME', 'MX', 'NS', 'PTR', 'SRV', 'TXT')] [string] $Type = 'A',
    [string] $Server = '127.0.0.1:53',
    [ValidateRange(0.001, 3600)] [double] $TimeoutSeconds = 5
)

begin {
    $ErrorActionPreference = 'Stop'
    if (-not (Get-Command New-Socket -ErrorAction Ignore)) {
        Import-Module $PSScriptRoot/../../output/PSSockets
    }

    $formats = "$PSScriptRoot/../../examples/formats"
    $format = Get-Content -LiteralPath $formats/dns-message.txt | New-MessageFormat
    # A name alone, with what comes after it.
    $label = New-MessageFormat -Name Label -Field 'Kind:2{Label=0,Pointer=3}', 'Length:6?Kind=Label', 'Text:[Length]:utf8?Kind=Label', 'Offset:14?Kind=Pointer'
    $suffix = New-MessageFormat -Field 'Labels:*[Length=0]:Label', 'Rest:*' -Include $label
    $reasons = @{ FormErr = 'it does not understand the question'; ServFail = 'it has a problem'; NXDomain = 'there is no such name'; Refused = 'it refuses' }

    # A pointer at the end of a name says at which byte of the message it goes on. Earlier than where this part of the
    # name began, or it could lead to itself for ever.
    function Get-Name {
        param([byte[]] $Message, [object[]] $Labels)

        $limit = $Message.Length
        $texts = while ($Labels) {
            $Labels.Text | Where-Object { $_ }
            $offset = $Labels[-1].Offset
            $Labels = $null
            if ($null -ne $offset) {
                if ($offset -ge $limit) {
                    throw "$Server sent a damaged answer: a name goes on at byte $offset, which is not before byte $limit."
                }
                $limit = $offset
                $Labels = (ConvertFrom-BinaryMessage $suffix ([byte[]] $Message[$offset..($Message.Length - 1)])).Labels
            }
        }
        $texts -join '.'
    }

    # What the data of a record mean.
    function Get-Value {
        param([byte[]] $Message, [object] $Record)

        $data = $Record.Data
        $hostName = $data.Host ? (Get-Name $Message $data.Host.Labels) : ''
        switch ($Record.Type) {
            { $_ -in 'A', 'AAAA' } { $data.IP }
            { $_ -in 'CNAME', 'NS', 'PTR' } { $hostName }
            'MX' { "$($data.Preference) $hostName" }
            'SRV' { "$($data.Priority) $($data.Weight) ${hostName}:$($data.Port)" }
            'TXT' { -join $data.Text }
            default { $data ? [Convert]::ToHexString($data.Rest) : '' }
        }
    }
}

process {
    $id = Get-Random -Maximum 65536
    $labels = [System.Globalization.IdnMapping]::new().GetAscii($Name.TrimEnd('.')) -split '\.' | ForEach-Object { @{ Text = $_ } }
    $bytes = ConvertTo-BinaryMessage $format @{
        ID        = $id
        RD        = 1
        Questions = @{ Name = @{ Labels = @($labels) }; Type = $Type; Class = 'IN' }
    }

    # A connected socket hears nobody but the server. Any datagram may be lost, so the question is repeated.
    $socket = New-Socket
    try {
        Connect-Socket $socket $Server
        $answer = $null
        foreach ($try in 1..3) {
            Send-Datagram $socket $bytes
            while (-not $answer -and (Wait-Socket $socket -TimeoutSeconds ($TimeoutSeconds / 3))) {
                $datagram = Receive-Datagram $socket
                $answer = ConvertFrom-BinaryMessage $format $datagram | Where-Object { $_.QR -and $_.ID -eq $id }
            }
            if ($answer) {
                break
            }
        }
    }
    finally {
        Close-Socket $socket
    }
    if (-not $answer) {
        throw "$Server did not answer within $TimeoutSeconds s."
    }
    $message = $datagram.Data

    # On a stream each message stands after its length, which has two bytes.
    if ($answer.TC) {
        Write-Verbose 'the answer does not fit into a datagram: asking again over TCP'
        $socket = Connect-Socket $Server -TimeoutSeconds $TimeoutSeconds
        try {
            Send-SocketData $socket $bytes -LengthPrefix 2
            $message = Receive-SocketData $socket -LengthPrefix 2 -TimeoutSeconds $TimeoutSeconds -AsByteArray
            $answer = ConvertFrom-BinaryMessage $format $message
        }
        finally {
            Close-Socket $socket
        }
    }
    if ($answer.RCODE -ne 'NoError') {
        throw "$Server has no answer for ${Name}: $($reasons["$($answer.RCODE)"] ?? "error $($answer.RCODE)")."
    }

    foreach ($record in $answer.Answers) {
        [pscustomobject]@{
            Name       = Get-Name $message $record.Name.Labels
            Type       = "$($record.Type)"
            TimeToLive = $record.TTL
            Value      = Get-Value $message $record
        }
    }
}
