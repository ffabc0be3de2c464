BeforeAll {
    . $PSScriptRoot/../../helpers/Recipes.ps1
    $directory = New-RecipeDirectory
}

AfterAll {
    Remove-Item -LiteralPath $directory -Recurse
}

Describe 'Test-TcpPort.ps1' {
    BeforeEach {
        $started = [System.Collections.Generic.List[psobject]]::new()
        $workers = [System.Collections.Generic.List[psobject]]::new()
        $worker = $null
    }

    AfterEach {
        Stop-Recipe
    }

    Context 'by itself' {
        BeforeAll {
            $recipe = "$recipes/Test-TcpPort.ps1"
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
