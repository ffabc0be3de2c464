BeforeAll {
    . $PSScriptRoot/../helpers/Common.ps1
    . $PSScriptRoot/../helpers/ExampleRunner.ps1

    # Waits until an example has written so many lines, and gives them.
    function Wait-ExampleLine {
        param(
            [Parameter(Mandatory, Position = 0)] [psobject] $Peer,
            [Parameter(Mandatory, Position = 1)] [int] $Count
        )

        Wait-Until -Because "the example writes $Count lines: $($Peer.Output) $($Peer.ErrorOutput)" { ($Peer.Output -split '\n').Count -gt $Count }
        $Peer.Output -split '\r?\n' | Select-Object -First $Count
    }

    # Closes a connection without a word of farewell: a reset.
    function Close-ByReset {
        param([Parameter(Mandatory, Position = 0)] [System.Net.Sockets.Socket] $Connection)

        Set-SocketOption $Connection Linger 0
        Close-Socket $Connection
    }
}

Describe 'The examples of streams' {
    BeforeEach {
        $started = [System.Collections.Generic.List[psobject]]::new()
    }

    AfterEach {
        Get-Socket | Close-Socket
        $started | ForEach-Object { Stop-Peer $_ }
    }

    Context 'Get-HttpPage.ps1' {
        It 'gets a page of Start-WebServer.ps1 step by step, and in short' {
            $server = Invoke-Example 'Start-WebServer.ps1' '-LocalEndPoint', '[::1]:0', '-Page', '<p>Grüß Gott</p>'
            $port = (Get-ExampleAddress $server) -replace '.*:'
            $lines = Wait-Example (Invoke-Example 'Get-HttpPage.ps1' '-HostName', '::1', '-Service', $port)
            $response = 'HTTP/1.1 200 OK', 'Content-Type: text/html; charset=utf-8', 'Content-Length: 18', 'Connection: close', '', '<p>Grüß Gott</p>'
            $lines | Should -BeExactly @('--- step by step'; $response; '--- in short'; $response)

            $lines = Wait-ExampleLine $server 3
            $lines[1..2] | ForEach-Object { $_ | Should -Match '^\[::1\]:\d+ GET / HTTP/1\.0 200 OK$' }
        }

        It 'looks up the name of its server, and asks for what it is told to' {
            $listener = Start-SocketListener -LocalEndPoint 'localhost:0'
            $client = Invoke-Example 'Get-HttpPage.ps1' '-HostName', 'localhost', '-Service', $listener.LocalEndPoint.Port, '-Path', '/a/page?q=1'
            foreach ($part in 'step by step', 'in short') {
                $connection = Receive-SocketConnection $listener -TimeoutSeconds 30
                Receive-SocketData $connection -Delimiter "`r`n`r`n" -AsText -TimeoutSeconds 30 | Should -BeExactly "GET /a/page?q=1 HTTP/1.0`r`nHost: localhost"
                Send-SocketData $connection "HTTP/1.0 200 OK`r`n`r`n$part"
                Close-Socket $connection
            }
            Wait-Example $client | Should -BeExactly '--- step by step', 'HTTP/1.0 200 OK', '', 'step by step', '--- in short', 'HTTP/1.0 200 OK', '', 'in short'
        }

        It 'learns that nobody is there' {
            $held = New-Socket IPv6 Stream | Register-SocketAddress '[::1]:0' -PassThru
            $client = Invoke-Example 'Get-HttpPage.ps1' '-Service', $held.LocalEndPoint.Port
            Wait-Peer $client -TimeoutSeconds 30 | Should -Be 1
            $client.ErrorOutput | Should -BeLike '*ECONNREFUSED (111)*'
        }
    }

    Context 'Start-TcpEchoServer.ps1' {
        It 'sends back what it hears, client after client, <How>' -ForEach @(
            @{ How = 'step by step'; Switches = @(); Local = '[::1]:0' }
            @{ How = 'step by step over IPv4'; Switches = @(); Local = '127.0.0.1:0' }
            @{ How = 'in short'; Switches = @('-Short'); Local = '[::1]:0' }
        ) {
            $server = Invoke-Example 'Start-TcpEchoServer.ps1' @('-LocalEndPoint', $Local; $Switches)
            $address = Get-ExampleAddress $server
            $value = [byte[]]::new(200000)
            [System.Random]::new(7).NextBytes($value)

            $first = Connect-Socket $address -TimeoutSeconds 10
            $waiting = Connect-Socket $address -TimeoutSeconds 10
            Send-SocketData $waiting 'and me' -NewLine
            Send-SocketData $first 'echo €' -NewLine
            Receive-SocketData $first -Line -TimeoutSeconds 10 | Should -BeExactly 'echo €'
            $name = $first.LocalEndPoint

            # More than fits into all buffers, so it must be read while it is sent.
            $sender = Start-Worker { param($socket, $value) Send-SocketData $socket $value; Disconnect-Socket $socket -Direction Send } -ArgumentList $first, $value
            $echo = Receive-SocketData $first -ToEnd -AsByteArray -TimeoutSeconds 10
            (Wait-Worker $sender).Errors | Should -BeNullOrEmpty
            $echo.Length | Should -Be $value.Length
            [System.Linq.Enumerable]::SequenceEqual($echo, $value) | Should -BeTrue

            Receive-SocketData $waiting -Line -TimeoutSeconds 10 | Should -BeExactly 'and me'
            $waitingName = $waiting.LocalEndPoint
            Close-ByReset $waiting

            # Also after a client that went away without a word.
            $last = Connect-Socket $address -TimeoutSeconds 10
            Send-SocketData $last 'still there?' -NewLine
            Receive-SocketData $last -Line -TimeoutSeconds 10 | Should -BeExactly 'still there?'
            $server.Process.HasExited | Should -BeFalse

            if (-not $Switches) {
                $lines = Wait-ExampleLine $server 6
                $lines[1..3] | Should -BeExactly "accepted $name", "echoed $(9 + $value.Length) bytes to $name", "accepted $waitingName"
                $lines[4] | Should -BeLike 'WARNING: recv * ECONNRESET (104)*'
                $lines[5] | Should -BeExactly "accepted $($last.LocalEndPoint)"
                $server.ErrorOutput | Should -BeExactly ''
            }
            else {
                Wait-Until { $server.ErrorOutput -like '*ECONNRESET (104)*' }
            }
        }
    }

    Context 'Start-ParallelServer.ps1' {
        It 'serves 50 clients at once, and the 51st when one of them is done' {
            $server = Invoke-Example 'Start-ParallelServer.ps1' '-LocalEndPoint', '[::1]:0'
            $address = Get-ExampleAddress $server
            $clients = @(1..50 | ForEach-Object { Connect-Socket $address -TimeoutSeconds 10 })

            # All are connected, and stay so; none is served before the others.
            foreach ($round in 1..3) {
                foreach ($number in 0..49) {
                    Send-SocketData $clients[$number] "client $number, round $round ß" -NewLine
                }
                foreach ($number in 49..0) {
                    Receive-SocketData $clients[$number] -Line -TimeoutSeconds 60 | Should -BeExactly "$round CLIENT $number, ROUND $round ß"
                }
            }

            $next = Connect-Socket $address -TimeoutSeconds 10
            Send-SocketData $next 'me too' -NewLine
            Wait-Socket $next -TimeoutSeconds 0.3 | Should -BeNullOrEmpty -Because 'all places are taken'
            Disconnect-Socket $clients[17] -Direction Send
            Receive-SocketData $next -Line -TimeoutSeconds 30 | Should -BeExactly '1 ME TOO'
            Receive-SocketData $clients[17] -TimeoutSeconds 10 | Should -BeNullOrEmpty

            # One that goes away without a word does not end the others.
            Close-ByReset $clients[18]
            $last = Connect-Socket $address -TimeoutSeconds 10
            Send-SocketData $last 'and me' -NewLine
            Receive-SocketData $last -Line -TimeoutSeconds 30 | Should -BeExactly '1 AND ME'
            Send-SocketData $clients[49] "one`ntwo`n"
            Receive-SocketData $clients[49] -Line -Count 2 -TimeoutSeconds 10 | Should -BeExactly '4 ONE', '5 TWO'
            $server.ErrorOutput | Should -BeExactly ''
        }
    }

    Context 'Start-WebServer.ps1' {
        It 'has a page, and 404 for what it has not' {
            $server = Invoke-Example 'Start-WebServer.ps1' '-LocalEndPoint', '127.0.0.1:0'
            $address = Get-ExampleAddress $server
            $web = [System.Net.Http.HttpClient]::new([System.Net.Http.SocketsHttpHandler]@{ UseProxy = $false })
            try {
                $web.GetStringAsync("http://$address/").GetAwaiter().GetResult() | Should -BeExactly '<!DOCTYPE html><title>PSSockets</title><h1>Hello, World!</h1>'
                [int]$web.GetAsync("http://$address/other").GetAwaiter().GetResult().StatusCode | Should -Be 404
            }
            finally {
                $web.Dispose()
            }
            $lines = Wait-ExampleLine $server 3
            $lines[1] | Should -BeLike '127.0.0.1:* GET / HTTP/1.1 200 OK'
            $lines[2] | Should -BeLike '127.0.0.1:* GET /other HTTP/1.1 404 Not Found'
        }

        It 'goes on after a client that resets, and after one that sends a line without end' {
            $server = Invoke-Example 'Start-WebServer.ps1' '-LocalEndPoint', '[::1]:0'
            $address = Get-ExampleAddress $server
            Close-ByReset (Connect-Socket $address -TimeoutSeconds 10)
            $endless = Connect-Socket $address -TimeoutSeconds 10
            Send-SocketData $endless ('x' * 9000)

            $client = Connect-Socket $address -TimeoutSeconds 10
            Send-SocketData $client "GET / HTTP/1.1`r`n`r`n"
            Receive-SocketData $client -Line -TimeoutSeconds 30 | Should -BeExactly 'HTTP/1.1 200 OK'
            Wait-Until { $server.Output -match '\[::1\]:\d+ GET / HTTP/1.1 200 OK' }
            $server.Output | Should -BeLike '*WARNING: recv * -MaximumSize *8*192*'
            $server.ErrorOutput | Should -BeExactly ''
        }
    }

    Context 'Send-File.ps1 and Receive-File.ps1' {
        It 'move a file of <Size> bytes over <Family>' -ForEach @(
            @{ Size = 20MB + 3; Family = 'IPv6'; Local = { '[::1]:0' } }
            @{ Size = 0; Family = 'IPv4'; Local = { '127.0.0.1:0' } }
            @{ Size = 100000; Family = 'Unix'; Local = { New-TestPath } }
        ) {
            $from = Join-Path $TestDrive 'from [1].bin' # characters that a wildcard would have
            $to = Join-Path $TestDrive 'to [1].bin'
            $bytes = [byte[]]::new($Size)
            [System.Random]::new(11).NextBytes($bytes)
            [System.IO.File]::WriteAllBytes($from, $bytes)
            $hash = [Convert]::ToHexString([System.Security.Cryptography.SHA256]::HashData($bytes))

            $receiver = Invoke-Example 'Receive-File.ps1' '-OutFile', $to, '-LocalEndPoint', (& $Local)
            $address = Get-ExampleAddress $receiver
            $sender = Invoke-Example 'Send-File.ps1' '-Path', $from, '-RemoteEndPoint', $address
            Wait-Example $sender | Should -BeExactly "sent $Size bytes to $address, SHA-256 $hash"
            $lines = Wait-Example $receiver
            $lines[0] | Should -BeExactly "waiting on $address"
            $lines[1] | Should -BeLike "received $Size bytes from *, SHA-256 $hash"
            (Get-FileHash -LiteralPath $to -Algorithm SHA256).Hash | Should -BeExactly $hash
            $Family -eq 'Unix' -and (Test-Path -LiteralPath $address) | Should -BeFalse
        }

        It 'Send-File.ps1 says that the receiver had something else' {
            $from = Join-Path $TestDrive 'from.txt'
            Set-Content -LiteralPath $from -Value 'content'
            $listener = Start-SocketListener -LocalEndPoint '[::1]:0'
            $sender = Invoke-Example 'Send-File.ps1' '-Path', $from, '-RemoteEndPoint', $listener.LocalEndPoint
            $connection = Receive-SocketConnection $listener -TimeoutSeconds 30
            Receive-SocketData $connection -Line -TimeoutSeconds 30 | Should -BeExactly 'content'
            Send-SocketData $connection 'what?' -NewLine
            Wait-Peer $sender -TimeoutSeconds 30 | Should -Be 1
            $sender.ErrorOutput | Should -BeLike '*did not receive the file as it was sent*'
        }
    }
}
