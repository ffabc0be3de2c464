BeforeAll {
    . $PSScriptRoot/../helpers/Common.ps1
    . $PSScriptRoot/../helpers/Servers.ps1
}

Describe 'Servers' {
    BeforeEach {
        $started = [System.Collections.Generic.List[psobject]]::new()
    }

    AfterEach {
        Get-Socket | Close-Socket
        $started | ForEach-Object { Stop-Peer $_ }
    }

    Context 'nginx' {
        BeforeAll {
            $nginx = $null
            if (-not (Test-Program nginx)) {
                return
            }

            $root = (New-Item -ItemType Directory -Path (Join-Path $TestDrive 'nginx')).FullName
            $body = Get-RandomByte 300000 # more than one segment, and than the buffers at rest
            [System.IO.File]::WriteAllBytes("$root/page.bin", $body)
            Set-Content -LiteralPath "$root/page.html" -Value '<p>Grüß Gott</p>' -NoNewline
            $unixPath = "$root/nginx.sock"
            $server = Start-TestServer -Program nginx -IsReady { (Test-Path -LiteralPath $unixPath) -and (Test-Listener $args[0]) } -Arguments {
                # One process, in the foreground.
                Set-Content -LiteralPath "$root/nginx.conf" -Value @"
daemon off;
master_process off;
pid $root/nginx.pid;
error_log stderr;
events { }
http {
    access_log off;
    server_tokens off;
    default_type text/html;
    client_body_temp_path $root/body;
    proxy_temp_path $root/proxy;
    fastcgi_temp_path $root/fastcgi;
    uwsgi_temp_path $root/uwsgi;
    scgi_temp_path $root/scgi;
    server {
        listen 127.0.0.1:$($args[0]);
        listen [::1]:$($args[0]);
        listen unix:$unixPath;
        root $root;
    }
}
"@
                '-p', $root, '-e', 'stderr', '-c', "$root/nginx.conf"
            }
            $nginx, $port = $server.Peer, $server.Port
            Get-Socket | Close-Socket
            $addresses = @{ IPv4 = "127.0.0.1:$port"; IPv6 = "[::1]:$port"; Unix = $unixPath }

            # What a user writes to read one response: the header line by line, the body by its length.
            function Receive-HttpResponse {
                param([Parameter(Mandatory, Position = 0)] [System.Net.Sockets.Socket] $Connection)

                $status = Receive-SocketData $Connection -Line -TimeoutSeconds 10
                $fields = @{}
                while ($line = Receive-SocketData $Connection -Line -TimeoutSeconds 10) {
                    $name, $value = $line -split ': ', 2
                    $fields[$name] = $value
                }
                $data = Receive-SocketData $Connection -Length $fields['Content-Length'] -TimeoutSeconds 10
                [pscustomobject]@{ Status = $status; Header = $fields; Body = $data }
            }
        }

        BeforeEach {
            if (-not $nginx) {
                Set-ItResult -Skipped -Because 'nginx is not installed'
            }
        }

        AfterAll {
            Stop-Peer $nginx
        }

        It 'gives a page over <Family>: the header by -Line, the body by -Length' -ForEach @(
            @{ Family = 'IPv4' }
            @{ Family = 'IPv6' }
            @{ Family = 'Unix' }
        ) {
            $client = Connect-Socket $addresses[$Family] -TimeoutSeconds 10
            Send-SocketData $client "GET /page.bin HTTP/1.1`r`nHost: localhost`r`n`r`n"
            $response = Receive-HttpResponse $client
            $response.Status | Should -BeExactly 'HTTP/1.1 200 OK'
            $response.Header['Server'] | Should -BeExactly 'nginx'
            $response.Header['Connection'] | Should -BeExactly 'keep-alive'
            "$($response.Body.RemoteEndPoint)" | Should -BeExactly $addresses[$Family]
            Get-ByteHash $response.Body.Data | Should -Be (Get-ByteHash $body)

            # The connection stays, and the next request is answered on it.
            Send-SocketData $client "GET /page.html HTTP/1.1`r`nHost: localhost`r`n`r`n"
            (Receive-HttpResponse $client).Body.Text | Should -BeExactly '<p>Grüß Gott</p>'

            Send-SocketData $client "GET /no-such-page HTTP/1.1`r`nHost: localhost`r`nConnection: close`r`n`r`n"
            $response = Receive-HttpResponse $client
            $response.Status | Should -BeExactly 'HTTP/1.1 404 Not Found'
            $response.Body.Text | Should -BeLike '*404 Not Found*'
            Receive-SocketData $client -TimeoutSeconds 10 | Should -BeNullOrEmpty -Because 'nginx closes after the last'
        }

        It 'answers requests that are sent together, and each is read where the one before ended' {
            $client = Connect-Socket $addresses.IPv6 -TimeoutSeconds 10
            $pages = 'page.html', 'page.bin', 'page.html', 'page.bin'
            $pages | ForEach-Object { "GET /$_ HTTP/1.1`r`nHost: localhost`r`n`r`n" } | Join-String | Send-SocketData $client
            $pages | ForEach-Object { (Receive-HttpResponse $client).Body } | ForEach-Object { Get-ByteHash $_.Data } |
                Should -Be ($pages | ForEach-Object { Get-ByteHash ([System.IO.File]::ReadAllBytes("$root/$_")) })
        }

        It 'is asked in pieces of one byte' {
            $client = Connect-Socket $addresses.IPv4 -TimeoutSeconds 10
            Set-SocketOption $client NoDelay $true
            "GET /page.html HTTP/1.0`r`n`r`n".ToCharArray() | ForEach-Object { [string]$_ } | Send-SocketData $client
            Receive-SocketData $client -Delimiter "`r`n`r`n" -AsText -TimeoutSeconds 10 | Should -BeLike 'HTTP/1.1 200 OK*Content-Length: 18*'
            Receive-SocketData $client -ToEnd -AsText -TimeoutSeconds 10 | Should -BeExactly '<p>Grüß Gott</p>'
        }
    }

    Context 'redis-server' {
        BeforeAll {
            $redis = $null
            if (-not (Test-Program redis-server)) {
                return
            }

            $root = (New-Item -ItemType Directory -Path (Join-Path $TestDrive 'redis')).FullName
            $unixPath = "$root/redis.sock"
            $server = Start-TestServer -Program redis-server -IsReady { (Test-Path -LiteralPath $unixPath) -and (Test-Listener $args[0]) } -Arguments {
                '--bind', '127.0.0.1', '::1', '--port', $args[0], '--unixsocket', $unixPath
                '--save', '', '--appendonly', 'no', '--dir', $root, '--daemonize', 'no'
            }
            $redis, $port = $server.Peer, $server.Port
            Get-Socket | Close-Socket
            $addresses = @{ IPv4 = "127.0.0.1:$port"; IPv6 = "[::1]:$port"; Unix = $unixPath }

            # A command as redis reads it: *COUNT, and for each part $LENGTH and its bytes, all ended by CRLF.
            function ConvertTo-RedisCommand {
                param([Parameter(Mandatory, Position = 0)] [object[]] $Part)

                $stream = [System.IO.MemoryStream]::new()
                $write = { param([byte[]] $Bytes) $stream.Write($Bytes, 0, $Bytes.Length) }
                & $write ([System.Text.Encoding]::UTF8.GetBytes("*$($Part.Count)`r`n"))
                foreach ($item in $Part) {
                    $bytes = $item -is [byte[]] ? $item : [System.Text.Encoding]::UTF8.GetBytes($item)
                    & $write ([System.Text.Encoding]::UTF8.GetBytes("`$$($bytes.Length)`r`n"))
                    & $write $bytes
                    & $write ([byte[]](13, 10))
                }
                Write-Output -InputObject $stream.ToArray() -NoEnumerate
            }

            # A reply: +TEXT, -ERROR or :NUMBER as they are, or the bytes after $LENGTH.
            function Receive-RedisReply {
                param([Parameter(Mandatory, Position = 0)] [System.Net.Sockets.Socket] $Connection)

                $line = Receive-SocketData $Connection -Line -TimeoutSeconds 10
                if ($line[0] -ne '$' -or $line -eq '$-1') {
                    return $line
                }
                $bytes = Receive-SocketData $Connection -Length $line.Substring(1) -AsByteArray -TimeoutSeconds 10
                Receive-SocketData $Connection -Line -TimeoutSeconds 10 | Should -BeExactly ''
                Write-Output -InputObject $bytes -NoEnumerate
            }
        }

        BeforeEach {
            if (-not $redis) {
                Set-ItResult -Skipped -Because 'redis-server is not installed'
            }
        }

        AfterAll {
            Stop-Peer $redis
        }

        It 'answers PING, SET and GET of 1 MiB of random bytes over <Family>, one by one and together' -ForEach @(
            @{ Family = 'IPv4' }
            @{ Family = 'IPv6' }
            @{ Family = 'Unix' }
        ) {
            $value = Get-RandomByte 1MB
            $client = Connect-Socket $addresses[$Family] -TimeoutSeconds 10
            $ping = ConvertTo-RedisCommand 'PING'
            $set = ConvertTo-RedisCommand 'SET', "key $Family", $value
            $get = ConvertTo-RedisCommand 'GET', "key $Family"
            $none = ConvertTo-RedisCommand 'GET', 'no such key'

            Send-SocketData $client $ping
            Receive-RedisReply $client | Should -BeExactly '+PONG'
            Send-SocketData $client $set
            Receive-RedisReply $client | Should -BeExactly '+OK'
            Send-SocketData $client $get
            Get-ByteHash (Receive-RedisReply $client) | Should -Be (Get-ByteHash $value)

            # All are sent before the first reply is read.
            Send-SocketData $client $ping, $get, $set, $none, $get, $ping
            Receive-RedisReply $client | Should -BeExactly '+PONG'
            Get-ByteHash (Receive-RedisReply $client) | Should -Be (Get-ByteHash $value)
            Receive-RedisReply $client | Should -BeExactly '+OK'
            Receive-RedisReply $client | Should -BeExactly '$-1'
            Get-ByteHash (Receive-RedisReply $client) | Should -Be (Get-ByteHash $value)
            Receive-RedisReply $client | Should -BeExactly '+PONG'
            Wait-Socket $client -TimeoutSeconds 0 | Should -BeNullOrEmpty -Because 'nothing is left'
        }

        It 'answers 2,000 commands in one send, whose lines come with -Count' {
            $client = Connect-Socket $addresses.IPv4 -TimeoutSeconds 10
            Send-SocketData $client ("INCR many`r`n" * 2000)
            $replies = @(Receive-SocketData $client -Line -Count 2000 -TimeoutSeconds 10)
            $replies.Count | Should -Be 2000
            $replies -join ' ' | Should -BeExactly ((1..2000 | ForEach-Object { ":$_" }) -join ' ')
        }

        It 'tells all who subscribe what one publishes' {
            $subscribers = @($addresses.IPv4, $addresses.IPv6, $addresses.Unix | ForEach-Object { Connect-Socket $_ -TimeoutSeconds 10 })
            $subscribers | ForEach-Object { Send-SocketData $_ "SUBSCRIBE news`r`n" }
            foreach ($subscriber in $subscribers) {
                Receive-SocketData $subscriber -Line -Count 6 -TimeoutSeconds 10 | Should -BeExactly '*3', '$9', 'subscribe', '$4', 'news', ':1'
            }
            $publisher = Connect-Socket $addresses.IPv4 -TimeoutSeconds 10
            Send-SocketData $publisher (ConvertTo-RedisCommand 'PUBLISH', 'news', 'Grüße')
            Receive-RedisReply $publisher | Should -BeExactly ':3'

            # Whoever is ready is read, in whatever order.
            $waiting = $subscribers
            while ($waiting) {
                $ready = @(Wait-Socket $waiting -For Read -TimeoutSeconds 10)
                $ready.Count | Should -BeGreaterThan 0
                foreach ($subscriber in $ready) {
                    Receive-SocketData $subscriber -Line -Count 7 -TimeoutSeconds 10 |
                        Should -BeExactly '*3', '$7', 'message', '$4', 'news', '$7', 'Grüße'
                }
                $waiting = @($waiting | Where-Object { $_ -notin $ready })
            }
        }
    }

    Context 'memcached' {
        BeforeAll {
            $memcached = $null
            if (Test-Program memcached) {
                # One port for all; -u is heeded only when root starts it, who must say who it is to run as.
                $memcached = Start-TestServer -Program memcached -IsReady { Test-Listener $args[0] } -Arguments {
                    '-l', '127.0.0.1,::1', '-p', $args[0], '-U', $args[0], '-t', '1', '-u', $user
                }
            }
        }

        BeforeEach {
            if (-not $memcached) {
                Set-ItResult -Skipped -Because 'memcached is not installed'
            }
        }

        AfterAll {
            Stop-Peer $memcached.Peer
        }

        It 'stores and gives values over TCP and <Family>' -ForEach @(
            @{ Family = 'IPv4'; Address = '127.0.0.1' }
            @{ Family = 'IPv6'; Address = '::1' }
        ) {
            $client = Connect-Socket (New-SocketAddress -IPAddress $Address -Port $memcached.Port) -TimeoutSeconds 10
            $value = Get-RandomByte 100000
            Send-SocketData $client "set key 7 0 $($value.Length)`r`n", $value, "`r`n"
            Receive-SocketData $client -Line -TimeoutSeconds 10 | Should -BeExactly 'STORED'

            Send-SocketData $client "get key none`r`nget none`r`ndelete key`r`nget key`r`nbad command`r`n"
            Receive-SocketData $client -Line -TimeoutSeconds 10 | Should -BeExactly "VALUE key 7 $($value.Length)"
            Get-ByteHash (Receive-SocketData $client -Length $value.Length -AsByteArray -TimeoutSeconds 10) | Should -Be (Get-ByteHash $value)
            Receive-SocketData $client -Line -Count 6 -TimeoutSeconds 10 | Should -BeExactly '', 'END', 'END', 'DELETED', 'END', 'ERROR'
            Send-SocketData $client "quit`r`n"
            Receive-SocketData $client -TimeoutSeconds 10 | Should -BeNullOrEmpty
        }

        It 'gives a value in several datagrams over UDP and <Family>, each after its 8-byte header' -ForEach @(
            @{ Family = 'IPv4'; Address = '127.0.0.1' }
            @{ Family = 'IPv6'; Address = '::1' }
        ) {
            $stream = Connect-Socket (New-SocketAddress -IPAddress $Address -Port $memcached.Port) -TimeoutSeconds 10
            $value = Get-RandomByte 5000
            Send-SocketData $stream "set key 0 0 $($value.Length)`r`n", $value, "`r`n"
            Receive-SocketData $stream -Line -TimeoutSeconds 10 | Should -BeExactly 'STORED'

            # Request, number of this datagram, number of datagrams, 0.
            $header = ConvertTo-NetworkOrder 4711, 0, 1, 0 -Width 16 -AsByteArray
            $command = [System.Text.Encoding]::ASCII.GetBytes("get key`r`n")
            $client = New-Socket $Family Datagram | Connect-Socket (New-SocketAddress -IPAddress $Address -Port $memcached.Port) -PassThru
            Send-Datagram $client ([byte[]]($header + $command))

            $parts = @{}
            do {
                $datagram = Receive-Datagram $client -TimeoutSeconds 10
                $request, $number, $count, $reserved = ConvertFrom-NetworkOrder ([byte[]]$datagram.Data[0..7]) -Width 16
                $request | Should -Be 4711
                $reserved | Should -Be 0
                $parts[[int]$number] = [byte[]]$datagram.Data[8..($datagram.Length - 1)]
            } until ($parts.Count -eq $count)
            $count | Should -BeGreaterThan 1
            $answer = [byte[]](0..($count - 1) | ForEach-Object { $parts[$_] })

            $before = [System.Text.Encoding]::ASCII.GetBytes("VALUE key 0 $($value.Length)`r`n")
            $after = [System.Text.Encoding]::ASCII.GetBytes("`r`nEND`r`n")
            Get-ByteHash $answer | Should -Be (Get-ByteHash ([byte[]]($before + $value + $after)))
        }
    }

    Context 'examples/Start-WebServer.ps1' {
        It 'gives curl its page over <Family>' -ForEach @(
            @{ Family = 'IPv4'; Local = { '127.0.0.1:0' } }
            @{ Family = 'IPv6'; Local = { '[::1]:0' } }
            @{ Family = 'Unix'; Local = { New-TestPath } }
        ) {
            if (-not (Test-Program curl)) {
                Set-ItResult -Skipped -Because 'curl is not installed'
                return
            }
            $server = Invoke-TestPeer $pwsh @($pwshStart; '-File', "$PSScriptRoot/../../examples/Start-WebServer.ps1", (& $Local), '<h1>Grüße aus dem Netz</h1>')
            Wait-Until -TimeoutSeconds 30 -Because "the server waits: $($server.ErrorOutput)" { $server.Output -match '^waiting on .*\n' }
            $address = ($server.Output -split '\r?\n')[0].Substring('waiting on '.Length)
            $curl = @('--silent', '--show-error', '--globoff', '--noproxy', '*', '--max-time', '20'; if ($Family -eq 'Unix') { '--unix-socket', $address })
            $page = $Family -eq 'Unix' ? 'http://localhost/' : "http://$address/"

            $client = Invoke-TestPeer curl @($curl; '--write-out', '\n%{http_code} %{content_type} %{size_download}', $page)
            Wait-Peer $client -TimeoutSeconds 30 | Should -Be 0 -Because $client.ErrorOutput
            $client.Output | Should -BeExactly "<h1>Grüße aus dem Netz</h1>`n200 text/html; charset=utf-8 29"

            $client = Invoke-TestPeer curl @($curl; '--fail', '--write-out', '%{http_code}', "${page}no-such-page")
            Wait-Peer $client -TimeoutSeconds 30 | Should -Be 22 -Because 'that is what curl --fail says of 404'
            $client.Output | Should -BeExactly '404'

            # Ended before its first word, and the next is served.
            $rude = Connect-Socket $address -TimeoutSeconds 10
            Close-Socket $rude
            $client = Invoke-TestPeer curl @($curl; '--head', $page)
            Wait-Peer $client -TimeoutSeconds 30 | Should -Be 0 -Because $client.ErrorOutput
            $client.Output | Should -BeLike 'HTTP/1.1 404 Not Found*'
            $server.ErrorOutput | Should -BeExactly ''
            if ($Family -eq 'Unix') {
                Remove-Item -LiteralPath $address
            }
        }
    }
}

