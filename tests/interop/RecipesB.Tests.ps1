BeforeAll {
    . $PSScriptRoot/../helpers/Common.ps1
    . $PSScriptRoot/../helpers/ExampleRunner.ps1
    $examples = (Resolve-Path -LiteralPath "$PSScriptRoot/../../docs/recipes").ProviderPath # what Invoke-Example runs
    $noColor = $env:NO_COLOR
    $env:NO_COLOR = '1' # for the processes that are started
    if ($IsLinux) {
        $oldPath = $env:PATH
        $env:PATH += ':/usr/sbin:/sbin' # where servers are
    }

    # Starts a peer that the AfterEach of the test stops.
    function Invoke-TestPeer {
        param(
            [Parameter(Mandatory, Position = 0)] [string] $FilePath,
            [Parameter(Position = 1)] [string[]] $ArgumentList = @()
        )

        $peer = Start-Peer $FilePath -ArgumentList $ArgumentList
        $started.Add($peer)
        $peer
    }

    # Starts a program in Python, of which the first line says that it is ready, and gives the rest of that line.
    function Invoke-Python {
        param(
            [Parameter(Mandatory, Position = 0)] [string] $Source,
            [Parameter(Position = 1)] [string[]] $ArgumentList = @()
        )

        Invoke-TestPeer python3 @('-u', '-c', $Source; $ArgumentList)
    }

    function Get-PythonPort {
        param([Parameter(Mandatory, Position = 0)] [psobject] $Peer)

        Wait-Until -TimeoutSeconds 20 -Because "Python says its port: $($Peer.ErrorOutput)" { $Peer.Output -match '\n' }
        [int] ($Peer.Output -split '\n')[0]
    }

    # Writes text to the standard input of a peer.
    function Write-PeerInput {
        param(
            [Parameter(Mandatory, Position = 0)] [psobject] $Peer,
            [Parameter(Mandatory, Position = 1)] [string] $Text
        )

        $bytes = [System.Text.Encoding]::UTF8.GetBytes($Text)
        $Peer.Input.Write($bytes, 0, $bytes.Length)
        $Peer.Input.Flush()
    }

    # The words of a recipe that failed, without the breaks that fit them to a screen.
    function Get-RecipeError {
        param([Parameter(Mandatory, Position = 0)] [psobject] $Peer)

        Wait-Peer $Peer -TimeoutSeconds 30 | Should -Be 1 -Because $Peer.Output
        $Peer.ErrorOutput -replace '[\s|]+', ' '
    }

    # A port that is free for datagrams and for connections. Nothing holds it when it is given: the server that is told to
    # take it may come too late, and then says so.
    function Get-FreePort {
        $held = $null
        while (-not $held) {
            $udp = New-Socket IPv6 Datagram -DualMode | Register-SocketAddress '[::]:0' -PassThru
            $held = New-Socket IPv6 Stream -DualMode | Register-SocketAddress "[::]:$($udp.LocalEndPoint.Port)" -PassThru -ErrorAction Ignore
            $port = $udp.LocalEndPoint.Port
            $udp, $held | Where-Object { $_ } | Close-Socket
        }
        $port
    }

    # Starts a server that is given a port, and waits until it is there; another port when somebody was faster.
    function Invoke-Server {
        param(
            [Parameter(Mandatory)] [string] $Program,
            [Parameter(Mandatory)] [scriptblock] $Arguments,
            [Parameter(Mandatory)] [scriptblock] $IsReady
        )

        foreach ($try in 1..3) {
            $port = Get-FreePort
            $server = Start-Peer $Program -ArgumentList (& $Arguments $port)
            $isThere = @{ Answer = $false }
            Wait-Until -TimeoutSeconds 20 -Because "$Program answers" {
                $isThere.Answer = [bool] (& $IsReady $port)
                $isThere.Answer -or $server.Process.HasExited
            }
            if ($isThere.Answer) {
                return @{ Peer = $server; Port = $port }
            }
            $words = $server.ErrorOutput
            Stop-Peer $server
        }
        throw "$Program does not start: $words"
    }

    # Whether somebody takes connections at a port of 127.0.0.1.
    function Test-Listener {
        param([Parameter(Mandatory, Position = 0)] [int] $Port)

        $connection = Connect-Socket "127.0.0.1:$Port" -TimeoutSeconds 5 -ErrorAction Ignore
        if ($connection) {
            Close-Socket $connection
        }
        [bool] $connection
    }

    function Get-RandomByte {
        param([Parameter(Mandatory, Position = 0)] [int] $Length)

        $bytes = [byte[]]::new($Length)
        [System.Random]::new($Length).NextBytes($bytes)
        Write-Output -InputObject $bytes -NoEnumerate
    }

    # For bytes that are too many to be shown in a failure's message.
    function Get-ByteHash {
        param([Parameter(Mandatory, Position = 0)] [AllowEmptyCollection()] [byte[]] $Bytes)

        [Convert]::ToHexString([System.Security.Cryptography.SHA256]::HashData($Bytes)).ToLowerInvariant()
    }

    # What sha256sum, and not .NET, says of a file.
    function Get-ProgramHash {
        param([Parameter(Mandatory, Position = 0)] [string] $Path)

        $peer = Invoke-TestPeer sha256sum '--binary', $Path
        Wait-Peer $peer | Should -Be 0 -Because $peer.ErrorOutput
        ($peer.Output.TrimStart('\') -split ' ')[0]
    }
}

AfterAll {
    $env:NO_COLOR = $noColor
    if ($IsLinux) {
        $env:PATH = $oldPath
    }
}

Describe 'Recipes' {
    BeforeAll {
        $directory = (New-Item -ItemType Directory -Path (New-TestPath -Extension d)).FullName
    }

    AfterAll {
        Remove-Item -LiteralPath $directory -Recurse
    }

    BeforeEach {
        $started = [System.Collections.Generic.List[psobject]]::new()
        $worker = $null
    }

    AfterEach {
        if ($worker) {
            $null = Stop-Worker $worker -AllowEnded
        }
        Get-Socket | Close-Socket
        $started | ForEach-Object { Stop-Peer $_ }
    }

    It '<_> has help: what it does, every parameter, an example' -ForEach @(
        'Find-MulticastService', 'Join-UnixChat', 'Publish-MqttMessage', 'Publish-MulticastService', 'Receive-FileWithChecksum', 'Receive-TftpFile'
        'Send-DatagramLoad', 'Send-FileWithChecksum', 'Start-TcpProxy', 'Start-UnixChat', 'Test-TcpPort'
    ) {
        $help = Get-Help "$examples/$_.ps1" -Full
        $help.Synopsis | Should -Match '\.$'
        $help.description.Text | Should -Not -BeNullOrEmpty
        $help.parameters.parameter | ForEach-Object { $_.description.Text | Should -Not -BeNullOrEmpty -Because "of -$($_.name)" }
        @($help.examples.example).Count | Should -BeGreaterThan 1
        $help.examples.example | ForEach-Object { "$($_.introduction.Text)$($_.code)" | Should -BeLike "*./$($help.Name | Split-Path -Leaf)*" }
    }

    Context 'Receive-TftpFile.ps1' {
        BeforeAll {
            # in.tftpd looks its own address up, which the C library refuses for 127.0.0.1 where nothing but loopback has one.
            $elsewhere = [System.Net.NetworkInformation.NetworkInterface]::GetAllNetworkInterfaces() | Where-Object {
                $_.NetworkInterfaceType -ne 'Loopback' -and $_.GetIPProperties().UnicastAddresses.Address.AddressFamily -contains 'InterNetwork'
            }
            $user = [Environment]::UserName
            $obstacle = if (-not (Test-Program in.tftpd)) {
                'in.tftpd is not installed'
            }
            elseif ($user -ne 'root') {
                'in.tftpd starts as root only'
            }
            elseif (-not $elsewhere) {
                'in.tftpd needs an interface besides loopback'
            }
            $tftpd = $null
            if (-not $obstacle) {
                $files = (New-Item -ItemType Directory -Path "$directory/tftp").FullName
                foreach ($length in 0, 512, 100000) {
                    [System.IO.File]::WriteAllBytes("$files/$length.bin", (Get-RandomByte $length))
                }
                $tftpd = Invoke-Server -Program in.tftpd -Arguments {
                    '-L', '-4', '-s', '-a', "127.0.0.1:$($args[0])", '-p', '-u', $user, $files
                } -IsReady {
                    $socket = New-Socket IPv4 Datagram
                    $request = ConvertTo-BinaryMessage 'Opcode:16', 'Name:*0:ascii', 'Z:8', 'Mode:*0:ascii', 'Z2:8' @{ Opcode = 1; Name = '0.bin'; Mode = 'octet' }
                    Send-Datagram $socket $request "127.0.0.1:$($args[0])"
                    $answer = Receive-Datagram $socket -TimeoutSeconds 0.5 -ErrorAction Ignore
                    if ($answer) {
                        Send-Datagram $socket ([byte[]] (0, 4, 0, 1)) $answer.RemoteEndPoint
                    }
                    Close-Socket $socket
                    $answer
                }
            }
        }

        AfterAll {
            Stop-Peer $tftpd.Peer
        }

        BeforeEach {
            $target = New-TestPath -Extension bin
        }

        AfterEach {
            Remove-Item -LiteralPath $target -ErrorAction Ignore
        }

        It 'fetches a file of <_> bytes from in.tftpd' -ForEach 0, 512, 100000 {
            if ($obstacle) {
                Set-ItResult -Skipped -Because $obstacle
            }
            [System.IO.File]::WriteAllBytes($target, [byte[]]::new(5)) # is replaced
            $recipe = Invoke-Example 'Receive-TftpFile.ps1' "$_.bin", $target, '-Server', "127.0.0.1:$($tftpd.Port)"
            (Wait-Example $recipe) -join '' -replace '\s' | Should -BeLike "*$(Split-Path -Leaf $target)*"
            Get-ByteHash ([System.IO.File]::ReadAllBytes($target)) | Should -Be (Get-ByteHash (Get-RandomByte $_))
            Test-Path -LiteralPath "$target.part" | Should -BeFalse
        }

        It 'is told by in.tftpd that there is no such file, and leaves the one that is here' {
            if ($obstacle) {
                Set-ItResult -Skipped -Because $obstacle
            }
            Set-Content -LiteralPath $target -Value 'old'
            $recipe = Invoke-Example 'Receive-TftpFile.ps1' 'missing.bin', $target, '-Server', "127.0.0.1:$($tftpd.Port)"
            Get-RecipeError $recipe | Should -BeLike '*says: File not found (error 1)*'
            Get-Content -LiteralPath $target | Should -BeExactly 'old'
            Test-Path -LiteralPath "$target.part" | Should -BeFalse
        }

        It 'asks again, confirms again, and hears nobody else' {
            $known = New-Socket IPv4 Datagram | Register-SocketAddress '127.0.0.1:0' -PassThru
            $transfer = New-Socket IPv4 Datagram | Register-SocketAddress '127.0.0.1:0' -PassThru
            $stranger = New-Socket IPv4 Datagram
            $block = New-MessageFormat -Field 'Opcode:16', 'Number:16', 'Data:*'
            $worker = Start-Worker { & $args[0] -Path a.txt -Destination $args[1] -Server $args[2] -TimeoutSeconds 0.3 } -ArgumentList @(
                "$examples/Receive-TftpFile.ps1", $target, "$($known.LocalEndPoint)"
            )
            $lost, $request = Receive-Datagram $known -Count 2 -TimeoutSeconds 20
            $request.Text | Should -BeExactly "`0`u{1}a.txt`0octet`0"
            $lost.Text | Should -BeExactly $request.Text
            $client = $request.RemoteEndPoint

            $first = ConvertTo-BinaryMessage $block @{ Opcode = 3; Number = 1; Data = [byte[]]::new(512) }
            Send-Datagram $transfer $first $client
            $confirmations = @(Receive-Datagram $transfer -Count 2 -TimeoutSeconds 20) # one more, since no block comes
            Send-Datagram $transfer $first $client
            $confirmations += Receive-Datagram $transfer -TimeoutSeconds 20
            Send-Datagram $stranger (ConvertTo-BinaryMessage $block @{ Opcode = 3; Number = 2; Data = [byte[]] (6, 6, 6) }) $client
            Send-Datagram $transfer (ConvertTo-BinaryMessage $block @{ Opcode = 3; Number = 2; Data = [byte[]] (1, 2) }) $client
            $result = Wait-Worker $worker
            $worker = $null
            $result.Errors | Should -BeNullOrEmpty
            $result.Output[0].FullName | Should -Be $target
            $confirmations | ForEach-Object { [Convert]::ToHexString($_.Data) } | Should -Be '00040001', '00040001', '00040001'
            Get-ByteHash ([System.IO.File]::ReadAllBytes($target)) | Should -Be (Get-ByteHash ([byte[]]::new(512) + 1 + 2))
        }

        It 'gives up when nobody answers' {
            $silent = New-Socket IPv4 Datagram | Register-SocketAddress '127.0.0.1:0' -PassThru
            { & "$examples/Receive-TftpFile.ps1" -Path a.txt -Destination $target -Server $silent.LocalEndPoint -TimeoutSeconds 0.02 } |
                Should -Throw '*does not answer.'
            @(Receive-Datagram $silent -Continuous -TimeoutSeconds 0).Count | Should -Be 6
            Test-Path -Path "$target*" | Should -BeFalse
            @(Get-Socket).Count | Should -Be 1
        }
    }

    Context 'Publish-MqttMessage.ps1' {
        BeforeAll {
            $recipe = "$examples/Publish-MqttMessage.ps1"
            $missing = 'mosquitto', 'mosquitto_sub', 'mosquitto_passwd' | Where-Object { -not (Test-Program $_) }
            $obstacle = if ($missing) { "$($missing -join ', ') not installed" }
            $broker = $null
            if (-not $obstacle) {
                $passwords = Start-Peer mosquitto_passwd -ArgumentList '-b', '-c', "$directory/passwords", 'ada', 'geheim ß'
                Wait-Peer $passwords | Should -Be 0 -Because $passwords.ErrorOutput
                Stop-Peer $passwords
                $closedPort = @{}
                $broker = Invoke-Server -Program mosquitto -Arguments {
                    $closedPort.Number = Get-FreePort
                    Set-Content -LiteralPath "$directory/mosquitto.conf" -Value @(
                        'per_listener_settings true'
                        'persistence false'
                        'log_dest stderr'
                        'log_type all'
                        "user $([Environment]::UserName)"
                        "listener $($args[0]) 127.0.0.1"
                        'allow_anonymous true'
                        "listener $($closedPort.Number) 127.0.0.1"
                        'allow_anonymous false'
                        "password_file $directory/passwords"
                    )
                    '-c', "$directory/mosquitto.conf"
                } -IsReady { (Test-Listener $args[0]) -and (Test-Listener $closedPort.Number) }
                $server = "127.0.0.1:$($broker.Port)"

                # Starts a subscriber, and waits until the broker has told it that it is one.
                function Invoke-Subscriber {
                    param([string] $Topic, [int] $Count, [string[]] $ArgumentList = @('-p', $broker.Port), [string] $Format = '%t|%q|%r|%p')

                    $id = "subscriber-$([guid]::NewGuid())"
                    $subscriber = Invoke-TestPeer mosquitto_sub @(
                        '-h', '127.0.0.1', '-i', $id, '-t', $Topic, '-q', '1', '-C', $Count, '-W', '30', '-F', $Format; $ArgumentList
                    )
                    Wait-Until -TimeoutSeconds 20 -Because "the broker confirms the subscription: $($subscriber.ErrorOutput)" {
                        $broker.Peer.ErrorOutput -match "Sending SUBACK to $id"
                    }
                    $subscriber
                }

                function Get-Received {
                    param([psobject] $Subscriber)

                    Wait-Peer $Subscriber -TimeoutSeconds 30 | Should -Be 0 -Because $Subscriber.ErrorOutput
                    $Subscriber.Output.TrimEnd() -split '\n'
                }
            }
        }

        AfterAll {
            Stop-Peer $broker.Peer
        }

        Context 'to mosquitto' {
            BeforeEach {
                if ($obstacle) {
                    Set-ItResult -Skipped -Because $obstacle
                }
            }

            It 'publishes a message, quality of service <_>' -ForEach 0, 1 {
                $subscriber = Invoke-Subscriber 'home/+/temperature' 1
                $run = Invoke-Example 'Publish-MqttMessage.ps1' 'home/Küche/temperature', '21,5 °C', '-Server', $server, '-QualityOfService', $_
                Wait-Example $run | Should -BeExactly ''
                Get-Received $subscriber | Should -BeExactly "home/Küche/temperature|$_|0|21,5 °C"
            }

            It 'publishes all that comes through the pipeline over one connection, in its order' {
                $subscriber = Invoke-Subscriber 'many' 300
                $lines = 1..300 | ForEach-Object { "line $_" }
                $lines | & $recipe -Topic many -Server $server -QualityOfService 1 -ClientId 'test client'
                Get-Received $subscriber | Should -BeExactly ($lines | ForEach-Object { "many|1|0|$_" })
                Wait-Until { ($broker.Peer.ErrorOutput -split '\n' -match 'as test client').Count -eq 1 }
                Get-Socket | Should -BeNullOrEmpty
            }

            # The topic takes 3 bytes, and 2 for its length; the packet says how long it is in one to four bytes.
            It 'publishes a packet whose remaining length is <Length>, in <Bytes> bytes' -ForEach @(
                @{ Length = 127; Bytes = 1 }
                @{ Length = 128; Bytes = 2 }
                @{ Length = 16383; Bytes = 2 }
                @{ Length = 16384; Bytes = 3 }
                @{ Length = 2097151; Bytes = 3 }
                @{ Length = 2097152; Bytes = 4 }
            ) {
                $payload = Get-RandomByte ($Length - 5)
                & $recipe -Topic big -Message $payload -Server $server -Retain
                $subscriber = Invoke-TestPeer mosquitto_sub '-h', '127.0.0.1', '-p', $broker.Port, '-t', 'big', '-C', '1', '-W', '30', '-N'
                Wait-Peer $subscriber -TimeoutSeconds 30 | Should -Be 0 -Because $subscriber.ErrorOutput
                Get-ByteHash $subscriber.OutputByte | Should -Be (Get-ByteHash $payload)
            }

            It 'is kept for those who come later, until an empty message comes' {
                & $recipe kept one $server -Retain
                & $recipe kept two $server -Retain -QualityOfService 1
                Get-Received (Invoke-Subscriber 'kept' 1) | Should -BeExactly 'kept|1|1|two'
                & $recipe kept '' $server -Retain -QualityOfService 1
                $subscriber = Invoke-Subscriber 'kept' 1
                & $recipe kept 'not retained' $server
                Get-Received $subscriber | Should -BeExactly 'kept|0|0|not retained'
            }

            It 'logs in with a password' {
                $credential = [pscredential]::new('ada', (ConvertTo-SecureString 'geheim ß' -AsPlainText -Force))
                $subscriber = Invoke-Subscriber 'secret' 1 '-p', $closedPort.Number, '-u', 'ada', '-P', 'geheim ß' '%p'
                & $recipe secret 'for your eyes' "127.0.0.1:$($closedPort.Number)" -Credential $credential
                Get-Received $subscriber | Should -BeExactly 'for your eyes'
            }

            It 'is refused with <How>' -ForEach @(
                @{ How = 'a wrong password'; Credential = { [pscredential]::new('ada', (ConvertTo-SecureString 'wrong' -AsPlainText -Force)) } }
                @{ How = 'no password'; Credential = { } }
            ) {
                { & $recipe secret x "127.0.0.1:$($closedPort.Number)" -Credential (& $Credential) } |
                    Should -Throw '*refuses the connection: this client may not connect.'
                Get-Socket | Should -BeNullOrEmpty
            }
        }

        It 'does not take a topic with a wildcard' {
            { & $recipe 'home/+' x '127.0.0.1:1' } | Should -Throw -ErrorId 'ParameterArgumentValidationError,Publish-MqttMessage.ps1'
        }

        It 'says that a broker closes the connection, and one that answers something else' {
            $listener = Start-SocketListener -LocalEndPoint '127.0.0.1:0'
            foreach ($case in @{ Answer = @(); Words = '*has closed the connection.' }, @{ Answer = 0xD0, 0; Words = '*a packet of type 13 where 2 was due.' }) {
                $worker = Start-Worker {
                    $connection = Receive-SocketConnection $args[0] -TimeoutSeconds 20
                    $hello = Receive-SocketData $connection -Length 14 -TimeoutSeconds 20
                    Send-SocketData $connection ([byte[]] $args[1])
                    Close-Socket $connection
                    [Convert]::ToHexString($hello.Data)
                } -ArgumentList $listener, $case.Answer
                { & $recipe t x $listener.LocalEndPoint -ErrorAction Stop } | Should -Throw $case.Words
                (Wait-Worker $worker).Output | Should -BeExactly '100C00044D515454040200000000'
                $worker = $null
            }
            @(Get-Socket).Count | Should -Be 1
        }
    }

    Context 'Find-MulticastService.ps1 and Publish-MulticastService.ps1' {
        BeforeAll {
            # A group for this test alone, and a port: held by a socket that hears what is said in the group.
            $groupAddress = '239.255.{0}.{1}' -f (Get-Random -Minimum 1 -Maximum 255), (Get-Random -Minimum 1 -Maximum 255)
            $clock = 'urn:example-org:service:clock:1'

            $pythonHead = @"
import socket, struct, sys
group, port = sys.argv[1], int(sys.argv[2])
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton('127.0.0.1'))
s.settimeout(20)
"@
        }

        BeforeEach {
            $witness = New-Socket IPv4 Datagram -ReuseAddress | Register-SocketAddress '0.0.0.0:0' -PassThru
            Add-SocketMulticastGroup $witness $groupAddress -Interface lo
            $port = $witness.LocalEndPoint.Port
            $group = "$($groupAddress):$port"

            function Invoke-Responder {
                param([string] $ServiceType = $clock, [string] $Name = 'uuid:1::clock')

                $responder = Start-Worker { & $args[0] -ServiceType $args[1] -Location 'http://127.0.0.1:8080/' -Name $args[2] -Group $args[3] } -ArgumentList @(
                    "$examples/Publish-MulticastService.ps1", $ServiceType, $Name, $group
                )
                Wait-Until -TimeoutSeconds 20 -Because 'the responder waits' { $responder.Output.Count -gt 0 }
                $responder.Output[0] | Should -BeExactly "waiting on $group"
                $responder
            }
        }

        It 'answers a program in Python that asks, announces itself, and takes its leave when it is stopped' {
            if (-not (Test-Program python3)) {
                Set-ItResult -Skipped -Because 'python3 is not installed'
            }
            $worker = Invoke-Responder
            $alive = (Receive-Datagram $witness -TimeoutSeconds 10).Text -split '\r\n'
            $alive[0] | Should -BeExactly 'NOTIFY * HTTP/1.1'
            $alive | Should -Contain 'NTS: ssdp:alive'
            $alive | Should -Contain "NT: $clock"
            $alive | Should -Contain 'LOCATION: http://127.0.0.1:8080/'
            $alive[-2..-1] | Should -BeExactly '', ''

            # It asks three times for something else, or in another way, and then twice as it should: by type, and for all.
            $peer = Invoke-Python -ArgumentList $groupAddress, $port, $clock -Source @"
$pythonHead
def ask(st, man='"ssdp:discover"', to=group):
    s.sendto(f'M-SEARCH * HTTP/1.1\r\nHost: {group}:{port}\r\nMan: {man}\r\nST: {st}\r\nMX: 1\r\n\r\n'.encode(), (to, port))
ask('urn:example-org:service:lamp:1')
ask(sys.argv[3], man='"something:else"')
s.sendto(b'\xff\xfe', (group, port))
ask(sys.argv[3])
print(s.recvfrom(2000)[0].decode().replace('\r\n', '|'))
ask('ssdp:all')
print(s.recvfrom(2000)[0].decode().replace('\r\n', '|'))
"@
            Wait-Peer $peer -TimeoutSeconds 30 | Should -Be 0 -Because $peer.ErrorOutput
            $answer = 'HTTP/1.1 200 OK|CACHE-CONTROL: max-age=1800|EXT:|LOCATION: http://127.0.0.1:8080/|' + "ST: $clock|USN: uuid:1::clock||"
            $peer.Output.TrimEnd() -split '\r?\n' | Should -BeExactly $answer, $answer
            Wait-Until { $worker.Output.Count -eq 3 }
            $worker.Output[1] | Should -Match '^answered 127\.0\.0\.1:\d+$'

            $null = Receive-Datagram $witness -Continuous -TimeoutSeconds 0
            Stop-Worker $worker | Should -BeLessThan 1000
            $worker = $null
            $leave = (Receive-Datagram $witness -TimeoutSeconds 10).Text -split '\r\n'
            $leave | Should -Contain 'NTS: ssdp:byebye'
            $leave | Should -Contain 'USN: uuid:1::clock'
            @(Get-Socket).Count | Should -Be 1
        }

        It 'finds programs in Python that answer' {
            if (-not (Test-Program python3)) {
                Set-ItResult -Skipped -Because 'python3 is not installed'
            }
            # It answers everything twice, with header lines in another order and in small letters, and with two other messages.
            $source = @"
$pythonHead
r = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
r.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
r.bind((group, port))
r.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, struct.pack('4s4s', socket.inet_aton(group), socket.inet_aton('127.0.0.1')))
r.settimeout(60)
print('ready')
while True:
    question, sender = r.recvfrom(2000)
    lines = question.decode().split('\r\n')
    print('|'.join(lines))
    for i in range(2):
        s.sendto(b'HTTP/1.1 404 Not Found\r\n\r\n', sender)
        s.sendto(b'nonsense', sender)
        s.sendto(('HTTP/1.1 200 OK\r\nusn:' + sys.argv[3] + '\r\nLocation:  http://127.0.0.1/' + sys.argv[3] + '\r\nst: lamp\r\n\r\n').encode(), sender)
"@
            $peers = 'one', 'two' | ForEach-Object { Invoke-Python $source $groupAddress, $port, $_ }
            $peers | ForEach-Object { $peer = $_; Wait-Until -TimeoutSeconds 20 -Because "Python is ready: $($peer.ErrorOutput)" { $peer.Output -match 'ready' } }
            $found = @(& "$examples/Find-MulticastService.ps1" -Group $group -TimeoutSeconds 1 | Sort-Object Name)
            $found.Name | Should -BeExactly 'one', 'two'
            $found.Location | Should -BeExactly 'http://127.0.0.1/one', 'http://127.0.0.1/two'
            $found.ServiceType | Should -BeExactly 'lamp', 'lamp'
            $found | ForEach-Object { "$($_.RemoteEndPoint)" | Should -Match '^127\.0\.0\.1:\d+$' }
            $questions = $peers[0].Output.TrimEnd() -split '\r?\n' | Select-Object -Skip 1
            $expected = "M-SEARCH * HTTP/1.1|HOST: $group|MAN: ""ssdp:discover""|MX: 1|ST: ssdp:all||"
            $questions | Should -BeExactly $expected, $expected
        }

        It 'find each other, by the kind of service' {
            $worker = Invoke-Responder
            $other = Invoke-Responder 'urn:example-org:service:lamp:1' 'uuid:2::lamp'
            try {
                $run = Invoke-Example 'Find-MulticastService.ps1' $clock, '-Group', $group, '-TimeoutSeconds', 1
                $text = (Wait-Example $run) -join "`n"
                $text | Should -BeLike "*$clock*uuid:1::clock*http://127.0.0.1:8080/*"
                $text | Should -Not -BeLike '*lamp*'
                (& "$examples/Find-MulticastService.ps1" -Group $group -TimeoutSeconds 0.5).Name | Sort-Object | Should -BeExactly 'uuid:1::clock', 'uuid:2::lamp'
                & "$examples/Find-MulticastService.ps1" -ServiceType 'urn:example-org:service:printer:1' -Group $group -TimeoutSeconds 0.2 | Should -BeNullOrEmpty
            }
            finally {
                $null = Stop-Worker $other
            }
        }
    }

    Context 'Send-DatagramLoad.ps1' {
        BeforeAll {
            $recipe = "$examples/Send-DatagramLoad.ps1"
            $counter = if (Test-Program cc) {
                # Counts datagrams until one without bytes comes: how many, how many bytes, how many out of order, first and last
                # number, and how many seconds there are between the first and the last.
                Build-CProgram -Directory $directory -Name counter -Source @"
#include <arpa/inet.h>
#include <endian.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

int main(void)
{
    struct sockaddr_in address = { .sin_family = AF_INET };
    socklen_t length = sizeof address;
    unsigned char message[65536];
    uint64_t count = 0, bytes = 0, disorder = 0, first = 0, last = 0;
    struct timespec begin = { 0 }, end = { 0 };
    int size = 8 << 20;
    int sockfd = socket(AF_INET, SOCK_DGRAM, 0);
    setsockopt(sockfd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
    inet_pton(AF_INET, "127.0.0.1", &address.sin_addr);
    if (sockfd < 0 || bind(sockfd, (struct sockaddr *)&address, sizeof address) < 0)
        return 1;
    getsockname(sockfd, (struct sockaddr *)&address, &length);
    printf("%d\n", ntohs(address.sin_port));
    fflush(stdout);
    for (;;) {
        ssize_t received = recv(sockfd, message, sizeof message, 0);
        uint64_t number;
        if (received <= 0)
            break;
        clock_gettime(CLOCK_MONOTONIC, &end);
        memcpy(&number, message, 8);
        number = be64toh(number);
        if (count == 0) {
            begin = end;
            first = number;
        }
        else if (number != last + 1)
            disorder++;
        last = number;
        count++;
        bytes += received;
    }
    printf("%" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 " %.6f\n", count, bytes, disorder, first, last,
           end.tv_sec - begin.tv_sec + (end.tv_nsec - begin.tv_nsec) / 1e9);
    return 0;
}
"@
            }

            # What the program in C has counted, after the datagram without bytes behind all others.
            function Get-Count {
                param([psobject] $Peer, [string] $Address)

                $last = New-Socket IPv4 Datagram
                Send-Datagram $last '' $Address
                Close-Socket $last
                Wait-Peer $Peer | Should -Be 0
                $words = ($Peer.Output -split '\n')[1] -split ' '
                [pscustomobject]@{
                    Count = [long] $words[0]; Bytes = [long] $words[1]; Disorder = [long] $words[2]; First = [long] $words[3]; Last = [long] $words[4]
                    Seconds = [double] $words[5]
                }
            }
        }

        It 'sends <Count> datagrams at <Rate> a second, which a program in C counts' -ForEach @(
            @{ Rate = 200; Count = 100; Size = 8 }
            @{ Rate = 5000; Count = 2500; Size = 100 }
            @{ Rate = 50000; Count = 25000; Size = 64 }
        ) {
            if (-not $counter) {
                Set-ItResult -Skipped -Because 'cc is not installed'
            }
            $peer = Invoke-TestPeer $counter
            $address = "127.0.0.1:$(Get-PythonPort $peer)"
            $result = & $recipe $address -Rate $Rate -Count $Count -Size $Size
            $heard = Get-Count $peer $address

            $result.Sent | Should -Be $Count
            $result.Refused | Should -Be 0
            $result.Bytes | Should -Be ($Count * $Size)
            $result.TargetRate | Should -Be $Rate
            "$($result.RemoteEndPoint)" | Should -Be $address

            # UDP may lose some where the receiver's buffer is small; none may be there that was not sent, and none twice.
            $heard.First | Should -Be 0
            $heard.Count | Should -BeLessOrEqual $Count
            if ($Rate -le 5000) {
                $heard.Count | Should -Be $Count
                $heard.Disorder | Should -Be 0
                $heard.Last | Should -Be ($Count - 1)
            }
            $heard.Bytes | Should -Be ($heard.Count * $Size)

            # It is never faster than it was told to be, as far as the clock can tell; and seldom much slower.
            $result.Rate | Should -BeLessOrEqual ($Rate * 1.01)
            $result.Rate | Should -BeGreaterThan ($Rate * 0.5)
            $result.DurationSeconds | Should -BeGreaterOrEqual ($Count / $Rate * 0.99)
            [Math]::Abs($heard.Seconds - $result.DurationSeconds) | Should -BeLessThan (0.1 + 2 / $Rate)
        }

        It 'sends for a time, over <Family>' -ForEach @(
            @{ Family = 'IPv6'; Local = { '[::1]:0' } }
            @{ Family = 'Unix'; Local = { New-TestPath } }
        ) {
            $receiver = New-Socket $Family Datagram | Register-SocketAddress (& $Local) -PassThru
            $worker = Start-Worker { Receive-Datagram $args[0] -Continuous } -ArgumentList $receiver
            $lines = Wait-Example (Invoke-Example 'Send-DatagramLoad.ps1' $receiver.LocalEndPoint, '-Rate', 500, '-DurationSeconds', 0.4)
            $text = $lines -join "`n"
            $text | Should -Match 'TargetRate\s+: 500\b'
            $text | Should -Match 'Refused\s+: 0\b'
            $sent = [int] [regex]::Match($text, 'Sent\s+: (\d+)').Groups[1].Value
            $sent | Should -BeGreaterThan 50
            $sent | Should -BeLessOrEqual 200
            Wait-Until { $worker.Output.Count -eq $sent }
            $worker.Output[0].Length | Should -Be 64
            0..($sent - 1) | ForEach-Object { [Convert]::ToHexString($worker.Output[$_].Data[0..7]) } | Should -Be (0..($sent - 1) | ForEach-Object { '{0:X16}' -f $_ })
        }

        It 'counts what nobody takes' {
            $gone = New-Socket IPv4 Datagram | Register-SocketAddress '127.0.0.1:0' -PassThru
            $address = $gone.LocalEndPoint
            Close-Socket $gone
            $result = & $recipe $address -Rate 1000 -Count 100
            $result.Refused | Should -BeGreaterThan 0
            $result.Sent + $result.Refused | Should -Be 100
            $result.Bytes | Should -Be (64 * $result.Sent)
        }

        It 'has an end without being told, and can be stopped before it' {
            $parameter = [System.Management.Automation.Language.Parser]::ParseFile($recipe, [ref] $null, [ref] $null).ParamBlock.Parameters |
                Where-Object { $_.Name.VariablePath.UserPath -eq 'DurationSeconds' }
            $parameter.DefaultValue.Value | Should -Be 5
            $receiver = New-Socket IPv4 Datagram | Register-SocketAddress '127.0.0.1:0' -PassThru
            $worker = Start-Worker { & $args[0] $args[1] -DurationSeconds 60 } -ArgumentList $recipe, $receiver.LocalEndPoint
            $null = Receive-Datagram $receiver -Count 20 -TimeoutSeconds 20
            Wait-Until -TimeoutSeconds 20 { $worker.PowerShell.Streams.Progress.Count -gt 0 }
            Stop-Worker $worker | Should -BeLessThan 1000
            $worker = $null
            @(Get-Socket).Count | Should -Be 1
        }
    }

    Context 'Send-FileWithChecksum.ps1 and Receive-FileWithChecksum.ps1' {
        BeforeAll {
            # Speaks the same protocol: send PORT NAME CONTENT [cut], or damage PORT, which stands between the two and changes one
            # byte of the file.
            $speaker = @"
import hashlib, socket, struct, sys
def read(s, n):
    data = b''
    while len(data) < n:
        piece = s.recv(n - len(data))
        if not piece:
            sys.exit('closed')
        data += piece
    return data
def frame(s):
    return read(s, struct.unpack('!H', read(s, 2))[0])
def say(s, body):
    s.sendall(struct.pack('!H', len(body)) + body)
def tell(answer):
    print(answer[0] >> 7, answer[1:33].hex(), answer[33:].decode(), flush=True)
mode, port = sys.argv[1], int(sys.argv[2])
out = socket.create_connection(('127.0.0.1', port))
if mode == 'send':
    name, content = sys.argv[3].encode(), sys.argv[4].encode()
    say(out, b'FILE' + struct.pack('!BQ', 1, len(content)) + hashlib.sha256(content).digest() + struct.pack('!H', len(name)) + name)
    answer = frame(out)
    tell(answer)
    if not answer[0] >> 7:
        sys.exit(2)
    if len(sys.argv) > 5:
        out.sendall(content[:-1])
        out.shutdown(socket.SHUT_WR)
    else:
        out.sendall(content)
    tell(frame(out))
else:
    server = socket.create_server(('127.0.0.1', 0))
    print(server.getsockname()[1], flush=True)
    client, _ = server.accept()
    header = frame(client)
    length = struct.unpack('!Q', header[5:13])[0]
    say(out, header)
    say(client, frame(out))
    content = bytearray(read(client, length))
    content[length // 2] ^= 1
    out.sendall(content)
    say(client, frame(out))
"@
        }

        BeforeEach {
            $incoming = (New-Item -ItemType Directory -Path (Join-Path $directory ([guid]::NewGuid()))).FullName
        }

        It 'move a file of <Size> bytes over <Family>, which sha256sum confirms' -ForEach @(
            @{ Size = 20MB + 3; Family = 'IPv6'; Local = { '[::1]:0' } }
            @{ Size = 0; Family = 'IPv4'; Local = { '127.0.0.1:0' } }
            @{ Size = 100000; Family = 'Unix'; Local = { New-TestPath } }
        ) {
            if (-not (Test-Program sha256sum)) {
                Set-ItResult -Skipped -Because 'sha256sum is not installed'
            }
            $from = Join-Path $directory 'größe [1].bin' # characters that a wildcard would have
            [System.IO.File]::WriteAllBytes($from, (Get-RandomByte $Size))
            $expected = Get-ProgramHash $from
            $receiver = Invoke-Example 'Receive-FileWithChecksum.ps1' $incoming, (& $Local)
            $address = Get-ExampleAddress $receiver
            $sender = Invoke-Example 'Send-FileWithChecksum.ps1' $from, $address
            $text = (Wait-Example $sender) -join '' -replace '\s'
            $text | Should -BeLike "*$Size*"
            $null = Wait-Example $receiver
            Get-ProgramHash (Join-Path $incoming 'größe [1].bin') | Should -Be $expected
            @(Get-ChildItem -LiteralPath $incoming).Name | Should -Be 'größe [1].bin'
        }

        It 'notice that a byte has been changed on the way' {
            if (-not (Test-Program python3)) {
                Set-ItResult -Skipped -Because 'python3 is not installed'
            }
            $from = Join-Path $directory 'fragile.bin'
            [System.IO.File]::WriteAllBytes($from, (Get-RandomByte 300000))
            $receiver = Invoke-Example 'Receive-FileWithChecksum.ps1' $incoming, '127.0.0.1:0'
            $between = Invoke-Python $speaker 'damage', ((Get-ExampleAddress $receiver) -replace '.*:')
            $sender = Invoke-Example 'Send-FileWithChecksum.ps1' $from, "127.0.0.1:$(Get-PythonPort $between)"
            Get-RecipeError $sender | Should -BeLike '*does not keep fragile.bin: The file was damaged on its way*'
            Get-RecipeError $receiver | Should -BeLike '*The file was damaged on its way: its SHA-256 is*'
            Get-ChildItem -LiteralPath $incoming | Should -BeNullOrEmpty
        }

        It 'receives from a program in Python: <Case>' -ForEach @(
            @{ Case = 'a file'; Name = 'hello.txt'; Answers = '^1 0{64} \n1 d3751d33f9cd5049c4af2b462735457e4d3baf130bcbb87f389e349fbaeb20b9 \n$'; ExitCode = 0; Files = 'hello.txt' }
            @{ Case = 'a file whose end is missing'; Name = 'hello.txt'; More = @('cut'); Answers = '^1 0{64} \n0 0{64} .* 1 of 5 bytes are missing\.\n$'; ExitCode = 1 }
            @{ Case = 'a name with a directory'; Name = '../evil.txt'; Answers = "^0 0{64} '../evil\.txt' is not the name of a file alone\.\n$"; ExitCode = 1 }
            @{ Case = 'a name that is a directory'; Name = '..'; Answers = "^0 0{64} '\.\.' is not the name of a file alone\.\n$"; ExitCode = 1 }
            @{ Case = 'a file that is too long'; Name = 'hello.txt'; Switches = @('-MaximumLength', '4'); Answers = '^0 0{64} hello\.txt has 5 bytes, and 4 are allowed\.\n$'; ExitCode = 1 }
            @{ Case = 'a file that is there'; Name = 'old.txt'; Old = 'old'; Answers = '^0 0{64} old\.txt is there already\.\n$'; ExitCode = 1; Files = 'old.txt' }
            @{ Case = 'a file that is there, and replaced'; Name = 'old.txt'; Old = 'old'; Switches = @('-Force'); Answers = '^1 .*\n1 '; ExitCode = 0; Files = 'old.txt' }
        ) {
            if (-not (Test-Program python3)) {
                Set-ItResult -Skipped -Because 'python3 is not installed'
            }
            if ($Old) {
                Set-Content -LiteralPath "$incoming/$Name" -Value $Old -NoNewline
            }
            $receiver = Invoke-Example 'Receive-FileWithChecksum.ps1' @($incoming, '127.0.0.1:0'; $Switches ?? @())
            $port = (Get-ExampleAddress $receiver) -replace '.*:'
            $peer = Invoke-Python $speaker @('send', $port, $Name, 'hallo'; $More ?? @())
            $null = Wait-Peer $peer -TimeoutSeconds 30
            $peer.Output | Should -Match $Answers -Because $peer.ErrorOutput
            Wait-Peer $receiver -TimeoutSeconds 30 | Should -Be $ExitCode
            @(Get-ChildItem -LiteralPath $incoming).Name | Should -Be $Files
            if ($Files) {
                Get-Content -LiteralPath "$incoming/$Files" -Raw | Should -BeExactly ($ExitCode ? $Old : 'hallo')
            }
            Test-Path -LiteralPath "$directory/evil.txt" | Should -BeFalse
        }

        It 'Send-FileWithChecksum.ps1 says that the receiver has gone' {
            $from = Join-Path $directory 'from.txt'
            Set-Content -LiteralPath $from -Value 'content'
            $listener = Start-SocketListener -LocalEndPoint '127.0.0.1:0'
            $worker = Start-Worker { & $args[0] $args[1] $args[2] } -ArgumentList "$examples/Send-FileWithChecksum.ps1", $from, "$($listener.LocalEndPoint)"
            $connection = Receive-SocketConnection $listener -TimeoutSeconds 20
            $null = Receive-SocketData $connection -LengthPrefix 2 -TimeoutSeconds 20
            Close-Socket $connection
            $result = Wait-Worker $worker
            $worker = $null
            "$($result.Errors[-1])" | Should -BeLike '*closed the connection and not said whether it wants from.txt.'
        }

        It 'Receive-FileWithChecksum.ps1 shows how far it is when it takes long' {
            $worker = Start-Worker { & $args[0] $args[1] '127.0.0.1:0' } -ArgumentList "$examples/Receive-FileWithChecksum.ps1", $incoming
            Wait-Until -TimeoutSeconds 20 { $worker.PowerShell.Streams.Information.Count -gt 0 }
            $connection = Connect-Socket ("$($worker.PowerShell.Streams.Information[0])" -replace '^waiting on ') -TimeoutSeconds 10
            $header = New-MessageFormat -Field 'Magic:32:ascii', 'Version:8', 'Length:64', 'Checksum:256:hex', 'NameLength:16', 'Name:[NameLength]:utf8'
            $content = [byte[]]::new(10000)
            $values = @{ Magic = 'FILE'; Version = 1; Length = $content.Length; Checksum = (Get-ByteHash $content); Name = 'slow.bin' }
            Send-SocketData $connection (ConvertTo-BinaryMessage $header $values) -LengthPrefix 2
            $null = Receive-SocketData $connection -LengthPrefix 2 -TimeoutSeconds 10
            $at = @{ Byte = 0 }
            Wait-Until -TimeoutSeconds 20 -Because 'there is a progress bar' {
                Send-SocketData $connection ([byte[]] @(0))
                $at.Byte++
                $worker.PowerShell.Streams.Progress.Count -gt 0
            }
            Send-SocketData $connection ([byte[]]::new($content.Length - $at.Byte))
            Wait-Until { $worker.AsyncResult.IsCompleted }
            $progress = $worker.PowerShell.Streams.Progress.ReadAll()
            (Wait-Worker $worker).Errors | Should -BeNullOrEmpty
            $worker = $null
            $progress[0].Activity | Should -BeExactly 'Receiving slow.bin'
            $progress[0].StatusDescription | Should -Match '^\d+ of 10000 bytes$'
            $progress[-1].RecordType | Should -Be 'Completed'
            (Get-Item -LiteralPath "$incoming/slow.bin").Length | Should -Be 10000
        }
    }

    Context 'Start-TcpProxy.ps1' {
        BeforeAll {
            # Starts the proxy in this process, and gives the address where it waits.
            function Invoke-Proxy {
                param([string] $RemoteEndPoint, [string] $LocalEndPoint = '127.0.0.1:0', [int] $ThrottleLimit = 20)

                $proxy = Start-Worker { & $args[0] $args[1] $args[2] -ThrottleLimit $args[3] } -ArgumentList @(
                    "$examples/Start-TcpProxy.ps1", $RemoteEndPoint, $LocalEndPoint, $ThrottleLimit
                )
                Wait-Until -TimeoutSeconds 20 -Because 'the proxy waits' { $proxy.AsyncResult.IsCompleted -or $proxy.Output.Count -gt 0 }
                $proxy | Add-Member -NotePropertyName Address -NotePropertyValue ($proxy.Output[0] -replace '^waiting on ') -PassThru
            }

            # socat at a UNIX socket, where it does something with what it gets.
            function Invoke-Socat {
                param([string] $Does)

                $path = New-TestPath
                $null = Invoke-TestPeer socat "UNIX-LISTEN:$path,fork", $Does
                Wait-Until -Because 'socat listens' { Test-Path -LiteralPath $path }
                $path
            }

            $nginx = $null
            if ((Test-Program nginx) -and (Test-Program curl)) {
                $root = (New-Item -ItemType Directory -Path "$directory/nginx").FullName
                [System.IO.File]::WriteAllBytes("$root/page.bin", (Get-RandomByte 300000))
                $nginx = Invoke-Server -Program nginx -Arguments {
                    Set-Content -LiteralPath "$root/nginx.conf" -Value @"
daemon off;
master_process off;
pid $root/nginx.pid;
error_log stderr;
events { }
http {
    access_log off;
    client_body_temp_path $root/body;
    proxy_temp_path $root/proxy;
    fastcgi_temp_path $root/fastcgi;
    uwsgi_temp_path $root/uwsgi;
    scgi_temp_path $root/scgi;
    server {
        listen 127.0.0.1:$($args[0]);
        listen unix:$root/nginx.sock;
        root $root;
    }
}
"@
                    '-p', $root, '-e', 'stderr', '-c', "$root/nginx.conf"
                } -IsReady { Test-Listener $args[0] }
            }
        }

        AfterAll {
            Stop-Peer $nginx.Peer
        }

        It 'stands between curl and nginx at <Where>, for one and for many' -ForEach @(
            @{ Where = 'a port'; Unix = $false }
            @{ Where = 'a UNIX socket'; Unix = $true }
        ) {
            if (-not $nginx) {
                Set-ItResult -Skipped -Because 'nginx or curl is not installed'
            }
            $server = $Unix ? "$root/nginx.sock" : "127.0.0.1:$($nginx.Port)"
            $run = Invoke-Example 'Start-TcpProxy.ps1' $server, '127.0.0.1:0'
            $url = "http://$(Get-ExampleAddress $run)/page.bin"
            $expected = Get-ByteHash (Get-RandomByte 300000)

            # Two requests on one connection: more than one exchange goes through.
            $peer = Invoke-TestPeer curl '--silent', '--fail', '--noproxy', '*', $url, $url
            Wait-Peer $peer -TimeoutSeconds 30 | Should -Be 0 -Because $peer.ErrorOutput
            Get-ByteHash $peer.OutputByte | Should -Be (Get-ByteHash ((Get-RandomByte 300000) + (Get-RandomByte 300000)))
            Wait-Until { $run.Output -match 'has received 600\d\d\d bytes' -and $run.Output -match 'has sent \d+ bytes' }

            $peers = 1..12 | ForEach-Object { Invoke-TestPeer curl '--silent', '--fail', '--noproxy', '*', $url }
            foreach ($peer in $peers) {
                Wait-Peer $peer -TimeoutSeconds 30 | Should -Be 0 -Because $peer.ErrorOutput
                Get-ByteHash $peer.OutputByte | Should -Be $expected
            }
            Wait-Until { [regex]::Matches($run.Output, 'has received').Count -eq 13 }
            $run.ErrorOutput | Should -BeExactly ''
        }

        It 'passes the end on, and the answer to it back: socat sends, and sha256sum behind the proxy answers' {
            if (-not (Test-Program socat)) {
                Set-ItResult -Skipped -Because 'socat is not installed'
            }
            $worker = Invoke-Proxy (Invoke-Socat 'EXEC:sha256sum')
            $content = Get-RandomByte 3000000
            $peer = Invoke-TestPeer socat '-t', '20', '-', "TCP:$($worker.Address)"
            $peer.Input.Write($content, 0, $content.Length)
            $peer.Input.Close()
            Wait-Peer $peer -TimeoutSeconds 30 | Should -Be 0 -Because $peer.ErrorOutput
            $peer.Output.TrimEnd() | Should -BeExactly "$(Get-ByteHash $content)  -"
        }

        It 'copies both ways at the same time, more than all buffers hold, and from a UNIX socket to TCP' {
            if (-not (Test-Program python3)) {
                Set-ItResult -Skipped -Because 'python3 is not installed'
            }
            $echo = Invoke-Python @"
import socket
listener = socket.create_server(('127.0.0.1', 0))
print(listener.getsockname()[1])
connection, _ = listener.accept()
while data := connection.recv(65536):
    connection.sendall(data)
"@
            $worker = Invoke-Proxy "127.0.0.1:$(Get-PythonPort $echo)"
            $second = Invoke-Proxy $worker.Address (New-TestPath)
            try {
                $content = Get-RandomByte 20MB
                $connection = Connect-Socket $second.Address -TimeoutSeconds 10
                $sender = Start-Worker { Send-SocketData $args[0] $args[1]; Disconnect-Socket $args[0] -Direction Send } -ArgumentList $connection, $content
                $received = Receive-SocketData $connection -ToEnd -AsByteArray -TimeoutSeconds 20
                (Wait-Worker $sender).Errors | Should -BeNullOrEmpty
                Get-ByteHash $received | Should -Be (Get-ByteHash $content)
            }
            finally {
                $null = Stop-Worker $second
            }
        }

        It 'passes a broken connection on as a broken one, from the <Side>' -ForEach @{ Side = 'client' }, @{ Side = 'server' } {
            $listener = Start-SocketListener -LocalEndPoint '127.0.0.1:0'
            $worker = Invoke-Proxy "$($listener.LocalEndPoint)"
            $client = Connect-Socket $worker.Address -TimeoutSeconds 10
            $server = Receive-SocketConnection $listener -TimeoutSeconds 10
            Send-SocketData $client 'question'
            Receive-SocketData $server -AsText -TimeoutSeconds 10 | Should -BeExactly 'question'
            $breaks, $hears = $Side -eq 'client' ? ($client, $server) : ($server, $client)
            Set-SocketOption $breaks Linger 0
            Close-Socket $breaks
            Receive-SocketData $hears -TimeoutSeconds 10 -ErrorAction SilentlyContinue -ErrorVariable failure
            $failure.FullyQualifiedErrorId | Should -BeLike 'ConnectionReset,*'

            # And it serves the next.
            Wait-Until { $worker.PowerShell.Streams.Warning.Count -eq 1 }
            $worker.PowerShell.Streams.Warning[0].Message | Should -BeLike '*ECONNRESET (104)*'
            $next = Connect-Socket $worker.Address -TimeoutSeconds 10
            $server = Receive-SocketConnection $listener -TimeoutSeconds 10
            Send-SocketData $server 'welcome'
            Receive-SocketData $next -AsText -TimeoutSeconds 10 | Should -BeExactly 'welcome'
        }

        It 'closes a client for whom there is no server, and goes on' {
            $held = New-Socket IPv4 Stream -ReuseAddress | Register-SocketAddress '127.0.0.1:0' -PassThru
            $worker = Invoke-Proxy "$($held.LocalEndPoint)"
            $client = Connect-Socket $worker.Address -TimeoutSeconds 10
            Receive-SocketData $client -TimeoutSeconds 10 | Should -BeNullOrEmpty
            Wait-Until { $worker.PowerShell.Streams.Warning.Count -eq 1 }
            $worker.PowerShell.Streams.Warning[0].Message | Should -BeLike '*ECONNREFUSED (111)*'

            Start-SocketListener $held
            $client = Connect-Socket $worker.Address -TimeoutSeconds 10
            $server = Receive-SocketConnection $held -TimeoutSeconds 10
            Send-SocketData $client 'now' -NewLine
            Receive-SocketData $server -Line -TimeoutSeconds 10 | Should -BeExactly 'now'
        }

        It 'lets the next client wait when all places are taken, and closes everything when it is stopped' {
            $listener = Start-SocketListener -LocalEndPoint '127.0.0.1:0'
            $worker = Invoke-Proxy "$($listener.LocalEndPoint)" -ThrottleLimit 1
            $first = Connect-Socket $worker.Address -TimeoutSeconds 10
            $server = Receive-SocketConnection $listener -TimeoutSeconds 10
            Send-SocketData $first 'first' -NewLine
            Receive-SocketData $server -Line -TimeoutSeconds 10 | Should -BeExactly 'first'

            $next = Connect-Socket $worker.Address -TimeoutSeconds 10
            Send-SocketData $next 'next' -NewLine
            $other = Receive-SocketConnection $listener -TimeoutSeconds 1 -ErrorAction Ignore
            $other ? (Wait-Socket $other -TimeoutSeconds 0.3) : $null | Should -BeNullOrEmpty
            Close-Socket $first, $server
            $other ??= Receive-SocketConnection $listener -TimeoutSeconds 10
            Receive-SocketData $other -Line -TimeoutSeconds 10 | Should -BeExactly 'next'

            Stop-Worker $worker | Should -BeLessThan 2000
            $worker = $null
            Receive-SocketData $next -TimeoutSeconds 10 -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
            Close-Socket $next, $other, $listener
            Get-Socket | Should -BeNullOrEmpty
        }
    }

    Context 'Start-UnixChat.ps1 and Join-UnixChat.ps1' {
        BeforeEach {
            $path = New-TestPath
            $server = Invoke-Example 'Start-UnixChat.ps1' $path, '-MaximumLength', 200
            Get-ExampleAddress $server | Should -Be $path

            # The lines that the server has written, when there are so many.
            function Wait-ServerLine {
                param([int] $Count)

                Wait-Until -TimeoutSeconds 20 -Because "the server writes $Count lines: $($server.ErrorOutput)" { ($server.Output -split '\n').Count -gt $Count }
                ($server.Output -split '\r?\n')[$Count - 1]
            }
        }

        It 'relays lines among socat and the script' {
            if (-not (Test-Program socat)) {
                Set-ItResult -Skipped -Because 'socat is not installed'
            }
            $first = Invoke-TestPeer socat '-t', '10', '-', "UNIX-CONNECT:$path"
            Write-PeerInput $first "Ada`n"
            Wait-ServerLine 2 | Should -BeExactly '* Ada is here'
            $second = Invoke-TestPeer socat '-t', '10', '-', "UNIX-CONNECT:$path"
            Write-PeerInput $second "Grace`r`n"
            Wait-ServerLine 3 | Should -BeExactly '* Grace is here'
            $ours = Invoke-Example 'Join-UnixChat.ps1' 'Käthe', $path
            Wait-ServerLine 4 | Should -BeExactly '* Käthe is here'

            Write-PeerInput $first "Hello, Grüße €`n"
            Wait-Until -TimeoutSeconds 20 -Because 'our client shows it' { $ours.Output -match 'Ada: Hello, Grüße €' }
            Write-PeerInput $ours "hello, Ada`n"
            Wait-Until -TimeoutSeconds 20 -Because 'socat gets it' { $first.Output -match 'Käthe: hello, Ada' }
            Write-PeerInput $second "and I`nand again`n"
            Wait-Until -TimeoutSeconds 20 { $ours.Output -match 'Grace: and again' -and $first.Output -match 'Grace: and again' }

            Write-PeerInput $ours "/quit`n"
            Wait-Peer $ours -TimeoutSeconds 30 | Should -Be 0 -Because $ours.ErrorOutput
            $ours.ErrorOutput | Should -BeExactly ''
            $first.Input.Close()
            Wait-Peer $first -TimeoutSeconds 30 | Should -Be 0
            $first.Output -split '\n' | Should -BeExactly '* Grace is here', '* Käthe is here', 'Käthe: hello, Ada', 'Grace: and I', 'Grace: and again', '* Käthe has left', ''
            Wait-Until { $second.Output -match 'Ada has left' }
            $second.Output -split '\n' | Should -BeExactly '* Käthe is here', 'Ada: Hello, Grüße €', 'Käthe: hello, Ada', '* Käthe has left', '* Ada has left', ''
            $server.ErrorOutput | Should -BeExactly ''
        }

        It 'says a line of the script and leaves' {
            $listener = Connect-Socket $path -TimeoutSeconds 10
            Send-SocketData $listener 'Ada' -NewLine
            $null = Wait-ServerLine 2
            $null = Wait-Example (Invoke-Example 'Join-UnixChat.ps1' 'Builder', $path, '-Message', 'The build is done.')
            Receive-SocketData $listener -Line -Count 3 -TimeoutSeconds 10 |
                Should -BeExactly '* Builder is here', 'Builder: The build is done.', '* Builder has left'
        }

        It 'waits for no client: half a line, half a character, one that takes nothing, a line without end' {
            $ada, $slow, $endless = 1..3 | ForEach-Object { Connect-Socket $path -TimeoutSeconds 10 }
            Send-SocketData $ada 'Ada' -NewLine
            $null = Wait-ServerLine 2
            Send-SocketData $slow 'Sl'
            Send-SocketData $endless 'Endless' -NewLine
            Receive-SocketData $ada -Line -TimeoutSeconds 10 | Should -BeExactly '* Endless is here'

            # The two bytes of ö come one by one, and between them a client speaks.
            Send-SocketData $slow ([byte[]] (0x6F, 0x77, 0xC3))
            Send-SocketData $endless 'in between' -NewLine
            Receive-SocketData $ada -Line -TimeoutSeconds 10 | Should -BeExactly 'Endless: in between'
            Send-SocketData $slow ([byte[]] (0xB6, 10))
            Receive-SocketData $ada -Line -TimeoutSeconds 10 | Should -BeExactly '* Slowö is here'

            Send-SocketData $endless ('x' * 300)
            Receive-SocketData $ada -Line -TimeoutSeconds 10 | Should -BeExactly '* Endless has left'
            Send-SocketData $ada "bell`a and escape`e[2J" -NewLine
            Receive-SocketData $slow -Line -Count 2 -TimeoutSeconds 10 | Should -BeExactly '* Endless has left', 'Ada: bell and escape[2J'

            # Slow reads nothing more: in the end it is shown out, and the others go on.
            $left = @{ Line = '' }
            Wait-Until -TimeoutSeconds 30 {
                Send-SocketData $ada (, ('y' * 190) * 100) -NewLine -TimeoutSeconds 10
                while (Wait-Socket $ada -TimeoutSeconds 0) {
                    $left.Line = Receive-SocketData $ada -Line -TimeoutSeconds 10
                }
                $left.Line
            }
            $left.Line | Should -BeExactly '* Slowö has left'
            $server.Process.HasExited | Should -BeFalse
        }

        It 'removes the path when it is stopped, and does not take it from a server that runs' {
            $other = Invoke-Example 'Start-UnixChat.ps1' $path
            Get-RecipeError $other | Should -BeLike '*EADDRINUSE (98)*'
            $own = New-TestPath
            $worker = Start-Worker { & $args[0] $args[1] } -ArgumentList "$examples/Start-UnixChat.ps1", $own
            Wait-Until -TimeoutSeconds 20 { $worker.Output.Count -gt 0 }
            $client = Connect-Socket $own -TimeoutSeconds 10
            Stop-Worker $worker | Should -BeLessThan 1000
            $worker = $null
            Test-Path -LiteralPath $own | Should -BeFalse
            Close-Socket $client
            Get-Socket | Should -BeNullOrEmpty
        }

        AfterEach {
            Remove-Item -LiteralPath $path -ErrorAction Ignore # the server is killed, which leaves its path
        }
    }

    Context 'Test-TcpPort.ps1' {
        BeforeAll {
            $recipe = "$examples/Test-TcpPort.ps1"
        }

        It 'tells who listens, who refuses, who is silent, and who is not known' {
            if (-not (Test-Program socat)) {
                Set-ItResult -Skipped -Because 'socat is not installed'
            }
            $held = New-Socket IPv4 Stream -ReuseAddress | Register-SocketAddress '127.0.0.1:0' -PassThru
            $port = $held.LocalEndPoint.Port
            $open = Invoke-TestPeer socat "TCP4-LISTEN:$port,bind=127.0.0.5,fork,reuseaddr", 'PIPE'
            $silent = Start-SocketListener -LocalEndPoint "127.0.0.3:$port" -Backlog 0
            $null = Connect-Socket $silent.LocalEndPoint -TimeoutSeconds 10 # now its queue is full, so it does not answer
            Wait-Until -Because 'socat listens' {
                $try = Connect-Socket "127.0.0.5:$port" -TimeoutSeconds 5 -ErrorAction Ignore
                $try | Where-Object { $_ } | Close-Socket
                $try
            }

            $found = @(& $recipe 127.0.0.1, 127.0.0.3, 127.0.0.5, name.invalid, 'no name' $port -TimeoutSeconds 0.5)
            $found.Count | Should -Be 5
            $states = @{}
            $found | ForEach-Object { $states[$_.HostName] = $_ }
            $states['127.0.0.1'].State | Should -BeExactly 'Refused'
            $states['127.0.0.3'].State | Should -BeExactly 'Silent'
            $states['127.0.0.3'].Seconds | Should -BeGreaterOrEqual 0.499
            $states['127.0.0.5'].State | Should -BeExactly 'Open'
            "$($states['127.0.0.5'].RemoteEndPoint)" | Should -Be "127.0.0.5:$port"
            $states['name.invalid'].State | Should -BeIn 'HostNotFound', 'TryAgain'
            $states['no name'].State | Should -BeExactly 'InvalidEndPoint'
            $found.Port | Sort-Object -Unique | Should -Be $port
            $found | Where-Object State -NE 'Open' | ForEach-Object { $_.RemoteEndPoint | Should -BeNullOrEmpty }
        }

        It 'asks many at a time: 40 silent ones take about as long as one' {
            $silent = Start-SocketListener -LocalEndPoint '127.0.0.1:0' -Backlog 0
            $null = Connect-Socket $silent.LocalEndPoint -TimeoutSeconds 10
            $clock = [System.Diagnostics.Stopwatch]::StartNew()
            $found = @(, '127.0.0.1' * 40 | & $recipe -Port $silent.LocalEndPoint.Port -TimeoutSeconds 1)
            $clock.Elapsed.TotalSeconds | Should -BeLessThan 15 -Because 'one after the other they take 40 seconds'
            $found.Count | Should -Be 40
            $found.State | Sort-Object -Unique | Should -BeExactly 'Silent'
        }

        It 'asks many ports of one host, and each once' {
            $listeners = @(1..5 | ForEach-Object { Start-SocketListener -LocalEndPoint '127.0.0.4:0' })
            $closed = @(1..300 | ForEach-Object { New-Socket IPv4 Stream | Register-SocketAddress '127.0.0.4:0' -PassThru })
            $ports = @($listeners.LocalEndPoint.Port) + $closed.LocalEndPoint.Port
            $found = @(& $recipe 127.0.0.4 $ports -TimeoutSeconds 10 -ThrottleLimit 8)
            $found.Port | Sort-Object | Should -Be ($ports | Sort-Object)
            $found | Where-Object State -EQ 'Open' | ForEach-Object Port | Sort-Object | Should -Be ($listeners.LocalEndPoint.Port | Sort-Object)
            @($found | Where-Object State -EQ 'Refused').Count | Should -Be 300
            @(Get-Socket).Count | Should -Be 305 -Because 'every connection is closed again'
        }

        It 'says what a network does that leads nowhere' {
            if (-not (Test-Program unshare) -or -not (Test-Program ip)) {
                Set-ItResult -Skipped -Because 'unshare or ip is not installed'
            }
            # In a network namespace of its own: one network answers that there is no way, and there is none to the other.
            $command = 'ip link set lo up && ip route add unreachable 192.0.2.0/24 && exec "$@"'
            $try = Invoke-TestPeer unshare '--net', 'sh', '-c', $command, 'sh', 'true'
            if ((Wait-Peer $try) -ne 0) {
                Set-ItResult -Skipped -Because "this user may not make a network namespace with a route: $($try.ErrorOutput.Trim())"
            }
            $peer = Invoke-TestPeer unshare @(
                '--net', 'sh', '-c', $command, 'sh', $pwsh; $pwshStart; '-Command'
                "& '$recipe' 192.0.2.1, 198.51.100.1, 127.0.0.1 9 | Sort-Object HostName | ForEach-Object { `$_.HostName + ' ' + `$_.State }"
            )
            Wait-Peer $peer -TimeoutSeconds 30 | Should -Be 0 -Because $peer.ErrorOutput
            $peer.Output.TrimEnd() -split '\r?\n' | Should -BeExactly '127.0.0.1 Refused', '192.0.2.1 HostUnreachable', '198.51.100.1 NetworkUnreachable'
        }
    }
}
