#Requires -Version 7.4

<#
.SYNOPSIS
    Asks a device for values by their numbers, with GET of SNMP version 2c (RFC 3416).
.DESCRIPTION
    A switch, a printer or a server says under an object identifier such as 1.3.6.1.2.1.1.5.0 what it is called, how
    many bytes have passed, or how long it has run. Question and answer are one datagram each, in the encoding of
    ASN.1 that is called BER. The community stands in the datagram for everybody to read, so it is not a password.

    A value that the device does not have is not an error: its Type is NoSuchObject or NoSuchInstance.
.PARAMETER Server
    Address and port of the device.
.PARAMETER Oid
    The object identifiers to ask for, all with one datagram.
.PARAMETER Community
    The community by which the device decides who may read what.
.PARAMETER TimeoutSeconds
    How long to wait for an answer. The question is sent three times in that time.
.EXAMPLE
    ./Get-SnmpValue.ps1 127.0.0.1:161 1.3.6.1.2.1.1.5.0
.EXAMPLE
    $description, $uptime = '1.3.6.1.2.1.1.1.0', '1.3.6.1.2.1.1.3.0'
    ./Get-SnmpValue.ps1 127.0.0.1:161 $description, $uptime |
        Format-Table -Property Oid, Type, Value
.OUTPUTS
    An object for each value: Server, Oid, Type and Value. Value is text where the device sent readable text, a byte
    array where it sent other bytes, a time span for TimeTicks, an IP address, a number, or nothing.
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory, Position = 0)] [string] $Server,
    [Parameter(Mandatory, Position = 1)] [ValidatePattern('^\.?[0-2](\.\d+)+$')] [string[]] $Oid,
    [string] $Community = 'public',
    [ValidateRange(0.001, 3600)] [double] $TimeoutSeconds = 5
)

$ErrorActionPreference = 'Stop'
if (-not (Get-Command New-Socket -ErrorAction Ignore)) {
    Import-Module $PSScriptRoot/../../output/PSSockets
}

# .NET reads and writes BER: it is the encoding of certificates too.
$version2c = 1
$get = [System.Formats.Asn1.Asn1Tag]::new('ContextSpecific', 0, $true)
$response = [System.Formats.Asn1.Asn1Tag]::new('ContextSpecific', 2, $true)
$errors = 'noError', 'tooBig', 'noSuchName', 'badValue', 'readOnly', 'genErr', 'noAccess'

function ConvertTo-Request {
    param([int] $Id)

    $writer = [System.Formats.Asn1.AsnWriter]::new('BER')
    $null = $writer.PushSequence()
    $writer.WriteInteger($version2c)
    $writer.WriteOctetString([System.Text.Encoding]::UTF8.GetBytes($Community))
    $null = $writer.PushSequence($get)
    $writer.WriteInteger($Id)
    $writer.WriteInteger(0) # error status
    $writer.WriteInteger(0) # error index
    $null = $writer.PushSequence()
    foreach ($one in $Oid) {
        $null = $writer.PushSequence()
        $writer.WriteObjectIdentifier($one.TrimStart('.'))
        $writer.WriteNull()
        $writer.PopSequence()
    }
    $writer.PopSequence()
    $writer.PopSequence($get)
    $writer.PopSequence()
    , $writer.Encode()
}

# The value that is next: its tag tells the type (RFC 2578, section 7.1, and RFC 3416, section 3).
function Read-Value {
    param([System.Formats.Asn1.AsnReader] $Reader)

    $tag = $Reader.PeekTag()
    switch ("$($tag.TagClass) $($tag.TagValue)") {
        'Universal 2' { 'Integer', $Reader.ReadInteger() }
        'Universal 4' {
            $bytes = $Reader.ReadOctetString()
            $text = [System.Text.Encoding]::UTF8.GetString($bytes)
            $value = $text -match '[^\P{C}\t\r\n]|\uFFFD' ? $bytes : $text
            'OctetString', $value
        }
        'Universal 6' { 'ObjectIdentifier', $Reader.ReadObjectIdentifier() }
        'Application 0' { 'IpAddress', [ipaddress]::new($Reader.ReadOctetString($tag)) }
        'Application 1' { 'Counter32', $Reader.ReadInteger($tag) }
        'Application 2' { 'Gauge32', $Reader.ReadInteger($tag) }
        'Application 3' { 'TimeTicks', [timespan]::FromMilliseconds(10 * [long] $Reader.ReadInteger($tag)) }
        'Application 4' { 'Opaque', $Reader.ReadOctetString($tag) }
        'Application 6' { 'Counter64', $Reader.ReadInteger($tag) }
        'ContextSpecific 0' { 'NoSuchObject', $null }
        'ContextSpecific 1' { 'NoSuchInstance', $null }
        default { "Unknown ($_)", $null }
    }
}

# A connected socket hears nobody but the device. Any datagram may be lost, so the question is repeated.
$id = Get-Random -Minimum 1 -Maximum ([int]::MaxValue)
$request = ConvertTo-Request $id
$socket = New-Socket
try {
    Connect-Socket $socket $Server
    $answer = $null
    foreach ($try in 1..3) {
        Send-Datagram $socket $request
        while (-not $answer -and (Wait-Socket $socket -TimeoutSeconds ($TimeoutSeconds / 3))) {
            $datagram = Receive-Datagram $socket
            $message = [System.Formats.Asn1.AsnReader]::new($datagram.Data, 'BER').ReadSequence()
            $null = $message.ReadInteger(), $message.ReadOctetString()
            $body = $message.ReadSequence($response)
            if ($body.ReadInteger() -eq $id) {
                $answer = $body
            }
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
    throw "$Server did not answer within $TimeoutSeconds s. A device is also silent when it does not know the community."
}

$status, $index = [int] $answer.ReadInteger(), [int] $answer.ReadInteger()
if ($status -ne 0) {
    $reason = $status -lt $errors.Count ? $errors[$status] : $status
    throw "$Server does not give the values: $reason$($index ? ", because of $($Oid[$index - 1])" : '')"
}
$values = $answer.ReadSequence()
while ($values.HasData) {
    $pair = $values.ReadSequence()
    $name = $pair.ReadObjectIdentifier()
    $type, $value = Read-Value $pair
    [pscustomobject]@{ Server = $Server; Oid = $name; Type = $type; Value = $value }
}
