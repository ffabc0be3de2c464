# TLS against programs that nobody here wrote.

BeforeAll {
    . $PSScriptRoot/../helpers/Common.ps1
    . $PSScriptRoot/../helpers/Servers.ps1

    # Keys are made once for all tests of this file.
    $root = New-SocketCertificate 'Interop root' -CertificateAuthority -OutFile "$TestDrive/root-with-key.pem" -Force
    Set-Content -LiteralPath "$TestDrive/root.pem" -Value $root.ExportCertificatePem()
    $own = New-SocketCertificate localhost 127.0.0.1 -Issuer $root -OutFile "$TestDrive/own.pem" -Force
    $client = New-SocketCertificate client.example -Issuer $root -OutFile "$TestDrive/client.pem" -Force
    $pem = "$TestDrive/own.pem"
    $rootPem = "$TestDrive/root.pem"

    # Some programs want certificate and key in two files.
    Set-Content -LiteralPath "$TestDrive/own-cert.pem" -Value $own.ExportCertificatePem()
    $key = [System.Security.Cryptography.X509Certificates.ECDsaCertificateExtensions]::GetECDsaPrivateKey($own)
    Set-Content -LiteralPath "$TestDrive/own-key.pem" -Value $key.ExportPkcs8PrivateKeyPem()

    function Connect-Tls {
        param([int] $Port, [hashtable] $Parameter = @{})

        Connect-Socket "localhost:$Port" -TimeoutSeconds 5 |
            Protect-Socket -TrustedCertificate $root -TimeoutSeconds 10 -PassThru @Parameter
    }

    # A listener of ours, and a program that connects to it: the protected socket, and the program.
    function Invoke-TlsClient {
        param([string] $Program, [scriptblock] $Arguments, [hashtable] $Parameter = @{})

        $listener = Start-SocketListener -LocalEndPoint 127.0.0.1:0
        $peer = Invoke-TestPeer $Program (& $Arguments $listener.LocalEndPoint.Port)
        $socket = Receive-SocketConnection $listener -TimeoutSeconds 10
        Close-Socket $listener
        $given = @{ Certificate = $own }
        $Parameter.Keys | ForEach-Object { $given[$_] = $Parameter[$_] }
        Protect-Socket $socket -AsServer -TimeoutSeconds 10 @given
        $socket, $peer
    }

    function Skip-Without {
        param([string] $Program)

        if (-not (Test-Program $Program)) {
            Set-ItResult -Skipped -Because "$Program is not installed"
            $true
        }
    }
}

