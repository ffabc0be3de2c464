BeforeAll {
    . $PSScriptRoot/../helpers/Common.ps1

    # What the descriptors of this process are, apart from assemblies: .NET keeps those open, and loads more when it likes.
    function Get-OpenThing {
        $null = Get-DescriptorCount # finalizes what nobody holds
        [System.IO.Directory]::GetFileSystemEntries('/proc/self/fd') |
            ForEach-Object { [System.IO.FileInfo]::new($_).LinkTarget -replace '\[\d+\]' } |
            Where-Object { $_ -and $_ -notlike '*.dll' } |
            Sort-Object
    }
}

Describe 'Receive-SocketConnection' {
    BeforeEach {
        $listener = Start-SocketListener -LocalEndPoint '127.0.0.1:0'
        $to = $listener.LocalEndPoint
        $quiet = @{ ErrorVariable = 'failures'; ErrorAction = 'SilentlyContinue' }
        $workers = @()
        $peer = $null
    }

    AfterEach {
        $workers | ForEach-Object { $null = Stop-Worker $_ -AllowEnded }
        Stop-Peer $peer
        Get-Socket | Close-Socket
    }

    Context 'The connection' {
        It 'is a connected socket, known to Get-Socket, over <Family>' -ForEach @(
            @{ Family = 'IPv4'; At = { '127.0.0.1:0' } }
            @{ Family = 'IPv6'; At = { '[::1]:0' } }
        ) {
            $other = Start-SocketListener -LocalEndPoint (& $At)
            $client = Connect-Socket $other.LocalEndPoint
            $server = Receive-SocketConnection $other -TimeoutSeconds 5
            $server | Should -BeOfType System.Net.Sockets.Socket
            $server.State | Should -Be 'Connected'
            $server.LocalEndPoint | Should -Be $other.LocalEndPoint
            $server.RemoteEndPoint | Should -Be $client.LocalEndPoint
            [object]::ReferenceEquals((Get-Socket $server.Id), $server) | Should -BeTrue
            Send-SocketData $client 'there'
            Receive-SocketData $server -TimeoutSeconds 5 -AsText | Should -Be 'there'
            Send-SocketData $server 'and back'
            Receive-SocketData $client -TimeoutSeconds 5 -AsText | Should -Be 'and back'
        }

        It 'goes through a UNIX path and an abstract name, <At>' -ForEach @(
            @{ At = 'a path'; Name = { New-TestPath } }
            @{ At = 'an abstract name'; Name = { "@pss-$([guid]::NewGuid().ToString('N').Substring(0, 12))" } }
        ) {
            $other = Start-SocketListener -LocalEndPoint (& $Name)
            $client = Connect-Socket $other.LocalEndPoint
            $server = Receive-SocketConnection $other -TimeoutSeconds 5
            $null -eq $server.RemoteEndPoint | Should -BeTrue -Because 'the client has no name'
            Send-SocketData $client 'local'
            Receive-SocketData $server -TimeoutSeconds 5 -AsText | Should -Be 'local'
        }

        It 'keeps the boundaries of messages on a SeqPacket socket' {
            $other = New-Socket Unix SeqPacket | Register-SocketAddress (New-TestPath) -PassThru | Start-SocketListener -PassThru
            $client = New-Socket Unix SeqPacket | Connect-Socket $other.LocalEndPoint -PassThru
            $server = Receive-SocketConnection $other -TimeoutSeconds 5
            $server.SocketType | Should -Be 'Seqpacket'
            'one', 'two' | Send-Datagram $client
            Receive-Datagram $server -Count 2 -TimeoutSeconds 5 -AsText | Should -Be 'one', 'two'
        }

        It 'comes from IPv4 to a listener on both families' {
            $other = Start-SocketListener -LocalEndPoint ':0'
            $client = Connect-Socket "127.0.0.1:$($other.LocalEndPoint.Port)"
            $server = Receive-SocketConnection $other -TimeoutSeconds 5
            $server.RemoteEndPoint.Address.MapToIPv4() | Should -Be ([ipaddress]::Loopback)
            $server.RemoteEndPoint.Port | Should -Be $client.LocalEndPoint.Port
        }

        It 'comes from a listener that .NET made' {
            $foreign = [System.Net.Sockets.TcpListener]::new([ipaddress]::Loopback, 0)
            $foreign.Start()
            try {
                $client = Connect-Socket $foreign.LocalEndpoint
                (Receive-SocketConnection $foreign.Server -TimeoutSeconds 5).RemoteEndPoint | Should -Be $client.LocalEndPoint
            }
            finally {
                $foreign.Stop()
            }
        }

        It 'that was closed before it was accepted is one that ends at once' {
            Connect-Socket $to | Close-Socket
            $server = Receive-SocketConnection $listener -TimeoutSeconds 5
            Receive-SocketData $server -TimeoutSeconds 5 | Should -BeNullOrEmpty
        }
    }

    Context 'How many' {
        It 'is one without -Count' {
            $clients = 1..2 | ForEach-Object { Connect-Socket $to }
            @(Receive-SocketConnection $listener -TimeoutSeconds 5).Count | Should -Be 1
            (Receive-SocketConnection $listener -TimeoutSeconds 5).RemoteEndPoint | Should -Be $clients[1].LocalEndPoint
        }

        It 'is -Count, which is position 1 too' {
            $clients = 1..4 | ForEach-Object { Connect-Socket $to }
            $accepted = @(Receive-SocketConnection $listener -Count 2 -TimeoutSeconds 5) + @(Receive-SocketConnection $listener 2 -TimeoutSeconds 5)
            $accepted.Count | Should -Be 4
            $accepted.RemoteEndPoint.Port | Should -Be $clients.LocalEndPoint.Port
        }

        It 'is as many as come with -Continuous, until none came for -TimeoutSeconds, without an error' {
            $clients = 1..5 | ForEach-Object { Connect-Socket $to }
            $accepted = @(Receive-SocketConnection $listener -Continuous -TimeoutSeconds 0.1 @quiet)
            $accepted.RemoteEndPoint.Port | Should -Be $clients.LocalEndPoint.Port
            $failures.Count | Should -Be 0
        }

        It 'writes each as it comes' {
            $null = Connect-Socket $to
            $turns = Receive-SocketConnection $listener -Count 3 -TimeoutSeconds 5 | ForEach-Object {
                $_.Id
                $null = Connect-Socket $to
            }
            $turns.Count | Should -Be 3
        }

        It 'takes the listener from the pipeline' {
            $client = Connect-Socket $to
            ($listener | Receive-SocketConnection -TimeoutSeconds 5).RemoteEndPoint | Should -Be $client.LocalEndPoint
        }

        It 'refuses -Count 0' {
            $failure = { Receive-SocketConnection $listener -Count 0 } | Should -Throw -PassThru
            $failure.FullyQualifiedErrorId | Should -BeLike 'ParameterArgumentValidationError,*'
            $failure.CategoryInfo.Category | Should -Be 'InvalidData'
        }

        It 'is named as a system call with -Verbose' {
            $client = Connect-Socket $to
            $output = @(Receive-SocketConnection $listener -TimeoutSeconds 5 -Verbose 4>&1)
            @($output | Where-Object { $_ -is [System.Management.Automation.VerboseRecord] }).Message |
                Should -Match "^accept\(AF_INET, $([regex]::Escape("$($client.LocalEndPoint)"))\) = \d+$"
        }
    }

    Context '-TimeoutSeconds' {
        It 'ends with TimedOut after that time, and names the listener' {
            Receive-SocketConnection $listener -TimeoutSeconds 0 @quiet # compiles what is measured
            foreach ($try in 1..10) {
                $clock = [System.Diagnostics.Stopwatch]::StartNew()
                Receive-SocketConnection $listener -TimeoutSeconds 0.2 @quiet | Should -BeNullOrEmpty
                $seconds = $clock.Elapsed.TotalSeconds
                if ($seconds -lt 0.5) {
                    break # else the machine may be busy with something else
                }
            }
            Assert-Failure $failures -Id TimedOut -Category OperationTimeout
            $failures[0].Exception.Message | Should -BeLike (Format-SystemError "accept 127.0.0.1:$($to.Port): ETIMEDOUT (110)*0.2 s*")
            [object]::ReferenceEquals($failures[0].TargetObject, $listener) | Should -BeTrue
            $seconds | Should -BeGreaterOrEqual 0.2
            $seconds | Should -BeLessThan 0.5
        }

        It 'writes what came before the time ran out' {
            $null = Connect-Socket $to
            @(Receive-SocketConnection $listener -Count 2 -TimeoutSeconds 0.05 @quiet).Count | Should -Be 1
            Assert-Failure $failures -Id TimedOut -Category OperationTimeout
        }

        It 'takes what is there with 0' {
            $null = Connect-Socket $to
            @(Receive-SocketConnection $listener -TimeoutSeconds 0).Count | Should -Be 1
        }

        It 'refuses a negative time' {
            $failure = { Receive-SocketConnection $listener -TimeoutSeconds -1 } | Should -Throw -PassThru
            $failure.FullyQualifiedErrorId | Should -BeLike 'ParameterArgumentValidationError,*'
            $failure.CategoryInfo.Category | Should -Be 'InvalidData'
        }
    }

    Context 'Several listeners' {
        BeforeEach {
            $second = Start-SocketListener -LocalEndPoint '[::1]:0'
            $third = Start-SocketListener -LocalEndPoint (New-TestPath)
        }

        It 'are waited for together, <How>' -ForEach @(
            @{ How = 'as an argument'; Receive = { param($Listener) Receive-SocketConnection $Listener -Continuous } }
            @{ How = 'piped'; Receive = { param($Listener) $Listener | Receive-SocketConnection -Continuous } }
        ) {
            $workers = @(Start-Worker $Receive -ArgumentList (, @($listener, $second, $third)))
            Wait-WorkerBlocked $workers[0]
            $null = Connect-Socket $third.LocalEndPoint
            $null = Connect-Socket $second.LocalEndPoint
            $null = Connect-Socket $to
            $output = $workers[0].Output
            Wait-Until -Because 'all are accepted' { $output.Count -ge 3 }
            $null = Stop-Worker $workers[0]
            $workers[0].Errors | Should -BeNullOrEmpty
            $workers = @()
            @($output | ForEach-Object { "$($_.LocalEndPoint)" } | Sort-Object) |
                Should -Be @("$to", "$($second.LocalEndPoint)", "$($third.LocalEndPoint)" | Sort-Object)
        }

        It 'give -Count each, and each that does not is a TimedOut' {
            1..3 | ForEach-Object { $null = Connect-Socket $to }
            1..2 | ForEach-Object { $null = Connect-Socket $second.LocalEndPoint }
            $accepted = @(Receive-SocketConnection $listener, $second, $third -Count 2 -TimeoutSeconds 0.1 @quiet)
            @($accepted | Where-Object { "$($_.LocalEndPoint)" -eq "$to" }).Count | Should -Be 2
            @($accepted | Where-Object { "$($_.LocalEndPoint)" -eq "$($second.LocalEndPoint)" }).Count | Should -Be 2
            $accepted.Count | Should -Be 4
            Assert-Failure $failures -Id TimedOut -Category OperationTimeout
            [object]::ReferenceEquals($failures[0].TargetObject, $third) | Should -BeTrue
        }

        It 'go on when one of them <How>' -ForEach @(
            @{ How = 'is closed'; Break = { param($Socket) Close-Socket $Socket; $Socket }; Id = 'SocketClosed'; Category = 'InvalidOperation' }
            @{ How = 'does not listen'; Break = { New-Socket IPv4 Stream | Register-SocketAddress '127.0.0.1:0' -PassThru }; Id = 'InvalidArgument'; Category = 'InvalidArgument' }
            @{ How = 'is a datagram socket'; Break = { New-Socket IPv4 Datagram }; Id = 'InvalidArgument'; Category = 'InvalidArgument' }
        ) {
            $bad = & $Break $second
            $null = Connect-Socket $to
            $null = Connect-Socket $third.LocalEndPoint
            $accepted = @($listener, $bad, $third | Receive-SocketConnection -TimeoutSeconds 5 @quiet)
            $accepted.Count | Should -Be 2
            Assert-Failure $failures -Id $Id -Category $Category
            [object]::ReferenceEquals($failures[0].TargetObject, $bad) | Should -BeTrue
        }

        It 'go on when one of them is closed while they wait' {
            $workers = @(Start-Worker { param($Listener) Receive-SocketConnection $Listener } -ArgumentList (, @($listener, $second)))
            Wait-WorkerBlocked $workers[0]
            Close-Socket $listener
            $null = Connect-Socket $second.LocalEndPoint
            $result = Wait-Worker $workers[0]
            $workers = @()
            $result.Output.Count | Should -Be 1
            Assert-Failure $result.Errors -Id SocketClosed -Category InvalidOperation
        }
    }

    Context 'A socket that does not accept' {
        It 'is <Id> when it is <What>' -ForEach @(
            @{ What = 'closed'; Open = { $socket = Start-SocketListener -LocalEndPoint '127.0.0.1:0'; Close-Socket $socket; $socket }; Id = 'SocketClosed'; Category = 'InvalidOperation' }
            @{ What = 'new'; Open = { New-Socket IPv4 Stream }; Id = 'InvalidArgument'; Category = 'InvalidArgument' }
            @{ What = 'bound but not listening'; Open = { New-Socket IPv4 Stream | Register-SocketAddress '127.0.0.1:0' -PassThru }; Id = 'InvalidArgument'; Category = 'InvalidArgument' }
            @{ What = 'connected'; Open = { New-StreamPair Stream | Select-Object -First 1 }; Id = 'InvalidArgument'; Category = 'InvalidArgument' }
        ) {
            $bad = & $Open
            Receive-SocketConnection $bad -TimeoutSeconds 5 @quiet | Should -BeNullOrEmpty
            Assert-Failure $failures -Id $Id -Category $Category
            [object]::ReferenceEquals($failures[0].TargetObject, $bad) | Should -BeTrue
        }

        It 'is told to listen first' {
            Receive-SocketConnection (New-Socket IPv4 Stream) -TimeoutSeconds 5 @quiet
            $failures[0].ErrorDetails.RecommendedAction | Should -BeLike '*Start-SocketListener*'
        }
    }

    Context 'Closing the listener from another thread' {
        It 'ends a pending accept within 100 ms with SocketClosed, <At>' -ForEach @(
            @{ At = 'on IPv4'; Name = { '127.0.0.1:0' } }
            @{ At = 'on both families'; Name = { ':0' } }
            @{ At = 'at a UNIX path'; Name = { New-TestPath } }
        ) {
            foreach ($try in 1..10) {
                $other = Start-SocketListener -LocalEndPoint (& $Name)
                $workers = @(Start-Worker { param($Listener) Receive-SocketConnection $Listener -Continuous } -ArgumentList $other)
                Wait-WorkerBlocked $workers[0] -Still
                $clock = [System.Diagnostics.Stopwatch]::StartNew()
                Close-Socket $other
                $workers[0].AsyncResult.AsyncWaitHandle.WaitOne(10000) | Should -BeTrue
                $milliseconds = $clock.Elapsed.TotalMilliseconds
                $result = Wait-Worker $workers[0]
                $workers = @()
                $result.Output | Should -BeNullOrEmpty
                Assert-Failure $result.Errors -Id SocketClosed -Category InvalidOperation
                if ($milliseconds -lt 100) {
                    break # else the machine may be busy with something else
                }
            }
            $milliseconds | Should -BeLessThan 100
        }
    }

    Context 'Stopped' {
        It 'ends within 100 ms without an error, and the listener stays usable, <How>' -ForEach @(
            @{ How = 'waiting for one'; Receive = { param($Listener) Receive-SocketConnection $Listener } }
            @{ How = 'with -TimeoutSeconds'; Receive = { param($Listener) Receive-SocketConnection $Listener -TimeoutSeconds 60 } }
            @{ How = 'with -Continuous'; Receive = { param($Listener) Receive-SocketConnection $Listener -Continuous } }
            @{ How = 'waiting on several'; Receive = { param($Listener) Receive-SocketConnection $Listener, (Start-SocketListener -LocalEndPoint '127.0.0.1:0') } }
        ) {
            $workers = @(Start-Worker $Receive -ArgumentList $listener)
            Assert-WorkerStop $workers[0]
            $workers = @()

            $client = Connect-Socket $to
            (Receive-SocketConnection $listener -TimeoutSeconds 5).RemoteEndPoint | Should -Be $client.LocalEndPoint
        }

        It 'leaves the other connections in the listener with Select-Object -First 1' {
            $clients = 1..3 | ForEach-Object { Connect-Socket $to }
            (Receive-SocketConnection $listener -Continuous | Select-Object -First 1).RemoteEndPoint | Should -Be $clients[0].LocalEndPoint
            (Receive-SocketConnection $listener -Count 2 -TimeoutSeconds 5).RemoteEndPoint.Port | Should -Be $clients[1, 2].LocalEndPoint.Port
        }
    }

    Context 'Two runspaces on one listener' {
        It 'share its connections, and each stops within 100 ms' {
            $workers = @(1..2 | ForEach-Object { Start-Worker { param($Listener) Receive-SocketConnection $Listener -Continuous } -ArgumentList $listener })
            $workers | ForEach-Object { Wait-WorkerBlocked $_ }
            $clients = 1..200 | ForEach-Object { Connect-Socket $to }
            $outputs = $workers | ForEach-Object { , $_.Output }
            Wait-Until -Because 'all are accepted' { $outputs[0].Count + $outputs[1].Count -ge 200 }
            # Neither may sit in an accept that it lost to the other.
            $workers | ForEach-Object { Wait-WorkerBlocked $_ }
            $workers | ForEach-Object { Assert-WorkerStop $_ }
            $workers = @()
            $ports = @($outputs | ForEach-Object { $_ } | ForEach-Object { $_.RemoteEndPoint.Port } | Sort-Object)
            $ports | Should -Be @($clients.LocalEndPoint.Port | Sort-Object)
            $client = Connect-Socket $to
            (Receive-SocketConnection $listener -TimeoutSeconds 5).RemoteEndPoint | Should -Be $client.LocalEndPoint
        }
    }

    Context 'A server in one pipeline' {
        It 'serves 50 clients at once with ForEach-Object -Parallel' {
            $workers = @(Start-Worker {
                    param($Listener, $Module)
                    Receive-SocketConnection $Listener -Continuous | ForEach-Object -ThrottleLimit 50 -Parallel {
                        Import-Module $using:Module
                        $connection = $_
                        Receive-SocketData $connection -Line -Continuous | ForEach-Object {
                            Send-SocketData $connection "You said: $_" -NewLine
                        }
                        Close-Socket $connection
                    }
                } -ArgumentList $listener, $ModulePath)
            $clients = 1..50 | ForEach-Object { Connect-Socket $to }
            # All are connected, and nobody leaves before everybody was served, twice.
            foreach ($turn in 1, 2) {
                foreach ($number in 0..49) {
                    Send-SocketData $clients[$number] "client $number turn $turn" -NewLine
                }
                foreach ($number in 49..0) {
                    Receive-SocketData $clients[$number] -Line -TimeoutSeconds 30 | Should -BeExactly "You said: client $number turn $turn"
                }
            }
            # The server closes each connection when its client is done.
            Disconnect-Socket $clients -Direction Send
            foreach ($client in $clients) {
                Receive-SocketData $client -TimeoutSeconds 10 -ErrorAction Stop | Should -BeNullOrEmpty
            }
            $null = Stop-Worker $workers[0]
            $workers[0].Errors | Should -BeNullOrEmpty
            $workers = @()
        }
    }

    Context 'Descriptors' {
        It 'are as many as before after 2,000 rounds of connect, accept and close' {
            $round = {
                $client = Connect-Socket $to
                $server = Receive-SocketConnection $listener -TimeoutSeconds 5
                Close-Socket $server, $client
            }
            1..20 | ForEach-Object { & $round } # what is made once for all rounds
            $before = Get-OpenThing
            1..2000 | ForEach-Object { & $round }
            Get-OpenThing | Should -Be $before
        }

        It 'that have run out are TooManyOpenSockets, and the session recovers' {
            if (-not (Test-Program bash)) {
                Set-ItResult -Skipped -Because 'bash is not installed, which sets the limit'
            }
            $script = Join-Path $TestDrive 'limit.ps1'
            Set-Content -LiteralPath $script -Value @'
param($Module)
Import-Module $Module
$quiet = @{ ErrorVariable = 'failures'; ErrorAction = 'SilentlyContinue' }
function Show($What) { $failures | ForEach-Object { "$What $($_.FullyQualifiedErrorId -replace ',.*') $($_.CategoryInfo.Category)" } }
$listener = Start-SocketListener -LocalEndPoint '127.0.0.1:0'
$clients = 1..5 | ForEach-Object { Connect-Socket $listener.LocalEndPoint }
Receive-SocketConnection $listener -Count 2 -TimeoutSeconds 5 | Close-Socket
$closed = New-Socket; Close-Socket $closed
# Everything is compiled and loaded before descriptors get scarce.
Receive-SocketConnection $closed @quiet
Connect-Socket '127.0.0.1:1' @quiet
New-Socket Unix Raw @quiet
$null = Show warm
$fillers = [System.Collections.Generic.List[object]]::new()
do {
    $filler = New-Socket IPv4 Datagram @quiet
    if ($filler) { $fillers.Add($filler) }
} while ($failures.Count -eq 0)
Show 'new:'
Receive-SocketConnection $listener -TimeoutSeconds 5 @quiet
Show 'accept without any:'
$last = $fillers[$fillers.Count - 1]; $fillers.RemoveAt($fillers.Count - 1); Close-Socket $last
Receive-SocketConnection $listener -TimeoutSeconds 5 @quiet
Show 'accept with one for the wait:'
Connect-Socket $listener.LocalEndPoint -TimeoutSeconds 5 @quiet | Close-Socket
Receive-SocketConnection $listener -Continuous -TimeoutSeconds 0.1 @quiet
Show 'accept -Continuous:'
$fillers | Close-Socket
$servers = @(Receive-SocketConnection $listener -Count 3 -TimeoutSeconds 5 @quiet)
"recovered: $($servers.Count) connections, $($failures.Count) errors"
Send-SocketData $clients[4] 'hello'
Receive-SocketData $servers[2] -TimeoutSeconds 5 -AsText
'@
            # bash lowers the limit, which PowerShell then cannot raise.
            $peer = Start-Peer bash -ArgumentList @('-c', 'ulimit -n 200; exec "$@"', 'bash', $pwsh; $pwshStart; '-File', $script, $ModulePath)
            Wait-Peer $peer -TimeoutSeconds 60 | Should -Be 0 -Because $peer.ErrorOutput
            $lines = $peer.Output.Trim() -split '\r?\n'
            $lines | Should -Contain 'new: TooManyOpenSockets ResourceUnavailable'
            $lines | Should -Contain 'accept without any: TooManyOpenSockets ResourceUnavailable'
            $lines | Should -Contain 'accept with one for the wait: TooManyOpenSockets ResourceUnavailable'
            $lines | Should -Contain 'accept -Continuous: TooManyOpenSockets ResourceUnavailable'
            $lines | Should -Contain 'recovered: 3 connections, 0 errors'
            $lines[-1] | Should -Be 'hello'
            $peer.ErrorOutput.Trim() | Should -BeNullOrEmpty
        }

        It 'that have run out are waited for with -Continuous: one error, and the connections come when there are some' {
            if (-not (Test-Program bash)) {
                Set-ItResult -Skipped -Because 'bash is not installed, which sets the limit'
            }
            $script = Join-Path $TestDrive 'starved.ps1'
            Set-Content -LiteralPath $script -Value @'
param($Module)
Import-Module $Module
$listeners = 1..2 | ForEach-Object { Start-SocketListener -LocalEndPoint '127.0.0.1:0' }
$ends = $listeners.LocalEndPoint
[System.AppDomain]::MonitoringIsEnabled = $true
$state = [initialsessionstate]::CreateDefault2()
$state.ImportPSModule($Module)
$server = [powershell]::Create($state)
$null = $server.AddScript('param($Listeners) Receive-SocketConnection $Listeners -Continuous').AddArgument($listeners)
$nothing = [System.Management.Automation.PSDataCollection[psobject]]::new()
$nothing.Complete()
$output = [System.Management.Automation.PSDataCollection[psobject]]::new()
$running = $server.BeginInvoke($nothing, $output)
$pause = [System.Threading.ManualResetEventSlim]::new()
function Wait-For([scriptblock] $Condition) {
    for ($look = 0; $look -lt 3000 -and -not (& $Condition); $look++) { $null = $pause.Wait(5) }
}
$clients = @(foreach ($listener in $listeners) { Connect-Socket $listener.LocalEndPoint })
Wait-For { $output.Count -eq 2 }
$clients += foreach ($listener in $listeners) { New-Socket IPv4 Stream }
# Everything is compiled and loaded before descriptors get scarce.
New-Socket Unix Raw -ErrorAction SilentlyContinue
$warm = [System.Net.Sockets.Socket]::new('InterNetwork', 'Stream', 'Tcp')
$warm.Connect($ends[0])
Wait-For { $output.Count -eq 3 }
$fillers = [System.Collections.Generic.List[object]]::new()
do {
    $filler = New-Socket IPv4 Datagram -ErrorAction SilentlyContinue -ErrorVariable failures
    if ($filler) { $fillers.Add($filler) }
} while ($failures.Count -eq 0)
# Not Connect-Socket, whose wait needs a descriptor.
$clients[2].Connect($ends[0])
$clients[3].Connect($ends[1])
Wait-For { $server.Streams.Error.Count -gt 0 }
# Who looks again and again uses every second; compiling ends some time.
for ($look = 0; $look -lt 10; $look++) {
    $before = [System.AppDomain]::CurrentDomain.MonitoringTotalProcessorTime
    $null = $pause.Wait(1000)
    $used = ([System.AppDomain]::CurrentDomain.MonitoringTotalProcessorTime - $before).TotalMilliseconds
    if ($used -lt 300) { break }
}
"idle: $($used -lt 300)"
"accepted: $($output.Count), errors: $($server.Streams.Error.Count) $($server.Streams.Error[0].FullyQualifiedErrorId -replace ',.*')"
$fillers | Close-Socket
Wait-For { $output.Count -eq 5 }
"accepted: $($output.Count), errors: $($server.Streams.Error.Count)"
$clock = [System.Diagnostics.Stopwatch]::StartNew()
$server.Stop()
"stopped: $($clock.ElapsedMilliseconds -lt 1000)"
'@
            $peer = Start-Peer bash -ArgumentList @('-c', 'ulimit -n 250; exec "$@"', 'bash', $pwsh; $pwshStart; '-File', $script, $ModulePath)
            Wait-Peer $peer -TimeoutSeconds 60 | Should -Be 0 -Because $peer.ErrorOutput
            $peer.Output.Trim() -split '\r?\n' | Should -Be @(
                'idle: True'
                'accepted: 3, errors: 1 TooManyOpenSockets'
                'accepted: 5, errors: 1'
                'stopped: True'
            ) -Because $peer.ErrorOutput
        }
    }
}
