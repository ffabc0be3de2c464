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

Describe 'Resolve-SocketAddress' {
    BeforeEach {
        $quiet = @{ ErrorVariable = 'failures'; ErrorAction = 'SilentlyContinue' }
    }

    AfterEach {
        Get-Socket | Close-Socket
    }

    Context 'The result' {
        It 'takes the port out of <Text>' -ForEach @(
            @{ Text = '127.0.0.1:80'; Expected = '127.0.0.1:80' }
            @{ Text = '[::1]:80'; Expected = '[::1]:80' }
            @{ Text = 'https://127.0.0.1/path'; Expected = '127.0.0.1:443' }
        ) {
            "$((Resolve-SocketAddress $Text -SocketType Stream).EndPoint)" | Should -Be $Expected
        }

        It 'refuses a port beside a service' {
            Resolve-SocketAddress localhost:80 8080 -ErrorAction SilentlyContinue -ErrorVariable failure

            $failure.Count | Should -Be 1
            $failure.FullyQualifiedErrorId | Should -BeLike 'InvalidArgument,*'
            $failure.ErrorDetails.RecommendedAction | Should -BeLike '*Resolve-SocketAddress localhost 80*'
        }

        It 'tells family, type, protocol, address and official name' {
            $found = Resolve-SocketAddress localhost 8080 -SocketType Stream | Select-Object -First 1
            $found | Should -BeOfType PSSockets.ResolvedAddress
            $found.AddressFamily | Should -BeIn 'InterNetwork', 'InterNetworkV6'
            $found.SocketType | Should -Be 'Stream'
            $found.ProtocolType | Should -Be 'Tcp'
            $found.EndPoint | Should -BeOfType System.Net.IPEndPoint
            [ipaddress]::IsLoopback($found.EndPoint.Address) | Should -BeTrue
            $found.EndPoint.Port | Should -Be 8080
            $found.CanonicalName | Should -Not -BeNullOrEmpty
        }

        It 'is what getent(1) gives for localhost' {
            if (-not (Test-Program getent)) {
                Set-ItResult -Skipped -Because 'getent is not installed'
            }
            $expected = getent ahosts localhost | ForEach-Object { ($_ -split '\s+')[0] }
            $expected | Should -Not -BeNullOrEmpty
            Resolve-SocketAddress localhost | ForEach-Object { "$($_.EndPoint.Address)" } | Should -Be $expected
        }

        It 'is one object for each type of socket without -SocketType' {
            $found = Resolve-SocketAddress 127.0.0.1
            $found.SocketType | Should -Be 'Stream', 'Dgram', 'Raw'
            $found.ProtocolType[0, 1] | Should -Be 'Tcp', 'Udp'
            $found.EndPoint.Port | Should -Be 0, 0, 0
        }

        It 'goes to Connect-Socket' {
            $listener = Start-SocketListener -LocalEndPoint '127.0.0.1:0'
            $found = Resolve-SocketAddress 127.0.0.1 $listener.LocalEndPoint.Port -SocketType Stream
            (Connect-Socket $found.EndPoint).RemoteEndPoint | Should -Be $listener.LocalEndPoint
        }

        It 'keeps the interface of a link-local address' {
            $found = Resolve-SocketAddress 'fe80::1%lo' 80 -SocketType Stream
            $found.EndPoint.Address.ScopeId | Should -Be (Get-LoopbackInterface).Index
        }

        It 'is shown as a table' {
            $rendering = $PSStyle.OutputRendering
            $PSStyle.OutputRendering = 'PlainText'
            try {
                $lines = (Resolve-SocketAddress ::1 80 -SocketType Stream | Out-String -Width 100).Trim() -split '\r?\n'
                $lines[0] | Should -Match '^Family +Type +Protocol +EndPoint +CanonicalName *$'
                $lines[2] | Should -Match '^IPv6 +Stream +Tcp +\[::1\]:80 +::1 *$'
            }
            finally {
                $PSStyle.OutputRendering = $rendering
            }
        }
    }

    Context '-HostName' {
        It 'takes several, and they come in their order, <How>' -ForEach @(
            @{ How = 'as an argument'; Resolve = { Resolve-SocketAddress 127.0.0.1, ::1, 127.0.0.2 -SocketType Stream } }
            @{ How = 'piped'; Resolve = { '127.0.0.1', '::1', '127.0.0.2' | Resolve-SocketAddress -SocketType Stream } }
        ) {
            & $Resolve | ForEach-Object { "$($_.EndPoint.Address)" } | Should -Be '127.0.0.1', '::1', '127.0.0.2'
        }

        It 'goes on after one that is not known' {
            $found = '127.0.0.1', 'no such host', '::1' | Resolve-SocketAddress -SocketType Stream @quiet
            $found | ForEach-Object { "$($_.EndPoint.Address)" } | Should -Be '127.0.0.1', '::1'
            Assert-Failure $failures -Id HostNotFound -Category ObjectNotFound
            $failures[0].Exception.Message | Should -BeLike 'getaddrinfo no such host: EAI_NONAME*'
            "$($failures[0].TargetObject)" | Should -Be 'no such host'
        }

        It 'is HostNotFound for <What>' -ForEach @(
            @{ What = 'a name that nobody may have'; Name = 'no-such-host.invalid' }
            @{ What = 'an empty name'; Name = '' }
            @{ What = 'an address with too large a number'; Name = '127.0.0.256' }
            @{ What = 'a name that is too long'; Name = 'a' * 300 }
        ) {
            Resolve-SocketAddress $Name @quiet | Should -BeNullOrEmpty
            Assert-Failure $failures -Id HostNotFound -Category ObjectNotFound
            $failures[0].ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
        }

        It 'may be left out when there is a service, and means this machine' {
            $found = @(Resolve-SocketAddress -Service 80 -SocketType Stream)
            $found.Count | Should -BeGreaterThan 0
            $found | ForEach-Object { [ipaddress]::IsLoopback($_.EndPoint.Address) | Should -BeTrue }
            $found | ForEach-Object { $_.CanonicalName | Should -BeNullOrEmpty }
        }

        It 'or -Service must be there' {
            Resolve-SocketAddress @quiet | Should -BeNullOrEmpty
            Assert-Failure $failures -Id InvalidArgument -Category InvalidArgument
        }
    }

    Context '-Service' {
        It 'takes <Service> for <Port>, by position and by name' -ForEach @(
            @{ Service = 'http'; Port = 80; Entry = 'http 80/tcp' }
            @{ Service = 'domain'; Port = 53; Entry = 'domain 53/tcp' }
        ) {
            Test-Service $Entry
            (Resolve-SocketAddress 127.0.0.1 $Service -SocketType Stream).EndPoint.Port | Should -Be $Port
            (Resolve-SocketAddress -Service $Service -HostName 127.0.0.1 -SocketType Stream).EndPoint.Port | Should -Be $Port
        }

        It 'takes a port as digits' {
            (Resolve-SocketAddress 127.0.0.1 65535 -SocketType Stream).EndPoint.Port | Should -Be 65535
            (Resolve-SocketAddress 127.0.0.1 '0' -SocketType Stream).EndPoint.Port | Should -Be 0
        }

        It 'is the service of the type' {
            Test-Service 'tftp 69/udp'
            (Resolve-SocketAddress 127.0.0.1 tftp -SocketType Datagram).EndPoint.Port | Should -Be 69
            Resolve-SocketAddress 127.0.0.1 tftp -SocketType Stream @quiet | Should -BeNullOrEmpty
            Assert-Failure $failures -Id TypeNotFound -Category ObjectNotFound
        }

        It 'gives only the types that have the service' {
            Test-Service 'tftp 69/udp'
            (Resolve-SocketAddress 127.0.0.1 tftp).SocketType | Should -Be 'Dgram'
        }

        It 'is TypeNotFound when nobody knows it' {
            Resolve-SocketAddress 127.0.0.1 no-such-service @quiet | Should -BeNullOrEmpty
            Assert-Failure $failures -Id TypeNotFound -Category ObjectNotFound
            $failures[0].Exception.Message | Should -BeLike 'getaddrinfo 127.0.0.1:no-such-service: EAI_SERVICE*'
            $failures[0].ErrorDetails.RecommendedAction | Should -BeLike '*port*number*'
        }

        It 'is an error when it is not a port that exists: <_>' -ForEach '65536', '99999', '-1' {
            Resolve-SocketAddress 127.0.0.1 $_ -SocketType Stream @quiet | Should -BeNullOrEmpty -Because 'no other port may be meant silently'
            $failures.Count | Should -Be 1
            $failures[0].FullyQualifiedErrorId | Should -Match '^(TypeNotFound|InvalidEndPoint|InvalidArgument|ValueOutOfRange),'
            $failures[0].CategoryInfo.Category | Should -BeIn 'ObjectNotFound', 'InvalidArgument'
        }

        It 'is completed from the system''s database, with ports in the tooltip' {
            Test-Service 'http 80/tcp'
            $line = 'Resolve-SocketAddress localhost htt'
            $match = (TabExpansion2 $line $line.Length).CompletionMatches | Where-Object CompletionText -EQ 'http'
            $match.ToolTip | Should -BeLike '*80/tcp*'
        }

        It 'works within an end point too' {
            Test-Service 'http 80/tcp'
            (New-SocketAddress -EndPoint '127.0.0.1:http').Port | Should -Be 80
        }
    }

    Context '-AddressFamily' {
        It 'leaves only <Family>' -ForEach @(
            @{ Family = 'IPv4'; Address = '127.0.0.1' }
            @{ Family = 'AF_INET'; Address = '127.0.0.1' }
            @{ Family = 'IPv6'; Address = '::1' }
            @{ Family = 'pf_inet6'; Address = '::1' }
            @{ Family = 'InterNetworkV6'; Address = '::1' }
        ) {
            (Resolve-SocketAddress $Address 80 $Family Stream).EndPoint.Address.IPAddressToString | Should -Be $Address
            $own = @(Resolve-SocketAddress -Service 80 -Passive -AddressFamily $Family -SocketType Stream)
            $own.Count | Should -Be 1
            $own[0].AddressFamily | Should -Be ($Address -eq '::1' ? 'InterNetworkV6' : 'InterNetwork')
        }

        It 'is NoData when the host has only the other, <Address> for <Family>' -ForEach @(
            @{ Address = '::1'; Family = 'IPv4' }
            @{ Address = '127.0.0.1'; Family = 'IPv6' }
        ) {
            Resolve-SocketAddress $Address -AddressFamily $Family @quiet | Should -BeNullOrEmpty
            Assert-Failure $failures -Id NoData -Category ObjectNotFound
        }

        It 'is AddressFamilyNotSupported for UNIX, which has no hosts' {
            Resolve-SocketAddress 127.0.0.1 -AddressFamily Unix @quiet | Should -BeNullOrEmpty
            Assert-Failure $failures -Id AddressFamilyNotSupported -Category InvalidArgument
        }

        It 'refuses a name that is not a family' {
            Resolve-SocketAddress 127.0.0.1 -AddressFamily IPv5 @quiet | Should -BeNullOrEmpty
            Assert-Failure $failures -Id InvalidArgument -Category InvalidArgument
            $failures[0].Exception.Message | Should -BeLike '*IPv5*IPv4, IPv6*'
        }

        It 'is completed' {
            $line = 'Resolve-SocketAddress localhost http '
            (TabExpansion2 $line $line.Length).CompletionMatches.CompletionText | Should -Contain 'IPv6'
        }
    }

    Context '-SocketType' {
        It 'leaves only <Type>, which has the protocol <Protocol>' -ForEach @(
            @{ Type = 'Stream'; Protocol = 'Tcp' }
            @{ Type = 'SOCK_STREAM'; Protocol = 'Tcp' }
            @{ Type = 'Datagram'; Protocol = 'Udp' }
            @{ Type = 'dgram'; Protocol = 'Udp' }
            @{ Type = 'Raw'; Protocol = 'IP' }
        ) {
            $found = @(Resolve-SocketAddress 127.0.0.1 -SocketType $Type)
            $found.Count | Should -Be 1
            $found[0].ProtocolType | Should -Be $Protocol
        }

        It 'refuses a name that is not a type' {
            Resolve-SocketAddress 127.0.0.1 -SocketType Tcp5 @quiet | Should -BeNullOrEmpty
            Assert-Failure $failures -Id InvalidArgument -Category InvalidArgument
            $failures[0].Exception.Message | Should -BeLike '*Tcp5*Datagram, Stream*'
        }

        It 'is completed' {
            $line = 'Resolve-SocketAddress localhost http IPv4 '
            (TabExpansion2 $line $line.Length).CompletionMatches.CompletionText | Should -Contain 'Datagram'
        }
    }

    Context '-Passive' {
        It 'gives the addresses to bind a server to' {
            $found = Resolve-SocketAddress -Service 80 -SocketType Stream -Passive
            $texts = @($found | ForEach-Object { "$($_.EndPoint.Address)" })
            $texts.Count | Should -Be 2
            $texts | Should -Contain '0.0.0.0'
            $texts | Should -Contain '::'
        }

        It 'changes nothing when there is a host' {
            (Resolve-SocketAddress 127.0.0.1 80 -SocketType Stream -Passive).EndPoint.Address.IPAddressToString | Should -Be '127.0.0.1'
        }
    }

    Context '-NumericHost' {
        It 'takes digits' {
            (Resolve-SocketAddress 127.0.0.1 -SocketType Stream -NumericHost).EndPoint.Address.IPAddressToString | Should -Be '127.0.0.1'
            (Resolve-SocketAddress ::1 -SocketType Stream -NumericHost).EndPoint.Address.IPAddressToString | Should -Be '::1'
        }

        It 'looks no name up, not even localhost' {
            Resolve-SocketAddress localhost -NumericHost @quiet | Should -BeNullOrEmpty
            Assert-Failure $failures -Id HostNotFound -Category ObjectNotFound
        }
    }

    It 'keeps the interface of a link-local group' {
        if (-not $IsLinux) {
            Set-ItResult -Skipped -Because 'lo is the name of an interface of Linux'
        }
        $address = (Resolve-SocketAddress 'ff02::1%lo' 1234 -SocketType Datagram).EndPoint
        $address.Address.ScopeId | Should -Be 1
        $bytes = ConvertTo-AddressByte $address -SocketAddress
        (ConvertFrom-AddressByte $bytes -SocketAddress).Address.ScopeId | Should -Be 1
    }

    It 'refuses <What>, instead of reading a part of the name' -ForEach @(
        @{ What = 'a zero byte in a host'; Name = @{ HostName = "localhost`0.example"; Service = '80' } }
        @{ What = 'a zero byte in a service'; Name = @{ HostName = '127.0.0.1'; Service = "http`0x" } }
        @{ What = 'half a character'; Name = @{ HostName = "local$([char]0xD800)"; Service = '80' } }
    ) {
        Resolve-SocketAddress @Name @quiet | Should -BeNullOrEmpty
        Assert-Failure $failures -Id InvalidArgument -Category InvalidArgument
    }

    It 'has no control characters in an error' {
        Resolve-SocketAddress "`e[31mred`u{202e}`r" -NumericHost @quiet
        $failures[0].Exception.Message | Should -BeLike 'getaddrinfo .`[31mred..: *'
    }

    It 'is named as a system call with -Verbose' {
        $output = @(Resolve-SocketAddress 127.0.0.1 80 -SocketType Stream -Verbose 4>&1)
        @($output | Where-Object { $_ -is [System.Management.Automation.VerboseRecord] }).Message | Should -BeExactly 'getaddrinfo(127.0.0.1, 80) = 1 addresses'
    }

    It 'ends with Select-Object -First 1, and looks no further name up' {
        (Resolve-SocketAddress 127.0.0.1, 'no such host' -SocketType Stream @quiet | Select-Object -First 1).EndPoint.Address.IPAddressToString | Should -Be '127.0.0.1'
        $failures.Count | Should -Be 0
    }
}