Describe 'Programs that connect and listen' {
    BeforeEach {
        $started = [System.Collections.Generic.List[psobject]]::new()
    }

    AfterEach {
        Get-Socket | Close-Socket
        $started | ForEach-Object { Stop-Peer $_ }
    }

    Context '<Program>' -ForEach @(
        @{ Program = 'socat' }
        @{ Program = 'ncat' }
        @{ Program = 'nc.openbsd' }
    ) {
        BeforeAll {
            # Starts the program as client or server, and gives it and the connection to it.
            function Connect-TestPeer {
                param(
                    [Parameter(Mandatory, Position = 0)] [string] $Program,
                    [Parameter(Mandatory, Position = 1)] [string] $Role,
                    [Parameter(Mandatory, Position = 2)] [string] $Family
                )

                $address = @{ IPv4 = '127.0.0.1'; IPv6 = '::1'; Unix = (New-TestPath) }[$Family]
                if ($Role -eq 'client') {
                    $listener = Start-SocketListener -LocalEndPoint ($Family -eq 'Unix' ? $address : "[$address]:0".Replace('[127.0.0.1]', '127.0.0.1'))
                    $port = $listener.LocalEndPoint.Port
                    $arguments = switch ($Program) {
                        'socat' { '-t', '10', '-', @{ IPv4 = "TCP4:127.0.0.1:$port"; IPv6 = "TCP6:[::1]:$port"; Unix = "UNIX-CONNECT:$address" }[$Family] }
                        'ncat' { $Family -eq 'Unix' ? @('-U', $address) : @($address, $port) }
                        'nc.openbsd' { $Family -eq 'Unix' ? @('-N', '-U', $address) : @('-N', $address, $port) }
                    }
                    $peer = Invoke-TestPeer $Program $arguments
                    $connection = Receive-SocketConnection $listener -TimeoutSeconds 10
                    Close-Socket $listener
                }
                else {
                    $arguments = switch ($Program) {
                        'socat' { '-t', '10', '-', @{ IPv4 = 'TCP4-LISTEN:0,bind=127.0.0.1'; IPv6 = 'TCP6-LISTEN:0,bind=[::1]'; Unix = "UNIX-LISTEN:$address" }[$Family] }
                        'ncat' { $Family -eq 'Unix' ? @('-l', '-U', $address) : @('-l', $address, '0') }
                        'nc.openbsd' { $Family -eq 'Unix' ? @('-N', '-l', '-U', $address) : @('-N', '-l', $address, '0') }
                    }
                    $peer = Invoke-TestPeer $Program $arguments
                    if ($Family -eq 'Unix') {
                        Wait-PeerPath $peer $address
                    }
                    $remote = $Family -eq 'Unix' ? $address : (New-SocketAddress -IPAddress $address -Port (Get-PeerPort $peer))
                    $connection = Connect-Socket $remote -TimeoutSeconds 10
                    if ($Family -eq 'Unix') {
                        Remove-Item -LiteralPath $address # which not every program does
                    }
                }
                $peer, $connection
            }
        }

        BeforeEach {
            if (-not (Test-Program $Program)) {
                Set-ItResult -Skipped -Because "$Program is not installed"
            }
        }

        It 'as a <Role> over <Family> ends its direction first and still hears us' -ForEach @(
            foreach ($role in 'client', 'server') {
                foreach ($family in 'IPv4', 'IPv6', 'Unix') {
                    @{ Role = $role; Family = $family }
                }
            }
        ) {
            $peer, $connection = Connect-TestPeer $Program $Role $Family
            Write-PeerInput $peer "Wie geht's, naïve €?`nand no end"
            Receive-SocketData $connection -Line -TimeoutSeconds 10 | Should -BeExactly "Wie geht's, naïve €?"
            Send-SocketData $connection 'Gut, 5 €.' -NewLine
            Wait-Until { $peer.Output -ceq "Gut, 5 €.`n" }

            $peer.Input.Close()
            Receive-SocketData $connection -ToEnd -AsText -TimeoutSeconds 10 | Should -BeExactly 'and no end'
            Receive-SocketData $connection -TimeoutSeconds 10 | Should -BeNullOrEmpty
            Send-SocketData $connection 'after your end'
            Close-Socket $connection
            Wait-Peer $peer | Should -Be 0 -Because $peer.ErrorOutput
            $peer.Output | Should -BeExactly "Gut, 5 €.`nafter your end"
        }

        It 'as a <Role> over <Family> hears our end and still tells us' -ForEach @(
            # As servers the others end at our end: the next test.
            foreach ($role in $Program -eq 'socat' ? @('client', 'server') : @('client')) {
                foreach ($family in 'IPv4', 'IPv6', 'Unix') {
                    @{ Role = $role; Family = $family }
                }
            }
        ) {
            $peer, $connection = Connect-TestPeer $Program $Role $Family
            Send-SocketData $connection 'our last word'
            Disconnect-Socket $connection -Direction Send
            Wait-Until { $peer.Output -ceq 'our last word' }
            $failure = $null
            Send-SocketData $connection 'one more' -ErrorAction SilentlyContinue -ErrorVariable failure
            $failure.FullyQualifiedErrorId | Should -BeLike 'Shutdown,*'

            Write-PeerInput $peer "after your end`n"
            Receive-SocketData $connection -Line -TimeoutSeconds 10 | Should -BeExactly 'after your end'
            Write-PeerInput $peer 'the rest'
            $peer.Input.Close()
            Receive-SocketData $connection -ToEnd -AsText -TimeoutSeconds 10 | Should -BeExactly 'the rest'
            Close-Socket $connection
            Wait-Peer $peer | Should -Be 0 -Because $peer.ErrorOutput
            $peer.Output | Should -BeExactly 'our last word'
        }

        It 'as a server over <Family> hears our end, and we hear its end' -ForEach @(
            @{ Family = 'IPv4' }
            @{ Family = 'IPv6' }
            @{ Family = 'Unix' }
        ) {
            $peer, $connection = Connect-TestPeer $Program server $Family
            Write-PeerInput $peer "first`n"
            Receive-SocketData $connection -Line -TimeoutSeconds 10 | Should -BeExactly 'first'
            Send-SocketData $connection 'our last word'
            Disconnect-Socket $connection -Direction Send
            if ($Program -eq 'socat') {
                $peer.Input.Close()
            }
            Receive-SocketData $connection -TimeoutSeconds 10 | Should -BeNullOrEmpty
            Wait-Peer $peer | Should -Be 0 -Because $peer.ErrorOutput
            $peer.Output | Should -BeExactly 'our last word'
        }
    }

    Context 'socat' {
        BeforeAll {
            $hasSocat = Test-Program socat
            if (-not $hasSocat) {
                return
            }

            # 64 MiB that differ in both directions, and end in a byte more than a power of 2.
            $sizes = 64MB, (64MB + 1)
            $files = $sizes | ForEach-Object {
                $file = Join-Path $TestDrive "random-$_.bin"
                [System.IO.File]::WriteAllBytes($file, (Get-RandomByte $_))
                $file
            }
            $hashes = $files | ForEach-Object { (Get-FileHash -LiteralPath $_ -Algorithm SHA256).Hash }
        }

        BeforeEach {
            if (-not $hasSocat) {
                Set-ItResult -Skipped -Because 'socat is not installed'
            }
        }

        It 'as a <Role> over <Family> gives 64 MiB and takes 64 MiB at once' -ForEach @(
            @{ Role = 'client'; Family = 'IPv4'; Address = { 'TCP4:127.0.0.1:{0}' } }
            @{ Role = 'server'; Family = 'IPv6'; Address = { 'TCP6-LISTEN:0,bind=[::1]' } }
            @{ Role = 'client'; Family = 'Unix'; Address = { "UNIX-CONNECT:$path" } }
        ) {
            $path = New-TestPath
            $taken = Join-Path $TestDrive 'taken.bin'
            $given = Join-Path $TestDrive 'given.bin'
            if ($Role -eq 'client') {
                $listener = Start-SocketListener -LocalEndPoint ($Family -eq 'Unix' ? $path : '127.0.0.1:0')
                $remote = (& $Address) -f $listener.LocalEndPoint.Port
            }
            else {
                $remote = & $Address
            }

            # It reads one file and writes another, and ends its direction after the last byte.
            $peer = Invoke-TestPeer socat '-b', '262144', '-t', '60', $remote, "OPEN:$($files[0]),rdonly!!OPEN:$taken,wronly,creat,trunc"
            $connection = $Role -eq 'client' ? (Receive-SocketConnection $listener -TimeoutSeconds 10) : (Connect-Socket "[::1]:$(Get-PeerPort $peer)" -TimeoutSeconds 10)

            $sender = Start-Worker {
                param($connection, $file)
                Send-SocketData $connection -Path $file -TimeoutSeconds 20 -PassThru
                Disconnect-Socket $connection -Direction Send
            } -ArgumentList $connection, $files[1]
            try {
                $received = Receive-SocketData $connection -OutFile $given -TimeoutSeconds 20 -PassThru
            }
            finally {
                $sent = Wait-Worker $sender -TimeoutSeconds 60
            }
            $sent.Errors | Should -BeNullOrEmpty
            Wait-Peer $peer -TimeoutSeconds 60 | Should -Be 0 -Because $peer.ErrorOutput

            $received.Length | Should -Be $sizes[0]
            $sent.Output[0].Length | Should -Be $sizes[1]
            (Get-FileHash -LiteralPath $given -Algorithm SHA256).Hash | Should -Be $hashes[0]
            (Get-FileHash -LiteralPath $taken -Algorithm SHA256).Hash | Should -Be $hashes[1]
        }

        It 'is told where frames end although it echoes them in pieces of 7 bytes' {
            $peer = Invoke-TestPeer socat '-b', '7', 'TCP6-LISTEN:0,bind=[::1],nodelay', 'PIPE'
            $client = Connect-Socket "[::1]:$(Get-PeerPort $peer)" -TimeoutSeconds 10
            $value = Get-RandomByte 3000
            Send-SocketData $client 'naïve €' -NewLine
            Send-SocketData $client $value -LengthPrefix 4
            Send-SocketData $client "line`r`n", 'until€€€', $value, 'rest'
            Disconnect-Socket $client -Direction Send

            Receive-SocketData $client -Line -TimeoutSeconds 10 | Should -BeExactly 'naïve €'
            Get-ByteHash (Receive-SocketData $client -LengthPrefix 4 -AsByteArray -TimeoutSeconds 10) | Should -Be (Get-ByteHash $value)
            Receive-SocketData $client -Line -TimeoutSeconds 10 | Should -BeExactly 'line'
            Receive-SocketData $client -Delimiter '€€€' -AsText -TimeoutSeconds 10 | Should -BeExactly 'until'
            Get-ByteHash (Receive-SocketData $client -Length 3000 -AsByteArray -TimeoutSeconds 10) | Should -Be (Get-ByteHash $value)
            Receive-SocketData $client -ToEnd -AsText -TimeoutSeconds 10 | Should -BeExactly 'rest'
        }
    }
}

