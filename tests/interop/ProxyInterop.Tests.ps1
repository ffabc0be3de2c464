# Connect-Socket -Proxy through proxies that nobody here wrote.

BeforeAll {
    . $PSScriptRoot/../helpers/Common.ps1
    . $PSScriptRoot/../helpers/Servers.ps1

    $credential = [pscredential]::new('user', (ConvertTo-SecureString 'word' -AsPlainText -Force))
    $wrong = [pscredential]::new('user', (ConvertTo-SecureString 'wrong' -AsPlainText -Force))

    # A proxy, by its name: with -User it wants user and word.
    function Open-Proxy {
        param([string] $Name, [switch] $User)

        if (-not (Test-Program ($Name -split ' ')[0])) {
            Set-ItResult -Skipped -Because "$(($Name -split ' ')[0]) is not installed"
        }
        $file = "$TestDrive/$([guid]::NewGuid()).conf"
        $arguments = switch ($Name) {
            'microsocks' { { '-i', '127.0.0.1', '-p', $args[0]; if ($User) { '-u', 'user', '-P', 'word' } } }
            'ncat http' { { '-l', '-k', '127.0.0.1', $args[0], '--proxy-type', 'http'; if ($User) { '--proxy-auth', 'user:word' } } }
            'tinyproxy' {
                {
                    Set-Content -LiteralPath $file -Value "Port $($args[0])", 'Listen 127.0.0.1', 'LogLevel Error', 'Timeout 20', ($User ? 'BasicAuth user word' : '')
                    '-d', '-c', $file
                }
            }
        }
        $server = Start-TestServer ($Name -split ' ')[0] -Arguments $arguments -IsReady { Test-Listener $args[0] }
        $started.Add($server.Peer)
        $server.Port
    }

    # A server that speaks first, as SSH and SMTP do, and then gives back a line.
    function Open-Greeter {
        $listener = Start-SocketListener '127.0.0.1:0'
        $worker = Start-Worker -ArgumentList $listener {
            param($listener)
            $peer = Receive-SocketConnection $listener -TimeoutSeconds 30
            Send-SocketData $peer '220 hello' -NewLine
            $line = Receive-SocketData $peer -Line -TimeoutSeconds 30
            Send-SocketData $peer "you said $line" -NewLine
            Close-Socket $peer
        }
        @{ Port = $listener.LocalEndPoint.Port; Worker = $worker }
    }

    # TLS through a proxy, from end to end.
    function Assert-Protected {
        param([string] $Proxy, [string] $Address = '127.0.0.1', [string] $Name = $Address -eq '::1' ? $Address : 'localhost')

        $certificate = New-SocketCertificate
        $listener = Start-SocketListener (New-SocketAddress $Address 0)
        $worker = Start-Worker -ArgumentList $listener, $certificate {
            param($listener, $certificate)
            $peer = Receive-SocketConnection $listener -TimeoutSeconds 30 | Protect-Socket -AsServer -Certificate $certificate -TimeoutSeconds 30 -PassThru
            Send-SocketData $peer 'secret' -NewLine
            Close-Socket $peer
        }

        $socket = Connect-Socket $Name $listener.LocalEndPoint.Port -Proxy $Proxy -TimeoutSeconds 10 |
            Protect-Socket -TrustedCertificate $certificate -TimeoutSeconds 10 -PassThru

        $socket.Tls.TargetHost | Should -Be $Name
        Receive-SocketData $socket -Line -TimeoutSeconds 10 | Should -Be 'secret'
        (Wait-Worker $worker).Errors | Should -BeNullOrEmpty
    }

    function Assert-Greeted {
        param($Socket, $Greeter)

        Receive-SocketData $Socket -Line -TimeoutSeconds 10 | Should -Be '220 hello'
        Send-SocketData $Socket 'hi' -NewLine
        Receive-SocketData $Socket -Line -TimeoutSeconds 10 | Should -Be 'you said hi'
        (Wait-Worker $Greeter.Worker).Errors | Should -BeNullOrEmpty
    }
}

