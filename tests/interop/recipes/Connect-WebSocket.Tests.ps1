BeforeAll {
    . $PSScriptRoot/../../helpers/Recipes.ps1
    $directory = New-RecipeDirectory
}

AfterAll {
    Remove-Item -LiteralPath $directory -Recurse
}

Describe 'Connect-WebSocket.ps1' {
    BeforeEach {
        $started = [System.Collections.Generic.List[psobject]]::new()
        $workers = [System.Collections.Generic.List[psobject]]::new()
        $worker = $null
    }

    AfterEach {
        Stop-Recipe
    }

    Context 'and websockets of Python' {
        BeforeAll {
            $server = $null
            $recipe = "$recipes/Connect-WebSocket.ps1"
            if ((Test-Path -LiteralPath '/usr/bin/python3') -and (Test-Path -LiteralPath '/usr/lib/python3/dist-packages/websockets')) {
                $certificate = New-SocketCertificate localhost
                $key = [System.Security.Cryptography.X509Certificates.ECDsaCertificateExtensions]::GetECDsaPrivateKey($certificate)
                Set-Content -LiteralPath "$directory/server.pem" -Value $certificate.ExportCertificatePem(), $key.ExportPkcs8PrivateKeyPem()
                Set-Content -LiteralPath "$directory/server.py" -Value @'
import asyncio, ssl, sys, websockets

async def talk(peer, path):
    if path == '/feed':
        for number in range(3):
            await peer.send('{"Number": %d}' % number)
    elif path == '/ping':
        await asyncio.wait_for(await peer.ping(b'are you there?'), 10)
        await peer.send('it has answered')
    elif path == '/pieces':
        await peer.send(['in ', 'three ', 'pieces'])
    elif path == '/protocol':
        await peer.send(str(peer.subprotocol))
    else:
        async for message in peer:
            await peer.send(message)
        print('ended with', peer.close_code, flush=True)

async def main():
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(sys.argv[3])
    options = dict(subprotocols=['second'], max_size=None)
    async with websockets.serve(talk, '127.0.0.1', int(sys.argv[1]), **options):
        async with websockets.serve(talk, '127.0.0.1', int(sys.argv[2]), ssl=tls, **options):
            await asyncio.Future()

asyncio.run(main())
'@
                $tlsPort = Get-FreePort
                $server = Start-TestServer -Program /usr/bin/python3 -IsReady { (Test-Listener $args[0]) -and (Test-Listener $tlsPort) } -Arguments {
                    '-u', "$directory/server.py", "$($args[0])", "$tlsPort", "$directory/server.pem"
                }
                $uri = "ws://$($server.Address)"
            }
        }

        BeforeEach {
            if (-not $server) {
                Set-ItResult -Skipped -Because 'python3-websockets is not installed'
            }
        }

        AfterAll {
            Stop-Peer $server.Peer
        }

        It 'sends text and bytes, and receives them' {
            $bytes = [byte[]] (0..255)
            $answers = & $recipe $uri 'Grüße', $bytes, '', 'the last'
            $answers | Should -HaveCount 4
            $answers[0] | Should -BeExactly 'Grüße'
            , $answers[1] | Should -BeOfType byte[]
            [Convert]::ToHexString($answers[1]) | Should -Be ([Convert]::ToHexString($bytes))
            $answers[2] | Should -BeExactly ''
            $answers[3] | Should -BeExactly 'the last'
            Wait-Until -Because 'the server has got the goodbye' { $server.Peer.Output -match 'ended with 1000' }
        }

        It 'sends and receives a message of <_> bytes' -ForEach 125, 126, 65535, 65536 {
            $text = 'x' * $_
            & $recipe $uri $text | Should -BeExactly $text
        }

        It 'goes on until the server closes' {
            (& $recipe "$uri/feed" | ConvertFrom-Json).Number | Should -Be 0, 1, 2
            & $recipe "$uri/feed" -Count 1 | Should -BeExactly '{"Number": 0}'
        }

        It 'answers a ping, and puts pieces together' {
            & $recipe "$uri/ping" | Should -BeExactly 'it has answered'
            & $recipe "$uri/pieces" | Should -BeExactly 'in three pieces'
        }

        It 'offers protocols' {
            & $recipe "$uri/protocol" -Protocol first, second | Should -BeExactly 'second'
        }

        It 'speaks TLS' {
            & $recipe "wss://localhost:$tlsPort/" 'a secret' -TrustedCertificate $certificate | Should -BeExactly 'a secret'
            { & $recipe "wss://localhost:$tlsPort/" 'a secret' } | Should -Throw '*certificate*'
        }

        It 'runs in a process of its own' {
            Invoke-RecipeProcess 'Connect-WebSocket.ps1' "$uri/", 'hello' | Should -BeExactly 'hello'
        }

        It 'runs the examples of its help' {
            $results = Invoke-RecipeHelpExample 'Connect-WebSocket.ps1' '' @{ '127\.0\.0\.1:8080' = $server.Address }
            $results[0] | Should -BeExactly 'Hello, server!'
            $results[1..3].Number | Should -Be 0, 1, 2
        }
    }

    Context 'and a server that is none' {
        It 'says so' {
            $listener = Start-SocketListener '127.0.0.1:0'
            $worker = Start-Worker { & $args[0] $args[1] } -ArgumentList "$recipes/Connect-WebSocket.ps1", "ws://$($listener.LocalEndPoint)/x?y=1"
            $peer = Receive-SocketConnection $listener -TimeoutSeconds 10
            Receive-SocketData $peer -Line -TimeoutSeconds 10 | Should -BeExactly 'GET /x?y=1 HTTP/1.1'
            Send-SocketData $peer 'HTTP/1.1 404 Not Found', '' -NewLineText CRLF
            (Wait-Worker $worker).Errors | Should -BeLike '*is not a WebSocket: HTTP/1.1 404 Not Found'
        }
    }
}
