BeforeAll {
    . $PSScriptRoot/../../helpers/Recipes.ps1
    $directory = New-RecipeDirectory
}

AfterAll {
    Remove-Item -LiteralPath $directory -Recurse
}

Describe 'Send-StatsdMetric.ps1' {
    BeforeEach {
        $started = [System.Collections.Generic.List[psobject]]::new()
        $workers = [System.Collections.Generic.List[psobject]]::new()
        $worker = $null
    }

    AfterEach {
        Stop-Recipe
    }

    Context 'and collectd' {
        BeforeAll {
            $server = $null
            if (Test-Program collectd) {
                $statsSocket = New-TestPath

                # Asks collectd, over its UNIX socket, for a value.
                function Get-CollectedValue {
                    param([Parameter(Mandatory, Position = 0)] [string] $Name)

                    $socket = Connect-Socket $statsSocket -TimeoutSeconds 10
                    try {
                        Send-SocketData $socket "GETVAL here/statsd/$Name" -NewLine
                        $status = Receive-SocketData $socket -Line -TimeoutSeconds 10
                        if ($status -match '^(\d+) Values? found') {
                            [double] ((Receive-SocketData $socket -Line -TimeoutSeconds 10) -replace '.*=')
                        }
                    }
                    finally {
                        Close-Socket $socket
                    }
                }

                $server = Start-TestServer -Program collectd -IsReady {
                    & "$recipes/Send-StatsdMetric.ps1" there 1 Gauge -Server "127.0.0.1:$($args[0])"
                    Get-CollectedValue gauge-there
                } -Arguments {
                    Set-Content -LiteralPath "$directory/collectd.conf" -Value @"
Hostname "here"
FQDNLookup false
BaseDir "$directory"
PIDFile "$directory/collectd.pid"
TypesDB "/usr/share/collectd/types.db"
Interval 0.2
LoadPlugin statsd
LoadPlugin unixsock
<Plugin statsd>
    Host "127.0.0.1"
    Port "$($args[0])"
    TimerCount true
    TimerSum true
    TimerUpper true
    CounterSum true
</Plugin>
<Plugin unixsock>
    SocketFile "$statsSocket"
</Plugin>
"@
                    '-f', '-C', "$directory/collectd.conf"
                }
            }
        }

        BeforeEach {
            if (-not $server) {
                Set-ItResult -Skipped -Because 'collectd is not installed'
            }
        }

        AfterAll {
            Stop-Peer $server.Peer
            if ($server) {
                Remove-Item -LiteralPath $statsSocket -ErrorAction Ignore
            }
        }

        It 'is understood: a gauge, its differences, and one below 0' {
            & "$recipes/Send-StatsdMetric.ps1" temperature 21.5 Gauge -Server $server.Address
            Wait-Until { (Get-CollectedValue gauge-temperature) -eq 21.5 }
            & "$recipes/Send-StatsdMetric.ps1" temperature 2 Gauge -Relative -Server $server.Address
            Wait-Until { (Get-CollectedValue gauge-temperature) -eq 23.5 }
            & "$recipes/Send-StatsdMetric.ps1" temperature -3.5 Gauge -Relative -Server $server.Address
            Wait-Until { (Get-CollectedValue gauge-temperature) -eq 20 }
            & "$recipes/Send-StatsdMetric.ps1" temperature -7 Gauge -Server $server.Address
            Wait-Until { (Get-CollectedValue gauge-temperature) -eq -7 }
        }

        It 'is understood: counters, timers and sets, many in a datagram' {
            # What collectd counts in an interval it gives until the next has passed.
            $seen = @{}
            $metrics = @(
                1..300 | ForEach-Object { [pscustomobject]@{ Name = 'hits'; Value = 1; Type = 'Counter' } }
                [pscustomobject]@{ Name = 'duration'; Value = 250; Type = 'Timer' }
                'ann', 'bob', 'ann' | ForEach-Object { [pscustomobject]@{ Name = 'users'; Value = $_; Type = 'Set' } }
            )
            Wait-Until -Because "collectd has understood: $($seen | Out-String)" {
                $metrics | & "$recipes/Send-StatsdMetric.ps1" -Server $server.Address
                foreach ($name in 'count-hits', 'latency-duration-upper', 'objects-users') {
                    $value = Get-CollectedValue $name
                    if ($value -gt 0) {
                        $seen[$name] = $value
                    }
                }
                $seen['count-hits'] -ge 300 -and $seen['latency-duration-upper'] -gt 0.24 -and $seen['objects-users'] -eq 2
            }
            $seen['latency-duration-upper'] | Should -BeLessThan 0.26
            $seen['count-hits'] % 300 | Should -Be 0
        }

        It 'runs in a process of its own' {
            Invoke-RecipeProcess 'Send-StatsdMetric.ps1' 'process', '4', 'Gauge', '-Server', $server.Address | Should -BeExactly ''
            Wait-Until { (Get-CollectedValue gauge-process) -eq 4 }
        }
    }

    Context 'by itself' {
        It 'writes the lines of the protocol, and fills datagrams with them' {
            $receiver = New-Socket IPv4 Datagram | Register-SocketAddress '127.0.0.1:0' -PassThru
            $to = @{ Server = $receiver.LocalEndPoint }
            & "$recipes/Send-StatsdMetric.ps1" a @to
            & "$recipes/Send-StatsdMetric.ps1" a.b 0.25 Timer -SampleRate 0.1 @to
            & "$recipes/Send-StatsdMetric.ps1" g -1.5 Gauge @to
            & "$recipes/Send-StatsdMetric.ps1" g 1.5 Gauge -Relative @to
            & "$recipes/Send-StatsdMetric.ps1" s Ännchen Set @to
            Receive-Datagram $receiver -Count 5 -AsText -TimeoutSeconds 10 | Should -BeExactly 'a:1|c', 'a.b:0.25|ms|@0.1', "g:0|g`ng:-1.5|g", 'g:+1.5|g', 's:Ännchen|s'

            1..500 | ForEach-Object { [pscustomobject]@{ Name = "name.$_" } } | & "$recipes/Send-StatsdMetric.ps1" @to
            $texts = @(Receive-Datagram $receiver -Continuous -TimeoutSeconds 0.1 -AsText)
            $texts.Count | Should -Be 5
            ($texts | Measure-Object -Property Length -Maximum).Maximum | Should -BeLessOrEqual 1432
            ($texts -join "`n") -split "`n" | Should -BeExactly (1..500 | ForEach-Object { "name.$($_):1|c" })
        }

        It 'runs the examples of its help' {
            $receiver = New-Socket IPv4 Datagram | Register-SocketAddress '127.0.0.1:0' -PassThru
            [pscustomobject]@{ Name = 'one'; Value = 1 }, [pscustomobject]@{ Name = 'two'; Value = 2.5 } | Export-Csv -LiteralPath "$directory/metrics.csv"
            Invoke-RecipeHelpExample 'Send-StatsdMetric.ps1' "-Server $($receiver.LocalEndPoint)" @{ ' -Server \S+' = '' }
            $texts = Receive-Datagram $receiver -Count 3 -AsText -TimeoutSeconds 10
            $texts[0] | Should -BeExactly 'logins:1|c'
            $texts[1] | Should -Match '^backup\.duration:[\d.]+\|ms$'
            $texts[2] | Should -BeExactly "one:1|g`ntwo:2.5|g"
        }
    }
}
