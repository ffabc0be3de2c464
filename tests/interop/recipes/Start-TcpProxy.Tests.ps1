BeforeAll {
    . $PSScriptRoot/../../helpers/Recipes.ps1
    $directory = New-RecipeDirectory
}

AfterAll {
    Remove-Item -LiteralPath $directory -Recurse
}

Describe 'Start-TcpProxy.ps1' {
    BeforeEach {
        $started = [System.Collections.Generic.List[psobject]]::new()
        $workers = [System.Collections.Generic.List[psobject]]::new()
        $worker = $null
    }

    AfterEach {
        Stop-Recipe
    }

    Context 'by itself' {
        BeforeAll {
            # Starts the proxy in this process, and gives the address where it waits.
            function Invoke-Proxy {
                param([string] $RemoteEndPoint, [string] $LocalEndPoint = '127.0.0.1:0', [int] $ThrottleLimit = 20)

                $proxy = Start-Worker { & $args[0] $args[1] $args[2] -ThrottleLimit $args[3] } -ArgumentList @(
                    "$recipes/Start-TcpProxy.ps1", $RemoteEndPoint, $LocalEndPoint, $ThrottleLimit
                )
                Wait-Until -TimeoutSeconds 20 -Because 'the proxy waits' { $proxy.AsyncResult.IsCompleted -or $proxy.Output.Count -gt 0 }
                $proxy | Add-Member -NotePropertyName Address -NotePropertyValue ($proxy.Output[0] -replace '^waiting on ') -PassThru
            }

            # socat at a UNIX socket, where it does something with what it gets.
            function Invoke-Socat {
                param([string] $Does)

                $path = New-TestPath
                $null = Invoke-TestPeer socat "UNIX-LISTEN:$path,fork", $Does
                Wait-Until -Because 'socat listens' { Test-Path -LiteralPath $path }
                $path
            }

            $nginx = $null
            if ((Test-Program nginx) -and (Test-Program curl)) {
                $root = (New-Item -ItemType Directory -Path "$directory/nginx").FullName
                [System.IO.File]::WriteAllBytes("$root/page.bin", (Get-RandomByte 300000))
                $nginx = Start-TestServer -Program nginx -Arguments {
                    Set-Content -LiteralPath "$root/nginx.conf" -Value @"
daemon off;
master_process off;
pid $root/nginx.pid;
error_log stderr;
events { }
http {
    access_log off;
    client_body_temp_path $root/body;
    proxy_temp_path $root/proxy;
    fastcgi_temp_path $root/fastcgi;
    uwsgi_temp_path $root/uwsgi;
    scgi_temp_path $root/scgi;
    server {
        listen 127.0.0.1:$($args[0]);
        listen unix:$root/nginx.sock;
        root $root;
    }
}
"@
                    '-p', $root, '-e', 'stderr', '-c', "$root/nginx.conf"
                } -IsReady { Test-Listener $args[0] }
            }
        }

        AfterAll {
            Stop-Peer $nginx.Peer
        }

        It 'stands between curl and nginx at <Where>, for one and for many' -ForEach @(
            @{ Where = 'a port'; Unix = $false }
            @{ Where = 'a UNIX socket'; Unix = $true }
        ) {
            if (-not $nginx) {
                Set-ItResult -Skipped -Because 'nginx or curl is not installed'
            }
            $server = $Unix ? "$root/nginx.sock" : "127.0.0.1:$($nginx.Port)"
            $run = Invoke-Example 'Start-TcpProxy.ps1' $server, '127.0.0.1:0'
            $url = "http://$(Get-ExampleAddress $run)/page.bin"
            $expected = Get-ByteHash (Get-RandomByte 300000)

            # Two requests on one connection: more than one exchange goes through.
            $peer = Invoke-TestPeer curl '--silent', '--fail', '--noproxy', '*', $url, $url
            Wait-Peer $peer -TimeoutSeconds 30 | Should -Be 0 -Because $peer.ErrorOutput
            Get-ByteHash $peer.OutputByte | Should -Be (Get-ByteHash ((Get-RandomByte 300000) + (Get-RandomByte 300000)))
            Wait-Until { $run.Output -match 'has received 600\d\d\d bytes' -and $run.Output -match 'has sent \d+ bytes' }

            $peers = 1..12 | ForEach-Object { Invoke-TestPeer curl '--silent', '--fail', '--noproxy', '*', $url }
            foreach ($peer in $peers) {
                Wait-Peer $peer -TimeoutSeconds 30 | Should -Be 0 -Because $peer.ErrorOutput
                Get-ByteHash $peer.OutputByte | Should -Be $expected
            }
            Wait-Until { [regex]::Matches($run.Output, 'has received').Count -eq 13 }
            $run.ErrorOutput | Should -BeExactly ''
        }

        It 'passes the end on, and the answer to it back: socat sends, and sha256sum behind the proxy answers' {
            if (-not (Test-Program socat)) {
                Set-ItResult -Skipped -Because 'socat is not installed'
            }
            $worker = Invoke-Proxy (Invoke-Socat 'EXEC:sha256sum')
            $content = Get-RandomByte 3000000
            $peer = Invoke-TestPeer socat '-t', '20', '-', "TCP:$($worker.Address)"
            $peer.Input.Write($content, 0, $content.Length)
            $peer.Input.Close()
            Wait-Peer $peer -TimeoutSeconds 30 | Should -Be 0 -Because $peer.ErrorOutput
            $peer.Output.TrimEnd() | Should -BeExactly "$(Get-ByteHash $content)  -"
        }

        It 'copies both ways at the same time, more than all buffers hold, and from a UNIX socket to TCP' {
            if (-not (Test-Program python3)) {
                Set-ItResult -Skipped -Because 'python3 is not installed'
            }
            $echo = Invoke-Python @"
import socket
listener = socket.create_server(('127.0.0.1', 0))
print(listener.getsockname()[1])
connection, _ = listener.accept()
while data := connection.recv(65536):
    connection.sendall(data)
"@
            $worker = Invoke-Proxy "127.0.0.1:$(Get-PythonPort $echo)"
            $second = Invoke-Proxy $worker.Address (New-TestPath)
            try {
                $content = Get-RandomByte 20MB
                $connection = Connect-Socket $second.Address -TimeoutSeconds 10
                $sender = Start-Worker { Send-SocketData $args[0] $args[1]; Disconnect-Socket $args[0] -Direction Send } -ArgumentList $connection, $content
                $received = Receive-SocketData $connection -ToEnd -AsByteArray -TimeoutSeconds 20
                (Wait-Worker $sender).Errors | Should -BeNullOrEmpty
                Get-ByteHash $received | Should -Be (Get-ByteHash $content)
            }
            finally {
                $null = Stop-Worker $second
            }
        }

        It 'passes a broken connection on as a broken one, from the <Side>' -ForEach @{ Side = 'client' }, @{ Side = 'server' } {
            $listener = Start-SocketListener -LocalEndPoint '127.0.0.1:0'
            $worker = Invoke-Proxy "$($listener.LocalEndPoint)"
            $client = Connect-Socket $worker.Address -TimeoutSeconds 10
            $server = Receive-SocketConnection $listener -TimeoutSeconds 10
            Send-SocketData $client 'question'
            Receive-SocketData $server -AsText -TimeoutSeconds 10 | Should -BeExactly 'question'
            $breaks, $hears = $Side -eq 'client' ? ($client, $server) : ($server, $client)
            Set-SocketOption $breaks Linger 0
            Close-Socket $breaks
            Receive-SocketData $hears -TimeoutSeconds 10 -ErrorAction SilentlyContinue -ErrorVariable failure
            $failure.FullyQualifiedErrorId | Should -BeLike 'ConnectionReset,*'

            # And it serves the next.
            Wait-Until { $worker.PowerShell.Streams.Warning.Count -eq 1 }
            $worker.PowerShell.Streams.Warning[0].Message | Should -BeLike '*ECONNRESET (104)*'
            $next = Connect-Socket $worker.Address -TimeoutSeconds 10
            $server = Receive-SocketConnection $listener -TimeoutSeconds 10
            Send-SocketData $server 'welcome'
            Receive-SocketData $next -AsText -TimeoutSeconds 10 | Should -BeExactly 'welcome'
        }

        It 'closes a client for whom there is no server, and goes on' {
            $held = New-Socket IPv4 Stream -ReuseAddress | Register-SocketAddress '127.0.0.1:0' -PassThru
            $worker = Invoke-Proxy "$($held.LocalEndPoint)"
            $client = Connect-Socket $worker.Address -TimeoutSeconds 10
            Receive-SocketData $client -TimeoutSeconds 10 | Should -BeNullOrEmpty
            Wait-Until { $worker.PowerShell.Streams.Warning.Count -eq 1 }
            $worker.PowerShell.Streams.Warning[0].Message | Should -BeLike '*ECONNREFUSED (111)*'

            Start-SocketListener $held
            $client = Connect-Socket $worker.Address -TimeoutSeconds 10
            $server = Receive-SocketConnection $held -TimeoutSeconds 10
            Send-SocketData $client 'now' -NewLine
            Receive-SocketData $server -Line -TimeoutSeconds 10 | Should -BeExactly 'now'
        }

        It 'lets the next client wait when all places are taken, and closes everything when it is stopped' {
            $listener = Start-SocketListener -LocalEndPoint '127.0.0.1:0'
            $worker = Invoke-Proxy "$($listener.LocalEndPoint)" -ThrottleLimit 1
            $first = Connect-Socket $worker.Address -TimeoutSeconds 10
            $server = Receive-SocketConnection $listener -TimeoutSeconds 10
            Send-SocketData $first 'first' -NewLine
            Receive-SocketData $server -Line -TimeoutSeconds 10 | Should -BeExactly 'first'

            $next = Connect-Socket $worker.Address -TimeoutSeconds 10
            Send-SocketData $next 'next' -NewLine
            $other = Receive-SocketConnection $listener -TimeoutSeconds 1 -ErrorAction Ignore
            $other ? (Wait-Socket $other -TimeoutSeconds 0.3) : $null | Should -BeNullOrEmpty
            Close-Socket $first, $server
            $other ??= Receive-SocketConnection $listener -TimeoutSeconds 10
            Receive-SocketData $other -Line -TimeoutSeconds 10 | Should -BeExactly 'next'

            Assert-SoonStopped $worker
            $worker = $null
            Receive-SocketData $next -TimeoutSeconds 10 -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
            Close-Socket $next, $other, $listener
            Get-Socket | Should -BeNullOrEmpty
        }
    }
}
