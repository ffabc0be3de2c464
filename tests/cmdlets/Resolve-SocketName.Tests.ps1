BeforeAll {
    . $PSScriptRoot/../helpers/Common.ps1

    # Whether the system's database has a service; a test of it is skipped otherwise.
    function Test-Service {
        param([Parameter(Mandatory, Position = 0)] [string] $Entry)

        $name, $port = $Entry -split ' '
        if (-not ((Get-Content -LiteralPath /etc/services -ErrorAction Ignore) -match "^$name\s+$port\b")) {
            Set-ItResult -Skipped -Because "the services database of this machine has no $name at $port"
        }
    }
}

Describe 'Resolve-SocketName' {
    BeforeEach {
        $quiet = @{ ErrorVariable = 'failures'; ErrorAction = 'SilentlyContinue' }
    }

    AfterEach {
        Get-Socket | Close-Socket
    }

    It 'tells the names of host and service, and the address that was asked about' {
        Test-Service 'domain 53/tcp'
        if (-not (Test-Program getent)) {
            Set-ItResult -Skipped -Because 'getent is not installed, which tells the name to expect'
        }
        $found = Resolve-SocketName '127.0.0.1:53'
        $found | Should -BeOfType PSSockets.ResolvedName
        $found.HostName | Should -Be ((getent hosts 127.0.0.1 | Select-Object -First 1) -split '\s+')[1]
        $found.Service | Should -Be 'domain'
        "$($found.EndPoint)" | Should -Be '127.0.0.1:53'
    }

    It 'gives the service that Resolve-SocketAddress takes, <Name>' -ForEach @(
        @{ Name = 'http'; Entry = 'http 80/tcp' }
        @{ Name = 'smtp'; Entry = 'smtp 25/tcp' }
        @{ Name = 'ssh'; Entry = 'ssh 22/tcp' }
    ) {
        Test-Service $Entry
        $there = Resolve-SocketAddress 127.0.0.1 $Name -SocketType Stream
        (Resolve-SocketName $there.EndPoint -NumericHost).Service | Should -Be $Name
    }

    It 'takes <What>' -ForEach @(
        @{ What = 'text'; EndPoint = { '127.0.0.1:65000' }; Expected = '127.0.0.1' }
        @{ What = 'an IPv6 address as text'; EndPoint = { '[::1]:65000' }; Expected = '::1' }
        @{ What = 'an EndPoint'; EndPoint = { [System.Net.IPEndPoint]::new([ipaddress]::IPv6Loopback, 65000) }; Expected = '::1' }
        @{ What = 'what New-SocketAddress makes'; EndPoint = { New-SocketAddress -IPAddress 127.0.0.1 -Port 65000 }; Expected = '127.0.0.1' }
        @{ What = 'the address of a socket'; EndPoint = { (Start-SocketListener -LocalEndPoint '127.0.0.1:0').LocalEndPoint }; Expected = '127.0.0.1' }
    ) {
        (Resolve-SocketName (& $EndPoint) -NumericHost).HostName | Should -Be $Expected
        (Resolve-SocketName -EndPoint (& $EndPoint) -NumericHost).HostName | Should -Be $Expected
        ((& $EndPoint) | Resolve-SocketName -NumericHost).HostName | Should -Be $Expected
    }

    It 'takes several from the pipeline, and goes on after a bad one' {
        $found = '127.0.0.1:1', '/run/x.sock', '[::1]:2' | Resolve-SocketName -NumericHost -NumericService @quiet
        $found.HostName | Should -Be '127.0.0.1', '::1'
        $found.Service | Should -Be '1', '2'
        Assert-Failure $failures -Id InvalidEndPoint -Category InvalidArgument
        "$($failures[0].TargetObject)" | Should -Be '/run/x.sock'
    }

    It 'takes what Resolve-SocketAddress writes, and every object with the property EndPoint' {
        $addresses = @(Resolve-SocketAddress 127.0.0.1, ::1 65001 -SocketType Stream -NumericHost)
        $found = $addresses | Resolve-SocketName -NumericHost -NumericService
        $found.HostName | Should -Be '127.0.0.1', '::1'
        $found.EndPoint | Should -Be $addresses.EndPoint
        ([pscustomobject]@{ EndPoint = '127.0.0.1:65002' } | Resolve-SocketName -NumericHost -NumericService).Service | Should -Be '65002'
    }

    It 'looks the name of a host up first' {
        (Resolve-SocketName 'localhost:1' -NumericHost).HostName | Should -BeIn '127.0.0.1', '::1'
    }

    It 'gives digits where there is no name' {
        (Resolve-SocketName '127.0.0.1:64999' -NumericHost).Service | Should -Be '64999'
    }

    It 'gives digits with -NumericHost and -NumericService' {
        Test-Service 'http 80/tcp'
        $found = Resolve-SocketName '127.0.0.1:80' -NumericHost -NumericService
        $found.HostName | Should -Be '127.0.0.1'
        $found.Service | Should -Be '80'
        (Resolve-SocketName '127.0.0.1:80' -NumericHost).Service | Should -Be 'http'
        (Resolve-SocketName '127.0.0.1:80' -NumericService).Service | Should -Be '80'
    }

    It 'keeps the interface of a link-local address' {
        $loopback = Get-LoopbackInterface
        (Resolve-SocketName "[fe80::1%$($loopback.Name)]:80" -NumericHost).HostName | Should -BeIn "fe80::1%$($loopback.Name)", "fe80::1%$($loopback.Index)"
    }

    It 'gives the service of datagrams with -SocketType' {
        Test-Service 'shell 514/tcp'
        Test-Service 'syslog 514/udp'
        (Resolve-SocketName '127.0.0.1:514' -NumericHost).Service | Should -Be 'shell'
        (Resolve-SocketName '127.0.0.1:514' -NumericHost -SocketType Datagram).Service | Should -Be 'syslog'
        (Resolve-SocketName '127.0.0.1:514' -NumericHost -SocketType SOCK_DGRAM).Service | Should -Be 'syslog'
    }

    It 'refuses a name that is not a type' {
        Resolve-SocketName '127.0.0.1:80' -SocketType Tcp5 @quiet | Should -BeNullOrEmpty
        Assert-Failure $failures -Id InvalidArgument -Category InvalidArgument
    }

    It 'gives the name that is required where there is one' {
        (Resolve-SocketName '127.0.0.1:1' -NameRequired).HostName | Should -Match '[a-z]'
    }

    It 'is HostNotFound when a name is required and there is none' {
        # Digits are not a name, so this asks nobody.
        Resolve-SocketName '127.0.0.1:1' -NameRequired -NumericHost @quiet | Should -BeNullOrEmpty
        Assert-Failure $failures -Id HostNotFound -Category ObjectNotFound
        $failures[0].Exception.Message | Should -BeLike 'getnameinfo 127.0.0.1:1: EAI_NONAME*'
        "$($failures[0].TargetObject)" | Should -Be '127.0.0.1:1'
    }

    It 'is HostNotFound for the name of a host that nobody knows' {
        Resolve-SocketName 'no-such-host.invalid:80' @quiet | Should -BeNullOrEmpty
        Assert-Failure $failures -Id HostNotFound -Category ObjectNotFound
    }

    It 'is InvalidEndPoint for a UNIX path, which has no other name' {
        Resolve-SocketName /run/x.sock @quiet | Should -BeNullOrEmpty
        Assert-Failure $failures -Id InvalidEndPoint -Category InvalidArgument
    }

    It 'is InvalidEndPoint for text that is not an end point' {
        Resolve-SocketName '[::1' @quiet | Should -BeNullOrEmpty
        Assert-Failure $failures -Id InvalidEndPoint -Category InvalidArgument
    }

    It 'is named as a system call with -Verbose' {
        $output = @(Resolve-SocketName '127.0.0.1:64999' -NumericHost -Verbose 4>&1)
        @($output | Where-Object { $_ -is [System.Management.Automation.VerboseRecord] }).Message | Should -BeExactly 'getnameinfo(127.0.0.1:64999) = 127.0.0.1, 64999'
    }

    It 'ends with Select-Object -First 1' {
        ('127.0.0.1:1', '/run/x.sock' | Resolve-SocketName -NumericHost @quiet | Select-Object -First 1).HostName | Should -Be '127.0.0.1'
        $failures.Count | Should -Be 0
    }
}
