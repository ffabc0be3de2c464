Describe 'ConvertTo-BinaryMessage' {
    BeforeAll {
        . "$PSScriptRoot/../helpers/Common.ps1"

        $figure = New-MessageFormat -Name Figure -Diagram @'
 0                   1                   2                   3
 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
|      First field  (16 bits)   |A|B|C|D|E|F|G|H|    Second     |
+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
|      field (24 bits)          |  First Byte   |  Second Byte  |
+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
'@
        $figureValues = @{ FirstField = 0x1234; C = 1; SecondField = 0xABCDEF; FirstByte = 1; SecondByte = 255 }
        $format = New-MessageFormat -Name Sample -Field 'Id:16', 'Kind:8', 'Rest:*'
        $sized = New-MessageFormat -Field 'Length:8', 'Name:[Length]:utf8', 'End:8'

        class SampleMessage {
            [int] $Id
            [byte] $Kind
            [string] $Rest
            hidden [string] $Secret = 'not a field'
        }

        function ConvertTo-Hex {
            param($Byte)

            , $Byte | Should -BeOfType byte[]
            [System.Convert]::ToHexString($Byte)
        }

        # The bytes of one field of that type, padded to a whole byte.
        function Get-FieldHex {
            param([string] $Entry, $Value)

            $width = [int] ($Entry -split ':')[0]
            $fields = @("A:$Entry"; if ($width % 8) { "Padding:$(8 - $width % 8)" })
            ConvertTo-Hex (ConvertTo-BinaryMessage -Format $fields -InputObject @{ A = $Value } -ErrorAction Stop)
        }
    }

    AfterEach {
        Get-Socket | Close-Socket
    }

    Context 'the figure' {
        It 'gives 12 34 20 AB CD EF 01 FF' {
            foreach ($bytes in @(
                    , (ConvertTo-BinaryMessage $figure $figureValues)
                    , (ConvertTo-BinaryMessage -Format $figure -InputObject $figureValues)
                    , ($figureValues | ConvertTo-BinaryMessage $figure)
                    , ($figureValues | ConvertTo-BinaryMessage -Format $figure)
                )) {
                ConvertTo-Hex $bytes | Should -Be '123420ABCDEF01FF'
            }
        }

        It 'is decoded to what it was' {
            $message = ConvertTo-BinaryMessage $figure $figureValues | ConvertFrom-BinaryMessage $figure

            foreach ($name in $figure.Fields.Name) {
                $message.$name | Should -Be ([int] $figureValues[$name]) -Because $name
            }
            ConvertTo-Hex ($message | ConvertTo-BinaryMessage $figure) | Should -Be '123420ABCDEF01FF'
        }
    }

    Context 'what holds the fields' {
        It 'takes <Name>' -ForEach @(
            @{ Name = 'a hashtable'; Make = { @{ Id = 258; Kind = 3; Rest = 'hi' } } }
            @{ Name = 'an ordered hashtable'; Make = { [ordered] @{ Rest = 'hi'; Kind = 3; Id = 258 } } }
            @{ Name = 'names in another case'; Make = { @{ id = 258; KIND = 3; rest = 'hi' } } }
            @{ Name = 'a generic dictionary'; Make = { $values = [System.Collections.Generic.Dictionary[string, object]]::new(); $values.Id = 258; $values.Kind = 3; $values.Rest = 'hi'; , $values } }
            @{ Name = 'a custom object'; Make = { [pscustomobject] @{ Id = 258; Kind = 3; Rest = 'hi' } } }
            @{ Name = 'an object with added members'; Make = { [pscustomobject] @{ Id = 258 } | Add-Member -PassThru Kind 3 | Add-Member -PassThru -MemberType ScriptProperty Rest { 'hi' } } }
            @{ Name = 'an object of a class'; Make = { [SampleMessage] @{ Id = 258; Kind = 3; Rest = 'hi' } } }
            @{ Name = 'a decoded message'; Make = { ConvertFrom-BinaryMessage $format ([byte[]] (1, 2, 3, 104, 105)) } }
            @{ Name = 'a message decoded by another format with these fields'; Make = { ConvertFrom-BinaryMessage 'Rest:16', 'Kind:8', 'Id:16' ([byte[]] (104, 105, 3, 1, 2)) | Select-Object Id, Kind, @{ Name = 'Rest'; Expression = { 'hi' } } } }
            @{ Name = 'a row of a CSV file'; Make = { "Id,Kind,Rest`n258,3,hi" | ConvertFrom-Csv } }
            @{ Name = 'JSON'; Make = { '{ "Id": 258, "Kind": 3, "Rest": [104, 105] }' | ConvertFrom-Json } }
            @{ Name = 'JSON as a hashtable'; Make = { '{ "Id": 258, "Kind": 3, "Rest": [104, 105] }' | ConvertFrom-Json -AsHashtable } }
            @{ Name = 'a wrapped hashtable'; Make = { [psobject] @{ Id = [psobject] 258; Kind = (Write-Output 3); Rest = (Write-Output 'hi') } } }
        ) {
            $values = & $Make

            ConvertTo-Hex (ConvertTo-BinaryMessage $format $values) | Should -Be '0102036869'
            ConvertTo-Hex (ConvertTo-BinaryMessage -Format $format -InputObject $values) | Should -Be '0102036869'
            ConvertTo-Hex (, $values | ConvertTo-BinaryMessage $format) | Should -Be '0102036869'
        }

        It 'takes a format written as text' {
            ConvertTo-Hex (@{ Id = 1 } | ConvertTo-BinaryMessage 'Id:16') | Should -Be '0001'
            ConvertTo-Hex (ConvertTo-BinaryMessage 'Id:16', 'Rest:*' @{ Id = 1; Rest = 'a' }) | Should -Be '000161'
            ConvertTo-Hex (ConvertTo-BinaryMessage "+-+-+-+-+-+-+-+-+`n|      Id       |`n+-+-+-+-+-+-+-+-+" @{ Id = 1 }) | Should -Be '01'
            ConvertTo-Hex (ConvertTo-BinaryMessage $format.Fields[0].ToString() @{ Id = 1 }) | Should -Be '0001'
        }

        It 'takes a format written as text in <Name>' -ForEach @(
            @{ Name = 'a list of strings'; Make = { , [System.Collections.Generic.List[string]] @('Id:16', 'Rest:*') } }
            @{ Name = 'an ArrayList'; Make = { , [System.Collections.ArrayList] @('Id:16', 'Rest:*') } }
            @{ Name = 'the field list of a format'; Make = { , (New-MessageFormat -Field 'Id:16', 'Rest:*').FieldList } }
            @{ Name = 'the fields of a format'; Make = { , (New-MessageFormat -Field 'Id:16', 'Rest:*').Fields } }
        ) {
            ConvertTo-Hex (ConvertTo-BinaryMessage -Format (& $Make) -InputObject @{ Id = 1; Rest = 'a' }) | Should -Be '000161'
        }

        It 'takes a format written as text in a job' {
            $job = Start-Job -ArgumentList $ModulePath { Import-Module -Name $args[0]; ConvertTo-BinaryMessage -Format 'Id:16', 'Rest:*' -InputObject @{ Id = 1; Rest = 'a' } }
            try {
                $bytes = $job | Receive-Job -Wait -ErrorAction Stop
                [byte[]] $bytes | Should -Be 0, 1, 97
            }
            finally {
                $job | Remove-Job -Force
            }
        }

        It 'writes one array for each of several, never unrolled' {
            $several = @{ Id = 1 }, [pscustomobject] @{ Id = 2; Rest = 'ab' }, @{ Id = 3 }
            foreach ($messages in @(
                    , @(ConvertTo-BinaryMessage $format $several)
                    , @($several | ConvertTo-BinaryMessage $format)
                    , @(ConvertTo-BinaryMessage $format ([System.Collections.ArrayList] $several))
                )) {
                $messages.Count | Should -Be 3
                $messages | ForEach-Object { [System.Convert]::ToHexString($_) } | Should -Be '000100', '0002006162', '000300'
            }
        }

        It 'makes nothing of no objects' {
            ConvertTo-BinaryMessage $format @() -ErrorVariable failure | Should -BeNullOrEmpty
            @() | ConvertTo-BinaryMessage $format -ErrorVariable +failure | Should -BeNullOrEmpty
            $failure | Should -BeNullOrEmpty
        }

        It 'makes 0 or nothing of fields that are missing or null' {
            ConvertTo-Hex (ConvertTo-BinaryMessage $format @{}) | Should -Be '000000'
            ConvertTo-Hex (ConvertTo-BinaryMessage $format @{ Id = $null; Rest = $null }) | Should -Be '000000'
            ConvertTo-Hex (ConvertTo-BinaryMessage $format ([pscustomobject] @{})) | Should -Be '000000'
            ConvertTo-Hex (ConvertTo-BinaryMessage 'A:32:ipv4', 'B:48:mac', 'C:16:ascii', 'D:8:bool', 'E:8:hex' @{}) | Should -Be ('00' * 14)
        }

        It 'makes an empty array of a format that has nothing fixed and values that are empty' {
            $bytes = ConvertTo-BinaryMessage 'Rest:*' @{}

            , $bytes | Should -BeOfType byte[]
            $bytes.Length | Should -Be 0
        }
    }

    Context 'values' {
        It 'makes <Hex> of <Value> (<Entry>)' -ForEach @(
            @{ Entry = '8'; Value = 255; Hex = 'FF' }
            @{ Entry = '8'; Value = '0x1F'; Hex = '1F' }
            @{ Entry = '8'; Value = '31'; Hex = '1F' }
            @{ Entry = '8'; Value = 31.0; Hex = '1F' }
            @{ Entry = '8'; Value = $true; Hex = '01' }
            @{ Entry = '8'; Value = [System.DayOfWeek]::Friday; Hex = '05' }
            @{ Entry = '4'; Value = 15; Hex = 'F0' }
            @{ Entry = '12'; Value = 0xABC; Hex = 'ABC0' }
            @{ Entry = '33'; Value = 0x1FFFFFFFFL; Hex = 'FFFFFFFF80' }
            @{ Entry = '64'; Value = [uint64]::MaxValue; Hex = 'FFFFFFFFFFFFFFFF' }
            @{ Entry = '64'; Value = [bigint] 258; Hex = '0000000000000102' }
            @{ Entry = '72:uint'; Value = 258; Hex = '000000000000000102' }
            @{ Entry = '72:uint'; Value = [bigint]::Pow(2, 71); Hex = '800000000000000000' }
            @{ Entry = '8:int'; Value = -1; Hex = 'FF' }
            @{ Entry = '8:int'; Value = -128; Hex = '80' }
            @{ Entry = '12:int'; Value = -2; Hex = 'FFE0' }
            @{ Entry = '64:int'; Value = [int64]::MinValue; Hex = '8000000000000000' }
            @{ Entry = '1:bool'; Value = $true; Hex = '80' }
            @{ Entry = '8:bool'; Value = 1; Hex = '01' }
            @{ Entry = '8:bool'; Value = $false; Hex = '00' }
            @{ Entry = '24:bytes'; Value = 1, 2, 3; Hex = '010203' }
            @{ Entry = '24:bytes'; Value = [byte[]] (1, 2, 3); Hex = '010203' }
            @{ Entry = '24:bytes'; Value = 'abc'; Hex = '616263' }
            @{ Entry = '32:bytes'; Value = [ipaddress] '192.0.2.1'; Hex = 'C0000201' }
            @{ Entry = '32:ipv4'; Value = '192.0.2.1'; Hex = 'C0000201' }
            @{ Entry = '32:ipv4'; Value = [ipaddress] '192.0.2.1'; Hex = 'C0000201' }
            @{ Entry = '32:ipv4'; Value = [byte[]] (192, 0, 2, 1); Hex = 'C0000201' }
            @{ Entry = '128:ipv6'; Value = '2001:db8::1'; Hex = '20010DB8000000000000000000000001' }
            @{ Entry = '48:mac'; Value = '00:00:5E:00:53:01'; Hex = '00005E005301' }
            @{ Entry = '48:mac'; Value = '00-00-5e-00-53-01'; Hex = '00005E005301' }
            @{ Entry = '48:mac'; Value = [System.Net.NetworkInformation.PhysicalAddress]::new([byte[]] (0, 0, 0x5E, 0, 0x53, 1)); Hex = '00005E005301' }
            @{ Entry = '32:ascii'; Value = 'abc'; Hex = '61626300' }
            @{ Entry = '32:utf8'; Value = 'aü'; Hex = '61C3BC00' }
            @{ Entry = '24:hex'; Value = 'a0b1c2'; Hex = 'A0B1C2' }
            @{ Entry = '24:hex'; Value = '0xA0 B1:C2'; Hex = 'A0B1C2' }
            @{ Entry = '12:hex'; Value = 'abc'; Hex = 'ABC0' }
        ) {
            Get-FieldHex $Entry $Value | Should -Be $Hex
            Get-FieldHex $Entry ([psobject] $Value) | Should -Be $Hex
        }

        It 'takes a number for a field of more than 64 bits, whose type is uint unless another is given' {
            Get-FieldHex '72' 258 | Should -Be '000000000000000102'
        }

        It 'takes <Name> for bytes' -ForEach @(
            @{ Name = 'a range'; Value = 1..3 }
            @{ Name = 'a generic list'; Value = [System.Collections.Generic.List[byte]] (1, 2, 3) }
            @{ Name = 'output of a command'; Value = Write-Output 1 2 3 }
            @{ Name = 'a wrapped array'; Value = [psobject] [byte[]] (1, 2, 3) }
        ) {
            ConvertTo-Hex (ConvertTo-BinaryMessage $format @{ Rest = $Value }) | Should -Be '000000010203'
        }

        It 'takes a datagram, and data of a stream, for bytes' {
            $socket = New-Socket IPv6 | Register-SocketAddress '[::1]:0' -PassThru
            Send-Datagram $socket 'abc' $socket.LocalEndPoint
            $datagram = Receive-Datagram $socket -TimeoutSeconds 5
            ConvertTo-Hex (ConvertTo-BinaryMessage $format @{ Rest = $datagram }) | Should -Be '000000616263'

            if (-not $IsWindows) {
                $one, $other = New-StreamPair
                Send-SocketData $one 'xyz'
                ConvertTo-Hex (ConvertTo-BinaryMessage $format @{ Rest = (Receive-SocketData $other -TimeoutSeconds 5) }) | Should -Be '00000078797A'
            }
        }

        It 'takes the message of another format for bytes' {
            $inner = ConvertTo-BinaryMessage 'A:8', 'B:8' @{ A = 1; B = 2 }

            ConvertTo-Hex (ConvertTo-BinaryMessage $format @{ Id = 9; Rest = $inner }) | Should -Be '0009000102'
        }

        It 'fills in a length' {
            ConvertTo-Hex (ConvertTo-BinaryMessage $sized @{ Name = 'aü'; End = 255 }) | Should -Be '0361C3BCFF'
            ConvertTo-Hex (ConvertTo-BinaryMessage $sized @{ End = 255 }) | Should -Be '00FF'
            ConvertTo-Hex (ConvertTo-BinaryMessage $sized @{ Length = $null; Name = 'a' }) | Should -Be '016100'
            ConvertTo-Hex (ConvertTo-BinaryMessage $sized @{ Length = 1; Name = 'a' }) | Should -Be '016100'
            ConvertTo-Hex (ConvertTo-BinaryMessage 'IHL:8', 'Options:[IHL*4-20]' @{ Options = 1..4 }) | Should -Be '0601020304'
        }
    }

    Context 'errors' {
        It 'refuses <Name>, which is not a field: it is a typing mistake' -ForEach @(
            @{ Name = 'a key'; Values = @{ Id = 1; Knid = 3 } }
            @{ Name = 'a property'; Values = [pscustomobject] @{ Id = 1; Knid = 3 } }
        ) {
            $output = ConvertTo-BinaryMessage $format $Values -ErrorAction SilentlyContinue -ErrorVariable failure

            $output | Should -BeNullOrEmpty
            Assert-Failure $failure -Id FieldNotFound -Category ObjectNotFound
            $failure[0].FullyQualifiedErrorId | Should -BeExactly 'FieldNotFound,PSSockets.Commands.ConvertToBinaryMessageCommand'
            $failure[0].Exception.Message | Should -BeLike "*Sample*'Knid'*"
            $failure[0].ErrorDetails.RecommendedAction | Should -BeLike '*Id, Kind, Rest*'
            $failure[0].TargetObject | Should -Be 'Knid'
        }

        It 'refuses a field that is given twice' {
            $values = [System.Collections.Hashtable]::new([System.StringComparer]::Ordinal)
            $values['Id'] = 1
            $values['ID'] = 2
            $null = ConvertTo-BinaryMessage $format $values -ErrorAction SilentlyContinue -ErrorVariable failure

            Assert-Failure $failure -Id InvalidFieldValue -Category InvalidArgument
            $failure[0].Exception.Message | Should -BeLike "*'Id'*twice*"
        }

        It 'refuses <Value>, which is out of the range of <Entry>' -ForEach @(
            @{ Entry = '8'; Value = 256; Message = "*'A'*8 bits*256*0 to 255*" }
            @{ Entry = '8'; Value = -1; Message = "*'A'*8 bits*-1*0 to 255*" }
            @{ Entry = '1'; Value = 2; Message = "*'A'*1 bit*2*0 to 1*" }
            @{ Entry = '4'; Value = '16'; Message = "*'A'*4 bits*16*0 to 15*" }
            @{ Entry = '8:int'; Value = 128; Message = "*'A'*8 bits*128*-128 to 127*" }
            @{ Entry = '8:int'; Value = -129; Message = "*'A'*8 bits*-129*-128 to 127*" }
            @{ Entry = '64'; Value = [bigint]::Pow(2, 64); Message = "*'A'*64 bits*18446744073709551616*" }
            @{ Entry = '64'; Value = 1e30; Message = "*'A'*64 bits*" }
            @{ Entry = '8:bool'; Value = 2; Message = "*'A'*8 bits*2*0 to 1*" }
            @{ Entry = '72:uint'; Value = -1; Message = "*'A'*72 bits*-1*" }
            @{ Entry = '72:uint'; Value = [bigint]::Pow(2, 72); Message = "*'A'*72 bits*4722366482869645213696*" }
            @{ Entry = '16:bytes'; Value = 1, 2, 3; Message = "*'A'*16 bits*2 bytes*3 bytes*" }
            @{ Entry = '16:bytes'; Value = 1, 256; Message = "*'A'*256*" }
            @{ Entry = '16:ascii'; Value = 'abc'; Message = "*'A'*16 bits*3 bytes*" }
            @{ Entry = '16:utf8'; Value = 'üü'; Message = "*'A'*16 bits*4 bytes*" }
            @{ Entry = '16:hex'; Value = 'abc'; Message = "*'A'*16 bits*4*abc*3*" }
        ) {
            $fields = @("A:$Entry"; if ($Entry -in '1', '4') { "B:$(8 - $Entry)" })
            $output = ConvertTo-BinaryMessage $fields @{ A = $Value } -ErrorAction SilentlyContinue -ErrorVariable failure

            $output | Should -BeNullOrEmpty
            Assert-Failure $failure -Id ValueOutOfRange -Category InvalidArgument
            $failure[0].Exception.Message | Should -BeLike $Message
            $failure[0].ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
        }

        It 'refuses <Name> for <Entry>' -ForEach @(
            @{ Entry = '8'; Name = 'a fraction'; Value = 1.5 }
            @{ Entry = '8'; Name = 'a word'; Value = 'abc' }
            @{ Entry = '8'; Name = 'empty text'; Value = '' }
            @{ Entry = '8'; Name = 'an array'; Value = 1, 2 }
            @{ Entry = '8'; Name = 'a hashtable'; Value = @{ a = 1 } }
            @{ Entry = '8:bool'; Name = 'a word'; Value = 'perhaps' }
            @{ Entry = '32:ipv4'; Name = 'an IPv6 address'; Value = '::1' }
            @{ Entry = '32:ipv4'; Name = 'half an address'; Value = '10.1' }
            @{ Entry = '32:ipv4'; Name = 'a number'; Value = 5 }
            @{ Entry = '128:ipv6'; Name = 'an IPv4 address'; Value = '192.0.2.1' }
            @{ Entry = '48:mac'; Name = 'five bytes'; Value = '00:00:5E:00:53' }
            @{ Entry = '32:ascii'; Name = 'a letter that is not ASCII'; Value = 'aü' }
            @{ Entry = '32:ascii'; Name = 'a number'; Value = 5 }
            @{ Entry = '16:hex'; Name = 'no digits'; Value = 'wxyz' }
            @{ Entry = '24:bytes'; Name = 'a hashtable'; Value = @{ a = 1 } }
        ) {
            $output = ConvertTo-BinaryMessage "A:$Entry" @{ A = $Value } -ErrorAction SilentlyContinue -ErrorVariable failure

            $output | Should -BeNullOrEmpty
            Assert-Failure $failure -Id InvalidFieldValue -Category InvalidArgument
            $failure[0].Exception.Message | Should -BeLike "*'A' ($(($Entry -split ':')[1] ?? 'uint'))*"
            $failure[0].ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
        }

        It 'refuses a length that contradicts the data' {
            foreach ($length in 0, 2, 4) {
                $output = ConvertTo-BinaryMessage $sized @{ Length = $length; Name = 'abc' } -ErrorAction SilentlyContinue -ErrorVariable failure

                $output | Should -BeNullOrEmpty
                Assert-Failure $failure -Id LengthMismatch -Category InvalidArgument
                $failure[0].Exception.Message | Should -BeLike "*'Length' is $length*'Name'*$length bytes*has 3"
                $failure[0].ErrorDetails.RecommendedAction | Should -BeLike "*'Length'*filled in*"
            }
        }

        It 'refuses data of which its unit cannot tell the length, or its width' {
            $null = ConvertTo-BinaryMessage 'IHL:8', 'Options:[IHL*4-20]' @{ Options = 1..3 } -ErrorAction SilentlyContinue -ErrorVariable failure
            Assert-Failure $failure -Id LengthMismatch -Category InvalidArgument

            $null = ConvertTo-BinaryMessage $sized @{ Name = 'a' * 256 } -ErrorAction SilentlyContinue -ErrorVariable failure
            Assert-Failure $failure -Id ValueOutOfRange -Category InvalidArgument
            $failure[0].Exception.Message | Should -BeLike "*'Length'*256*"
        }

        It 'refuses data that holds its own end' {
            $null = ConvertTo-BinaryMessage 'Name:*0', 'End:8' @{ Name = [byte[]] (1, 0, 2) } -ErrorAction SilentlyContinue -ErrorVariable failure

            Assert-Failure $failure -Id InvalidFieldValue -Category InvalidArgument
            $failure[0].Exception.Message | Should -BeLike "*'Name'*byte 0*"
        }

        It 'refuses <Name>, which has no fields' -ForEach @(
            @{ Name = 'null'; Value = $null }
            @{ Name = 'text'; Value = 'Id' }
            @{ Name = 'a number'; Value = 5 }
            @{ Name = 'bytes'; Value = [byte[]] (1, 2) }
        ) {
            $output = ConvertTo-BinaryMessage $format $Value -ErrorAction SilentlyContinue -ErrorVariable failure

            $output | Should -BeNullOrEmpty
            Assert-Failure $failure -Id InvalidMessage -Category InvalidArgument
            $failure[0].Exception.Message | Should -BeLike '*no fields*'
            $failure[0].TargetObject | Should -Be $Value
            $failure[0].ErrorDetails.RecommendedAction | Should -BeLike '*hashtable*ConvertFrom-BinaryMessage*'
        }

        It 'refuses a datagram, which is decoded instead' {
            $socket = New-Socket IPv6 | Register-SocketAddress '[::1]:0' -PassThru
            Send-Datagram $socket 'abc' $socket.LocalEndPoint
            $datagram = Receive-Datagram $socket -TimeoutSeconds 5

            $datagram | ConvertTo-BinaryMessage $format -ErrorAction SilentlyContinue -ErrorVariable failure | Should -BeNullOrEmpty

            Assert-Failure $failure -Id InvalidMessage -Category InvalidArgument
            [object]::ReferenceEquals($failure[0].TargetObject, $datagram) | Should -BeTrue
        }

        It 'goes on after a bad one, in an argument and in the pipeline' {
            $several = @{ Id = 1 }, @{ Knid = 1 }, @{ Id = 65536 }, 'x', $null, @{ Id = 2 }
            foreach ($way in 'argument', 'pipeline') {
                $messages = @($way -eq 'argument' `
                        ? (ConvertTo-BinaryMessage $format $several -ErrorAction SilentlyContinue -ErrorVariable failure) `
                        : ($several | ConvertTo-BinaryMessage $format -ErrorAction SilentlyContinue -ErrorVariable failure))

                $messages | ForEach-Object { [System.Convert]::ToHexString($_) } | Should -Be '000100', '000200' -Because $way
                $failure.FullyQualifiedErrorId -replace ',.*' | Should -Be 'FieldNotFound', 'ValueOutOfRange', 'InvalidMessage', 'InvalidMessage' -Because $way
                $failure.CategoryInfo.Category | Should -Be 'ObjectNotFound', 'InvalidArgument', 'InvalidArgument', 'InvalidArgument' -Because $way
            }
        }

        It 'goes on after an object whose property cannot be read' {
            $broken = [pscustomobject] @{ Id = 1 } | Add-Member -PassThru -MemberType ScriptProperty -Name Kind -Value { throw 'no value' }

            $messages = @(@{ Id = 1 }, $broken, @{ Id = 2 } | ConvertTo-BinaryMessage $format -ErrorAction SilentlyContinue -ErrorVariable failure)

            $messages | ForEach-Object { [System.Convert]::ToHexString($_) } | Should -Be '000100', '000200'
            "$failure" | Should -BeLike '*no value*'
        }

        It 'ends with -ErrorAction Stop' {
            { ConvertTo-BinaryMessage $format @{ Id = -1 } -ErrorAction Stop } | Should -Throw -ErrorId 'ValueOutOfRange,*'
        }

        It 'refuses a format that is none' {
            $failure = { ConvertTo-BinaryMessage -Format 'nothing' -InputObject @{} } | Should -Throw -PassThru

            $failure.CategoryInfo.Category | Should -Be 'InvalidData'
            $failure.FullyQualifiedErrorId | Should -BeLike 'ParameterArgumentTransformationError,*'
            $failure.Exception.Message | Should -BeLike '*Format*line 1, column 1*'
            { ConvertTo-BinaryMessage -Format $null -InputObject @{} } | Should -Throw -ErrorId 'ParameterArgumentValidationErrorNullNotAllowed,*'
        }
    }

    Context 'what is sent' {
        BeforeAll {
            $several = @{ Id = 1; Rest = 'a' }, @{ Id = 2 }, @{ Id = 3; Kind = 7; Rest = 'xyz' }
        }

        It 'is sent by Send-Datagram, each message a datagram: <Name>' -ForEach @(
            @{ Name = 'from the pipeline'; Send = { $several | ConvertTo-BinaryMessage $format | Send-Datagram $socket -RemoteEndPoint $socket.LocalEndPoint } }
            @{ Name = 'as an argument'; Send = { Send-Datagram $socket (ConvertTo-BinaryMessage $format $several) $socket.LocalEndPoint } }
            @{ Name = '-InputObject'; Send = { Send-Datagram $socket -InputObject ($several | ConvertTo-BinaryMessage $format) -RemoteEndPoint $socket.LocalEndPoint } }
            @{ Name = 'from a variable'; Send = { $messages = ConvertTo-BinaryMessage $format $several; $messages | Send-Datagram $socket -RemoteEndPoint $socket.LocalEndPoint } }
            @{ Name = 'with -BatchSize'; Send = { $several | ConvertTo-BinaryMessage $format | Send-Datagram $socket -RemoteEndPoint $socket.LocalEndPoint -BatchSize 2 } }
        ) {
            $socket = New-Socket IPv6 | Register-SocketAddress '[::1]:0' -PassThru

            . $Send

            $datagrams = @(Receive-Datagram $socket -Count 3 -TimeoutSeconds 5)
            $datagrams | ForEach-Object Length | Should -Be 4, 3, 6
            [System.Convert]::ToHexString($datagrams[2].Data) | Should -Be '00030778797A'
        }

        It 'is one datagram when it is one message' {
            $socket = New-Socket IPv6 | Register-SocketAddress '[::1]:0' -PassThru
            $message = ConvertTo-BinaryMessage $figure $figureValues

            $message | Send-Datagram $socket -RemoteEndPoint $socket.LocalEndPoint
            Send-Datagram $socket $message $socket.LocalEndPoint
            $figureValues | ConvertTo-BinaryMessage $figure | Send-Datagram $socket -RemoteEndPoint $socket.LocalEndPoint

            Receive-Datagram $socket -Count 3 -TimeoutSeconds 5 | ForEach-Object Length | Should -Be 8, 8, 8
        }

        It 'is sent by Send-SocketData: <Name>' -ForEach @(
            @{ Name = 'from the pipeline'; Send = { $several | ConvertTo-BinaryMessage $format | Send-SocketData $one -LengthPrefix 2 } }
            @{ Name = 'as an argument'; Send = { Send-SocketData $one (ConvertTo-BinaryMessage $format $several) -LengthPrefix 2 } }
            @{ Name = '-InputObject'; Send = { Send-SocketData $one -InputObject ($several | ConvertTo-BinaryMessage $format) -LengthPrefix 2 } }
        ) {
            $one, $other = New-StreamPair

            . $Send

            $data = @(Receive-SocketData $other -Length 19 -TimeoutSeconds 5)
            [System.Convert]::ToHexString($data.Data) | Should -Be ('000400010061' + '0003000200' + '000600030778797A')
        }

        It 'is not what Send-Datagram and Send-SocketData make of the fields themselves: they name this cmdlet for <Name>' -ForEach @(
            @{ Name = 'a hashtable'; Make = { @{ Id = 1 } } }
            @{ Name = 'a custom object'; Make = { [pscustomobject] @{ Id = 1 } } }
            @{ Name = 'a decoded message'; Make = { ConvertFrom-BinaryMessage $format ([byte[]] (1, 2, 3)) } }
        ) {
            $socket = New-Socket IPv6 | Register-SocketAddress '[::1]:0' -PassThru

            Send-Datagram $socket (& $Make) $socket.LocalEndPoint -ErrorAction SilentlyContinue -ErrorVariable failure

            Assert-Failure $failure -Id InvalidMessage -Category InvalidArgument
            $failure[0].Exception.Message | Should -BeLike '*ConvertTo-BinaryMessage*'
            $failure[0].ErrorDetails.RecommendedAction | Should -BeLike '*ConvertTo-BinaryMessage*'
        }
    }

    Context 'fields that depend on others' {
        It 'fills in <Field>: <Expected>' -ForEach @(
            @{ Field = 'Version:4=2 X:4'; Values = @{ X = 1 }; Expected = '21' }
            @{ Field = 'Type:8{Request=1,Reply=2}'; Values = @{ Type = 'reply' }; Expected = '02' }
            @{ Field = 'Type:8{Request=1,Reply=2}'; Values = @{ Type = 9 }; Expected = '09' }
            @{ Field = 'Flags:8:flags{SYN=2,ACK=16}'; Values = @{ Flags = 'SYN', 'ACK' }; Expected = '12' }
            @{ Field = 'Flags:8:flags{SYN=2,ACK=16}'; Values = @{ Flags = 'ack, 0x40' }; Expected = '50' }
            @{ Field = 'IHL:4 Total:12 Options:[IHL*4-2] Data:[Total-IHL*4]'; Values = @{ Options = 1, 2; Data = 7, 8 }; Expected = '100601020708' }
            @{ Field = 'Prefix:8 Net:[Prefix/8]'; Values = @{ Net = 10, 1, 2 }; Expected = '180A0102' }
            @{ Field = 'Prefix:8 Net:[Prefix/8]'; Values = @{ Net = 10, 1, 2; Prefix = 17 }; Expected = '110A0102' }
            @{ Field = 'Count:8 Items:[Count]*(K:8 V:8)'; Values = @{ Items = @{ K = 1; V = 2 }, [pscustomobject]@{ V = 4 } }; Expected = '0201020004' }
            @{ Field = 'Length:8 Items:[Length]:(L:8 V:[L] Pad:|4)'; Values = @{ Items = @{ V = 1 }, @{ V = 1, 2, 3 } }; Expected = '080101000003010203' }
            @{ Field = 'Kind:8 Length:8?Kind>1 Value:[Length-2]?Kind>1'; Values = @{ Kind = 5; Value = 'hi' }; Expected = '05046869' }
            @{ Field = 'Kind:8 Length:8?Kind>1 Value:[Length-2]?Kind>1'; Values = @{ Kind = 1; Value = @() ; Length = $null }; Expected = '01' }
            @{ Field = 'Length:quic Data:[Length]'; Values = @{ Data = [byte[]]::new(64) }; Expected = '4040' + '00' * 64 }
            @{ Field = 'Kind:8{A=1,B=2} Body:Kind{A=(X:8),B=(Y:16)}'; Values = @{ Kind = 'B'; Body = @{ Y = 258 } }; Expected = '020102' }
        ) {
            ConvertTo-Hex (ConvertTo-BinaryMessage $Field $Values) | Should -BeExactly $Expected
        }

        It 'refuses <Field> with <Why>' -ForEach @(
            @{ Field = 'V:8=2'; Why = 'another constant'; Values = @{ V = 3 }; Id = 'InvalidFieldValue' }
            @{ Field = 'T:8{A=1}'; Why = 'an unknown name'; Values = @{ T = 'B' }; Id = 'InvalidFieldValue' }
            @{ Field = 'F:8:flags{A=1}'; Why = 'an unknown name'; Values = @{ F = 'A, B' }; Id = 'InvalidFieldValue' }
            @{ Field = 'K:8 L:8?K>1'; Why = 'what is not there'; Values = @{ K = 1; L = 3 }; Id = 'InvalidFieldValue' }
            @{ Field = 'A:8 B:8 D:[A-B]'; Why = 'lengths that contradict the data'; Values = @{ A = 4; B = 1; D = 1, 2 }; Id = 'LengthMismatch' }
            @{ Field = 'N:8 I:[N]*(X:8)'; Why = 'a count that contradicts the elements'; Values = @{ N = 2; I = @{ X = 1 } }; Id = 'LengthMismatch' }
            @{ Field = 'D:[0-A]'; Why = 'no field A'; Values = @{ D = 1 }; Id = 'InvalidField' }
            @{ Field = 'L:8 P:|4'; Why = 'padding of another length'; Values = @{ L = 1; P = 0, 0 }; Id = 'LengthMismatch' }
            @{ Field = 'A:quic'; Why = 'a value of 63 bits'; Values = @{ A = [ulong]1 -shl 62 }; Id = 'ValueOutOfRange' }
            @{ Field = 'N:8 I:[N]*(X:8)'; Why = 'an element with an unknown field'; Values = @{ I = @{ Y = 1 } }; Id = 'FieldNotFound' }
        ) {
            $failure = $null
            try {
                $null = ConvertTo-BinaryMessage $Field $Values -ErrorAction Stop
            }
            catch {
                $failure = $_
            }

            "$($failure.FullyQualifiedErrorId) $($failure.Exception.ErrorId) $($failure.Exception.InnerException.ErrorId) $($failure.Exception.InnerException.InnerException.ErrorId)" | Should -Match $Id
        }
    }

    Context 'Nothing' {
        It 'as the value of a field is a missing field: <What>' -ForEach @(
            @{ What = '$null'; Block = { $null } }
            @{ What = 'the empty output of a command'; Block = { Get-Item -Path 'Variable:no-such*' } }
        ) {
            $format = New-MessageFormat -Field 'A:8', 'B:16', 'T:[A]:utf8'
            $bytes = ConvertTo-BinaryMessage $format @{ B = (& $Block); T = 'x' } | ForEach-Object { $_ }
            [Convert]::ToHexString($bytes) | Should -Be '01000078'
            $bytes = ConvertTo-BinaryMessage $format ([pscustomobject]@{ A = (& $Block); B = 2; T = (& $Block) })
            [Convert]::ToHexString($bytes) | Should -Be '000002'
        }
    }
}
