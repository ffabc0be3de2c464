Describe 'New-MessageFormat' {
    BeforeAll {
        . "$PSScriptRoot/../helpers/Common.ps1"

        $figure = @'
 0                   1                   2                   3
 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
|      First field  (16 bits)   |A|B|C|D|E|F|G|H|    Second     |
+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
|      field (24 bits)          |  First Byte   |  Second Byte  |
+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
'@
        $figureFields = 'FirstField:16', 'A:1', 'B:1', 'C:1', 'D:1', 'E:1', 'F:1', 'G:1', 'H:1', 'SecondField:24', 'FirstByte:8', 'SecondByte:8'
        $udp = @'
                  0      7 8     15 16    23 24    31
                 +--------+--------+--------+--------+
                 |     Source      |   Destination   |
                 |      Port       |      Port       |
                 +--------+--------+--------+--------+
                 |                 |                 |
                 |     Length      |    Checksum     |
                 +--------+--------+--------+--------+
                 |
                 |          data octets ...
                 +---------------- ...
'@
    }

    Context 'a diagram' {
        It 'reads the figure' {
            $format = New-MessageFormat $figure

            $format | Should -BeOfType PSSockets.MessageFormat
            $format.FieldList | Should -Be $figureFields
            $format.Length | Should -Be 8
            $format.Name | Should -BeExactly ''
        }

        It 'tells name, offset, width and type of each field' {
            $field = (New-MessageFormat $figure).Fields

            $field.Count | Should -Be 12
            $field.Name | Should -BeExactly 'FirstField', 'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'SecondField', 'FirstByte', 'SecondByte'
            $field.Offset | Should -Be 0, 16, 17, 18, 19, 20, 21, 22, 23, 24, 48, 56
            $field.Width | Should -Be 16, 1, 1, 1, 1, 1, 1, 1, 1, 24, 8, 8
            $field.Type | Sort-Object -Unique | Should -BeExactly 'uint'
        }

        It 'takes the text as <Name>' -ForEach @(
            @{ Name = 'an argument'; Read = { param($text) New-MessageFormat $text } }
            @{ Name = '-Diagram'; Read = { param($text) New-MessageFormat -Diagram $text } }
            @{ Name = 'pipeline input'; Read = { param($text) $text | New-MessageFormat } }
            @{ Name = 'lines'; Read = { param($text) New-MessageFormat ($text -split "`n") } }
            @{ Name = 'lines from the pipeline'; Read = { param($text) $text -split "`n" | New-MessageFormat } }
            @{ Name = 'text of Windows'; Read = { param($text) New-MessageFormat ($text -replace "`r?`n", "`r`n") } }
            @{ Name = 'text between empty lines'; Read = { param($text) New-MessageFormat "`n`n$text`n`n" } }
            @{ Name = 'indented text'; Read = { param($text) New-MessageFormat ($text -replace '(?m)^', '   ') } }
            @{ Name = 'text without bit numbers'; Read = { param($text) New-MessageFormat (($text -split "`n" | Select-Object -Skip 2) -join "`n") } }
        ) {
            (& $Read ($figure -replace "`r", '')).FieldList | Should -Be $figureFields
        }

        It 'reads a file, by lines and as a whole' {
            $path = Join-Path $TestDrive 'figure.txt'
            Set-Content -LiteralPath $path -Value $figure

            (Get-Content -LiteralPath $path | New-MessageFormat).FieldList | Should -Be $figureFields
            (New-MessageFormat (Get-Content -LiteralPath $path)).FieldList | Should -Be $figureFields
            (Get-Content -LiteralPath $path -Raw | New-MessageFormat -Name Figure).Name | Should -BeExactly 'Figure'
            (New-MessageFormat -Diagram (Get-Content -LiteralPath $path -Raw)).FieldList | Should -Be $figureFields
        }

        It 'reads the picture of RFC 768, whose payload is open' {
            $format = New-MessageFormat $udp -Name UDP

            $format.FieldList | Should -Be 'SourcePort:16', 'DestinationPort:16', 'Length:16', 'Checksum:16', 'DataOctets:*'
            $format.Length | Should -BeNullOrEmpty
            $format.Fields[-1].Width | Should -BeNullOrEmpty
            $format.Fields[-1].Offset | Should -Be 64
        }

        It 'gives fields after a variable one no offset' {
            $field = (New-MessageFormat -Field 'Length:8', 'Data:[Length]', 'Checksum:16').Fields

            $field[1].Offset | Should -Be 8
            $field[1].Width | Should -BeNullOrEmpty
            $field[2].Offset | Should -BeNullOrEmpty
            $field[2].Width | Should -Be 16
        }
    }

    Context '-Field' {
        It 'makes a format of a field list' {
            $format = New-MessageFormat -Field 'Version:4', 'IHL:4', 'Length:16', 'Source:32:ipv4', 'Name:[Length]:utf8', 'Rest:*'

            $format.Fields.Name | Should -BeExactly 'Version', 'IHL', 'Length', 'Source', 'Name', 'Rest'
            $format.Fields.Type | Should -BeExactly 'uint', 'uint', 'uint', 'ipv4', 'utf8', 'bytes'
            $format.Fields[1].Offset | Should -Be 4
            $format.Length | Should -BeNullOrEmpty
        }

        It 'knows the type <Type>' -ForEach @(
            @{ Type = 'uint'; Width = 12 }, @{ Type = 'int'; Width = 12 }, @{ Type = 'bool'; Width = 4 }, @{ Type = 'bytes'; Width = 24 }
            @{ Type = 'ipv4'; Width = 32 }, @{ Type = 'ipv6'; Width = 128 }, @{ Type = 'mac'; Width = 48 }, @{ Type = 'ascii'; Width = 24 }
            @{ Type = 'utf8'; Width = 24 }, @{ Type = 'hex'; Width = 12 }
        ) {
            $padding = 8 - $Width % 8
            foreach ($name in $Type, $Type.ToUpperInvariant()) {
                (New-MessageFormat -Field "A:${Width}:$name", "Padding:$padding").Fields[0].Type | Should -BeExactly $Type
            }
        }

        It 'reads text that holds fields alone, too' {
            foreach ($format in @(
                    New-MessageFormat 'Id:16', 'Rest:*'
                    New-MessageFormat 'Id:16 Rest:*'
                    New-MessageFormat 'Id:16, Rest:*'
                    New-MessageFormat "Id:16`nRest:*`n"
                    'Id:16', 'Rest:*' | New-MessageFormat
                )) {
                $format.FieldList | Should -Be 'Id:16', 'Rest:*'
            }
        }

        It 'reads text that holds fields alone with the line ends of Windows' {
            (New-MessageFormat "Id:16`r`nRest:*`r`n").FieldList | Should -Be 'Id:16', 'Rest:*'
        }

        It 'sets types and lengths of what a diagram names' {
            $picture = "+-+-+-+-+-+-+-+-+`n|    Length     |`n+-+-+-+-+-+-+-+-+`n|   Text ...    |`n+-+-+-+-+-+-+-+-+`n|     Flag      |`n+-+-+-+-+-+-+-+-+"
            $wanted = 'Length:8', 'Text:[Length]:utf8', 'Flag:8:bool'

            (New-MessageFormat $picture 'Text:[Length]:utf8', 'Flag::bool').FieldList | Should -Be $wanted
            (New-MessageFormat -Diagram $picture -Field 'Text:[Length]:utf8', 'Flag:8:bool').FieldList | Should -Be $wanted
            ($picture | New-MessageFormat -Field 'Text:[Length]:utf8', 'Flag::bool').FieldList | Should -Be $wanted
            (New-MessageFormat "$picture`n`nText:[Length]:utf8 Flag::bool").FieldList | Should -Be $wanted
            (New-MessageFormat "$picture`r`n`r`nText:[Length]:utf8`r`nFlag::bool`r`n").FieldList | Should -Be $wanted
        }
    }

    Context '-Name' {
        It 'is third, and names what is decoded' {
            foreach ($format in @(
                    New-MessageFormat 'A:8' 'A::int' Sample
                    New-MessageFormat -Field 'A:8:int' -Name Sample
                    New-MessageFormat 'A:8:int' -Name Sample
                )) {
                $format.Name | Should -BeExactly 'Sample'
                $format.FieldList | Should -Be 'A:8:int'
                (ConvertFrom-BinaryMessage $format ([byte[]] 255)).PSTypeNames[0] | Should -BeExactly 'PSSockets.Message.Sample'
            }
        }

        It 'may be any text: what no type name holds becomes _' {
            $format = New-MessageFormat -Field 'A:8' -Name 'DNS header (1.0)'

            $format.Name | Should -BeExactly 'DNS header (1.0)'
            (ConvertFrom-BinaryMessage $format ([byte[]] 1)).PSTypeNames[0] | Should -BeExactly 'PSSockets.Message.DNS_header__1_0_'
        }
    }

    Context 'back to a field list' {
        It 'makes the same format of <Entries>' -ForEach @(
            @{ Entries = @('Version:4', 'IHL:4', 'Length:16', 'Source:32:ipv4', 'Name:[Length]:utf8', 'Rest:*') }
            @{ Entries = @('A:3', 'B:5:int', 'C:1:bool', 'D:7', 'E:128:ipv6', 'F:48:mac', 'G:12:hex', 'H:4', 'I:64:ascii') }
            @{ Entries = @('Opcode:16', 'Name:*0:ascii', 'End:8', 'Mode:*0:ascii', 'End2:8') }
            @{ Entries = @('IHL:8', 'Options:[IHL*4-20]', 'Data:*:hex', 'Checksum:32') }
            @{ Entries = @('Wide:128', 'Wider:2048') }
        ) {
            $format = New-MessageFormat -Field $Entries -Name Same

            foreach ($again in @(
                    New-MessageFormat -Field $format.FieldList -Name $format.Name
                    New-MessageFormat -Field $format.Fields -Name $format.Name
                    New-MessageFormat -Diagram $format.FieldList -Name $format.Name
                    $format.FieldList | New-MessageFormat -Name $format.Name
                )) {
                $again.FieldList | Should -Be $format.FieldList
                $again.Name | Should -Be $format.Name
                $again.Length | Should -Be $format.Length
                ($again.Fields | Out-String) | Should -Be ($format.Fields | Out-String)
            }
            "$($format.Fields)" | Should -Be "$Entries"
        }
    }

    Context 'what is shown' {
        BeforeAll {
            $rendering = $PSStyle.OutputRendering
            $PSStyle.OutputRendering = 'PlainText'
        }

        AfterAll {
            $PSStyle.OutputRendering = $rendering
        }

        It 'is a table of the fields' {
            $lines = @((New-MessageFormat $figure -Name Figure | Out-String -Width 80) -split '\r?\n' | ForEach-Object TrimEnd | Where-Object { $_ })

            $lines | Should -BeExactly @(
                'Figure, 8 bytes'
                'Offset Width Name        Type'
                '------ ----- ----------- ----'
                '     0    16 FirstField  uint'
                '    16     1 A           uint'
                '    17     1 B           uint'
                '    18     1 C           uint'
                '    19     1 D           uint'
                '    20     1 E           uint'
                '    21     1 F           uint'
                '    22     1 G           uint'
                '    23     1 H           uint'
                '    24    24 SecondField uint'
                '    48     8 FirstByte   uint'
                '    56     8 SecondByte  uint'
            )
        }

        It 'says what tells a variable length' {
            $lines = @((New-MessageFormat -Field 'Length:8', 'Name:[Length]:utf8', 'Rest:*' | Out-String -Width 80) -split '\r?\n' | ForEach-Object TrimEnd | Where-Object { $_ })

            $lines | Should -BeExactly @(
                'variable length'
                'Offset    Width Name   Type'
                '------ -------- ------ ----'
                '     0        8 Length uint'
                '     8 [Length] Name   utf8'
                '              * Rest   bytes'
            )
        }

        It 'is a table for each of several' {
            $text = (New-MessageFormat 'A:8' -Name First), (New-MessageFormat 'B:16' -Name Second) | Out-String -Width 80

            $text | Should -BeLike '*First, 1 byte*A*uint*Second, 2 bytes*B*uint*'
        }

        It 'is the name, or the fields, as text' {
            "$(New-MessageFormat 'A:8', 'B:8' -Name Pair)" | Should -BeExactly 'Pair'
            "$(New-MessageFormat 'A:8', 'B:8')" | Should -BeExactly 'A:8, B:8'
        }

        It 'is a table of the fields alone' {
            $text = (New-MessageFormat 'A:8', 'Rest:*').Fields | Out-String -Width 80

            $text | Should -Match '(?m)^Name\s+Offset\s+Width\s+Type\s*$'
            $text | Should -Match '(?m)^Rest\s+8\s+bytes\s*$'
        }
    }

    Context 'completion' {
        It 'completes <Line> to <Expected>' -ForEach @(
            @{ Line = 'New-MessageFormat -Field Source:32:ip'; Expected = "'Source:32:ipv4'", "'Source:32:ipv6'" }
            @{ Line = "New-MessageFormat -Field 'Source:32:ip"; Expected = "'Source:32:ipv4'", "'Source:32:ipv6'" }
            @{ Line = 'New-MessageFormat -Field Id:16,Name:[Id]:u'; Expected = "'Name:[Id]:uint'", "'Name:[Id]:utf8'", "'Name:[Id]:uintle'", "'Name:[Id]:unixtime'", "'Name:[Id]:unixms'" }
            @{ Line = 'New-MessageFormat -Field Length:q'; Expected = , "'Length:quic'" }
            @{ Line = 'New-MessageFormat $text Flag::b'; Expected = "'Flag::bool'", "'Flag::bytes'" }
            @{ Line = 'New-MessageFormat -Field Rest:*:he'; Expected = "'Rest:*:hex'" }
        ) {
            (TabExpansion2 $Line $Line.Length).CompletionMatches.CompletionText | Should -BeExactly $Expected
        }

        It 'offers every type' {
            $line = "New-MessageFormat -Field 'A:32:"

            (TabExpansion2 $line $line.Length).CompletionMatches.ListItemText |
                Should -BeExactly 'uint', 'int', 'bool', 'bytes', 'ipv4', 'ipv6', 'mac', 'ascii', 'utf8', 'hex', 'uintle', 'intle', 'float', 'double', 'floatle', 'doublele', 'flags', 'unixtime', 'unixms', 'ntp'
        }
    }

    Context 'errors' {
        It 'refuses <Name>' -ForEach @(
            @{ Name = 'no argument'; Make = { New-MessageFormat @quiet } }
            @{ Name = 'null'; Make = { New-MessageFormat $null @quiet } }
            @{ Name = 'blank text'; Make = { New-MessageFormat " `n " @quiet } }
            @{ Name = 'an empty pipeline'; Make = { @() | New-MessageFormat @quiet } }
        ) {
            $quiet = @{ ErrorAction = 'SilentlyContinue'; ErrorVariable = 'failure' }
            $output = . $Make

            $output | Should -BeNullOrEmpty
            Assert-Failure $failure -Id InvalidArgument -Category InvalidArgument
            $failure[0].Exception.Message | Should -BeLike '*diagram*field*'
            $failure[0].ErrorDetails.RecommendedAction | Should -BeLike '*-Diagram*-Field*'
        }

        It 'refuses <Entry>: <Why>' -ForEach @(
            @{ Entry = 'A'; Why = '*no width*' }
            @{ Entry = 'A:'; Why = '*neither width nor type*' }
            @{ Entry = ':8'; Why = '*no name*' }
            @{ Entry = ''; Why = '*no name*' }
            @{ Entry = 'A B:8'; Why = '*A B*letters*' }
            @{ Entry = 'A:x'; Why = "*'x'*" }
            @{ Entry = 'A:-8'; Why = "*'-8'*" }
            @{ Entry = 'A:0'; Why = '*1 to *' }
            @{ Entry = 'A:524296'; Why = '*524288*' }
            @{ Entry = 'A:8:real'; Why = '*real*uint*hex*' }
            @{ Entry = 'A:9'; Why = '*9 bits*7 more*' }
            @{ Entry = 'A:16:ipv4'; Why = '*32 bits*' }
            @{ Entry = 'A:32:mac'; Why = '*48 bits*' }
            @{ Entry = 'A:72:int'; Why = '*64 bits*' }
            @{ Entry = 'A:*:uint'; Why = '*width in bits*' }
            @{ Entry = 'A:[B]'; Why = "*'B'*before it*" }
            @{ Entry = 'A:[A]'; Why = "*'A'*before it*" }
            @{ Entry = 'A:*256'; Why = "*256*" }
        ) {
            $output = New-MessageFormat -Field $Entry -ErrorAction SilentlyContinue -ErrorVariable failure

            $output | Should -BeNullOrEmpty
            Assert-Failure $failure -Id InvalidField -Category InvalidArgument
            $failure[0].FullyQualifiedErrorId | Should -BeExactly 'InvalidField,PSSockets.Commands.NewMessageFormatCommand'
            $failure[0].Exception.Message | Should -BeLike $Why
            $failure[0].TargetObject | Should -Be $Entry
            $failure[0].ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
        }

        It 'says of a text what slipped in its list of fields: <Text>' -ForEach @(
            @{ Text = 'A:8{x=1,y'; Id = 'InvalidField'; Why = '*not closed*' }
            @{ Text = 'A 8'; Id = 'InvalidField'; Why = '*colon*' }
            @{ Text = 'A:8{x=300}'; Id = 'InvalidField'; Why = '*300*255*' }
            @{ Text = './formats/icmp.txt'; Id = 'InvalidArgument'; Why = '*path*' }
        ) {
            $null = New-MessageFormat $Text -ErrorAction SilentlyContinue -ErrorVariable failure

            Assert-Failure $failure -Id $Id -Category InvalidArgument
            $failure[0].Exception.Message | Should -BeLike $Why
            $failure[0].ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
        }

        It 'refuses several fields in one text of -Field' {
            $null = New-MessageFormat -Field 'A:8 B:[A]' -ErrorAction SilentlyContinue -ErrorVariable failure

            Assert-Failure $failure -Id InvalidField -Category InvalidArgument
            $failure[0].ErrorDetails.RecommendedAction | Should -BeLike "*-Field 'A:8', 'B:``[A``]'*"
        }

        It 'refuses two fields of one name' {
            $null = New-MessageFormat -Field 'Id:8', 'ID:8' -ErrorAction SilentlyContinue -ErrorVariable failure

            Assert-Failure $failure -Id InvalidField -Category InvalidArgument
            $failure[0].Exception.Message | Should -BeLike "*'ID'*"
        }

        It 'reads entries below a picture whose colon stands in its left column' {
            $text = @(
                '    +-+-+-+-+-+-+-+-+'
                '    |    Length     |'
                '    +-+-+-+-+-+-+-+-+'
                '    /     Data      /'
                '    +-+-+-+-+-+-+-+-+'
                'Data:[Length]:utf8'
            )

            (New-MessageFormat $text).FieldList | Should -BeExactly 'Length:8', 'Data:[Length]:utf8'
        }

        It 'leaves out a field of the diagram whose width is set to 0' {
            (New-MessageFormat $figure 'SecondField:0').FieldList -join ' ' |
                Should -BeExactly 'FirstField:16 A:1 B:1 C:1 D:1 E:1 F:1 G:1 H:1 FirstByte:8 SecondByte:8'
        }

        It 'passes over remarks above a field list' {
            $text = "RFC 826: Ethernet Address Resolution Protocol`n`nHardwareType:16`nProtocolType:16 HardwareLength:8`r`nProtocolLength:8"

            (New-MessageFormat $text).FieldList |
                Should -BeExactly 'HardwareType:16', 'ProtocolType:16', 'HardwareLength:8', 'ProtocolLength:8'
        }

        It 'refuses to refine what the diagram does not name' {
            $null = New-MessageFormat $figure 'FirstFeild::int' -ErrorAction SilentlyContinue -ErrorVariable failure

            Assert-Failure $failure -Id InvalidField -Category InvalidArgument
            $failure[0].Exception.Message | Should -BeLike "*'FirstFeild'*FirstField*"
        }

        It 'says where a diagram cannot be read: <Name>' -ForEach @(
            @{ Name = 'prose'; Text = "`nhello world"; Line = 2; Column = 1; Shown = 'hello world' }
            @{ Name = 'a row of 3 bits'; Text = "+-+-+-+`n| A   |`n+-+-+-+"; Line = 2; Column = 1; Shown = '| A   |' }
            @{ Name = 'a bar between two bits'; Text = "+-+-+-+-+-+-+-+-+`n| A |  B        |`n+-+-+-+-+-+-+-+-+`n|  C |  D       |`n+-+-+-+-+-+-+-+-+"; Line = 4; Column = 6; Shown = '|  C |  D       |' }
        ) {
            $output = New-MessageFormat $Text -ErrorAction SilentlyContinue -ErrorVariable failure

            $output | Should -BeNullOrEmpty
            Assert-Failure $failure -Id InvalidDiagram -Category InvalidArgument
            $message = $failure[0].Exception.Message -split "`n"
            $message[0] | Should -BeLike "line $Line, column ${Column}: *"
            $message[1] | Should -BeExactly $Shown
            $message[2] | Should -BeExactly ((' ' * ($Column - 1)) + '^')
            $failure[0].TargetObject | Should -Be $Shown
            $failure[0].ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
        }

        It 'marks the place also where a script file calls it' {
            $script = Join-Path $TestDrive 'Read-Picture.ps1'
            Set-Content -LiteralPath $script -Value @(
                "Import-Module '$((Get-Module PSSockets).Path)'"
                "New-MessageFormat ""+-+-+-+-+-+-+-+-+`n|  A |  B       |`n+-+-+-+-+-+-+-+-+"""
            )
            $engine = [powershell]::Create()
            try {
                $null = $engine.AddScript({ param($script) & $script 2>&1 | Out-String -Width 200 }).AddArgument($script)
                $shown = "$($engine.Invoke())"
            }
            finally {
                $engine.Dispose()
            }

            # PowerShell shows such a message without its line breaks.
            ($shown -replace '\e\[[0-9;]*m') | Should -BeLike '*line 2, column 6: this bar stands between two bits*|  A ^|  B       |*'
        }

        It 'says what is wrong with a field of a list, and does not ask for a ruling' {
            $null = New-MessageFormat 'Len:8 Prefix:[Len/]' -ErrorAction SilentlyContinue -ErrorVariable failure

            Assert-Failure $failure -Id InvalidField -Category InvalidArgument
            $failure[0].Exception.Message | Should -BeLike "*'Prefix:?Len/]'*"
        }

        It 'says so where a correction below a picture is none: <Slip>' -ForEach @(
            @{ Slip = 'Data: [Size]' }, @{ Slip = 'Data:[Size' }, @{ Slip = 'Size:8 Data : [Size]' }, @{ Slip = 'data:utf8' }, @{ Slip = 'Data: *' }
        ) {
            $picture = "+-+-+-+-+-+-+-+-+`n|     Size      |`n+-+-+-+-+-+-+-+-+`n|   Data ...    |`n+-+-+-+-+-+-+-+-+`n"
            $null = New-MessageFormat "$picture$Slip" -ErrorAction SilentlyContinue -ErrorVariable failure

            Assert-Failure $failure -Id InvalidDiagram -Category InvalidArgument
            $failure[0].Exception.Message | Should -BeLike 'line 6, column 1: *is not an entry*'
        }

        It 'can be caught' {
            { New-MessageFormat 'nothing' -ErrorAction Stop } | Should -Throw -ErrorId 'InvalidDiagram,*'
        }
    }

    Context 'fields that depend on others' {
        It 'reads a picture and its corrections in the grammar of field lists' {
            $format = New-MessageFormat @'
+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
|     Kind      |     Size      |
+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
|            Data ...           |
+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
Kind::uint{Request=1,Reply=2} Size:8?Kind=Reply Data:[Size]?Kind=Reply
'@
            $format.FieldList | Should -BeExactly 'Kind:8{Request=1,Reply=2}', 'Size:8?Kind=Reply', 'Data:[Size]?Kind=Reply'
            (Format-MessageDiagram $format | New-MessageFormat).FieldList | Should -BeExactly $format.FieldList
        }

        It 'reads the notation of RFC 9000' {
            (New-MessageFormat 'Length (24), Type (8), Payload (..)').FieldList | Should -BeExactly 'Length:24', 'Type:8', 'Payload:*'
            $format = New-MessageFormat @'
Packet {
  Header Form (1) = 1,
  Rest (7),
  Connection ID Length (8),
  Connection ID (0..160),
  Token Length (i),
  Token (..),
}
'@
            $format.FieldList | Should -BeExactly 'HeaderForm:1=1', 'Rest:7', 'ConnectionIDLength:8', 'ConnectionID:[ConnectionIDLength]', 'TokenLength:quic', 'Token:[TokenLength]'
        }

        It 'says where that notation cannot be read: <Text>' -ForEach @(
            @{ Text = "P {`n  A (8),`n  [B (8)],`n}"; Place = 'line 3, column 3: *may be missing*' }
            @{ Text = "P {`n  A (8)`n  B (8),`n}"; Place = 'line 3, column 3: *comma*' }
            @{ Text = 'P { A (8),'; Place = 'line 1, column 3: *not closed*' }
            @{ Text = "P { A (8) }`nQ { B (8) }"; Place = 'line 2, column 1: *follows*' }
        ) {
            $null = New-MessageFormat $Text -ErrorAction SilentlyContinue -ErrorVariable failure

            Assert-Failure $failure -Id InvalidDiagram -Category InvalidArgument
            $failure[0].Exception.Message | Should -BeLike $Place
        }

        It 'takes formats by their names' {
            $item = New-MessageFormat -Name Item 'Kind:8 Value:16'
            $format = New-MessageFormat -Field 'Count:8', 'Items:[Count]*Item', 'Last:item' -Include $item

            $format.FieldList | Should -BeExactly 'Count:8', 'Items:[Count]*(Kind:8 Value:16)', 'Last:(Kind:8 Value:16)'
            $format.Fields.Type | Should -Be 'uint', 'message', 'message'
        }

        It 'refuses <Field>' -ForEach @(
            @{ Field = 'A:8', 'B:[A-C]' }, @{ Field = 'A:8', 'B:8?C>1' }, @{ Field = 'A:8', 'B:C{1=(X:8)}' }, @{ Field = 'A:32:ipv4', 'B:[A/8]' }
            @{ Field = , 'A:8=256' }, @{ Field = , 'A:16:float' }, @{ Field = , 'A:12:uintle' }, @{ Field = , 'A:32:ipv4{X=1}' }, @{ Field = , 'A:quic:hex' }
            @{ Field = 'A:8', 'B:[A]*()' }, @{ Field = , 'A:12:(X:8)' }
        ) {
            $null = New-MessageFormat -Field $Field -ErrorAction SilentlyContinue -ErrorVariable failure

            Assert-Failure $failure -Id InvalidField -Category InvalidArgument
        }
    }
}