Describe 'Programs in C' {
    BeforeAll {
        $hasCompiler = Test-Program cc
        if (-not $hasCompiler) {
            return
        }

        # urgent listen, urgent connect PORT: a TCP connection over 127.0.0.1 with urgent data in both directions.
        $urgent = Build-CProgram -Directory $TestDrive -Name urgent -Source @'
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void fail(const char *what)
{
    perror(what);
    exit(1);
}

int main(int count, char **arguments)
{
    setvbuf(stdout, NULL, _IOLBF, 0);
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t length = sizeof address;
    int sockfd = socket(AF_INET, SOCK_STREAM, 0);
    if (sockfd < 0)
        fail("socket");
    if (count > 2) {
        address.sin_port = htons(atoi(arguments[2]));
        if (connect(sockfd, (struct sockaddr *)&address, length) < 0)
            fail("connect");
    } else {
        if (bind(sockfd, (struct sockaddr *)&address, length) < 0)
            fail("bind");
        if (listen(sockfd, 1) < 0)
            fail("listen");
        getsockname(sockfd, (struct sockaddr *)&address, &length);
        printf("%d\n", ntohs(address.sin_port));
        sockfd = accept(sockfd, NULL, NULL);
        if (sockfd < 0)
            fail("accept");
    }

    /* Urgent data first, although it comes last. */
    struct pollfd wait = { .fd = sockfd, .events = POLLPRI };
    if (poll(&wait, 1, 10000) != 1 || !(wait.revents & POLLPRI))
        fail("poll");
    char byte;
    if (recv(sockfd, &byte, 1, MSG_OOB) != 1)
        fail("recv MSG_OOB");
    printf("urgent %c\n", byte);

    /* What was sent before it, up to the mark, and what was sent after. */
    printf("before ");
    while (!sockatmark(sockfd)) {
        if (recv(sockfd, &byte, 1, 0) != 1)
            fail("recv");
        putchar(byte);
    }
    printf("\nafter ");
    while (recv(sockfd, &byte, 1, 0) == 1 && byte != '\n')
        putchar(byte);
    printf("\n");

    if (send(sockfd, "calm", 4, 0) != 4 || send(sockfd, "very!", 5, MSG_OOB) != 5 || send(sockfd, "calm again\n", 11, 0) != 11)
        fail("send");
    if (recv(sockfd, &byte, 1, 0) != 0)
        fail("no end");
    return 0;
}
'@

        # records listen PATH, records connect PATH: prints the records that come up to the one that says bye, and sends
        # some, of which one is empty. A path may be an abstract name, written with @.
        $records = Build-CProgram -Directory $TestDrive -Name records -Source @'
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static void fail(const char *what)
{
    perror(what);
    exit(1);
}

int main(int count, char **arguments)
{
    (void)count;
    setvbuf(stdout, NULL, _IOLBF, 0);
    static char record[100000];
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    strncpy(address.sun_path, arguments[2], sizeof address.sun_path - 1);
    socklen_t length = offsetof(struct sockaddr_un, sun_path) + strlen(arguments[2]);
    if (address.sun_path[0] == '@')
        address.sun_path[0] = 0;
    else
        length++;
    int sockfd = socket(AF_UNIX, SOCK_SEQPACKET, 0);
    if (sockfd < 0)
        fail("socket");
    if (strcmp(arguments[1], "connect") == 0) {
        if (connect(sockfd, (struct sockaddr *)&address, length) < 0)
            fail("connect");
    } else {
        if (bind(sockfd, (struct sockaddr *)&address, length) < 0)
            fail("bind");
        if (listen(sockfd, 1) < 0)
            fail("listen");
        sockfd = accept(sockfd, NULL, NULL);
        if (sockfd < 0)
            fail("accept");
    }

    ssize_t size;
    do {
        size = recv(sockfd, record, sizeof record - 1, 0);
        if (size < 0)
            fail("recv");
        record[size] = 0;
        printf("%zd %.20s\n", size, record);
    } while (strcmp(record, "bye") != 0);

    memset(record, 'x', sizeof record);
    if (send(sockfd, "first", 5, 0) != 5 || send(sockfd, "", 0, 0) != 0 || send(sockfd, record, 90000, 0) != 90000 || send(sockfd, "last", 4, 0) != 4)
        fail("send");
    return 0;
}
'@
    }

    BeforeEach {
        $started = [System.Collections.Generic.List[psobject]]::new()
        if (-not $hasCompiler) {
            Set-ItResult -Skipped -Because 'there is no C compiler'
        }
    }

    AfterEach {
        Get-Socket | Close-Socket
        $started | ForEach-Object { Stop-Peer $_ }
    }

    It 'exchange urgent data with us when they <Role>' -ForEach @(
        @{ Role = 'connect' }
        @{ Role = 'listen' }
    ) {
        if ($Role -eq 'connect') {
            $listener = Start-SocketListener -LocalEndPoint '127.0.0.1:0'
            $peer = Invoke-TestPeer $urgent 'connect', $listener.LocalEndPoint.Port
            $connection = Receive-SocketConnection $listener -TimeoutSeconds 10
        }
        else {
            $peer = Invoke-TestPeer $urgent 'listen'
            $connection = Connect-Socket "127.0.0.1:$(Get-PeerPort $peer)" -TimeoutSeconds 10
        }

        # The last byte of what is sent out of band is the urgent one.
        Send-SocketData $connection 'calm '
        Send-SocketData $connection 'and hot!' -OutOfBand
        Send-SocketData $connection 'calm again' -NewLine
        Wait-Until { $peer.Output -cmatch 'after .*\n' }
        $peer.Output -split '\n' | Select-Object -Last 4 | Should -BeExactly 'urgent !', 'before calm and hot', 'after calm again', ''

        Wait-Socket $connection -For Error -TimeoutSeconds 10 | Should -Be $connection -Because 'out-of-band data is exceptional'
        Receive-SocketData $connection -OutOfBand -AsText -TimeoutSeconds 10 | Should -BeExactly '!'
        Receive-SocketData $connection -Line -TimeoutSeconds 10 | Should -BeExactly 'calmverycalm again'
        Close-Socket $connection
        Wait-Peer $peer | Should -Be 0 -Because $peer.ErrorOutput
    }

    It 'send urgent data, which is received where it was sent with the option OutOfBandInline' {
        $peer = Invoke-TestPeer $urgent 'listen'
        $connection = Connect-Socket "127.0.0.1:$(Get-PeerPort $peer)" -TimeoutSeconds 10
        Set-SocketOption $connection OutOfBandInline $true
        Send-SocketData $connection '?' -OutOfBand
        Send-SocketData $connection '' -NewLine
        Receive-SocketData $connection -Line -TimeoutSeconds 10 | Should -BeExactly 'calmvery!calm again'
        Close-Socket $connection
        Wait-Peer $peer | Should -Be 0 -Because $peer.ErrorOutput
        $peer.Output | Should -BeLike "*urgent `?`nbefore `nafter `n"
    }

    It 'exchange sequential packets with us when they <Role> at <Kind>' -ForEach @(
        @{ Role = 'connect'; Kind = 'a path'; Name = { New-TestPath } }
        @{ Role = 'listen'; Kind = 'a path'; Name = { New-TestPath } }
        @{ Role = 'connect'; Kind = 'an abstract name'; Name = { "@pss-$([guid]::NewGuid())" } }
        @{ Role = 'listen'; Kind = 'an abstract name'; Name = { "@pss-$([guid]::NewGuid())" } }
    ) {
        $address = & $Name
        if ($Role -eq 'connect') {
            $listener = New-Socket Unix SeqPacket | Register-SocketAddress $address -PassThru | Start-SocketListener -PassThru
            $peer = Invoke-TestPeer $records 'connect', $address
            $connection = Receive-SocketConnection $listener -TimeoutSeconds 10
            $connection.SocketType | Should -Be 'Seqpacket'
        }
        else {
            $peer = Invoke-TestPeer $records 'listen', $address
            Wait-PeerPath $peer $address
            $connection = New-Socket Unix SeqPacket | Connect-Socket $address -TimeoutSeconds 10 -PassThru
            Remove-Item -LiteralPath $address -ErrorAction Ignore
        }

        Send-Datagram $connection 'one', 'two zwei', ('x' * 90000), 'bye'
        Wait-Peer $peer | Should -Be 0 -Because $peer.ErrorOutput
        $peer.Output -split '\n' | Should -BeExactly '3 one', '8 two zwei', "90000 $('x' * 20)", '3 bye', ''

        # Without -MaximumSize a record of more than 65,535 bytes is cut, and it is said.
        $cut = $null
        $received = @(Receive-Datagram $connection -Continuous -TimeoutSeconds 10 -WarningVariable cut -WarningAction SilentlyContinue)
        $received.Count | Should -Be 4 -Because 'the peer''s close is the end'
        $received | ForEach-Object { $_.Length } | Should -Be 5, 0, 90000, 4
        $received.IsTruncated | Should -Be $false, $false, $true, $false
        $received[0].Text | Should -BeExactly 'first'
        $received[2].Data.Length | Should -Be 65535
        $received[3].Text | Should -BeExactly 'last'
        $cut.Count | Should -Be 1
    }
}

