Describe 'ConvertFrom-BinaryMessage' {
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
        $figureBytes = [System.Convert]::FromHexString('123420ABCDEF01FF')
        $format = New-MessageFormat -Name Sample -Field 'Id:16', 'Kind:8', 'Rest:*'
        $pair = New-MessageFormat -Name Pair -Field 'Id:16', 'Kind:8'

        # Every type there is.
        $every = New-MessageFormat -Name Every -Field @(
            'U4:4', 'U12:12', 'U32:32', 'U64:64', 'U72:72', 'I4:4:int', 'I12:12:int', 'I32:32:int', 'I64:64:int', 'Yes:8:bool', 'Fixed:24:bytes', 'Source:32:ipv4'
            'Source6:128:ipv6', 'Hardware:48:mac', 'Ascii:32:ascii', 'Utf8:32:utf8', 'Hex:24:hex', 'Length:8', 'Text:[Length]:utf8', 'Rest:*'
        )
        $everyBytes = ConvertTo-BinaryMessage $every ([ordered] @{
                U4 = 15; U12 = 4095; U32 = 4294967295; U64 = [uint64]::MaxValue; U72 = [byte[]] (1..9); I4 = -1; I12 = -2; I32 = -3; I64 = -4; Yes = $true
                Fixed = 1, 2, 3; Source = '192.0.2.1'; Source6 = '2001:db8::1'; Hardware = '00:00:5E:00:53:01'; Ascii = 'abc'; Utf8 = 'aü'; Hex = 'a0b1c2'
                Text = 'grün'; Rest = 9, 8, 7
            })

        function ConvertTo-Hex {
            param($Byte)

            [System.Convert]::ToHexString($Byte)
        }

        function Open-DatagramSocket {
            New-Socket IPv6 | Register-SocketAddress -LocalEndPoint '[::1]:0' -PassThru
        }
    }

    AfterEach {
        Get-Socket | Close-Socket
    }

    Context 'the figure' {
        It 'gives back what was encoded' {
            foreach ($message in @(
                    ConvertFrom-BinaryMessage $figure $figureBytes
                    ConvertFrom-BinaryMessage -Format $figure -InputObject $figureBytes
                    , $figureBytes | ConvertFrom-BinaryMessage $figure
                    $figureBytes | ConvertFrom-BinaryMessage $figure
                )) {
                $message.PSObject.Properties.Name | Should -BeExactly 'FirstField', 'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'SecondField', 'FirstByte', 'SecondByte'
                $message.PSObject.Properties.Value | Should -Be 0x1234, 0, 0, 1, 0, 0, 0, 0, 0, 0xABCDEF, 1, 255
            }
        }
    }

    Context 'values' {
        It 'is <Type> for <Name>' -ForEach @(
            @{ Name = 'U4'; Type = 'byte'; Value = 15 }
            @{ Name = 'U12'; Type = 'uint16'; Value = 4095 }
            @{ Name = 'U32'; Type = 'uint32'; Value = 4294967295 }
            @{ Name = 'U64'; Type = 'uint64'; Value = [uint64]::MaxValue }
            @{ Name = 'U72'; Type = 'byte[]'; Value = [byte[]] (1..9) }
            @{ Name = 'I4'; Type = 'sbyte'; Value = -1 }
            @{ Name = 'I12'; Type = 'int16'; Value = -2 }
            @{ Name = 'I32'; Type = 'int32'; Value = -3 }
            @{ Name = 'I64'; Type = 'int64'; Value = -4 }
            @{ Name = 'Yes'; Type = 'bool'; Value = $true }
            @{ Name = 'Fixed'; Type = 'byte[]'; Value = [byte[]] (1, 2, 3) }
            @{ Name = 'Source'; Type = 'ipaddress'; Value = [ipaddress] '192.0.2.1' }
            @{ Name = 'Source6'; Type = 'ipaddress'; Value = [ipaddress] '2001:db8::1' }
            @{ Name = 'Hardware'; Type = 'System.Net.NetworkInformation.PhysicalAddress'; Value = [System.Net.NetworkInformation.PhysicalAddress]::Parse('00005E005301') }
            @{ Name = 'Ascii'; Type = 'string'; Value = 'abc' }
            @{ Name = 'Utf8'; Type = 'string'; Value = 'aü' }
            @{ Name = 'Hex'; Type = 'string'; Value = 'A0B1C2' }
            @{ Name = 'Length'; Type = 'byte'; Value = 5 }
            @{ Name = 'Text'; Type = 'string'; Value = 'grün' }
            @{ Name = 'Rest'; Type = 'byte[]'; Value = [byte[]] (9, 8, 7) }
        ) {
            $message = ConvertFrom-BinaryMessage $every $everyBytes

            , $message.$Name | Should -BeOfType $Type
            $message.$Name | Should -BeExactly $Value
            $message.PSObject.Properties[$Name].TypeNameOfValue | Should -Be ([type] $Type).FullName
        }

        It 'is the smallest unsigned integer that holds <Width> bits: <Type>' -ForEach @(
            @{ Width = 1; Type = 'byte' }, @{ Width = 8; Type = 'byte' }, @{ Width = 9; Type = 'uint16' }, @{ Width = 16; Type = 'uint16' }
            @{ Width = 17; Type = 'uint32' }, @{ Width = 32; Type = 'uint32' }, @{ Width = 33; Type = 'uint64' }, @{ Width = 64; Type = 'uint64' }
        ) {
            $fields = @("A:$Width"; if ($Width % 8) { "Padding:$(8 - $Width % 8)" })
            $message = ConvertFrom-BinaryMessage $fields ([byte[]] (@(255) * [math]::Ceiling($Width / 8)))

            $message.A | Should -BeOfType $Type
            $message.A | Should -Be ([bigint]::Pow(2, $Width) - 1)
        }

        It 'is empty where nothing is left for the rest' {
            $message = ConvertFrom-BinaryMessage $format ([byte[]] (1, 2, 3))

            , $message.Rest | Should -BeOfType byte[]
            $message.Rest.Length | Should -Be 0
            (ConvertFrom-BinaryMessage 'Text:*:utf8' ([byte[]]::new(0))).Text | Should -BeExactly ''
        }

        It 'is read up to a zero byte, as far as another field says, and before what follows' {
            $message = ConvertFrom-BinaryMessage 'Name:*0:ascii', 'End:8', 'Length:8', 'Data:[Length]:hex', 'Rest:*', 'Checksum:16' ([byte[]] (97, 98, 0, 2, 1, 2, 3, 4, 5, 6))

            $message.Name | Should -BeExactly 'ab'
            $message.Data | Should -BeExactly '0102'
            $message.Rest | Should -Be 3, 4
            $message.Checksum | Should -Be 0x0506
        }

        It 'belongs to whoever has it: neither another message nor the bytes change with it' {
            $bytes = [byte[]] (1, 2, 3, 4)
            $first, $second = ConvertFrom-BinaryMessage $format $bytes, $bytes
            $first.Rest[0] = 99

            $second.Rest | Should -Be 4
            $bytes | Should -Be 1, 2, 3, 4
        }
    }

    Context 'input' {
        It 'takes several arrays, each of which is a message' {
            $several = [byte[]] (1, 2, 3), [byte[]] (4, 5, 6, 7), [psobject] [byte[]] (8, 9, 10)
            foreach ($messages in @(
                    , @(ConvertFrom-BinaryMessage $format $several)
                    , @($several | ConvertFrom-BinaryMessage $format)
                    , @(ConvertFrom-BinaryMessage $format ([System.Collections.ArrayList] $several))
                    , @($several | ForEach-Object { , $_ } | ConvertFrom-BinaryMessage $format)
                )) {
                $messages.Count | Should -Be 3
                $messages.Id | Should -Be 0x0102, 0x0405, 0x0809
                $messages[1].Rest | Should -Be 7
            }
        }

        It 'takes single bytes of the pipeline as one message' {
            $messages = @([byte] 1, [byte] 2, [byte] 3, [byte] 4 | ConvertFrom-BinaryMessage $format)

            $messages.Count | Should -Be 1
            $messages[0].Id | Should -Be 0x0102
            $messages[0].Rest | Should -Be 4
        }

        It 'ends a run of single bytes before an array' {
            $messages = @([byte] 1, [byte] 2, [byte] 3, [byte[]] (4, 5, 6), [byte] 7, [byte] 8, [byte] 9 | ConvertFrom-BinaryMessage $pair)

            $messages.Kind | Should -Be 3, 6, 9
        }

        It 'takes what ConvertTo-BinaryMessage makes, from the pipeline' {
            $messages = @{ Id = 1 }, @{ Id = 2; Rest = 'a' } | ConvertTo-BinaryMessage $format | ConvertFrom-BinaryMessage $format

            $messages.Id | Should -Be 1, 2
        }

        It 'takes a format written as text' {
            (ConvertFrom-BinaryMessage 'A:8' ([byte[]] 5)).A | Should -Be 5
            (, [byte[]] (5, 6) | ConvertFrom-BinaryMessage 'A:8', 'B:8').B | Should -Be 6
            (ConvertFrom-BinaryMessage -Format "+-+-+-+-+-+-+-+-+`n|   A   |   B   |`n+-+-+-+-+-+-+-+-+" -InputObject ([byte[]] 0x12)).B | Should -Be 2
        }

        It 'makes nothing of no messages' {
            ConvertFrom-BinaryMessage $format @() -ErrorVariable failure | Should -BeNullOrEmpty
            @() | ConvertFrom-BinaryMessage $format -ErrorVariable +failure | Should -BeNullOrEmpty
            $failure | Should -BeNullOrEmpty
        }
    }

    Context 'datagrams' {
        BeforeEach {
            $socket = Open-DatagramSocket
        }

        It 'decodes them straight from the pipeline' {
            @{ Id = 1 }, @{ Id = 2; Rest = 'a' }, @{ Id = 3 } | ConvertTo-BinaryMessage $format | Send-Datagram $socket -RemoteEndPoint $socket.LocalEndPoint

            $messages = Receive-Datagram $socket -Count 3 -TimeoutSeconds 5 | ConvertFrom-BinaryMessage $format

            $messages.Id | Should -Be 1, 2, 3
            $messages[1].Rest | Should -Be 97
        }

        It 'decodes each as it arrives, until Select-Object has enough; the socket goes on' {
            @{ Id = 1 }, @{ Id = 2 }, @{ Id = 3 } | ConvertTo-BinaryMessage $format | Send-Datagram $socket -RemoteEndPoint $socket.LocalEndPoint

            $messages = Receive-Datagram $socket -Continuous | ConvertFrom-BinaryMessage $format | Select-Object -First 2
            $messages.Id | Should -Be 1, 2

            (Receive-Datagram $socket -TimeoutSeconds 5 | ConvertFrom-BinaryMessage $format).Id | Should -Be 3
        }

        It 'stops with the pipeline while it waits' {
            $worker = Start-Worker { param($socket) Receive-Datagram $socket -Continuous | ConvertFrom-BinaryMessage 'A:8' } -ArgumentList $socket
            Send-Datagram $socket ([byte[]] 5) $socket.LocalEndPoint
            Wait-Until { $worker.Output.Count -eq 1 } -Because 'the message is decoded before the next comes'
            $worker.Output[0].A | Should -Be 5
            Assert-WorkerStop $worker
        }

        It 'goes on after a bad one, which the error has' {
            $list = [byte[]] (0, 1, 0), [byte[]] (0, 2), [byte[]]::new(0), [byte[]] (0, 3, 0, 0), [byte[]] (0, 4, 0)
            $list | Send-Datagram $socket -RemoteEndPoint $socket.LocalEndPoint
            $datagrams = Receive-Datagram $socket -Count 5 -TimeoutSeconds 5

            $messages = $datagrams | ConvertFrom-BinaryMessage $pair -ErrorAction SilentlyContinue -ErrorVariable failure

            $messages.Id | Should -Be 1, 4
            $failure.Count | Should -Be 3
            foreach ($number in 0..2) {
                $failure[$number].FullyQualifiedErrorId | Should -BeExactly 'InvalidMessage,PSSockets.Commands.ConvertFromBinaryMessageCommand'
                $failure[$number].CategoryInfo.Category | Should -Be 'InvalidArgument'
                [object]::ReferenceEquals($failure[$number].TargetObject, $datagrams[$number + 1]) | Should -BeTrue
            }
            $failure[0].Exception.Message | Should -BeLike "*ends within 'Kind'*2 bytes*"
            $failure[1].Exception.Message | Should -BeLike "*ends within 'Id'*0 bytes*"
            $failure[2].Exception.Message | Should -BeLike '*4 bytes*1 byte left over'
        }

        It 'can be decoded twice, by its beginning and by what that says' {
            Send-Datagram $socket ([byte[]] (1, 0, 5)) $socket.LocalEndPoint
            $datagram = Receive-Datagram $socket -TimeoutSeconds 5

            $kind = (ConvertFrom-BinaryMessage 'Kind:8', 'Rest:*' $datagram).Kind
            (ConvertFrom-BinaryMessage @{ 1 = 'Kind:8', 'Number:16' }[[int] $kind] $datagram).Number | Should -Be 5
        }
    }

    Context 'streams' {
        It 'reads messages after a length of <Width> bytes over TCP, in both directions' -ForEach @(
            @{ Width = 1 }, @{ Width = 2 }, @{ Width = 4 }, @{ Width = 8 }
        ) {
            $client, $server = Open-Connection

            @{ Id = 1; Rest = 'question' }, @{ Id = 2 } | ConvertTo-BinaryMessage $format | Send-SocketData $client -LengthPrefix $Width
            $questions = Receive-SocketData $server -LengthPrefix $Width -Count 2 -TimeoutSeconds 5 | ConvertFrom-BinaryMessage $format
            $questions.Id | Should -Be 1, 2
            $questions[0].Rest | Should -Be ([byte[]][char[]] 'question')

            foreach ($question in $questions) {
                $question.Kind = 255
                Send-SocketData $server ($question | ConvertTo-BinaryMessage $format) -LengthPrefix $Width
            }
            $answers = Receive-SocketData $client -LengthPrefix $Width -Continuous -TimeoutSeconds 5 | ConvertFrom-BinaryMessage $format | Select-Object -First 2
            $answers.Id | Should -Be 1, 2
            $answers.Kind | Should -Be 255, 255
        }

        It 'reads messages after a length of <Width> bytes through two connected sockets, in both directions' -ForEach @(
            @{ Width = 1 }, @{ Width = 2 }, @{ Width = 4 }, @{ Width = 8 }
        ) {
            # Windows has no socket pairs.
            $one, $other = $IsWindows ? (Open-Connection) : (New-StreamPair)
            $size = $Width -eq 1 ? 255 : 3000
            $rest = [byte[]] (1..($size - 3) | ForEach-Object { $_ % 251 })

            foreach ($direction in @($one, $other), @($other, $one)) {
                Send-SocketData $direction[0] (ConvertTo-BinaryMessage $format @{ Id = 7; Rest = $rest }) -LengthPrefix $Width
                $message = Receive-SocketData $direction[1] -LengthPrefix $Width -TimeoutSeconds 5 | ConvertFrom-BinaryMessage $format
                $message.Id | Should -Be 7
                ConvertTo-Hex $message.Rest | Should -Be (ConvertTo-Hex $rest)
            }
        }

        It 'reads messages of a fixed length with -Length' {
            $client, $server = Open-Connection
            @{ FirstField = 1 }, @{ FirstField = 2 } | ConvertTo-BinaryMessage $figure | Send-SocketData $client

            $messages = Receive-SocketData $server -Length $figure.Length -Count 2 -TimeoutSeconds 5 | ConvertFrom-BinaryMessage $figure

            $messages.FirstField | Should -Be 1, 2
        }

        It 'reads a header, and then as much as that says' {
            $client, $server = Open-Connection
            Send-SocketData $client (ConvertTo-BinaryMessage 'Kind:8', 'Length:16', 'Text:[Length]:utf8' @{ Kind = 4; Text = 'grün' })

            $header = Receive-SocketData $server -Length 3 -TimeoutSeconds 5 | ConvertFrom-BinaryMessage 'Kind:8', 'Length:16'

            $header.Kind | Should -Be 4
            Receive-SocketData $server -Length $header.Length -TimeoutSeconds 5 -AsText | Should -BeExactly 'grün'
        }

        It 'goes on after a bad one, which the error has' {
            $client, $server = Open-Connection
            [byte[]] (0, 1, 0), [byte[]] (0, 2), [byte[]] (0, 3, 0) | Send-SocketData $client -LengthPrefix 2
            $data = Receive-SocketData $server -LengthPrefix 2 -Count 3 -TimeoutSeconds 5

            $messages = $data | ConvertFrom-BinaryMessage $pair -ErrorAction SilentlyContinue -ErrorVariable failure

            $messages.Id | Should -Be 1, 3
            Assert-Failure $failure -Id InvalidMessage -Category InvalidArgument
            [object]::ReferenceEquals($failure[0].TargetObject, $data[1]) | Should -BeTrue
        }
    }

    Context 'fields that depend on others' {
        It 'decodes <Field> and encodes it again' -ForEach @(
            @{ Field = 'Type:8{Request=1,Reply=2}'; Bytes = '02'; Values = 'Reply' }
            @{ Field = 'Type:8{Request=1,Reply=2}'; Bytes = '07'; Values = '7' }
            @{ Field = 'Flags:8:flags{SYN=2,ACK=16}'; Bytes = '52'; Values = 'SYN, ACK, 0x40' }
            @{ Field = 'Version:4=2 X:4'; Bytes = '25'; Values = '2 5' }
            @{ Field = 'Magic:32:hex=2112A442'; Bytes = '2112A442'; Values = '2112A442' }
            @{ Field = 'A:16:uintle B:16:intle'; Bytes = '0100FEFF'; Values = '1 -2' }
            @{ Field = 'A:32:float B:64:doublele'; Bytes = '3FC000000000000000000A40'; Values = '1.5 3.25' }
            @{ Field = 'Kind:8 Length:8?Kind>1 Value:[Length-2]?Kind>1:hex'; Bytes = '01'; Values = '1  ' }
            @{ Field = 'Kind:8 Length:8?Kind>1 Value:[Length-2]:hex?Kind>1'; Bytes = '0504ABCD'; Values = '5 4 ABCD' }
            @{ Field = 'IHL:4 Total:12 Data:[Total-IHL*4]:hex'; Bytes = '1006ABCD'; Values = '1 6 ABCD' }
            @{ Field = 'Prefix:8 Net:[Prefix/8]:hex'; Bytes = '110A0101'; Values = '17 0A0101' }
            @{ Field = 'Length:quic Data:[Length]:hex'; Bytes = '4002ABCD'; Values = '2 ABCD'; Encoded = '02ABCD' }
            @{ Field = 'A:mqtt B:ber C:leb128'; Bytes = '80018201009601'; Values = '128 256 150' }
            @{ Field = 'Length:8 Value:[Length]:hex Pad:|4 End:8'; Bytes = '02ABCD0009'; Values = '2 ABCD 0 9' }
        ) {
            if ($Field -like '*:hex') { $Field = $Field -replace '\?Kind>1:hex', ':hex?Kind>1' }
            $format = New-MessageFormat $Field
            $message = ConvertFrom-BinaryMessage $format ([Convert]::FromHexString($Bytes))

            @($message.PSObject.Properties.Value | ForEach-Object { "$_" }) -join ' ' | Should -BeExactly $Values
            ConvertTo-Hex ($message | ConvertTo-BinaryMessage $format) | Should -BeExactly ($Encoded ?? $Bytes)
        }

        It 'decodes counted elements, elements to a length, and a choice, as objects' {
            $format = New-MessageFormat 'Count:8 Items:[Count]*(K:8 V:8) Length:8 More:[Length]:(T:8 L:8 V:[L] Pad:|4) Kind:8{A=1,B=2} Body:Kind{A=(X:8),B=(Y:16),*=(Rest:*)}'
            $bytes = [Convert]::FromHexString('02' + '01020304' + '08' + '0101AA000200' + '0000' + '02' + '01F4')
            $message = ConvertFrom-BinaryMessage $format $bytes

            $message.Items.V | Should -Be 2, 4
            $message.More.T | Should -Be 1, 2
            $message.Body.Y | Should -Be 500
            $message | ConvertTo-Json -Depth 5 -Compress | Should -BeLike '*"Items":?{"K":1,"V":2},{"K":3,"V":4}]*"Body":{"Y":500}}'
            @{ m = $message.Items[0] } | ConvertTo-Json -Compress | Should -BeExactly '{"m":{"K":1,"V":2}}'
            ConvertTo-Hex ($message | ConvertTo-BinaryMessage $format) | Should -BeExactly ([Convert]::ToHexString($bytes))
        }

        It 'decodes times' {
            $message = ConvertFrom-BinaryMessage 'A:32:unixtime', 'B:64:unixms', 'C:64:ntp' ([Convert]::FromHexString('695735A5' + '0000019B7CA3B2C8' + 'ED01B42580000000'))

            $message.A | Should -Be ([datetime]::new(2026, 1, 2, 3, 4, 5, [System.DateTimeKind]::Utc))
            $message.C | Should -Be ([datetime]::new(2026, 1, 2, 3, 4, 5, 500, [System.DateTimeKind]::Utc))
            $message.A.Kind | Should -Be 'Utc'
        }

        It 'refuses a constant that is another' {
            $null = ConvertFrom-BinaryMessage 'Version:8=2' ([byte[]] 3) -ErrorAction SilentlyContinue -ErrorVariable failure

            Assert-Failure $failure -Id InvalidMessage -Category InvalidArgument
            $failure[0].Exception.Message | Should -BeLike "*'Version' is 3, and is always 2*"
        }

        It 'hands back what is left where one of many cannot be decoded, and says where that begins' {
            $messages = ConvertFrom-BinaryMessage 'K:8 L:8 V:[L]' ([byte[]] (1, 1, 5, 2, 9, 1)) -Repeat -ErrorAction SilentlyContinue -ErrorVariable failure

            $messages.K | Should -Be 1
            Assert-Failure $failure -Id InvalidMessage -Category InvalidArgument
            , $failure[0].TargetObject | Should -BeOfType byte[]
            $failure[0].TargetObject | Should -Be 2, 9, 1
            $failure[0].Exception.Offset | Should -Be 3
        }
    }

    Context 'the decoded object' {
        It 'has a type name for its format' {
            $message = ConvertFrom-BinaryMessage $figure $figureBytes

            $message.PSTypeNames | Should -BeExactly 'PSSockets.Message.Figure', 'PSSockets.BinaryMessage', 'System.Object'
            $message | Should -BeOfType PSSockets.BinaryMessage
            (ConvertFrom-BinaryMessage 'A:8' ([byte[]] 1)).PSTypeNames[0] | Should -BeExactly 'PSSockets.Message'
        }

        It 'keeps formats of one name with other fields apart' {
            $one = ConvertFrom-BinaryMessage (New-MessageFormat -Name Same 'A:8') ([byte[]] 1)
            $other = ConvertFrom-BinaryMessage (New-MessageFormat -Name Same 'B:16') ([byte[]] (1, 2))

            $one.PSObject.Properties.Name | Should -Be 'A'
            $other.PSObject.Properties.Name | Should -Be 'B'
            $one.PSTypeNames[0] | Should -Be $other.PSTypeNames[0]
        }

        It 'has properties that can be set, and is encoded with them' {
            $message = ConvertFrom-BinaryMessage $every $everyBytes
            $message.U4 = 1
            $message.U12 = '0xABC'
            $message.Yes = $false
            $message.Source = '10.0.0.1'
            $message.Hardware = [System.Net.NetworkInformation.PhysicalAddress]::Parse('010203040506')
            $message.Ascii = 'x'
            $message.Rest = 1, 2

            $again = $message | ConvertTo-BinaryMessage $every | ConvertFrom-BinaryMessage $every

            $again.U4 | Should -Be 1
            $again.U12 | Should -Be 0xABC
            $again.Yes | Should -BeFalse
            "$($again.Source)" | Should -Be '10.0.0.1'
            "$($again.Hardware)" | Should -Be '010203040506'
            $again.Ascii | Should -BeExactly 'x'
            $again.Rest | Should -Be 1, 2
            $again.Text | Should -BeExactly 'grün'
        }

        It 'refuses what its property cannot hold when that is set, and what its field cannot hold when it is encoded' {
            $message = ConvertFrom-BinaryMessage 'Small:4', 'Other:4' ([byte[]] 0)

            { $message.Small = 256 } | Should -Throw -ErrorId 'ExceptionWhenSetting'
            { $message.Smal = 1 } | Should -Throw
            $message.Small = 16
            $null = $message | ConvertTo-BinaryMessage 'Small:4', 'Other:4' -ErrorAction SilentlyContinue -ErrorVariable failure
            Assert-Failure $failure -Id ValueOutOfRange -Category InvalidArgument
            $failure[0].Exception.Message | Should -BeLike "*'Small'*4 bits*16*0 to 15*"
        }

        It 'can be encoded with a null, which is 0 or nothing' {
            $message = ConvertFrom-BinaryMessage $format ([byte[]] (1, 2, 3, 4))
            $message.Rest = $null

            ConvertTo-Hex ($message | ConvertTo-BinaryMessage $format) | Should -Be '010203'
            { $message | Out-String } | Should -Not -Throw
        }

        It 'makes its own bytes again: <Name>' -ForEach @(
            @{ Name = 'as it is'; Through = { $_ } }
            @{ Name = 'of Select-Object *'; Through = { $_ | Select-Object -Property * } }
            @{ Name = 'of JSON, without addresses'; Through = { $_ | Select-Object -ExcludeProperty Source, Source6, Hardware | ConvertTo-Json | ConvertFrom-Json | Add-Member -PassThru -NotePropertyMembers @{ Source = $_.Source; Source6 = $_.Source6; Hardware = $_.Hardware } } }
            @{ Name = 'with members added'; Through = { $_ | Add-Member -PassThru -NotePropertyName Remark -NotePropertyValue 'seen' } }
        ) {
            $message = ConvertFrom-BinaryMessage $every $everyBytes | ForEach-Object $Through

            ConvertTo-Hex ($message | ConvertTo-BinaryMessage $every) | Should -Be (ConvertTo-Hex $everyBytes)
        }

        It 'works with the cmdlets that take objects' {
            $several = foreach ($id in 3, 1, 2) {
                @{ Id = $id; Kind = $id % 2; Rest = [byte[]] $id } | ConvertTo-BinaryMessage $format | ConvertFrom-BinaryMessage $format
            }

            ($several | Where-Object Id -GT 1).Id | Should -Be 3, 2
            ($several | Where-Object { $_.Kind }).Id | Should -Be 3, 1
            ($several | Sort-Object Id).Id | Should -Be 1, 2, 3
            $several | Group-Object Kind | Sort-Object Name | ForEach-Object Count | Should -Be 1, 2
            ($several | Measure-Object Id -Sum).Sum | Should -Be 6
            ($several | Select-Object Id, Kind | ConvertTo-Json -Compress) | Should -BeExactly '[{"Id":3,"Kind":1},{"Id":1,"Kind":1},{"Id":2,"Kind":0}]'
            ($several[0] | ConvertTo-Json -Compress) | Should -BeExactly '{"Id":3,"Kind":1,"Rest":[3]}'
            ($several[0] | Get-Member -MemberType Properties).Name | Should -Be 'Id', 'Kind', 'Rest'
            "$($several[0])" | Should -BeExactly '@{Id=3; Kind=1; Rest=03}'
        }

        It 'is compared by its addresses as anyone would write them' {
            $message = ConvertFrom-BinaryMessage $every $everyBytes

            @($message | Where-Object Source -EQ '192.0.2.1').Count | Should -Be 1
            @($message | Where-Object Source6 -EQ '2001:DB8::1').Count | Should -Be 1
            @($message | Where-Object Source -EQ '192.0.2.2').Count | Should -Be 0
        }

        It 'goes to a CSV file and comes back' {
            $path = Join-Path $TestDrive 'messages.csv'
            $fields = 'Id:16', 'Source:32:ipv4', 'Hardware:48:mac', 'Name:64:utf8', 'Hash:16:hex'
            $values = @{ Id = 1; Source = '192.0.2.1'; Hardware = '00:00:5E:00:53:01'; Name = 'grün'; Hash = 'ABCD' }, @{ Id = 2; Source = '192.0.2.2'; Hardware = '00:00:5E:00:53:02'; Name = 'a,"b"'; Hash = '0012' }
            $bytes = ConvertTo-BinaryMessage $fields $values

            $bytes | ConvertFrom-BinaryMessage $fields | Export-Csv -LiteralPath $path

            (Get-Content -LiteralPath $path)[0] | Should -Be '"Id","Source","Hardware","Name","Hash"'
            $again = Import-Csv -LiteralPath $path | ConvertTo-BinaryMessage $fields
            $again | ForEach-Object { ConvertTo-Hex $_ } | Should -Be ($bytes | ForEach-Object { ConvertTo-Hex $_ })
        }

        It 'is read at one place in a script whatever its format' {
            $read = { param($message) $message.Value, $message.Other }
            $first = ConvertFrom-BinaryMessage 'Value:8', 'Other:8' ([byte[]] (1, 2))
            $second = ConvertFrom-BinaryMessage 'Other:8', 'Value:16' ([byte[]] (3, 0, 4))
            $third = ConvertFrom-BinaryMessage 'Third:8' ([byte[]] 5)
            Add-Member -InputObject $third -NotePropertyName Value -NotePropertyValue 6

            & $read $first | Should -Be 1, 2
            & $read $second | Should -Be 4, 3
            & $read $third | Should -Be 6, $null
            & $read $first | Should -Be 1, 2
            & $read ([pscustomobject]@{ Value = 7; Other = 8 }) | Should -Be 7, 8
        }

        It 'converts what a property is set to, and refuses what its field cannot hold' {
            $message = ConvertFrom-BinaryMessage 'Id:16' ([byte[]] (0, 1))

            $message.id = '0x7FFF'
            $message.Id | Should -Be 32767
            $message.Id | Should -BeOfType uint16
            { $message.Id = 65536 } | Should -Throw 'Exception setting "Id"*'
            $message.Id | Should -Be 32767
        }

        It 'leaves nothing of a format that is not used any more' {
            $seen = [System.Collections.Generic.List[System.WeakReference]]::new()
            $before = @([System.AppDomain]::CurrentDomain.GetAssemblies() | Where-Object IsDynamic).Count
            & {
                foreach ($number in 1..50) {
                    $format = New-MessageFormat -Name "Freed$number" -Field "Kind:$number", "Rest:$(64 - $number)"
                    $message = ConvertFrom-BinaryMessage $format ([byte[]]::new(8))
                    $null = $message.Kind, $message.PSObject.Properties.Name, ($message | Format-Table | Out-String), ($message | ConvertTo-Json)
                    $seen.Add([System.WeakReference]::new($format))
                }
            }
            $null = ConvertFrom-BinaryMessage 'Kind:8' ([byte[]] 1) | ForEach-Object { $_.Kind }

            # The engine may hold the last of them for a while.
            foreach ($round in 1..3) {
                [System.GC]::Collect()
                [System.GC]::WaitForPendingFinalizers()
            }
            @($seen | Where-Object IsAlive).Count | Should -BeLessThan 5
            @([System.AppDomain]::CurrentDomain.GetAssemblies() | Where-Object IsDynamic).Count | Should -BeLessOrEqual ($before + 1)
        }

        It 'brings truth values back from a CSV file' {
            $again = ConvertFrom-BinaryMessage 'Yes:8:bool', 'No:8:bool' ([byte[]] (1, 0)) | ConvertTo-Csv | ConvertFrom-Csv |
                ConvertTo-BinaryMessage 'Yes:8:bool', 'No:8:bool' -ErrorAction SilentlyContinue

            $again | Should -Be 1, 0
        }

        It 'takes what a user adds to its type' {
            $named = New-MessageFormat -Name AddedTo -Field 'Id:16', 'Kind:8'
            Update-TypeData -TypeName PSSockets.Message.AddedTo -MemberType ScriptProperty -MemberName KindName -Value { @{ 1 = 'One'; 2 = 'Two' }[[int] $this.Kind] }
            try {
                $message = ConvertFrom-BinaryMessage $named ([byte[]] (0, 5, 2))

                $message.KindName | Should -Be 'Two'
                ConvertTo-Hex ($message | ConvertTo-BinaryMessage $named) | Should -Be '000502'
            }
            finally {
                Remove-TypeData -TypeName PSSockets.Message.AddedTo
            }
        }

        It 'is shown by a view that a user has for its type' {
            $path = Join-Path $TestDrive 'Viewed.Format.ps1xml'
            Set-Content -LiteralPath $path -Value @'
<Configuration>
  <ViewDefinitions>
    <View>
      <Name>Viewed</Name>
      <ViewSelectedBy><TypeName>PSSockets.Message.Viewed</TypeName></ViewSelectedBy>
      <TableControl>
        <TableHeaders><TableColumnHeader><Label>Number</Label></TableColumnHeader></TableHeaders>
        <TableRowEntries><TableRowEntry><TableColumnItems><TableColumnItem><PropertyName>Id</PropertyName></TableColumnItem></TableColumnItems></TableRowEntry></TableRowEntries>
      </TableControl>
    </View>
  </ViewDefinitions>
</Configuration>
'@
            # In an engine of its own: a view stays for as long as the engine does.
            $engine = [powershell]::Create()
            try {
                $null = $engine.AddScript({
                        param($module, $path)
                        Import-Module $module
                        Update-FormatData -AppendPath $path
                        $viewed = New-MessageFormat -Name Viewed -Field 'Id:16', 'Kind:8'
                        [byte[]] (0, 5, 2), [byte[]] (0, 6, 2) | ConvertFrom-BinaryMessage $viewed | Out-String
                    }).AddArgument((Get-Module PSSockets).Path).AddArgument($path)
                $text = "$($engine.Invoke())"
            }
            finally {
                $engine.Dispose()
            }

            $text | Should -Match 'Number'
            $text | Should -Match '(?m)^\s*5\s*$'
            $text | Should -Match '(?m)^\s*6\s*$'
            $text | Should -Not -Match 'Kind'
        }
    }

    Context 'what is shown' {
        BeforeAll {
            $rendering = $PSStyle.OutputRendering
            $PSStyle.OutputRendering = 'PlainText'

            # What a terminal obeys, or what turns the direction of text. ESC is looked for by itself, because PlainText leaves it out.
            $dangerous = '[\x00-\x08\x0B\x0C\x0E-\x1F\x7F-\x9F\u200E\u200F\u202A-\u202E\u2066-\u2069]'
            $named = New-MessageFormat -Name Shown -Field 'Id:8', 'Text:*:utf8'
            $message = ConvertFrom-BinaryMessage $named ([byte[]] 1 + [System.Text.Encoding]::UTF8.GetBytes("a`e[31mred`a`b`u{9B}2J`u{202E}z`0"))
        }

        AfterAll {
            $PSStyle.OutputRendering = $rendering
        }

        It 'is a list of names and values, bytes in hexadecimal' {
            $lines = @(ConvertFrom-BinaryMessage $every $everyBytes | Out-String -Width 80) -split '\r?\n' | ForEach-Object TrimEnd | Where-Object { $_ }

            $lines | Should -BeExactly @(
                'U4       : 15'
                'U12      : 4095'
                'U32      : 4294967295'
                'U64      : 18446744073709551615'
                'U72      : 01 02 03 04 05 06 07 08 09'
                'I4       : -1'
                'I12      : -2'
                'I32      : -3'
                'I64      : -4'
                'Yes      : True'
                'Fixed    : 01 02 03'
                'Source   : 192.0.2.1'
                'Source6  : 2001:db8::1'
                'Hardware : 00:00:5E:00:53:01'
                'Ascii    : abc'
                'Utf8     : aü'
                'Hex      : A0B1C2'
                'Length   : 5'
                'Text     : grün'
                'Rest     : 09 08 07'
            )
        }

        It 'is a list for each of several' {
            $text = [byte[]] (1, 2, 3), [byte[]] (1, 2, 4) | ConvertFrom-BinaryMessage $pair | Out-String -Width 80

            $text | Should -Match '(?s)Id\s+: 258.*Kind\s+: 3.*Id\s+: 258.*Kind\s+: 4'
        }

        It 'is cut where many bytes would fill the screen' {
            $text = ConvertFrom-BinaryMessage $format ([byte[]]::new(60000)) | Out-String -Width 80

            $text.Length | Should -BeLessThan 2000
            $text | Should -Match 'Rest : 00 00 '
        }

        It 'is a table of the fields with Format-Table' {
            $text = [byte[]] (1, 2, 3), [byte[]] (1, 2, 4) | ConvertFrom-BinaryMessage $pair | Format-Table | Out-String

            $text | Should -Match '(?m)^\s*Id\s+Kind\s*$'
            $text | Should -Match '(?m)^\s*258\s+4\s*$'
        }

        It 'never holds what a terminal obeys, unless another view is asked for: <Name>' -ForEach @(
            @{ Name = 'by itself'; Show = { $message | Out-String } }
            @{ Name = 'after a format'; Show = { $named, $message | Out-String } }
            @{ Name = 'after a message of another format'; Show = { (ConvertFrom-BinaryMessage $pair ([byte[]] (1, 2, 3))), $message | Out-String } }
            @{ Name = 'as text'; Show = { "$message" } }
            @{ Name = 'in the error of another'; Show = { $message | ConvertFrom-BinaryMessage $named 2>&1 | Out-String } }
        ) {
            foreach ($mode in 'PlainText', 'Ansi') {
                $PSStyle.OutputRendering = $mode
                try {
                    $text = . $Show
                }
                finally {
                    $PSStyle.OutputRendering = 'PlainText'
                }

                $text | Should -Match 'red' -Because 'this is the text'
                if ($mode -eq 'PlainText') {
                    $text | Should -Not -Match $dangerous
                }
                $text | Should -Not -Match '\e\[31mred'
            }
        }
    }

    Context 'errors' {
        It 'refuses <Count> bytes: <Message>' -ForEach @(
            @{ Count = 0; Message = "*ends within 'FirstField'*bits 0 to 15*0 bytes*" }
            @{ Count = 1; Message = "*ends within 'FirstField'*bits 0 to 15*1 byte came, 8 bits" }
            @{ Count = 4; Message = "*ends within 'SecondField'*bits 24 to 47*4 bytes came, 32 bits" }
            @{ Count = 7; Message = "*ends within 'SecondByte'*bits 56 to 63*7 bytes came, 56 bits" }
            @{ Count = 9; Message = "*9 bytes*'SecondByte'*after 8: 1 byte left over" }
            @{ Count = 1000; Message = "*1000 bytes*'SecondByte'*after 8: 992 bytes left over" }
        ) {
            $bytes = [byte[]]::new($Count)
            $output = ConvertFrom-BinaryMessage $figure $bytes -ErrorAction SilentlyContinue -ErrorVariable failure

            $output | Should -BeNullOrEmpty
            Assert-Failure $failure -Id InvalidMessage -Category InvalidArgument
            $failure[0].FullyQualifiedErrorId | Should -BeExactly 'InvalidMessage,PSSockets.Commands.ConvertFromBinaryMessageCommand'
            $failure[0].Exception.Message | Should -BeLike $Message
            $failure[0].ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
            [object]::ReferenceEquals($failure[0].TargetObject, $bytes) | Should -BeTrue
        }

        It 'refuses a length that says more than there is' {
            $null = ConvertFrom-BinaryMessage 'Length:16', 'Name:[Length]:utf8' ([byte[]] (0, 5, 97)) -ErrorAction SilentlyContinue -ErrorVariable failure

            Assert-Failure $failure -Id InvalidMessage -Category InvalidArgument
            $failure[0].Exception.Message | Should -BeLike "*ends within 'Name'*"
        }

        It 'refuses a length that says less than nothing' {
            $null = ConvertFrom-BinaryMessage 'IHL:8', 'Options:[IHL*4-20]' ([byte[]] 4) -ErrorAction SilentlyContinue -ErrorVariable failure

            Assert-Failure $failure -Id InvalidMessage -Category InvalidArgument
            $failure[0].Exception.Message | Should -BeLike "*'IHL' is 4*'Options'*-4 bytes*"
        }

        It 'refuses bytes that are not a value of <Type>' -ForEach @(
            @{ Type = 'ascii'; Bytes = [byte[]] (97, 200) }
            @{ Type = 'utf8'; Bytes = [byte[]] (97, 255) }
        ) {
            $null = ConvertFrom-BinaryMessage "Name:16:$Type" $Bytes -ErrorAction SilentlyContinue -ErrorVariable failure

            Assert-Failure $failure -Id InvalidMessage -Category InvalidArgument
            $failure[0].Exception.Message | Should -BeLike "*'Name'*"
        }

        It 'asks what tells where a variable field ends' {
            $null = ConvertFrom-BinaryMessage 'Name:*', 'Value:*' ([byte[]] (1, 2)) -ErrorAction SilentlyContinue -ErrorVariable failure

            Assert-Failure $failure -Id LengthRequired -Category InvalidArgument
            $failure[0].Exception.Message | Should -BeLike "*'Name'*'Value'*"
            $failure[0].ErrorDetails.RecommendedAction | Should -BeLike '*-Field*Name:*'
        }

        It 'refuses <Name>, which is not a message' -ForEach @(
            @{ Name = 'null'; Value = $null; Remedy = '*byte`[`]*' }
            @{ Name = 'a number'; Value = 5; Remedy = '*byte`[`]*' }
            @{ Name = 'a hashtable'; Value = @{ Id = 1 }; Remedy = '*ConvertTo-BinaryMessage*' }
            @{ Name = 'a custom object'; Value = [pscustomobject] @{ Id = 1 }; Remedy = '*ConvertTo-BinaryMessage*' }
        ) {
            $output = ConvertFrom-BinaryMessage $format $Value -ErrorAction SilentlyContinue -ErrorVariable failure

            $output | Should -BeNullOrEmpty
            Assert-Failure $failure -Id InvalidMessage -Category InvalidArgument
            $failure[0].ErrorDetails.RecommendedAction | Should -BeLike $Remedy
        }

        It 'refuses a decoded message, which is encoded instead' {
            $message = ConvertFrom-BinaryMessage $pair ([byte[]] (1, 2, 3))
            $output = $message | ConvertFrom-BinaryMessage $pair -ErrorAction SilentlyContinue -ErrorVariable failure

            $output | Should -BeNullOrEmpty
            Assert-Failure $failure -Id InvalidMessage -Category InvalidArgument
            $failure[0].ErrorDetails.RecommendedAction | Should -BeLike '*ConvertTo-BinaryMessage*'
        }

        It 'goes on after a bad one, in an argument and in the pipeline' {
            $several = [byte[]] (0, 1, 0), [byte[]] (0, 2), 5, $null, @{ a = 1 }, [byte[]] (0, 3, 0)
            foreach ($way in 'argument', 'pipeline') {
                $messages = @($way -eq 'argument' `
                        ? (ConvertFrom-BinaryMessage $pair $several -ErrorAction SilentlyContinue -ErrorVariable failure) `
                        : ($several | ConvertFrom-BinaryMessage $pair -ErrorAction SilentlyContinue -ErrorVariable failure))

                $messages.Id | Should -Be 1, 3 -Because $way
                $failure.Count | Should -Be 4 -Because $way
                foreach ($record in $failure) {
                    $record.FullyQualifiedErrorId | Should -BeLike 'InvalidMessage,*'
                    $record.CategoryInfo.Category | Should -Be 'InvalidArgument'
                }
            }
        }

        It 'ends with -ErrorAction Stop' {
            { ConvertFrom-BinaryMessage $pair ([byte[]] 1) -ErrorAction Stop } | Should -Throw -ErrorId 'InvalidMessage,*'
        }

        It 'refuses a format that is none' {
            $failure = { ConvertFrom-BinaryMessage -Format 'nothing' -InputObject ([byte[]] 1) } | Should -Throw -PassThru

            $failure.FullyQualifiedErrorId | Should -BeLike 'ParameterArgumentTransformationError,*'
            $failure.CategoryInfo.Category | Should -Be 'InvalidData'
        }
    }
}
