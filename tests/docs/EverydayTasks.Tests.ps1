# The table of docs/guide/coming-from.md: each row is run as it stands there, with other addresses and files, against a
# program of other people or a socket of the test's. A row without a test here fails, and so does a test without a row.

BeforeDiscovery {
    $page = (Get-Content -LiteralPath "$PSScriptRoot/../../docs/guide/coming-from.md" -Raw).ReplaceLineEndings("`n")
    $section = [regex]::Match($page, '(?s)\n## Twenty everyday tasks\n(.*?)\n## ').Groups[1].Value
    $rows = foreach ($line in $section.Split("`n") -match '^\| ' | Select-Object -Skip 1) {
        $cells = $line.Trim('|') -split '(?<!\\)\|'
        $lines = $cells | Select-Object -Skip 1 | ForEach-Object {
            , @([regex]::Matches($_, '`(?<code>[^`]+)`').ForEach({ $_.Groups['code'].Value.Replace('\|', '|') }))
        }
        @{ Task = $cells[0].Trim() -replace '\[?`\]?(\([^)]*\))?'; Theirs = $lines[0]; Ours = $lines[1] }
    }
}

BeforeAll {
    . $PSScriptRoot/../helpers/Recipes.ps1
    $directory = New-RecipeDirectory
    Set-Content -LiteralPath "$directory/index.html" -Value '<p>everyday</p>'
    [System.IO.File]::WriteAllBytes("$directory/photo.jpg", (Get-RandomByte 300000))

    # The lines of a row in one piece, with each of these texts replaced, which must be there, and recipes by their paths.
    function Get-Code {
        param([string[]] $Line, [hashtable] $Replace = @{})

        $code = $Line -join "`n"
        foreach ($text in $Replace.Keys) {
            $code.Contains($text) | Should -BeTrue -Because "$text is to be replaced in: $code"
        }
        if ($Replace.Count) {
            $pattern = '(' + (($Replace.Keys | ForEach-Object { [regex]::Escape($_) }) -join '|') + ')(?!\d)'
            $code = [regex]::Replace($code, $pattern, { $Replace[$args[0].Value] })
        }
        $code -replace '(?m)^\./(?=[A-Z][a-z]+-\w+\.ps1)', "& $recipes/"
    }

    # Runs code in a runspace of its own, in the directory of the test.
    function Open-Code {
        param([string] $Code, [hashtable] $Default = @{})

        $worker = Start-Worker -ArgumentList $Code, $directory, $Default {
            $ErrorActionPreference = 'Stop'
            $PSDefaultParameterValues = $args[2]
            Set-Location -LiteralPath $args[1]
            . ([scriptblock]::Create($args[0]))
        }
        $workers.Add($worker)
        $worker
    }

    # What code writes that ends by itself and without an error.
    function Invoke-Code {
        param([string] $Code, [hashtable] $Default = @{})

        $ErrorActionPreference = 'Stop'
        $PSDefaultParameterValues = $Default
        Push-Location -LiteralPath $directory
        try {
            . ([scriptblock]::Create($Code))
        }
        finally {
            Pop-Location
        }
    }

    # Processes that begin now, since that takes seconds, and run the code in a file once it is there.
    $sessions = [System.Collections.Generic.Queue[hashtable]]::new()
    if ($IsLinux) {
        foreach ($number in 1..2) {
            $file = "$directory/session-$number.ps1"
            $command = "Import-Module '$ModulePath'; while (-not [System.IO.File]::Exists('$file')) { [System.Threading.Thread]::Sleep(10) }; . '$file'"
            $sessions.Enqueue(@{ File = $file; Peer = Start-Peer $pwsh -ArgumentList @($pwshStart; '-Command'; $command) })
        }
    }

    # Code in a process of its own: what is typed goes to its Input.
    function Open-Session {
        param([string] $Code)

        $session = $sessions.Dequeue()
        $started.Add($session.Peer)
        Set-Content -LiteralPath "$($session.File).new" -Value $Code
        Move-Item -LiteralPath "$($session.File).new" -Destination $session.File
        $session.Peer
    }

    # Waits until somebody listens at a port of 127.0.0.1 or ::1, without connecting.
    function Wait-Listener {
        param([int] $Port, $Worker)

        $line = '^\s*\d+: \w+:{0:X4} \w+:0000 0A' -f $Port
        Wait-Until -Because "somebody listens at port $Port" {
            if ($Worker -and $Worker.AsyncResult.IsCompleted) {
                throw "The code has ended: $($Worker.PowerShell.Streams.Error) $($Worker.PowerShell.InvocationStateInfo.Reason)"
            }
            (Get-Content -LiteralPath '/proc/net/tcp', '/proc/net/tcp6') -match $line
        }
    }

    # Waits until code that goes on has written so many objects, and gives them.
    function Wait-Output {
        param([psobject] $Worker, [int] $Count)

        Wait-Until -Because "the code writes $Count objects" {
            if ($Worker.PowerShell.Streams.Error.Count -or $Worker.PowerShell.InvocationStateInfo.Reason) {
                throw "$($Worker.PowerShell.Streams.Error) $($Worker.PowerShell.InvocationStateInfo.Reason)"
            }
            $Worker.Output.Count -ge $Count
        }
        for ($i = 0; $i -lt $Count; $i++) {
            $Worker.Output[$i]
        }
    }

    # Starts a server, if it is installed, or else skips the test.
    function Open-Needed {
        param([string] $Name, [scriptblock] $Start)

        $server = & $Start
        if (-not $server) {
            Set-ItResult -Skipped -Because "$Name is not installed"
        }
        $started.Add($server.Peer)
        $server
    }

    function Open-WebServer {
        Open-Needed python3 {
            if (Test-Program python3) {
                Start-TestServer -Program python3 -IsReady { Test-Listener $args[0] } -Arguments { '-m', 'http.server', "$($args[0])", '--bind', '127.0.0.1', '--directory', $directory }
            }
        }
    }

    function Assert-Program {
        foreach ($name in $args) {
            if (-not (Test-Program $name)) {
                Set-ItResult -Skipped -Because "$name is not installed"
            }
        }
    }

    $tests = @{
        'Which ports are open: one, or 200 of a list (HostName,Port)' = {
            $listener = Start-SocketListener '127.0.0.1:0'
            @('HostName,Port'; 2..200 | ForEach-Object { "127.0.0.$_,1" }; "localhost,$($listener.LocalEndPoint.Port)") | Set-Content -LiteralPath "$directory/hosts.csv"
            $results = Invoke-Code (Get-Code $Ours @{ '127.0.0.1:22' = "$($listener.LocalEndPoint)" })
            $results | Should -HaveCount 201
            $results[0].Status | Should -Be 'Open'
            $results[1..200] | Where-Object Status -EQ 'Open' | ForEach-Object { "$($_.RemoteEndPoint)" } | Should -BeExactly "localhost:$($listener.LocalEndPoint.Port)"
            @($results | Where-Object Status -EQ 'Refused') | Should -HaveCount 199
        }
        'What a server says first (banner)' = {
            Assert-Program socat
            $port = Get-PeerPort (Invoke-TestPeer socat 'TCP-LISTEN:0,bind=127.0.0.1', 'SYSTEM:echo 220 mail.example ESMTP; echo more')
            Invoke-Code (Get-Code $Ours @{ '127.0.0.1:22' = "127.0.0.1:$port" }) | Should -BeExactly '220 mail.example ESMTP'
        }
        'A live session' = {
            $server = Open-Needed redis-server { Open-RedisServer }
            $session = Open-Session (Get-Code $Ours @{ '127.0.0.1:6379' = $server.Address })
            Write-PeerInput $session "PING`r`n"
            Wait-Until -Because "Redis answers: $($session.ErrorOutput)" { $session.Output -match '^\+PONG\r?\n' }
            Write-PeerInput $session "ECHO again`r`n"
            Wait-Until -Because 'Redis answers again' { $session.Output -match '\nagain\r?\n' }
            $session.Input.Close()
            Wait-Peer $session | Should -Be 0 -Because $session.ErrorOutput
        }
        'A chat for two; for many it is Start-UnixChat.ps1' = {
            Assert-Program socat
            $port = Get-FreePort
            $session = Open-Session (Get-Code $Ours @{ '127.0.0.1:55555' = "127.0.0.1:$port" })
            Wait-Listener $port
            $other = Invoke-TestPeer socat '-', "TCP:127.0.0.1:$port"
            Write-PeerInput $other "hello, here is socat`n"
            Wait-Until -Because "the line comes: $($session.ErrorOutput)" { $session.Output -match '^hello, here is socat\r?\n' }
            Write-PeerInput $session "hello, here is PSSockets`n"
            Wait-Until -Because 'the line goes' { $other.Output -ceq "hello, here is PSSockets`n" }
            $other.Input.Close()
            $session.Input.Close()
            Wait-Peer $session | Should -Be 0 -Because $session.ErrorOutput
        }
        'A file with its checksum, there and back' = {
            Assert-Program sha256sum
            $port = Get-FreePort
            $null = New-Item -ItemType Directory -Path "$directory/incoming"
            $receiver = Open-Code (Get-Code $Ours[0] @{ '[::1]:55555' = "[::1]:$port" })
            Wait-Listener $port $receiver
            $sent = Invoke-Code (Get-Code $Ours[1] @{ '[::1]:55555' = "[::1]:$port" })
            (Wait-Output $receiver 1).FullName | Should -BeExactly "$directory/incoming/photo.jpg"
            $hash = Get-ProgramHash "$directory/photo.jpg"
            $sent.Checksum | Should -Be $hash
            Get-ProgramHash "$directory/incoming/photo.jpg" | Should -Be $hash
        }
        'A page over HTTP' = {
            $server = Open-WebServer
            $answer = Invoke-Code (Get-Code $Ours @{ '127.0.0.1:80' = $server.Address })
            $answer[0] | Should -BeExactly 'HTTP/1.0 200 OK'
            $answer[-1] | Should -BeExactly '<p>everyday</p>'
        }
        'A page over HTTPS' = {
            Assert-Program openssl
            $certificate = New-SocketCertificate localhost
            $key = [System.Security.Cryptography.X509Certificates.ECDsaCertificateExtensions]::GetECDsaPrivateKey($certificate)
            Set-Content -LiteralPath "$directory/server.pem" -Value $certificate.ExportCertificatePem(), $key.ExportPkcs8PrivateKeyPem()
            $server = Start-TestServer -Program openssl -IsReady { Test-Listener $args[0] } -Arguments { 's_server', '-accept', "127.0.0.1:$($args[0])", '-cert', "$directory/server.pem", '-www' }
            $started.Add($server.Peer)
            $answer = Invoke-Code (Get-Code $Ours @{ 'example.org:443' = "localhost:$($server.Port)" }) @{ 'Protect-Socket:TrustedCertificate' = $certificate }
            $answer[0] | Should -BeExactly 'HTTP/1.0 200 ok'
            $answer -match 'Cipher *: TLS_|New, TLSv1.3' | Should -Not -BeNullOrEmpty
        }
        'Give a file to whoever connects' = {
            Assert-Program socat
            $port = Get-FreePort
            $server = Open-Code (Get-Code $Ours @{ '127.0.0.1:55555' = "127.0.0.1:$port" })
            Wait-Listener $port $server
            foreach ($client in 1..2) {
                $peer = Invoke-TestPeer socat '-u', "TCP:127.0.0.1:$port", '-'
                Wait-Peer $peer | Should -Be 0 -Because $peer.ErrorOutput
                Get-ByteHash $peer.OutputByte | Should -Be (Get-FileHash -LiteralPath "$directory/photo.jpg").Hash
            }
        }
        'Syslog: receive, send' = {
            Assert-Program logger
            $port = Get-FreePort
            $receiver = Open-Code (Get-Code $Ours[0] @{ '127.0.0.1:5514' = "127.0.0.1:$port" })
            Wait-Until -Because 'it says where it waits' { $receiver.PowerShell.Streams.Information.Count -gt 0 }
            $peer = Invoke-TestPeer logger '-n', '127.0.0.1', '-P', "$port", '-d', '--rfc5424', 'said by logger'
            Wait-Peer $peer | Should -Be 0 -Because $peer.ErrorOutput
            Invoke-Code (Get-Code $Ours[1] @{ '127.0.0.1:5514' = "127.0.0.1:$port" }) | Should -BeNullOrEmpty
            (Wait-Output $receiver 2).Message | Should -BeExactly 'said by logger', 'the backup is done'
        }
        'Ask a name server' = {
            $server = Open-Needed dnsmasq {
                if (Test-Program dnsmasq) {
                    Set-Content -LiteralPath "$directory/hosts" -Value '2001:db8::7 printer.example'
                    Start-TestServer -Program dnsmasq -IsReady { Test-Listener $args[0] } -Arguments {
                        '--no-daemon', '--conf-file=/dev/null', '--no-resolv', '--no-hosts', "--addn-hosts=$directory/hosts", '--local=/example/', "--port=$($args[0])"
                        '--listen-address=127.0.0.1', '--bind-interfaces', "--user=$user", '--pid-file='
                    }
                }
            }
            (Invoke-Code (Get-Code $Ours @{ '127.0.0.1:53' = $server.Address })).Value | Should -BeExactly '2001:db8::7'
        }
        'Ask a time server' = {
            $server = Open-Needed chronyd {
                if (Test-Program chronyd) {
                    Start-TestServer -Program chronyd -IsReady { & "$recipes/Get-NetworkTime.ps1" "127.0.0.1:$($args[0])" -TimeoutSeconds 0.2 } -Arguments {
                        Set-Content -LiteralPath "$directory/chrony.conf" -Value @(
                            "port $($args[0])", 'bindaddress 127.0.0.1', 'allow 127.0.0.1', 'local stratum 8', 'cmdport 0', 'bindcmdaddress /'
                            "pidfile $directory/chronyd.pid", "driftfile $directory/drift"
                        )
                        '-d', '-x', '-U', '-u', $user, '-f', "$directory/chrony.conf"
                    }
                }
            }
            $time = Invoke-Code (Get-Code $Ours @{ '127.0.0.1:123' = $server.Address })
            $time.Stratum | Should -Be 8
            [math]::Abs(([datetimeoffset]::UtcNow - $time.Time).TotalSeconds) | Should -BeLessThan 5
        }
        'Ask Redis' = {
            $server = Open-Needed redis-server { Open-RedisServer }
            $null = & "$recipes/Invoke-RedisCommand.ps1" SET greeting 'Grüße' -Server $server.Address
            Invoke-Code (Get-Code $Ours @{ '127.0.0.1:6379' = $server.Address }) | Should -BeExactly 'Grüße'
        }
        'Ask a device, with SNMP' = {
            $server = Open-Needed snmpd { Start-SnmpServer $directory }
            (Invoke-Code (Get-Code $Ours @{ '127.0.0.1:161' = $server.Address })).Value | Should -BeExactly 'printer.example'
        }
        'Read registers, with Modbus' = {
            $server = Open-Needed python3-pymodbus { Start-ModbusServer }
            (Invoke-Code (Get-Code $Ours @{ '127.0.0.1:502' = $server.Address })).Value | Should -Be 1008, 1009, 1010, 1011
        }
        'Wake a computer' = {
            Assert-Program socat
            $peer = Invoke-TestPeer socat '-u', 'UDP4-RECV:0,broadcast', '-'
            Invoke-Code (Get-Code $Ours @{ '127.255.255.255:9' = "127.255.255.255:$(Get-PeerPort $peer -Udp)" }) | Should -BeNullOrEmpty
            Wait-Until -Because 'the packet comes' { $peer.OutputByte.Length -eq 102 }
            [Convert]::ToHexString($peer.OutputByte) | Should -Be ('FF' * 6 + '00005E005301' * 16)
        }
        'Who offers a service (SSDP)' = {
            # A group and a port for this test alone, where a socket of its own answers.
            $group = '239.255.{0}.{1}' -f (Get-Random -Minimum 1 -Maximum 255), (Get-Random -Minimum 1 -Maximum 255)
            $service = New-Socket IPv4 Datagram | Register-SocketAddress '0.0.0.0:0' -PassThru
            Add-SocketMulticastGroup $service $group -Interface lo
            $finder = Open-Code (Get-Code $Ours) @{
                'Find-MulticastService.ps1:Group'          = "$($group):$($service.LocalEndPoint.Port)"
                'Find-MulticastService.ps1:TimeoutSeconds' = 0.5
            }
            $question = Receive-Datagram $service -TimeoutSeconds 10
            $question.Text | Should -BeLike 'M-SEARCH `* HTTP/1.1*ST: ssdp:all*'
            $answer = 'HTTP/1.1 200 OK', 'CACHE-CONTROL: max-age=60', 'ST: urn:x:service:clock:1', 'USN: uuid:1::clock', 'LOCATION: http://127.0.0.1/', '', ''
            Send-Datagram $service ($answer -join "`r`n") $question.RemoteEndPoint
            $result = Wait-Worker $finder
            $result.Errors | Should -BeNullOrEmpty
            $result.Output.ServiceType | Should -BeExactly 'urn:x:service:clock:1'
            $result.Output.Location | Should -BeExactly 'http://127.0.0.1/'
        }
        'Multicast: receive, send' = {
            Assert-Program socat
            $port = Get-FreePort
            $receiver = Open-Code (Get-Code $Ours[0, 1] @{ ':5000' = ":$port" })
            Wait-Until -Because 'it has joined the group' { (Get-Content -LiteralPath '/proc/net/igmp') -match '\b030201EF\b' }
            Invoke-Code (Get-Code $Ours[2] @{ ':5000' = ":$port" }) | Should -BeNullOrEmpty
            (Wait-Output $receiver 1).Text | Should -BeExactly 'x'
            $peer = Invoke-TestPeer socat '-u', '-', "UDP-SENDTO:239.1.2.3:$port,bind=127.0.0.1"
            Write-PeerInput $peer 'by socat'
            (Wait-Output $receiver 2)[1].Text | Should -BeExactly 'by socat'
        }
        'A proxy that logs; for many clients it is Start-TcpProxy.ps1' = {
            Assert-Program curl
            $server = Open-WebServer
            $port = Get-FreePort
            $proxy = Open-Code (Get-Code $Ours @{ '127.0.0.1:55555' = "127.0.0.1:$port"; '127.0.0.1:80' = $server.Address })
            Wait-Listener $port $proxy
            $peer = Invoke-TestPeer curl '--silent', '--noproxy', '*', "http://127.0.0.1:$port/"
            Wait-Peer $peer | Should -Be 0 -Because $peer.ErrorOutput
            $peer.Output.Trim() | Should -BeExactly '<p>everyday</p>'
            $result = Wait-Worker $proxy
            $result.Errors | Should -BeNullOrEmpty
            $result.Output[0].Text | Should -BeLike "GET / HTTP/1.1*Host: 127.0.0.1:$port*"
            $result.Output[0].Timestamp | Should -Not -BeNullOrEmpty
            -join $result.Output[1..9].Text | Should -BeLike "HTTP/1.0 200 OK*<p>everyday</p>`n"
        }
        'What comes over UDP into a CSV file; into a file of JSON lines' = {
            Assert-Program socat
            foreach ($kind in 'csv', 'json') {
                $port = Get-FreePort
                $file = "$directory/log.$kind"
                $log = Open-Code (Get-Code ($kind -eq 'csv' ? $Ours[0..2] : $Ours[0, 3, 4]) @{ '127.0.0.1:5514' = "127.0.0.1:$port"; "log.$kind" = $file })
                $bound = '^\s*\d+: 0100007F:{0:X4} ' -f $port
                Wait-Until -Because 'it has its port' { (Get-Content -LiteralPath '/proc/net/udp') -match $bound }
                $peer = Invoke-TestPeer socat '-u', '-', "UDP-SENDTO:127.0.0.1:$port,bind=127.0.0.1"
                foreach ($text in 'up', 'down') {
                    Write-PeerInput $peer $text
                    $pattern = $kind -eq 'csv' ? ",`"$text`"," : "`"Text`":`"$text`""
                    # It is in the file while the code goes on.
                    Wait-Until -Because "$text is in $file" { (Test-Path -LiteralPath $file) -and (Get-Content -LiteralPath $file) -match $pattern }
                }
                $log.AsyncResult.IsCompleted | Should -BeFalse
                $null = Stop-Worker $log
                $records = $kind -eq 'csv' ? (Import-Csv -LiteralPath $file) : (Get-Content -LiteralPath $file | ConvertFrom-Json)
                $records.Text | Should -BeExactly 'up', 'down'
                $records.Hex | Should -BeExactly '75 70', '64 6f 77 6e'
                $records[0].From | Should -Match '^127\.0\.0\.1:\d+$'
            }
        }
        'Wait until somebody listens' = {
            $port = Get-FreePort
            $waiting = Open-Code (Get-Code $Ours @{ '127.0.0.1:6379' = "127.0.0.1:$port" })
            Wait-WorkerBlocked $waiting
            $listener = Start-SocketListener "127.0.0.1:$port"
            $result = Wait-Worker $waiting
            $result.Errors | Should -BeNullOrEmpty
            Receive-SocketConnection $listener -TimeoutSeconds 0 | Should -Not -BeNullOrEmpty # it has been there
        }
    }

    function Open-RedisServer {
        if (Test-Program redis-server) {
            Start-TestServer -Program redis-server -IsReady { Test-Listener $args[0] } -Arguments {
                '--bind', '127.0.0.1', '--port', "$($args[0])", '--save', '', '--appendonly', 'no', '--dir', $directory, '--daemonize', 'no'
            }
        }
    }
}

