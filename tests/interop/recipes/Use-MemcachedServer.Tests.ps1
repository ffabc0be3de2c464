BeforeAll {
    . $PSScriptRoot/../../helpers/Recipes.ps1
    $directory = New-RecipeDirectory
}

AfterAll {
    Remove-Item -LiteralPath $directory -Recurse
}

Describe 'Use-MemcachedServer.ps1' {
    BeforeEach {
        $started = [System.Collections.Generic.List[psobject]]::new()
        $workers = [System.Collections.Generic.List[psobject]]::new()
        $worker = $null
    }

    AfterEach {
        Stop-Recipe
    }

    Context 'and memcached' {
        BeforeAll {
            $server = $null
            if (Test-Program memcached) {
                $server = Start-TestServer -Program memcached -IsReady { & "$recipes/Use-MemcachedServer.ps1" -Statistics -Server "127.0.0.1:$($args[0])" } -Arguments {
                    '-l', '127.0.0.1', '-p', $args[0], '-U', '0', '-t', '1', '-u', $user
                }
                $to = @{ Server = $server.Address }
            }
        }

        BeforeEach {
            if (-not $server) {
                Set-ItResult -Skipped -Because 'memcached is not installed'
            }
        }

        AfterAll {
            Stop-Peer $server.Peer
        }

        It 'stores text and bytes, and gets them back' {
            $bytes = [byte[]] (0..255 + 13, 10)
            & "$recipes/Use-MemcachedServer.ps1" -Set text -Value 'Grüße' @to | Should -BeNullOrEmpty
            & "$recipes/Use-MemcachedServer.ps1" -Set bytes -Value $bytes -ExpirySeconds 60 @to
            & "$recipes/Use-MemcachedServer.ps1" -Set empty -Value '' @to
            $found = & "$recipes/Use-MemcachedServer.ps1" text, none, empty @to
            $found.Key | Should -BeExactly 'text', 'empty'
            $found.Value | Should -BeExactly 'Grüße', ''
            [Convert]::ToHexString((& "$recipes/Use-MemcachedServer.ps1" -Get bytes -AsByteArray @to).Value) | Should -Be ([Convert]::ToHexString($bytes))
        }

        It 'says that a value is too large' {
            { & "$recipes/Use-MemcachedServer.ps1" -Set large -Value ([byte[]]::new(2MB)) @to } | Should -Throw '*did not store large: SERVER_ERROR object too large*'
        }

        It 'shows statistics' {
            $statistics = & "$recipes/Use-MemcachedServer.ps1" -Statistics @to
            $statistics.pid | Should -Be $server.Peer.Process.Id
            $statistics.version | Should -Match '^\d+\.\d+'
        }

        It 'runs in a process of its own' {
            (Invoke-RecipeProcess 'Use-MemcachedServer.ps1' '-Statistics', '-Server', $server.Address) -match "^pid +: $($server.Peer.Process.Id)$" | Should -HaveCount 1
        }

        It 'runs the examples of its help' {
            $results = @(Invoke-RecipeHelpExample 'Use-MemcachedServer.ps1' "-Server $($server.Address)" @{ ' -Server \S+' = '' })
            $results[0].Value | Should -BeExactly 'Hello, World!'
            [int] $results[1].curr_items | Should -BeGreaterThan 0
        }
    }
}
