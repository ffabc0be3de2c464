BeforeDiscovery {
    # Every framing that comes again and again, with messages of 16 bytes that hold characters of 1 to 4 bytes and the
    # beginning of a delimiter.
    $framings = @(
        @{ Framing = '-Line'; Parameters = @{ Line = $true } }
        @{ Framing = '-Line, CRLF'; Parameters = @{ Line = $true } }
        @{ Framing = '-Delimiter'; Parameters = @{ Delimiter = '<end>'; AsText = $true } }
        @{ Framing = '-Delimiter, several'; Parameters = @{ Delimiter = '<stop>', '<end>'; AsText = $true } }
        @{ Framing = '-LengthPrefix 1'; Parameters = @{ LengthPrefix = 1; AsText = $true } }
        @{ Framing = '-LengthPrefix 2'; Parameters = @{ LengthPrefix = 2; AsText = $true } }
        @{ Framing = '-LengthPrefix 4'; Parameters = @{ LengthPrefix = 4; AsText = $true } }
        @{ Framing = '-LengthPrefix 8'; Parameters = @{ LengthPrefix = 8; AsText = $true } }
        @{ Framing = '-Length'; Parameters = @{ Length = 16; AsText = $true } }
    )
    $cuts = foreach ($seed in 1, 2) {
        foreach ($framing in $framings) {
            $framing + @{ Seed = $seed }
        }
    }
}

BeforeAll {
    . $PSScriptRoot/../helpers/Common.ps1
    . $PSScriptRoot/../helpers/Tls.ps1

    # Messages as a framing puts them into a stream.
    function ConvertTo-Frame {
        param(
            [Parameter(Mandatory, Position = 0)] [string] $Framing,
            [Parameter(Mandatory, Position = 1)] [string[]] $Text
        )

        $stream = [System.Collections.Generic.List[byte]]::new()
        foreach ($message in $Text) {
            $bytes = [System.Text.Encoding]::UTF8.GetBytes($message)
            if ($Framing -like '-LengthPrefix *') {
                for ($shift = 8 * ([int]($Framing -replace '\D') - 1); $shift -ge 0; $shift -= 8) {
                    $stream.Add([long]$bytes.Length -shr $shift -band 0xFF)
                }
            }
            $stream.AddRange($bytes)
            $end = @{ '-Line' = "`n"; '-Line, CRLF' = "`r`n"; '-Delimiter' = '<end>'; '-Delimiter, several' = '<end>' }[$Framing]
            $stream.AddRange([System.Text.Encoding]::ASCII.GetBytes("$end"))
        }
        Write-Output -InputObject $stream.ToArray() -NoEnumerate
    }

    # Sends bytes in pieces of these sizes, each when the peer's reader has taken the one before.
    function Send-Piece {
        param(
            [Parameter(Mandatory)] [System.Net.Sockets.Socket] $Socket,
            [Parameter(Mandatory)] [System.Net.Sockets.Socket] $Reader,
            [Parameter(Mandatory)] [byte[]] $Byte,
            [Parameter(Mandatory)] [int[]] $Size
        )

        $Socket.NoDelay = $true
        $offset = 0
        for ($turn = 0; $offset -lt $Byte.Length; $turn++) {
            $length = [Math]::Min($Size[$turn % $Size.Length], $Byte.Length - $offset)
            $Socket.Send($Byte, $offset, $length, 'None') | Should -Be $length
            $offset += $length
            [System.Threading.SpinWait]::SpinUntil({ $Reader.Available -eq 0 }, 10000) | Should -BeTrue -Because 'the reader takes each piece'
        }
    }
}

