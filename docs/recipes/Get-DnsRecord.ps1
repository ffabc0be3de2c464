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
    Import-Module $PSScriptRoot/../../output/PSSockets

    $header = @(
        'Id:16', 'IsResponse:1:bool', 'Opcode:4', 'IsAuthoritative:1:bool', 'IsTruncated:1:bool', 'RecursionDesired:1:bool'
        'RecursionAvailable:1:bool', 'Reserved:3', 'ResponseCode:4', 'Questions:16', 'Answers:16', 'Authorities:16', 'Additionals:16'
    )
    # A name is text after lengths, and ends with the length 0; so it can be read up to the next zero byte.
    $question = 'QuestionName:*0', 'EndOfName:8', 'QuestionType:16', 'QuestionClass:16'
    $query = New-MessageFormat -Field ($header + $question)
    $response = New-MessageFormat -Field ($header + $question + 'Records:*')
    $label = New-MessageFormat -Field 'Length:8', 'Text:[Length]:utf8'
    $record = New-MessageFormat -Field 'Type:16', 'Class:16', 'TimeToLive:32', 'Length:16', 'Data:[Length]', 'Rest:*'
    $mail = New-MessageFormat -Field 'Preference:16', 'Rest:*'
    $service = New-MessageFormat -Field 'Priority:16', 'Weight:16', 'Port:16', 'Rest:*'

    $numbers = @{ A = 1; NS = 2; CNAME = 5; PTR = 12; MX = 15; TXT = 16; AAAA = 28; SRV = 33 }
    $types = @{}
    $numbers.Keys | ForEach-Object { $types[$numbers[$_]] = $_ }
    $reasons = @{ 1 = 'it does not understand the question'; 2 = 'it has a problem'; 3 = 'there is no such name'; 5 = 'it refuses' }

    # The name at this byte of the message. A length of 192 or more is a pointer instead: the name goes on at an
    # earlier byte, whose number is in the 14 bits after the first two. Earlier than where this part of the name began,
    # or it could lead to itself for ever.
    function Read-Name {
        param([byte[]] $Message, [int] $Offset)

        $labels = @()
        $end = 0
        $start = $Offset
        while ($Message[$Offset]) {
            if ($Message[$Offset] -ge 192) {
                $target = ($Message[$Offset] -band 63) * 256 + $Message[$Offset + 1]
                $end = $end ? $end : $Offset + 2
                if ($target -ge $start) {
                    throw "$Server sent a damaged answer: a name goes on at byte $target, which is not before byte $start."
                }
                $start = $Offset = $target
            }
            else {
                $labels += [System.Text.Encoding]::UTF8.GetString($Message, $Offset + 1, $Message[$Offset])
                $Offset += $Message[$Offset] + 1
            }
        }
        @{ Text = $labels -join '.'; End = $end ? $end : $Offset + 1 }
    }

    # What the data of a record mean. Names in them may point into the message.
    function Read-Data {
        param([byte[]] $Message, [int] $Offset, [string] $Type, [byte[]] $Data)

        switch ($Type) {
            { $_ -in 'A', 'AAAA' } { ConvertFrom-AddressByte $Data }
            { $_ -in 'CNAME', 'NS', 'PTR' } { (Read-Name $Message $Offset).Text }
            'MX' { "$((ConvertFrom-BinaryMessage $mail $Data).Preference) $((Read-Name $Message ($Offset + 2)).Text)" }
            'SRV' {
                $fields = ConvertFrom-BinaryMessage $service $Data
                "$($fields.Priority) $($fields.Weight) $((Read-Name $Message ($Offset + 6)).Text):$($fields.Port)"
            }
            'TXT' { -join (ConvertFrom-BinaryMessage $label $Data -Repeat).Text }
            default { [Convert]::ToHexString($Data) }
        }
    }
}

process {
    $id = Get-Random -Maximum 65536
    $labels = [System.Globalization.IdnMapping]::new().GetAscii($Name.TrimEnd('.')) -split '\.' | ForEach-Object { @{ Text = $_ } }
    $bytes = ConvertTo-BinaryMessage $query @{
        Id               = $id
        RecursionDesired = $true
        Questions        = 1
        QuestionName     = [byte[]] ($labels | ConvertTo-BinaryMessage $label | ForEach-Object { $_ })
        QuestionType     = $numbers[$Type]
        QuestionClass    = 1
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
                $answer = ConvertFrom-BinaryMessage $response $datagram | Where-Object { $_.IsResponse -and $_.Id -eq $id }
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
    if ($answer.IsTruncated) {
        Write-Verbose 'the answer does not fit into a datagram: asking again over TCP'
        $socket = Connect-Socket $Server -TimeoutSeconds $TimeoutSeconds
        try {
            Send-SocketData $socket $bytes -LengthPrefix 2
            $message = Receive-SocketData $socket -LengthPrefix 2 -TimeoutSeconds $TimeoutSeconds -AsByteArray
            $answer = ConvertFrom-BinaryMessage $response $message
        }
        finally {
            Close-Socket $socket
        }
    }
    if ($answer.ResponseCode) {
        throw "$Server has no answer for ${Name}: $($reasons[[int] $answer.ResponseCode] ?? "error $($answer.ResponseCode)")."
    }

    $offset = $message.Length - $answer.Records.Length
    for ($count = $answer.Answers; $count -gt 0; $count--) {
        $owner = Read-Name $message $offset
        $fields = ConvertFrom-BinaryMessage $record ([byte[]] $message[$owner.End..($message.Length - 1)])
        $offset = $message.Length - $fields.Rest.Length
        $typeName = $types[[int] $fields.Type] ?? "$($fields.Type)"
        [pscustomobject]@{
            Name       = $owner.Text
            Type       = $typeName
            TimeToLive = $fields.TimeToLive
            Value      = Read-Data -Message $message -Offset ($offset - $fields.Length) -Type $typeName -Data $fields.Data
        }
    }
}
