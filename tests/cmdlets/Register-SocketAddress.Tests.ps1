Describe 'Register-SocketAddress' {
    BeforeAll {
        . "$PSScriptRoot/../helpers/Common.ps1"

        # getsockopt(2) itself, since .NET's options of that name mean something else.
        function Get-RawOption {
            param($Socket, [int] $Level, [int] $Option)

            $value = [byte[]]::new(4)
            $null = $Socket.GetRawSocketOption($Level, $Option, $value)
            [System.BitConverter]::ToInt32($value)
        }

        # What a program leaves behind that is killed: renamed, since .NET removes the path that it knows.
        function Add-StaleSocketFile {
            param([string] $Type = 'Stream')

            $path = New-TestPath
            $socket = New-Socket Unix $Type | Register-SocketAddress -LocalEndPoint (New-TestPath) -PassThru
            [System.IO.File]::Move("$($socket.LocalEndPoint)", $path)
            Close-Socket $socket
            $script:paths += $path
            $path
        }
    }

    BeforeEach {
        $script:paths = @()
    }

    AfterEach {
        Get-Socket | Close-Socket
        foreach ($path in $paths) {
            Remove-Item -LiteralPath $path -Recurse -Force -ErrorAction Ignore
        }
    }

    Context 'how it is called' {
        It 'takes socket and address by position' {
            $socket = New-Socket IPv6

            Register-SocketAddress $socket '[::1]:0'

            $socket.LocalEndPoint.Address | Should -Be '::1'
        }

        It 'takes the socket from the pipeline, and the address by position' {
            $socket = New-Socket IPv6

            $socket | Register-SocketAddress '[::1]:0'

            $socket.LocalEndPoint.Address | Should -Be '::1'
        }

        It 'takes both by name, in any order' {
            $one, $two = 1..2 | ForEach-Object { New-Socket IPv6 }

            Register-SocketAddress -LocalEndPoint '[::1]:0' -Socket $one
            Register-SocketAddress -Socket $two '[::1]:0'

            $one.LocalEndPoint.Address, $two.LocalEndPoint.Address | Should -Be '::1', '::1'
        }

        It 'takes several sockets, as an argument and from the pipeline' {
            $sockets = 1..4 | ForEach-Object { New-Socket IPv6 }

            Register-SocketAddress $sockets[0, 1] '[::1]:0'
            $sockets[2, 3] | Register-SocketAddress '[::1]:0'

            foreach ($socket in $sockets) {
                $socket.LocalEndPoint.Port | Should -BeGreaterThan 0
            }
            @($sockets.LocalEndPoint.Port | Sort-Object -Unique).Count | Should -Be 4
        }

        It 'writes nothing without -PassThru' {
            Register-SocketAddress (New-Socket IPv6) '[::1]:0' | Should -BeNullOrEmpty
            New-Socket IPv6 | Register-SocketAddress -LocalEndPoint '[::1]:0' | Should -BeNullOrEmpty
        }

        It 'writes the sockets with -PassThru' {
            $sockets = 1..2 | ForEach-Object { New-Socket IPv6 }

            $output = Register-SocketAddress $sockets '[::1]:0' -PassThru

            [object]::ReferenceEquals($output[0], $sockets[0]) | Should -BeTrue
            [object]::ReferenceEquals($output[1], $sockets[1]) | Should -BeTrue
        }

        It 'stands in a chain' {
            $peer = New-Socket IPv6 Datagram | Register-SocketAddress -LocalEndPoint '[::1]:0' -PassThru
            $socket = New-Socket IPv6 Datagram |
                Register-SocketAddress -LocalEndPoint '[::1]:0' -PassThru |
                Connect-Socket -RemoteEndPoint $peer.LocalEndPoint -PassThru

            Send-Datagram $socket 'hello'
            $datagram = Receive-Datagram $peer -TimeoutSeconds 5

            $datagram.Text | Should -Be 'hello'
            $datagram.RemoteEndPoint | Should -Be $socket.LocalEndPoint
        }

        It 'refuses null' {
            $socket = New-Socket

            $failure = { Register-SocketAddress $socket $null } | Should -Throw -ErrorId 'ParameterArgumentValidationErrorNullNotAllowed,*' -PassThru
            $failure.CategoryInfo.Category | Should -Be 'InvalidData'
            $failure = { Register-SocketAddress $null '[::1]:0' } | Should -Throw -ErrorId 'ParameterArgumentValidationErrorNullNotAllowed,*' -PassThru
            $failure.CategoryInfo.Category | Should -Be 'InvalidData'
        }
    }

    Context 'end points of the Internet' {
        It 'binds an <Family> socket to <Address> of <Text>' -ForEach @(
            @{ Family = 'IPv4'; Text = '127.0.0.1:0'; Address = '127.0.0.1' }
            @{ Family = 'IPv4'; Text = '127.1.2.3:0'; Address = '127.1.2.3' }
            @{ Family = 'IPv4'; Text = ':0'; Address = '0.0.0.0' }
            @{ Family = 'IPv4'; Text = '*:0'; Address = '0.0.0.0' }
            @{ Family = 'IPv4'; Text = '0.0.0.0:0'; Address = '0.0.0.0' }
            @{ Family = 'IPv4'; Text = 'localhost:0'; Address = '127.0.0.1' }
            @{ Family = 'IPv4'; Text = 'LOCALHOST:0'; Address = '127.0.0.1' }
            @{ Family = 'IPv4'; Text = '[::ffff:127.0.0.1]:0'; Address = '127.0.0.1' }
            @{ Family = 'IPv6'; Text = '[::1]:0'; Address = '::1' }
            @{ Family = 'IPv6'; Text = '[0:0:0:0:0:0:0:1]:0'; Address = '::1' }
            @{ Family = 'IPv6'; Text = '[::]:0'; Address = '::' }
            @{ Family = 'IPv6'; Text = ':0'; Address = '::' }
            @{ Family = 'IPv6'; Text = '*:0'; Address = '::' }
        ) {
            foreach ($type in 'Datagram', 'Stream') {
                $socket = New-Socket $Family $type | Register-SocketAddress -LocalEndPoint $Text -PassThru

                $socket.LocalEndPoint.Address | Should -Be $Address -Because $type
                $socket.LocalEndPoint.Port | Should -BeGreaterThan 0 -Because $type
                "$($socket.State)" | Should -Be 'Bound' -Because $type
            }
        }

        It 'binds a dual-mode socket to <Text>' -ForEach @(
            @{ Text = '127.0.0.1:0'; Address = '::ffff:127.0.0.1' }
            @{ Text = '[::1]:0'; Address = '::1' }
            @{ Text = ':0'; Address = '::' }
            @{ Text = '*:0'; Address = '::' }
        ) {
            $socket = New-Socket | Register-SocketAddress -LocalEndPoint $Text -PassThru

            $socket.LocalEndPoint.Address | Should -Be $Address
            $socket.LocalEndPoint.Port | Should -BeGreaterThan 0
        }

        It 'binds a dual-mode socket to a name' {
            $socket = New-Socket | Register-SocketAddress -LocalEndPoint 'localhost:0' -PassThru

            "$($socket.LocalEndPoint.Address)" | Should -BeIn '::1', '::ffff:127.0.0.1'
        }

        It 'takes an IPEndPoint, a DnsEndPoint and what New-SocketAddress makes' {
            foreach ($endPoint in @(
                    [System.Net.IPEndPoint]::new([ipaddress]::Loopback, 0)
                    [System.Net.DnsEndPoint]::new('localhost', 0)
                    New-SocketAddress 127.0.0.1 0
                    New-SocketAddress -HostName localhost -Port 0
                )) {
                $socket = New-Socket IPv4 | Register-SocketAddress -LocalEndPoint $endPoint -PassThru
                $socket.LocalEndPoint.Address | Should -Be '127.0.0.1'
            }
        }

        It 'takes an interface after %' {
            if (-not $IsLinux) {
                Set-ItResult -Skipped -Because 'the loopback interface is called lo on Linux'
            }
            foreach ($endPoint in '[::1%lo]:0', '[::1%1]:0', (New-SocketAddress ::1 0 -ScopeId lo)) {
                $socket = New-Socket IPv6 | Register-SocketAddress -LocalEndPoint $endPoint -PassThru
                $socket.LocalEndPoint.Address | Should -Be '::1'
            }
        }

        It 'takes the port that is named' {
            foreach ($type in 'Datagram', 'Stream') {
                $free = New-Socket IPv6 $type | Register-SocketAddress -LocalEndPoint '[::1]:0' -PassThru
                $port = $free.LocalEndPoint.Port
                Close-Socket $free

                $socket = New-Socket IPv6 $type | Register-SocketAddress -LocalEndPoint "[::1]:$port" -PassThru
                $socket.LocalEndPoint.Port | Should -Be $port -Because $type
            }
        }

        It 'binds a socket that was made elsewhere' {
            $foreign = [System.Net.Sockets.Socket]::new('InterNetworkV6', 'Stream', 'Tcp')
            try {
                Register-SocketAddress $foreign '[::1]:0'
                $foreign.LocalEndPoint.Port | Should -BeGreaterThan 0
            }
            finally {
                $foreign.Dispose()
            }
        }

        It 'reports <Text> for an <Family> socket, which has another family' -ForEach @(
            @{ Family = 'IPv4'; Text = '[::1]:0' }
            @{ Family = 'IPv6'; Text = '127.0.0.1:0' }
            @{ Family = 'IPv6'; Text = '/tmp/x.sock' }
            @{ Family = 'Unix'; Text = '127.0.0.1:0' }
            @{ Family = 'Unix'; Text = ':0' }
        ) {
            $socket = New-Socket $Family

            $output = Register-SocketAddress $socket $Text -PassThru -ErrorAction SilentlyContinue -ErrorVariable failure

            $output | Should -BeNullOrEmpty
            $failure.Count | Should -Be 1
            $failure.FullyQualifiedErrorId | Should -BeLike 'AddressFamilyNotSupported,*'
            $failure.CategoryInfo.Category | Should -Be 'InvalidArgument'
            $failure.Exception.Message | Should -BeLike 'bind *: EAFNOSUPPORT (*'
            $failure.ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
            [object]::ReferenceEquals($failure.TargetObject[0], $socket) | Should -BeTrue
        }
    }

    Context 'end points of UNIX sockets' {
        It 'binds a <_> socket to a path' -ForEach 'Datagram', 'Stream', 'SeqPacket' {
            $path = New-TestPath

            $socket = New-Socket Unix $_ | Register-SocketAddress -LocalEndPoint $path -PassThru

            "$($socket.LocalEndPoint)" | Should -Be $path
            Test-Path -LiteralPath $path | Should -BeTrue
            "$($socket.State)" | Should -Be 'Bound'
        }

        It 'takes unix:PATH and a UnixDomainSocketEndPoint' {
            foreach ($prefix in 'unix:', 'UNIX:') {
                $path = New-TestPath
                $socket = New-Socket Unix | Register-SocketAddress -LocalEndPoint "$prefix$path" -PassThru
                "$($socket.LocalEndPoint)" | Should -Be $path
            }
            $path = New-TestPath
            $socket = New-Socket Unix | Register-SocketAddress -LocalEndPoint ([System.Net.Sockets.UnixDomainSocketEndPoint]::new($path)) -PassThru
            "$($socket.LocalEndPoint)" | Should -Be $path
        }

        It 'takes <_> relative to PowerShell''s location, not to the process directory' -ForEach './here.sock', 'unix:here.sock', 'unix:./here.sock' {
            $directory = New-Item -ItemType Directory -Path (Join-Path $TestDrive ([guid]::NewGuid().ToString('N').Substring(0, 8)))
            [System.Environment]::CurrentDirectory | Should -Not -Be $directory.FullName
            Push-Location -LiteralPath $directory
            try {
                $socket = New-Socket Unix | Register-SocketAddress -LocalEndPoint $_ -PassThru
            }
            finally {
                Pop-Location
            }

            "$($socket.LocalEndPoint)" | Should -Be (Join-Path $directory 'here.sock')
            (Get-ChildItem -LiteralPath $directory).Name | Should -Be 'here.sock'
            Test-Path -LiteralPath (Join-Path ([System.Environment]::CurrentDirectory) 'here.sock') | Should -BeFalse
        }

        It 'takes the abstract name <_>' -ForEach '@', 'unix:@' {
            if (-not $IsLinux) {
                Set-ItResult -Skipped -Because 'only Linux has abstract names'
            }
            $name = "pss-$([guid]::NewGuid())"

            $socket = New-Socket Unix Stream | Register-SocketAddress -LocalEndPoint "$_$name" -PassThru
            $socket.Listen()

            "$($socket.LocalEndPoint)" | Should -Be "@$name"
            $socket.LocalEndPoint | Should -Be ([System.Net.Sockets.UnixDomainSocketEndPoint]::new("`0$name"))
            "$((Connect-Socket "@$name").State)" | Should -Be 'Connected'
        }

        It 'lets the system choose an abstract name: <_>' -ForEach '@', 'unix:@' {
            if (-not $IsLinux) {
                Set-ItResult -Skipped -Because 'only Linux has abstract names'
                return
            }
            $client, $other, $server = (New-Socket Unix), (New-Socket Unix), (New-Socket Unix)
            $client, $other, $server | Register-SocketAddress $_

            "$($client.LocalEndPoint)" | Should -Match '^@[0-9a-f]{5}$' # unix(7)
            "$($other.LocalEndPoint)" | Should -Not -Be "$($client.LocalEndPoint)"
            Send-Datagram $client 'hello' $server.LocalEndPoint
            Receive-Datagram $server -TimeoutSeconds 5 | Send-Datagram
            Receive-Datagram $client -TimeoutSeconds 5 -AsText | Should -Be 'hello'
            "$(Start-SocketListener $_ | ForEach-Object LocalEndPoint)" | Should -Match '^@[0-9a-f]{5}$'
        }

        It 'says which name was chosen, and what would be' {
            if (-not $IsLinux) {
                Set-ItResult -Skipped -Because 'only Linux has abstract names'
                return
            }
            $socket = New-Socket Unix
            Register-SocketAddress $socket '@' -WhatIf
            "$($socket.State)" | Should -Be 'New'
            $said = Register-SocketAddress $socket '@' -Verbose 4>&1
            "$said" | Should -BeLike "*bind(AF_UNIX, $($socket.LocalEndPoint)) = 0*"
        }

        It 'has no use for a name of no bytes elsewhere: <_>' -ForEach '@', 'unix:@' {
            if (-not $IsLinux) {
                Set-ItResult -Skipped -Because 'only Linux has abstract names'
                return
            }
            Send-Datagram (New-Socket Unix) 'x' $_ -ErrorAction SilentlyContinue -ErrorVariable failure
            $failure.FullyQualifiedErrorId | Should -BeLike 'InvalidEndPoint,*'
            $failure.Exception.Message | Should -BeLike '*the abstract name is empty: only a socket that is bound*'
        }

        It 'finds a peer again whose name is not text: <Name>' -ForEach @(
            @{ Name = 'Latin-1 in a path'; Bytes = [byte[]](0x2F, 0x74, 0x6D, 0x70, 0x2F, 0x70, 0x73, 0x73, 0x2D, 0xE9, 0x2E, 0x73); Text = '/tmp/pss-\xE9.s' }
            @{ Name = 'an escape of the terminal, and a zero byte'; Bytes = [byte[]](0, 0x70, 0x73, 0x73, 0x1B, 0, 0x61); Text = '@pss\x1B\x00a' }
            @{ Name = 'what looks like such a byte'; Bytes = [byte[]](0, 0x5C, 0x78, 0x45, 0x39, 0xE9); Text = '@\x5CxE9\xE9' }
        ) {
            if (-not $IsLinux) {
                Set-ItResult -Skipped -Because 'the names of Linux are bytes'
                return
            }
            sh -c 'rm -f "$(printf "/tmp/pss-\351.s")"' # .NET removes no file whose name is not text
            $address = [System.Net.SocketAddress]::new('Unix', 2 + $Bytes.Length)
            foreach ($index in 0..($Bytes.Length - 1)) { $address[2 + $index] = $Bytes[$index] }
            $peer = [System.Net.Sockets.UnixDomainSocketEndPoint]::new('/').Create($address)
            $client = New-Socket Unix | Register-SocketAddress -LocalEndPoint $peer -PassThru
            $server = New-Socket Unix | Register-SocketAddress '@' -PassThru
            Send-Datagram $client 'question' $server.LocalEndPoint
            $datagram = Receive-Datagram $server -TimeoutSeconds 5

            $datagram.From | Should -BeExactly $Text
            $saved = $datagram | Select-Object Record | ConvertTo-Csv | ConvertFrom-Csv
            Send-Datagram $server 'answer' $saved.From
            Receive-Datagram $client -TimeoutSeconds 5 -AsText | Should -Be 'answer'

            $client.LocalEndPoint | Export-Clixml -LiteralPath "$TestDrive/peer.xml"
            $saved = Import-Clixml -LiteralPath "$TestDrive/peer.xml"
            "$saved" | Should -BeExactly $Text
            Send-Datagram $server 'again' $saved
            Receive-Datagram $client -TimeoutSeconds 5 -AsText | Should -Be 'again'
            $client | Format-List -Property LocalEndPoint | Out-String -Width 200 | Should -BeLike "*: $([WildcardPattern]::Escape($Text))*"
        }

        It 'refuses an abstract name with NotSupported where there are none' {
            if ($IsLinux) {
                Set-ItResult -Skipped -Because 'Linux has abstract names'
            }
            Register-SocketAddress (New-Socket Unix Stream) '@name' -ErrorAction SilentlyContinue -ErrorVariable failure

            $failure.FullyQualifiedErrorId | Should -BeLike 'NotSupported,*'
            $failure.CategoryInfo.Category | Should -Be 'NotImplemented'
        }

        It 'says ENOENT where the directory is missing' {
            $path = Join-Path $TestDrive 'none/x.sock'
            $socket = New-Socket Unix

            Register-SocketAddress $socket $path -ErrorAction SilentlyContinue -ErrorVariable failure

            $failure.Count | Should -Be 1
            $failure.FullyQualifiedErrorId | Should -BeLike 'AddressNotAvailable,*'
            $failure.CategoryInfo.Category | Should -Be 'ObjectNotFound'
            $failure.Exception.Message | Should -BeLike (Format-SystemError "bind ${path}: ENOENT (2) *")
            $failure.ErrorDetails.RecommendedAction | Should -BeLike '*directory*'
            [object]::ReferenceEquals($failure.TargetObject[0], $socket) | Should -BeTrue
        }

        It 'says ENOTDIR where a file stands in place of the directory' {
            $file = New-Item -ItemType File -Path (Join-Path $TestDrive 'file')
            $path = Join-Path $file 'x.sock'

            Register-SocketAddress (New-Socket Unix) $path -ErrorAction SilentlyContinue -ErrorVariable failure

            $failure.Count | Should -Be 1
            $failure.Exception.Message | Should -BeLike (Format-SystemError "bind ${path}: ENOTDIR (20) *")
            $failure.FullyQualifiedErrorId | Should -BeLike 'AddressNotAvailable,*'
            $failure.CategoryInfo.Category | Should -Be 'ObjectNotFound'
        }

        It 'says EACCES where the directory may not be written to' {
            if ($IsWindows) {
                Set-ItResult -Skipped -Because 'the directory is closed by its mode, which Windows does not have'
            }
            $directory = New-Item -ItemType Directory -Path (Join-Path $TestDrive 'closed') -Force
            [System.IO.File]::SetUnixFileMode($directory.FullName, 'UserRead, UserExecute')
            $path = Join-Path $directory 'x.sock'

            $failure = Invoke-WithoutPrivilege -ArgumentList $path {
                Register-SocketAddress (New-Socket Unix) $args[0] -ErrorAction SilentlyContinue -ErrorVariable failure
                [pscustomobject]@{ Id = $failure.FullyQualifiedErrorId; Category = "$($failure.CategoryInfo.Category)"; Message = $failure.Exception.Message }
            }

            $failure.Id | Should -BeLike 'AccessDenied,*'
            $failure.Category | Should -Be 'PermissionDenied'
            $failure.Message | Should -BeLike (Format-SystemError "bind ${path}: EACCES (13) *")
        }

        It 'takes the location of another provider for no place of files' {
            $socket = New-Socket Unix
            Push-Location -Path Env:
            try {
                Register-SocketAddress $socket './x.sock' -ErrorAction SilentlyContinue -ErrorVariable failure
            }
            finally {
                Pop-Location
            }

            $failure.FullyQualifiedErrorId | Should -BeLike 'InvalidEndPoint,*'
            $failure.CategoryInfo.Category | Should -Be 'InvalidArgument'
            "$($socket.State)" | Should -Be 'New'
        }
    }

    Context 'a port alone' {
        It 'is a port of any address: <_.GetType().Name>' -ForEach @(0, '0', [long] 0, [byte] 0) {
            $socket = New-Socket | Register-SocketAddress $_ -PassThru

            "$($socket.LocalEndPoint)" | Should -BeLike '`[::`]:*'
            $socket.LocalEndPoint.Port | Should -BeGreaterThan 0
        }

        It 'refuses <_>' -ForEach -1, 65536 {
            New-Socket | Register-SocketAddress $_ -ErrorAction SilentlyContinue -ErrorVariable failure

            $failure.Count | Should -Be 1
            $failure.FullyQualifiedErrorId | Should -BeLike 'InvalidEndPoint,*'
        }
    }

    Context 'text that is not an end point' {
        BeforeEach {
            $unbound = New-Socket
        }

        It 'refuses "<Text>"' -ForEach @(
            @{ Text = ''; Reason = '*empty*' }
            @{ Text = ' '; Reason = '*empty*' }
            @{ Text = '127.0.0.1'; Reason = "*port is missing*'127.0.0.1:PORT'*" }
            @{ Text = '127.0.0.1:'; Reason = '*port is missing*' }
            @{ Text = ':'; Reason = '*port is missing*' }
            @{ Text = '*'; Reason = '*port is missing*' }
            @{ Text = '*:'; Reason = '*port is missing*' }
            @{ Text = '127.0.0.1:65536'; Reason = '*65536*above 65535*' }
            @{ Text = ':99999999999999999999'; Reason = '*above 65535*' }
            @{ Text = '127.0.0.1:-1'; Reason = '*-1*sign*' }
            @{ Text = ':+80'; Reason = '*+80*sign*' }
            @{ Text = '127.0.0.1:0x50'; Reason = '*0x50*' }
            @{ Text = '127.0.0.1:1.5'; Reason = '*1.5*' }
            @{ Text = '127.0.0.1:80/tcp'; Reason = "*'80/tcp' is neither*" }
            @{ Text = '127.0.0.1:no-such-service'; Reason = "*no service 'no-such-service'*" }
            @{ Text = '127.0.0.1:80 '; Reason = '*white space at position 13*' }
            @{ Text = ' 127.0.0.1:80'; Reason = '*white space at position 1*' }
            @{ Text = '127.0.0.1 :80'; Reason = '*white space at position 10*' }
            @{ Text = '127.1:80'; Reason = '*2 of the four numbers*' }
            @{ Text = '1:80'; Reason = '*1 of the four numbers*' }
            @{ Text = '127.0.0:80'; Reason = '*3 of the four numbers*' }
            @{ Text = '127.0.0.0.1:80'; Reason = '*5 of the four numbers*' }
            @{ Text = '010.0.0.1:80'; Reason = '*010*octal*' }
            @{ Text = '127.0.0.00:80'; Reason = '*00*octal*' }
            @{ Text = '127.0.0.256:80'; Reason = '*256*above 255*' }
            @{ Text = '127..0.1:80'; Reason = '*number 2*missing*' }
            @{ Text = '127.0.0.:80'; Reason = '*number 4*missing*' }
            @{ Text = '.127.0.0.1:80'; Reason = '*dot*' }
            @{ Text = '::1'; Reason = "*more than one ':'*brackets*" }
            @{ Text = '::1:80'; Reason = "*more than one ':'*brackets*" }
            @{ Text = '::'; Reason = "*more than one ':'*" }
            @{ Text = 'fe80::1%lo:80'; Reason = "*more than one ':'*" }
            @{ Text = '127.0.0.1:80:81'; Reason = "*more than one ':'*" }
            @{ Text = '[::1]'; Reason = "*port is missing*':PORT'*" }
            @{ Text = '[::1]:'; Reason = '*port is missing*' }
            @{ Text = '[::1'; Reason = "*']' is missing*" }
            @{ Text = '[::1:80'; Reason = "*']' is missing*" }
            @{ Text = '[::1]80'; Reason = "*'80' after ']' at position 6*" }
            @{ Text = '[::1]]:80'; Reason = "*after ']' at position 6*" }
            @{ Text = '[::1] :80'; Reason = '*white space at position 6*' }
            @{ Text = '[::1]:70000'; Reason = '*70000*above 65535*' }
            @{ Text = '[]:80'; Reason = '*no address between the brackets*' }
            @{ Text = '[127.0.0.1]:80'; Reason = "*'127.0.0.1' is not an IPv6 address*" }
            @{ Text = '[localhost]:80'; Reason = "*'localhost' is not an IPv6 address*" }
            @{ Text = '[::g]:80'; Reason = "*'::g' is not an IPv6 address*" }
            @{ Text = '[1::2::3]:80'; Reason = '*not an IPv6 address*' }
            @{ Text = '[1:2:3:4:5:6:7]:80'; Reason = '*not an IPv6 address*' }
            @{ Text = '[::1/64]:80'; Reason = '*not an IPv6 address*' }
            @{ Text = '[fe80::1%]:80'; Reason = '*interface is missing*' }
            @{ Text = '[fe80::1%no-such]:80'; Reason = "*no network interface 'no-such'*" }
            @{ Text = '[fe80::1%99999999999]:80'; Reason = '*99999999999*too large*' }
            @{ Text = 'localhost'; Reason = "*port is missing*'HOST:PORT'*'unix:PATH'*" }
            @{ Text = 'x.sock'; Reason = "*port is missing*'unix:PATH'*" }
            @{ Text = 'localhost:'; Reason = '*port is missing*' }
            @{ Text = 'localhost:99999'; Reason = '*99999*above 65535*' }
            @{ Text = 'local host:80'; Reason = '*white space at position 6*' }
            @{ Text = 'a..b:80'; Reason = '*two dots*' }
            @{ Text = '-a:80'; Reason = "*begins or ends with '-'*" }
            @{ Text = 'a-.b:80'; Reason = "*begins or ends with '-'*" }
            @{ Text = 'a@b:80'; Reason = "*'@' cannot stand*" }
            @{ Text = 'a/b:80'; Reason = "*'/' cannot stand*" }
            @{ Text = '**:80'; Reason = "*'[*]' cannot stand*" }
            @{ Text = 'tcp://localhost'; Reason = "*write 'localhost:PORT'*" }
            @{ Text = 'http://'; Reason = '*no host*' }
            @{ Text = 'unix:'; Reason = '*path is empty*' }
            @{ Text = 'unix:no-such-drive:/x.sock'; Reason = '*no-such-drive*' }
            @{ Text = 'unix:Env:/x.sock'; Reason = '*Env:*' }
        ) {
            $output = Register-SocketAddress $unbound $Text -PassThru -ErrorAction SilentlyContinue -ErrorVariable failure

            $output | Should -BeNullOrEmpty
            $failure.Count | Should -Be 1
            $failure.FullyQualifiedErrorId | Should -BeLike 'InvalidEndPoint,*'
            $failure.CategoryInfo.Category | Should -Be 'InvalidArgument'
            $failure.Exception.Message | Should -BeLike $Reason
            $failure.Exception.Message.StartsWith("'$Text' ") | Should -BeTrue
            $failure.TargetObject | Should -Be $Text
            $failure.ErrorDetails.RecommendedAction | Should -BeLike '*HOST:PORT*'
            "$($unbound.State)" | Should -Be 'New'
        }

        It 'refuses what is too long: <Name>' -ForEach @(
            @{ Name = 'a part of a host name'; Text = 'a' * 64 + ':80'; Reason = '*64 characters*at most 63*' }
            @{ Name = 'a host name'; Text = 'abcdefghi.' * 26 + 'a:80'; Reason = '*261 characters*at most 253*' }
            @{ Name = 'a path'; Text = '/tmp/' + 'x' * 103; Reason = '*108 bytes*at most 10?*' }
            @{ Name = 'a path of letters that are two bytes'; Text = 'unix:/tmp/' + 'ü' * 52; Reason = '*109 bytes*at most 10?*' }
            @{ Name = 'an abstract name'; Text = '@' + 'x' * 108; Reason = '*108 bytes*at most 107*' }
        ) {
            if (-not $IsLinux -and $Text[0] -eq '@') {
                Set-ItResult -Skipped -Because 'only Linux has abstract names'
            }
            Register-SocketAddress (New-Socket Unix) $Text -ErrorAction SilentlyContinue -ErrorVariable failure

            $failure.Count | Should -Be 1
            $failure.FullyQualifiedErrorId | Should -BeLike 'InvalidEndPoint,*'
            $failure.CategoryInfo.Category | Should -Be 'InvalidArgument'
            $failure.Exception.Message | Should -BeLike $Reason
        }

        It 'refuses a path with a zero byte' {
            Register-SocketAddress (New-Socket Unix) "/tmp/a`0b.sock" -ErrorAction SilentlyContinue -ErrorVariable failure

            $failure.FullyQualifiedErrorId | Should -BeLike 'InvalidEndPoint,*'
            $failure.CategoryInfo.Category | Should -Be 'InvalidArgument'
        }

        It 'refuses line breaks and tabs' {
            foreach ($text in "127.0.0.1:80`n", "127.0.0.1:`t80", "`r127.0.0.1:80") {
                Register-SocketAddress (New-Socket) $text -ErrorAction SilentlyContinue -ErrorVariable failure

                $failure.FullyQualifiedErrorId | Should -BeLike 'InvalidEndPoint,*'
                $failure.CategoryInfo.Category | Should -Be 'InvalidArgument'
                $failure.Exception.Message | Should -BeLike '*white space*'
            }
        }
    }

    Context 'an address in use' {
        It 'is reported for <Type>, <Address>' -ForEach @(
            foreach ($type in 'Datagram', 'Stream') {
                foreach ($address in '127.0.0.1', '[::1]') {
                    @{ Type = $type; Address = $address; Family = $address -eq '[::1]' ? 'IPv6' : 'IPv4' }
                }
            }
        ) {
            $first = New-Socket $Family $Type | Register-SocketAddress -LocalEndPoint "${Address}:0" -PassThru
            $second = New-Socket $Family $Type

            $output = Register-SocketAddress $second $first.LocalEndPoint -PassThru -ErrorAction SilentlyContinue -ErrorVariable failure

            $output | Should -BeNullOrEmpty
            $failure.Count | Should -Be 1
            $failure.FullyQualifiedErrorId | Should -BeLike 'AddressAlreadyInUse,*'
            $failure.CategoryInfo.Category | Should -Be 'ResourceExists'
            $failure.Exception.Message | Should -Be (Format-SystemError "bind $($first.LocalEndPoint): EADDRINUSE (98) Address already in use")
            $failure.ErrorDetails.Message | Should -BeLike (Format-SystemError '*EADDRINUSE (98)*')
            $failure.ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
            [object]::ReferenceEquals($failure.TargetObject[0], $second) | Should -BeTrue
            "$($second.State)" | Should -Be 'New'
        }

        It 'is reported for a stream that listens, and for one that does not' {
            $first = New-Socket IPv6 Stream | Register-SocketAddress -LocalEndPoint '[::1]:0' -PassThru
            foreach ($round in 'bound', 'listening') {
                Register-SocketAddress (New-Socket IPv6 Stream) $first.LocalEndPoint -ErrorAction SilentlyContinue -ErrorVariable failure
                $failure.FullyQualifiedErrorId | Should -BeLike 'AddressAlreadyInUse,*' -Because $round
                $failure.CategoryInfo.Category | Should -Be 'ResourceExists' -Because $round
                if ($round -eq 'bound') {
                    $first.Listen()
                }
            }
        }

        It 'is reported between a dual-mode socket and IPv4' {
            foreach ($type in 'Datagram', 'Stream') {
                $dual = New-Socket IPv6 $type -DualMode | Register-SocketAddress -LocalEndPoint ':0' -PassThru

                Register-SocketAddress (New-Socket IPv4 $type) "0.0.0.0:$($dual.LocalEndPoint.Port)" -ErrorAction SilentlyContinue -ErrorVariable failure

                $failure.FullyQualifiedErrorId | Should -Match ($IsWindows ? '^(AddressAlreadyInUse|AccessDenied),' : '^AddressAlreadyInUse,') -Because $type
                $failure.CategoryInfo.Category | Should -BeIn ($IsWindows ? @('ResourceExists', 'PermissionDenied') : @('ResourceExists')) -Because $type
            }
        }

        It 'is reported for a UNIX path and an abstract name' {
            if (-not $IsLinux) {
                Set-ItResult -Skipped -Because 'only Linux has abstract names'
            }
            foreach ($name in (New-TestPath), "@pss-$([guid]::NewGuid())") {
                $null = New-Socket Unix | Register-SocketAddress -LocalEndPoint $name -PassThru

                Register-SocketAddress (New-Socket Unix) $name -ErrorAction SilentlyContinue -ErrorVariable failure

                $failure.FullyQualifiedErrorId | Should -BeLike 'AddressAlreadyInUse,*' -Because $name
                $failure.CategoryInfo.Category | Should -Be 'ResourceExists' -Because $name
                $failure.Exception.Message | Should -BeLike (Format-SystemError "bind ${name}: EADDRINUSE (98) *") -Because $name
            }
        }

        It 'leaves the socket as it was: it binds elsewhere' {
            foreach ($type in 'Datagram', 'Stream') {
                $first = New-Socket IPv6 $type | Register-SocketAddress -LocalEndPoint '[::1]:0' -PassThru
                $second = New-Socket IPv6 $type
                Register-SocketAddress $second $first.LocalEndPoint -ErrorAction SilentlyContinue -ErrorVariable failure
                $failure.Count | Should -Be 1

                Register-SocketAddress $second '[::1]:0'

                $second.LocalEndPoint.Port | Should -BeGreaterThan 0 -Because $type
                $second.LocalEndPoint.Port | Should -Not -Be $first.LocalEndPoint.Port -Because $type
            }
        }

        It 'is shared by sockets that all have -ReusePort' {
            foreach ($type in 'Datagram', 'Stream') {
                $first = New-Socket IPv6 $type -ReusePort | Register-SocketAddress -LocalEndPoint '[::1]:0' -PassThru
                $second = New-Socket IPv6 $type -ReusePort | Register-SocketAddress -LocalEndPoint $first.LocalEndPoint -PassThru
                $second.LocalEndPoint | Should -Be $first.LocalEndPoint -Because $type
                if ($type -eq 'Stream') {
                    $first.Listen()
                    $second.Listen()
                    "$($first.State) $($second.State)" | Should -Be 'Listening Listening'
                }
            }
        }

        It 'is not shared when only one has -ReusePort' {
            foreach ($type in 'Datagram', 'Stream') {
                $plain = New-Socket IPv6 $type | Register-SocketAddress -LocalEndPoint '[::1]:0' -PassThru
                $sharing = New-Socket IPv6 $type -ReusePort | Register-SocketAddress -LocalEndPoint '[::1]:0' -PassThru

                Register-SocketAddress (New-Socket IPv6 $type -ReusePort) $plain.LocalEndPoint -ErrorAction SilentlyContinue -ErrorVariable failure
                Register-SocketAddress (New-Socket IPv6 $type) $sharing.LocalEndPoint -ErrorAction SilentlyContinue -ErrorVariable +failure

                $failure.Count | Should -Be 2 -Because $type
                foreach ($record in $failure) {
                    $record.FullyQualifiedErrorId | Should -BeLike 'AddressAlreadyInUse,*' -Because $type
                    $record.CategoryInfo.Category | Should -Be 'ResourceExists' -Because $type
                }
            }
        }

        It 'says that a port may be a client''s' {
            $first = New-Socket IPv4 | Register-SocketAddress '127.0.0.1:0' -PassThru
            Register-SocketAddress (New-Socket IPv4) $first.LocalEndPoint -ErrorAction SilentlyContinue -ErrorVariable failure
            $failure.ErrorDetails.RecommendedAction | Should -BeLike 'Choose another port*Clients get theirs from port * on*any program*tells.'
        }

        It 'does not say so of one that is not given to clients' {
            if (-not $IsLinux) {
                Set-ItResult -Skipped -Because 'which ports are given to clients is set on Linux only'
                return
            }
            $first, $null = -split (Get-Content -LiteralPath /proc/sys/net/ipv4/ip_local_port_range)
            $socket = New-Socket IPv4
            for ($port = [int] $first - 1; -not $socket.LocalEndPoint -and $port -gt 1024; $port--) {
                Register-SocketAddress $socket "127.0.0.1:$port" -ErrorAction SilentlyContinue
            }
            Register-SocketAddress (New-Socket IPv4) $socket.LocalEndPoint -ErrorAction SilentlyContinue -ErrorVariable failure
            $failure.FullyQualifiedErrorId | Should -BeLike 'AddressAlreadyInUse,*'
            $failure.ErrorDetails.RecommendedAction | Should -BeLike 'Choose another port*stale UNIX socket file*'
        }

        It 'never lets two streams with -ReuseAddress listen at once' {
            $first = New-Socket IPv6 Stream -ReuseAddress | Register-SocketAddress -LocalEndPoint '[::1]:0' -PassThru
            $second = New-Socket IPv6 Stream -ReuseAddress
            Register-SocketAddress $second $first.LocalEndPoint -ErrorAction Stop
            $first.Listen()

            $failure = { $second.Listen() } | Should -Throw -PassThru
            "$($failure.Exception.InnerException.SocketErrorCode)" | Should -Be 'AddressAlreadyInUse'

            Register-SocketAddress (New-Socket IPv6 Stream -ReuseAddress) $first.LocalEndPoint -ErrorAction SilentlyContinue -ErrorVariable failures
            $failures.FullyQualifiedErrorId | Should -BeLike 'AddressAlreadyInUse,*'
            $failures.CategoryInfo.Category | Should -Be 'ResourceExists'
        }

        It 'is bound again with -ReuseAddress, and only with it, while old connections linger' {
            $listener = New-Socket IPv6 Stream -ReuseAddress | Register-SocketAddress -LocalEndPoint '[::1]:0' -PassThru
            $listener.Listen()
            $address = $listener.LocalEndPoint
            $client = Connect-Socket $address
            $server = $listener.Accept()
            $server.Dispose() # closed first, so this side waits for late segments: TIME_WAIT
            $client.Receive([byte[]]::new(1)) | Should -Be 0
            Close-Socket $client, $listener

            Register-SocketAddress (New-Socket IPv6 Stream) $address -ErrorAction SilentlyContinue -ErrorVariable failure
            $failure.FullyQualifiedErrorId | Should -BeLike 'AddressAlreadyInUse,*'
            $failure.CategoryInfo.Category | Should -Be 'ResourceExists'

            $next = New-Socket IPv6 Stream -ReuseAddress | Register-SocketAddress -LocalEndPoint $address -PassThru
            $next.Listen()
            "$($next.State)" | Should -Be 'Listening'
        }

        It 'leaves no descriptor behind when it is refused' {
            if (-not $IsLinux) {
                Set-ItResult -Skipped -Because 'descriptors are counted in /proc'
            }
            $first, $second = 1..2 | ForEach-Object { New-Socket IPv6 Stream }
            Register-SocketAddress $first '[::1]:0'
            Register-SocketAddress $second $first.LocalEndPoint -ErrorAction SilentlyContinue
            $before = Get-DescriptorCount

            foreach ($round in 1..50) {
                Register-SocketAddress $second $first.LocalEndPoint -ErrorAction SilentlyContinue
            }

            Get-DescriptorCount | Should -BeLessOrEqual $before
        }
    }

    Context 'other errors' {
        It 'reports an address that this machine lacks' {
            foreach ($type in 'Datagram', 'Stream') {
                $socket = New-Socket IPv6 $type
                Register-SocketAddress $socket '[::2]:0' -ErrorAction SilentlyContinue -ErrorVariable failure

                $failure.Count | Should -Be 1
                $failure.FullyQualifiedErrorId | Should -BeLike 'AddressNotAvailable,*'
                $failure.CategoryInfo.Category | Should -Be 'ObjectNotFound'
                $failure.Exception.Message | Should -BeLike 'bind `[::2`]:0: EADDRNOTAVAIL (*'
            }
        }

        It 'reports a socket that is bound already' {
            $socket = New-Socket IPv6 | Register-SocketAddress -LocalEndPoint '[::1]:0' -PassThru
            $port = $socket.LocalEndPoint.Port

            Register-SocketAddress $socket '[::1]:0' -ErrorAction SilentlyContinue -ErrorVariable failure

            $failure.FullyQualifiedErrorId | Should -BeLike 'InvalidArgument,*'
            $failure.CategoryInfo.Category | Should -Be 'InvalidArgument'
            $failure.Exception.Message | Should -BeLike 'bind `[::1`]:0: EINVAL (*'
            $failure.ErrorDetails.RecommendedAction | Should -BeLike '*once*'
            $socket.LocalEndPoint.Port | Should -Be $port
        }

        It 'reports a closed socket of <Family>' -ForEach @(
            @{ Family = 'IPv6'; Type = 'Datagram'; EndPoint = '[::1]:0' }
            @{ Family = 'IPv6'; Type = 'Stream'; EndPoint = '[::1]:12345' }
            @{ Family = 'Unix'; Type = 'Stream'; EndPoint = '/tmp/pss-none.sock' }
        ) {
            $socket = New-Socket $Family $Type
            Close-Socket $socket

            $output = Register-SocketAddress $socket $EndPoint -Force -PassThru -ErrorAction SilentlyContinue -ErrorVariable failure

            $output | Should -BeNullOrEmpty
            $failure.Count | Should -Be 1
            $failure.FullyQualifiedErrorId | Should -BeLike 'SocketClosed,*'
            $failure.CategoryInfo.Category | Should -Be 'InvalidOperation'
            $failure.Exception.Message | Should -BeLike 'bind*closed*'
            $failure.ErrorDetails.RecommendedAction | Should -BeLike '*New-Socket*'
            [object]::ReferenceEquals($failure.TargetObject[0], $socket) | Should -BeTrue
        }

        It 'reports a host that there is not' {
            $name = [System.Net.DnsEndPoint]::new('a' * 64, 80) # longer than any name can be: no server is asked
            Register-SocketAddress (New-Socket) $name -ErrorAction SilentlyContinue -ErrorVariable failure

            $failure.Count | Should -Be 1
            $failure.FullyQualifiedErrorId | Should -BeLike 'HostNotFound,*'
            $failure.CategoryInfo.Category | Should -Be 'ObjectNotFound'
            $failure.Exception.Message | Should -BeLike "*$('a' * 64):80: EAI_NONAME (*"
        }

        It 'goes on after a bad socket, in an argument and in the pipeline' {
            foreach ($way in 'argument', 'pipeline') {
                $closed = New-Socket IPv6
                Close-Socket $closed
                $sockets = @((New-Socket IPv6), $closed, (New-Socket IPv4), (New-Socket IPv6))

                $bound = $way -eq 'argument' `
                    ? (Register-SocketAddress $sockets '[::1]:0' -PassThru -ErrorAction SilentlyContinue -ErrorVariable failure) `
                    : ($sockets | Register-SocketAddress '[::1]:0' -PassThru -ErrorAction SilentlyContinue -ErrorVariable failure)

                $bound.Id | Should -Be $sockets[0].Id, $sockets[3].Id -Because $way
                $failure.Count | Should -Be 2 -Because $way
                $failure[0].FullyQualifiedErrorId | Should -BeLike 'SocketClosed,*'
                $failure[0].CategoryInfo.Category | Should -Be 'InvalidOperation'
                $failure[1].FullyQualifiedErrorId | Should -BeLike 'AddressFamilyNotSupported,*'
                $failure[1].CategoryInfo.Category | Should -Be 'InvalidArgument'
            }
        }

        It 'goes on after something in the pipeline that is not a socket' {
            $one, $two = 1..2 | ForEach-Object { New-Socket IPv6 }

            $one, 'no socket', $two | Register-SocketAddress '[::1]:0' -ErrorAction SilentlyContinue -ErrorVariable failure

            $failure.FullyQualifiedErrorId | Should -BeLike 'InputObjectNotBound,*'
            $failure.CategoryInfo.Category | Should -Be 'InvalidArgument'
            "$($one.State) $($two.State)" | Should -Be 'Bound Bound'
        }
    }

    Context '-Force where the bind fails' {
        It 'puts the stale file back' {
            $path = Add-StaleSocketFile Datagram
            $bound = New-Socket Unix | Register-SocketAddress (New-TestPath) -PassThru
            $before = (Get-Item -LiteralPath $path).CreationTimeUtc

            Register-SocketAddress $bound $path -Force -ErrorAction SilentlyContinue -ErrorVariable failure

            Assert-Failure $failure -Id InvalidArgument -Category InvalidArgument
            (Get-Item -LiteralPath $path).CreationTimeUtc | Should -Be $before
            @(Get-ChildItem -Path "$path*").Count | Should -Be 1
            # And it can be replaced by one that can be bound.
            New-Socket Unix | Register-SocketAddress $path -Force
            Test-Path -LiteralPath $path | Should -BeTrue
        }
    }

    Context '-Force' {
        BeforeEach {
            if ($IsWindows) {
                Set-ItResult -Skipped -Because 'stale socket files are replaced on Unix'
            }
        }

        It 'replaces the stale file of a <Old> socket for a <New> socket' -ForEach @(
            @{ Old = 'Stream'; New = 'Stream' }
            @{ Old = 'Datagram'; New = 'Datagram' }
            @{ Old = 'Datagram'; New = 'Stream' }
            @{ Old = 'Stream'; New = 'Datagram' }
        ) {
            $path = Add-StaleSocketFile $Old

            $socket = New-Socket Unix $New | Register-SocketAddress -LocalEndPoint $path -Force -PassThru

            "$($socket.LocalEndPoint)" | Should -Be $path
            if ($New -eq 'Stream') {
                $socket.Listen()
                "$((Connect-Socket $path).State)" | Should -Be 'Connected'
            }
            else {
                Send-Datagram (New-Socket Unix) 'hello' $path
                (Receive-Datagram $socket -TimeoutSeconds 5).Text | Should -Be 'hello'
            }
        }

        It 'is told of where a stale file is in the way' {
            $path = Add-StaleSocketFile

            Register-SocketAddress (New-Socket Unix Stream) $path -ErrorAction SilentlyContinue -ErrorVariable failure

            $failure.FullyQualifiedErrorId | Should -BeLike 'AddressAlreadyInUse,*'
            $failure.CategoryInfo.Category | Should -Be 'ResourceExists'
            $failure.ErrorDetails.RecommendedAction | Should -BeLike '*-Force*'
            Test-Path -LiteralPath $path | Should -BeTrue
        }

        It 'does not replace <Name>' -ForEach @(
            @{ Name = 'a stream that listens'; Type = 'Stream'; Listen = $true }
            @{ Name = 'a stream that is only bound'; Type = 'Stream'; Listen = $false }
            @{ Name = 'a datagram socket'; Type = 'Datagram'; Listen = $false }
            @{ Name = 'a SeqPacket socket that listens'; Type = 'SeqPacket'; Listen = $true }
        ) {
            $path = New-TestPath
            $living = New-Socket Unix $Type | Register-SocketAddress -LocalEndPoint $path -PassThru
            if ($Listen) {
                $living.Listen()
            }

            foreach ($type in 'Stream', 'Datagram') {
                Register-SocketAddress (New-Socket Unix $type) $path -Force -ErrorAction SilentlyContinue -ErrorVariable failure

                $failure.Count | Should -Be 1
                $failure.FullyQualifiedErrorId | Should -BeLike 'AddressAlreadyInUse,*'
                $failure.CategoryInfo.Category | Should -Be 'ResourceExists'
            }
            Test-Path -LiteralPath $path | Should -BeTrue
            if ($Listen -and $Type -eq 'Stream') {
                "$((Connect-Socket $path).State)" | Should -Be 'Connected'
                $accepted = $living.Accept()
                $accepted.Available | Should -Be 0 # the look whether it lives sends nothing
                $accepted.Dispose()
            }
        }

        It 'does not replace a datagram socket that is connected to another' {
            $path = New-TestPath
            $peer = New-Socket Unix | Register-SocketAddress -LocalEndPoint (New-TestPath) -PassThru
            $living = New-Socket Unix | Register-SocketAddress -LocalEndPoint $path -PassThru
            Connect-Socket $living $peer.LocalEndPoint

            Register-SocketAddress (New-Socket Unix) $path -Force -ErrorAction SilentlyContinue -ErrorVariable failure

            $failure.FullyQualifiedErrorId | Should -BeLike 'AddressAlreadyInUse,*'
            $failure.CategoryInfo.Category | Should -Be 'ResourceExists'
        }

        It 'does not replace a regular file' {
            $path = New-TestPath
            $script:paths += $path
            Set-Content -LiteralPath $path -Value 'precious'

            Register-SocketAddress (New-Socket Unix) $path -Force -ErrorAction SilentlyContinue -ErrorVariable failure

            $failure.FullyQualifiedErrorId | Should -BeLike 'AddressAlreadyInUse,*'
            $failure.CategoryInfo.Category | Should -Be 'ResourceExists'
            Get-Content -LiteralPath $path | Should -Be 'precious'
        }

        It 'does not replace an empty file' {
            $path = New-TestPath
            $script:paths += $path
            $null = New-Item -ItemType File -Path $path

            Register-SocketAddress (New-Socket Unix) $path -Force -ErrorAction SilentlyContinue -ErrorVariable failure

            $failure.FullyQualifiedErrorId | Should -BeLike 'AddressAlreadyInUse,*'
            $failure.CategoryInfo.Category | Should -Be 'ResourceExists'
            Test-Path -LiteralPath $path -PathType Leaf | Should -BeTrue
        }

        It 'does not replace a directory' {
            $path = New-TestPath
            $script:paths += $path
            $null = New-Item -ItemType Directory -Path $path

            Register-SocketAddress (New-Socket Unix) $path -Force -ErrorAction SilentlyContinue -ErrorVariable failure

            $failure.FullyQualifiedErrorId | Should -BeLike 'AddressAlreadyInUse,*'
            $failure.CategoryInfo.Category | Should -Be 'ResourceExists'
            Test-Path -LiteralPath $path -PathType Container | Should -BeTrue
        }

        It 'does not replace a symbolic link to a stale file' {
            $stale = Add-StaleSocketFile
            $link = New-TestPath
            $script:paths += $link
            $null = New-Item -ItemType SymbolicLink -Path $link -Value $stale

            Register-SocketAddress (New-Socket Unix) $link -Force -ErrorAction SilentlyContinue -ErrorVariable failure

            $failure.FullyQualifiedErrorId | Should -BeLike 'AddressAlreadyInUse,*'
            $failure.CategoryInfo.Category | Should -Be 'ResourceExists'
            [System.IO.FileInfo]::new($link).LinkTarget | Should -Be $stale
            Test-Path -LiteralPath $stale | Should -BeTrue
        }

        It 'does not replace a symbolic link to nowhere' {
            $link = New-TestPath
            $script:paths += $link
            $null = [System.IO.File]::CreateSymbolicLink($link, '/nonexistent/target')

            Register-SocketAddress (New-Socket Unix) $link -Force -ErrorAction SilentlyContinue -ErrorVariable failure

            $failure.FullyQualifiedErrorId | Should -BeLike 'AddressAlreadyInUse,*'
            $failure.CategoryInfo.Category | Should -Be 'ResourceExists'
            [System.IO.FileInfo]::new($link).LinkTarget | Should -Be '/nonexistent/target'
        }

        It 'does not replace a named pipe, and does not wait for it' {
            if (-not (Test-Program mkfifo)) {
                Set-ItResult -Skipped -Because 'mkfifo is not installed'
            }
            $path = New-TestPath
            $script:paths += $path
            mkfifo $path

            Register-SocketAddress (New-Socket Unix) $path -Force -ErrorAction SilentlyContinue -ErrorVariable failure

            $failure.FullyQualifiedErrorId | Should -BeLike 'AddressAlreadyInUse,*'
            $failure.CategoryInfo.Category | Should -Be 'ResourceExists'
            Test-Path -LiteralPath $path | Should -BeTrue
        }

        It 'does no harm where nothing is in the way' {
            foreach ($endPoint in (New-TestPath), "unix:$(New-TestPath)") {
                "$((New-Socket Unix | Register-SocketAddress -LocalEndPoint $endPoint -Force -PassThru).State)" | Should -Be 'Bound'
            }
            "$((New-Socket IPv6 | Register-SocketAddress -LocalEndPoint '[::1]:0' -Force -PassThru).State)" | Should -Be 'Bound'
        }

        It 'replaces no port in use' {
            $first = New-Socket IPv6 | Register-SocketAddress -LocalEndPoint '[::1]:0' -PassThru

            Register-SocketAddress (New-Socket IPv6) $first.LocalEndPoint -Force -ErrorAction SilentlyContinue -ErrorVariable failure

            $failure.FullyQualifiedErrorId | Should -BeLike 'AddressAlreadyInUse,*'
            $failure.CategoryInfo.Category | Should -Be 'ResourceExists'
        }

        It 'does not take the file away from under a socket of another family, which cannot be bound there' {
            $path = Add-StaleSocketFile

            Register-SocketAddress (New-Socket IPv6) $path -Force -ErrorAction SilentlyContinue -ErrorVariable failure

            $failure.FullyQualifiedErrorId | Should -BeLike 'AddressFamilyNotSupported,*'
            $failure.CategoryInfo.Category | Should -Be 'InvalidArgument'
            Test-Path -LiteralPath $path | Should -BeTrue
        }
    }

    Context '-WhatIf' {
        It 'removes nothing and binds nothing, with -Force' {
            if ($IsWindows) {
                Set-ItResult -Skipped -Because 'stale socket files are replaced on Unix'
            }
            $path = Add-StaleSocketFile
            $socket = New-Socket Unix Stream

            # In a runspace of its own, which keeps the announcement off the screen.
            $result = Wait-Worker (Start-Worker -ArgumentList $socket, $path {
                    param($socket, $path) Register-SocketAddress $socket $path -Force -WhatIf -PassThru
                })

            $result.Output | Should -BeNullOrEmpty
            $result.Errors | Should -BeNullOrEmpty
            Test-Path -LiteralPath $path | Should -BeTrue
            "$($socket.State)" | Should -Be 'New'
        }

        It 'binds nothing without -Force' {
            $socket = New-Socket IPv6

            $result = Wait-Worker (Start-Worker -ArgumentList $socket {
                    param($socket) Register-SocketAddress $socket '[::1]:0' -WhatIf -PassThru
                })

            $result.Output | Should -BeNullOrEmpty
            "$($socket.State)" | Should -Be 'New'
        }
    }

    Context 'what it switches on' {
        It 'is packet information, also for a socket that was made elsewhere: <Family>' -ForEach @(
            @{ Family = 'InterNetwork'; Address = '127.0.0.1' }
            @{ Family = 'InterNetworkV6'; Address = '::1' }
        ) {
            $foreign = [System.Net.Sockets.Socket]::new($Family, 'Dgram', 'Udp')
            try {
                Register-SocketAddress $foreign (New-SocketAddress $Address 0)
                Send-Datagram $foreign 'hello' $foreign.LocalEndPoint

                $datagram = Receive-Datagram $foreign -TimeoutSeconds 5

                $datagram.Text | Should -Be 'hello'
                $datagram.LocalAddress | Should -Be $Address
                $datagram.InterfaceIndex | Should -Be (Get-LoopbackInterface).Index
            }
            finally {
                $foreign.Dispose()
            }
        }

        It 'tells which of this machine''s addresses a datagram was sent to' {
            $socket = New-Socket IPv4 | Register-SocketAddress -LocalEndPoint ':0' -PassThru
            $port = $socket.LocalEndPoint.Port
            foreach ($address in '127.0.0.1', '127.9.8.7') {
                Send-Datagram (New-Socket IPv4) 'x' "${address}:$port"
                (Receive-Datagram $socket -TimeoutSeconds 5).LocalAddress | Should -Be $address
            }
        }

        It 'is neither SO_REUSEADDR nor SO_REUSEPORT, whatever .NET does' {
            if (-not $IsLinux) {
                Set-ItResult -Skipped -Because 'the options have the numbers of Linux here'
            }
            foreach ($address in '[::1]:0', '[::1]:named') {
                $socket = New-Socket IPv6 Stream
                if ($address -like '*named') {
                    $free = New-Socket IPv6 Stream | Register-SocketAddress -LocalEndPoint '[::1]:0' -PassThru
                    $address = "$($free.LocalEndPoint)"
                    Close-Socket $free
                }
                Register-SocketAddress $socket $address

                Get-RawOption $socket 1 2 | Should -Be 0 -Because $address
                Get-RawOption $socket 1 15 | Should -Be 0 -Because $address
            }
        }
    }

    Context 'with -Verbose' {
        It 'shows the system call with the port that was picked' {
            $socket = New-Socket IPv6

            $verbose = Register-SocketAddress $socket '[::1]:0' -Verbose 4>&1

            $verbose.Message -like 'bind(*' | Should -Be "bind(AF_INET6, $($socket.LocalEndPoint)) = 0"
        }

        It 'shows the system call of a UNIX socket' {
            $path = New-TestPath

            $verbose = Register-SocketAddress (New-Socket Unix) $path -Verbose 4>&1

            $verbose.Message -like 'bind(*' | Should -Be "bind(AF_UNIX, $path) = 0"
        }

        It 'shows a call that failed' {
            $first = New-Socket IPv6 | Register-SocketAddress -LocalEndPoint '[::1]:0' -PassThru

            $verbose = Register-SocketAddress (New-Socket IPv6) $first.LocalEndPoint -Verbose -ErrorAction SilentlyContinue 4>&1

            $call = $verbose.Message -like 'bind(*'
            @($call).Count | Should -Be 1
            $call | Should -BeLike "bind(*$([WildcardPattern]::Escape("$($first.LocalEndPoint)"))) = -1 EADDRINUSE (*)"
        }

        It 'shows nothing without it' {
            Register-SocketAddress (New-Socket IPv6) '[::1]:0' 4>&1 | Should -BeNullOrEmpty
        }
    }
}
