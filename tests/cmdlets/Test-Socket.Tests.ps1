Describe 'Test-Socket' {
    BeforeAll {
        . "$PSScriptRoot/../helpers/Common.ps1"
        . "$PSScriptRoot/../helpers/Servers.ps1"

        # An address at which nobody is: it was free a moment ago.
        function Get-DeadEndPoint {
            param([string] $Type = 'Stream', [string] $Address = '127.0.0.1:0')

            $socket = New-Socket ($Address -like '`[*' ? 'IPv6' : 'IPv4') $Type | Register-SocketAddress $Address -PassThru
            $socket.LocalEndPoint
            Close-Socket $socket
        }

        # A listener whose queue is full, so that it does not answer.
        function Open-SilentListener {
            $listener = Start-SocketListener '127.0.0.1:0' -Backlog 0
            $null = Connect-Socket $listener.LocalEndPoint -TimeoutSeconds 10
            $listener
        }

        # Runs a script in a network namespace of its own: 10.9.8.0/24 leads into a tunnel that nobody reads, 192.0.2.0/24 nowhere.
        function Invoke-InQuietNamespace {
            param([string] $Script)

            if (-not (Test-Program unshare) -or -not (Test-Program ip)) {
                Set-ItResult -Skipped -Because 'unshare or ip is not installed'
            }
            $command = 'ip link set lo up && ip tuntap add dev t0 mode tun && ip addr add 10.9.8.1/24 dev t0 && ip link set t0 up && ip route add unreachable 192.0.2.0/24 && exec "$@"'
            $try = Invoke-TestPeer unshare '--net', 'sh', '-c', $command, 'sh', 'true'
            if ((Wait-Peer $try) -ne 0) {
                Set-ItResult -Skipped -Because "this user may not make a network namespace with a tunnel: $($try.ErrorOutput.Trim())"
            }
            $file = Join-Path $TestDrive "$([guid]::NewGuid()).ps1"
            Set-Content -LiteralPath $file -Value "Import-Module '$ModulePath'`n$Script"
            $peer = Invoke-TestPeer unshare @('--net', 'sh', '-c', $command, 'sh', $pwsh; $pwshStart; '-File', $file)
            Wait-Peer $peer -TimeoutSeconds 60 | Should -Be 0 -Because $peer.ErrorOutput
            $peer.Output.Trim() -split '\r?\n'
        }
    }

    BeforeEach {
        $started = [System.Collections.Generic.List[psobject]]::new()
    }

    AfterEach {
        Get-Socket | Close-Socket
        $started | ForEach-Object { Stop-Peer $_ }
    }

    Context 'streams' {
        It 'tells open, refused, silent and unknown apart, and closes what it opened' {
            $open = Start-SocketListener '127.0.0.1:0'
            $silent = Open-SilentListener
            $dead = Get-DeadEndPoint
            $before = Get-DescriptorCount

            $found = Test-Socket $open.LocalEndPoint, $silent.LocalEndPoint, $dead, ('a' * 63 + '.invalid:1') -TimeoutSeconds 0.5 -ErrorVariable failure

            $failure | Should -BeNullOrEmpty
            $found.Count | Should -Be 4
            $status = @{}
            $found | ForEach-Object { $status["$($_.RemoteEndPoint)"] = $_ }
            $status["$($open.LocalEndPoint)"].Status | Should -Be 'Open'
            "$($status["$($open.LocalEndPoint)"].Address)" | Should -Be '127.0.0.1'
            $status["$($open.LocalEndPoint)"].Latency | Should -BeGreaterThan 0
            $status["$($open.LocalEndPoint)"].Error | Should -BeNullOrEmpty
            $status["$dead"].Status | Should -Be 'Refused'
            $status["$dead"].Error.Name | Should -Be 'ECONNREFUSED'
            $status["$($silent.LocalEndPoint)"].Status | Should -Be 'TimedOut'
            $status["$($silent.LocalEndPoint)"].Latency | Should -BeNullOrEmpty
            $unknown = $status[('a' * 63 + '.invalid:1')]
            $unknown.Status | Should -Be 'NotFound'
            $unknown.Address | Should -BeNullOrEmpty
            (Receive-SocketConnection $open -TimeoutSeconds 5 | Receive-SocketData -TimeoutSeconds 5) | Should -BeNullOrEmpty
            Get-Socket | Close-Socket
            Get-DescriptorCount | Should -BeLessOrEqual $before
        }

        It 'knows ports in a list and a range: <Way>' -ForEach @(
            @{ Way = 'text'; Command = { Test-Socket "127.0.0.1:1-3,$port" } }
            @{ Way = 'an array of PowerShell'; Command = { Test-Socket 127.0.0.1:1, 2, 3, $port } }
            @{ Way = 'the second word'; Command = { Test-Socket 127.0.0.1 1-3, $port } }
            @{ Way = 'names of parameters'; Command = { Test-Socket -ComputerName 127.0.0.1 -Port 1, 2, 3, $port } }
            @{ Way = 'an object'; Command = { [pscustomobject]@{ IPAddress = '127.0.0.1'; Port = "1-3,$port" } | Test-Socket } }
            @{ Way = 'a host with ports'; Command = { [pscustomobject]@{ HostName = "127.0.0.1:1-3,$port" } | Test-Socket } }
        ) {
            $port = (Start-SocketListener '127.0.0.1:0').LocalEndPoint.Port

            $found = & $Command

            $found.RemoteEndPoint.Port | Sort-Object | Should -Be 1, 2, 3, $port
            ($found | Where-Object Status -EQ Open).RemoteEndPoint.Port | Should -Be $port
            @($found | Where-Object Status -EQ Refused).Count | Should -Be 3
        }

        It 'takes what Import-Csv and Resolve-SocketAddress give, and its output goes on to Connect-Socket' {
            $listener = Start-SocketListener '127.0.0.1:0'
            $port = $listener.LocalEndPoint.Port

            $found = "HostName,Port`nlocalhost,$port" | ConvertFrom-Csv | Test-Socket -TimeoutSeconds 10
            $found.Status | Should -Be 'Open'
            "$($found.RemoteEndPoint)" | Should -Be "localhost:$port"
            (Resolve-SocketAddress 127.0.0.1 $port -SocketType Stream | Test-Socket).Status | Should -Be 'Open'
            "$(($found | Connect-Socket).RemoteEndPoint)" | Should -Be "127.0.0.1:$port"
            $found | ConvertTo-Csv | Select-Object -Last 1 | Should -BeLike """localhost:$port"",""127.0.0.1"",""Open"",*"
        }

        It 'takes end points that were saved' {
            $listener = Start-SocketListener '127.0.0.1:0'
            $listener.LocalEndPoint, $listener.LocalEndPoint | Export-Clixml -LiteralPath "$TestDrive/peers.xml"

            (Import-Clixml -LiteralPath "$TestDrive/peers.xml" | Test-Socket -TimeoutSeconds 10).Status | Should -Be 'Open', 'Open'
            @(Import-Clixml -LiteralPath "$TestDrive/peers.xml" | Connect-Socket -TimeoutSeconds 10).Count | Should -Be 2
        }

        It 'writes only yes or no with -Quiet' {
            $listener = Start-SocketListener '[::1]:0'
            $address = $listener.LocalEndPoint

            Test-Socket $address -Quiet | Should -BeExactly $true
            Close-Socket $listener
            Test-Socket $address -Quiet | Should -BeExactly $false
        }

        It 'tests UNIX paths' {
            $path = New-TestPath
            (Test-Socket $path).Status | Should -Be 'NotFound'
            $null = Start-SocketListener $path
            (Test-Socket $path).Status | Should -Be 'Open'
        }

        It 'writes each as soon as it is known' {
            $open = Start-SocketListener '127.0.0.1:0'
            $silent = Open-SilentListener

            $first = $silent.LocalEndPoint, $open.LocalEndPoint | Test-Socket -TimeoutSeconds 600 | Select-Object -First 1

            $first.Status | Should -Be 'Open'
        }

        It 'never has more sockets than -ThrottleLimit' {
            $silent = Open-SilentListener
            $before = Get-DescriptorCount
            $worker = Start-Worker { param($endPoint) Test-Socket (, $endPoint * 100) -ThrottleLimit 7 -TimeoutSeconds 600 } -ArgumentList $silent.LocalEndPoint
            try {
                Wait-WorkerBlocked $worker
                # One more is what wakes the wait.
                Get-DescriptorCount | Should -BeLessOrEqual ($before + 8)
            }
            finally {
                $null = Stop-Worker $worker -AllowEnded
            }
            Get-DescriptorCount | Should -BeLessOrEqual $before
        }

        It 'writes a row also for those that -TotalTimeoutSeconds did not reach' {
            $silent = Open-SilentListener

            $found = , $silent.LocalEndPoint * 20 | Test-Socket -TotalTimeoutSeconds 0.3 -TimeoutSeconds 600 -ThrottleLimit 3 -ErrorVariable failure

            $failure | Should -BeNullOrEmpty
            $found.Count | Should -Be 20
            $found[0..2].Status | Should -Be 'TimedOut', 'TimedOut', 'TimedOut'
            $found[3..19].Status | Select-Object -Unique | Should -Be 'NotTried'
            $found[3].Error | Should -BeNullOrEmpty
            $found[3].Latency | Should -BeNullOrEmpty
            "$($found[3].RemoteEndPoint)" | Should -Be "$($silent.LocalEndPoint)"
            $found | Out-String | Should -Match '(?m)^127\.0\.0\.1:\d+ +NotTried\s*$'
        }

        It 'tries the first once with no time at all' {
            $open = Start-SocketListener '127.0.0.1:0'
            $found = $open.LocalEndPoint, $open.LocalEndPoint | Test-Socket -TotalTimeoutSeconds 0 -ThrottleLimit 1
            $found[0].Status | Should -BeIn 'Open', 'TimedOut'
            $found[1].Status | Should -Be 'NotTried'
            Test-Socket $open.LocalEndPoint, $open.LocalEndPoint -TotalTimeoutSeconds 0 -ThrottleLimit 1 -Quiet | Select-Object -Last 1 | Should -BeExactly $false
        }

        It 'agrees with nc -z' {
            if (-not (Test-Program nc.openbsd)) {
                Set-ItResult -Skipped -Because 'nc.openbsd is not installed'
            }
            $open = Start-SocketListener '127.0.0.1:0'
            foreach ($endPoint in $open.LocalEndPoint, (Get-DeadEndPoint)) {
                $peer = Invoke-TestPeer nc.openbsd '-z', '-w', '1', '127.0.0.1', $endPoint.Port
                Test-Socket $endPoint -Quiet | Should -Be ((Wait-Peer $peer) -eq 0)
            }
        }
    }

    Context 'in a network that says nothing' {
        It 'waits for 1,000 silent ones together' {
            $lines = Invoke-InQuietNamespace @'
            $null = Test-Socket 10.9.8.7:1 -TimeoutSeconds 0.1
            $clock = [System.Diagnostics.Stopwatch]::StartNew()
            $found = Test-Socket 10.9.8.7:1-1000 -TimeoutSeconds 1 -ThrottleLimit 1000
            "$($found.Count) $($found.Status | Sort-Object -Unique) $($clock.Elapsed.TotalSeconds)"
            $clock.Restart()
            $found = Test-Socket 10.9.8.7:1-300 udp -TimeoutSeconds 0.5 -ThrottleLimit 1000
            "$($found.Count) $($found.Status | Sort-Object -Unique) $($clock.Elapsed.TotalSeconds)"
'@
            $count, $status, $seconds = -split $lines[0]
            $count | Should -Be 1000
            $status | Should -Be 'TimedOut'
            [double] $seconds | Should -BeGreaterOrEqual 0.999
            [double] $seconds | Should -BeLessThan 10 -Because 'one after the other they take 1,000 seconds'
            $count, $status, $seconds = -split $lines[1]
            "$count $status" | Should -Be '300 NoReply'
        }

        It 'says that there is no way' {
            Invoke-InQuietNamespace @'
            Test-Socket 192.0.2.1:9, 198.51.100.1:9, 127.0.0.1:9 | Sort-Object { "$($_.RemoteEndPoint)" } | ForEach-Object { "$($_.Status) $($_.Error.Name)" }
'@ | Should -Be 'Refused ECONNREFUSED', 'Unreachable EHOSTUNREACH', 'Unreachable ENETUNREACH'
        }
    }

    Context 'datagrams' {
        It 'tells an answer and silence apart' {
            $quiet = New-Socket IPv4 Datagram | Register-SocketAddress '127.0.0.1:0' -PassThru
            $server = New-Socket IPv4 Datagram | Register-SocketAddress '127.0.0.1:0' -PassThru
            $echo = Start-Worker { param($server) Receive-Datagram $server | Send-Datagram } -ArgumentList $server

            $found = Test-Socket $server.LocalEndPoint, $quiet.LocalEndPoint -SocketType Datagram -InputObject 'ping' -TimeoutSeconds 2

            (Wait-Worker $echo).Errors | Should -BeNullOrEmpty
            ($found | Where-Object { $_.RemoteEndPoint -eq $server.LocalEndPoint }).Status | Should -Be 'Replied'
            ($found | Where-Object { $_.RemoteEndPoint -eq $quiet.LocalEndPoint }).Status | Should -Be 'NoReply'
            Receive-Datagram $quiet -TimeoutSeconds 5 -AsText | Should -Be 'ping'
        }

        It 'tells a refusal' {
            (Test-Socket (Get-DeadEndPoint Datagram) -SocketType Datagram -InputObject 'ping' -TimeoutSeconds 10).Status | Should -Be 'Refused'
        }

        It 'sends an empty message by default, and takes the type as the second word' {
            $quiet = New-Socket IPv4 Datagram | Register-SocketAddress '127.0.0.1:0' -PassThru

            Test-Socket $quiet.LocalEndPoint udp -TimeoutSeconds 0.1 -Quiet | Should -BeExactly $false

            (Receive-Datagram $quiet -TimeoutSeconds 5).Length | Should -Be 0
        }
    }

    Context 'when it is stopped' {
        It 'ends within 100 ms, and closes all' {
            $silent = Open-SilentListener
            $before = Get-DescriptorCount
            Assert-WorkerStop (Start-Worker { param($endPoint) Test-Socket (, $endPoint * 200) -TimeoutSeconds 600 } -ArgumentList $silent.LocalEndPoint)
            Get-DescriptorCount | Should -BeLessOrEqual $before
        }
    }

    Context 'errors' {
        It 'reports what is not an end point, and goes on' {
            $port = (Start-SocketListener '127.0.0.1:0').LocalEndPoint.Port

            $found = Test-Socket 127.0.0.1:5-2, "127.0.0.1:$port", no-port -ErrorAction SilentlyContinue -ErrorVariable failure

            $found.Status | Should -Be 'Open'
            $failure.Count | Should -Be 2
            $failure | ForEach-Object { $_.FullyQualifiedErrorId | Should -BeLike 'InvalidEndPoint,*' }
            $failure[0].Exception.Message | Should -BeLike "*write '2-5'*"
        }

        It 'refuses <Why>' -ForEach @(
            @{ Why = 'another type'; Parameter = @{ SocketType = 'Raw' }; Id = 'InvalidArgument' }
            @{ Why = 'a message for a stream'; Parameter = @{ InputObject = 'x' }; Id = 'InvalidArgument' }
            @{ Why = 'two messages'; Parameter = @{ SocketType = 'udp'; InputObject = 'x', 'y' }; Id = 'InvalidMessage' }
            @{ Why = 'a port twice'; Parameter = @{ Port = 5 }; Id = 'InvalidEndPoint' }
        ) {
            Test-Socket 127.0.0.1:1 @Parameter -ErrorAction SilentlyContinue -ErrorVariable failure | Should -BeNullOrEmpty

            $failure.Count | Should -Be 1
            $failure.FullyQualifiedErrorId | Should -BeLike "$Id,*"
            $failure.CategoryInfo.Category | Should -Be 'InvalidArgument'
        }

        It 'says that it is not said where to' {
            Test-Socket -ErrorAction SilentlyContinue -ErrorVariable failure
            $failure.FullyQualifiedErrorId | Should -BeLike 'InvalidEndPoint,*'
        }
    }

    Context 'views' {
        It 'has a table that fits 80 columns, and a list' {
            $found = Test-Socket 127.0.0.1:1
            $table = $found | Out-String -Width 80
            $table | Should -Match '(?m)^RemoteEndPoint +Status +Latency \(ms\) +Address'
            $table | Should -Match '(?m)^127\.0\.0\.1:1 +Refused +[\d.]+ +127\.0\.0\.1'
            ($found | Format-List | Out-String) | Should -Match '(?m)^Error +: ECONNREFUSED \(\d+\) Connection refused'
        }
    }

    Context 'with -Verbose' {
        It 'shows the system calls' {
            $dead = Get-DeadEndPoint
            $verbose = Test-Socket $dead -Verbose 4>&1 | Where-Object { $_ -is [System.Management.Automation.VerboseRecord] }
            $verbose.Message | Should -Contain "connect(AF_INET, $dead) = -1 ECONNREFUSED (Connection refused)"
        }
    }
}
