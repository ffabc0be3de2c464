BeforeAll {
    . $PSScriptRoot/../../helpers/Recipes.ps1
    $directory = New-RecipeDirectory
}

AfterAll {
    Remove-Item -LiteralPath $directory -Recurse
}

Describe 'Receive-SyslogMessage.ps1' {
    BeforeEach {
        $started = [System.Collections.Generic.List[psobject]]::new()
        $workers = [System.Collections.Generic.List[psobject]]::new()
        $worker = $null
    }

    AfterEach {
        Stop-Recipe
    }

    Context 'by itself' {
        It 'understands logger, in the form of <Form>' -ForEach @(
            @{ Form = 'RFC 5424'; Options = @('--rfc5424', '--id=77', '--msgid', 'M1', '--sd-id', 'x@32473', '--sd-param', 'a="b c"') }
            @{ Form = 'RFC 3164'; Options = @('--rfc3164') }
        ) {
            if (-not (Test-Program logger)) {
                Set-ItResult -Skipped -Because 'logger is not installed'
                return
            }
            $receiver = Open-RecipeServer 'Receive-SyslogMessage.ps1' @{ LocalEndPoint = '127.0.0.1:0'; Count = 1 }
            $peer = Start-Peer logger -ArgumentList @('--server', '127.0.0.1', '--port', ($receiver.Address -replace '.*:'), '--udp', '-p', 'local0.err', '-t', 'app'; $Options; 'Grüße €')
            $started.Add($peer)
            Wait-Peer $peer | Should -Be 0 -Because $peer.ErrorOutput
            $result = Wait-Worker $receiver
            $result.Errors | Should -BeNullOrEmpty
            $message = $result.Output
            "$($message.Facility) $($message.Severity)" | Should -Be 'Local0 Error'
            [math]::Abs(([datetimeoffset]::Now - $message.Timestamp).TotalSeconds) | Should -BeLessThan 30
            if ($Form -eq 'RFC 5424') {
                "$($message.AppName) $($message.ProcessId) $($message.MessageId)" | Should -BeExactly 'app 77 M1'
                $message.StructuredData['x@32473'].a | Should -BeExactly 'b c'
                $message.Message | Should -BeExactly 'Grüße €'
            }
            else {
                $message.Message | Should -BeLike '* app: Grüße €'
                $message.AppName | Should -BeNullOrEmpty
                $message.HostName | Should -Be '127.0.0.1'
            }
        }

        It 'reads what Send-SyslogMessage.ps1 sends, and keeps what it cannot read' {
            $receiver = Open-RecipeServer 'Receive-SyslogMessage.ps1' @{ LocalEndPoint = '[::1]:0'; Count = 7 }
            $values = [ordered]@{ path = 'C:\x "y" ]['; empty = '' }
            & "$recipes/Send-SyslogMessage.ps1" "two`nlines" -Server $receiver.Address -Severity Emergency -Facility Kernel -StructuredData ([ordered]@{ 'a@32473' = $values; b = @{} })
            '' | & "$recipes/Send-SyslogMessage.ps1" -Server $receiver.Address
            $lines = 'no priority', '<192>1 - - - - - - x', "<34>1 2003-99-99T00:00:00Z h a - - - `u{FEFF}BOM", '<0>old', '<165>1 - - - - - [a b="c"d="e"] x'
            Send-Datagram (New-Socket) $lines $receiver.Address
            $result = Wait-Worker $receiver
            $result.Errors | Should -BeNullOrEmpty
            $messages = $result.Output
            $messages[0].StructuredData['a@32473'].path | Should -BeExactly $values.path
            $messages[0].StructuredData['a@32473'].empty | Should -BeExactly ''
            $messages[0].StructuredData['b'].Count | Should -Be 0
            $messages.Message | Should -BeExactly "two`nlines", '', 'no priority', '<192>1 - - - - - - x', 'BOM', 'old', '1 - - - - - [a b="c"d="e"] x'
            "$($messages.Severity)" | Should -BeExactly 'Emergency Notice Notice Notice Critical Emergency Notice'
            @($messages | Where-Object Severity -LE Critical).Count | Should -Be 3
        }

        It 'says in a process of its own where it waits, and ends after -Count' {
            $peer = Open-RecipeProcess 'Receive-SyslogMessage.ps1' '127.0.0.1:0', '-Count', '1'
            Wait-Until -TimeoutSeconds 30 -Because "it waits: $($peer.ErrorOutput)" { $peer.Output -match '(?m)^waiting on (127\.0\.0\.1:\d+)\r?\n' }
            $null = $peer.Output -match 'waiting on (\S+)'
            & "$recipes/Send-SyslogMessage.ps1" 'to a process' -Server $Matches[1]
            Wait-Peer $peer -TimeoutSeconds 30 | Should -Be 0 -Because $peer.ErrorOutput
            $peer.Output | Should -Match 'Message +: to a process'
        }

        It 'runs the examples of its help until it is stopped, and closes its socket then' {
            Push-Location $directory
            try {
                foreach ($example in (Get-Help "$recipes/Receive-SyslogMessage.ps1").examples.example) {
                    $code = $example.code -replace '127\.0\.0\.1:\d+', '127.0.0.1:0' -replace '\./Receive-SyslogMessage', "$recipes/Receive-SyslogMessage"
                    $worker = Start-Worker ([scriptblock]::Create($code))
                    $workers.Add($worker)
                    Wait-Until -TimeoutSeconds 30 { $worker.PowerShell.Streams.Information.Count -gt 0 }
                    $address = "$($worker.PowerShell.Streams.Information[0])" -replace '^waiting on '
                    & "$recipes/Send-SyslogMessage.ps1" 'an example' -Server $address -Severity Error
                    Wait-Until { $worker.Output.Count -gt 0 }
                    Assert-SoonStopped $worker
                    Get-Socket | Where-Object { "$($_.LocalEndPoint)" -eq $address } | Should -BeNullOrEmpty
                }
            }
            finally {
                Pop-Location
            }
        }
    }
}
