BeforeAll {
    . $PSScriptRoot/../../helpers/Recipes.ps1
    $directory = New-RecipeDirectory

    # Starts the server in this process, and gives the address where it waits.
    function Invoke-Replay {
        param([string] $Path, [hashtable] $Option = @{})

        $replay = Start-Worker { $option = $args[2]; & $args[0] $args[1] @option } -ArgumentList "$recipes/Start-ReplayServer.ps1", $Path, $Option
        Wait-Until -TimeoutSeconds 20 -Because 'the server waits' { $replay.AsyncResult.IsCompleted -or $replay.Output.Count -gt 0 }
        $replay | Add-Member -NotePropertyName Address -NotePropertyValue ("$($replay.Output[0])" -replace '^waiting on ') -PassThru
    }
}

AfterAll {
    Remove-Item -LiteralPath $directory -Recurse
}

Describe 'Start-ReplayServer.ps1' {
    BeforeEach {
        $started = [System.Collections.Generic.List[psobject]]::new()
        $workers = [System.Collections.Generic.List[psobject]]::new()
        $worker = $null
    }

    AfterEach {
        Stop-Recipe
        Get-Socket | Close-Socket
    }

    Context 'with what Join-Socket -PassThru wrote' {
        BeforeAll {
            # A conversation in which the first of these speaks first.
            function Export-Conversation {
                param([string] $Path, [string[]] $Line)

                $one, $left = New-SocketPair
                $other, $right = New-SocketPair
                $talk = Start-Worker {
                    param($One, $Other, $Line)
                    for ($index = 0; $index -lt $Line.Count; $index++) {
                        $from, $to = $index % 2 ? ($Other, $One) : ($One, $Other)
                        Send-SocketData $from $Line[$index] -NewLine
                        $null = Receive-SocketData $to -Line -TimeoutSeconds 10
                    }
                    $One, $Other | Disconnect-Socket -Direction Send
                } -ArgumentList $one, $other, $Line
                Join-Socket $left $right -PassThru | Export-Clixml -LiteralPath $Path
                (Wait-Worker $talk).Errors | Should -BeNullOrEmpty
            }
        }

        It 'answers as the server did, to each client' {
            Export-Conversation "$directory/answers.xml" 'HELLO', 'WHO', 'ME', 'BYE'
            $worker = Invoke-Replay "$directory/answers.xml" @{ Count = 2 }
            foreach ($round in 1, 2) {
                $client = Connect-Socket $worker.Address -TimeoutSeconds 10
                Send-SocketData $client 'HELLO' -NewLine
                Receive-SocketData $client -Line -TimeoutSeconds 10 | Should -Be 'WHO'
                Send-SocketData $client 'ME' -NewLine
                Receive-SocketData $client -ToEnd -AsText -TimeoutSeconds 10 | Should -Be "BYE`n"
                Close-Socket $client
            }
            $result = Wait-Worker $worker
            $worker = $null
            $result.Errors | Should -BeNullOrEmpty
            $result.Output | Where-Object { $_ -like '*the whole conversation' } | Should -HaveCount 2
        }

        It 'greets first with -ServerSpeaksFirst' {
            Export-Conversation "$directory/greets.xml" '220 ready', 'QUIT', '221 bye'
            $worker = Invoke-Replay "$directory/greets.xml" @{ ServerSpeaksFirst = $true; Count = 1 }
            $client = Connect-Socket $worker.Address -TimeoutSeconds 10
            Receive-SocketData $client -Line -TimeoutSeconds 10 | Should -Be '220 ready'
            Send-SocketData $client 'QUIT' -NewLine
            Receive-SocketData $client -Line -TimeoutSeconds 10 | Should -Be '221 bye'
            (Wait-Worker $worker).Errors | Should -BeNullOrEmpty
            $worker = $null
        }

        It 'says where a client says something else, and takes it with -AnyRequest' {
            Export-Conversation "$directory/else.xml" 'HELLO', 'WHO'
            $worker = Invoke-Replay "$directory/else.xml" @{ Count = 1 }
            $client = Connect-Socket $worker.Address -TimeoutSeconds 10
            Send-SocketData $client 'HELMO' -NewLine
            Receive-SocketData $client -TimeoutSeconds 10 -ErrorAction Ignore | Should -BeNullOrEmpty
            "$((Wait-Worker $worker).Errors[0])" | Should -BeLike '*byte 3 *'
            $worker = Invoke-Replay "$directory/else.xml" @{ Count = 1; AnyRequest = $true }
            $client = Connect-Socket $worker.Address -TimeoutSeconds 10
            Send-SocketData $client 'HELMO' -NewLine
            Receive-SocketData $client -Line -TimeoutSeconds 10 | Should -Be 'WHO'
            (Wait-Worker $worker).Errors | Should -BeNullOrEmpty
            $worker = $null
        }

        It 'refuses a file without a conversation' {
            'nothing' | Export-Clixml -LiteralPath "$directory/nothing.xml"
            $worker = Invoke-Replay "$directory/nothing.xml"
            "$((Wait-Worker $worker).Errors[0])" | Should -BeLike 'There is no conversation in*'
            $worker = $null
        }
    }

    Context 'with what Start-TcpProxy.ps1 -Log wrote of redis-server' {
        It 'plays it to the client that was recorded' {
            if (-not (Test-Program redis-server)) {
                Set-ItResult -Skipped -Because 'redis-server is not installed'
            }
            $server = Start-TestServer -Program redis-server -IsReady { & "$recipes/Invoke-RedisCommand.ps1" PING -Server "127.0.0.1:$($args[0])" } -Arguments {
                '--bind', '127.0.0.1', '--port', $args[0], '--save', '', '--appendonly', 'no', '--dir', $directory, '--daemonize', 'no'
            }
            $proxy = $null
            try {
                $proxy = Start-Worker { & $args[0] $args[1] 127.0.0.1:0 -Log } -ArgumentList "$recipes/Start-TcpProxy.ps1", $server.Address
                Wait-Until -TimeoutSeconds 20 -Because 'the proxy waits' { $proxy.AsyncResult.IsCompleted -or $proxy.Output.Count -gt 0 }
                & "$recipes/Invoke-RedisCommand.ps1" SET key recorded -Server $server.Address | Should -Be 'OK'
                & "$recipes/Invoke-RedisCommand.ps1" GET key -Server ($proxy.Output[0] -replace '^waiting on ') | Should -Be 'recorded'
                # Not as a whole: it is not over, and whoever goes through it waits for its end.
                Wait-Until -TimeoutSeconds 20 { "$($proxy.Output[$proxy.Output.Count - 1])" -match 'has received' }
                0..($proxy.Output.Count - 1) | ForEach-Object { $proxy.Output[$_] } | Export-Clixml -LiteralPath "$directory/redis.xml"
            }
            finally {
                $proxy | Where-Object { $_ } | ForEach-Object { $null = Stop-Worker $_ }
                Stop-Peer $server.Peer
            }
            $worker = Invoke-Replay "$directory/redis.xml"
            & "$recipes/Invoke-RedisCommand.ps1" GET key -Server $worker.Address | Should -Be 'recorded'
        }
    }
}
