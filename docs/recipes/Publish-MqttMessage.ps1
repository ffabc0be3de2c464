#Requires -Version 7.4

<#
.SYNOPSIS
    Publishes messages to an MQTT broker, in the packets of MQTT 3.1.1.
.DESCRIPTION
    Sensors, switches and displays talk to each other through a broker: one publishes a message under a topic, and
    whoever has subscribed to the topic gets it. This script connects, publishes one message or all that come through
    the pipeline, and disconnects.

    Each packet is a byte of type and flags, the length of what follows, and that. The length has one to four bytes:
    seven bits each, the lowest first, and the highest bit says that another byte follows.

    With -QualityOfService 1 the broker confirms each message, and the next one is sent when it has. With 0 nobody
    tells whether a message has arrived.

    Without -Tls nothing is encrypted, neither the messages nor the password.
.PARAMETER Topic
    The topic, such as home/kitchen/temperature.
.PARAMETER Message
    Text, which is sent in UTF-8, or a byte array. From the pipeline each object is one message.
.PARAMETER Server
    Address and port of the broker.
.PARAMETER QualityOfService
    0: at most once, without confirmation. 1: at least once, confirmed.
.PARAMETER Retain
    The broker keeps the message for those who subscribe later. An empty message removes what it keeps.
.PARAMETER ClientId
    The name of this client at the broker, which gives one to a client without.
.PARAMETER Credential
    User name and password, where the broker wants them.
.PARAMETER Tls
    Speaks TLS, usually at port 8883.
.PARAMETER TrustedCertificate
    Files with the roots that are trusted instead of the system's.
.PARAMETER TimeoutSeconds
    How long to wait for each answer of the broker.
.EXAMPLE
    ./Publish-MqttMessage.ps1 kitchen/temperature 21.5 -Retain
.EXAMPLE
    Get-Content ./readings.txt |
        ./Publish-MqttMessage.ps1 -Topic home/readings -QualityOfService 1
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory, Position = 0)] [ValidatePattern('^[^+#\0]+$')] [string] $Topic,
    [Parameter(Mandatory, Position = 1, ValueFromPipeline)] [AllowEmptyString()] [object] $Message,
    [Parameter(Position = 2)] [string] $Server = ($Tls ? '127.0.0.1:8883' : '127.0.0.1:1883'),
    [ValidateRange(0, 1)] [int] $QualityOfService = 0,
    [switch] $Retain,
    [string] $ClientId = '',
    [pscredential] $Credential,
    [switch] $Tls,
    [string[]] $TrustedCertificate,
    [ValidateRange(0.001, 3600)] [double] $TimeoutSeconds = 5
)

