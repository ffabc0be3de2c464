BeforeAll {
    . $PSScriptRoot/../../helpers/Recipes.ps1
    $directory = New-RecipeDirectory
    $recipe = "$recipes/Get-CertificateExpiry.ps1"
    $root = New-SocketCertificate 'Expiry root' -CertificateAuthority -OutFile "$directory/root-with-key.pem"
    Set-Content -LiteralPath "$directory/root.pem" -Value $root.ExportCertificatePem()
    $pem = "$directory/own.pem"
    $own = New-SocketCertificate localhost -Issuer $root -Days 20 -OutFile $pem
}

AfterAll {
    Remove-Item -LiteralPath $directory -Recurse
}

Describe 'Get-CertificateExpiry.ps1' {
    BeforeEach {
        $started = [System.Collections.Generic.List[psobject]]::new()
        $workers = [System.Collections.Generic.List[psobject]]::new()
        $worker = $null
    }

    AfterEach {
        Stop-Recipe
    }

    Context 'and openssl s_server' {
        BeforeEach {
            if (-not (Test-Program openssl)) {
                Set-ItResult -Skipped -Because 'openssl is not installed'
            }
        }

        It 'tells of several servers, and goes on after one that is not there' {
            $null = New-SocketCertificate other.example -Days 3 -OutFile "$directory/other.pem" -Force
            $ports = foreach ($file in $pem, "$directory/other.pem") {
                $server = Start-TestServer -Program openssl -IsReady { Test-Listener $args[0] } -Arguments {
                    's_server', '-accept', "127.0.0.1:$($args[0])", '-cert', $file, '-key', $file, '-quiet'
                }
                $started.Add($server.Peer)
                $server.Port
            }
            $servers = "localhost:$($ports[0])", "127.0.0.1:$(Get-FreePort)", "localhost:$($ports[1])"

            $written = @($servers | & $recipe -TrustedCertificate "$directory/root.pem" 2>&1)
            $failures, $found = $written.Where({ $_ -is [System.Management.Automation.ErrorRecord] }, 'Split')
            $found = @($found | Sort-Object Expires)

            $found.Server | Should -Be $servers[2], $servers[0]
            $found.Days | Should -Be 2, 19
            $found[1].Expires | Should -Be $own.NotAfter
            $found[1].Issuer | Should -Be 'CN=Expiry root'
            $found[1].Errors | Should -BeNullOrEmpty
            "$($found[0].Errors)" | Should -BeLike "*not for 'localhost', only for other.example*self-signed*"
            "$failures" | Should -BeLike '*ECONNREFUSED*'
            Get-Socket | Should -BeNullOrEmpty
        }

        It 'runs in a process of its own' {
            $server = Start-TestServer -Program openssl -IsReady { Test-Listener $args[0] } -Arguments {
                's_server', '-accept', "127.0.0.1:$($args[0])", '-cert', $pem, '-key', $pem, '-quiet'
            }
            $started.Add($server.Peer)

            "$(Invoke-RecipeProcess 'Get-CertificateExpiry.ps1' "localhost:$($server.Port)")" | Should -BeLike '*Days*: 19*CN=Expiry root*'
        }
    }

    Context 'STARTTLS' {
        It 'talks to aiosmtpd first' {
            # That of Debian: another python3 may be first on the path.
            if (-not (Test-Path -LiteralPath /usr/bin/python3) -or -not (Test-Path -LiteralPath /usr/lib/python3/dist-packages/aiosmtpd)) {
                Set-ItResult -Skipped -Because 'python3-aiosmtpd is not installed'
                return
            }
            $server = Start-TestServer -Program /usr/bin/python3 -IsReady { Test-Listener $args[0] } -Arguments {
                '-m', 'aiosmtpd', '-n', '-c', 'aiosmtpd.handlers.Sink', '-l', "127.0.0.1:$($args[0])", '--tlscert', $pem, '--tlskey', $pem
            }
            $started.Add($server.Peer)

            $found = & $recipe "localhost:$($server.Port)" -StartTls Smtp -TrustedCertificate "$directory/root.pem" -ErrorAction Stop

            $found.Days | Should -Be 19
            $found.Errors | Should -BeNullOrEmpty
        }

        It 'asks PostgreSQL, <Which>' -ForEach @(
            @{ Which = 'which has TLS'; HasTls = $true }
            @{ Which = 'which has none'; HasTls = $false }
        ) {
            $parameter = $HasTls ? @{ Certificate = $pem } : @{}
            $server = Start-PostgresServer $directory @parameter
            if (-not $server) {
                Set-ItResult -Skipped -Because 'postgresql is not installed'
                return
            }
            try {
                $found = & $recipe "localhost:$($server.Port)" -StartTls PostgreSql -TrustedCertificate "$directory/root.pem" -ErrorVariable failures 2>$null
            }
            finally {
                Stop-PostgresServer $server
            }

            "$failures" | Should -BeLike ($HasTls ? '' : '*has no TLS, and answered: N')
            $found.Subject | Should -Be ($HasTls ? 'CN=localhost' : $null)
            $found.Days | Should -Be ($HasTls ? 19 : $null)
            $found.Errors | Should -BeNullOrEmpty
        }

        It 'asks what stands for PostgreSQL, which answers <Answer>' -ForEach @(
            @{ Answer = 'S' }
            @{ Answer = 'N' }
        ) {
            $listener = Start-SocketListener -LocalEndPoint '127.0.0.1:0'
            $worker = Start-Worker -ArgumentList $listener, $own, $Answer {
                param($listener, $own, $answer)
                $peer = Receive-SocketConnection $listener -TimeoutSeconds 20
                [Convert]::ToHexString((Receive-SocketData $peer -Length 8 -TimeoutSeconds 20).Data)
                Send-SocketData $peer $answer
                if ($answer -ceq 'S') {
                    Protect-Socket $peer -AsServer -Certificate $own -TimeoutSeconds 20
                }
                Close-Socket $peer
            }

            $found = & $recipe "localhost:$($listener.LocalEndPoint.Port)" -StartTls PostgreSql -ErrorVariable failures 2>$null

            # SSLRequest: its length and its number.
            (Wait-Worker $worker).Output | Should -Be '0000000804D2162F'
            $worker = $null
            $found.Days | Should -Be ($Answer -ceq 'S' ? 19 : $null)
            "$failures" | Should -BeLike ($Answer -ceq 'S' ? '' : '*has no TLS, and answered: N')
        }

        It 'says what a mail server without STARTTLS answers' {
            $listener = Start-SocketListener -LocalEndPoint '127.0.0.1:0'
            $worker = Start-Worker -ArgumentList $listener {
                param($listener)
                $peer = Receive-SocketConnection $listener -TimeoutSeconds 20
                Send-SocketData $peer '220-hello', '220 there' -NewLineText CRLF
                Receive-SocketData $peer -Line -TimeoutSeconds 20
                Send-SocketData $peer '250-mail', '250 8BITMIME' -NewLineText CRLF
                Receive-SocketData $peer -Line -TimeoutSeconds 20
                Send-SocketData $peer '454 not now' -NewLineText CRLF
                Close-Socket $peer
            }

            & $recipe "localhost:$($listener.LocalEndPoint.Port)" -StartTls Smtp -ErrorVariable failures 2>$null

            (Wait-Worker $worker).Output | Should -Be "EHLO $(Get-SocketHostName)", 'STARTTLS'
            $worker = $null
            "$failures" | Should -BeLike '*the server answered: 454 not now'
        }
    }
}
