Describe 'Format-MessageDiagram' {
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
        $figureDrawn = @'
 0                   1                   2                   3
 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
|          FirstField           |A|B|C|D|E|F|G|H|  SecondField  |
|            = 4660             |=|=|=|=|=|=|=|=|  = 11259375   |
|                               |0|0|1|0|0|0|0|0|               |
+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
|            (cont.)            |   FirstByte   |  SecondByte   |
|                               |      = 1      |     = 255     |
+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
'@ -replace "`r"
        $short = New-MessageFormat -Name Short -Field 'Id:16', 'Kind:8', 'Rest:*'

        # The lines of what was drawn, without the bit numbers.
        function Get-Line {
            param([string] $Drawn)

            $Drawn -split '\r?\n' | Where-Object { $_ -notmatch '^[ 0-9]*$' }
        }
    }

    AfterEach {
        Get-Socket | Close-Socket
    }

    Context 'a format' {
        It 'draws it as the standards do' {
            $wanted = @'
 0                   1                   2                   3
 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
|          FirstField           |A|B|C|D|E|F|G|H|  SecondField  |
+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
|            (cont.)            |   FirstByte   |  SecondByte   |
+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
'@ -replace "`r"

            foreach ($drawn in @(
                    Format-MessageDiagram $figure
                    Format-MessageDiagram -Format $figure
                    $figure | Format-MessageDiagram
                    Format-MessageDiagram -InputObject $figure
                )) {
                $drawn | Should -BeOfType string
                ($drawn -replace "`r") | Should -BeExactly $wanted
            }
        }

        It 'draws each of several' {
            $drawn = @((New-MessageFormat 'A:8'), (New-MessageFormat 'B:16') | Format-MessageDiagram)

            $drawn.Count | Should -Be 2
            $drawn[0] | Should -BeLike '*A*'
            $drawn[1] | Should -BeLike '*B*'
        }

        It 'draws one written as text' {
            Get-Line (Format-MessageDiagram 'Version:4', 'Kind:4') | Should -BeExactly '+-+-+-+-+-+-+-+-+', '|Version| Kind  |', '+-+-+-+-+-+-+-+-+'
        }

        It 'says below it what a picture cannot' {
            $drawn = Format-MessageDiagram 'Length:8', 'Name:[Length]:utf8', 'Flag:8:bool', 'Rest:*'

            ($drawn -split '\r?\n')[-1] | Should -BeExactly 'Name:[Length]:utf8 Flag:8:bool'
            Get-Line $drawn | Where-Object { $_ -like '/*Name*/' -or $_ -like '/*Rest*/' } | Should -HaveCount 2
        }

        It 'draws rows of <Width> bits' -ForEach @(@{ Width = 8 }, @{ Width = 16 }, @{ Width = 32 }, @{ Width = 64 }) {
            $drawn = Format-MessageDiagram $figure -RowWidth $Width

            $ruling = @(Get-Line $drawn | Where-Object { $_ -match '^[+-]+$' })
            $ruling[0].Length | Should -Be (2 * $Width + 1)
            (New-MessageFormat $drawn).FieldList | Should -Be $figure.FieldList
        }

        It 'fits a screen of 80 columns' {
            $drawn = Format-MessageDiagram 'Version:4', 'IHL:4', 'Length:16', 'Source:32:ipv4', 'Address:128:ipv6', 'Name:[Length]:utf8', 'Rest:*:hex'

            $drawn -split '\r?\n' | ForEach-Object { $_.Length | Should -BeLessOrEqual 80 }
        }
    }

    Context 'a message' {
        It 'draws its values in the boxes: <Name>' -ForEach @(
            @{ Name = 'bytes'; Draw = { Format-MessageDiagram $figure $figureBytes } }
            @{ Name = 'bytes, named'; Draw = { Format-MessageDiagram -Format $figure -InputObject $figureBytes } }
            @{ Name = 'bytes in the pipeline'; Draw = { , $figureBytes | Format-MessageDiagram $figure } }
            @{ Name = 'single bytes in the pipeline'; Draw = { $figureBytes | Format-MessageDiagram $figure } }
            @{ Name = 'a hashtable'; Draw = { Format-MessageDiagram $figure @{ FirstField = 0x1234; C = 1; SecondField = 0xABCDEF; FirstByte = 1; SecondByte = 255 } } }
            @{ Name = 'a custom object in the pipeline'; Draw = { [pscustomobject] @{ FirstField = 0x1234; C = 1; SecondField = 0xABCDEF; FirstByte = 1; SecondByte = 255 } | Format-MessageDiagram $figure } }
            @{ Name = 'a decoded message'; Draw = { Format-MessageDiagram $figure (ConvertFrom-BinaryMessage $figure $figureBytes) } }
            @{ Name = 'a decoded message in the pipeline, which has its format'; Draw = { $figureBytes | ConvertFrom-BinaryMessage $figure | Format-MessageDiagram } }
        ) {
            $drawn = @(. $Draw)

            $drawn.Count | Should -Be 1
            ($drawn[0] -replace "`r") | Should -BeExactly $figureDrawn
        }

        It 'draws a datagram' {
            $socket = New-Socket IPv6 | Register-SocketAddress '[::1]:0' -PassThru
            Send-Datagram $socket $figureBytes, $figureBytes $socket.LocalEndPoint
            $first, $second = Receive-Datagram $socket -Count 2 -TimeoutSeconds 5

            foreach ($drawn in (Format-MessageDiagram $figure $first), ($second | Format-MessageDiagram $figure)) {
                ($drawn -replace "`r") | Should -BeExactly $figureDrawn
            }
        }

        It 'draws each datagram as it arrives' {
            $socket = New-Socket IPv6 | Register-SocketAddress '[::1]:0' -PassThru
            Send-Datagram $socket ([byte[]] (0, 1, 2)), ([byte[]] (0, 3, 4)) $socket.LocalEndPoint

            $drawn = @(Receive-Datagram $socket -Continuous | Format-MessageDiagram $short | Select-Object -First 2)

            $drawn[0] | Should -BeLike '*= 1 *= 2 *'
            $drawn[1] | Should -BeLike '*= 3 *= 4 *'
        }

        It 'draws data of a stream' {
            $one, $other = New-StreamPair
            Send-SocketData $one $figureBytes

            ((Receive-SocketData $other -Length 8 -TimeoutSeconds 5 | Format-MessageDiagram $figure) -replace "`r") | Should -BeExactly $figureDrawn
        }

        It 'draws each of several, in their order' {
            foreach ($drawn in @(
                    , @(Format-MessageDiagram $short ([byte[]] (0, 1, 0)), @{ Id = 2 }, ([byte[]] (0, 3, 0)))
                    , @([byte[]] (0, 1, 0), @{ Id = 2 }, [byte[]] (0, 3, 0) | Format-MessageDiagram $short)
                    , @([byte] 0, [byte] 1, [byte] 0, [byte[]] (0, 2, 0), [byte] 0, [byte] 3, [byte] 0 | Format-MessageDiagram $short)
                    , @([byte] 0, [byte] 1, [byte] 0, @{ Id = 2 }, [byte] 0, [byte] 3, [byte] 0 | Format-MessageDiagram $short)
                )) {
                $drawn.Count | Should -Be 3
                foreach ($number in 1..3) {
                    $drawn[$number - 1] | Should -BeLike "*= $number *"
                }
            }
        }

        It 'draws nothing where the pipeline brings nothing' {
            @() | Format-MessageDiagram $figure | Should -BeNullOrEmpty
        }

        It 'draws values of every type' {
            $every = New-MessageFormat -Field 'Source:32:ipv4', 'Address:128:ipv6', 'Hardware:48:mac', 'Flag:8:bool', 'Number:8:int', 'Hash:32:hex', 'Length:8', 'Name:[Length]:utf8', 'Rest:*'
            $drawn = Format-MessageDiagram $every @{
                Source = '192.0.2.1'; Address = '2001:db8::1'; Hardware = '00:00:5E:00:53:01'; Flag = $true; Number = -5; Hash = 'DEADBEEF'; Name = 'grün'; Rest = 1, 2, 255
            }

            foreach ($value in '= 192.0.2.1', '= 2001:db8::1', '= 00:00:5E:00:53:01', '= True', '= -5', '= "DEADBEEF"', '= 5', '= "grün"', '= 01 02 FF') {
                $drawn | Should -BeLike "* $value *"
            }
        }

        It 'draws no more than some lines of many bytes' {
            $drawn = Format-MessageDiagram $short ([byte[]]::new(60000))

            @($drawn -split '\r?\n').Count | Should -BeLessThan 30
            $drawn | Should -BeLike '*...*'
        }

        It 'draws nothing that a terminal obeys' {
            $text = New-MessageFormat -Field 'Text:*:utf8'
            $bytes = [System.Text.Encoding]::UTF8.GetBytes("a`e[31mred`a`b`u{9B}2J`u{202E}z`0`n|+-+-+|")

            foreach ($drawn in (Format-MessageDiagram $text $bytes), (Format-MessageDiagram -InputObject (ConvertFrom-BinaryMessage $text $bytes))) {
                $drawn | Should -BeLike '*red*'
                ($drawn -replace '\r?\n') | Should -Not -Match '[\x00-\x1F\x7F-\x9F\u202A-\u202E]'
                (New-MessageFormat $drawn).FieldList | Should -Be 'Text:*:utf8'
            }
        }
    }

    Context 'reading it back' {
        It 'gives the same format: <Entries>' -ForEach @(
            @{ Entries = @('A:8') }
            @{ Entries = @('A:1', 'LongName:1', 'AnotherLongName:6') }
            @{ Entries = @('A:24', 'B:24', 'C:40', 'D:200') }
            @{ Entries = @('lower:8', 'snake_case:8', 'R:4', 'R2:4', 'Reserved:8', 'Cont:8') }
            @{ Entries = @('Version:4', 'IHL:4', 'Length:16', 'Source:32:ipv4', 'Address:128:ipv6', 'Hardware:48:mac', 'Name:[Length]:utf8', 'Rest:*') }
            @{ Entries = @('Opcode:16', 'File:*0:ascii', 'End:8', 'Mode:*0:ascii', 'End2:8') }
            @{ Entries = @('IHL:8', 'Options:[IHL*4-20]:hex', 'Middle:*', 'Checksum:32') }
        ) {
            $format = New-MessageFormat -Field $Entries
            foreach ($width in 8, 16, 32, 64) {
                $again = Format-MessageDiagram $format -RowWidth $width | New-MessageFormat

                $again.FieldList | Should -Be $format.FieldList -Because "rows have $width bits"
            }
        }

        It 'gives the same format with values in the boxes' {
            $format = New-MessageFormat -Field 'Version:4', 'Flag:1', 'Zero:3', 'Length:8', 'Source:32:ipv4', 'Name:[Length]:utf8', 'Rest:*'
            foreach ($values in @{}, @{ Version = 15; Flag = 1; Source = '255.255.255.255'; Name = '|+-+-+| (variable) = x ...'; Rest = [byte[]] (0..255) }) {
                foreach ($width in 8, 16, 32, 64) {
                    (Format-MessageDiagram $format $values -RowWidth $width | New-MessageFormat).FieldList | Should -Be $format.FieldList -Because "rows have $width bits"
                }
            }
            (New-MessageFormat (Format-MessageDiagram $figure $figureBytes)).FieldList | Should -Be $figure.FieldList
        }

        It 'gives the same format from a file' {
            $path = Join-Path $TestDrive 'format.txt'
            $format = New-MessageFormat -Field 'Length:8', 'Name:[Length]:utf8', 'Rest:*'

            $format | Format-MessageDiagram | Set-Content -LiteralPath $path

            (Get-Content -LiteralPath $path | New-MessageFormat).FieldList | Should -Be $format.FieldList
        }
    }

    Context '-RowWidth' {
        It 'is completed' {
            $line = 'Format-MessageDiagram $format -RowWidth '

            (TabExpansion2 $line $line.Length).CompletionMatches.CompletionText | Should -Be '8', '16', '32', '64'
        }

        It 'refuses <_>' -ForEach 0, 24, 128, -8 {
            $width = $_
            $failure = { Format-MessageDiagram $figure -RowWidth $width } | Should -Throw -ErrorId 'ParameterArgumentValidationError,*' -PassThru

            $failure.CategoryInfo.Category | Should -Be 'InvalidData'
            $failure.Exception.Message | Should -BeLike '*8*16*32*64*'
        }
    }

    Context 'errors' {
        It 'asks for the format: <Name>' -ForEach @(
            @{ Name = 'nothing given'; Draw = { Format-MessageDiagram @quiet } }
            @{ Name = 'bytes alone'; Draw = { Format-MessageDiagram -InputObject ([byte[]] (1, 2)) @quiet } }
            @{ Name = 'single bytes'; Draw = { [byte] 1, [byte] 2 | Format-MessageDiagram @quiet } }
            @{ Name = 'a hashtable'; Draw = { @{ Id = 1 } | Format-MessageDiagram @quiet } }
        ) {
            $quiet = @{ ErrorAction = 'SilentlyContinue'; ErrorVariable = 'failure' }
            $output = . $Draw

            $output | Should -BeNullOrEmpty
            Assert-Failure $failure -Id InvalidArgument -Category InvalidArgument
            $failure[0].ErrorDetails.RecommendedAction | Should -BeLike '*-Format*'
        }

        It 'goes on after a bad one, in an argument and in the pipeline' {
            $several = [byte[]] (0, 1, 0), [byte[]] (0, 2), @{ Knid = 1 }, @{ Id = -1 }, $null, 5, @{ Id = 3 }
            foreach ($way in 'argument', 'pipeline') {
                $drawn = @($way -eq 'argument' `
                        ? (Format-MessageDiagram $short $several -ErrorAction SilentlyContinue -ErrorVariable failure) `
                        : ($several | Format-MessageDiagram $short -ErrorAction SilentlyContinue -ErrorVariable failure))

                $drawn.Count | Should -Be 2 -Because $way
                $failure.FullyQualifiedErrorId -replace ',.*' | Should -Be 'InvalidMessage', 'FieldNotFound', 'ValueOutOfRange', 'InvalidMessage', 'InvalidMessage' -Because $way
                $failure.CategoryInfo.Category | Should -Be 'InvalidArgument', 'ObjectNotFound', 'InvalidArgument', 'InvalidArgument', 'InvalidArgument' -Because $way
            }
            $failure[0].FullyQualifiedErrorId | Should -BeExactly 'InvalidMessage,PSSockets.Commands.FormatMessageDiagramCommand'
        }

        It 'takes decoded messages in the first place' {
            $messages = [byte[]] (1, 2), [byte[]] (3, 4) | ConvertFrom-BinaryMessage 'Kind:8', 'Size:8'

            Format-MessageDiagram $messages[0] | Should -BeExactly ($messages[0] | Format-MessageDiagram)
            Format-MessageDiagram $messages | Should -BeExactly ($messages | Format-MessageDiagram)
            Format-MessageDiagram $messages[1] -RowWidth 8 | Should -BeExactly ($messages[1] | Format-MessageDiagram -RowWidth 8)
            { Format-MessageDiagram 5 } | Should -Throw -ErrorId 'ParameterArgumentTransformationError,*'
            { Format-MessageDiagram $messages[0], 5 } | Should -Throw -ErrorId 'ParameterArgumentTransformationError,*'
        }

        It 'draws wide letters so that the sides stand below each other' {
            $lines = (Format-MessageDiagram '名前:16', 'Größe:16') -split '\r?\n'

            $lines[3] | Should -BeExactly '|             名前              |             Größe             |'
            (Format-MessageDiagram '名前:16', 'Größe:16' | New-MessageFormat).FieldList | Should -BeExactly '名前:16', 'Größe:16'
        }

        It 'draws what is not there without a value' {
            $text = ConvertFrom-BinaryMessage 'Kind:8', 'Size:8?Kind>1' ([byte[]] 1) | Format-MessageDiagram

            $text | Should -Match 'Size:8\?Kind>1'
            $text | Should -Not -Match '= *\|'
        }

        It 'refuses a format that is none' {
            { Format-MessageDiagram 'nothing' } | Should -Throw -ErrorId 'ParameterArgumentTransformationError,*'
        }
    }
}
