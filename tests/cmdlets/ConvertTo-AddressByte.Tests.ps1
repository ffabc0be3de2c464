Describe 'ConvertTo-AddressByte' {
    BeforeAll {
        . "$PSScriptRoot/../helpers/Common.ps1"

        # Numbers in the order of this machine's memory, as they stand in struct sockaddr.
        function Get-HostByte {
            param($Number)

            [System.BitConverter]::GetBytes($Number)
        }
    }

    Context 'addresses' {
        It 'makes <Count> bytes of <Text>' -ForEach @(
            @{ Text = '127.0.0.1'; Count = 4; Hex = '7F000001' }
            @{ Text = '0.0.0.0'; Count = 4; Hex = '00000000' }
            @{ Text = '255.254.253.252'; Count = 4; Hex = 'FFFEFDFC' }
            @{ Text = '::1'; Count = 16; Hex = '00000000000000000000000000000001' }
            @{ Text = '::'; Count = 16; Hex = '00000000000000000000000000000000' }
            @{ Text = '[::1]'; Count = 16; Hex = '00000000000000000000000000000001' }
            @{ Text = '2001:db8:1:2:3:4:5:6'; Count = 16; Hex = '20010DB8000100020003000400050006' }
            @{ Text = '2001:DB8::6'; Count = 16; Hex = '20010DB8000000000000000000000006' }
            @{ Text = '::ffff:192.0.2.1'; Count = 16; Hex = '00000000000000000000FFFFC0000201' }
            @{ Text = 'fe80::1%3'; Count = 16; Hex = 'FE800000000000000000000000000001' }
        ) {
            foreach ($bytes in @(
                    , (ConvertTo-AddressByte $Text)
                    , (ConvertTo-AddressByte -InputObject $Text)
                    , ($Text | ConvertTo-AddressByte)
                    , (ConvertTo-AddressByte ([ipaddress]($Text.Trim('[]'))))
                )) {
                , $bytes | Should -BeOfType byte[]
                $bytes.Length | Should -Be $Count
                [System.Convert]::ToHexString($bytes) | Should -Be $Hex
            }
        }

        It 'takes the address of an end point, object or text' {
            foreach ($endPoint in '[::1]:55555', (New-SocketAddress ::1 55555)) {
                [System.Convert]::ToHexString((ConvertTo-AddressByte $endPoint)) | Should -Be ('0' * 31 + '1')
            }
            foreach ($endPoint in '127.0.0.1:53', (New-SocketAddress 127.0.0.1 53)) {
                [System.Convert]::ToHexString((ConvertTo-AddressByte $endPoint)) | Should -Be '7F000001'
            }
        }

        It 'writes one array for each of several, never unrolled' {
            foreach ($arrays in @(
                    , @('127.0.0.1', '::1' | ConvertTo-AddressByte)
                    , @(ConvertTo-AddressByte '127.0.0.1', ([ipaddress] '::1'))
                )) {
                $arrays.Count | Should -Be 2
                $arrays[0].Length | Should -Be 4
                $arrays[1].Length | Should -Be 16
            }
        }

        It 'goes on after one that is wrong' {
            foreach ($way in 'argument', 'pipeline') {
                $list = '127.0.0.1', '127.1', 42, 'localhost', '::1'
                $arrays = @($way -eq 'argument' `
                        ? (ConvertTo-AddressByte $list -ErrorAction SilentlyContinue -ErrorVariable failure) `
                        : ($list | ConvertTo-AddressByte -ErrorAction SilentlyContinue -ErrorVariable failure))

                $arrays.Count | Should -Be 2 -Because $way
                $arrays.Length | Should -Be 2 -Because $way
                $failure.Count | Should -Be 3 -Because $way
                foreach ($record in $failure) {
                    $record.FullyQualifiedErrorId | Should -BeLike 'InvalidEndPoint,*'
                    $record.CategoryInfo.Category | Should -Be 'InvalidArgument'
                }
            }
        }

        It 'refuses <Value>: <Reason>' -ForEach @(
            @{ Value = '127.1'; Reason = '*2 of the four numbers*' }
            @{ Value = '010.0.0.1'; Reason = '*octal*' }
            @{ Value = '256.0.0.1'; Reason = '*above 255*' }
            @{ Value = '::g'; Reason = '*not an IPv6 address*' }
            @{ Value = '1::2::3'; Reason = '*not an IPv6 address*' }
            @{ Value = '[::1'; Reason = '*[[]::1*' }
            @{ Value = ''; Reason = '*empty*' }
            @{ Value = 'localhost'; Reason = '*localhost*' }
            @{ Value = 'localhost:80'; Reason = '*localhost*name*' }
            @{ Value = 42; Reason = '*42*' }
            @{ Value = @{ a = 1 }; Reason = '*Hashtable*' }
            @{ Value = '/run/x.sock'; Reason = '*/run/x.sock*not an IPv4 or IPv6 address*' }
            @{ Value = 'unix:/run/x.sock'; Reason = '*/run/x.sock*not an IPv4 or IPv6 address*' }
            @{ Value = '@name'; Reason = '*@name*' }
        ) {
            $bytes = ConvertTo-AddressByte $Value -ErrorAction SilentlyContinue -ErrorVariable failure

            $bytes | Should -BeNullOrEmpty
            $failure.Count | Should -Be 1
            $failure.FullyQualifiedErrorId | Should -BeLike 'InvalidEndPoint,*'
            $failure.CategoryInfo.Category | Should -Be 'InvalidArgument'
            $failure.Exception.Message | Should -BeLike $Reason
            $failure.ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
        }
    }

    Context '-SocketAddress' {
        It 'makes struct sockaddr_in of an IPv4 end point' {
            $bytes = ConvertTo-AddressByte '192.0.2.1:55555' -SocketAddress

            , $bytes | Should -BeOfType byte[]
            $bytes | Should -Be ((Get-HostByte ([uint16] 2)) + @(0xD9, 0x03) + @(192, 0, 2, 1) + @(0) * 8)
        }

        It 'makes struct sockaddr_in6 of an IPv6 end point' {
            $bytes = ConvertTo-AddressByte '[2001:db8::1]:53' -SocketAddress

            $bytes | Should -Be (
                (Get-HostByte ([uint16] ($IsWindows ? 23 : 10))) + @(0, 53) + @(0) * 4 +
                @(0x20, 0x01, 0x0d, 0xb8) + @(0) * 11 + @(1) + @(0) * 4)
        }

        It 'puts the scope into struct sockaddr_in6' {
            foreach ($scope in 1, 258, 4294967295) {
                $bytes = New-SocketAddress fe80::1 53 -ScopeId $scope | ConvertTo-AddressByte -SocketAddress

                $bytes.Length | Should -Be 28
                $bytes[24..27] | Should -Be (Get-HostByte ([uint32] $scope))
            }
        }

        It 'gives an address alone port 0' {
            (ConvertTo-AddressByte '127.0.0.1' -SocketAddress)[2..7] | Should -Be 0, 0, 127, 0, 0, 1
            (ConvertTo-AddressByte ([ipaddress] '::1') -SocketAddress).Length | Should -Be 28
        }

        It 'makes struct sockaddr_un of a path, with its zero byte' {
            $bytes = ConvertTo-AddressByte '/run/ü.sock' -SocketAddress

            $bytes | Should -Be ((Get-HostByte ([uint16] 1)) + [System.Text.Encoding]::UTF8.GetBytes('/run/ü.sock') + @(0))
        }

        It 'makes struct sockaddr_un of an abstract name, without one' {
            $bytes = ConvertTo-AddressByte '@name' -SocketAddress

            $bytes | Should -Be ((Get-HostByte ([uint16] 1)) + @(0) + [System.Text.Encoding]::UTF8.GetBytes('name'))
        }

        It 'resolves a path relative to PowerShell''s location' {
            Push-Location -LiteralPath $TestDrive
            try {
                $bytes = ConvertTo-AddressByte './x.sock' -SocketAddress
            }
            finally {
                Pop-Location
            }
            [System.Text.Encoding]::UTF8.GetString($bytes, 2, $bytes.Length - 3) | Should -Be (Join-Path $TestDrive 'x.sock')
        }

        It 'makes what the kernel itself gives for a bound socket of <Family>' -ForEach @(
            @{ Family = 'IPv4'; Address = '127.0.0.1:0' }
            @{ Family = 'IPv6'; Address = '[::1]:0' }
        ) {
            $socket = New-Socket $Family | Register-SocketAddress -LocalEndPoint $Address -PassThru
            try {
                $expected = $socket.LocalEndPoint.Serialize()

                $bytes = $socket.LocalEndPoint | ConvertTo-AddressByte -SocketAddress

                $bytes | Should -Be (0..($expected.Size - 1) | ForEach-Object { $expected[$_] })
            }
            finally {
                Close-Socket $socket
            }
        }

        It 'refuses a name, which has no bytes' {
            foreach ($name in 'localhost:80', (New-SocketAddress -HostName localhost -Port 80)) {
                $bytes = ConvertTo-AddressByte $name -SocketAddress -ErrorAction SilentlyContinue -ErrorVariable failure

                $bytes | Should -BeNullOrEmpty
                $failure.FullyQualifiedErrorId | Should -BeLike 'InvalidEndPoint,*'
                $failure.CategoryInfo.Category | Should -Be 'InvalidArgument'
                $failure.Exception.Message | Should -BeLike '*localhost*name*'
            }
        }
    }
}
