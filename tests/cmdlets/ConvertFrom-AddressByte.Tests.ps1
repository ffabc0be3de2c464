Describe 'ConvertFrom-AddressByte' {
    BeforeAll {
        . "$PSScriptRoot/../helpers/Common.ps1"

        $ipv4 = [byte[]] (127, 0, 0, 1)
        $ipv6 = [byte[]] (@(0x20, 0x01, 0x0d, 0xb8) + @(0) * 11 + @(1))
    }

    Context 'addresses' {
        It 'makes an IPv4 address of 4 bytes' {
            foreach ($address in @(
                    ConvertFrom-AddressByte $ipv4
                    ConvertFrom-AddressByte -InputObject $ipv4
                    , $ipv4 | ConvertFrom-AddressByte
                )) {
                $address.GetType().FullName | Should -Be 'System.Net.IPAddress'
                "$address" | Should -Be '127.0.0.1'
            }
        }

        It 'makes an IPv6 address of 16 bytes' {
            foreach ($address in @(
                    ConvertFrom-AddressByte $ipv6
                    , $ipv6 | ConvertFrom-AddressByte
                )) {
                $address.GetType().FullName | Should -Be 'System.Net.IPAddress'
                "$address" | Should -Be '2001:db8::1'
            }
        }

        It 'takes bytes that the pipeline has unrolled for one address' {
            @($ipv4 | ConvertFrom-AddressByte).Count | Should -Be 1
            "$($ipv4 | ConvertFrom-AddressByte)" | Should -Be '127.0.0.1'
            "$($ipv6 | ConvertFrom-AddressByte)" | Should -Be '2001:db8::1'
            "$(ConvertFrom-AddressByte @([byte] 10, [byte] 0, [byte] 0, [byte] 1))" | Should -Be '10.0.0.1'
        }

        It 'makes one address of each array' {
            $addresses = $ipv4, $ipv6 | ConvertFrom-AddressByte
            $addresses | ForEach-Object ToString | Should -Be '127.0.0.1', '2001:db8::1'

            $addresses = ConvertFrom-AddressByte $ipv4, $ipv6
            $addresses | ForEach-Object ToString | Should -Be '127.0.0.1', '2001:db8::1'
        }

        It 'is the way back from ConvertTo-AddressByte for <_>' -ForEach '127.0.0.1', '0.0.0.0', '::1', '::', '2001:db8:1:2:3:4:5:6', '::ffff:192.0.2.1' {
            $_ | ConvertTo-AddressByte | ConvertFrom-AddressByte | Should -Be ([ipaddress] $_)
        }

        It 'takes the payload of a datagram' {
            $socket = New-Socket IPv6 | Register-SocketAddress -LocalEndPoint '[::1]:0' -PassThru
            try {
                Send-Datagram $socket $ipv4 $socket.LocalEndPoint

                $address = Receive-Datagram $socket -TimeoutSeconds 5 | ConvertFrom-AddressByte

                "$address" | Should -Be '127.0.0.1'
            }
            finally {
                Close-Socket $socket
            }
        }

        It 'refuses <_> bytes' -ForEach 0, 1, 3, 5, 8, 15, 17, 28 {
            $bytes = [byte[]]::new($_)

            $address = ConvertFrom-AddressByte $bytes -ErrorAction SilentlyContinue -ErrorVariable failure

            $address | Should -BeNullOrEmpty
            $failure.Count | Should -Be 1
            $failure.FullyQualifiedErrorId | Should -BeLike 'InvalidEndPoint,*'
            $failure.CategoryInfo.Category | Should -Be 'InvalidArgument'
            $failure.Exception.Message | Should -BeLike "$_ bytes*4*16*"
            $failure.ErrorDetails.RecommendedAction | Should -BeLike '*-SocketAddress*'
        }

        It 'refuses <Value>, which is not bytes, and names the cmdlet that makes them' -ForEach @(
            @{ Value = 127; Remedy = '*ConvertTo-NetworkOrder*' }
            @{ Value = @{ a = 1 }; Remedy = '*ConvertTo-BinaryMessage*' }
            @{ Value = [ipaddress] '127.0.0.1'; Remedy = '*ConvertTo-AddressByte*' }
        ) {
            $address = ConvertFrom-AddressByte $Value -ErrorAction SilentlyContinue -ErrorVariable failure

            $address | Should -BeNullOrEmpty
            $failure.Count | Should -Be 1
            $failure.FullyQualifiedErrorId | Should -BeLike 'InvalidMessage,*'
            $failure.CategoryInfo.Category | Should -Be 'InvalidArgument'
            $failure.Exception.Message | Should -BeLike $Remedy
        }

        It 'goes on after arrays that are wrong' {
            foreach ($way in 'argument', 'pipeline') {
                $list = $ipv4, [byte[]] (1, 2, 3), 42, $ipv6
                $addresses = $way -eq 'argument' `
                    ? (ConvertFrom-AddressByte $list -ErrorAction SilentlyContinue -ErrorVariable failure) `
                    : ($list | ConvertFrom-AddressByte -ErrorAction SilentlyContinue -ErrorVariable failure)

                $addresses | ForEach-Object ToString | Should -Be '127.0.0.1', '2001:db8::1' -Because $way
                $failure.Count | Should -Be 2 -Because $way
                $failure[0].FullyQualifiedErrorId | Should -BeLike 'InvalidEndPoint,*'
                $failure[0].CategoryInfo.Category | Should -Be 'InvalidArgument'
                $failure[1].FullyQualifiedErrorId | Should -BeLike 'InvalidMessage,*'
                $failure[1].CategoryInfo.Category | Should -Be 'InvalidArgument'
            }
        }

        It 'goes on after single bytes that are not an address' {
            $addresses = [byte] 1, $ipv4, [byte] 2 | ConvertFrom-AddressByte -ErrorAction SilentlyContinue -ErrorVariable failure

            $addresses | ForEach-Object ToString | Should -Be '127.0.0.1'
            $failure.Count | Should -Be 2
            foreach ($record in $failure) {
                $record.FullyQualifiedErrorId | Should -BeLike 'InvalidEndPoint,*'
                $record.CategoryInfo.Category | Should -Be 'InvalidArgument'
            }
        }
    }

    Context '-SocketAddress' {
        It 'is the way back from ConvertTo-AddressByte -SocketAddress for <_>' -ForEach @(
            '127.0.0.1:53', '0.0.0.0:0', '255.255.255.255:65535'
            '[::1]:55555', '[::]:0', '[fe80::1%3]:53', '[fe80::1%4294967295]:53', '[2001:db8::1]:65535', '[::ffff:192.0.2.1]:1'
            '/run/x.sock', '/run/ü.sock', '@name', '@with/slash', '@ü'
        ) {
            $endPoint = New-SocketAddress -EndPoint $_

            $back = $endPoint | ConvertTo-AddressByte -SocketAddress | ConvertFrom-AddressByte -SocketAddress

            @($back).Count | Should -Be 1
            $back.GetType() | Should -Be $endPoint.GetType()
            $back | Should -Be $endPoint
            "$back" | Should -Be "$endPoint"
        }

        It 'is the way back for the longest path' {
            $endPoint = New-SocketAddress -Path ('/tmp/' + 'x' * 102)

            $endPoint | ConvertTo-AddressByte -SocketAddress | ConvertFrom-AddressByte -SocketAddress | Should -Be $endPoint
        }

        It 'takes the array whole, by name and unrolled' {
            $bytes = ConvertTo-AddressByte '[::1]:53' -SocketAddress

            foreach ($endPoint in @(
                    ConvertFrom-AddressByte $bytes -SocketAddress
                    ConvertFrom-AddressByte -InputObject $bytes -SocketAddress
                    , $bytes | ConvertFrom-AddressByte -SocketAddress
                    $bytes | ConvertFrom-AddressByte -SocketAddress
                )) {
                "$endPoint" | Should -Be '[::1]:53'
            }
        }

        It 'takes a buffer that is longer than the address, as recvfrom(2) fills it' {
            $bytes = [byte[]]::new(128)
            (ConvertTo-AddressByte '127.0.0.1:53' -SocketAddress).CopyTo($bytes, 0)

            "$(ConvertFrom-AddressByte $bytes -SocketAddress)" | Should -Be '127.0.0.1:53'
        }

        It 'refuses <Name>: <Reason>' -ForEach @(
            @{ Name = 'nothing'; Bytes = @(); Reason = '0 bytes*at least the 2 bytes*' }
            @{ Name = 'one byte'; Bytes = @(2); Reason = '1 bytes*at least the 2 bytes*' }
            @{ Name = 'a short struct sockaddr_in'; Bytes = @(2, 0) + @(0) * 13; Reason = '15 bytes*sockaddr_in has 16*' }
            @{ Name = 'a short struct sockaddr_in6'; Bytes = @(($IsWindows ? 23 : 10), 0) + @(0) * 25; Reason = '27 bytes*sockaddr_in6 has 28*' }
            @{ Name = 'a long struct sockaddr_un'; Bytes = @(1, 0) + @(65) * 109; Reason = '111 bytes*at most 108*' }
            @{ Name = 'an unknown family'; Bytes = @(99, 0) + @(0) * 14; Reason = '16 bytes*no family that is known*' }
            @{ Name = 'no family'; Bytes = @(0) * 16; Reason = '16 bytes*no family that is known*' }
            @{ Name = 'an address alone'; Bytes = 127, 0, 0, 1; Reason = '4 bytes*' }
        ) {
            $endPoint = ConvertFrom-AddressByte ([byte[]] $Bytes) -SocketAddress -ErrorAction SilentlyContinue -ErrorVariable failure

            $endPoint | Should -BeNullOrEmpty
            $failure.Count | Should -Be 1
            $failure.FullyQualifiedErrorId | Should -BeLike 'InvalidEndPoint,*'
            $failure.CategoryInfo.Category | Should -Be 'InvalidArgument'
            $failure.Exception.Message | Should -BeLike $Reason
            $failure.ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
        }
    }
}