Describe 'proxies' {
    BeforeEach {
        $started = [System.Collections.Generic.List[psobject]]::new()
    }

    AfterEach {
        Get-Socket | Close-Socket
        $started | ForEach-Object { Stop-Peer $_ }
    }

    It 'goes through <Name> with <Scheme>, and hears a server that speaks first' -ForEach @(
        @{ Name = 'microsocks'; Scheme = 'socks5' }
        @{ Name = 'microsocks'; Scheme = 'socks5h' }
        @{ Name = 'ncat http'; Scheme = 'http' }
        @{ Name = 'tinyproxy'; Scheme = 'http' }
    ) {
        $port = Open-Proxy $Name
        $greeter = Open-Greeter

        $socket = Connect-Socket localhost $greeter.Port -Proxy "${Scheme}://127.0.0.1:$port" -TimeoutSeconds 10

        "$($socket.RemoteEndPoint)" | Should -Be "127.0.0.1:$port"
        Assert-Greeted $socket $greeter
    }

    It 'goes through <Name> to an IPv6 address, and TLS with it' -ForEach @(
        @{ Name = 'microsocks'; Scheme = 'socks5' }
        @{ Name = 'ncat http'; Scheme = 'http' }
        @{ Name = 'tinyproxy'; Scheme = 'http' }
    ) {
        Assert-Protected "${Scheme}://localhost:$(Open-Proxy $Name)" -Address '::1'
    }

    It 'says who asks to <Name>: <How>' -ForEach @(
        @{ Name = 'microsocks'; Scheme = 'socks5h'; How = 'credential' }
        @{ Name = 'microsocks'; Scheme = 'socks5h'; How = 'address' }
        @{ Name = 'ncat http'; Scheme = 'http'; How = 'credential' }
        @{ Name = 'tinyproxy'; Scheme = 'http'; How = 'address' }
    ) {
        $port = Open-Proxy $Name -User
        $greeter = Open-Greeter

        $socket = $How -eq 'address' `
            ? (Connect-Socket localhost $greeter.Port -Proxy "${Scheme}://user:word@127.0.0.1:$port" -TimeoutSeconds 10) `
            : (Connect-Socket localhost $greeter.Port -Proxy "${Scheme}://127.0.0.1:$port" -ProxyCredential $credential -TimeoutSeconds 10)

        Assert-Greeted $socket $greeter
    }

    It 'has its own error for <Case> at <Name>' -ForEach @(
        @{ Name = 'microsocks'; Scheme = 'socks5h'; Case = 'no user'; Id = 'ProxyAuthenticationRequired'; Category = 'AuthenticationError' }
        @{ Name = 'microsocks'; Scheme = 'socks5h'; Case = 'a wrong password'; Id = 'ProxyAuthenticationFailed'; Category = 'AuthenticationError' }
        @{ Name = 'microsocks'; Scheme = 'socks5h'; Case = 'a dead target'; Id = 'ProxyConnectionRefused'; Category = 'ConnectionError' }
        @{ Name = 'ncat http'; Scheme = 'http'; Case = 'no user'; Id = 'ProxyAuthenticationRequired'; Category = 'AuthenticationError' }
        @{ Name = 'ncat http'; Scheme = 'http'; Case = 'a wrong password'; Id = 'ProxyAuthenticationFailed'; Category = 'AuthenticationError' }
        @{ Name = 'ncat http'; Scheme = 'http'; Case = 'a dead target'; Id = 'ProxyTargetTimedOut'; Category = 'OperationTimeout' }
        @{ Name = 'tinyproxy'; Scheme = 'http'; Case = 'no user'; Id = 'ProxyAuthenticationRequired'; Category = 'AuthenticationError' }
        @{ Name = 'tinyproxy'; Scheme = 'http'; Case = 'a wrong password'; Id = 'ProxyAuthenticationFailed'; Category = 'AuthenticationError' }
        @{ Name = 'tinyproxy'; Scheme = 'http'; Case = 'a dead target'; Id = 'ProxyRefused'; Category = 'ConnectionError' }
        @{ Name = 'microsocks'; Scheme = 'http'; Case = 'HTTP'; Id = 'InvalidProxyAnswer'; Category = 'ProtocolError' }
    ) {
        $port = Open-Proxy $Name -User:($Case -in 'no user', 'a wrong password')
        $target = "127.0.0.1:$(Get-FreePort)"
        $given = $Case -eq 'a wrong password' ? @{ ProxyCredential = $wrong } : @{}

        Connect-Socket $target -Proxy "${Scheme}://127.0.0.1:$port" @given -TimeoutSeconds 20 -ErrorAction SilentlyContinue -ErrorVariable failure | Should -BeNullOrEmpty

        $failure.Count | Should -Be 1
        $failure.FullyQualifiedErrorId | Should -BeLike "$Id,*" -Because $failure[0]
        $failure.CategoryInfo.Category | Should -Be $Category
        $failure[0].Exception.Message | Should -BeLike "connect $target through ${Scheme}://127.0.0.1:${port}: *"
        $failure.ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
        Get-Socket | Should -BeNullOrEmpty
    }

    It 'carries TLS through <Name>, which checks the name of the target' -ForEach @(
        @{ Name = 'microsocks'; Scheme = 'socks5h' }
        @{ Name = 'ncat http'; Scheme = 'http' }
        @{ Name = 'tinyproxy'; Scheme = 'http' }
    ) {
        Assert-Protected "${Scheme}://127.0.0.1:$(Open-Proxy $Name)"
    }

    It 'goes through ssh -D' {
        foreach ($program in 'ssh', 'sshd', 'ssh-keygen') {
            if (-not (Test-Program $program)) {
                Set-ItResult -Skipped -Because "$program is not installed"
                return
            }
        }
        if ($user -ne 'root') {
            Set-ItResult -Skipped -Because 'sshd needs root to let somebody in'
            return
        }
        $null = New-Item -ItemType Directory -Path /run/sshd -Force
        $key = "$TestDrive/key"
        ssh-keygen -q -t ed25519 -N '' -f $key
        Copy-Item -LiteralPath "$key.pub" -Destination "$TestDrive/authorized"
        $server = Start-TestServer (Get-Command sshd).Source -IsReady { Test-Listener $args[0] } -Arguments {
            '-D', '-e', '-p', $args[0], '-h', $key, '-f', '/dev/null', '-o', 'ListenAddress=127.0.0.1', '-o', "AuthorizedKeysFile=$TestDrive/authorized", '-o', 'StrictModes=no', '-o', 'UsePAM=no'
        }
        $started.Add($server.Peer)
        $ssh = Start-TestServer ssh -IsReady { Test-Listener $args[0] } -Arguments {
            '-N', '-D', "127.0.0.1:$($args[0])", '-p', $server.Port, '-i', $key, '-F', '/dev/null', '-o', 'StrictHostKeyChecking=no', '-o', 'UserKnownHostsFile=/dev/null', 'root@127.0.0.1'
        }
        $started.Add($ssh.Peer)
        foreach ($scheme in 'socks5h', 'socks5', 'socks4', 'socks4a') {
            $greeter = Open-Greeter
            $socket = Connect-Socket localhost $greeter.Port -Proxy "${scheme}://127.0.0.1:$($ssh.Port)" -TimeoutSeconds 10
            Assert-Greeted $socket $greeter
        }
        Assert-Protected "socks5h://127.0.0.1:$($ssh.Port)"
        Assert-Protected "socks5h://127.0.0.1:$($ssh.Port)" -Address '::1'

        # It hands a half-close on, which others take for the end of both directions: what is piped is answered.
        $certificate = New-SocketCertificate
        $listener = Start-SocketListener '127.0.0.1:0'
        $worker = Start-Worker -ArgumentList $listener, $certificate {
            param($listener, $certificate)
            $peer = Receive-SocketConnection $listener -TimeoutSeconds 30 | Protect-Socket -AsServer -Certificate $certificate -TimeoutSeconds 30 -PassThru
            $all = Receive-SocketData $peer -ToEnd -AsText -TimeoutSeconds 30
            Send-SocketData $peer "you said $all" -NewLine
            Close-Socket $peer
        }
        $socket = Connect-Socket localhost $listener.LocalEndPoint.Port -Proxy "socks4a://127.0.0.1:$($ssh.Port)" -TimeoutSeconds 10 |
            Protect-Socket -TrustedCertificate $certificate -TimeoutSeconds 10 -PassThru
        'hello', 'there' | Enter-Socket $socket -WarningVariable warnings | Should -Be 'you said hellothere'
        $warnings | Should -BeNullOrEmpty
        (Wait-Worker $worker).Errors | Should -BeNullOrEmpty
    }

    It 'is stopped while the proxy says nothing' {
        $silent = Start-SocketListener '127.0.0.1:0'
        Assert-WorkerStop (Start-Worker { param($proxy) Connect-Socket target.invalid:80 -Proxy $proxy } -ArgumentList "socks5h://$($silent.LocalEndPoint)")
    }

    It 'shows the calls with -Verbose, and no password' {
        $port = Open-Proxy microsocks -User
        $greeter = Open-Greeter
        $verbose = Connect-Socket localhost $greeter.Port -Proxy "socks5h://127.0.0.1:$port" -ProxyCredential $credential -TimeoutSeconds 10 -Verbose 4>&1 |
            Where-Object { $_ -is [System.Management.Automation.VerboseRecord] }
        $verbose.Message | Where-Object { $_ -like 'send(*' } | Should -HaveCount 3
        "$($verbose.Message)" | Should -Not -BeLike '*word*'
        $null = Stop-Worker $greeter.Worker -AllowEnded
    }

    It 'refuses <Text> as the address of a proxy' -ForEach @(
        @{ Text = 'https://127.0.0.1:1' }
        @{ Text = 'socks6://127.0.0.1:1' }
        @{ Text = 'http://' }
    ) {
        Connect-Socket 127.0.0.1:1 -Proxy $Text -ErrorAction SilentlyContinue -ErrorVariable failure
        $failure.FullyQualifiedErrorId | Should -BeLike 'InvalidProxy,*'
        $failure.CategoryInfo.Category | Should -Be 'InvalidArgument'
    }
}
