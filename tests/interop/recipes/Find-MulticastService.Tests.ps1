BeforeAll {
    . $PSScriptRoot/../../helpers/Recipes.ps1
    $directory = New-RecipeDirectory
}

AfterAll {
    Remove-Item -LiteralPath $directory -Recurse
}

Describe 'Find-MulticastService.ps1' {
    BeforeEach {
        $started = [System.Collections.Generic.List[psobject]]::new()
        $workers = [System.Collections.Generic.List[psobject]]::new()
        $worker = $null
    }

    AfterEach {
        Stop-Recipe
    }

    Context 'and Publish-MulticastService.ps1' {
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
                    "$recipes/Publish-MulticastService.ps1", $ServiceType, $Name, $group
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
            Assert-SoonStopped $worker
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
            $found = @(& "$recipes/Find-MulticastService.ps1" -Group $group -TimeoutSeconds 1 | Sort-Object Name)
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
                (& "$recipes/Find-MulticastService.ps1" -Group $group -TimeoutSeconds 0.5).Name | Sort-Object | Should -BeExactly 'uuid:1::clock', 'uuid:2::lamp'
                & "$recipes/Find-MulticastService.ps1" -ServiceType 'urn:example-org:service:printer:1' -Group $group -TimeoutSeconds 0.2 -WarningVariable warnings -WarningAction SilentlyContinue | Should -BeNullOrEmpty
                $warnings | Should -BeLike "Nobody in $group has answered within 0.2 s, and only this machine was asked*"
            }
            finally {
                $null = Stop-Worker $other
            }
        }
    }
}
