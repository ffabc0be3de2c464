Describe 'ConvertFrom-NetworkOrder' {
    BeforeAll {
        . "$PSScriptRoot/../helpers/Common.ps1"
    }

    Context 'integers, as ntohs and ntohl give them' {
        BeforeEach {
            if (-not [System.BitConverter]::IsLittleEndian) {
                Set-ItResult -Skipped -Because 'the numbers that are expected are those of a little-endian machine'
            }
        }

        It 'makes 55555 of 985 with 16 bits' {
            foreach ($integer in @(
                    ConvertFrom-NetworkOrder 985 -Width 16
                    ConvertFrom-NetworkOrder 985 16
                    ConvertFrom-NetworkOrder -InputObject 985 -Width 16
                    985 | ConvertFrom-NetworkOrder -Width 16
                    ConvertFrom-NetworkOrder ([uint16] 985)
                )) {
                $integer | Should -BeOfType uint16
                $integer | Should -Be 55555
            }
        }

        It 'makes <Expected> of <Value> as <Type>, without -Width' -ForEach @(
            @{ Value = [byte] 0x12; Type = 'byte'; Expected = 0x12 }
            @{ Value = [uint16] 0x3412; Type = 'uint16'; Expected = 0x1234 }
            @{ Value = [int16] 0x3412; Type = 'uint16'; Expected = 0x1234 }
            @{ Value = 0x78563412; Type = 'uint32'; Expected = 0x12345678 }
            @{ Value = [uint32] 16777216; Type = 'uint32'; Expected = 1 }
            @{ Value = 72057594037927936L; Type = 'uint64'; Expected = 1 }
        ) {
            $integer = ConvertFrom-NetworkOrder $Value

            $integer | Should -BeOfType $Type
            $integer | Should -Be $Expected
        }

        It 'gives signed integers with -Signed: <Expected> as <Type>' -ForEach @(
            @{ Value = [byte] 255; Type = 'sbyte'; Expected = -1 }
            @{ Value = [uint16] 0xFEFF; Type = 'int16'; Expected = -2 }
            @{ Value = [uint32] 4278190079; Type = 'int32'; Expected = -2 }
            @{ Value = [uint64] 18374686479671623679; Type = 'int64'; Expected = -2 }
            @{ Value = [uint16] 256; Type = 'int16'; Expected = 1 }
        ) {
            $integer = ConvertFrom-NetworkOrder $Value -Signed

            $integer | Should -BeOfType $Type
            $integer | Should -Be $Expected
        }

        It 'takes several, as an argument and from the pipeline' {
            ConvertFrom-NetworkOrder 256, 512 -Width 16 | Should -Be 1, 2
            256, 512 | ConvertFrom-NetworkOrder -Width 16 | Should -Be 1, 2
        }

        It 'takes single bytes without -Width for integers of 8 bits' {
            [byte] 1, [byte] 2 | ConvertFrom-NetworkOrder | Should -Be 1, 2
            [byte] 200 | ConvertFrom-NetworkOrder -Signed | Should -Be -56
        }
    }

    Context 'round trips' {
        It 'gives back what ConvertTo-NetworkOrder took: <Width> bits, signed <Signed>' -ForEach @(
            foreach ($width in 8, 16, 32, 64) { foreach ($signed in $false, $true) { @{ Width = $width; Signed = $signed } } }
        ) {
            $most = [bigint]::Pow(2, $Signed ? $Width - 1 : $Width) - 1
            $least = $Signed ? -[bigint]::Pow(2, $Width - 1) : [bigint]::Zero
            $values = @($least, ($least + 1), [bigint]::Zero, [bigint]::One, ($most - 1), $most) + @(
                foreach ($round in 1..20) {
                    [bigint]::op_Modulus([bigint] [System.Random]::Shared.NextInt64(), $most)
                }
            )

            foreach ($value in $values) {
                $integer = ConvertTo-NetworkOrder $value -Width $Width | ConvertFrom-NetworkOrder -Signed:$Signed
                $fromBytes = ConvertTo-NetworkOrder $value -Width $Width -AsByteArray | ConvertFrom-NetworkOrder -Width $Width -Signed:$Signed
                $fromWhole = ConvertFrom-NetworkOrder (ConvertTo-NetworkOrder $value -Width $Width -AsByteArray) -Width $Width -Signed:$Signed

                foreach ($back in $integer, $fromBytes, $fromWhole) {
                    [bigint] $back | Should -Be $value
                    $back.GetType().Name | Should -Be @{ 8 = 'Byte', 'SByte'; 16 = 'UInt16', 'Int16'; 32 = 'UInt32', 'Int32'; 64 = 'UInt64', 'Int64' }[$Width][[int] $Signed]
                }
            }
        }
    }

    Context 'bytes' {
        It 'makes integers of <Width> bits of a byte[]' -ForEach @(
            @{ Width = 8; Type = 'byte'; Expected = 1, 2, 3, 4, 5, 6, 7, 8 }
            @{ Width = 16; Type = 'uint16'; Expected = 0x0102, 0x0304, 0x0506, 0x0708 }
            @{ Width = 32; Type = 'uint32'; Expected = 0x01020304, 0x05060708 }
            @{ Width = 64; Type = 'uint64'; Expected = 0x0102030405060708 }
        ) {
            $bytes = [byte[]] (1..8)

            foreach ($integers in @(
                    , @(ConvertFrom-NetworkOrder $bytes -Width $Width)
                    , @(, $bytes | ConvertFrom-NetworkOrder -Width $Width)
                    , @($bytes | ConvertFrom-NetworkOrder -Width $Width)
                )) {
                $integers | Should -Be $Expected
                $integers | ForEach-Object { $_ | Should -BeOfType $Type }
            }
        }

        It 'makes signed integers with -Signed' {
            ConvertFrom-NetworkOrder ([byte[]] (0xFF, 0xFE, 0, 1)) -Width 16 -Signed | Should -Be -2, 1
        }

        It 'takes the payload of a datagram' {
            $socket = New-Socket IPv6 | Register-SocketAddress -LocalEndPoint '[::1]:0' -PassThru
            try {
                Send-Datagram $socket (ConvertTo-NetworkOrder 1, 3, 5 -AsByteArray) $socket.LocalEndPoint

                $integers = Receive-Datagram $socket -TimeoutSeconds 5 | ConvertFrom-NetworkOrder -Width 32

                $integers | Should -Be 1, 3, 5
                $integers | ForEach-Object { $_ | Should -BeOfType uint32 }
            }
            finally {
                Close-Socket $socket
            }
        }

        It 'takes data of a stream: <Name>' -ForEach @(
            @{ Name = 'from the pipeline'; Read = { Receive-SocketData $other -Length 8 -TimeoutSeconds 5 | ConvertFrom-NetworkOrder -Width 16 } }
            @{ Name = 'as an argument'; Read = { ConvertFrom-NetworkOrder (Receive-SocketData $other -Length 8 -TimeoutSeconds 5) 16 } }
            @{ Name = 'several'; Read = { Receive-SocketData $other -Length 4 -Count 2 -TimeoutSeconds 5 | ConvertFrom-NetworkOrder -Width 16 } }
        ) {
            $one, $other = New-StreamPair
            try {
                Send-SocketData $one (ConvertTo-NetworkOrder 1, 3, 65535, 5 -Width 16 -AsByteArray)

                $integers = . $Read

                $integers | Should -Be 1, 3, 65535, 5
                $integers | ForEach-Object { $_ | Should -BeOfType uint16 }
            }
            finally {
                Close-Socket $one, $other
            }
        }

        It 'makes signed integers of a datagram, and goes on after one that is not a whole integer' {
            $socket = New-Socket IPv6 | Register-SocketAddress -LocalEndPoint '[::1]:0' -PassThru
            try {
                Send-Datagram $socket (ConvertTo-NetworkOrder -1 -Width 16 -AsByteArray), 'abc', (ConvertTo-NetworkOrder 2 -Width 16 -AsByteArray) $socket.LocalEndPoint
                $datagrams = Receive-Datagram $socket 3 -TimeoutSeconds 5

                $integers = $datagrams | ConvertFrom-NetworkOrder -Width 16 -Signed -ErrorAction SilentlyContinue -ErrorVariable failure

                $integers | Should -Be -1, 2
                Assert-Failure $failure -Id InvalidMessage -Category InvalidArgument
            }
            finally {
                Close-Socket $socket
            }
        }

        It 'keeps arrays of the pipeline apart' {
            [byte[]] (0, 1), [byte[]] (0, 2, 0, 3) | ConvertFrom-NetworkOrder -Width 16 | Should -Be 1, 2, 3
        }

        It 'makes nothing of no bytes' {
            ConvertFrom-NetworkOrder ([byte[]]::new(0)) -Width 16 -ErrorVariable failure | Should -BeNullOrEmpty
            $failure | Should -BeNullOrEmpty
        }

        It 'refuses <Count> bytes for <Width> bits' -ForEach @(
            @{ Count = 1; Width = 16 }
            @{ Count = 3; Width = 16 }
            @{ Count = 5; Width = 32 }
            @{ Count = 12; Width = 64 }
        ) {
            $bytes = [byte[]]::new($Count)

            foreach ($way in 'whole', 'unrolled') {
                $output = $way -eq 'whole' `
                    ? (ConvertFrom-NetworkOrder $bytes -Width $Width -ErrorAction SilentlyContinue -ErrorVariable failure) `
                    : ($bytes | ConvertFrom-NetworkOrder -Width $Width -ErrorAction SilentlyContinue -ErrorVariable failure)

                $output | Should -BeNullOrEmpty
                $failure.Count | Should -Be 1
                $failure.FullyQualifiedErrorId | Should -BeLike 'InvalidMessage,*'
                $failure.CategoryInfo.Category | Should -Be 'InvalidArgument'
                $failure.Exception.Message | Should -BeLike "$Count bytes*$Width-bit*"
                $failure.ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
            }
        }

        It 'asks for -Width' {
            $output = ConvertFrom-NetworkOrder ([byte[]] (1, 2)) -ErrorAction SilentlyContinue -ErrorVariable failure

            $output | Should -BeNullOrEmpty
            $failure.Count | Should -Be 1
            $failure.FullyQualifiedErrorId | Should -BeLike 'WidthRequired,*'
            $failure.CategoryInfo.Category | Should -Be 'InvalidArgument'
            $failure.ErrorDetails.RecommendedAction | Should -BeLike '*-Width*'
        }
    }

    Context 'errors' {
        It 'refuses <Value>, which does not fit <Width> bits' -ForEach @(
            @{ Value = 256; Width = 8 }
            @{ Value = 65536; Width = 16 }
            @{ Value = -32769; Width = 16 }
            @{ Value = 4294967296; Width = 32 }
            @{ Value = [bigint]::Parse('18446744073709551616'); Width = 64 }
        ) {
            $output = ConvertFrom-NetworkOrder $Value -Width $Width -ErrorAction SilentlyContinue -ErrorVariable failure

            $output | Should -BeNullOrEmpty
            $failure.Count | Should -Be 1
            $failure.FullyQualifiedErrorId | Should -BeLike 'ValueOutOfRange,*'
            $failure.CategoryInfo.Category | Should -Be 'InvalidArgument'
            $failure.Exception.Message | Should -BeLike "*$Value*$Width bits*"
        }

        It 'refuses <Name>, which is neither integer nor bytes' -ForEach @(
            @{ Name = 'a word'; Value = 'abc' }
            @{ Name = 'empty text'; Value = '' }
            @{ Name = 'null'; Value = $null }
            @{ Name = 'a fraction'; Value = 1.5 }
            @{ Name = 'a hashtable'; Value = @{ a = 1 } }
        ) {
            $output = ConvertFrom-NetworkOrder $Value -Width 16 -ErrorAction SilentlyContinue -ErrorVariable failure

            $output | Should -BeNullOrEmpty
            $failure.Count | Should -Be 1
            $failure.FullyQualifiedErrorId | Should -BeLike 'InvalidArgument,*'
            $failure.CategoryInfo.Category | Should -Be 'InvalidArgument'
        }

        It 'goes on after a bad one, in an argument and in the pipeline' {
            $list = 256, 65536, 'x', [byte[]] (1, 2, 3), [byte[]] (0, 2)
            foreach ($way in 'argument', 'pipeline') {
                $output = $way -eq 'argument' `
                    ? (ConvertFrom-NetworkOrder $list -Width 16 -ErrorAction SilentlyContinue -ErrorVariable failure) `
                    : ($list | ConvertFrom-NetworkOrder -Width 16 -ErrorAction SilentlyContinue -ErrorVariable failure)

                $output | Should -Be 1, 2 -Because $way
                $failure.Count | Should -Be 3 -Because $way
                $failure[0].FullyQualifiedErrorId | Should -BeLike 'ValueOutOfRange,*'
                $failure[1].FullyQualifiedErrorId | Should -BeLike 'InvalidArgument,*'
                $failure[2].FullyQualifiedErrorId | Should -BeLike 'InvalidMessage,*'
                foreach ($record in $failure) {
                    $record.CategoryInfo.Category | Should -Be 'InvalidArgument'
                }
            }
        }

        It 'goes on after single bytes that are not a whole integer' {
            $output = [byte] 1, [uint16] 512, [byte] 3 | ConvertFrom-NetworkOrder -Width 16 -ErrorAction SilentlyContinue -ErrorVariable failure

            $output | Should -Be 2
            $failure.Count | Should -Be 2
            foreach ($record in $failure) {
                $record.FullyQualifiedErrorId | Should -BeLike 'InvalidMessage,*'
                $record.CategoryInfo.Category | Should -Be 'InvalidArgument'
            }
        }

        It 'goes on with an array after single bytes that are not a whole integer' {
            $output = [byte] 1, [byte[]] (0, 2) | ConvertFrom-NetworkOrder -Width 16 -ErrorAction SilentlyContinue -ErrorVariable failure

            $output | Should -Be 2
            $failure.Count | Should -Be 1
            $failure.FullyQualifiedErrorId | Should -BeLike 'InvalidMessage,*'
            $failure.CategoryInfo.Category | Should -Be 'InvalidArgument'
        }

        It 'refuses the width <_>' -ForEach 0, 7, 24, 128 {
            $width = $_
            $failure = { ConvertFrom-NetworkOrder 1 -Width $width } | Should -Throw -ErrorId 'ParameterArgumentValidationError,*' -PassThru

            $failure.CategoryInfo.Category | Should -Be 'InvalidData'
            $failure.Exception.Message | Should -BeLike '*8*16*32*64*'
        }
    }
}