begin {
    $socket = $null # for the block clean, which would find one of the caller's
    $ErrorActionPreference = 'Stop'
    if (-not (Get-Command New-Socket -ErrorAction Ignore)) {
        Import-Module $PSScriptRoot/../../output/PSSockets
    }

    $firstByte = New-MessageFormat -Field 'Type:4', 'Duplicate:1', 'QualityOfService:2', 'Retain:1'
    $text = New-MessageFormat -Field 'Length:16', 'Text:[Length]:utf8'
    $connect = New-MessageFormat -Field @(
        'NameLength:16', 'Name:[NameLength]:ascii', 'Level:8'
        'HasUserName:1', 'HasPassword:1', 'WillRetain:1', 'WillQualityOfService:2', 'HasWill:1', 'CleanSession:1', 'Reserved:1'
        'KeepAliveSeconds:16', 'ClientIdLength:16', 'ClientId:[ClientIdLength]:utf8', 'UserNameAndPassword:*'
    )
    $connected = New-MessageFormat -Field 'Reserved:7', 'SessionPresent:1', 'ReturnCode:8'
    $publish = New-MessageFormat -Field 'TopicLength:16', 'Topic:[TopicLength]:utf8', 'Payload:*'
    $publishConfirmed = New-MessageFormat -Field 'TopicLength:16', 'Topic:[TopicLength]:utf8', 'PacketId:16', 'Payload:*'
    $packetId = New-MessageFormat -Field 'PacketId:16'

    $type = @{ Connect = 1; ConnectAcknowledgment = 2; Publish = 3; PublishAcknowledgment = 4; Disconnect = 14 }
    $refusals = @{
        1 = 'it does not speak this version of MQTT'
        2 = 'it does not like the client identifier'
        3 = 'it is not available'
        4 = 'user name or password are wrong'
        5 = 'this client may not connect'
    }

    # Section 2.2.3 of the standard: seven bits at a time, the lowest first, at most four times.
    function ConvertTo-RemainingLength {
        param([int] $Length)

        if ($Length -gt 268435455) {
            throw "A packet of $Length bytes is too long: MQTT allows 268435455."
        }
        do {
            $more = $Length -shr 7
            [byte] (($Length -band 0x7F) + ($more ? 0x80 : 0))
            $Length = $more
        } while ($more)
    }

    function Send-Packet {
        param([hashtable] $First, [byte[]] $Body = @())

        # In one piece: TCP would keep a second small one back until the first is confirmed, and that takes its time.
        $length = [byte[]] @(ConvertTo-RemainingLength $Body.Length)
        $packet = New-MessageFormat -Field ($firstByte.FieldList + "RemainingLength:$(8 * $length.Length):bytes" + 'Body:*')
        $message = ConvertTo-BinaryMessage $packet ($First + @{ RemainingLength = $length; Body = $Body })
        Send-SocketData $socket $message -TimeoutSeconds $TimeoutSeconds
    }

    # Waits for the answer of one type, and gives its body.
    function Receive-Packet {
        param([int] $Type)

        $first = Receive-SocketData $socket -Length 1 -TimeoutSeconds $TimeoutSeconds
        if (-not $first) {
            throw "$Server has closed the connection."
        }
        $length = 0
        $shift = 0
        do {
            $digit = (Receive-SocketData $socket -Length 1 -TimeoutSeconds $TimeoutSeconds).Data[0]
            $length += ($digit -band 0x7F) -shl $shift
            $shift += 7
        } while ($digit -band 0x80 -and $shift -lt 28)
        $body = Receive-SocketData $socket -Length $length -TimeoutSeconds $TimeoutSeconds
        $sent = (ConvertFrom-BinaryMessage $firstByte $first).Type
        if ($sent -ne $Type) {
            throw "$Server has sent a packet of type $sent where $Type was due."
        }
        $body
    }

    $login = @()
    if ($Credential) {
        $login = $Credential.UserName, $Credential.GetNetworkCredential().Password |
            ForEach-Object { ConvertTo-BinaryMessage $text @{ Text = $_ } } |
            ForEach-Object { $_ }
    }
    $socket = Connect-Socket $Server -TimeoutSeconds $TimeoutSeconds
    if ($Tls) {
        $trust = $TrustedCertificate ? @{ TrustedCertificate = $TrustedCertificate } : @{}
        Protect-Socket $socket @trust -TimeoutSeconds $TimeoutSeconds
    }
    Send-Packet @{ Type = $type.Connect } (ConvertTo-BinaryMessage $connect @{
            Name                = 'MQTT'
            Level               = 4
            HasUserName         = [int] [bool] $Credential
            HasPassword         = [int] [bool] $Credential
            CleanSession        = 1
            KeepAliveSeconds    = 0
            ClientId            = $ClientId
            UserNameAndPassword = [byte[]] $login
        })
    $code = (Receive-Packet $type.ConnectAcknowledgment | ConvertFrom-BinaryMessage $connected).ReturnCode
    if ($code) {
        throw "$Server refuses the connection: $($refusals[[int] $code] ?? "code $code")."
    }
    $count = 0
}

process {
    $payload = $Message -is [byte[]] ? $Message : [System.Text.Encoding]::UTF8.GetBytes("$Message")
    $first = @{ Type = $type.Publish; QualityOfService = $QualityOfService; Retain = [int] [bool] $Retain }
    if ($QualityOfService -eq 0) {
        Send-Packet $first (ConvertTo-BinaryMessage $publish @{ Topic = $Topic; Payload = $payload })
        return
    }

    # The number is from 1 to 65535, and the confirmation has it too.
    $id = $count++ % 65535 + 1
    Send-Packet $first (ConvertTo-BinaryMessage $publishConfirmed @{ Topic = $Topic; PacketId = $id; Payload = $payload })
    $confirmed = (Receive-Packet $type.PublishAcknowledgment | ConvertFrom-BinaryMessage $packetId).PacketId
    if ($confirmed -ne $id) {
        throw "$Server confirms message $confirmed instead of $id."
    }
}

end {
    Send-Packet @{ Type = $type.Disconnect }
    Disconnect-Socket $socket -Direction Send
}

clean {
    if ($socket) {
        Close-Socket $socket
    }
}
