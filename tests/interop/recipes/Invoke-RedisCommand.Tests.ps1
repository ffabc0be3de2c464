BeforeAll {
    . $PSScriptRoot/../../helpers/Recipes.ps1
    $directory = New-RecipeDirectory
}

AfterAll {
    Remove-Item -LiteralPath $directory -Recurse
}

Describe 'Invoke-RedisCommand.ps1' {
    BeforeEach {
        $started = [System.Collections.Generic.List[psobject]]::new()
        $workers = [System.Collections.Generic.List[psobject]]::new()
        $worker = $null
    }

    AfterEach {
        Stop-Recipe
    }

    Context 'and redis-server' {
        BeforeAll {
            $server = $null
            if (Test-Program redis-server) {
                $unixPath = New-TestPath
                $server = Start-TestServer -Program redis-server -IsReady { & "$recipes/Invoke-RedisCommand.ps1" PING -Server "127.0.0.1:$($args[0])" } -Arguments {
                    '--bind', '127.0.0.1', '--port', $args[0], '--unixsocket', $unixPath, '--save', '', '--appendonly', 'no', '--dir', $directory, '--daemonize', 'no'
                }
                $to = @{ Server = $server.Address }
            }
        }

        BeforeEach {
            if (-not $server) {
                Set-ItResult -Skipped -Because 'redis-server is not installed'
            }
        }

        AfterAll {
            Stop-Peer $server.Peer
        }

        It 'sets, gets and counts' {
            & "$recipes/Invoke-RedisCommand.ps1" PING @to | Should -BeExactly 'PONG'
            & "$recipes/Invoke-RedisCommand.ps1" SET greeting 'Grüße, alle' @to | Should -BeExactly 'OK'
            & "$recipes/Invoke-RedisCommand.ps1" GET greeting @to | Should -BeExactly 'Grüße, alle'
            & "$recipes/Invoke-RedisCommand.ps1" GET none @to | Should -BeNull
            $count = & "$recipes/Invoke-RedisCommand.ps1" INCRBY counter 41 @to
            $count | Should -Be 41
            $count | Should -BeOfType long
            & "$recipes/Invoke-RedisCommand.ps1" SET empty '' @to | Should -BeExactly 'OK'
            & "$recipes/Invoke-RedisCommand.ps1" GET empty @to | Should -BeExactly ''
        }

        It 'keeps any bytes, also over the UNIX socket' {
            $bytes = [byte[]] (0..255 + 13, 10)
            & "$recipes/Invoke-RedisCommand.ps1" -Command SET, bytes, $bytes -Server $unixPath | Should -BeExactly 'OK'
            $value = & "$recipes/Invoke-RedisCommand.ps1" GET bytes -AsByteArray -Server $unixPath
            Should -ActualValue $value -BeOfType byte[]
            [Convert]::ToHexString($value) | Should -Be ([Convert]::ToHexString($bytes))
        }

        It 'sends all commands of the pipeline before it reads, and goes on after an error' {
            $failures = $null
            $replies = @(
                , ('DEL', 'list', 'n')
                , ('RPUSH', 'list', 'a', 'b', 'c')
                , ('LRANGE', 'list', '0', '-1')
                , ('INCR', 'list')
                , ('LRANGE', 'none', '0', '-1')
                'PING'
            ) | & "$recipes/Invoke-RedisCommand.ps1" @to -ErrorVariable failures 2>$null
            $replies[1] | Should -Be 3
            "$($replies[2])" | Should -BeExactly 'a b c'
            $replies[3].Count | Should -Be 0
            $replies[4] | Should -BeExactly 'PONG'
            $failures | Should -BeLike '*WRONGTYPE*'

            $numbers = 1..2000 | ForEach-Object { , ('INCR', 'n') } | & "$recipes/Invoke-RedisCommand.ps1" @to
            "$numbers" | Should -Be "$(1..2000)"
        }

        It 'gives a password' {
            & "$recipes/Invoke-RedisCommand.ps1" ACL SETUSER ann on '>secret' '~*' '+@all' @to | Should -BeExactly 'OK'
            $right, $wrong = 'secret', 'wrong' | ForEach-Object {
                $password = [securestring]::new()
                $_.ToCharArray() | ForEach-Object { $password.AppendChar($_) }
                [pscredential]::new('ann', $password)
            }
            & "$recipes/Invoke-RedisCommand.ps1" ACL WHOAMI -Credential $right @to | Should -BeExactly 'ann'
            $failures = $null
            & "$recipes/Invoke-RedisCommand.ps1" ACL WHOAMI -Credential $wrong @to -ErrorVariable failures 2>$null | Should -BeNullOrEmpty
            $failures | Should -BeLike '*WRONGPASS*'
        }

        It 'speaks TLS, and trusts no stranger' {
            $pem = "$directory/tls.pem"
            $certificate = New-SocketCertificate localhost -OutFile $pem
            Set-Content -LiteralPath "$directory/root.pem" -Value $certificate.ExportCertificatePem()
            try {
                $protected = Start-TestServer -Program redis-server -IsReady { Test-Listener $args[0] } -Arguments {
                    '--port', '0', '--tls-port', $args[0], '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', $directory
                    '--tls-cert-file', $pem, '--tls-key-file', $pem, '--tls-ca-cert-file', "$directory/root.pem", '--tls-auth-clients', 'no'
                }
            }
            catch {
                # A redis-server that was built without TLS does not know the option.
                if ("$_" -notmatch 'tls-port') {
                    throw
                }
                Set-ItResult -Skipped -Because 'this redis-server is built without TLS'
                return
            }
            $started.Add($protected.Peer)
            { & "$recipes/Invoke-RedisCommand.ps1" PING -Tls -TimeoutSeconds 0.001 } | Should -Throw '*127.0.0.1:6380*'
            $there = @{ Server = "localhost:$($protected.Port)"; Tls = $true }

            'SET a 1', 'GET a' | ForEach-Object { , ($_ -split ' ') } | & "$recipes/Invoke-RedisCommand.ps1" @there -TrustedCertificate "$directory/root.pem" | Should -BeExactly 'OK', '1'
            { & "$recipes/Invoke-RedisCommand.ps1" PING @there } | Should -Throw -ErrorId 'CertificateRejected,*'
        }

        It 'runs in a process of its own' {
            Invoke-RecipeProcess 'Invoke-RedisCommand.ps1' 'ECHO', 'a process', '-Server', $server.Address | Should -BeExactly 'a process'
        }

        It 'runs the examples of its help' {
            $null = & "$recipes/Invoke-RedisCommand.ps1" DEL visits @to
            Invoke-RecipeHelpExample 'Invoke-RedisCommand.ps1' "-Server $($server.Address)" @{ ' -Server \S+' = '' } | Should -Be 'OK', 'Hello, World!', 1000
        }
    }
}
