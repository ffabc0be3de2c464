Describe 'New-SocketAddress' {
    BeforeAll {
        . "$PSScriptRoot/../helpers/Common.ps1"

        $loopback = [System.Net.NetworkInformation.NetworkInterface]::GetAllNetworkInterfaces() |
            Where-Object NetworkInterfaceType -EQ 'Loopback' | Select-Object -First 1
        $hasServices = Test-Path -LiteralPath '/etc/services'
    }

    Context '-IPAddress' {
        It 'makes <Expected> of <Address> and <Port>' -ForEach @(
            @{ Address = '127.0.0.1'; Port = 53; Expected = '127.0.0.1:53' }
            @{ Address = '0.0.0.0'; Port = 0; Expected = '0.0.0.0:0' }
            @{ Address = '255.255.255.255'; Port = 65535; Expected = '255.255.255.255:65535' }
            @{ Address = '::1'; Port = 55555; Expected = '[::1]:55555' }
            @{ Address = '::'; Port = 0; Expected = '[::]:0' }
            @{ Address = '2001:DB8:0:0:0:0:0:1'; Port = 1; Expected = '[2001:db8::1]:1' }
            @{ Address = '::ffff:192.0.2.1'; Port = 1; Expected = '[::ffff:192.0.2.1]:1' }
        ) {
            $endPoint = New-SocketAddress -IPAddress $Address -Port $Port

            @($endPoint).Count | Should -Be 1
            $endPoint.GetType().FullName | Should -Be 'System.Net.IPEndPoint'
            "$endPoint" | Should -Be $Expected
            New-SocketAddress $Address $Port | Should -Be $endPoint
        }

        It 'takes an IPAddress object' {
            New-SocketAddress ([ipaddress]::IPv6Loopback) 80 | Should -Be ([System.Net.IPEndPoint]::new([ipaddress]::IPv6Loopback, 80))
            New-SocketAddress ([ipaddress]::Parse('192.0.2.7')) 80 | Should -Be ([System.Net.IPEndPoint]::new([ipaddress]'192.0.2.7', 80))
        }

        It 'keeps the scope of an IPAddress object' {
            (New-SocketAddress ([ipaddress]::Parse('fe80::1%9')) 80).Address.ScopeId | Should -Be 9
        }

        It 'takes the address in brackets' {
            New-SocketAddress '[::1]' 80 | Should -Be ([System.Net.IPEndPoint]::new([ipaddress]::IPv6Loopback, 80))
        }

        It 'takes <Name>, a service of the system, for port <Port>' -ForEach @(
            @{ Name = 'http'; Port = 80 }
            @{ Name = 'domain'; Port = 53 }
            @{ Name = 'ntp'; Port = 123 }
        ) {
            if (-not $hasServices) {
                Set-ItResult -Skipped -Because 'this system has no /etc/services'
            }
            (New-SocketAddress 127.0.0.1 $Name).Port | Should -Be $Port
        }

        It 'refuses the address <Address>: <Reason>' -ForEach @(
            @{ Address = '127.1'; Reason = '*2 of the four numbers*' }
            @{ Address = '1'; Reason = '*1 of the four numbers*' }
            @{ Address = '127.0.0'; Reason = '*3 of the four numbers*' }
            @{ Address = '127.0.0.0.1'; Reason = '*5 of the four numbers*' }
            @{ Address = '010.0.0.1'; Reason = '*010*octal*' }
            @{ Address = '127.0.0.01'; Reason = '*01*octal*' }
            @{ Address = '127.0.0.256'; Reason = '*256*above 255*' }
            @{ Address = '127..0.1'; Reason = '*number 2*missing*' }
            @{ Address = '127.0.0.'; Reason = '*number 4*missing*' }
            @{ Address = '0x7f.0.0.1'; Reason = '*0x7f.0.0.1*' }
            @{ Address = '0x7f000001'; Reason = '*neither an IPv4 nor an IPv6 address*' }
            @{ Address = ' 127.0.0.1'; Reason = '*127.0.0.1*' }
            @{ Address = '127.0.0.1 '; Reason = '*127.0.0.1*' }
            @{ Address = '-1.0.0.1'; Reason = '*-1.0.0.1*' }
            @{ Address = 'localhost'; Reason = '*neither an IPv4 nor an IPv6 address*' }
            @{ Address = ':'; Reason = '*not an IPv6 address*' }
            @{ Address = ':::'; Reason = '*not an IPv6 address*' }
            @{ Address = '1::2::3'; Reason = '*not an IPv6 address*' }
            @{ Address = '::12345'; Reason = '*not an IPv6 address*' }
            @{ Address = '::g'; Reason = '*not an IPv6 address*' }
            @{ Address = '1:2:3:4:5:6:7'; Reason = '*not an IPv6 address*' }
            @{ Address = '1:2:3:4:5:6:7:8:9'; Reason = '*not an IPv6 address*' }
            @{ Address = '::256.0.0.1'; Reason = '*not an IPv6 address*' }
            @{ Address = '::1/64'; Reason = '*not an IPv6 address*' }
            @{ Address = 'fe80::1%'; Reason = '*interface is missing*' }
            @{ Address = 'fe80::1%no-such'; Reason = '*no network interface*no-such*' }
        ) {
            $endPoint = New-SocketAddress $Address 80 -ErrorAction SilentlyContinue -ErrorVariable failure

            $endPoint | Should -BeNullOrEmpty
            $failure.Count | Should -Be 1
            $failure.FullyQualifiedErrorId | Should -BeLike 'InvalidEndPoint,*'
            $failure.CategoryInfo.Category | Should -Be 'InvalidArgument'
            $failure.Exception.Message | Should -BeLike $Reason
            $failure.ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
        }

        It 'refuses the port <Port>: <Reason>' -ForEach @(
            @{ Port = '65536'; Reason = '*65536*above 65535*' }
            @{ Port = '99999999999999999999'; Reason = '*above 65535*' }
            @{ Port = '-1'; Reason = '*-1*sign*' }
            @{ Port = '+1'; Reason = '*+1*sign*' }
            @{ Port = '0x50'; Reason = '*0x50*' }
            @{ Port = '80 '; Reason = "*'80 '*" }
            @{ Port = '8 0'; Reason = "*'8 0'*" }
            @{ Port = 'no-such-service'; Reason = "*no service 'no-such-service'*" }
            @{ Port = 1.5; Reason = '*1.5*' }
        ) {
            $endPoint = New-SocketAddress 127.0.0.1 $Port -ErrorAction SilentlyContinue -ErrorVariable failure

            $endPoint | Should -BeNullOrEmpty
            $failure.Count | Should -Be 1
            $failure.FullyQualifiedErrorId | Should -BeLike 'InvalidEndPoint,*'
            $failure.CategoryInfo.Category | Should -Be 'InvalidArgument'
            $failure.Exception.Message | Should -BeLike $Reason
        }
    }

    Context '-ScopeId' {
        It 'takes a number' {
            $endPoint = New-SocketAddress fe80::1 53 -ScopeId 7

            $endPoint.Address.ScopeId | Should -Be 7
            "$endPoint" | Should -Be '[fe80::1%7]:53'
            New-SocketAddress fe80::1 53 7 | Should -Be $endPoint
            (New-SocketAddress fe80::1 53 -ScopeId 4294967295).Address.ScopeId | Should -Be 4294967295
        }

        It 'takes the name of an interface' {
            $index = $loopback.GetIPProperties().GetIPv4Properties().Index

            (New-SocketAddress fe80::1 53 -ScopeId $loopback.Name).Address.ScopeId | Should -Be $index
            (New-SocketAddress "fe80::1%$($loopback.Name)" 53).Address.ScopeId | Should -Be $index
            (New-SocketAddress -EndPoint "[fe80::1%$($loopback.Name)]:53").Address.ScopeId | Should -Be $index
        }

        It 'knows lo' {
            if (-not $IsLinux) {
                Set-ItResult -Skipped -Because 'the loopback interface is called lo on Linux'
            }
            (New-SocketAddress ::1 53 -ScopeId lo).Address.ScopeId | Should -Be ([int](Get-Content /sys/class/net/lo/ifindex))
        }

        It 'refuses <Scope> for <Address>: <Reason>' -ForEach @(
            @{ Address = 'fe80::1'; Scope = 'no-such'; Reason = '*no network interface*no-such*' }
            @{ Address = 'fe80::1'; Scope = '4294967296'; Reason = '*4294967296*too large*' }
            @{ Address = 'fe80::1'; Scope = '-1'; Reason = '*-1*' }
            @{ Address = '127.0.0.1'; Scope = '1'; Reason = '*127.0.0.1 is an IPv4 address*only IPv6*' }
        ) {
            $endPoint = New-SocketAddress $Address 53 -ScopeId $Scope -ErrorAction SilentlyContinue -ErrorVariable failure

            $endPoint | Should -BeNullOrEmpty
            $failure.FullyQualifiedErrorId | Should -BeLike 'InvalidEndPoint,*'
            $failure.CategoryInfo.Category | Should -Be 'InvalidArgument'
            $failure.Exception.Message | Should -BeLike $Reason
        }
    }

    Context '-HostName' {
        It 'keeps the name, and looks nothing up' {
            $endPoint = New-SocketAddress -HostName no-such-host.invalid -Port 80

            $endPoint.GetType().FullName | Should -Be 'System.Net.DnsEndPoint'
            $endPoint.Host | Should -Be 'no-such-host.invalid'
            $endPoint.Port | Should -Be 80
            "$($endPoint.AddressFamily)" | Should -Be 'Unspecified'
        }

        It 'takes the name of a service' {
            if (-not $hasServices) {
                Set-ItResult -Skipped -Because 'this system has no /etc/services'
            }
            (New-SocketAddress -HostName localhost -Port http).Port | Should -Be 80
        }

        It 'takes <_> for the name it is' -ForEach 'unix', 'UNIX', 'a', '1a', 'a-b.example', 'x_y', 'example.com.', 'xn--bcher-kva.example', 'bücher.example' {
            $endPoint = New-SocketAddress -HostName $_ -Port 80

            $endPoint | Should -BeOfType System.Net.DnsEndPoint
            $endPoint.Host | Should -Be $_
            $endPoint.Port | Should -Be 80
        }

        It 'refuses <_>, which is not a host name' -ForEach '/tmp/x', './x', '@x', 'unix:x', 'a b', 'a..b', '-a', 'a-', 'a:b', 'a/b', 'a@b', '~' {
            $endPoint = New-SocketAddress -HostName $_ -Port 80 -ErrorAction SilentlyContinue -ErrorVariable failure

            $endPoint | Should -BeNullOrEmpty
            $failure.FullyQualifiedErrorId | Should -BeLike 'InvalidEndPoint,*'
            $failure.CategoryInfo.Category | Should -Be 'InvalidArgument'
            $failure.Exception.Message | Should -BeLike "*$_*"
        }

        It 'refuses a name that is too long' {
            foreach ($name in ('a' * 64), (('a' * 60 + '.') * 5)) {
                $null = New-SocketAddress -HostName $name -Port 80 -ErrorAction SilentlyContinue -ErrorVariable failure

                $failure.FullyQualifiedErrorId | Should -BeLike 'InvalidEndPoint,*'
                $failure.CategoryInfo.Category | Should -Be 'InvalidArgument'
                $failure.Exception.Message | Should -BeLike '*at most*'
            }
        }
    }

    Context '-Path' {
        It 'makes the address of a UNIX path' {
            if (Test-NoUnixSocket { New-SocketAddress -Path 'x.sock' }) {
                return
            }
            $endPoint = New-SocketAddress -Path /run/x.sock

            $endPoint.GetType().FullName | Should -Be 'System.Net.Sockets.UnixDomainSocketEndPoint'
            "$endPoint" | Should -Be '/run/x.sock'
        }

        It 'is relative to PowerShell''s location' {
            if (Test-NoUnixSocket { New-SocketAddress -Path 'x.sock' }) {
                return
            }
            Push-Location -LiteralPath $TestDrive
            try {
                foreach ($path in 'x.sock', './x.sock', 'sub/../x.sock') {
                    "$(New-SocketAddress -Path $path)" | Should -Be (Join-Path $TestDrive 'x.sock')
                }
            }
            finally {
                Pop-Location
            }
        }

        It 'takes <_> for a file name, and nothing else' -ForEach '@x', 'unix:x', '[::1]:80', 'localhost:80', 'a b.sock', 'bücher.sock', 'a[1].sock', 'a*.sock' {
            if (Test-NoUnixSocket { New-SocketAddress -Path 'x.sock' }) {
                return
            }
            Push-Location -LiteralPath $TestDrive
            try {
                "$(New-SocketAddress -Path "./$_")" | Should -Be (Join-Path $TestDrive $_)
            }
            finally {
                Pop-Location
            }
        }

        It 'takes @x without ./ for a file name too, since a path was asked for' {
            if (Test-NoUnixSocket { New-SocketAddress -Path 'x.sock' }) {
                return
            }
            Push-Location -LiteralPath $TestDrive
            try {
                "$(New-SocketAddress -Path '@x')" | Should -Be (Join-Path $TestDrive '@x')
            }
            finally {
                Pop-Location
            }
        }

        It 'takes the longest path that there can be' {
            if (-not $IsLinux) {
                Set-ItResult -Skipped -Because 'the longest path has 107 bytes on Linux'
            }
            $path = '/tmp/' + 'x' * 102

            "$(New-SocketAddress -Path $path)" | Should -Be $path
        }

        It 'refuses a path of one byte more, counted in UTF-8' {
            if (-not $IsLinux) {
                Set-ItResult -Skipped -Because 'the longest path has 107 bytes on Linux'
            }
            foreach ($path in ('/tmp/' + 'x' * 103), ('/tmp/' + 'ü' * 52)) {
                $endPoint = New-SocketAddress -Path $path -ErrorAction SilentlyContinue -ErrorVariable failure

                $endPoint | Should -BeNullOrEmpty
                $failure.FullyQualifiedErrorId | Should -BeLike 'InvalidEndPoint,*'
                $failure.CategoryInfo.Category | Should -Be 'InvalidArgument'
                $failure.Exception.Message | Should -BeLike '*at most 107*'
            }
        }

        It 'refuses a path with a zero byte' {
            $null = New-SocketAddress -Path "/tmp/a`0b" -ErrorAction SilentlyContinue -ErrorVariable failure

            $failure.FullyQualifiedErrorId | Should -BeLike 'InvalidEndPoint,*'
            $failure.CategoryInfo.Category | Should -Be 'InvalidArgument'
        }
    }

    Context '-AbstractName' {
        BeforeEach {
            if (-not $IsLinux) {
                Set-ItResult -Skipped -Because 'only Linux has abstract names'
            }
        }

        It 'makes the address of the abstract name <_>' -ForEach 'name', 'with blank', '/like/a/path', '@at', 'unix:x', 'ü', ' ' {
            $endPoint = New-SocketAddress -AbstractName $_

            $endPoint.GetType().FullName | Should -Be 'System.Net.Sockets.UnixDomainSocketEndPoint'
            "$endPoint" | Should -Be "@$_"
            $endPoint | Should -Be ([System.Net.Sockets.UnixDomainSocketEndPoint]::new("`0$_"))
        }

        It 'refuses a name that is too long' {
            "$(New-SocketAddress -AbstractName ('x' * 107))".Length | Should -Be 108

            $null = New-SocketAddress -AbstractName ('x' * 108) -ErrorAction SilentlyContinue -ErrorVariable failure

            $failure.FullyQualifiedErrorId | Should -BeLike 'InvalidEndPoint,*'
            $failure.CategoryInfo.Category | Should -Be 'InvalidArgument'
            $failure.Exception.Message | Should -BeLike '*108 bytes*at most 107*'
        }
    }

    Context '-EndPoint' {
        It 'makes a <Type> of <Text>' -ForEach @(
            @{ Text = '127.0.0.1:53'; Type = 'System.Net.IPEndPoint'; Expected = '127.0.0.1:53' }
            @{ Text = '[::1]:55555'; Type = 'System.Net.IPEndPoint'; Expected = '[::1]:55555' }
            @{ Text = '[fe80::1%3]:53'; Type = 'System.Net.IPEndPoint'; Expected = '[fe80::1%3]:53' }
            @{ Text = ':8080'; Type = 'System.Net.IPEndPoint'; Expected = '[::]:8080' }
            @{ Text = '*:8080'; Type = 'System.Net.IPEndPoint'; Expected = '[::]:8080' }
            @{ Text = '/run/x.sock'; Type = 'System.Net.Sockets.UnixDomainSocketEndPoint'; Expected = '/run/x.sock' }
            @{ Text = 'unix:/run/x.sock'; Type = 'System.Net.Sockets.UnixDomainSocketEndPoint'; Expected = '/run/x.sock' }
            @{ Text = 'UNIX:/run/x.sock'; Type = 'System.Net.Sockets.UnixDomainSocketEndPoint'; Expected = '/run/x.sock' }
        ) {
            $endPoint = New-SocketAddress -EndPoint $Text

            $endPoint.GetType().FullName | Should -Be $Type
            "$endPoint" | Should -Be $Expected
        }

        It 'makes a name of <Text>' -ForEach @(
            @{ Text = 'localhost:80'; Name = 'localhost'; Port = 80 }
            @{ Text = 'example.com:65535'; Name = 'example.com'; Port = 65535 }
        ) {
            $endPoint = New-SocketAddress -EndPoint $Text

            $endPoint.GetType().FullName | Should -Be 'System.Net.DnsEndPoint'
            $endPoint.Host | Should -Be $Name
            $endPoint.Port | Should -Be $Port
        }

        It 'knows services: localhost:http' {
            if (-not $hasServices) {
                Set-ItResult -Skipped -Because 'this system has no /etc/services'
            }
            (New-SocketAddress -EndPoint 'localhost:http').Port | Should -Be 80
            (New-SocketAddress -EndPoint '[::1]:domain').Port | Should -Be 53
            (New-SocketAddress -EndPoint '127.0.0.1:ntp').Port | Should -Be 123
            (New-SocketAddress -EndPoint ':http').Port | Should -Be 80
        }

        It 'makes an abstract name of <_>' -ForEach '@name', 'unix:@name' {
            if (-not $IsLinux) {
                Set-ItResult -Skipped -Because 'only Linux has abstract names'
            }
            New-SocketAddress -EndPoint $_ | Should -Be ([System.Net.Sockets.UnixDomainSocketEndPoint]::new("`0name"))
        }

        It 'resolves paths relative to PowerShell''s location: <_>' -ForEach './x.sock', 'unix:x.sock', 'unix:./x.sock', '../here/x.sock' {
            if (Test-NoUnixSocket { New-SocketAddress -Path 'x.sock' }) {
                return
            }
            $here = New-Item -ItemType Directory -Path (Join-Path $TestDrive 'here') -Force
            Push-Location -LiteralPath $here
            try {
                "$(New-SocketAddress -EndPoint $_)" | Should -Be (Join-Path $here 'x.sock')
            }
            finally {
                Pop-Location
            }
        }

        It 'resolves ~ and PowerShell''s drives for names that are not text too' {
            if (-not $IsLinux) {
                Set-ItResult -Skipped -Because 'the names of Linux are bytes'
                return
            }
            $ofHome, $ofDrive, $ofParent = '~/\xE9', 'unix:TestDrive:/\xE9', "$TestDrive/a/../\xE9" | ForEach-Object {
                $address = (New-SocketAddress -EndPoint $_).Serialize()
                [System.Text.Encoding]::Latin1.GetString([byte[]](2..($address.Size - 1) | ForEach-Object { $address[$_] })).TrimEnd([char]0)
            }
            $ofHome | Should -BeExactly (Join-Path $HOME ([string][char]0xE9))
            $ofDrive | Should -BeExactly (Join-Path $TestDrive ([string][char]0xE9))
            $ofParent | Should -BeExactly $ofDrive
        }

        It 'refuses a path with a zero byte' {
            if (-not $IsLinux) {
                Set-ItResult -Skipped -Because 'the names of Linux are bytes'
                return
            }
            New-SocketAddress -Path '/tmp/a\x00b' -ErrorAction SilentlyContinue -ErrorVariable failure
            $failure.FullyQualifiedErrorId | Should -BeLike 'InvalidEndPoint,*'
            $failure.Exception.Message | Should -BeLike '*a path has no zero byte*'
        }

        It 'resolves ~ and PowerShell''s drives' {
            if (Test-NoUnixSocket { New-SocketAddress -Path 'x.sock' }) {
                return
            }
            "$(New-SocketAddress -EndPoint '~/x.sock')" | Should -Be (Join-Path $HOME 'x.sock')
            "$(New-SocketAddress -EndPoint 'unix:TestDrive:/x.sock')" | Should -Be (Join-Path $TestDrive 'x.sock')
        }

        It 'takes several, as an argument and from the pipeline' {
            $texts = '127.0.0.1:1', '[::1]:2', '/run/3'

            New-SocketAddress -EndPoint $texts | ForEach-Object ToString | Should -Be $texts
            $texts | New-SocketAddress | ForEach-Object ToString | Should -Be $texts
        }

        It 'goes on after one that is wrong' {
            foreach ($way in 'argument', 'pipeline') {
                $texts = '127.0.0.1:1', '127.1:1', '', '[::1]:2'
                $endPoints = $way -eq 'argument' `
                    ? (New-SocketAddress -EndPoint $texts -ErrorAction SilentlyContinue -ErrorVariable failure) `
                    : ($texts | New-SocketAddress -ErrorAction SilentlyContinue -ErrorVariable failure)

                $endPoints | ForEach-Object ToString | Should -Be '127.0.0.1:1', '[::1]:2' -Because $way
                $failure.Count | Should -Be 2 -Because $way
                foreach ($record in $failure) {
                    $record.FullyQualifiedErrorId | Should -BeLike 'InvalidEndPoint,*'
                    $record.CategoryInfo.Category | Should -Be 'InvalidArgument'
                }
            }
        }
    }

    It 'refuses half a character in a UNIX name, which would name another socket' {
        foreach ($name in @{ Path = "/tmp/a$([char]0xD800)" }, @{ AbstractName = "a$([char]0xDC00)b" }, @{ EndPoint = "/tmp/$([char]0xD800)b" }) {
            New-SocketAddress @name -ErrorAction SilentlyContinue -ErrorVariable failures | Should -BeNullOrEmpty
            Assert-Failure $failures -Id InvalidEndPoint -Category InvalidArgument
        }
    }

    Context 'what is displayed' {
        It 'shows family and address' {
            $text = '127.0.0.1:53', '[::1]:53', 'localhost:53', '/run/x.sock' | New-SocketAddress | Out-String -Width 80

            $lines = $text.Trim() -split '\r?\n'
            $lines[0] | Should -Match '^Family +EndPoint\s*$'
            ($lines | Select-Object -Skip 2) -replace '\s+', ' ' | ForEach-Object Trim |
                Should -Be 'IPv4 127.0.0.1:53', 'IPv6 [::1]:53', 'Any localhost:53', 'Unix /run/x.sock'
        }
    }
}
