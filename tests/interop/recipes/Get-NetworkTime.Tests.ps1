BeforeAll {
    . $PSScriptRoot/../../helpers/Recipes.ps1
    $directory = New-RecipeDirectory
}

AfterAll {
    Remove-Item -LiteralPath $directory -Recurse
}

Describe 'Get-NetworkTime.ps1' {
    BeforeEach {
        $started = [System.Collections.Generic.List[psobject]]::new()
        $workers = [System.Collections.Generic.List[psobject]]::new()
        $worker = $null
    }

    AfterEach {
        Stop-Recipe
    }

    Context 'and chronyd' {
        BeforeAll {
            $server = $null
            if (Test-Program chronyd) {
                $server = Start-TestServer -Program chronyd -IsReady { & "$recipes/Get-NetworkTime.ps1" "127.0.0.1:$($args[0])" -TimeoutSeconds 1 } -Arguments {
                    Set-Content -LiteralPath "$directory/chrony.conf" -Value @(
                        "port $($args[0])"
                        'bindaddress 127.0.0.1'
                        'allow 127.0.0.1'
                        'local stratum 8'
                        'cmdport 0'
                        'bindcmdaddress /'
                        "pidfile $directory/chronyd.pid"
                        "driftfile $directory/drift"
                    )
                    '-d', '-x', '-U', '-u', $user, '-f', "$directory/chrony.conf"
                }
            }
        }

        BeforeEach {
            if (-not $server) {
                Set-ItResult -Skipped -Because 'chronyd is not installed'
            }
        }

        AfterAll {
            Stop-Peer $server.Peer
        }

        It 'learns the time, which is the one here' {
            $time = & "$recipes/Get-NetworkTime.ps1" $server.Address
            $time.Server | Should -Be $server.Address
            $time.Stratum | Should -Be 8
            [math]::Abs(([datetimeoffset]::UtcNow - $time.Time).TotalSeconds) | Should -BeLessThan 5
            [math]::Abs($time.Offset.TotalSeconds) | Should -BeLessThan 1
            $time.Delay.TotalSeconds | Should -BeGreaterThan 0
            $time.Delay.TotalSeconds | Should -BeLessThan 1
        }

        It 'runs in a process of its own' {
            (Invoke-RecipeProcess 'Get-NetworkTime.ps1' $server.Address) -match '^Stratum : 8$' | Should -HaveCount 1
        }

        It 'runs the examples of its help' {
            (Invoke-RecipeHelpExample 'Get-NetworkTime.ps1' '' @{ '(127\.0\.0\.1|\[::1\]):123' = $server.Address }).Stratum | Should -Be 8, 8, 8
        }

        It 'tells why a server refuses, and knows the years after 2036' {
            $socket = New-Socket IPv4 Datagram | Register-SocketAddress '127.0.0.1:0' -PassThru
            foreach ($refuses in $true, $false) {
                $worker = Start-Worker { param($path, $address) & $path $address } -ArgumentList "$recipes/Get-NetworkTime.ps1", "$($socket.LocalEndPoint)"
                $workers.Add($worker)
                $question = Receive-Datagram $socket -TimeoutSeconds 10
                $question.Length | Should -Be 48
                $question.Data[0] | Should -Be 0x23
                $answer = [byte[]]::new(48)
                [array]::Copy($question.Data, 40, $answer, 24, 8)
                $answer[0] = 0x24
                $answer[35] = $answer[43] = 60 # a minute after 2036-02-07T06:28:16Z
                if ($refuses) {
                    [System.Text.Encoding]::ASCII.GetBytes('RATE').CopyTo($answer, 12)
                }
                else {
                    $answer[1] = 1
                }
                Send-Datagram $socket $answer $question.RemoteEndPoint
                $result = Wait-Worker $worker
                if ($refuses) {
                    $result.Errors | Should -BeLike '*gives no time: RATE'
                }
                else {
                    $result.Output.Time | Should -Be ([datetimeoffset] '2036-02-07T06:29:16Z')
                }
            }
        }
    }
}
