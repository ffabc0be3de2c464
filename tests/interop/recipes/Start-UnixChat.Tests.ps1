BeforeAll {
    . $PSScriptRoot/../../helpers/Recipes.ps1
    $directory = New-RecipeDirectory
}

AfterAll {
    Remove-Item -LiteralPath $directory -Recurse
}

Describe 'Start-UnixChat.ps1' {
    BeforeEach {
        $started = [System.Collections.Generic.List[psobject]]::new()
        $workers = [System.Collections.Generic.List[psobject]]::new()
        $worker = $null
    }

    AfterEach {
        Stop-Recipe
    }

    Context 'and Join-UnixChat.ps1' {
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
            Get-PeerError $other | Should -BeLike '*EADDRINUSE (98)*'
            $own = New-TestPath
            $worker = Start-Worker { & $args[0] $args[1] } -ArgumentList "$recipes/Start-UnixChat.ps1", $own
            Wait-Until -TimeoutSeconds 20 { $worker.Output.Count -gt 0 }
            $client = Connect-Socket $own -TimeoutSeconds 10
            Assert-SoonStopped $worker
            $worker = $null
            Test-Path -LiteralPath $own | Should -BeFalse
            Close-Socket $client
            Get-Socket | Should -BeNullOrEmpty
        }

        AfterEach {
            Remove-Item -LiteralPath $path -ErrorAction Ignore # the server is killed, which leaves its path
        }
    }
}
