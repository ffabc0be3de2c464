Describe 'ConvertTo-NetworkOrder' {
    BeforeAll {
        . "$PSScriptRoot/../helpers/Common.ps1"
    }

    Context 'integers, as htons and htonl give them' {
        BeforeEach {
            if (-not [System.BitConverter]::IsLittleEndian) {
                Set-ItResult -Skipped -Because 'the numbers that are expected are those of a little-endian machine'
            }
        }

        It 'makes 985 of 55555 with 16 bits' {
            foreach ($integer in @(
                    ConvertTo-NetworkOrder 55555 -Width 16
                    ConvertTo-NetworkOrder 55555 16
                    ConvertTo-NetworkOrder -InputObject 55555 -Width 16
                    55555 | ConvertTo-NetworkOrder -Width 16
                )) {
                $integer | Should -BeOfType uint16
                $integer | Should -Be 985
            }
        }

        It 'makes <Expected> of <Value> as <Type>, without -Width' -ForEach @(
            @{ Value = [byte] 0x12; Type = 'byte'; Expected = 0x12 }
            @{ Value = [sbyte] 0x12; Type = 'byte'; Expected = 0x12 }
            @{ Value = [int16] 0x1234; Type = 'uint16'; Expected = 0x3412 }
            @{ Value = [uint16] 0x1234; Type = 'uint16'; Expected = 0x3412 }
            @{ Value = 0x12345678; Type = 'uint32'; Expected = 0x78563412 }
            @{ Value = [uint32] 1; Type = 'uint32'; Expected = 16777216 }
            @{ Value = 0x123456789ABCDEFL; Type = 'uint64'; Expected = 0xEFCDAB8967452301UL }
            @{ Value = [uint64] 1; Type = 'uint64'; Expected = 72057594037927936UL }
            @{ Value = [System.ConsoleColor]::Blue; Type = 'uint32'; Expected = 150994944 }
        ) {
            $integer = ConvertTo-NetworkOrder $Value

            $integer | Should -BeOfType $Type
            $integer | Should -Be $Expected
        }

        It 'makes <Expected> of <Value> with <Width> bits' -ForEach @(
            @{ Value = 1; Width = 8; Type = 'byte'; Expected = 1 }
            @{ Value = 255; Width = 8; Type = 'byte'; Expected = 255 }
            @{ Value = 1; Width = 16; Type = 'uint16'; Expected = 256 }
            @{ Value = 1L; Width = 32; Type = 'uint32'; Expected = 16777216 }
            @{ Value = [byte] 1; Width = 64; Type = 'uint64'; Expected = 72057594037927936UL }
            @{ Value = '1'; Width = 16; Type = 'uint16'; Expected = 256 }
            @{ Value = 1.0; Width = 16; Type = 'uint16'; Expected = 256 }
            @{ Value = 1d; Width = 16; Type = 'uint16'; Expected = 256 }
            @{ Value = 18446744073709551615UL; Width = 64; Type = 'uint64'; Expected = 18446744073709551615UL }
            @{ Value = [bigint] 258; Width = 16; Type = 'uint16'; Expected = 513 }
        ) {
            $integer = ConvertTo-NetworkOrder $Value -Width $Width

            $integer | Should -BeOfType $Type
            $integer | Should -Be $Expected
        }

        It 'takes negative values in two''s complement: <Value>, <Width> bits' -ForEach @(
            @{ Value = -1; Width = 8; Expected = 255 }
            @{ Value = -128; Width = 8; Expected = 128 }
            @{ Value = -1; Width = 16; Expected = 65535 }
            @{ Value = -2; Width = 16; Expected = 0xFEFF }
            @{ Value = -32768; Width = 16; Expected = 128 }
            @{ Value = -1; Width = 32; Expected = 4294967295 }
            @{ Value = -2147483648; Width = 32; Expected = 128 }
            @{ Value = -1; Width = 64; Expected = 18446744073709551615UL }
            @{ Value = -9223372036854775808; Width = 64; Expected = 128 }
        ) {
            ConvertTo-NetworkOrder $Value -Width $Width | Should -Be $Expected
        }

        It 'writes an integer for each, as an argument and from the pipeline' {
            ConvertTo-NetworkOrder 1, 3, 5 | Should -Be 16777216, 50331648, 83886080
            1, 3, 5 | ConvertTo-NetworkOrder -Width 16 | Should -Be 256, 768, 1280
            ConvertTo-NetworkOrder ([byte[]] (1, 2)) -Width 16 | Should -Be 256, 512
        }

        It 'lets each type decide its own width' {
            (ConvertTo-NetworkOrder ([byte] 1), ([uint16] 1), 1, 1L | ForEach-Object { $_.GetType().Name }) | Should -Be 'Byte', 'UInt16', 'UInt32', 'UInt64'
        }

        It 'lays the integer out in memory in network order, for every width' {
            foreach ($round in 1..20) {
                $value = [System.Random]::Shared.NextInt64()
                $expected = [System.BitConverter]::GetBytes($value)
                [array]::Reverse($expected)

                [System.BitConverter]::GetBytes((ConvertTo-NetworkOrder $value)) | Should -Be $expected -Because $value
            }
        }

        It 'is its own inverse' {
            foreach ($value in [uint16] 0xD903, [uint32] 3735928559, [uint64] 81985529216486895) {
                ConvertTo-NetworkOrder (ConvertTo-NetworkOrder $value) | Should -Be $value
            }
        }
    }

    Context '-AsByteArray' {
        It 'makes D9 03 of 55555 with 16 bits' {
            foreach ($bytes in @(
                    , (ConvertTo-NetworkOrder 55555 -Width 16 -AsByteArray)
                    , (55555 | ConvertTo-NetworkOrder -Width 16 -AsByteArray)
                )) {
                , $bytes | Should -BeOfType byte[]
                [System.Convert]::ToHexString($bytes) | Should -Be 'D903'
            }
        }

        It 'makes <Hex> of <Value>' -ForEach @(
            @{ Value = [byte] 0x12; Hex = '12' }
            @{ Value = [sbyte] -1; Hex = 'FF' }
            @{ Value = [uint16] 0x1234; Hex = '1234' }
            @{ Value = [int16] -2; Hex = 'FFFE' }
            @{ Value = 0x12345678; Hex = '12345678' }
            @{ Value = -2; Hex = 'FFFFFFFE' }
            @{ Value = 0x123456789ABCDEFL; Hex = '0123456789ABCDEF' }
            @{ Value = -2L; Hex = 'FFFFFFFFFFFFFFFE' }
            @{ Value = 18446744073709551615UL; Hex = 'FFFFFFFFFFFFFFFF' }
        ) {
            [System.Convert]::ToHexString((ConvertTo-NetworkOrder $Value -AsByteArray)) | Should -Be $Hex
        }

        It 'makes one array of 12 bytes of 1, 3, 5' {
            $output = @(ConvertTo-NetworkOrder 1, 3, 5 -AsByteArray)

            $output.Count | Should -Be 1
            , $output[0] | Should -BeOfType byte[]
            $output[0] | Should -Be 0, 0, 0, 1, 0, 0, 0, 3, 0, 0, 0, 5
        }

        It 'makes one array of integers of several types' {
            [System.Convert]::ToHexString((ConvertTo-NetworkOrder ([byte] 1), ([uint16] 2), 3 -AsByteArray)) | Should -Be '01000200000003'
        }

        It 'makes one array for each object of the pipeline' {
            $output = @(1, 3 | ConvertTo-NetworkOrder -Width 16 -AsByteArray)

            $output.Count | Should -Be 2
            $output[1] | Should -Be 0, 3
        }

        It 'makes an empty array of an empty array' {
            $bytes = ConvertTo-NetworkOrder @() -AsByteArray

            , $bytes | Should -BeOfType byte[]
            $bytes.Length | Should -Be 0
        }

        It 'can be sent as it is' {
            $socket = New-Socket IPv6 | Register-SocketAddress -LocalEndPoint '[::1]:0' -PassThru
            try {
                Send-Datagram $socket (ConvertTo-NetworkOrder 1, 3, 5 -AsByteArray) $socket.LocalEndPoint
                ConvertTo-NetworkOrder 7, 9 -AsByteArray | Send-Datagram $socket -RemoteEndPoint $socket.LocalEndPoint

                $datagrams = Receive-Datagram $socket 2 -TimeoutSeconds 5
                $datagrams.Length | Should -Be 2
                $datagrams[0].Length | Should -Be 12
                $datagrams[1].Length | Should -Be 8
            }
            finally {
                Close-Socket $socket
            }
        }
    }

    Context 'errors' {
        It 'refuses <Value>, which does not fit <Width> bits' -ForEach @(
            @{ Value = 256; Width = 8 }
            @{ Value = -129; Width = 8 }
            @{ Value = 65536; Width = 16 }
            @{ Value = -32769; Width = 16 }
            @{ Value = 4294967296; Width = 32 }
            @{ Value = -2147483649; Width = 32 }
            @{ Value = [bigint]::Parse('18446744073709551616'); Width = 64 }
            @{ Value = [bigint]::Parse('-9223372036854775809'); Width = 64 }
            @{ Value = 1e30; Width = 64 }
            @{ Value = '99999999999999999999999999999999999999999999999999999'; Width = 64 }
            @{ Value = [decimal]::MaxValue; Width = 64 }
        ) {
            foreach ($asByteArray in $false, $true) {
                $output = ConvertTo-NetworkOrder $Value -Width $Width -AsByteArray:$asByteArray -ErrorAction SilentlyContinue -ErrorVariable failure

                $output | Should -BeNullOrEmpty
                $failure.Count | Should -Be 1
                $failure.FullyQualifiedErrorId | Should -BeLike 'ValueOutOfRange,*'
                $failure.CategoryInfo.Category | Should -Be 'InvalidArgument'
                $failure.Exception.Message | Should -BeLike "*does not fit $Width bits*"
                $failure.TargetObject | Should -Be $Value
                $failure.ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
            }
        }

        It 'names the value that does not fit' {
            $value = [bigint]::Parse('99999999999999999999999999999999999999999999')
            $null = ConvertTo-NetworkOrder $value -Width 64 -ErrorAction SilentlyContinue -ErrorVariable failure

            $failure.Exception.Message | Should -BeLike "*$value*"
        }

        It 'refuses <Name>, which is not an integer' -ForEach @(
            @{ Name = 'a fraction'; Value = 1.5 }
            @{ Name = 'a decimal fraction'; Value = 1.5d }
            @{ Name = 'not a number'; Value = [double]::NaN }
            @{ Name = 'infinity'; Value = [double]::PositiveInfinity }
            @{ Name = 'a word'; Value = 'abc' }
            @{ Name = 'empty text'; Value = '' }
            @{ Name = 'null'; Value = $null }
            @{ Name = 'a hashtable'; Value = @{ a = 1 } }
            @{ Name = 'a truth value'; Value = $true }
            @{ Name = 'an address'; Value = [ipaddress] '127.0.0.1' }
        ) {
            $output = ConvertTo-NetworkOrder $Value -Width 16 -ErrorAction SilentlyContinue -ErrorVariable failure

            $output | Should -BeNullOrEmpty
            $failure.Count | Should -Be 1
            $failure.FullyQualifiedErrorId | Should -BeLike 'InvalidArgument,*'
            $failure.CategoryInfo.Category | Should -Be 'InvalidArgument'
            $failure.Exception.Message | Should -BeLike '*not an integer*'
        }

        It 'asks for -Width where the type has none: <Name>' -ForEach @(
            @{ Name = 'digits'; Value = '5' }
            @{ Name = 'a double'; Value = 5.0 }
            @{ Name = 'a decimal'; Value = 5d }
            @{ Name = 'a big integer'; Value = [bigint] 5 }
        ) {
            $output = ConvertTo-NetworkOrder $Value -ErrorAction SilentlyContinue -ErrorVariable failure

            $output | Should -BeNullOrEmpty
            $failure.Count | Should -Be 1
            $failure.FullyQualifiedErrorId | Should -BeLike 'WidthRequired,*'
            $failure.CategoryInfo.Category | Should -Be 'InvalidArgument'
            $failure.ErrorDetails.RecommendedAction | Should -BeLike '*-Width*'
        }

        It 'goes on after a bad one, in an argument and in the pipeline' {
            ConvertTo-NetworkOrder 1, 65536, 'x', 2 -Width 16 -ErrorAction SilentlyContinue -ErrorVariable failure | Should -Be 256, 512
            $failure | ForEach-Object FullyQualifiedErrorId | Should -BeLike '*,PSSockets.Commands.ConvertToNetworkOrderCommand'
            $failure[0].FullyQualifiedErrorId | Should -BeLike 'ValueOutOfRange,*'
            $failure[0].CategoryInfo.Category | Should -Be 'InvalidArgument'
            $failure[1].FullyQualifiedErrorId | Should -BeLike 'InvalidArgument,*'
            $failure[1].CategoryInfo.Category | Should -Be 'InvalidArgument'
            $failure.Count | Should -Be 2

            1, 65536, $null, 2 | ConvertTo-NetworkOrder -Width 16 -ErrorAction SilentlyContinue -ErrorVariable failure | Should -Be 256, 512
            $failure.Count | Should -Be 2
        }

        It 'makes no array where one of its integers is bad, since the others would stand in wrong places' {
            ConvertTo-NetworkOrder 1, 65536, 2 -Width 16 -AsByteArray -ErrorAction SilentlyContinue -ErrorVariable failure | Should -BeNullOrEmpty
            $failure.Count | Should -Be 1
            $failure.FullyQualifiedErrorId | Should -BeLike 'ValueOutOfRange,*'
            $failure.CategoryInfo.Category | Should -Be 'InvalidArgument'

            $arrays = @(1, 65536, 2 | ConvertTo-NetworkOrder -Width 16 -AsByteArray -ErrorAction SilentlyContinue)
            $arrays.Count | Should -Be 2
            $arrays[1] | Should -Be 0, 2
        }

        It 'refuses the width <_>' -ForEach 0, 7, 24, 128, -16 {
            $width = $_
            $failure = { ConvertTo-NetworkOrder 1 -Width $width } | Should -Throw -ErrorId 'ParameterArgumentValidationError,*' -PassThru

            $failure.CategoryInfo.Category | Should -Be 'InvalidData'
            $failure.Exception.Message | Should -BeLike '*8*16*32*64*'
        }

        It 'offers the widths on Tab' {
            $line = 'ConvertTo-NetworkOrder 1 -Width '
            (TabExpansion2 $line $line.Length).CompletionMatches.CompletionText | Should -Be '8', '16', '32', '64'
        }
    }
}