Describe 'Receive-SocketData' {
    BeforeEach {
        $client, $server = Open-Connection
        $quiet = @{ ErrorVariable = 'failures'; ErrorAction = 'SilentlyContinue' }
        $worker = $null
        $path = $null
    }

    AfterEach {
        if ($worker) {
            $null = Stop-Worker $worker -AllowEnded
        }
        Get-Socket | Close-Socket
        if ($path -and (Test-Path -LiteralPath $path)) {
            Remove-Item -LiteralPath $path
        }
    }

    Context 'SocketData' {
        It 'tells everything about what came' {
            $null = $client.Send([byte[]](0x6E, 0xC3, 0xA9))
            $data = Receive-SocketData $server -TimeoutSeconds 5
            $data | Should -BeOfType PSSockets.SocketData
            , $data.Data | Should -BeOfType byte[]
            $data.Data | Should -Be ([byte[]](0x6E, 0xC3, 0xA9))
            $data.Text | Should -BeExactly 'né'
            $data.Length | Should -Be 3
            $data.RemoteEndPoint | Should -Be $client.LocalEndPoint
            [object]::ReferenceEquals($data.Socket, $server) | Should -BeTrue
            "$data" | Should -BeExactly 'né'
        }

        It 'has no RemoteEndPoint where the peer has no name' {
            $one, $two = New-StreamPair Stream
            $null = $one.Send([byte[]](65, 66))
            $data = Receive-SocketData $two -TimeoutSeconds 5
            $data.Text | Should -BeExactly 'AB'
            $null -eq $data.RemoteEndPoint | Should -BeTrue
        }

        It 'owns its bytes' {
            $null = $client.Send([byte[]][char[]]'onetwo')
            $one, $two = Receive-SocketData $server -Length 3 -Count 2 -TimeoutSeconds 5
            $two.Data[0] = 0x21
            $one.Text | Should -BeExactly 'one'
            $two.Text | Should -BeExactly '!wo'
        }

        It 'is shown as a table with the bytes and the text' {
            $rendering = $PSStyle.OutputRendering
            $PSStyle.OutputRendering = 'PlainText'
            try {
                $null = $client.Send([byte[]][char[]]"Hi`e[2J!")
                $shown = Receive-SocketData $server -TimeoutSeconds 5 | Out-String -Width 100
                $shown | Should -Match ([regex]::Escape("$($client.LocalEndPoint)"))
                $shown | Should -Match '48 69'
                $shown | Should -Match 'Hi\.\[2J!'
            }
            finally {
                $PSStyle.OutputRendering = $rendering
            }
        }
    }

    Context 'Without framing' {
        It 'gives what one recv gives' {
            $null = $client.Send([byte[]][char[]]'hello')
            (Receive-SocketData $server -TimeoutSeconds 5).Text | Should -BeExactly 'hello'
        }

        It 'gives at most -MaximumSize bytes, and leaves the rest' {
            $null = $client.Send([byte[]][char[]]'abcdefgh')
            Receive-SocketData $server -MaximumSize 3 -Count 3 -TimeoutSeconds 5 -AsText | Should -Be 'abc', 'def', 'gh'
        }

        It 'gives at most 65,536 bytes without -MaximumSize' {
            $one, $two = New-StreamPair Stream
            Set-SocketOption $one SendBufferSize 200000
            $null = $one.Send([byte[]]::new(70000))
            $sizes = @(Receive-SocketData $two -Count 2 -TimeoutSeconds 5 | ForEach-Object Length)
            $sizes[0] | Should -Be 65536
            $sizes[1] | Should -Be 4464
        }

        It 'waits for the first byte' {
            $worker = Start-Worker { param($Socket) Receive-SocketData $Socket -AsText } -ArgumentList $server
            Wait-WorkerBlocked $worker
            $null = $client.Send([byte[]][char[]]'at last')
            (Wait-Worker $worker).Output | Should -Be 'at last'
            $worker = $null
        }

        It 'gives nothing, and no error, when the peer has closed' {
            Close-Socket $client
            Receive-SocketData $server -TimeoutSeconds 5 @quiet | Should -BeNullOrEmpty
            $failures.Count | Should -Be 0
        }

        It 'works on a UNIX stream' {
            $one, $two = New-StreamPair Stream
            $null = $one.Send([byte[]][char[]]'local')
            Receive-SocketData $two -TimeoutSeconds 5 -AsText | Should -Be 'local'
        }

        It 'is refused on a socket of messages, which stay: <_>' -ForEach 'Datagram', 'SeqPacket' {
            $one, $two = New-StreamPair $_
            Send-Datagram $one 'whole'
            Receive-SocketData $two -Length 2 -TimeoutSeconds 5 @quiet | Should -BeNullOrEmpty
            Assert-Failure $failures -Id InvalidArgument -Category InvalidArgument
            $failures[0].ErrorDetails.RecommendedAction | Should -BeLike '*Receive-Datagram*'
            Receive-Datagram $two -TimeoutSeconds 5 -AsText | Should -Be 'whole'
        }
    }

    Context '-Length' {
        It 'gives exactly so many bytes' {
            $null = $client.Send([byte[]][char[]]'abcdefgh')
            Receive-SocketData $server -Length 3 -TimeoutSeconds 5 -AsText | Should -Be 'abc'
            Receive-SocketData $server -Length 5 -TimeoutSeconds 5 -AsText | Should -Be 'defgh'
        }

        It 'waits for all of them' {
            $worker = Start-Worker { param($Socket) Receive-SocketData $Socket -Length 6 -AsText } -ArgumentList $server
            Send-Piece -Socket $client -Reader $server -Byte ([byte[]][char[]]'abcde') -Size 2
            Wait-WorkerBlocked $worker
            $worker.Output.Count | Should -Be 0
            $null = $client.Send([byte[]][char[]]'fg')
            (Wait-Worker $worker).Output | Should -Be 'abcdef'
            $worker = $null
            Receive-SocketData $server -TimeoutSeconds 5 -AsText | Should -Be 'g'
        }

        It 'gives more bytes than any buffer holds' {
            $bytes = [byte[]]::new(8MB)
            [random]::new(1).NextBytes($bytes)
            $worker = Start-Worker { param($Socket) Receive-SocketData $Socket -Length 8MB -AsByteArray } -ArgumentList $server
            Send-SocketData $client $bytes
            $output = (Wait-Worker $worker).Output
            $worker = $null
            [Convert]::ToHexString([System.Security.Cryptography.SHA256]::HashData($output[0])) |
                Should -Be ([Convert]::ToHexString([System.Security.Cryptography.SHA256]::HashData($bytes)))
        }

        It 'gives an empty frame with 0, and takes nothing' {
            $null = $client.Send([byte[]][char[]]'x')
            $data = Receive-SocketData $server -Length 0 -TimeoutSeconds 5
            $data.Length | Should -Be 0
            Receive-SocketData $server -TimeoutSeconds 5 -AsText | Should -Be 'x'
        }

        It 'refuses <_>' -ForEach -1, 2GB {
            $length = $_
            $failure = { Receive-SocketData $server -Length $length } | Should -Throw -PassThru
            $failure.FullyQualifiedErrorId | Should -Match '^(ParameterArgumentValidationError|CannotConvertArgumentNoMessage),'
            $failure.CategoryInfo.Category | Should -BeIn 'InvalidData', 'InvalidArgument'
        }
    }

    Context '-Line' {
        It 'gives a [string] without its end, after LF and after CRLF' {
            $null = $client.Send([byte[]][char[]]"one`ntwo`r`nthree`n")
            $lines = @(Receive-SocketData $server -Line -Count 3 -TimeoutSeconds 5)
            $lines | Should -BeExactly 'one', 'two', 'three'
            $lines | ForEach-Object { $_ | Should -BeOfType string }
        }

        It 'gives empty lines' {
            $null = $client.Send([byte[]][char[]]"`n`r`n`nend`n")
            $lines = @(Receive-SocketData $server -Line -Count 4 -TimeoutSeconds 5)
            $lines.Count | Should -Be 4
            $lines | Should -BeExactly '', '', '', 'end'
        }

        It 'takes only the CR right before the LF for the end' {
            $null = $client.Send([byte[]][char[]]"a`rb`r`r`n`r`n")
            $lines = @(Receive-SocketData $server -Line -Count 2 -TimeoutSeconds 5)
            $lines | Should -BeExactly "a`rb`r", ''
        }

        It 'knows CRLF when its two bytes come apart' {
            $worker = Start-Worker { param($Socket) Receive-SocketData $Socket -Line -Count 2 } -ArgumentList $server
            Send-Piece -Socket $client -Reader $server -Byte ([byte[]][char[]]"one`r`ntwo`r`n") -Size 4
            (Wait-Worker $worker).Output | Should -BeExactly 'one', 'two'
            $worker = $null
        }

        It 'gives a line longer than any look-ahead' {
            $line = -join (1..40000 | ForEach-Object { [char](0x21 + $_ % 90) })
            $worker = Start-Worker { param($Socket) Receive-SocketData $Socket -Line } -ArgumentList $server
            Send-SocketData $client "$line$line$line$line$line`nrest"
            (Wait-Worker $worker).Output | Should -BeExactly "$line$line$line$line$line"
            $worker = $null
            Receive-SocketData $server -TimeoutSeconds 5 -AsText | Should -Be 'rest'
        }

        It 'reads text as <Encoding>' -ForEach @(
            @{ Encoding = 'utf8' }
            @{ Encoding = 'latin1' }
            @{ Encoding = 'unicode' }
            @{ Encoding = 'bigendianunicode' }
            @{ Encoding = 'utf32' }
            @{ Encoding = 1252 }
        ) {
            $encoder = [System.Text.CodePagesEncodingProvider]::Instance.GetEncoding(1252)
            $encoder = $Encoding -eq 1252 ? $encoder : [System.Text.Encoding]::GetEncoding(@{ utf8 = 'utf-8'; latin1 = 'latin1'; unicode = 'utf-16'; bigendianunicode = 'utf-16BE'; utf32 = 'utf-32' }["$Encoding"])
            $null = $client.Send($encoder.GetBytes("né`r`nÜ`nrest"))
            Receive-SocketData $server -Line -Count 2 -TimeoutSeconds 5 -Encoding $Encoding | Should -BeExactly 'né', 'Ü'
            Receive-SocketData $server -TimeoutSeconds 5 -AsText -Encoding $Encoding | Should -BeExactly 'rest'
        }

        It 'finds no end across two characters of UTF-16' {
            # U+0A17 U+0100 is 17 0A 00 01: 0A 00 is there, but is not a character.
            $text = "$([char]0x0A17)$([char]0x0100)$([char]0x000A)after$([char]0x000A)"
            $null = $client.Send([System.Text.Encoding]::Unicode.GetBytes($text))
            $lines = @(Receive-SocketData $server -Line -Count 2 -TimeoutSeconds 5 -Encoding unicode)
            $lines[0] | Should -BeExactly "$([char]0x0A17)$([char]0x0100)"
            $lines[1] | Should -BeExactly 'after'
        }

        It 'gives a line whole that is cut within a character, at byte <_>' -ForEach (1..9) {
            $cut = $_
            $bytes = [System.Text.Encoding]::UTF8.GetBytes("é€𝄞`n") # 2, 3, 4 and 1 bytes
            $bytes.Length | Should -Be 10
            $worker = Start-Worker { param($Socket) Receive-SocketData $Socket -Line } -ArgumentList $server
            Send-Piece -Socket $client -Reader $server -Byte $bytes -Size $cut, 10
            (Wait-Worker $worker).Output | Should -BeExactly 'é€𝄞'
            $worker = $null
        }
    }

    Context 'several delimiters' {
        It 'ends a frame at whichever comes first, and says which' {
            $null = $client.Send([byte[]][char[]]'a# b login: c')
            $data = Receive-SocketData $server -Delimiter '# ', 'login: ' -Count 2 -TimeoutSeconds 5
            $data.Text | Should -BeExactly 'a', 'b '
            $data.Delimiter | Should -BeExactly '# ', 'login: '
            Receive-SocketData $server -TimeoutSeconds 5 -MaximumSize 10 -AsText | Should -BeExactly 'c'
        }

        It 'takes the longest of those that begin at one place' {
            $null = $client.Send([byte[]][char[]]"a`r`nb`r")
            $data = Receive-SocketData $server -Delimiter "`r", "`r`n" -Count 2 -TimeoutSeconds 5
            $data.Text | Should -BeExactly 'a', 'b'
            $data.Delimiter | Should -BeExactly "`r`n", "`r"
        }

        It 'takes text and bytes together' {
            $null = $client.Send([byte[]](0x61, 0, 0x62, 0x3B))
            $data = Receive-SocketData $server -Delimiter ';', ([byte[]]0) -Count 2 -TimeoutSeconds 5
            $data.Text | Should -BeExactly 'a', 'b'
            $data.Delimiter | Should -BeExactly "`0", ';'
        }

        It 'says what ended the frame also with one, and with -Continuous into a variable' {
            $null = $client.Send([byte[]][char[]]'a;b;')
            Disconnect-Socket $client -Direction Send
            $data = Receive-SocketData $server -Delimiter ';' -Continuous -TimeoutSeconds 5
            $data.Text | Should -BeExactly 'a', 'b'
            $data.Delimiter | Should -BeExactly ';', ';'
        }

        It 'refuses one that is empty' {
            Receive-SocketData $server -Delimiter 'x', '' -TimeoutSeconds 5 -ErrorAction SilentlyContinue -ErrorVariable failure
            Assert-Failure $failure -Id InvalidArgument -Category InvalidArgument
        }
    }

    Context '-Match' {
        It 'ends a frame with what matches, and says what' {
            $null = $client.Send([byte[]][char[]]"ls`r`nfile1`r`nhost# ")
            $data = Receive-SocketData $server -Match '[>#] $' -TimeoutSeconds 5
            $data.Text | Should -BeExactly "ls`r`nfile1`r`nhost# "
            $data.Delimiter | Should -BeExactly '# '
        }

        It 'leaves what comes after the match' {
            $null = $client.Send([byte[]][char[]]'Password: secret')
            (Receive-SocketData $server -Match 'password: ' -TimeoutSeconds 5).Text | Should -BeExactly 'Password: '
            Receive-SocketData $server -TimeoutSeconds 5 -AsText | Should -BeExactly 'secret'
        }

        It 'takes `$` for the end of all that has come, not of a piece of it' {
            $null = $client.Send([byte[]][char[]](('x' * 255) + '#' + ('y' * 300) + '#'))
            (Receive-SocketData $server -Match '#$' -TimeoutSeconds 5).Length | Should -Be 557
        }

        It 'waits for a match that comes in pieces, and keeps what has not matched for the next reader' {
            Send-SocketData $client 'user n'
            Receive-SocketData $server -Match 'name: ' -TotalTimeoutSeconds 0.2 -ErrorAction SilentlyContinue -ErrorVariable failure
            Assert-Failure $failure -Id TimedOut -Category OperationTimeout
            Send-SocketData $client 'ame: '
            (Receive-SocketData $server -Match 'name: ' -TimeoutSeconds 5).Text | Should -BeExactly 'user name: '
        }

        It 'counts bytes where a character has several' {
            Send-SocketData $client 'grüß€😀> rest'
            (Receive-SocketData $server -Match '> ' -TimeoutSeconds 5).Text | Should -BeExactly 'grüß€😀> '
            Receive-SocketData $server -TimeoutSeconds 5 -AsText | Should -BeExactly 'rest'
        }

        It 'takes a [regex] as it is, and text as -match does' {
            Send-SocketData $client 'ABC abc;'
            (Receive-SocketData $server -Match ([regex]'abc') -TimeoutSeconds 5).Text | Should -BeExactly 'ABC abc'
            Send-SocketData $client 'ABC'
            (Receive-SocketData $server -Match 'abc' -TimeoutSeconds 5).Text | Should -BeExactly ';ABC'
        }

        It 'writes no frame of nothing' {
            Send-SocketData $client 'abc'
            (Receive-SocketData $server -Match 'x*' -TimeoutSeconds 5).Text | Should -Not -BeNullOrEmpty
        }

        It 'refuses <What>' -ForEach @(
            @{ What = 'a pattern with a slip'; Pattern = '('; Text = '*is not a regular expression*' }
            @{ What = 'an empty pattern'; Pattern = ''; Text = '*empty pattern*' }
        ) {
            { Receive-SocketData $server -Match $Pattern } | Should -Throw -ErrorId 'ParameterArgumentTransformationError,*' -ExpectedMessage $Text
        }

        It 'is an error where the stream ends before it, with what had come' {
            Send-SocketData $client 'no prompt'
            Close-Socket $client
            Receive-SocketData $server -Match '> $' -TimeoutSeconds 5 -ErrorAction SilentlyContinue -ErrorVariable failure
            Assert-Failure $failure -Id EndOfStream -Category ConnectionError
            $failure[0].TargetObject.Text | Should -BeExactly 'no prompt'
        }
    }

    Context '-Telnet' {
        BeforeEach {
            $client, $server = New-StreamPair
        }

        It 'refuses what the peer asks for, and finds prompts in what is left' {
            Send-SocketData $client ([byte[]](255, 253, 24, 255, 251, 1) + [System.Text.Encoding]::ASCII.GetBytes('login: '))
            Receive-SocketData $server -Match 'login: $' -Telnet -AsText -TimeoutSeconds 10 | Should -BeExactly 'login: '
            [Convert]::ToHexString((Receive-SocketData $client -Length 6 -TimeoutSeconds 10).Data) | Should -Be 'FFFC18FFFE01'
        }

        It 'holds for the socket from then on, in both directions' {
            Send-SocketData $client ([byte[]](255, 253, 24, 0x61))
            Receive-SocketData $server -Telnet -AsText -TimeoutSeconds 10 | Should -Be 'a'
            Send-SocketData $client ([byte[]](255, 253, 39, 0x62, 255, 255, 0x0A))
            (Receive-SocketData $server -Delimiter "`n" -TimeoutSeconds 10).Data | Should -Be 0x62, 255
            Send-SocketData $server ([byte[]](1, 255, 2))
            [Convert]::ToHexString((Receive-SocketData $client -Length 10 -TimeoutSeconds 10).Data) | Should -Be 'FFFC18FFFC2701FFFF02'
        }

        It 'leaves a byte 255 alone without it' {
            Send-SocketData $client ([byte[]](255, 253, 24))
            (Receive-SocketData $server -Length 3 -TimeoutSeconds 10).Data | Should -Be 255, 253, 24
        }

        It 'waits on while only commands come' {
            $worker = Start-Worker { param($Socket) Receive-SocketData $Socket -Telnet -AsText -TimeoutSeconds 20 } -ArgumentList $server
            1..50 | ForEach-Object { Send-SocketData $client ([byte[]](255, 253, 24)) }
            $null = Receive-SocketData $client -Length 150 -TimeoutSeconds 10
            Wait-WorkerBlocked $worker
            Send-SocketData $client 'x'
            (Wait-Worker $worker).Output | Should -Be 'x'
        }

        It 'goes through TLS' {
            $pair = New-TlsPair (New-SocketCertificate -DnsName localhost)
            $pair.Stream.Write([byte[]](255, 253, 24, 0x68, 0x69, 0x0A), 0, 6)
            Receive-SocketData $pair.Socket -Line -Telnet -TimeoutSeconds 10 | Should -Be 'hi'
            $answer = [byte[]]::new(3)
            $pair.Stream.ReadExactly($answer, 0, 3)
            $answer | Should -Be 255, 252, 24
        }
    }

    Context '-TotalTimeoutSeconds' {
        It 'ends a call that a slow peer would keep for ever, and leaves the frame in the socket' {
            $state = @{ IsOver = $false }
            $worker = Start-Worker {
                param($Socket, $State)
                for ($sent = 0; -not $State.IsOver; $sent++) { Send-SocketData $Socket 'x' }
                $sent
            } -ArgumentList $client, $state
            $clock = [System.Diagnostics.Stopwatch]::StartNew()
            Receive-SocketData $server -Line -TimeoutSeconds 60 -TotalTimeoutSeconds 0.5 -ErrorAction SilentlyContinue -ErrorVariable failure
            $clock.Elapsed.TotalSeconds | Should -BeGreaterThan 0.4
            $clock.Elapsed.TotalSeconds | Should -BeLessThan 30
            Assert-Failure $failure -Id TimedOut -Category OperationTimeout
            "$($failure[0])" | Should -BeLike '*0.5 s of the whole call*'
            $state.IsOver = $true
            $sent = [int] (Wait-Worker $worker).Output[0]
            $sent | Should -BeGreaterThan 1
            Send-SocketData $client '' -NewLine
            Receive-SocketData $server -Line -TimeoutSeconds 5 | Should -BeExactly ('x' * $sent)
        }

        It 'is the normal end of -Continuous, also while bytes keep coming' {
            $worker = Start-Worker {
                param($Socket)
                $piece = [byte[]]::new(100000)
                while ($true) { Send-SocketData $Socket $piece -TimeoutSeconds 5 }
            } -ArgumentList $client
            try {
                $clock = [System.Diagnostics.Stopwatch]::StartNew()
                $pieces = Receive-SocketData $server -Continuous -TotalTimeoutSeconds 0.5 -ErrorVariable failure
                $clock.Elapsed.TotalSeconds | Should -BeLessThan 30
                $failure | Should -BeNullOrEmpty
                $pieces.Count | Should -BeGreaterThan 0
            }
            finally {
                Stop-Worker $worker
            }
        }

        It 'ends <Framing> while frames keep coming faster than they are taken' -ForEach @(
            @{ Framing = '-Line into a variable'; Read = { param($Socket) $lines = Receive-SocketData $Socket -Line -Continuous -TotalTimeoutSeconds 0.3; $lines.Count } }
            @{ Framing = '-Line to another command'; Read = { param($Socket) (Receive-SocketData $Socket -Line -Continuous -TotalTimeoutSeconds 0.3 | Measure-Object).Count } }
            @{ Framing = 'pieces of one byte'; Read = { param($Socket) (Receive-SocketData $Socket -MaximumSize 1 -AsByteArray -Continuous -TotalTimeoutSeconds 0.3 | Measure-Object).Count } }
            @{ Framing = '-OutFile'; Read = { param($Socket) Receive-SocketData $Socket -OutFile /dev/null -TotalTimeoutSeconds 0.3 -ErrorAction SilentlyContinue -ErrorVariable failure; "$failure" -like '*0.3 s of the whole call*' } }
        ) {
            $flood = Start-Worker {
                param($Socket)
                $piece = [System.Text.Encoding]::ASCII.GetBytes("x`n" * 500000)
                while ($true) { Send-SocketData $Socket $piece -TimeoutSeconds 30 }
            } -ArgumentList $client
            $reader = $null
            try {
                $reader = Start-Worker $Read -ArgumentList $server
                $result = Wait-Worker $reader
                $reader = $null
                $result.Errors | Should -BeNullOrEmpty
                [int] $result.Output[0] | Should -BeGreaterThan 0
            }
            finally {
                $flood, $reader | Where-Object { $_ } | ForEach-Object { Stop-Worker $_ }
            }
        }

        It 'takes what is there already with 0' {
            Send-SocketData $client 'one', 'two' -NewLine
            Wait-Socket $server -TimeoutSeconds 5 | Should -Not -BeNullOrEmpty
            Receive-SocketData $server -Line -TotalTimeoutSeconds 0 | Should -BeExactly 'one'
        }

        It 'ends a frame without an end that keeps coming' {
            $worker = Start-Worker {
                param($Socket)
                $piece = [byte[]]::new(1000)
                while ($true) { Send-SocketData $Socket $piece -TimeoutSeconds 5 }
            } -ArgumentList $client
            try {
                Receive-SocketData $server -Line -TotalTimeoutSeconds 0.3 -ErrorAction SilentlyContinue -ErrorVariable failure
                Assert-Failure $failure -Id TimedOut -Category OperationTimeout
            }
            finally {
                Stop-Worker $worker
            }
        }
    }

    Context '-Delimiter' {
        It 'takes <What>' -ForEach @(
            @{ What = 'text'; Delimiter = '--'; Stream = 'one--two--' }
            @{ What = 'one character'; Delimiter = "`0"; Stream = "one`0two`0" }
            @{ What = 'a byte[]'; Delimiter = [byte[]](13, 10, 13, 10); Stream = "one`r`n`r`ntwo`r`n`r`n" }
            @{ What = 'one byte'; Delimiter = [byte]0x7C; Stream = 'one|two|' }
            @{ What = 'an array of bytes'; Delimiter = @([byte]0x2D, [byte]0x2D); Stream = 'one--two--' }
        ) {
            $null = $client.Send([byte[]][char[]]"$Stream-rest")
            Receive-SocketData $server -Delimiter $Delimiter -Count 2 -TimeoutSeconds 5 -AsText | Should -BeExactly 'one', 'two'
            Receive-SocketData $server -TimeoutSeconds 5 -AsText | Should -BeExactly '-rest'
        }

        It 'gives SocketData without the delimiter' {
            $null = $client.Send([byte[]][char[]]'one||')
            $data = Receive-SocketData $server -Delimiter '||' -TimeoutSeconds 5
            $data | Should -BeOfType PSSockets.SocketData
            $data.Text | Should -BeExactly 'one'
            $data.Length | Should -Be 3
        }

        It 'gives empty frames' {
            $null = $client.Send([byte[]][char[]]'||||x||')
            Receive-SocketData $server -Delimiter '||' -Count 3 -TimeoutSeconds 5 -AsText | Should -BeExactly '', '', 'x'
        }

        It 'knows a delimiter that begins again within itself' {
            $null = $client.Send([byte[]][char[]]'aabaababaabaac.')
            Receive-SocketData $server -Delimiter 'aabaac' -TimeoutSeconds 5 -AsText | Should -BeExactly 'aabaabab'
            Receive-SocketData $server -TimeoutSeconds 5 -AsText | Should -BeExactly '.'
        }

        It 'knows a delimiter cut at byte <_>' -ForEach (4..8) {
            $worker = Start-Worker { param($Socket) Receive-SocketData $Socket -Delimiter '<end>' -AsText } -ArgumentList $server
            Send-Piece -Socket $client -Reader $server -Byte ([byte[]][char[]]'one<end>') -Size $_, 10
            (Wait-Worker $worker).Output | Should -BeExactly 'one'
            $worker = $null
        }

        It 'encodes a delimiter that is text with -Encoding' {
            $null = $client.Send([byte[]](0x61, 0xA7, 0x62, 0xA7))
            Receive-SocketData $server -Delimiter '§' -Count 2 -Encoding latin1 -TimeoutSeconds 5 -AsText | Should -BeExactly 'a', 'b'
        }

        It 'finds a delimiter that is text only between characters of UTF-16' {
            $text = "$([char]0x0A17)$([char]0x0100)$([char]0x000A)"
            $null = $client.Send([System.Text.Encoding]::Unicode.GetBytes($text))
            Receive-SocketData $server -Delimiter "`n" -Encoding unicode -TimeoutSeconds 5 -AsText | Should -BeExactly "$([char]0x0A17)$([char]0x0100)"
        }

        It 'refuses <What>' -ForEach @(
            @{ What = 'an empty text'; Delimiter = '' }
            @{ What = 'an empty byte[]'; Delimiter = [byte[]]::new(0) }
            @{ What = 'a number'; Delimiter = 10 }
            @{ What = 'numbers'; Delimiter = @(13, 10) }
        ) {
            $null = $client.Send([byte[]][char[]]"x`r`n")
            Receive-SocketData $server -Delimiter $Delimiter -TimeoutSeconds 5 @quiet | Should -BeNullOrEmpty
            Assert-Failure $failures -Id InvalidArgument -Category InvalidArgument
            Receive-SocketData $server -Line -TimeoutSeconds 5 | Should -Be 'x'
        }
    }

    Context '-LengthPrefix' {
        It 'reads a prefix of <Width> in network order' -ForEach @(
            @{ Width = 1; Prefix = 5 }
            @{ Width = 2; Prefix = 0, 5 }
            @{ Width = 4; Prefix = 0, 0, 0, 5 }
            @{ Width = 8; Prefix = 0, 0, 0, 0, 0, 0, 0, 5 }
        ) {
            $null = $client.Send([byte[]](@($Prefix) + [byte[]][char[]]'helloX'))
            $data = Receive-SocketData $server -LengthPrefix $Width -TimeoutSeconds 5
            $data | Should -BeOfType PSSockets.SocketData
            $data.Text | Should -BeExactly 'hello'
            Receive-SocketData $server -TimeoutSeconds 5 -AsText | Should -Be 'X'
        }

        It 'reads more than one byte of the prefix, <Width>' -ForEach @(
            @{ Width = 2; Prefix = 1, 44 }
            @{ Width = 4; Prefix = 0, 0, 1, 44 }
            @{ Width = 8; Prefix = 0, 0, 0, 0, 0, 0, 1, 44 }
        ) {
            $null = $client.Send([byte[]]($Prefix + [byte[]]::new(300) + 9))
            (Receive-SocketData $server -LengthPrefix $Width -TimeoutSeconds 5).Length | Should -Be 300
            (Receive-SocketData $server -TimeoutSeconds 5).Data | Should -Be 9
        }

        It 'reads 200 in one byte as unsigned' {
            $null = $client.Send([byte[]](@(200) + [byte[]]::new(200)))
            (Receive-SocketData $server -LengthPrefix 1 -TimeoutSeconds 5).Length | Should -Be 200
        }

        It 'gives empty frames' {
            $null = $client.Send([byte[]](0, 0, 0, 1, 65))
            Receive-SocketData $server -LengthPrefix 2 -Count 2 -TimeoutSeconds 5 -AsText | Should -BeExactly '', 'A'
        }

        It 'reads a length in <Name>' -ForEach @(
            @{ Name = '3 bytes'; Parameters = @{ LengthPrefix = 3 }; Sent = '000003616263'; Data = 'abc' }
            @{ Name = '7 bytes'; Parameters = @{ LengthPrefix = 7 }; Sent = '00000000000003616263'; Data = 'abc' }
            @{ Name = '3 bytes, little-endian, as MySQL'; Parameters = @{ LengthPrefix = 3; LittleEndian = $true }; Sent = '030000616263'; Data = 'abc' }
            @{ Name = '4 bytes, little-endian, as Chromium'; Parameters = @{ LengthPrefix = 4; LittleEndian = $true }; Sent = '03000000616263'; Data = 'abc' }
            @{ Name = '4 bytes that count themselves'; Parameters = @{ LengthPrefix = 4; LengthIncludesPrefix = $true }; Sent = '00000007616263'; Data = 'abc' }
            @{ Name = '2 little-endian bytes that count themselves'; Parameters = @{ LengthPrefix = 2; LengthIncludesPrefix = $true; LittleEndian = $true }; Sent = '0500616263'; Data = 'abc' }
            @{ Name = '4 bytes after a type, as PostgreSQL'; Parameters = @{ LengthPrefix = 4; LengthIncludesPrefix = $true; LengthOffset = 1 }; Sent = '5100000007616263'; Data = 'Qabc' }
            @{ Name = '2 bytes after three others'; Parameters = @{ LengthPrefix = 2; LengthOffset = 3 }; Sent = '7879780002 6162'; Data = 'xyxab' }
            @{ Name = '1 byte after two, of nothing'; Parameters = @{ LengthPrefix = 1; LengthOffset = 2 }; Sent = '414200'; Data = 'AB' }
        ) {
            $bytes = [Convert]::FromHexString($Sent.Replace(' ', ''))
            # Whole, twice at once, and one byte after the other.
            $null = $client.Send([byte[]]($bytes + $bytes + $bytes + 33))
            Receive-SocketData $server @Parameters -TimeoutSeconds 5 -AsText | Should -BeExactly $Data
            Receive-SocketData $server @Parameters -Count 2 -TimeoutSeconds 5 -AsText | Should -BeExactly $Data, $Data
            Receive-SocketData $server -AsText -TimeoutSeconds 5 | Should -Be '!'
            $worker = Start-Worker { param($Socket, $Parameters) Receive-SocketData $Socket @Parameters -AsText } -ArgumentList $server, $Parameters
            Send-Piece -Socket $client -Reader $server -Byte $bytes -Size 1
            (Wait-Worker $worker).Output | Should -BeExactly $Data
            $worker = $null
        }

        It 'refuses a length that is less than itself, and leaves the bytes' {
            $null = $client.Send([byte[]](0, 3, 97, 98))
            Receive-SocketData $server -LengthPrefix 2 -LengthIncludesPrefix -TimeoutSeconds 5 -AsText | Should -BeExactly 'a'
            $null = $client.Send([byte[]](0, 1, 97))
            Close-Socket $client
            $null = Receive-SocketData $server -Length 1
            Receive-SocketData $server -LengthPrefix 2 -LengthIncludesPrefix -Continuous -TimeoutSeconds 5 @quiet | Should -BeNullOrEmpty
            Assert-Failure $failures -Id InvalidMessage -Category InvalidArgument
            $failures[0].Exception.Message | Should -BeLike 'recv*: the length of a message is 1, which is less than its own 2 bytes'
            $failures[0].TargetObject.Data | Should -Be 0, 1
            (Receive-SocketData $server -ToEnd -TimeoutSeconds 5).Data | Should -Be 0, 1, 97
        }

        It 'names what had come of a message with its type when the peer closes' {
            $null = $client.Send([byte[]](81, 0, 0, 0, 9, 97, 98))
            Close-Socket $client
            Receive-SocketData $server -LengthPrefix 4 -LengthIncludesPrefix -LengthOffset 1 -TimeoutSeconds 5 @quiet
            Assert-Failure $failures -Id EndOfStream -Category ConnectionError
            $failures[0].Exception.Message | Should -BeLike '*after 2 of its 5 bytes'
            $failures[0].TargetObject.Data | Should -Be 81, 0, 0, 0, 9, 97, 98
        }

        It 'refuses a prefix of <_>' -ForEach 0, 9, 16 {
            $width = $_
            $failure = { Receive-SocketData $server -LengthPrefix $width } | Should -Throw -PassThru
            $failure.FullyQualifiedErrorId | Should -BeLike 'ParameterArgumentValidationError,*'
            $failure.CategoryInfo.Category | Should -Be 'InvalidData'
        }
    }

    Context '-Format' {
        BeforeDiscovery {
            $formats = "$PSScriptRoot/../../examples/formats"
            $protocols = @(
                # RFC 4271: the length counts the whole, and stands after a marker of 16 bytes.
                @{ Protocol = 'BGP'; Fields = 'Marker:128', 'Length:16', 'Type:8', 'Body:[Length-19]'; Messages = "$('ff' * 16)001304", "$('ff' * 16)001d0104fde800b4c000020100", "$('ff' * 16)00170200000000" }
                # RFC 8210: the length is the fourth to last field of eight bytes.
                @{ Protocol = 'RPKI-RTR'; Fields = 'Version:8', 'Type:8', 'Session:16', 'Length:32', 'Body:[Length-8]'; Messages = '0102000000000008', '01040000000000140118180cc000020000000000', '01030001 00000008' }
                # RFC 6733: 24 bits after the version.
                @{ Protocol = 'Diameter'; Fields = 'Version:8=1', 'Length:24', 'Flags:8', 'Code:24', 'Application:32', 'HopByHop:32', 'EndToEnd:32', 'Avps:[Length-20]'; Messages = '01000014800001010000000011223344aabbccdd', '0100001c800001180000000011223344aabbccdd0000010840000008' }
                # RFC 8446, 5.1: after the type and a version.
                @{ Protocol = 'TLS records'; Fields = 'Type:8', 'Version:16', 'Length:16', 'Fragment:[Length]'; Messages = '15030300020100', '1403030001 01', '1703030000' }
                # MODBUS Messaging on TCP/IP: the length counts from the unit on.
                @{ Protocol = 'Modbus/TCP'; Fields = 'Transaction:16', 'Protocol:16=0', 'Length:16', 'Unit:8', 'Function:8', 'Data:[Length-2]'; Messages = '000100000006110300 6b0003', '000200000005110302 1234', '0003000000021107' }
                @{ Protocol = 'MQTT'; Fields = 'Type:4', 'Flags:4', 'Length:mqtt', 'Body:[Length]'; Messages = 'c000', '100c00044d5154540402003c0000', "30ac02$('61' * 300)" }
                # Up to an empty label, or a pointer.
                @{
                    Protocol = 'names of DNS'
                    Fields   = 'Labels:*[Length=0]:(Kind:2{Label=0,Pointer=3} Length:6?Kind=Label Text:[Length]?Kind=Label Offset:14?Kind=Pointer)', 'Type:16'
                    Messages = '000001', '0377777707 6578616d706c65 000001', '0161c00c0001', 'c00c0001'
                }
                # The formats that are shipped, and what bird, freeDiameter, stayrtr, pymodbus, mosquitto and openssl sent.
                @{ Protocol = 'bgp.txt'; Fields = Get-Content -LiteralPath "$formats/bgp.txt"; Messages = 'ffffffffffffffffffffffffffffffff00350104fdea00f0c000020218021601040001000102004002007841040000fdea46004700', 'ffffffffffffffffffffffffffffffff001304', 'ffffffffffffffffffffffffffffffff003402000000144001010040020602010000fde94003040a09010118c6336419cb007180' }
                @{ Protocol = 'diameter.txt'; Fields = Get-Content -LiteralPath "$formats/diameter.txt"; Messages = '01000098800001010000000016034412d2b080150000010840000011612e6578616d706c65000000000001284000000f6578616d706c6500000001164000000c6b08ed2b000001014000000e00010a09010100000000010a4000000c000000000000010d00000014667265654469616d657465720000010b0000000c000027d90000012b4000000c00000000000001024000000cffffffff', '01000098000001010000000016034412d2b080150000010c4000000c000007d10000010840000011622e6578616d706c65000000000001284000000f6578616d706c6500000001164000000c6b08ed2b000001014000000e00010a09010200000000010a4000000c000000000000010d00000014667265654469616d657465720000010b0000000c000027d9000001024000000cffffffff' }
                @{ Protocol = 'rpki-rtr.txt'; Fields = Get-Content -LiteralPath "$formats/rpki-rtr.txt"; Messages = '0102000000000008', '01060000000000200120300020010db80000000000000000000000000000fdea', '010400000000001401181800c00002000000fde9' }
                @{ Protocol = 'modbus-tcp.txt'; Fields = Get-Content -LiteralPath "$formats/modbus-tcp.txt"; Messages = '0001000000061103006b0003', '000100000009110306001100110011' }
                @{ Protocol = 'mqtt-packet.txt'; Fields = Get-Content -LiteralPath "$formats/mqtt-packet.txt"; Messages = '102400044d51545404c2003c000672656164657200046e656d6f000a61726374616e67656e74', '20020000', '821800010013686f7573652f2b2f74656d706572617475726501', '9003000101', '102c00044d5154540406003c00067772697465720013686f7573652f6b69746368656e2f737461746500036f6666' }
                @{ Protocol = 'tls-record.txt'; Fields = Get-Content -LiteralPath "$formats/tls-record.txt"; Messages = '1603010136010001320303be7baa80e20dcaa9f6cc91bc95ea9dacf2ee6564fa036a78f96df7a6757d24f420ec23f4f41b6022939f84cc2be03b30713868aa8b7c7197cc769c63a08c69897e003e130213031301c02cc030009fcca9cca8ccaac02bc02f009ec024c028006bc023c0270067c00ac0140039c009c0130033009d009c003d003c0035002f00ff010000ab0000000e000c0000096c6f63616c686f7374000b000403000102000a00160014001d0017001e0019001801000101010201030104002300000016000000170000000d002a0028040305030603080708080809080a080b080408050806040105010601030303010302040205020602002b0009080304030303020301002d00020101003300260024001d0020e8ee57373751b2d5b60bcdb5dae94a4045f1ec4797829f59413e1e5ca5e5b963', '140303000101' }
            )
        }

        It 'reads each message of <Protocol> once, wherever the stream is cut, and leaves the rest' -ForEach $protocols {
            $format = New-MessageFormat $Fields
            $random = [random]::new(5)
            $expected = foreach ($number in 1..60) { $Messages[$random.Next($Messages.Count)].Replace(' ', '') }
            $stream = [Convert]::FromHexString($expected -join '') + [byte[]](1, 2, 3)
            $worker = Start-Worker { param($Socket, $Format) Receive-SocketData $Socket -Format $Format -Count 60 } -ArgumentList $server, $format
            for ($place = 0; $place -lt $stream.Count; $place += $size) {
                $size = [Math]::Min($random.Next(1, 40), $stream.Count - $place)
                $null = $client.Send($stream, $place, $size, 'None')
                if ($place + $size -lt $stream.Count - 350 -and $random.Next(4) -eq 0) {
                    Wait-Until { $server.Available -eq 0 }
                }
            }
            $output = (Wait-Worker $worker).Output
            $worker = $null
            $output | ForEach-Object { [Convert]::ToHexString($_.Data).ToLowerInvariant() } | Should -Be $expected
            $output[0] | Should -BeOfType PSSockets.SocketData
            $output | ConvertFrom-BinaryMessage $format | Should -HaveCount 60
            (Receive-SocketData $server -TimeoutSeconds 5).Data | Should -Be 1, 2, 3
        }

        It 'reads the same when all has come, at once and one by one' -ForEach $protocols {
            $format = New-MessageFormat $Fields
            $expected = 1..30 | ForEach-Object { $Messages[$_ % $Messages.Count].Replace(' ', '') }
            $null = $client.Send([Convert]::FromHexString($expected -join ''))
            Close-Socket $client
            $all = @(
                Receive-SocketData $server -Format $format -AsByteArray
                Receive-SocketData $server -Format $format -AsByteArray -Count 5
                $rest = Receive-SocketData $server -Format $format -AsByteArray -Continuous
                $rest
            )
            $all | ForEach-Object { [Convert]::ToHexString($_).ToLowerInvariant() } | Should -Be $expected
        }

        It 'takes fields or a picture in place of a format' {
            $null = $client.Send([byte[]](2, 97, 98, 1, 99))
            Receive-SocketData $server -Format 'Length:8', 'Text:[Length]' -Count 2 -AsText | Should -BeExactly "`u{2}ab", "`u{1}c"
        }

        It 'leaves a message that is too long, and reads it when it is allowed' {
            $null = $client.Send([byte[]](@(0, 200) + [byte[]]::new(200)))
            Receive-SocketData $server -Format 'Length:16', 'Data:[Length]' -MaximumSize 100 -TimeoutSeconds 5 @quiet | Should -BeNullOrEmpty
            Assert-Failure $failures -Id FrameTooLong -Category LimitsExceeded
            $failures[0].Exception.Message | Should -BeLike '*it says that it has 202 bytes, and -MaximumSize allows 100'
            (Receive-SocketData $server -Format 'Length:16', 'Data:[Length]' -MaximumSize 202 -TimeoutSeconds 5).Length | Should -Be 202
        }

        It 'does not gather more than is allowed of a message that never tells its length' {
            $sent = [byte[]] (, 65 * 5000)
            $null = $client.Send($sent)
            Receive-SocketData $server -Format 'Text:*0', 'End:8' -MaximumSize 1000 -TimeoutSeconds 5 @quiet | Should -BeNullOrEmpty
            Assert-Failure $failures -Id FrameTooLong -Category LimitsExceeded
            $failures[0].Exception.Message | Should -BeLike '*bytes have come that do not tell its length, and -MaximumSize allows*'
            (Receive-SocketData $server -Length 5000 -TimeoutSeconds 5).Data | Should -Be $sent
        }

        It 'refuses <Name>, and leaves the bytes' -ForEach @(
            @{ Name = 'a format that takes the rest'; Fields = 'Type:8', 'Rest:*'; Id = 'LengthRequired' }
            @{ Name = 'a length that contradicts itself'; Fields = 'Length:8', 'Data:[Length-9]'; Id = 'InvalidMessage' }
            @{ Name = 'a message of no bytes'; Fields = 'Data:8?1>2'; Id = 'InvalidMessage' }
        ) {
            $null = $client.Send([byte[]](3, 4, 5))
            Receive-SocketData $server -Format $Fields -Continuous -TimeoutSeconds 5 @quiet | Should -BeNullOrEmpty
            $failures | Should -HaveCount 1
            $failures[0].FullyQualifiedErrorId | Should -Be "$Id,PSSockets.Commands.ReceiveSocketDataCommand"
            (Receive-SocketData $server -TimeoutSeconds 5).Data | Should -Be 3, 4, 5
        }

        It 'names what had come when the peer closes within a message' {
            $null = $client.Send([byte[]](0, 9, 97, 98))
            Close-Socket $client
            Receive-SocketData $server -Format 'Length:16', 'Data:[Length]' -TimeoutSeconds 5 @quiet
            Assert-Failure $failures -Id EndOfStream -Category ConnectionError
            $failures[0].Exception.Message | Should -BeLike '*after 4 of its 11 bytes'
            $failures[0].TargetObject.Data | Should -Be 0, 9, 97, 98
        }

        It 'leaves a message that had begun to the next reader when it is stopped' {
            $null = $client.Send([byte[]](0, 4, 97, 98))
            $worker = Start-Worker { param($Socket) Receive-SocketData $Socket -Format 'Length:16', 'Data:[Length]' } -ArgumentList $server
            Wait-Until { $server.Available -eq 0 }
            Stop-Worker $worker
            $worker = $null
            $null = $client.Send([byte[]](99, 100))
            (Receive-SocketData $server -Format 'Length:16', 'Data:[Length]' -TimeoutSeconds 5).Data | Should -Be 0, 4, 97, 98, 99, 100
        }
    }

    Context '-ToEnd' {
        It 'gives everything until the peer closes, as one' {
            $worker = Start-Worker { param($Socket) Receive-SocketData $Socket -ToEnd } -ArgumentList $server
            Send-Piece -Socket $client -Reader $server -Byte ([byte[]][char[]]"one`ntwo`nthree") -Size 5
            Close-Socket $client
            $output = (Wait-Worker $worker).Output
            $worker = $null
            $output.Count | Should -Be 1
            $output[0] | Should -BeOfType PSSockets.SocketData
            $output[0].Text | Should -BeExactly "one`ntwo`nthree"
        }

        It 'ends when the peer shuts down its sending, and the way back stays open' {
            $null = $client.Send([byte[]][char[]]'request')
            Disconnect-Socket $client -Direction Send
            Receive-SocketData $server -ToEnd -TimeoutSeconds 5 -AsText | Should -Be 'request'
            Send-SocketData $server 'answer'
            Receive-SocketData $client -TimeoutSeconds 5 -AsText | Should -Be 'answer'
        }

        It 'gives nothing when the peer has sent nothing' {
            Close-Socket $client
            Receive-SocketData $server -ToEnd -TimeoutSeconds 5 @quiet | Should -BeNullOrEmpty
            $failures.Count | Should -Be 0
        }

        It 'gives several MiB' {
            $bytes = [byte[]]::new(5MB)
            [random]::new(2).NextBytes($bytes)
            $worker = Start-Worker { param($Socket) Receive-SocketData $Socket -ToEnd -AsByteArray } -ArgumentList $server
            Send-SocketData $client $bytes
            Close-Socket $client
            $output = (Wait-Worker $worker).Output
            $worker = $null
            [Convert]::ToHexString([System.Security.Cryptography.SHA256]::HashData($output[0])) |
                Should -Be ([Convert]::ToHexString([System.Security.Cryptography.SHA256]::HashData($bytes)))
        }
    }

    Context '-OutFile' {
        BeforeEach {
            $path = New-TestPath -Extension bin
        }

        It 'writes everything until the peer closes into the file, and nothing to the pipeline' {
            $bytes = [byte[]]::new(300000)
            [random]::new(3).NextBytes($bytes)
            $worker = Start-Worker { param($Socket, $Path) Receive-SocketData $Socket -OutFile $Path } -ArgumentList $server, $path
            Send-SocketData $client $bytes
            Close-Socket $client
            $result = Wait-Worker $worker
            $worker = $null
            $result.Errors | Should -BeNullOrEmpty
            $result.Output | Should -BeNullOrEmpty
            [Convert]::ToHexString([System.IO.File]::ReadAllBytes($path)) | Should -BeExactly ([Convert]::ToHexString($bytes))
        }

        It 'writes -Length bytes, and leaves the rest in the socket' {
            Send-SocketData $client 'headbodyrest'
            Receive-SocketData $server -OutFile $path -Length 4 -TimeoutSeconds 5
            Get-Content -LiteralPath $path -Raw | Should -BeExactly 'head'
            Receive-SocketData $server -OutFile $path -Length 4 -Append -TimeoutSeconds 5
            Get-Content -LiteralPath $path -Raw | Should -BeExactly 'headbody'
            Receive-SocketData $server -OutFile $path -Length 0 -TimeoutSeconds 5
            (Get-Item -LiteralPath $path).Length | Should -Be 0
            Receive-SocketData $server -TimeoutSeconds 5 -AsText | Should -BeExactly 'rest'
        }

        It 'is an error where the peer closes before -Length bytes, with what had come in the file' {
            Send-SocketData $client 'half'
            Close-Socket $client
            Receive-SocketData $server -OutFile $path -Length 10GB -TimeoutSeconds 5 -ErrorAction SilentlyContinue -ErrorVariable failure
            Assert-Failure $failure -Id EndOfStream -Category ConnectionError
            "$($failure[0])" | Should -BeLike '*after 4 of the 10,737,418,240 bytes*'
            Get-Content -LiteralPath $path -Raw | Should -BeExactly 'half'
        }

        It 'adds to the file that is there with -Append' {
            Set-Content -LiteralPath $path -Value 'one ' -NoNewline
            Send-SocketData $client 'two'
            Disconnect-Socket $client -Direction Send
            Receive-SocketData $server -OutFile $path -Append -TimeoutSeconds 5
            Get-Content -LiteralPath $path -Raw | Should -BeExactly 'one two'
        }

        It 'writes how much it was with -PassThru' {
            $null = $client.Send([byte[]]::new(1234))
            $peer = $client.LocalEndPoint
            Close-Socket $client
            $transfer = Receive-SocketData $server -OutFile $path -TimeoutSeconds 5 -PassThru
            $transfer | Should -BeOfType PSSockets.SocketTransfer
            $transfer.Path | Should -Be $path
            $transfer.Length | Should -Be 1234
            $transfer.Length | Should -BeOfType long
            $transfer.Duration | Should -BeOfType timespan
            [object]::ReferenceEquals($transfer.Socket, $server) | Should -BeTrue
            $null -eq $transfer.RemoteEndPoint -or "$($transfer.RemoteEndPoint)" -eq "$peer" | Should -BeTrue
            (Get-Item -LiteralPath $path).Length | Should -Be 1234
        }

        It 'makes an empty file when the peer has sent nothing' {
            Close-Socket $client
            (Receive-SocketData $server -OutFile $path -TimeoutSeconds 5 -PassThru).Length | Should -Be 0
            (Get-Item -LiteralPath $path).Length | Should -Be 0
        }

        It 'replaces a file' {
            Set-Content -LiteralPath $path -Value ('old and long' * 100)
            $null = $client.Send([byte[]][char[]]'new')
            Close-Socket $client
            Receive-SocketData $server -OutFile $path -TimeoutSeconds 5
            Get-Content -LiteralPath $path -Raw | Should -BeExactly 'new'
        }

        It 'writes nothing and takes nothing with -WhatIf' {
            Set-Content -LiteralPath $path -Value 'old' -NoNewline
            $null = $client.Send([byte[]][char[]]'new')
            Receive-SocketData $server -OutFile $path -PassThru -WhatIf | Should -BeNullOrEmpty
            Get-Content -LiteralPath $path -Raw | Should -BeExactly 'old'
            Receive-SocketData $server -TimeoutSeconds 5 -AsText | Should -BeExactly 'new'
        }

        It 'takes a path relative to the current location' {
            $null = $client.Send([byte[]][char[]]'here')
            Close-Socket $client
            Push-Location $TestDrive
            try {
                Receive-SocketData $server -OutFile relative.bin -TimeoutSeconds 5
            }
            finally {
                Pop-Location
            }
            Get-Content -LiteralPath "$TestDrive/relative.bin" -Raw | Should -BeExactly 'here'
        }

        It 'refuses a file that cannot be made, and takes nothing' {
            $null = $client.Send([byte[]][char[]]'still there')
            Receive-SocketData $server -OutFile "$TestDrive/no/such/directory/file" -TimeoutSeconds 5 @quiet
            Assert-Failure $failures -Id FileNotUsable -Category OpenError
            Receive-SocketData $server -TimeoutSeconds 5 -AsText | Should -BeExactly 'still there'
        }

        It 'is an error that ends nothing else when the disk is full' {
            if (-not (Test-Path -LiteralPath /dev/full)) {
                Set-ItResult -Skipped -Because 'there is no /dev/full here'
            }
            $null = $client.Send([byte[]][char[]]'too much')
            Close-Socket $client
            $other, $last = Open-Connection
            $null = $other.Send([byte[]][char[]]'fine')
            Close-Socket $other
            $path = New-TestPath -Extension bin
            Receive-SocketData $server -OutFile /dev/full -TimeoutSeconds 5 @quiet
            Assert-Failure $failures -Id FileNotUsable -Category OpenError
            Receive-SocketData $last -OutFile $path -TimeoutSeconds 5
            Get-Content -LiteralPath $path -Raw | Should -BeExactly 'fine'
        }

        It 'keeps what had come when the time runs out' {
            $null = $client.Send([byte[]][char[]]'part')
            Receive-SocketData $server -OutFile $path -TimeoutSeconds 0.1 @quiet
            Assert-Failure $failures -Id TimedOut -Category OperationTimeout
            Get-Content -LiteralPath $path -Raw | Should -BeExactly 'part'
        }

        It 'says how many bytes the file has got when it ends early' {
            $null = $client.Send([byte[]][char[]]'part')
            Receive-SocketData $server -OutFile $path -TimeoutSeconds 0.1 @quiet
            $failures[0].Exception.Message | Should -BeLike '*; the file has got 4 bytes'
        }

        It 'into a FIFO waits for its reader, and ends within 100 ms when it is stopped, with what was not written still in the socket' {
            if (-not (Test-Program mkfifo)) {
                Set-ItResult -Skipped -Because 'mkfifo is not installed'
            }
            mkfifo $path
            $null = $client.Send([byte[]][char[]]'kept')
            $command = { param($Socket, $Path) Receive-SocketData $Socket -OutFile $Path }
            Assert-WorkerStop (Start-Worker $command -ArgumentList $server, $path) { param($Worker) Wait-WorkerRetrying $Worker }
            Receive-SocketData $server -OutFile $path -TimeoutSeconds 0.2 @quiet
            Assert-Failure $failures -Id TimedOut -Category OperationTimeout

            # A reader that takes nothing: the FIFO is full at some time.
            $fifo = [System.IO.FileStream]::new($path, 'Open', 'ReadWrite', 'ReadWrite', 0)
            try {
                $sent = [byte[]]::new(200000)
                [random]::new(4).NextBytes($sent)
                $null = $client.Send($sent)
                Assert-WorkerStop (Start-Worker $command -ArgumentList $server, $path)
                $written = [byte[]]::new(300000)
                $written = [byte[]]$written[0..($fifo.Read($written, 0, $written.Length) - 1)]
            }
            finally {
                $fifo.Dispose()
            }
            Close-Socket $client
            $rest = Receive-SocketData $server -ToEnd -TimeoutSeconds 5 -AsByteArray
            [Convert]::ToHexString($written + $rest) | Should -BeExactly ([Convert]::ToHexString([byte[]][char[]]'kept' + $sent))
        }

        It 'into a FIFO whose reader goes away is FileNotUsable, which names it' {
            if (-not (Test-Program mkfifo)) {
                Set-ItResult -Skipped -Because 'mkfifo is not installed'
            }
            mkfifo $path
            $worker = Start-Worker { param($Socket, $Path) Receive-SocketData $Socket -OutFile $Path } -ArgumentList $server, $path
            $reader = [System.IO.FileStream]::new($path, 'Open', 'Read', 'ReadWrite', 0)
            $null = $client.Send([byte[]][char[]]'one')
            $reader.ReadByte() | Should -Be ([byte][char]'o')
            $reader.Dispose()
            $null = $client.Send([byte[]][char[]]'two')
            $result = Wait-Worker $worker
            $worker = $null
            Assert-Failure $result.Errors -Id FileNotUsable -Category OpenError
            $result.Errors[0].Exception.Message | Should -Be (Format-SystemError "write ${path}: EPIPE (32) Broken pipe; the file has got 3 bytes")
            Receive-SocketData $server -TimeoutSeconds 5 -AsText | Should -BeExactly 'two'
        }

        It 'shows bytes and rate in a progress bar that goes away' {
            $worker = Start-Worker { param($Socket, $Path) Receive-SocketData $Socket -OutFile $Path } -ArgumentList $server, $path
            $progress = $worker.PowerShell.Streams.Progress
            Wait-Until -Because 'a progress bar comes' {
                $null = $client.Send([byte[]]::new(20000))
                $progress.Count -gt 0
            }
            Close-Socket $client
            (Wait-Worker $worker).Errors | Should -BeNullOrEmpty
            $worker = $null
            $progress[0].Activity | Should -BeLike "*$path*"
            $progress[0].StatusDescription | Should -Match '^\d+ [KM]?i?B, \d+ [KMG]?i?B/s$'
            $progress[$progress.Count - 1].RecordType | Should -Be 'Completed'
        }
    }

    Context 'Bytes after a frame' {
        It 'stay for plain Receive, with <Framing>' -ForEach $framings {
            $null = $client.Send([byte[]]((ConvertTo-Frame $Framing 'é€𝄞 <en> 1') + [byte[]][char[]]'beyond'))
            Receive-SocketData $server @Parameters -TimeoutSeconds 5 | Should -BeExactly 'é€𝄞 <en> 1'
            $server.Available | Should -Be 6
            $buffer = [byte[]]::new(100)
            $server.Receive($buffer) | Should -Be 6
            [System.Text.Encoding]::ASCII.GetString($buffer, 0, 6) | Should -BeExactly 'beyond'
        }

        It 'stay for another framing' {
            $stream = [byte[]][char[]]"GET x`r`nbody" + [byte[]](0, 3) + [byte[]][char[]]'abcuntil;rest'
            $null = $client.Send([byte[]]$stream)
            Disconnect-Socket $client -Direction Send
            Receive-SocketData $server -Line -TimeoutSeconds 5 | Should -BeExactly 'GET x'
            Receive-SocketData $server -Length 4 -TimeoutSeconds 5 -AsText | Should -BeExactly 'body'
            Receive-SocketData $server -LengthPrefix 2 -TimeoutSeconds 5 -AsText | Should -BeExactly 'abc'
            Receive-SocketData $server -Delimiter ';' -TimeoutSeconds 5 -AsText | Should -BeExactly 'until'
            Receive-SocketData $server -MaximumSize 2 -TimeoutSeconds 5 -AsText | Should -BeExactly 're'
            Receive-SocketData $server -ToEnd -TimeoutSeconds 5 -AsText | Should -BeExactly 'st'
        }

        It 'stay for who reads while the pipeline runs' {
            $null = $client.Send([byte[]][char[]]"5`nhello7`nworld!!0`n3`nend")
            Disconnect-Socket $client -Direction Send
            $bodies = Receive-SocketData $server -Line -Continuous -TimeoutSeconds 5 | ForEach-Object {
                Receive-SocketData $server -Length ([int]$_) -TimeoutSeconds 5 -AsText
            }
            $bodies | Should -BeExactly 'hello', 'world!!', '', 'end'
        }

        It 'stay when Select-Object -First 1 ends it, with <Framing>' -ForEach $framings {
            $texts = 1..3 | ForEach-Object { "é€𝄞 <en> $_" }
            $null = $client.Send((ConvertTo-Frame $Framing $texts))
            Receive-SocketData $server @Parameters -Continuous | Select-Object -First 1 | Should -BeExactly $texts[0]
            Receive-SocketData $server @Parameters -Count 2 -TimeoutSeconds 5 | Should -BeExactly $texts[1, 2]
            $server.Available | Should -Be 0
        }
    }

    # Where the output is only gathered, many frames are looked at together: nobody may notice.
    Context 'Output that is gathered' {
        It 'is the same as output that goes on, with <Framing>' -ForEach $framings {
            $texts = 1..99 | ForEach-Object { "é€𝄞 <en>{0:d2}" -f $_ }
            $bytes = [byte[]]((ConvertTo-Frame $Framing $texts) + [byte[]][char[]]'beyond')
            $null = $client.Send($bytes)
            $gathered = Receive-SocketData $server @Parameters -Count 99 -TimeoutSeconds 5
            $server.Available | Should -Be 6
            (Receive-SocketData $server -TimeoutSeconds 5).Text | Should -BeExactly 'beyond'
            $null = $client.Send($bytes)
            $passed = [System.Collections.Generic.List[object]]::new()
            Receive-SocketData $server @Parameters -Count 99 -TimeoutSeconds 5 | ForEach-Object { $passed.Add($_) }
            $server.Available | Should -Be 6
            $gathered | Should -BeExactly $texts
            $passed | Should -BeExactly $texts
        }

        It 'leaves the bytes after the last frame, <How>' -ForEach @(
            @{ How = 'to a variable'; Receive = { param($Socket) $null = Receive-SocketData $Socket -Line -Count 3 -TimeoutSeconds 5 } }
            @{ How = 'to $null'; Receive = { param($Socket) Receive-SocketData $Socket -Line -Count 3 -TimeoutSeconds 5 > $null } }
            @{ How = 'in a function'; Receive = { param($Socket) function Get-Line { Receive-SocketData $Socket -Line -Count 3 -TimeoutSeconds 5 }; $null = @(Get-Line) } }
            @{ How = 'to -OutVariable'; Receive = { param($Socket) $null = Receive-SocketData $Socket -Line -Count 3 -TimeoutSeconds 5 -OutVariable lines; $lines.Count | Should -Be 3 } }
            @{ How = 'with -Verbose'; Receive = { param($Socket) $null = Receive-SocketData $Socket -Line -Count 3 -TimeoutSeconds 5 -Verbose 4>&1 } }
        ) {
            $null = $client.Send([byte[]][char[]]"one`ntwo`nthree`nfour`nrest")
            . $Receive $server
            $buffer = [byte[]]::new(100)
            $server.Receive($buffer) | Should -Be 9
            [System.Text.Encoding]::ASCII.GetString($buffer, 0, 9) | Should -BeExactly "four`nrest"
        }

        It 'of a function goes on to who reads while the pipeline runs' {
            function Get-Header {
                Receive-SocketData $server -Line -Continuous -TimeoutSeconds 5
            }
            $null = $client.Send([byte[]][char[]]"5`nhello7`nworld!!0`n3`nend")
            Disconnect-Socket $client -Direction Send
            $bodies = Get-Header | ForEach-Object {
                $buffer = [byte[]]::new([int]$_)
                $null = $_ -eq '0' ? 0 : $server.Receive($buffer) # not by a cmdlet of ours
                [System.Text.Encoding]::ASCII.GetString($buffer)
            }
            $bodies | Should -BeExactly 'hello', 'world!!', '', 'end'
        }

        It 'of a function stays when Select-Object -First 1 ends it' {
            function Get-Line {
                Receive-SocketData $server -Line -Continuous
            }
            $null = $client.Send([byte[]][char[]]"one`ntwo`n")
            $first = Get-Line | Select-Object -First 1
            $first | Should -BeExactly 'one'
            $server.Available | Should -Be 4
        }

        It 'is complete when frames are too long, and an error for each of those' {
            $null = $client.Send([byte[]][char[]]"1`n22`n333`n4444`n55555`n")
            $lines = Receive-SocketData $server -Line -Count 3 -MaximumSize 3 -TimeoutSeconds 5
            $lines | Should -BeExactly '1', '22', '333'
            $null = Receive-SocketData $server -Line -Count 2 -MaximumSize 3 -TimeoutSeconds 5 @quiet
            Assert-Failure $failures -Id FrameTooLong -Category LimitsExceeded
            Receive-SocketData $server -Line -TimeoutSeconds 5 | Should -BeExactly '55555'
        }

        It 'leaves the next line when it is stopped' {
            $worker = Start-Worker { param($Socket) $null = Receive-SocketData $Socket -Line -Continuous } -ArgumentList $server
            $null = $client.Send([byte[]][char[]]"one`ntwo`n")
            Wait-Until -Because 'both lines are taken' { $server.Available -eq 0 }
            Assert-WorkerStop $worker
            $worker = $null
            Send-SocketData $client "next`n"
            Receive-SocketData $server -Line -TimeoutSeconds 5 | Should -BeExactly 'next'
        }

        It 'is known by parts of PowerShell that are there' {
            # Without them nothing breaks, but everything goes the slow way: see OutputPipe.cs.
            $hidden = [System.Reflection.BindingFlags]'Instance, NonPublic'
            $pipe = [psobject].Assembly.GetType('System.Management.Automation.MshCommandRuntime').GetProperty('OutputPipe', $hidden).PropertyType
            $pipe.GetProperty('PipelineProcessor', $hidden) | Should -Not -BeNullOrEmpty
            $pipe.GetProperty('NullPipe', $hidden).PropertyType | Should -Be ([bool])
            $pipe.GetField('_pipelineVariableObject', $hidden) | Should -Not -BeNullOrEmpty
            $pipe.GetField('_resultList', $hidden).FieldType | Should -Be ([System.Collections.Generic.List[object]])
        }
    }

    Context 'Frames in pieces' {
        It 'come out whole when each byte comes alone, with <Framing>' -ForEach $framings {
            $texts = 1..3 | ForEach-Object { "é€𝄞 <en> $_" }
            $worker = Start-Worker { param($Socket, $Parameters) Receive-SocketData $Socket @Parameters -Count 3 } -ArgumentList $server, $Parameters
            Send-Piece -Socket $client -Reader $server -Byte (ConvertTo-Frame $Framing $texts) -Size 1
            $result = Wait-Worker $worker
            $worker = $null
            $result.Errors | Should -BeNullOrEmpty
            $result.Output | Should -BeExactly $texts
        }

        It 'come out whole when they are cut anywhere, with <Framing> and seed <Seed>' -ForEach $cuts {
            $random = [random]::new($Seed)
            $letters = [string[]]('a', ' ', 'é', '€', '𝄞', '<end', '>', "`r", '0')
            $texts = foreach ($number in 1..60) {
                $text = "$number " + -join (1..$random.Next(1, 120) | ForEach-Object { $letters[$random.Next($letters.Length)] })
                $text = $text.Replace('<end>', '<en>').TrimEnd([char]13)
                if ($Framing -eq '-Length') {
                    # Whole characters of the right number of bytes.
                    $text = -join ($text.EnumerateRunes() | Select-Object -First 4 | ForEach-Object { "$_" })
                    $text += 'x' * (16 - [System.Text.Encoding]::UTF8.GetByteCount($text))
                }
                while ([System.Text.Encoding]::UTF8.GetByteCount($text) -gt 255) {
                    $text = $text.Substring(0, 100).TrimEnd([char]13)
                    $text = [char]::IsHighSurrogate($text[-1]) ? $text.Substring(0, $text.Length - 1) : $text
                    $text = $text.TrimEnd([char]13)
                }
                $text
            }
            $sizes = 1..97 | ForEach-Object { $random.Next(1, 150) }
            $worker = Start-Worker { param($Socket, $Parameters) Receive-SocketData $Socket @Parameters -Count 60 } -ArgumentList $server, $Parameters
            Send-Piece -Socket $client -Reader $server -Byte (ConvertTo-Frame $Framing $texts) -Size $sizes
            $result = Wait-Worker $worker
            $worker = $null
            $result.Errors | Should -BeNullOrEmpty
            $result.Output.Count | Should -Be 60
            $result.Output -join '|' | Should -BeExactly ($texts -join '|')
        }

        It 'come once, whole and in order from twenty clients to readers of four kinds' {
            $random = [random]::new(20)
            $kinds = @(
                @{ Framing = '-Line'; Parameters = @{ Line = $true } }
                @{ Framing = '-Delimiter'; Parameters = @{ Delimiter = '<end>'; AsText = $true } }
                @{ Framing = '-LengthPrefix 4'; Parameters = @{ LengthPrefix = 4; AsText = $true } }
                @{ Framing = '-Length'; Parameters = @{ Length = 16; AsText = $true } }
            )
            $listeners = $kinds | ForEach-Object { Start-SocketListener -LocalEndPoint '127.0.0.1:0' }
            $byPort = @{}
            $streams = foreach ($number in 0..19) {
                $kind = $number % 4
                $texts = foreach ($message in 1..100) {
                    $text = "{0:d2} {1:d3} é€" -f $number, $message # 12 bytes
                    $kind -eq 3 ? "$($text)fill" : $text + ('<en ü' * $random.Next(0, 200))
                }
                $socket = Connect-Socket $listeners[$kind].LocalEndPoint
                $byPort[$socket.LocalEndPoint.Port] = $texts -join '|'
                @{ Socket = $socket; Offset = 0; Byte = ConvertTo-Frame $kinds[$kind].Framing $texts }
            }
            $byListener = @{}
            0..3 | ForEach-Object { $byListener[$listeners[$_].LocalEndPoint.Port] = $kinds[$_].Parameters }

            $worker = Start-Worker {
                param($Listeners, $ByListener, $Module)
                Receive-SocketConnection $Listeners -Count 5 -TimeoutSeconds 30 | ForEach-Object -ThrottleLimit 20 -Parallel {
                    Import-Module $using:Module
                    $parameters = ($using:ByListener)[$_.LocalEndPoint.Port]
                    $messages = Receive-SocketData $_ @parameters -Continuous -TimeoutSeconds 30
                    [pscustomobject]@{ Port = $_.RemoteEndPoint.Port; Count = $messages.Count; Text = $messages -join '|' }
                    Close-Socket $_
                }
            } -ArgumentList $listeners, $byListener, $ModulePath

            # All of them by turns, a random piece each.
            $left = [System.Collections.Generic.List[hashtable]]::new([hashtable[]]$streams)
            while ($left.Count -gt 0) {
                $stream = $left[$random.Next($left.Count)]
                $length = [Math]::Min($random.Next(1, 3000), $stream.Byte.Length - $stream.Offset)
                $null = $stream.Socket.Send($stream.Byte, $stream.Offset, $length, 'None')
                $stream.Offset += $length
                if ($stream.Offset -eq $stream.Byte.Length) {
                    Disconnect-Socket $stream.Socket -Direction Send
                    $null = $left.Remove($stream)
                }
            }
            $result = Wait-Worker $worker -TimeoutSeconds 60
            $worker = $null
            $result.Errors | Should -BeNullOrEmpty
            $result.Output.Count | Should -Be 20
            foreach ($reader in $result.Output) {
                $reader.Count | Should -Be 100
                $reader.Text -ceq $byPort[$reader.Port] | Should -BeTrue -Because 'every message arrives once, whole and in order'
            }
        }
    }

    Context 'How many' {
        It 'gives one frame without -Count' {
            $null = $client.Send([byte[]][char[]]"one`ntwo`n")
            @(Receive-SocketData $server -Line -TimeoutSeconds 5).Count | Should -Be 1
        }

        It 'gives -Count frames, and ends before that when the peer has closed' {
            $null = $client.Send([byte[]][char[]]"1`n2`n3`n4`n5`n")
            Close-Socket $client
            Receive-SocketData $server -Line -Count 3 -TimeoutSeconds 5 | Should -Be '1', '2', '3'
            Receive-SocketData $server -Line -Count 3 -TimeoutSeconds 5 @quiet | Should -Be '4', '5'
            $failures.Count | Should -Be 0
        }

        It 'gives frames until the peer closes with -Continuous, without an error, with <Framing>' -ForEach $framings {
            $texts = 1..4 | ForEach-Object { "é€𝄞 <en> $_" }
            $null = $client.Send((ConvertTo-Frame $Framing $texts))
            Close-Socket $client
            Receive-SocketData $server @Parameters -Continuous -TimeoutSeconds 5 @quiet | Should -BeExactly $texts
            $failures.Count | Should -Be 0
        }

        It 'writes each as it comes' {
            Send-SocketData $client 'a' -NewLine
            $lines = Receive-SocketData $server -Line -Count 3 -TimeoutSeconds 5 | ForEach-Object {
                $_
                Send-SocketData $client "$_+" -NewLine
            }
            $lines | Should -Be 'a', 'a+', 'a++'
        }

        It 'refuses -Count 0' {
            $failure = { Receive-SocketData $server -Count 0 } | Should -Throw -PassThru
            $failure.FullyQualifiedErrorId | Should -BeLike 'ParameterArgumentValidationError,*'
            $failure.CategoryInfo.Category | Should -Be 'InvalidData'
        }
    }

    Context 'The peer''s end within a frame' {
        It 'is EndOfStream with what had come, with <Framing>' -ForEach @(
            @{ Framing = '-Line'; Parameters = @{ Line = $true }; Sent = [byte[]][char[]]'abc'; Data = [byte[]][char[]]'abc' }
            @{ Framing = '-Line after CR'; Parameters = @{ Line = $true }; Sent = [byte[]][char[]]"abc`r"; Data = [byte[]][char[]]"abc`r" }
            @{ Framing = '-Delimiter'; Parameters = @{ Delimiter = '<end>' }; Sent = [byte[]][char[]]'abc<en'; Data = [byte[]][char[]]'abc<en' }
            @{ Framing = '-Length'; Parameters = @{ Length = 16 }; Sent = [byte[]][char[]]'abc'; Data = [byte[]][char[]]'abc' }
            @{ Framing = '-LengthPrefix 4 in its body'; Parameters = @{ LengthPrefix = 4 }; Sent = [byte[]](0, 0, 0, 5, 97, 98, 99); Data = [byte[]][char[]]'abc' }
            @{ Framing = '-LengthPrefix 4 in its prefix'; Parameters = @{ LengthPrefix = 4 }; Sent = [byte[]](0, 1); Data = [byte[]](0, 1) }
            @{ Framing = '-LengthPrefix 1 between both'; Parameters = @{ LengthPrefix = 1 }; Sent = [byte[]]9; Data = [byte[]]::new(0) }
        ) {
            $null = $client.Send($Sent)
            Close-Socket $client
            Receive-SocketData $server @Parameters -TimeoutSeconds 5 @quiet | Should -BeNullOrEmpty
            Assert-Failure $failures -Id EndOfStream -Category ConnectionError
            $failures[0].TargetObject | Should -BeOfType PSSockets.SocketData
            $failures[0].TargetObject.Data.Length | Should -Be $Data.Length
            [Convert]::ToHexString($failures[0].TargetObject.Data) | Should -Be ([Convert]::ToHexString($Data))
            [object]::ReferenceEquals($failures[0].TargetObject.Socket, $server) | Should -BeTrue
        }

        It 'comes after the whole frames' {
            $null = $client.Send([byte[]][char[]]"one`ntwo`nthr")
            Close-Socket $client
            Receive-SocketData $server -Line -Continuous -TimeoutSeconds 5 @quiet | Should -Be 'one', 'two'
            Assert-Failure $failures -Id EndOfStream -Category ConnectionError
            $failures[0].TargetObject.Text | Should -BeExactly 'thr'
        }
    }

    Context 'A reset' {
        It 'is ConnectionReset, with <Framing>' -ForEach @(
            @{ Framing = 'no framing'; Parameters = @{} }
            @{ Framing = '-Line'; Parameters = @{ Line = $true } }
            @{ Framing = '-Delimiter'; Parameters = @{ Delimiter = '|' } }
            @{ Framing = '-Length'; Parameters = @{ Length = 5 } }
            @{ Framing = '-LengthPrefix'; Parameters = @{ LengthPrefix = 2 } }
            @{ Framing = '-ToEnd'; Parameters = @{ ToEnd = $true } }
            @{ Framing = '-OutFile'; Parameters = @{ OutFile = '/dev/null' } }
            @{ Framing = '-Continuous'; Parameters = @{ Line = $true; Continuous = $true } }
        ) {
            Set-SocketOption $client Linger 0
            Close-Socket $client
            Receive-SocketData $server @Parameters -TimeoutSeconds 5 @quiet | Should -BeNullOrEmpty
            Assert-Failure $failures -Id ConnectionReset -Category ConnectionError
            $failures[0].Exception.Message | Should -BeLike (Format-SystemError 'recv*ECONNRESET (104)*')
        }

        It 'within a frame is ConnectionReset and not the peer''s close' {
            $worker = Start-Worker { param($Socket) Receive-SocketData $Socket -Length 10 } -ArgumentList $server
            Send-Piece -Socket $client -Reader $server -Byte ([byte[]][char[]]'abc') -Size 3
            Set-SocketOption $client Linger 0
            Close-Socket $client
            $result = Wait-Worker $worker
            $worker = $null
            $result.Output | Should -BeNullOrEmpty
            Assert-Failure $result.Errors -Id ConnectionReset -Category ConnectionError
        }
    }

    Context '-TimeoutSeconds' {
        It 'ends with TimedOut after that time, and names the socket, with <Framing>' -ForEach @(
            @{ Framing = 'no framing'; Parameters = @{} }
            @{ Framing = '-Line'; Parameters = @{ Line = $true } }
            @{ Framing = '-Delimiter'; Parameters = @{ Delimiter = '|' } }
            @{ Framing = '-Length'; Parameters = @{ Length = 5 } }
            @{ Framing = '-LengthPrefix'; Parameters = @{ LengthPrefix = 2 } }
            @{ Framing = '-ToEnd'; Parameters = @{ ToEnd = $true } }
        ) {
            Receive-SocketData $server @Parameters -TimeoutSeconds 0 @quiet # compiles what is measured
            foreach ($try in 1..10) {
                $clock = [System.Diagnostics.Stopwatch]::StartNew()
                Receive-SocketData $server @Parameters -TimeoutSeconds 0.2 @quiet
                $seconds = $clock.Elapsed.TotalSeconds
                if ($seconds -lt 0.5) {
                    break # else the machine may be busy with something else
                }
            }
            Assert-Failure $failures -Id TimedOut -Category OperationTimeout
            [object]::ReferenceEquals($failures[0].TargetObject, $server) | Should -BeTrue
            $seconds | Should -BeGreaterOrEqual 0.2
            $seconds | Should -BeLessThan 0.5
        }

        It 'ends within a frame with what had come, with <Framing>' -ForEach @(
            @{ Framing = '-Line'; Parameters = @{ Line = $true }; Sent = [byte[]][char[]]'abc'; Data = 'abc' }
            @{ Framing = '-Delimiter'; Parameters = @{ Delimiter = '<end>' }; Sent = [byte[]][char[]]'abc<en'; Data = 'abc<en' }
            @{ Framing = '-Length'; Parameters = @{ Length = 16 }; Sent = [byte[]][char[]]'abc'; Data = 'abc' }
            @{ Framing = '-LengthPrefix'; Parameters = @{ LengthPrefix = 4 }; Sent = [byte[]](0, 0, 0, 5, 97, 98, 99); Data = 'abc' }
            @{ Framing = '-ToEnd'; Parameters = @{ ToEnd = $true }; Sent = [byte[]][char[]]'abc'; Data = 'abc' }
            @{ Framing = '-Continuous'; Parameters = @{ Line = $true; Continuous = $true }; Sent = [byte[]][char[]]'abc'; Data = 'abc' }
        ) {
            $null = $client.Send($Sent)
            Receive-SocketData $server @Parameters -TimeoutSeconds 0.1 @quiet | Should -BeNullOrEmpty
            Assert-Failure $failures -Id TimedOut -Category OperationTimeout
            $failures[0].TargetObject | Should -BeOfType PSSockets.SocketData
            $failures[0].TargetObject.Text | Should -BeExactly $Data
        }

        It 'is an error when the prefix came and its frame did not, <How>' -ForEach @(
            @{ How = 'alone'; Parameters = @{} }
            @{ How = 'with -Continuous'; Parameters = @{ Continuous = $true } }
        ) {
            $null = $client.Send([byte[]](0, 5))
            Receive-SocketData $server -LengthPrefix 2 -TimeoutSeconds 0.1 @Parameters @quiet | Should -BeNullOrEmpty
            Assert-Failure $failures -Id TimedOut -Category OperationTimeout
            $failures[0].TargetObject | Should -BeOfType PSSockets.SocketData -Because 'the prefix has been taken, so something of a frame had come'
        }

        It 'ends -Continuous without an error between two frames' {
            $null = $client.Send([byte[]][char[]]"1`n2`n")
            Receive-SocketData $server -Line -Continuous -TimeoutSeconds 0.1 @quiet | Should -Be '1', '2'
            $failures.Count | Should -Be 0
        }

        It 'takes what is there with 0' {
            $null = $client.Send([byte[]][char[]]"there`n")
            Wait-Socket $server -TimeoutSeconds 5 | Should -Not -BeNullOrEmpty
            Receive-SocketData $server -Line -TimeoutSeconds 0 | Should -Be 'there'
        }

        It 'begins anew with each piece that comes' {
            $worker = Start-Worker { param($Socket) Receive-SocketData $Socket -Length 5 -TimeoutSeconds 1.2 -AsText } -ArgumentList $server
            $clock = [System.Diagnostics.Stopwatch]::StartNew()
            foreach ($byte in 0x61..0x65) {
                Receive-SocketData $client -Continuous -TimeoutSeconds 0.3 # 0.3 s pass
                $null = $client.Send([byte[]]$byte)
            }
            $clock.Elapsed.TotalSeconds | Should -BeGreaterThan 1.2
            $result = Wait-Worker $worker
            $worker = $null
            $result.Errors | Should -BeNullOrEmpty
            $result.Output | Should -Be 'abcde'
        }

        It 'refuses a negative time' {
            $failure = { Receive-SocketData $server -TimeoutSeconds -1 } | Should -Throw -PassThru
            $failure.FullyQualifiedErrorId | Should -BeLike 'ParameterArgumentValidationError,*'
            $failure.CategoryInfo.Category | Should -Be 'InvalidData'
        }
    }

    Context '-MaximumSize' {
        It 'lets a frame of that size through, with <Framing>' -ForEach @(
            @{ Framing = '-Line'; Parameters = @{ Line = $true } }
            @{ Framing = '-Line, CRLF'; Parameters = @{ Line = $true } }
            @{ Framing = '-Delimiter'; Parameters = @{ Delimiter = '<end>'; AsText = $true } }
            @{ Framing = '-LengthPrefix 4'; Parameters = @{ LengthPrefix = 4; AsText = $true } }
        ) {
            $null = $client.Send((ConvertTo-Frame $Framing 'abcde', 'x'))
            Receive-SocketData $server @Parameters -Count 2 -MaximumSize 5 -TimeoutSeconds 5 @quiet | Should -Be 'abcde', 'x'
            $failures.Count | Should -Be 0
        }

        It 'makes a longer frame FrameTooLong, with <Framing>' -ForEach @(
            @{ Framing = '-Line'; Parameters = @{ Line = $true } }
            @{ Framing = '-Line, CRLF'; Parameters = @{ Line = $true } }
            @{ Framing = '-Delimiter'; Parameters = @{ Delimiter = '<end>'; AsText = $true } }
            @{ Framing = '-LengthPrefix 4'; Parameters = @{ LengthPrefix = 4; AsText = $true } }
        ) {
            $null = $client.Send((ConvertTo-Frame $Framing 'abcdef'))
            Receive-SocketData $server @Parameters -MaximumSize 5 -TimeoutSeconds 5 @quiet | Should -BeNullOrEmpty
            Assert-Failure $failures -Id FrameTooLong -Category LimitsExceeded
            $failures[0].ErrorDetails.RecommendedAction | Should -BeLike '*-MaximumSize*'
        }

        It 'limits -ToEnd' {
            $null = $client.Send([byte[]][char[]]'abcdef')
            Close-Socket $client
            Receive-SocketData $server -ToEnd -MaximumSize 5 -TimeoutSeconds 5 @quiet | Should -BeNullOrEmpty
            Assert-Failure $failures -Id FrameTooLong -Category LimitsExceeded
        }

        It 'does not wait for the end of a line that is too long' {
            $null = $client.Send([byte[]]::new(5000))
            Receive-SocketData $server -Line -MaximumSize 1000 -TimeoutSeconds 5 @quiet
            Assert-Failure $failures -Id FrameTooLong -Category LimitsExceeded
            $failures[0].TargetObject | Should -BeOfType PSSockets.SocketData
            # What was taken is there, and the rest is in the socket.
            $failures[0].TargetObject.Length | Should -BeGreaterThan 1000
            $failures[0].TargetObject.Length + $server.Available | Should -Be 5000
        }

        It 'refuses a prefix of <What> before memory is spent' -ForEach @(
            @{ What = '2 GiB'; Width = 4; Prefix = 0x80, 0, 0, 0; Parameters = @{} }
            @{ What = '4 GiB less 1'; Width = 4; Prefix = 0xFF, 0xFF, 0xFF, 0xFF; Parameters = @{} }
            @{ What = '2^64 less 1'; Width = 8; Prefix = 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF; Parameters = @{} }
            @{ What = '2^63'; Width = 8; Prefix = 0x80, 0, 0, 0, 0, 0, 0, 0; Parameters = @{} }
            @{ What = '100 MiB, where 1 MiB is allowed'; Width = 4; Prefix = 6, 64, 0, 0; Parameters = @{ MaximumSize = 1MB } }
        ) {
            $null = $client.Send([byte[]]($Prefix + [byte[]][char[]]'beyond'))
            $before = [GC]::GetTotalAllocatedBytes($true)
            Receive-SocketData $server -LengthPrefix $Width -TimeoutSeconds 5 @Parameters @quiet
            [GC]::GetTotalAllocatedBytes($true) - $before | Should -BeLessThan 20MB
            Assert-Failure $failures -Id FrameTooLong -Category LimitsExceeded
            # The prefix was taken and nothing more.
            Receive-SocketData $server -TimeoutSeconds 5 -AsText | Should -BeExactly 'beyond'
        }

        It 'spends no memory on what a prefix only announces' {
            $null = $client.Send([byte[]](0x20, 0, 0, 0, 1, 2, 3))
            Close-Socket $client
            $before = [GC]::GetTotalAllocatedBytes($true)
            Receive-SocketData $server -LengthPrefix 4 -TimeoutSeconds 5 @quiet
            [GC]::GetTotalAllocatedBytes($true) - $before | Should -BeLessThan 20MB
            Assert-Failure $failures -Id EndOfStream -Category ConnectionError
            $failures[0].TargetObject.Data | Should -Be 1, 2, 3
        }

        It 'refuses 0' {
            $failure = { Receive-SocketData $server -MaximumSize 0 } | Should -Throw -PassThru
            $failure.FullyQualifiedErrorId | Should -BeLike 'ParameterArgumentValidationError,*'
            $failure.CategoryInfo.Category | Should -Be 'InvalidData'
        }
    }

    Context 'A long frame' {
        It '<Way> needs no more than <Most> times its length' -ForEach @(
            @{ Way = '-ToEnd'; Parameters = @{ ToEnd = $true; MaximumSize = 1GB }; Most = 1.3 }
            @{ Way = '-Delimiter'; Parameters = @{ Delimiter = 'end'; MaximumSize = 1GB }; Most = 1.3 }
            @{ Way = '-Length'; Parameters = @{ Length = 256MB }; Most = 1.3 }
            # Each character of a text has two bytes.
            @{ Way = '-Line'; Parameters = @{ Line = $true; MaximumSize = 1GB }; Most = 2.3 }
            @{ Way = '-ToEnd -AsText'; Parameters = @{ ToEnd = $true; AsText = $true; MaximumSize = 1GB }; Most = 2.3 }
            @{ Way = '-Delimiter -AsText'; Parameters = @{ Delimiter = 'end'; AsText = $true; MaximumSize = 1GB }; Most = 2.3 }
            @{ Way = '-Length -AsText'; Parameters = @{ Length = 256MB; AsText = $true }; Most = 2.3 }
        ) {
            if (-not $IsLinux) {
                Set-ItResult -Skipped -Because 'the most memory that a process had is read from Linux'
                return
            }
            $path = New-TestPath
            $stream = [System.IO.File]::Create($path)
            $stream.Position = 256MB # with nothing before
            $stream.Write([System.Text.Encoding]::ASCII.GetBytes("end`n"))
            $stream.Dispose()
            function Get-Memory([string] $Name) { [long]((Get-Content /proc/self/status | Where-Object { $_ -like "${Name}:*" }) -replace '\D') * 1KB }
            $client, $server = New-StreamPair
            $sender = Start-Worker { param($Client, $Path) Send-SocketData $Client -Path $Path; Close-Socket $Client } -ArgumentList $client, $path
            [System.GC]::Collect()
            [System.IO.File]::WriteAllText('/proc/self/clear_refs', '5') # forgets the most there was: proc(5)
            $before = Get-Memory VmRSS
            $frame = Receive-SocketData $server @Parameters -TimeoutSeconds 30
            ((Get-Memory VmHWM) - $before) / 256MB | Should -BeLessThan $Most
            $frame.Length | Should -BeIn 256MB, (256MB + 3), (256MB + 4)
            $null = Wait-Worker $sender
            [System.IO.File]::Delete($path)
        }
    }

    Context '-Peek' {
        It 'shows what has come and leaves it' {
            $null = $client.Send([byte[]][char[]]'look')
            Receive-SocketData $server -Peek -Count 2 -TimeoutSeconds 5 -AsText | Should -Be 'look', 'look'
            Receive-SocketData $server -TimeoutSeconds 5 -AsText | Should -Be 'look'
            $server.Available | Should -Be 0
        }

        It 'waits for the first byte' {
            Receive-SocketData $server -Peek -TimeoutSeconds 0.05 @quiet
            Assert-Failure $failures -Id TimedOut -Category OperationTimeout
        }
    }

    Context '-OutOfBand' {
        It 'gives the urgent byte apart from the stream' {
            Send-SocketData $client 'normal'
            Send-SocketData $client '!' -OutOfBand
            Send-SocketData $client ' more'
            Receive-SocketData $server -OutOfBand -TimeoutSeconds 5 -AsText | Should -BeExactly '!'
            # recv(2) does not read across the mark.
            Receive-SocketData $server -Length 11 -TimeoutSeconds 5 -AsText | Should -BeExactly 'normal more'
        }

        It 'makes the last byte of a message urgent' {
            Send-SocketData $client 'ab!' -OutOfBand
            Receive-SocketData $server -OutOfBand -TimeoutSeconds 5 -AsText | Should -BeExactly '!'
            Receive-SocketData $server -TimeoutSeconds 5 -AsText | Should -BeExactly 'ab'
        }

        It 'waits until it comes' {
            $worker = Start-Worker { param($Socket) Receive-SocketData $Socket -OutOfBand -AsText } -ArgumentList $server
            Wait-WorkerBlocked $worker
            Send-SocketData $client 'not that'
            Send-SocketData $client '?' -OutOfBand
            (Wait-Worker $worker).Output | Should -BeExactly '?'
            $worker = $null
        }

        It 'ends with TimedOut when none comes, though other data does' {
            Send-SocketData $client 'normal'
            Receive-SocketData $server -OutOfBand -TimeoutSeconds 0.1 @quiet
            Assert-Failure $failures -Id TimedOut -Category OperationTimeout
            Receive-SocketData $server -TimeoutSeconds 5 -AsText | Should -BeExactly 'normal'
        }

        It 'ends in time, <When>' -ForEach @(
            @{ When = 'after the peer''s close'; Prepare = { param($Client) Close-Socket $Client } }
            @{ When = 'when both directions are over'; Prepare = { param($Client, $Server) Disconnect-Socket $Server -Direction Send; Close-Socket $Client } }
            @{ When = 'when urgent data stays in the stream'; Prepare = { param($Client, $Server) Set-SocketOption $Server OutOfBandInline $true; Send-SocketData $Client '!' -OutOfBand } }
        ) {
            & $Prepare $client $server
            $worker = Start-Worker { param($Socket) Receive-SocketData $Socket -OutOfBand -TimeoutSeconds 0.3 } -ArgumentList $server
            $result = Wait-Worker $worker -TimeoutSeconds 5
            $worker = $null
            $result.Output | Should -BeNullOrEmpty
        }

        It 'gives nothing, and no error, when the peer has closed' {
            Close-Socket $client
            Receive-SocketData $server -OutOfBand -TimeoutSeconds 0.5 @quiet | Should -BeNullOrEmpty
            $failures.Count | Should -Be 0
        }
    }

    Context 'What it writes' {
        It 'is text with -AsText, in the -Encoding' {
            $null = $client.Send([byte[]](0xE9, 0x41))
            $text = Receive-SocketData $server -AsText -Encoding latin1 -TimeoutSeconds 5
            $text | Should -BeOfType string
            $text | Should -BeExactly 'éA'
        }

        It 'is one byte[] with -AsByteArray, with <Framing>' -ForEach @(
            @{ Framing = 'no framing'; Parameters = @{}; Count = 1 }
            @{ Framing = '-Length'; Parameters = @{ Length = 2; Count = 2 }; Count = 2 }
            @{ Framing = '-Delimiter'; Parameters = @{ Delimiter = [byte[]]2 }; Count = 1 }
            @{ Framing = '-LengthPrefix'; Parameters = @{ LengthPrefix = 1 }; Count = 1 }
            @{ Framing = '-ToEnd'; Parameters = @{ ToEnd = $true }; Count = 1 }
        ) {
            $null = $client.Send([byte[]](1, 2, 3, 4))
            Disconnect-Socket $client -Direction Send
            $output = @(Receive-SocketData $server @Parameters -AsByteArray -TimeoutSeconds 5)
            $output.Count | Should -Be $Count
            $output | ForEach-Object { , $_ | Should -BeOfType byte[] }
        }

        It 'decodes Text in the -Encoding' {
            $null = $client.Send([byte[]](0xE9, 0x41))
            (Receive-SocketData $server -Encoding latin1 -TimeoutSeconds 5).Text | Should -BeExactly 'éA'
        }

        It 'refuses an encoding that does not exist' {
            $failure = { Receive-SocketData $server -Encoding nonsense } | Should -Throw -PassThru
            $failure.FullyQualifiedErrorId | Should -BeLike 'ParameterArgumentTransformationError,*'
            $failure.CategoryInfo.Category | Should -Be 'InvalidData'
        }

        It 'is named as a system call with -Verbose' {
            $null = $client.Send([byte[]][char[]]'hello')
            $messages = @(Receive-SocketData $server -TimeoutSeconds 5 -Verbose 4>&1 | Where-Object { $_ -is [System.Management.Automation.VerboseRecord] })
            $messages.Count | Should -Be 1
            $messages[0].Message | Should -BeExactly "recv(AF_INET, $($client.LocalEndPoint)) = 5"
        }
    }

    Context 'Parameters' {
        It 'takes the socket from the pipeline' {
            $null = $client.Send([byte[]][char[]]'piped')
            $server | Receive-SocketData -TimeoutSeconds 5 -AsText | Should -Be 'piped'
        }

        It 'refuses two framings at once' {
            $failure = { Receive-SocketData $server -Line -Length 5 } | Should -Throw -PassThru
            $failure.FullyQualifiedErrorId | Should -BeLike 'AmbiguousParameterSet,*'
            $failure.CategoryInfo.Category | Should -Be 'InvalidArgument'
        }

        It 'completes encodings' {
            $line = 'Receive-SocketData $s -Encoding lat'
            (TabExpansion2 $line $line.Length).CompletionMatches.CompletionText | Should -Contain 'latin1'
        }

        It 'reads from a socket that .NET made' {
            $listener = [System.Net.Sockets.TcpListener]::new([ipaddress]::Loopback, 0)
            $listener.Start()
            $foreign = [System.Net.Sockets.TcpClient]::new()
            try {
                $foreign.Connect($listener.LocalEndpoint)
                $accepted = $listener.AcceptSocket()
                $null = $foreign.Client.Send([byte[]][char[]]"line`n")
                Receive-SocketData $accepted -Line -TimeoutSeconds 5 | Should -Be 'line'
                $accepted.Dispose()
            }
            finally {
                $foreign.Dispose()
                $listener.Stop()
            }
        }
    }

    Context 'Several sockets' {
        It 'are read in their order, -Count from each' {
            $other, $third = Open-Connection
            $null = $client.Send([byte[]][char[]]"1`n2`n3`n")
            $null = $other.Send([byte[]][char[]]"a`nb`n")
            Receive-SocketData $server, $third -Line -Count 2 -TimeoutSeconds 5 | Should -Be '1', '2', 'a', 'b'
        }

        It 'go on when one of them <How>' -ForEach @(
            @{ How = 'is closed'; Break = { param($Socket) Close-Socket $Socket }; Id = 'SocketClosed'; Category = 'InvalidOperation' }
            @{ How = 'says nothing'; Break = {}; Id = 'TimedOut'; Category = 'OperationTimeout' }
            @{ How = 'is not connected'; Break = { param($Socket) $script:bad = New-Socket IPv4 Stream; Close-Socket $Socket }; Id = 'NotConnected'; Category = 'InvalidOperation' }
        ) {
            $script:bad = $null
            $other, $third = Open-Connection
            & $Break $other
            $broken = $script:bad ? $script:bad : $other
            $fourth, $fifth = Open-Connection
            $null = $client.Send([byte[]][char[]]"1`n")
            $null = $fourth.Send([byte[]][char[]]"2`n")
            $server, $broken, $fifth | Receive-SocketData -Line -TimeoutSeconds 0.1 @quiet | Should -Be '1', '2'
            Assert-Failure $failures -Id $Id -Category $Category
            [object]::ReferenceEquals($failures[0].TargetObject, $broken) | Should -BeTrue
        }
    }

    Context 'A closed socket' {
        It 'is SocketClosed, with <Framing>' -ForEach @(
            @{ Framing = 'no framing'; Parameters = @{} }
            @{ Framing = '-Line'; Parameters = @{ Line = $true } }
            @{ Framing = '-Length'; Parameters = @{ Length = 5 } }
            @{ Framing = '-ToEnd'; Parameters = @{ ToEnd = $true } }
        ) {
            Close-Socket $server
            Receive-SocketData $server @Parameters -TimeoutSeconds 5 @quiet
            Assert-Failure $failures -Id SocketClosed -Category InvalidOperation
            [object]::ReferenceEquals($failures[0].TargetObject, $server) | Should -BeTrue
        }

        It 'ends a wait with SocketClosed when it is closed from another thread' {
            $worker = Start-Worker { param($Socket) Receive-SocketData $Socket -Line } -ArgumentList $server
            Wait-WorkerBlocked $worker
            Close-Socket $server
            $result = Wait-Worker $worker
            $worker = $null
            $result.Output | Should -BeNullOrEmpty
            Assert-Failure $result.Errors -Id SocketClosed -Category InvalidOperation
        }
    }

    Context 'Stopped' {
        It 'ends within 100 ms without an error, and the socket stays usable, with <Framing>' -ForEach @(
            @{ Framing = 'no framing'; Parameters = @{} }
            @{ Framing = '-TimeoutSeconds'; Parameters = @{ TimeoutSeconds = 60 } }
            @{ Framing = '-Line'; Parameters = @{ Line = $true } }
            @{ Framing = '-Delimiter'; Parameters = @{ Delimiter = '|' } }
            @{ Framing = '-Length'; Parameters = @{ Length = 5 } }
            @{ Framing = '-LengthPrefix'; Parameters = @{ LengthPrefix = 2 } }
            @{ Framing = '-Continuous'; Parameters = @{ Line = $true; Continuous = $true } }
            @{ Framing = '-ToEnd'; Parameters = @{ ToEnd = $true } }
            @{ Framing = '-OutFile'; Parameters = @{ OutFile = '/dev/null' } }
            @{ Framing = '-Peek'; Parameters = @{ Peek = $true } }
            @{ Framing = '-OutOfBand'; Parameters = @{ OutOfBand = $true } }
        ) {
            $worker = Start-Worker { param($Socket, $Parameters) Receive-SocketData $Socket @Parameters } -ArgumentList $server, $Parameters
            Assert-WorkerStop $worker
            $worker = $null

            $null = $client.Send([byte[]][char[]]"afterwards`n")
            Receive-SocketData $server -Line -TimeoutSeconds 5 | Should -Be 'afterwards'
            Send-SocketData $server 'and back'
            Receive-SocketData $client -TimeoutSeconds 5 -AsText | Should -Be 'and back'
        }

        It 'ends within 100 ms in the middle of a frame' {
            $worker = Start-Worker { param($Socket) Receive-SocketData $Socket -Line } -ArgumentList $server
            Send-Piece -Socket $client -Reader $server -Byte ([byte[]][char[]]'half a li') -Size 3
            Assert-WorkerStop $worker
            $worker = $null
        }

        It 'ends with Select-Object -First 1, though more is to come' {
            $null = $client.Send([byte[]][char[]]"one`n")
            Receive-SocketData $server -Line -Continuous | Select-Object -First 1 | Should -Be 'one'
            $null = $client.Send([byte[]][char[]]"two`n")
            Receive-SocketData $server -Line -TimeoutSeconds 5 | Should -Be 'two'
        }
    }

    It 'writes nothing to <_>, which is not a file' -ForEach 'Env:/x', 'nodrive:/x' {
        $one, $other = New-StreamPair
        'text' | Send-SocketData $one
        Close-Socket $one

        Receive-SocketData $other -OutFile $_ -ErrorAction SilentlyContinue -ErrorVariable failure

        Assert-Failure $failure -Id FileNotUsable -Category OpenError
        Test-Path -LiteralPath ./x | Should -BeFalse
        Close-Socket $other
    }
}