Describe 'The kernel' {
    BeforeEach {
        $started = [System.Collections.Generic.List[psobject]]::new()
    }

    AfterEach {
        Get-Socket | Close-Socket
        $started | ForEach-Object { Stop-Peer $_ }
    }

    It 'answers an ICMP echo request over <Family>' -ForEach @(
        @{ Family = 'IPv4'; Protocol = 'Icmp'; Loopback = '127.0.0.1'; Request = 8; Reply = 0 }
        @{ Family = 'IPv6'; Protocol = 'IcmpV6'; Loopback = '::1'; Request = 128; Reply = 129 }
    ) {
        $client = New-Socket $Family Raw $Protocol -ErrorAction SilentlyContinue -ErrorVariable refused
        if ($refused) {
            $refused[0].FullyQualifiedErrorId | Should -BeLike 'AccessDenied,*'
            Set-ItResult -Skipped -Because "this user may not: $refused"
            return
        }

        # Type, code, checksum, identifier, number, data: RFC 792 and RFC 4443, of which the kernel fills in the latter's checksum.
        $identifier = $PID -band 0xFFFF
        $words = ($Request -shl 8), 0, $identifier, 1, 0x5053, 0x5321
        if ($Family -eq 'IPv4') {
            $sum = ($words | Measure-Object -Sum).Sum
            $words[1] = -bnot (($sum -band 0xFFFF) + ([int]$sum -shr 16)) -band 0xFFFF
        }
        $message = ConvertTo-NetworkOrder $words -Width 16 -AsByteArray
        Send-Datagram $client $message (New-SocketAddress -IPAddress $Loopback -Port 0)

        # Everything of the protocol that comes to this machine is heard, the request also.
        $answer = Receive-Datagram $client -Continuous -TimeoutSeconds 10 | ForEach-Object {
            $headerLength = $Family -eq 'IPv4' ? 4 * ($_.Data[0] -band 0xF) : 0 # only IPv4 packets come with their header
            [pscustomobject]@{ From = $_.RemoteEndPoint.Address; Bytes = [byte[]]$_.Data[$headerLength..($_.Length - 1)] }
        } | Where-Object { $_.Bytes[0] -eq $Reply -and [Convert]::ToHexString($_.Bytes[4..5]) -eq '{0:X4}' -f $identifier } | Select-Object -First 1
        "$($answer.From)" | Should -Be $Loopback
        $answer.Bytes[1] | Should -Be 0
        [Convert]::ToHexString($answer.Bytes[4..11]) | Should -Be ('{0:X4}000150535321' -f $identifier)
    }

    It 'lets a connection to a listener whose backlog is full wait, until -TimeoutSeconds is over <How>' -ForEach @(
        @{ How = 'for a new connection'; Connect = { Connect-Socket $listener.LocalEndPoint -TimeoutSeconds 0.5 -ErrorAction SilentlyContinue -ErrorVariable failure } }
        @{ How = 'for one that is given'; Connect = { Connect-Socket $given $listener.LocalEndPoint -TimeoutSeconds 0.5 -ErrorAction SilentlyContinue -ErrorVariable failure } }
    ) {
        $listener = Start-SocketListener -LocalEndPoint '127.0.0.1:0' -Backlog 0
        $given = New-Socket IPv4 Stream
        $first = Connect-Socket $listener.LocalEndPoint -TimeoutSeconds 10

        # Once without a look at the clock, since what is called the first time is compiled; and the best of several, since
        # others use this machine too.
        $failure = $null
        $times = foreach ($attempt in 0..10) {
            $clock = [System.Diagnostics.Stopwatch]::StartNew()
            . $Connect
            $seconds = $clock.Elapsed.TotalSeconds
            $seconds
            $failure.Count | Should -Be 1
            $failure[0].FullyQualifiedErrorId | Should -BeLike 'TimedOut,*'
            $failure[0].CategoryInfo.Category | Should -Be 'OperationTimeout'
            "$($failure[0])" | Should -BeLike "connect $($listener.LocalEndPoint): ETIMEDOUT (110)*"
            if ($attempt -and $seconds -lt 0.8) {
                break # else the machine may be busy with something else
            }
        }
        $times | ForEach-Object { $_ | Should -BeGreaterOrEqual 0.499 }
        $times[-1] | Should -BeLessThan 0.8

        # As soon as there is room, the same can connect.
        $accepted = Receive-SocketConnection $listener -TimeoutSeconds 10
        $accepted.RemoteEndPoint | Should -Be $first.LocalEndPoint
        Connect-Socket $given $listener.LocalEndPoint -TimeoutSeconds 10
        $given.State | Should -Be 'Connected'
    }

    It 'lets a connection to a UNIX listener whose backlog is full wait, until there is room' {
        $listener = Start-SocketListener -LocalEndPoint (New-TestPath) -Backlog 0
        $first = Connect-Socket $listener.LocalEndPoint -TimeoutSeconds 10
        $failure = $null
        Connect-Socket $listener.LocalEndPoint -TimeoutSeconds 0.1 -ErrorAction SilentlyContinue -ErrorVariable failure
        $failure.FullyQualifiedErrorId | Should -BeLike 'TimedOut,*'

        # It has made its descriptor, and cannot be connected yet: it tries again and again, so it never sleeps for long.
        $before = Get-DescriptorCount
        $worker = Start-Worker { param($address) Connect-Socket $address -TimeoutSeconds 10 } -ArgumentList $listener.LocalEndPoint
        Wait-Until { $worker.AsyncResult.IsCompleted -or (Get-DescriptorCount) -gt $before }
        $worker.AsyncResult.IsCompleted | Should -BeFalse
        $accepted = @(Receive-SocketConnection $listener -Count 2 -TimeoutSeconds 10)
        $result = Wait-Worker $worker
        $result.Errors | Should -BeNullOrEmpty
        Send-SocketData $first 'first'
        Send-SocketData $result.Output[0] 'second'
        $accepted | ForEach-Object { Receive-SocketData $_ -AsText -TimeoutSeconds 10 } | Should -BeExactly 'first', 'second'
    }

    It 'has as many descriptors open after 5,000 rounds of connect, accept and close as before' {
        if (-not $IsLinux) {
            Set-ItResult -Skipped -Because 'descriptors are counted in /proc'
            return
        }
        $listener = Start-SocketListener -LocalEndPoint '127.0.0.1:0'
        $before = 0
        for ($round = 0; $round -le 5000; $round++) {
            $client = Connect-Socket $listener.LocalEndPoint
            $server = Receive-SocketConnection $listener
            Close-Socket $client, $server
            if ($round -eq 0) {
                $before = Get-DescriptorCount
            }
        }
        $client.State | Should -Be 'Closed'
        Get-DescriptorCount | Should -Be $before
        @(Get-Socket).Count | Should -Be 1
    }

    Context 'with names of its own' {
        BeforeAll {
            # In a mount namespace of its own, where /etc/hosts has names with several addresses.
            $reason = if (-not (Test-Program unshare)) {
                'unshare is not installed'
            }
            else {
                $try = Start-Peer unshare -ArgumentList '--mount', 'sh', '-c', 'mount --bind /dev/null /etc/hosts'
                try {
                    if ((Wait-Peer $try) -ne 0) {
                        "this user may not make a mount namespace: $($try.ErrorOutput.Trim())"
                    }
                }
                finally {
                    Stop-Peer $try
                }
            }
            if ($reason) {
                return
            }

            $hosts = Join-Path $TestDrive 'hosts'
            Set-Content -LiteralPath $hosts -Value @(
                '127.0.0.1 localhost'
                '::1 several.test'
                '127.0.0.2 several.test'
                '127.0.0.3 several.test'
            )
            $script = Join-Path $TestDrive 'names.ps1'
            Set-Content -LiteralPath $script -Value @'
param($ModulePath)
$ErrorActionPreference = 'Stop'
Import-Module $ModulePath
$result = [ordered]@{}

function Get-OwnCount {
    @([System.IO.Directory]::GetFileSystemEntries('/proc/self/fd') | Where-Object { [System.IO.FileInfo]::new($_).LinkTarget -like 'socket:*' }).Count
}

# What a connect did, how long it took (tried again when it took longer than -Limit: others use this machine too), and how many descriptors more there are once its connection is closed.
function Add-Outcome($Name, [scriptblock] $Connect, $Limit = 60) {
    $before = Get-OwnCount
    foreach ($time in 1..10) {
        $clock = [System.Diagnostics.Stopwatch]::StartNew()
        $failure = $null
        $client = . $Connect
        $seconds = $clock.Elapsed.TotalSeconds
        $remote = "$($client.RemoteEndPoint)"
        if ($client) {
            Close-Socket $client
        }
        if ($seconds -lt $Limit) {
            break
        }
    }
    $result.$Name = [ordered]@{
        Seconds = $seconds
        Remote = $remote
        Id = "$($failure.FullyQualifiedErrorId)"
        Message = "$failure"
        More = (Get-OwnCount) - $before
    }
}

# A port where nobody listens at any of the addresses, and stays so.
$held = New-Socket IPv4 Stream | Register-SocketAddress '127.0.0.2:0' -PassThru
$port = $held.LocalEndPoint.Port
$result.Port = $port
Add-Outcome Refused { Connect-Socket "several.test:$port" -TimeoutSeconds 30 -ErrorAction SilentlyContinue -ErrorVariable failure }
$given = New-Socket IPv4 Stream
Add-Outcome RefusedGiven { Connect-Socket $given "several.test:$port" -TimeoutSeconds 5 -PassThru -ErrorAction SilentlyContinue -ErrorVariable failure }
Close-Socket $given

# The last answers.
$last = Start-SocketListener -LocalEndPoint "127.0.0.3:$port"
Add-Outcome Last { Connect-Socket "several.test:$port" -TimeoutSeconds 5 -ErrorAction SilentlyContinue -ErrorVariable failure }
$given = New-Socket IPv4 Stream
Add-Outcome LastGiven { Connect-Socket $given "several.test:$port" -TimeoutSeconds 5 -PassThru -ErrorAction SilentlyContinue -ErrorVariable failure }

# One before it does not answer at all.
Close-Socket $held
$silent = Start-SocketListener -LocalEndPoint "127.0.0.2:$port" -Backlog 0
$filler = Connect-Socket "127.0.0.2:$port" -TimeoutSeconds 5
Add-Outcome Silent { Connect-Socket "several.test:$port" -TimeoutSeconds 30 -ErrorAction SilentlyContinue -ErrorVariable failure }

# Then none does.
Close-Socket $last
$last = Start-SocketListener -LocalEndPoint "127.0.0.3:$port" -Backlog 0
$another = Connect-Socket "127.0.0.3:$port" -TimeoutSeconds 5
Add-Outcome Nobody { Connect-Socket "several.test:$port" -TimeoutSeconds 0.5 -ErrorAction SilentlyContinue -ErrorVariable failure } -Limit 0.8
$result | ConvertTo-Json -Compress
'@
            $peer = Start-Peer unshare -ArgumentList @(
                '--mount', 'sh', '-c', 'mount --bind "$0" /etc/hosts && exec "$@"', $hosts, $pwsh; $pwshStart; '-File', $script, $ModulePath
            )
            try {
                Wait-Peer $peer -TimeoutSeconds 60 | Should -Be 0 -Because "$($peer.ErrorOutput) $($peer.Output)"
                $result = $peer.Output | ConvertFrom-Json
            }
            finally {
                Stop-Peer $peer
            }
        }

        BeforeEach {
            if ($reason) {
                Set-ItResult -Skipped -Because $reason
            }
        }

        It 'refuses a connection, and the error names every address tried' {
            $port = $result.Port
            $result.Refused.Id | Should -BeLike 'ConnectionRefused,*'
            $result.Refused.Message | Should -BeLike "connect several.test:${port}: ECONNREFUSED (111) Connection refused*"
            "[::1]:$port", "127.0.0.2:$port", "127.0.0.3:$port" | ForEach-Object {
                $result.Refused.Message | Should -BeLike "*$([wildcardpattern]::Escape($_)): ECONNREFUSED (111)*"
            }
            $result.RefusedGiven.Id | Should -BeLike 'ConnectionRefused,*'
            "127.0.0.2:$port", "127.0.0.3:$port" | ForEach-Object {
                $result.RefusedGiven.Message | Should -BeLike "*$($_): ECONNREFUSED (111)*"
            }
            $result.RefusedGiven.Message | Should -Not -BeLike '*::1*' -Because 'the socket that was given is of IPv4'
            $result.Refused.Seconds | Should -BeLessThan 30 -Because 'it does not wait for the end of the time'
            $result.Refused.More | Should -Be 0
        }

        It 'connects to the address that answers after others that refuse' {
            $result.Last.Remote | Should -Be "127.0.0.3:$($result.Port)"
            $result.Last.Id | Should -BeExactly ''
            $result.LastGiven.Remote | Should -Be "127.0.0.3:$($result.Port)"
            $result.LastGiven.Id | Should -BeExactly ''
        }

        It 'connects to the address that answers beside another that does not' {
            $result.Silent.Remote | Should -Be "127.0.0.3:$($result.Port)"
            $result.Silent.Seconds | Should -BeGreaterOrEqual 0.249 -Because 'RFC 8305: the next is tried after 250 ms'
            $result.Silent.Seconds | Should -BeLessThan 30 -Because 'it does not wait for the end of the time'
            $result.Silent.More | Should -Be 0 -Because 'the attempt that lost is given up'
        }

        It 'ends after -TimeoutSeconds for all addresses together, and says what each did' {
            $port = $result.Port
            $result.Nobody.Id | Should -BeLike 'TimedOut,*'
            $result.Nobody.Seconds | Should -BeGreaterOrEqual 0.499
            $result.Nobody.Seconds | Should -BeLessThan 0.8
            $result.Nobody.More | Should -Be 0
            $result.Nobody.Message | Should -BeLike "connect several.test:${port}: ETIMEDOUT (110)*"
            $result.Nobody.Message | Should -BeLike "*$([wildcardpattern]::Escape("[::1]:$port")): ECONNREFUSED (111)*"
            $result.Nobody.Message | Should -BeLike "*127.0.0.2:${port}: ETIMEDOUT (110)*"
            $result.Nobody.Message | Should -BeLike "*127.0.0.3:${port}: ETIMEDOUT (110)*"
        }
    }
}
