BeforeAll {
    . $PSScriptRoot/../../helpers/Recipes.ps1
    $directory = New-RecipeDirectory
}

AfterAll {
    Remove-Item -LiteralPath $directory -Recurse
}

Describe 'Send-SyslogMessage.ps1' {
    BeforeEach {
        $started = [System.Collections.Generic.List[psobject]]::new()
        $workers = [System.Collections.Generic.List[psobject]]::new()
        $worker = $null
    }

    AfterEach {
        Stop-Recipe
    }

    Context 'and rsyslogd' {
        BeforeAll {
            $server = $null
            if (Test-Program rsyslogd) {
                $log = "$directory/rsyslog.log"
                $server = Start-TestServer -Program rsyslogd -IsReady {
                    & "$recipes/Send-SyslogMessage.ps1" 'are you there?' -Server "127.0.0.1:$($args[0])"
                    Test-Path -LiteralPath $log
                } -Arguments {
                    Set-Content -LiteralPath "$directory/rsyslog.conf" -Value @"
global(workDirectory="$directory")
module(load="imudp")
template(name="json" type="list" option.jsonf="on") {
    property(outname="Priority" name="pri" format="jsonf")
    property(outname="Time" name="timestamp" dateFormat="rfc3339" format="jsonf")
    property(outname="HostName" name="hostname" format="jsonf")
    property(outname="AppName" name="app-name" format="jsonf")
    property(outname="ProcessId" name="procid" format="jsonf")
    property(outname="MessageId" name="msgid" format="jsonf")
    property(outname="Data" name="structured-data" format="jsonf")
    property(outname="Message" name="msg" format="jsonf")
}
ruleset(name="all") { action(type="omfile" file="$log" template="json") }
input(type="imudp" address="127.0.0.1" port="$($args[0])" ruleset="all")
"@
                    '-n', '-f', "$directory/rsyslog.conf", '-i', "$directory/rsyslogd.pid"
                }

                # The messages that hold this text, as rsyslogd has understood them.
                function Wait-LoggedMessage {
                    param([Parameter(Mandatory, Position = 0)] [string] $Text, [Parameter(Position = 1)] [int] $Count = 1)

                    $found = @{}
                    Wait-Until -Because "rsyslogd logs $Text" {
                        $found.Lines = @(Get-Content -LiteralPath $log | ForEach-Object { $_ | ConvertFrom-Json -DateKind String } | Where-Object { "$($_.AppName) $($_.Message)".Contains($Text) })
                        $found.Lines.Count -ge $Count
                    }
                    $found.Lines
                }
            }
        }

        BeforeEach {
            if (-not $server) {
                Set-ItResult -Skipped -Because 'rsyslogd is not installed'
            }
        }

        AfterAll {
            Stop-Peer $server.Peer
        }

        It 'is understood, field by field' {
            $before = [datetimeoffset]::Now.AddSeconds(-1)
            & "$recipes/Send-SyslogMessage.ps1" 'Grüße, all fields' -Server $server.Address -Facility local7 -Severity Error -AppName app -MessageId M7 -HostName here -ProcessId 42 -StructuredData ([ordered]@{
                    'a@32473' = [ordered]@{ path = 'C:\x "y" ]'; number = 7 }
                    'b@32473' = @{}
                })
            $logged = Wait-LoggedMessage 'all fields'
            $logged.Priority | Should -Be (23 * 8 + 3)
            "$($logged.HostName) $($logged.AppName) $($logged.ProcessId) $($logged.MessageId)" | Should -BeExactly 'here app 42 M7'
            $logged.Data | Should -BeExactly '[a@32473 path="C:\\x \"y\" \]" number="7"][b@32473]'
            $logged.Message | Should -BeExactly 'Grüße, all fields'
            [datetimeoffset] $logged.Time | Should -BeGreaterThan $before
            [datetimeoffset] $logged.Time | Should -BeLessThan ([datetimeoffset]::Now.AddSeconds(1))
        }

        It 'runs in a process of its own' {
            Invoke-RecipeProcess 'Send-SyslogMessage.ps1' 'from a process', '-Server', $server.Address | Should -BeExactly ''
            $logged = Wait-LoggedMessage 'from a process'
            "$($logged.Priority) $($logged.HostName) $($logged.AppName) $($logged.MessageId) $($logged.Data)" | Should -BeExactly "13 $(Get-SocketHostName) pwsh - -"
        }

        It 'runs the examples of its help' {
            Set-Content -LiteralPath "$directory/backup.log" -Value 'began', 'ended'
            Invoke-RecipeHelpExample 'Send-SyslogMessage.ps1' "-Server $($server.Address)" @{ ' -Server \S+' = '' }
            (Wait-LoggedMessage 'backup' 4).Message | Should -Be 'the backup is done', 'the disk is full', 'began', 'ended'
        }

        It 'closes its socket when the pipeline ends early' {
            $before = @(Get-Socket).Count
            { 'a', 'b' | ForEach-Object { if ($_ -eq 'b') { throw 'enough' }; $_ } | & "$recipes/Send-SyslogMessage.ps1" -Server $server.Address } | Should -Throw 'enough'
            @(Get-Socket).Count | Should -Be $before
        }
    }
}