Describe 'TLS' {
    BeforeEach {
        $started = [System.Collections.Generic.List[psobject]]::new()
    }

    AfterEach {
        Get-Socket | Close-Socket
        $started | ForEach-Object { Stop-Peer $_ }
    }

    Context 'openssl s_server' {
        It 'talks <Version> with us as the client' -ForEach @(
            @{ Version = 'tls1_2'; Protocol = 'Tls12'; More = @() }
            @{ Version = 'tls1_3'; Protocol = 'Tls13'; More = @() }
            @{ Version = 'tls1_3'; Protocol = 'Tls13'; More = @('-no_ticket') }
        ) {
            if (Skip-Without openssl) { return }
            $server = Start-TestServer -Program openssl -IsReady { Test-Listener $args[0] } -Arguments {
                @('s_server', '-accept', "127.0.0.1:$($args[0])", '-cert', $pem, '-key', $pem, "-$Version", '-alpn', 'echo', '-quiet') + $More
            }
            $started.Add($server.Peer)

            $socket = Connect-Tls $server.Port @{ ApplicationProtocol = 'echo' }
            "$($socket.Tls.Protocol)" | Should -Be $Protocol
            $socket.Tls.ApplicationProtocol | Should -Be 'echo'
            Send-SocketData $socket 'to the server' -NewLine
            Wait-Until { $server.Peer.Output -like '*to the server*' }
            Write-PeerInput $server.Peer "to the client`n"
            Receive-SocketData $socket -Line -TimeoutSeconds 5 | Should -Be 'to the client'
        }

        It 'gets a client''s certificate, and refuses who has none' {
            if (Skip-Without openssl) { return }
            $server = Start-TestServer -Program openssl -IsReady { Test-Listener $args[0] } -Arguments {
                's_server', '-accept', "127.0.0.1:$($args[0])", '-cert', $pem, '-key', $pem, '-CAfile', $rootPem, '-Verify', '1', '-verify_return_error', '-quiet'
            }
            $started.Add($server.Peer)

            $socket = Connect-Tls $server.Port @{ Certificate = "$TestDrive/client.pem" }
            Send-SocketData $socket 'known' -NewLine
            Wait-Until { $server.Peer.Output -like '*known*' }
            Close-Socket $socket

            # TLS 1.3 tells a client only when it reads.
            $socket = Connect-Tls $server.Port @{ SslProtocol = 'Tls13' }
            Receive-SocketData $socket -TimeoutSeconds 5 -ErrorVariable failure -ErrorAction SilentlyContinue
            $failure[0].FullyQualifiedErrorId | Should -Be 'HandshakeFailed,PSSockets.Commands.ReceiveSocketDataCommand'
            $failure[0].ToString() | Should -BeLike '*certificate_required*'
            Close-Socket $socket
            Connect-Tls $server.Port @{ SslProtocol = 'Tls12'; ErrorAction = 'SilentlyContinue' } | Should -BeNullOrEmpty
        }

        It 'changes its keys in mid-stream' {
            if (Skip-Without openssl) { return }
            $server = Start-TestServer -Program openssl -IsReady { Test-Listener $args[0] } -Arguments {
                's_server', '-accept', "127.0.0.1:$($args[0])", '-cert', $pem, '-key', $pem, '-tls1_3'
            }
            $started.Add($server.Peer)
            $socket = Connect-Tls $server.Port
            Send-SocketData $socket 'before' -NewLine
            Wait-Until { $server.Peer.Output -like '*before*' }

            # The tickets are read.
            Wait-Socket $socket -TimeoutSeconds 0 | Should -BeNullOrEmpty
            $socket.Available | Should -Be 0

            # K: update both sides' keys.
            Write-PeerInput $server.Peer "K`n"
            # It would take what follows at once for a part of the command.
            Wait-Until { $socket.Available -gt 0 } -Because 'the new key is announced'
            Write-PeerInput $server.Peer "after`n"
            Receive-SocketData $socket -Line -TimeoutSeconds 5 | Should -Be 'after'
            Send-SocketData $socket 'and back' -NewLine
            Wait-Until { $server.Peer.Output -like '*and back*' }
        }

        It 'asks for a certificate when the session has begun, and <Does> one that <Which>' -ForEach @(
            @{ Does = 'takes'; Which = 'it trusts'; Subject = 'client.example'; Own = { "$TestDrive/client.pem" } }
            @{ Does = 'refuses'; Which = 'it does not know'; Subject = 'stranger.example'; Own = { New-SocketCertificate stranger.example } }
        ) {
            if (Skip-Without openssl) { return }
            $server = Start-TestServer -Program openssl -IsReady { Test-Listener $args[0] } -Arguments {
                's_server', '-accept', "127.0.0.1:$($args[0])", '-cert', $pem, '-key', $pem, '-CAfile', $rootPem, '-tls1_3', '-verify_return_error'
            }
            $started.Add($server.Peer)
            $socket = Connect-Tls $server.Port @{ Certificate = & $Own }
            Send-SocketData $socket 'before' -NewLine
            Wait-Until { $server.Peer.Output -like '*before*' }
            Wait-Socket $socket -TimeoutSeconds 0 | Should -BeNullOrEmpty
            $socket.Available | Should -Be 0

            # c: ask the client for its certificate.
            Write-PeerInput $server.Peer "c`n"
            Wait-Until { $socket.Available -gt 0 } -Because 'the question comes'
            $null = Wait-Socket $socket -TimeoutSeconds 0

            # Nothing is written here, and yet the answer comes.
            Wait-Until { $server.Peer.ErrorOutput -like "*CN = $Subject*" } -Because "it sees the certificate: $($server.Peer.ErrorOutput)"
            if ($Does -eq 'refuses') {
                Receive-SocketData $socket -TimeoutSeconds 10 -ErrorVariable failure -ErrorAction SilentlyContinue
                $failure[0].FullyQualifiedErrorId | Should -Be 'HandshakeFailed,PSSockets.Commands.ReceiveSocketDataCommand'
                $failure[0].ToString() | Should -BeLike 'recv: the peer ended the TLS session: unknown_ca (48)'
                $failure[0].ErrorDetails.RecommendedAction | Should -BeLike '*-Certificate*'
                return
            }
            Write-PeerInput $server.Peer "after`n"
            Receive-SocketData $socket -Line -TimeoutSeconds 5 | Should -Be 'after'
            Send-SocketData $socket 'and back' -NewLine
            Wait-Until { $server.Peer.Output -like '*and back*' }
        }

        It 'wants to renegotiate, and is refused' {
            if (Skip-Without openssl) { return }
            $server = Start-TestServer -Program openssl -IsReady { Test-Listener $args[0] } -Arguments {
                's_server', '-accept', "127.0.0.1:$($args[0])", '-cert', $pem, '-key', $pem, '-CAfile', $rootPem, '-tls1_2'
            }
            $started.Add($server.Peer)
            $socket = Connect-Tls $server.Port @{ Certificate = "$TestDrive/client.pem" }
            Send-SocketData $socket 'before' -NewLine
            Wait-Until { $server.Peer.Output -like '*before*' }

            # R: renegotiate, and ask for a certificate.
            Write-PeerInput $server.Peer "R`n"
            Receive-SocketData $socket -TimeoutSeconds 10 -ErrorVariable failure -ErrorAction SilentlyContinue

            $failure[0].FullyQualifiedErrorId | Should -Be 'StreamBroken,PSSockets.Commands.ReceiveSocketDataCommand'
            $failure[0].ToString() | Should -BeLike 'recv: the peer wants to renegotiate*refused'
            $failure[0].ErrorDetails.RecommendedAction | Should -BeLike '*-SslProtocol Tls13*'
        }

        It 'has no version in common with us' {
            if (Skip-Without openssl) { return }
            $server = Start-TestServer -Program openssl -IsReady { Test-Listener $args[0] } -Arguments {
                's_server', '-accept', "127.0.0.1:$($args[0])", '-cert', $pem, '-key', $pem, '-tls1_3', '-quiet'
            }
            $started.Add($server.Peer)

            Connect-Socket "localhost:$($server.Port)" | Protect-Socket -SslProtocol Tls12 -TrustedCertificate $root -TimeoutSeconds 10 -ErrorVariable failure -ErrorAction SilentlyContinue

            $failure[0].FullyQualifiedErrorId | Should -Be 'HandshakeFailed,PSSockets.Commands.ProtectSocketCommand'
            $failure[0].ToString() | Should -BeLike '*protocol_version (70)*'
        }
    }

    Context 'openssl s_client' {
        It 'talks <Version> with us as the server' -ForEach @(
            @{ Version = 'tls1_2'; Protocol = 'Tls12' }
            @{ Version = 'tls1_3'; Protocol = 'Tls13' }
        ) {
            if (Skip-Without openssl) { return }
            $socket, $peer = Invoke-TlsClient openssl {
                's_client', '-connect', "127.0.0.1:$($args[0])", '-CAfile', $rootPem, '-verify_return_error', "-$Version", '-quiet', '-servername', 'localhost', '-alpn', 'x,echo'
            } @{ ApplicationProtocol = 'echo' }

            "$($socket.Tls.Protocol)" | Should -Be $Protocol
            $socket.Tls.ApplicationProtocol | Should -Be 'echo'
            Write-PeerInput $peer "hello`n"
            Receive-SocketData $socket -Line -TimeoutSeconds 5 | Should -Be 'hello'
            Send-SocketData $socket 'bye' -NewLine
            Close-Socket $socket
            Wait-Until { $peer.Output -like '*bye*' }
        }

        It 'changes its keys in mid-stream, and lets us change ours' {
            if (Skip-Without openssl) { return }
            $socket, $peer = Invoke-TlsClient openssl {
                's_client', '-connect', "127.0.0.1:$($args[0])", '-CAfile', $rootPem, '-tls1_3'
            }
            Write-PeerInput $peer "before`n"
            Receive-SocketData $socket -Line -TimeoutSeconds 5 | Should -Be 'before'

            # K: update both sides' keys. k: its own.
            foreach ($command in 'K', 'k') {
                Write-PeerInput $peer "$command`n"
                Wait-Until { $socket.Available -gt 0 } -Because 'the new key is announced'
                Write-PeerInput $peer "after $command`n"
                Receive-SocketData $socket -Line -TimeoutSeconds 5 | Should -Be "after $command"
                Send-SocketData $socket "and back $command" -NewLine
                Wait-Until { $peer.Output -like "*and back $command*" }
            }
        }

        It 'knows the root of a server whose certificate has 30 others between, and no more' {
            if (Skip-Without openssl) { return }
            $issuer = $root
            $between = foreach ($number in 1..30) {
                $issuer = New-SocketCertificate "Between $number" -CertificateAuthority -Issuer $issuer
                $issuer.ExportCertificatePem()
            }
            $null = New-SocketCertificate localhost -Issuer $issuer -OutFile "$TestDrive/deep.pem" -Force
            Add-Content -LiteralPath "$TestDrive/deep.pem" -Value $between

            $socket, $peer = Invoke-TlsClient openssl {
                's_client', '-connect', "127.0.0.1:$($args[0])", '-CAfile', $rootPem, '-verify_return_error', '-quiet'
            } @{ Certificate = "$TestDrive/deep.pem" }

            Write-PeerInput $peer "hello`n"
            Receive-SocketData $socket -Line -TimeoutSeconds 5 | Should -Be 'hello'
            Wait-Until { $peer.ErrorOutput -like '*depth=31 CN = Interop root*depth=0 CN = localhost*' }
        }

        It 'is refused when it renegotiates' {
            if (Skip-Without openssl) { return }
            $socket, $peer = Invoke-TlsClient openssl {
                's_client', '-connect', "127.0.0.1:$($args[0])", '-CAfile', $rootPem, '-tls1_2'
            }
            Write-PeerInput $peer "first`n"
            Receive-SocketData $socket -Line -TimeoutSeconds 5 | Should -Be 'first'

            Write-PeerInput $peer "R`n"

            # The client gives up, or goes on without.
            $null = Receive-SocketData $socket -TimeoutSeconds 5 -ErrorAction SilentlyContinue -WarningAction SilentlyContinue
            Wait-Until { "$($peer.Output) $($peer.ErrorOutput)" -match 'no renegotiation|RENEGOTIATING' }
        }
    }

    Context 'ncat' {
        It 'is the server' {
            if (Skip-Without ncat) { return }
            $server = Start-TestServer -Program ncat -IsReady { Test-Listener $args[0] } -Arguments {
                '-l', '-k', '--ssl', '--ssl-cert', "$TestDrive/own-cert.pem", '--ssl-key', "$TestDrive/own-key.pem", '127.0.0.1', "$($args[0])"
            }
            $started.Add($server.Peer)
            $socket = Connect-Tls $server.Port

            Send-SocketData $socket 'to ncat' -NewLine
            Wait-Until { $server.Peer.Output -like '*to ncat*' }
            Write-PeerInput $server.Peer "from ncat`n"
            Receive-SocketData $socket -Line -TimeoutSeconds 5 | Should -Be 'from ncat'
        }

        It 'is the client, and all that it wrote before it closed is read' {
            if (Skip-Without ncat) { return }
            $socket, $peer = Invoke-TlsClient ncat { '--ssl-verify', '--ssl-trustfile', $rootPem, '--ssl-servername', 'localhost', '127.0.0.1', "$($args[0])" }

            Write-PeerInput $peer "one`ntwo`n"
            $peer.Input.Close()
            Receive-SocketData $socket -Line -Count 2 -TimeoutSeconds 5 | Should -Be 'one', 'two'
        }
    }

    Context 'socat' {
        It 'is the server' {
            if (Skip-Without socat) { return }
            $server = Start-TestServer -Program socat -IsReady { Test-Listener $args[0] } -Arguments {
                "OPENSSL-LISTEN:$($args[0]),bind=127.0.0.1,fork,cert=$pem,verify=0", 'EXEC:cat'
            }
            $started.Add($server.Peer)
            $socket = Connect-Tls $server.Port
            $bytes = Get-RandomByte 300000

            $worker = Start-Worker { param($Socket, $Bytes) Send-SocketData $Socket $Bytes } -ArgumentList $socket, $bytes
            $echoed = Receive-SocketData $socket -Length $bytes.Length -AsByteArray -TimeoutSeconds 10
            $null = Wait-Worker $worker
            Get-ByteHash $echoed | Should -Be (Get-ByteHash $bytes)
        }

        It 'is the client' {
            if (Skip-Without socat) { return }
            $socket, $peer = Invoke-TlsClient socat { '-', "OPENSSL:127.0.0.1:$($args[0]),cafile=$rootPem,commonname=localhost,snihost=localhost" }

            Write-PeerInput $peer "from socat`n"
            Receive-SocketData $socket -Line -TimeoutSeconds 5 | Should -Be 'from socat'
            Send-SocketData $socket 'to socat' -NewLine
            Close-Socket $socket
            Wait-Until { $peer.Output -like '*to socat*' }
        }
    }

    Context 'gnutls-cli and curl' {
        It 'gnutls-cli is the client' {
            if (Skip-Without gnutls-cli) { return }
            $socket, $peer = Invoke-TlsClient gnutls-cli { '--x509cafile', $rootPem, '--sni-hostname', 'localhost', '--verify-hostname', 'localhost', '-p', "$($args[0])", '127.0.0.1' }

            Write-PeerInput $peer "from gnutls`n"
            Receive-SocketData $socket -Line -TimeoutSeconds 5 | Should -Be 'from gnutls'
            Send-SocketData $socket 'to gnutls' -NewLine
            Wait-Until { $peer.Output -like '*to gnutls*' }
        }

        It 'curl that speaks plain HTTP is told from what speaks TLS' {
            if (Skip-Without curl) { return }
            $listener = Start-SocketListener -LocalEndPoint 127.0.0.1:0
            $null = Invoke-TestPeer curl '-sS', '--noproxy', '*', '--max-time', '10', "http://$($listener.LocalEndPoint)/"
            $socket = Receive-SocketConnection $listener -TimeoutSeconds 10

            Protect-Socket $socket -AsServer -Certificate $own -TimeoutSeconds 10 -ErrorVariable failure -ErrorAction SilentlyContinue

            $failure[0].FullyQualifiedErrorId | Should -Be 'HandshakeFailed,PSSockets.Commands.ProtectSocketCommand'
            $failure[0].ToString() | Should -BeLike "*sent an HTTP request*'GET / HTTP/1.1*"
        }

        It 'curl trusts our server by --cacert' {
            if (Skip-Without curl) { return }
            $socket, $peer = Invoke-TlsClient curl { '-sS', '--noproxy', '*', '--max-time', '10', '--cacert', $rootPem, '--resolve', "localhost:$($args[0]):127.0.0.1", "https://localhost:$($args[0])/" } @{ ApplicationProtocol = 'http/1.1' }

            Receive-SocketData $socket -Delimiter "`r`n`r`n" -AsText -TimeoutSeconds 5 | Should -BeLike 'GET / HTTP/1.1*'
            $socket.Tls.ApplicationProtocol | Should -Be 'http/1.1'
            Send-SocketData $socket "HTTP/1.1 200 OK`r`nConnection: close`r`n`r`nhello curl"
            Close-Socket $socket
            Wait-Peer $peer -TimeoutSeconds 10 | Should -Be 0 -Because $peer.ErrorOutput
            $peer.Output | Should -Be 'hello curl'
        }
    }

    Context 'servers' {
        BeforeAll {
            # An HTTPS server that serves one page.
            function Open-Nginx {
                param([Parameter(ValueFromRemainingArguments)] [string[]] $More)

                $folder = (New-Item -ItemType Directory -Path "$TestDrive/nginx" -Force).FullName
                Set-Content -LiteralPath "$folder/index.html" -Value 'protected' -NoNewline
                $server = Start-TestServer -Program nginx -IsReady { Test-Listener $args[0] } -Arguments {
                    Set-Content -LiteralPath "$folder/nginx.conf" -Value @"
daemon off; master_process off; pid $folder/nginx.pid; error_log stderr;
events { }
http {
    access_log off;
    client_body_temp_path $folder/body; proxy_temp_path $folder/proxy; fastcgi_temp_path $folder/fastcgi;
    uwsgi_temp_path $folder/uwsgi; scgi_temp_path $folder/scgi;
    server { listen 127.0.0.1:$($args[0]) ssl; ssl_certificate $pem; ssl_certificate_key $pem; root $folder; $More }
}
"@
                    '-p', $folder, '-e', 'stderr', '-c', "$folder/nginx.conf"
                }
                $started.Add($server.Peer)
                $server
            }
        }

        It 'nginx speaks HTTPS' {
            if (Skip-Without nginx) { return }
            $server = Open-Nginx
            $socket = Connect-Tls $server.Port @{ ApplicationProtocol = 'http/1.1' }
            $socket.Tls.ApplicationProtocol | Should -Be 'http/1.1'

            Send-SocketData $socket "GET / HTTP/1.1`r`nHost: localhost`r`nConnection: close`r`n`r`n"

            # nginx ends such a connection by close_notify.
            $answer = Receive-SocketData $socket -ToEnd -AsText -TimeoutSeconds 10 -WarningVariable warnings
            $answer | Should -BeLike 'HTTP/1.1 200 OK*protected'
            $warnings | Should -BeNullOrEmpty
        }

        It 'nginx refuses who speaks another application protocol' {
            if (Skip-Without nginx) { return }
            $server = Open-Nginx

            Connect-Socket "localhost:$($server.Port)" |
                Protect-Socket -ApplicationProtocol mqtt -TrustedCertificate $root -TimeoutSeconds 10 -ErrorVariable failure -ErrorAction SilentlyContinue

            $failure[0].FullyQualifiedErrorId | Should -Be 'HandshakeFailed,PSSockets.Commands.ProtectSocketCommand'
            $failure[0].ToString() | Should -BeLike '*the peer refused: no_application_protocol (120)'
            $failure[0].ErrorDetails.RecommendedAction | Should -BeLike '*-ApplicationProtocol*'
        }

        It 'nginx refuses who has no certificate, in words of HTTP' {
            if (Skip-Without nginx) { return }
            $server = Open-Nginx 'ssl_verify_client on;' "ssl_client_certificate $rootPem;"
            $request = "GET / HTTP/1.1`r`nHost: localhost`r`nConnection: close`r`n`r`n"

            $answers = foreach ($given in @{}, @{ Certificate = "$TestDrive/client.pem" }) {
                $socket = Connect-Tls $server.Port $given
                Send-SocketData $socket $request
                Receive-SocketData $socket -ToEnd -AsText -TimeoutSeconds 10
            }

            $answers[0] | Should -BeLike 'HTTP/1.1 400 Bad Request*'
            $answers[1] | Should -BeLike 'HTTP/1.1 200 OK*protected'
        }

        It 'PostgreSQL answers a query over TLS, after plain bytes' {
            $server = Start-PostgresServer $TestDrive -Certificate $pem
            if (-not $server) {
                Set-ItResult -Skipped -Because 'postgresql is not installed'
                return
            }
            try {
                $socket = Connect-Socket "localhost:$($server.Port)" -TimeoutSeconds 5
                Send-SocketData $socket (ConvertTo-NetworkOrder 8, 80877103 -AsByteArray)
                Receive-SocketData $socket -Length 1 -AsText -TimeoutSeconds 10 | Should -BeExactly 'S'
                Protect-Socket $socket -TrustedCertificate $root -TimeoutSeconds 10 -ErrorAction Stop

                # Version 3.0, and who asks; then messages of a type and a length that counts itself.
                $counted = @{ LengthPrefix = 4; LengthIncludesPrefix = $true }
                Send-SocketData $socket "`0`u{3}`0`0user`0postgres`0`0" @counted
                $types = do {
                    $message = Receive-SocketData $socket @counted -LengthOffset 1 -TimeoutSeconds 10
                    $message.Text[0]
                } until ($message.Text[0] -ceq 'Z')
                -join $types | Should -MatchExactly '^RS+KZ$'

                Send-SocketData $socket "Qselect version from pg_stat_ssl where pid = pg_backend_pid()`0" @counted -LengthOffset 1
                $row = Receive-SocketData $socket @counted -LengthOffset 1 -Count 2 -TimeoutSeconds 10 | Select-Object -Last 1
                # One column, and its length.
                $row.Text | Should -BeExactly "D`0`u{1}`0`0`0`u{7}TLSv1.3"
                Send-SocketData $socket 'X' @counted -LengthOffset 1
                Close-Socket $socket
            }
            finally {
                Stop-PostgresServer $server
            }
        }

        It 'redis answers over TLS' {
            if (Skip-Without redis-server) { return }
            $server = try {
                Start-TestServer -Program redis-server -IsReady { Test-Listener $args[0] } -Arguments {
                '--port', '0', '--tls-port', "$($args[0])", '--bind', '127.0.0.1', '--save', '', '--dir', "$TestDrive",
                '--tls-cert-file', "$TestDrive/own-cert.pem", '--tls-key-file', "$TestDrive/own-key.pem", '--tls-ca-cert-file', $rootPem, '--tls-auth-clients', 'no'
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
            $started.Add($server.Peer)
            $socket = Connect-Tls $server.Port

            Send-SocketData $socket 'SET key value', 'GET key' -NewLineText CRLF
            Receive-SocketData $socket -Line -Count 3 -TimeoutSeconds 5 | Should -Be '+OK', '$5', 'value'
        }

        It 'mosquitto takes a connection over TLS' {
            if (Skip-Without mosquitto) { return }
            $server = Start-TestServer -Program mosquitto -IsReady { Test-Listener $args[0] } -Arguments {
                Set-Content -LiteralPath "$TestDrive/mosquitto.conf" -Value @"
listener $($args[0]) 127.0.0.1
allow_anonymous true
cafile $rootPem
certfile $TestDrive/own-cert.pem
keyfile $TestDrive/own-key.pem
user $user
"@
                '-c', "$TestDrive/mosquitto.conf"
            }
            $started.Add($server.Peer)
            $socket = Connect-Tls $server.Port

            # CONNECT, MQTT 3.1.1, a clean session, client "ps"; the answer is CONNACK.
            Send-SocketData $socket ([byte[]] (0x10, 14, 0, 4, 0x4D, 0x51, 0x54, 0x54, 4, 2, 0, 60, 0, 2, 0x70, 0x73))
            $answer = Receive-SocketData $socket -Length 4 -AsByteArray -TimeoutSeconds 5
            $answer | Should -Be 0x20, 2, 0, 0
        }
    }

    Context 'a client that writes and closes at once' {
        It 'is read to an orderly end, and never resets' {
            if (Skip-Without openssl) { return }
            $server = Start-TestServer -Program openssl -IsReady { Test-Listener $args[0] } -Arguments {
                's_server', '-accept', "127.0.0.1:$($args[0])", '-cert', $pem, '-key', $pem, '-quiet', '-num_tickets', '8'
            }
            $started.Add($server.Peer)
            $count = 20

            foreach ($number in 1..$count) {
                $socket = Connect-Tls $server.Port
                Send-SocketData $socket "message $number" -NewLine
                Close-Socket $socket
            }

            Wait-Until -Because "all arrive: $($server.Peer.Output)" { $server.Peer.Output -like "*message $count*" }
            ($server.Peer.Output -split "`n" | Where-Object { $_ -match '^message \d+$' }).Count | Should -Be $count
            $server.Peer.ErrorOutput | Should -Not -BeLike '*reset*'
        }
    }

    Context 'a revocation list of openssl ca' {
        It 'rejects what it names (<Name>), and takes the others' -ForEach @(
            @{ Name = 'PEM'; Convert = { param($from, $to) Copy-Item -LiteralPath $from -Destination $to } }
            @{ Name = 'DER'; Convert = { param($from, $to) & openssl crl -in $from -outform DER -out $to } }
        ) {
            if (Skip-Without openssl) { return }
            $folder = (New-Item -ItemType Directory -Path "$TestDrive/$Name").FullName
            $null = New-Item -ItemType File -Path "$folder/index"
            Set-Content -LiteralPath "$folder/number" -Value '01'
            Set-Content -LiteralPath "$folder/ca.conf" -Value @"
[ca]
default_ca = ours
[ours]
database = $folder/index
crlnumber = $folder/number
default_md = sha256
default_crl_days = 7
certificate = $TestDrive/root-with-key.pem
private_key = $TestDrive/root-with-key.pem
"@
            $null = New-SocketCertificate localhost -Issuer $root -OutFile "$folder/revoked.pem"
            & openssl ca -config "$folder/ca.conf" -revoke "$folder/revoked.pem" 2>&1 | Out-Null
            & openssl ca -config "$folder/ca.conf" -gencrl -out "$folder/list.pem" 2>&1 | Out-Null
            & $Convert "$folder/list.pem" "$folder/list"
            $trust = @{ TrustedCertificate = $root; CertificateRevocationList = "$folder/list"; TimeoutSeconds = 10 }

            $results = foreach ($file in $pem, "$folder/revoked.pem") {
                $server = Start-TestServer -Program openssl -IsReady { Test-Listener $args[0] } -Arguments {
                    's_server', '-accept', "127.0.0.1:$($args[0])", '-cert', $file, '-key', $file, '-quiet'
                }
                $started.Add($server.Peer)
                $socket = Connect-Socket "localhost:$($server.Port)" -TimeoutSeconds 5
                Protect-Socket $socket @trust -ErrorVariable failure -ErrorAction SilentlyContinue
                $socket.Tls ? "$($socket.Tls.CertificateErrors)" : $failure[0]
            }

            $results[0] | Should -BeExactly ''
            $results[1].FullyQualifiedErrorId | Should -Be 'CertificateRejected,PSSockets.Commands.ProtectSocketCommand'
            $results[1].ToString() | Should -BeLike '*it was revoked on 20*'
        }
    }

    Context 'a weak key' {
        It 'is rejected' {
            if (Skip-Without openssl) { return }
            $rsa = [System.Security.Cryptography.RSA]::Create(1024)
            Set-Content -LiteralPath "$TestDrive/weak-key.pem" -Value $rsa.ExportPkcs8PrivateKeyPem()
            & openssl req -x509 -key "$TestDrive/weak-key.pem" -subj /CN=localhost -addext 'subjectAltName=DNS:localhost' -days 1 -out "$TestDrive/weak.pem" 2>&1 | Out-Null
            $server = Start-TestServer -Program openssl -IsReady { Test-Listener $args[0] } -Arguments {
                's_server', '-accept', "127.0.0.1:$($args[0])", '-cert', "$TestDrive/weak.pem", '-key', "$TestDrive/weak-key.pem", '-cipher', 'DEFAULT@SECLEVEL=0', '-quiet'
            }
            $started.Add($server.Peer)

            Connect-Socket "localhost:$($server.Port)" | Protect-Socket -TrustedCertificate "$TestDrive/weak.pem" -TimeoutSeconds 10 -ErrorVariable failure -ErrorAction SilentlyContinue

            $failure[0].FullyQualifiedErrorId | Should -Be 'CertificateRejected,PSSockets.Commands.ProtectSocketCommand'
            $failure[0].ToString() | Should -BeLike '*weak*'
        }
    }
}