AfterAll {
    $sessions | ForEach-Object { Stop-Peer $_.Peer }
    Remove-Item -LiteralPath $directory -Recurse
}

Describe 'Everyday tasks' {
    BeforeEach {
        $started = [System.Collections.Generic.List[psobject]]::new()
        $workers = [System.Collections.Generic.List[psobject]]::new()
        $worker = $null
    }

    AfterEach {
        Stop-Recipe
    }

    It 'done: <Task>' -ForEach $rows {
        if (-not $IsLinux) {
            Set-ItResult -Skipped -Because 'the other programs are those of Linux'
        }
        $tests.Keys | Should -Contain $Task
        . $tests[$Task]
    }

    It 'are short, and need no .NET' -ForEach @{ Rows = $rows } {
        foreach ($row in $Rows) {
            $row.Ours | Where-Object Length -GT 74 | Should -BeNullOrEmpty -Because 'it can be pasted at a prompt of 80 columns'
            $problems = $null
            $ast = [System.Management.Automation.Language.Parser]::ParseInput($row.Ours -join "`n", [ref] $null, [ref] $problems)
            $problems | Should -BeNullOrEmpty
            $dotNet = 'TypeExpressionAst', 'ConvertExpressionAst', 'InvokeMemberExpressionAst'
            $ast.FindAll({ $args[0].GetType().Name -in $dotNet }, $true) | Should -BeNullOrEmpty

            # A line that is broken after a pipe or a brace is one.
            $lines = @($row.Ours | Where-Object { $_ -notmatch '[|{]$' })
            $lines.Count | Should -BeLessOrEqual ($row.Theirs.Count + 1) -Because $row.Task
            foreach ($command in $ast.FindAll({ $args[0] -is [System.Management.Automation.Language.CommandAst] }, $true)) {
                $name = $command.GetCommandName()
                $found = Get-Command -Name ($name -like './*' ? (Join-Path $recipes $name) : $name) -ErrorAction Stop
                $named = $command.CommandElements | Where-Object { $_ -is [System.Management.Automation.Language.CommandParameterAst] }
                $named.ParameterName | Where-Object { $_ -and $_ -notin $found.Parameters.Keys } | Should -BeNullOrEmpty -Because $row.Task
            }
        }
    }

    It 'are twenty, and each test has its row' -ForEach @{ Rows = $rows } {
        $Rows | Should -HaveCount 20
        $tests.Keys | Sort-Object | Should -Be ($Rows.Task | Sort-Object)
    }
}
