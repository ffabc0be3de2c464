BeforeAll {
    . $PSScriptRoot/../../helpers/Recipes.ps1
    $directory = New-RecipeDirectory
}

AfterAll {
    Remove-Item -LiteralPath $directory -Recurse
}

Describe 'Receive-StatsdMetric.ps1' {
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
            # What a worker has written of a type. To go through its output itself would wait for its end.
            function Get-Written {
                param([psobject] $Worker, [string] $Type)

                for ($number = 0; $number -lt $Worker.Output.Count; $number++) {
                    $Worker.Output[$number] | Where-Object Type -EQ $Type
                }
            }
        }

        It 'adds up what the client of Python sends' {
            if (-not (Test-Path /usr/bin/python3) -or -not (Test-Path /usr/lib/python3/dist-packages/statsd)) {
                Set-ItResult -Skipped -Because 'python3-statsd is not installed'
                return
            }
            Set-Content -LiteralPath "$directory/client.py" -Value @'
import sys, statsd
client = statsd.StatsClient('127.0.0.1', int(sys.argv[1]))
client.incr('hits')
client.incr('hits', 5)
client.decr('hits', 2)
client.gauge('level', 40)
client.gauge('level', -15, delta=True)
client.gauge('depth', -3)
with client.pipeline() as pipe:
    for milliseconds in range(1, 11):
        pipe.timing('wait', milliseconds)
client.set('users', 'ann')
client.set('users', 'bob')
client.set('users', 'ann')
'@
            $receiver = Open-RecipeServer 'Receive-StatsdMetric.ps1' @{ LocalEndPoint = '127.0.0.1:0'; IntervalSeconds = 2; Count = 1 }
            $peer = Start-Peer /usr/bin/python3 -ArgumentList "$directory/client.py", ($receiver.Address -replace '.*:')
            $started.Add($peer)
            Wait-Peer $peer | Should -Be 0 -Because $peer.ErrorOutput
            $result = Wait-Worker $receiver
            $result.Errors | Should -BeNullOrEmpty
            $result.Warnings | Should -BeNullOrEmpty
            $found = @{}
            $result.Output | ForEach-Object { $found["$($_.Type) $($_.Name)"] = $_ }
            $found.Keys | Sort-Object | Should -Be 'Counter hits', 'Gauge depth', 'Gauge level', 'Set users', 'Timer wait'
            "$($found['Counter hits'].Value) $($found['Counter hits'].PerSecond)" | Should -Be '4 2'
            $found['Gauge level'].Value | Should -Be 25
            $found['Gauge depth'].Value | Should -Be -3
            $found['Set users'].Value | Should -Be 2
            $wait = $found['Timer wait']
            "$($wait.Value) $($wait.Count) $($wait.Minimum) $($wait.Maximum) $($wait.Percentile90)" | Should -Be '5.5 10 1 10 9'
        }

        It 'takes what Send-StatsdMetric.ps1 sends, interval after interval; gauges stay, and what is not a metric is a warning' {
            $receiver = Open-RecipeServer 'Receive-StatsdMetric.ps1' @{ LocalEndPoint = '127.0.0.1:0'; IntervalSeconds = 1 }
            $to = @{ Server = $receiver.Address }
            & "$recipes/Send-StatsdMetric.ps1" hits 3 -SampleRate 0.1 @to
            & "$recipes/Send-StatsdMetric.ps1" level 8 Gauge @to
            Send-Datagram (New-Socket) "nonsense`nhits:x|c`nhits:1|c|#tag:value" $receiver.Address
            Wait-Until { (Get-Written $receiver Counter | ForEach-Object Value | Measure-Object -Sum).Sum -eq 31 }
            Wait-Until { @(Get-Written $receiver Gauge).Count -ge 2 }
            (Get-Written $receiver Gauge).Value | Select-Object -Unique | Should -Be 8
            & "$recipes/Send-StatsdMetric.ps1" level -1 Gauge -Relative @to
            Wait-Until { @(Get-Written $receiver Gauge)[-1].Value -eq 7 }
            $receiver.PowerShell.Streams.Warning.Message | Should -Be 'not a metric: nonsense', 'not a metric: hits:x|c'
            Assert-SoonStopped $receiver
            Get-Socket | Where-Object { "$($_.LocalEndPoint)" -eq $receiver.Address } | Should -BeNullOrEmpty
        }

        It 'says in a process of its own where it waits, and shows what it was told' {
            $peer = Open-RecipeProcess 'Receive-StatsdMetric.ps1' '127.0.0.1:0', '-IntervalSeconds', '1'
            Wait-Until -TimeoutSeconds 30 -Because "it waits: $($peer.ErrorOutput)" { $peer.Output -match '(?m)^waiting on (127\.0\.0\.1:\d+)\r?\n' }
            $null = $peer.Output -match 'waiting on (\S+)'
            & "$recipes/Send-StatsdMetric.ps1" hits -Server $Matches[1]
            Wait-Until -Because "it shows what it was told: $($peer.Output)" { $peer.Output -match 'Name +: hits\r?\nType +: Counter\r?\nValue +: 1\r?\nPerSecond +: 1\r?\n' }
        }

        It 'runs the examples of its help' {
            foreach ($example in (Get-Help "$recipes/Receive-StatsdMetric.ps1").examples.example) {
                $code = $example.code -replace '127\.0\.0\.1:\d+', '127.0.0.1:0' -replace '-IntervalSeconds \d+', '-IntervalSeconds 2' -replace '\./Receive-StatsdMetric.ps1', "`$0 -LocalEndPoint 127.0.0.1:0" `
                    -replace '(-LocalEndPoint 127\.0\.0\.1:0) 127\.0\.0\.1:0', '$1' -replace '\./Receive', "$recipes/Receive"
                $worker = Start-Worker ([scriptblock]::Create($code))
                $workers.Add($worker)
                Wait-Until -TimeoutSeconds 30 { $worker.PowerShell.Streams.Information.Count -gt 0 }
                $address = "$($worker.PowerShell.Streams.Information[0])" -replace '^waiting on '
                & "$recipes/Send-StatsdMetric.ps1" wait 12 Timer -Server $address
                Wait-Until { $worker.Output.Count -gt 0 }
            }
        }
    }
}
