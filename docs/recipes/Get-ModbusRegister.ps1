#Requires -Version 7.4

<#
.SYNOPSIS
    Reads registers of a controller, a meter or an inverter, with Modbus over TCP.
.DESCRIPTION
    A device that speaks Modbus keeps what it measures in registers of 16 bits, with an address each. Request and
    answer have the same header, which tells the length of what follows, and so one format reads every answer.

    Addresses here are those of the protocol and begin with 0. Manuals that call the first holding register 40001
    count from 1: it is address 0. What more than one register means together, such as a float, the manual tells.
.PARAMETER Server
    Address and port of the device.
.PARAMETER Address
    The address of the first register.
.PARAMETER Count
    How many registers to read, all with one request.
.PARAMETER Unit
    The number of the device after a gateway; one that stands for itself mostly takes any.
.PARAMETER InputRegister
    Reads input registers (function 4) in place of holding registers (function 3).
.PARAMETER Signed
    Reads each register as a number between -32768 and 32767.
.PARAMETER TimeoutSeconds
    How long to wait for the connection, and for the answer.
.EXAMPLE
    ./Get-ModbusRegister.ps1 127.0.0.1:502 -Address 0 -Count 4
.EXAMPLE
    ./Get-ModbusRegister.ps1 127.0.0.1:502 8 -InputRegister -Signed |
        ForEach-Object Value
.OUTPUTS
    An object for each register: Server, Unit, Register (its address) and Value.
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory, Position = 0)] [string] $Server,
    [Parameter(Position = 1)] [ValidateRange(0, 65535)] [int] $Address = 0,
    [Parameter(Position = 2)] [ValidateRange(1, 125)] [int] $Count = 1,
    [ValidateRange(0, 255)] [int] $Unit = 1,
    [switch] $InputRegister,
    [switch] $Signed,
    [ValidateRange(0.001, 3600)] [double] $TimeoutSeconds = 5
)

$ErrorActionPreference = 'Stop'
if (-not (Get-Command New-Socket -ErrorAction Ignore)) {
    Import-Module $PSScriptRoot/../../output/PSSockets
}

# Length counts the bytes after it, so Receive-SocketData -Format knows where the answer ends.
$request = New-MessageFormat -Field 'Id:16', 'Protocol:16=0', 'Length:16', 'Unit:8', 'Function:8', 'Address:16', 'Count:16'
$answer = New-MessageFormat -Field 'Id:16', 'Protocol:16=0', 'Length:16', 'Body:[Length]'
$refusal = New-MessageFormat -Field 'Unit:8', 'Function:8', 'Reason:8'
$type = $Signed ? ':int' : ''
$registers = New-MessageFormat -Field 'Unit:8', 'Function:8', 'Size:8', "Registers:[Size]:(Value:16$type)"
$reasons = @{
    1 = 'it does not know the function'; 2 = 'it has no such register'; 3 = 'it does not take the number of registers'
    4 = 'it has failed'; 6 = 'it is busy'; 10 = 'the gateway has no way there'; 11 = 'the device after the gateway does not answer'
}

$question = @{
    Id       = Get-Random -Maximum 65536
    Length   = 6
    Unit     = $Unit
    Function = $InputRegister ? 4 : 3
    Address  = $Address
    Count    = $Count
}
$socket = Connect-Socket $Server -TimeoutSeconds $TimeoutSeconds
try {
    Send-SocketData $socket (ConvertTo-BinaryMessage $request $question) -TimeoutSeconds $TimeoutSeconds
    do {
        $frame = Receive-SocketData $socket -Format $answer -TimeoutSeconds $TimeoutSeconds
        if (-not $frame) {
            throw "$Server closed the connection without an answer."
        }
        $reply = ConvertFrom-BinaryMessage $answer $frame
    } until ($reply.Id -eq $question.Id)
}
finally {
    Close-Socket $socket
}

# The function comes back with its highest bit set where the device refuses.
$body = ConvertFrom-BinaryMessage $refusal ([byte[]] $reply.Body[0..2])
if ($body.Function -ne $question.Function) {
    throw "$Server does not give the registers: $($reasons[[int] $body.Reason] ?? "reason $($body.Reason)")"
}
$number = $Address
foreach ($register in (ConvertFrom-BinaryMessage $registers $reply.Body).Registers) {
    [pscustomobject]@{ Server = $Server; Unit = $body.Unit; Register = $number++; Value = $register.Value }
}
