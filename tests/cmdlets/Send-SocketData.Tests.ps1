BeforeAll {
    . $PSScriptRoot/../helpers/Common.ps1

    # Ends the sending and gives all bytes that came to the other side, as hexadecimal digits.
    function Get-ArrivedHex {
        Disconnect-Socket $client -Direction Send
        $data = Receive-SocketData $server -ToEnd -TimeoutSeconds 5
        $data ? [Convert]::ToHexString($data.Data) : ''
    }

    # Stops a send when a part of the message has come and the rest has to wait; its client and server. A stop that is not soon
    # enough is tried again, over another connection, since the first is broken.
    function Assert-StopWithinMessage {
        param([Parameter(Mandatory, Position = 0)] [hashtable] $Message)

        $partSent = @{ Waiting = [System.Collections.Generic.Queue[object]]::new(); Taken = [System.Collections.Generic.List[object]]::new(); Round = 0 }
        foreach ($number in 1..10) {
            $partSent.Waiting.Enqueue(@(Open-Connection))
        }
        $sending = Start-Worker {
            param($PartSent, $Message)
            $PartSent.Taken.Add($PartSent.Waiting.Dequeue())
            Send-SocketData $PartSent.Taken[-1][0] @Message
        } -ArgumentList $partSent, $Message
        Assert-WorkerStop $sending {
            param($Worker)
            $partSent.Round++
            Wait-Until { $partSent.Taken.Count -eq $partSent.Round -and $partSent.Taken[-1][1].Available -gt 0 } -Because 'a part of the message has come'
            Wait-WorkerBlocked $Worker -Still
        }
        $partSent.Taken[-1]
    }

    function Get-Sha256 {
        param([Parameter(Mandatory, Position = 0)] [byte[]] $Byte)

        [Convert]::ToHexString([System.Security.Cryptography.SHA256]::HashData($Byte))
    }
}

Describe 'Send-SocketData' {
    BeforeEach {
        $client, $server = Open-Connection
        $quiet = @{ ErrorVariable = 'failures'; ErrorAction = 'SilentlyContinue' }
        $worker = $receiver = $null
    }

    AfterEach {
        $worker, $receiver | Where-Object { $_ } | ForEach-Object { $null = Stop-Worker $_ -AllowEnded }
        Get-Socket | Close-Socket
    }

    Context 'What is one message' {
        It 'sends text as UTF-8 without a byte order mark, and appends nothing' {
            Send-SocketData $client 'né €'
            Get-ArrivedHex | Should -Be '6EC3A920E282AC'
        }

        It 'sends each piped text' {
            'a', 'b', '' | Send-SocketData $client
            Get-ArrivedHex | Should -Be '6162'
        }

        It 'sends a byte[] as it is, as an argument and piped whole' {
            Send-SocketData $client ([byte[]](0, 255, 10, 13))
            , [byte[]](1, 2) | Send-SocketData $client
            Get-ArrivedHex | Should -Be '00FF0A0D0102'
        }

        It 'takes piped bytes that follow each other for one message' {
            [byte[]](1, 2, 3) | Send-SocketData $client -LengthPrefix 1
            & { [byte]0x41; [byte]0x42; 'text'; [byte]0x43 } | Send-SocketData $client -LengthPrefix 1
            Get-ArrivedHex | Should -Be '0301020302414204746578740143'
        }

        It 'takes each element of an array for a message, but bytes that follow each other for one' {
            $a, $b = 'one', [byte[]](7, 8)
            Send-SocketData $client $a, $b -LengthPrefix 1
            Send-SocketData $client @([byte]1, [byte]2) -LengthPrefix 1
            Get-ArrivedHex | Should -Be '036F6E65020708020102'
        }

        It 'sends SocketData, so that one pipeline is an echo server' {
            $worker = Start-Worker { param($Socket) Receive-SocketData $Socket -Continuous | Send-SocketData $Socket } -ArgumentList $server
            foreach ($text in 'one', 'two two') {
                Send-SocketData $client $text
                Receive-SocketData $client -Length $text.Length -TimeoutSeconds 5 -AsText | Should -Be $text
            }
            Close-Socket $client
            (Wait-Worker $worker).Errors | Should -BeNullOrEmpty
            $worker = $null
        }

        It 'sends the bytes of a Datagram' {
            $one, $two = New-SocketPair Datagram
            Send-Datagram $one 'from a datagram'
            Receive-Datagram $two -TimeoutSeconds 5 | Send-SocketData $client
            Receive-SocketData $server -TimeoutSeconds 5 -AsText | Should -Be 'from a datagram'
        }

        It 'sends nothing for an empty message, but its frame' {
            Send-SocketData $client ''
            Send-SocketData $client ([byte[]]::new(0))
            Send-SocketData $client '' -NewLine
            Send-SocketData $client '' -LengthPrefix 2
            Get-ArrivedHex | Should -Be '0A0000'
        }

        It 'writes nothing' {
            Send-SocketData $client 'quiet' | Should -BeNullOrEmpty
            'quiet' | Send-SocketData $client -NewLine | Should -BeNullOrEmpty
            Receive-SocketData $server -Length 11 -TimeoutSeconds 5 -AsText | Should -Be "quietquiet`n"
        }
    }

    Context 'What is not a message' {
        It 'refuses <What> and names <Remedy>' -ForEach @(
            @{ What = 'an integer'; Item = 5; Remedy = 'ConvertTo-NetworkOrder' }
            @{ What = 'a hashtable'; Item = @{ Length = 5 }; Remedy = 'ConvertTo-BinaryMessage' }
            @{ What = 'an IP address'; Item = [ipaddress]::Loopback; Remedy = 'ConvertTo-AddressByte' }
            @{ What = 'a date'; Item = [datetime]::UnixEpoch; Remedy = 'ConvertTo-Json' }
        ) {
            $Item | Send-SocketData $client @quiet
            Assert-Failure $failures -Id InvalidMessage -Category InvalidArgument
            $failures[0].Exception.Message | Should -BeLike "*$Remedy*"
            $failures[0].ErrorDetails.RecommendedAction | Should -BeLike "*$Remedy*"
            Get-ArrivedHex | Should -BeExactly ''
        }

        It 'refuses null, <How>' -ForEach @(
            @{ How = 'piped'; Send = { param($Socket, $Quiet) $null | Send-SocketData $Socket @Quiet } }
            @{ How = 'as an argument'; Send = { param($Socket, $Quiet) Send-SocketData $Socket $null @Quiet } }
        ) {
            . $Send $client $quiet
            Assert-Failure $failures -Id InvalidMessage -Category InvalidArgument
        }

        It 'sends the good items around a bad one, <How>' -ForEach @(
            @{ How = 'piped'; Send = { param($Socket, $Quiet) 'a', 5, 'b' | Send-SocketData $Socket @Quiet } }
            @{ How = 'in an array'; Send = { param($Socket, $Quiet) Send-SocketData $Socket ('a', 5, 'b') @Quiet } }
        ) {
            . $Send $client $quiet
            Assert-Failure $failures -Id InvalidMessage -Category InvalidArgument
            $failures[0].TargetObject | Should -Be 5
            Get-ArrivedHex | Should -Be '6162'
        }
    }

    Context 'Framing' {
        It 'ends each message with a line feed with -NewLine' {
            'one', 'two' | Send-SocketData $client -NewLine
            , [byte[]](0x78) | Send-SocketData $client -NewLine
            Get-ArrivedHex | Should -Be '6F6E650A74776F0A780A'
        }

        It 'ends each message as -NewLineText says: <Name>' -ForEach @(
            @{ Name = 'CRLF'; Given = @{ NewLineText = 'CRLF' }; Expected = '610D0A620D0A' }
            @{ Name = 'crlf, with the switch'; Given = @{ NewLineText = 'crlf'; NewLine = $true }; Expected = '610D0A620D0A' }
            @{ Name = 'LF'; Given = @{ NewLineText = 'LF' }; Expected = '610A620A' }
            @{ Name = 'CRLF in UTF-16'; Given = @{ NewLineText = 'CRLF'; Encoding = 'unicode' }; Expected = '61000D000A0062000D000A00' }
            @{ Name = 'CRLF after a length'; Given = @{ NewLineText = 'CRLF'; LengthPrefix = 1 }; Expected = '03610D0A03620D0A' }
        ) {
            'a', 'b' | Send-SocketData $client @Given
            Get-ArrivedHex | Should -Be $Expected
        }

        It 'encodes the line feed too' {
            Send-SocketData $client 'A' -NewLine -Encoding unicode
            Get-ArrivedHex | Should -Be '41000A00'
        }

        It 'begins each message with its length in <Width> bytes in network order' -ForEach @(
            @{ Width = 1; Prefix = '03' }
            @{ Width = 2; Prefix = '0003' }
            @{ Width = 4; Prefix = '00000003' }
            @{ Width = 8; Prefix = '0000000000000003' }
        ) {
            'one', 'two' | Send-SocketData $client -LengthPrefix $Width
            Get-ArrivedHex | Should -Be "$($Prefix)6F6E65$($Prefix)74776F"
        }

        It 'counts bytes in the prefix, not characters, and the line feed with them' {
            Send-SocketData $client 'é€' -LengthPrefix 1
            Send-SocketData $client 'x' -NewLine -LengthPrefix 1
            Get-ArrivedHex | Should -Be '05C3A9E282AC02780A'
        }

        It 'uses all bits of a prefix of <Width>' -ForEach @(
            @{ Width = 1; Length = 255; Prefix = 'FF' }
            @{ Width = 2; Length = 65535; Prefix = 'FFFF' }
            @{ Width = 4; Length = 65536; Prefix = '00010000' }
        ) {
            Send-SocketData $client ([byte[]]::new($Length)) -LengthPrefix $Width
            $hex = Get-ArrivedHex
            $hex.Substring(0, $Prefix.Length) | Should -Be $Prefix
            $hex.Length | Should -Be ($Prefix.Length + 2 * $Length)
        }

        It 'refuses a message that is too long for a prefix of <Width>, and sends the others' -ForEach @(
            @{ Width = 1; Length = 256 }
            @{ Width = 2; Length = 65536 }
        ) {
            'a', [byte[]]::new($Length), 'b' | Send-SocketData $client -LengthPrefix $Width @quiet
            Assert-Failure $failures -Id ValueOutOfRange -Category InvalidArgument
            $failures[0].ErrorDetails.RecommendedAction | Should -BeLike '*-LengthPrefix*'
            Get-ArrivedHex | Should -Be ($Width -eq 1 ? '01610162' : '000161000162')
        }

        It 'writes a length in <Name>' -ForEach @(
            @{ Name = '3 bytes'; Parameters = @{ LengthPrefix = 3 }; Sent = '000003616263' }
            @{ Name = '5 bytes'; Parameters = @{ LengthPrefix = 5 }; Sent = '0000000003616263' }
            @{ Name = '3 bytes, little-endian'; Parameters = @{ LengthPrefix = 3; LittleEndian = $true }; Sent = '030000616263' }
            @{ Name = '8 bytes, little-endian'; Parameters = @{ LengthPrefix = 8; LittleEndian = $true }; Sent = '0300000000000000616263' }
            @{ Name = '4 bytes that count themselves'; Parameters = @{ LengthPrefix = 4; LengthIncludesPrefix = $true }; Sent = '00000007616263' }
            @{ Name = '4 bytes after a type'; Parameters = @{ LengthPrefix = 4; LengthIncludesPrefix = $true; LengthOffset = 1 }; Sent = '61000000066263' }
            @{ Name = '2 bytes at the end'; Parameters = @{ LengthPrefix = 2; LengthOffset = 3 }; Sent = '6162630000' }
        ) {
            Send-SocketData $client 'abc', 'another', 'abc' @Parameters
            Receive-SocketData $server @Parameters -Count 2 -TimeoutSeconds 5 -AsText | Should -BeExactly 'abc', 'another'
            Get-ArrivedHex | Should -Be $Sent
        }

        It 'counts itself in what fits' {
            'a', ('b' * 255), 'c' | Send-SocketData $client -LengthPrefix 1 -LengthIncludesPrefix @quiet
            Assert-Failure $failures -Id ValueOutOfRange -Category InvalidArgument
            Get-ArrivedHex | Should -Be '02610263'
        }

        It 'refuses a message without the bytes that stand before its length, and sends the others' {
            'abc', 'a', 'def' | Send-SocketData $client -LengthPrefix 1 -LengthOffset 2 @quiet
            Assert-Failure $failures -Id InvalidMessage -Category InvalidArgument
            Get-ArrivedHex | Should -Be '6162016364650166'
        }

        It 'refuses <_> without -LengthPrefix' -ForEach 'LittleEndian', 'LengthIncludesPrefix', 'LengthOffset' {
            $parameters = @{ $_ = $_ -eq 'LengthOffset' ? 1 : $true }
            $failure = { Send-SocketData $client 'x' @parameters } | Should -Throw -PassThru
            $failure.FullyQualifiedErrorId | Should -Be 'InvalidArgument,PSSockets.Commands.SendSocketDataCommand'
            Get-ArrivedHex | Should -BeNullOrEmpty
        }

        It 'refuses a prefix of <_>' -ForEach 0, 9, 16 {
            $width = $_
            $failure = { Send-SocketData $client 'x' -LengthPrefix $width } | Should -Throw -PassThru
            $failure.FullyQualifiedErrorId | Should -BeLike 'ParameterArgumentValidationError,*'
            $failure.CategoryInfo.Category | Should -Be 'InvalidData'
        }

        It 'is read back by the same framing of Receive-SocketData' {
            'é', '', 'third' | Send-SocketData $client -LengthPrefix 4
            'line 1', 'line 2' | Send-SocketData $client -NewLine
            Receive-SocketData $server -LengthPrefix 4 -Count 3 -TimeoutSeconds 5 -AsText | Should -BeExactly 'é', '', 'third'
            Receive-SocketData $server -Line -Count 2 -TimeoutSeconds 5 | Should -BeExactly 'line 1', 'line 2'
        }
    }

    Context '-Encoding' {
        It 'encodes text as <Name>' -ForEach @(
            @{ Name = 'unicode'; Encoding = 'unicode'; Expected = 'E900AC20' }
            @{ Name = 'ascii'; Encoding = 'ascii'; Expected = '3F3F' }
            @{ Name = 'latin1'; Encoding = 'latin1'; Expected = 'E93F' }
            @{ Name = 'code page 1252'; Encoding = 1252; Expected = 'E980' }
            @{ Name = 'utf8BOM, whose mark is not for messages'; Encoding = 'utf8BOM'; Expected = 'C3A9E282AC' }
            @{ Name = 'an Encoding object'; Encoding = [System.Text.Encoding]::BigEndianUnicode; Expected = '00E920AC' }
        ) {
            Send-SocketData $client 'é€' -Encoding $Encoding
            Get-ArrivedHex | Should -Be $Expected
        }

        It 'leaves bytes as they are' {
            Send-SocketData $client ([byte[]](0, 255)) -Encoding unicode
            Get-ArrivedHex | Should -Be '00FF'
        }

        It 'refuses an encoding that does not exist' {
            $failure = { Send-SocketData $client 'x' -Encoding nonsense } | Should -Throw -PassThru
            $failure.FullyQualifiedErrorId | Should -BeLike 'ParameterArgumentTransformationError,*'
            $failure.CategoryInfo.Category | Should -Be 'InvalidData'
        }

        It 'is completed' {
            $line = 'Send-SocketData $s x -Encoding lat'
            (TabExpansion2 $line $line.Length).CompletionMatches.CompletionText | Should -Contain 'latin1'
        }
    }

    Context 'Everything is sent' {
        It 'though the peer reads slowly' {
            $bytes = [byte[]]::new(20MB)
            [random]::new(4).NextBytes($bytes)
            $worker = Start-Worker { param($Socket, $Bytes) Send-SocketData $Socket $Bytes } -ArgumentList $client, $bytes
            Wait-WorkerBlocked $worker
            $arrived = [byte[]]::new($bytes.Length)
            $server.ReceiveTimeout = 5000
            for ($offset = 0; $offset -lt $arrived.Length; ) {
                $offset += $server.Receive($arrived, $offset, [Math]::Min(100000, $arrived.Length - $offset), 'None')
            }
            (Wait-Worker $worker).Errors | Should -BeNullOrEmpty
            $worker = $null
            Get-Sha256 $arrived | Should -Be (Get-Sha256 $bytes)
        }

        It 'in the order of the messages' {
            $worker = Start-Worker { param($Socket) 1..2000 | ForEach-Object { "message $_" } | Send-SocketData $Socket -NewLine } -ArgumentList $client
            $lines = Receive-SocketData $server -Line -Count 2000 -TimeoutSeconds 10
            (Wait-Worker $worker).Errors | Should -BeNullOrEmpty
            $worker = $null
            $lines -join ' ' | Should -BeExactly ((1..2000 | ForEach-Object { "message $_" }) -join ' ')
        }

        It 'also through a socket of small buffers and in non-blocking mode' {
            Set-SocketOption $client SendBufferSize 4096
            $client.Blocking = $false
            $worker = Start-Worker { param($Socket) Receive-SocketData $Socket -ToEnd -AsByteArray } -ArgumentList $server
            $bytes = [byte[]]::new(3MB)
            [random]::new(5).NextBytes($bytes)
            Send-SocketData $client $bytes
            Close-Socket $client
            $output = (Wait-Worker $worker).Output
            $worker = $null
            Get-Sha256 $output[0] | Should -Be (Get-Sha256 $bytes)
        }

        It 'to a UNIX stream' {
            $one, $two = New-StreamPair Stream
            $worker = Start-Worker { param($Socket) Receive-SocketData $Socket -Length 2MB -AsByteArray } -ArgumentList $two
            $bytes = [byte[]]::new(2MB)
            [random]::new(6).NextBytes($bytes)
            Send-SocketData $one $bytes
            $output = (Wait-Worker $worker).Output
            $worker = $null
            Get-Sha256 $output[0] | Should -Be (Get-Sha256 $bytes)
        }
    }

    Context '-Path' {
        BeforeAll {
            $big = Join-Path $TestDrive 'big.bin'
            $bytes = [byte[]]::new(64MB)
            [random]::new(7).NextBytes($bytes)
            [System.IO.File]::WriteAllBytes($big, $bytes)
        }

        It 'sends a file of 64 MiB, which -OutFile writes with the same SHA-256' {
            $copy = Join-Path $TestDrive 'copy.bin'
            $receiver = Start-Worker { param($Socket, $Path) Receive-SocketData $Socket -OutFile $Path -PassThru } -ArgumentList $server, $copy
            $transfer = Send-SocketData $client -Path $big -PassThru
            Close-Socket $client
            $result = Wait-Worker $receiver -TimeoutSeconds 30
            $receiver = $null
            $result.Errors | Should -BeNullOrEmpty
            (Get-FileHash -LiteralPath $copy).Hash | Should -Be (Get-FileHash -LiteralPath $big).Hash
            $transfer | Should -BeOfType PSSockets.SocketTransfer
            $transfer.Length | Should -Be 64MB
            $transfer.Path | Should -Be $big
            $transfer.RemoteEndPoint | Should -Be $server.LocalEndPoint
            $transfer.Duration | Should -BeGreaterThan ([timespan]::Zero)
            [object]::ReferenceEquals($transfer.Socket, $client) | Should -BeTrue
            $result.Output[0].Length | Should -Be 64MB
        }

        It 'does not take memory for the whole file' {
            $receiver = Start-Worker { param($Socket) Receive-SocketData $Socket -OutFile /dev/null } -ArgumentList $server
            $before = [GC]::GetTotalAllocatedBytes($true)
            Send-SocketData $client -Path $big
            Close-Socket $client
            (Wait-Worker $receiver -TimeoutSeconds 30).Errors | Should -BeNullOrEmpty
            $receiver = $null
            [GC]::GetTotalAllocatedBytes($true) - $before | Should -BeLessThan 32MB
        }

        It 'writes nothing without -PassThru' {
            Set-Content -LiteralPath "$TestDrive/small.txt" -Value 'small' -NoNewline
            Send-SocketData $client -Path "$TestDrive/small.txt" | Should -BeNullOrEmpty
            Get-ArrivedHex | Should -Be '736D616C6C'
        }

        It 'takes a path relative to the current location' {
            Set-Content -LiteralPath "$TestDrive/relative.txt" -Value 'here' -NoNewline
            Push-Location $TestDrive
            try {
                Send-SocketData $client -Path relative.txt
            }
            finally {
                Pop-Location
            }
            Get-ArrivedHex | Should -Be '68657265'
        }

        It 'sends an empty file' {
            $null = New-Item -Path "$TestDrive/empty.bin"
            (Send-SocketData $client -Path "$TestDrive/empty.bin" -PassThru).Length | Should -Be 0
            Get-ArrivedHex | Should -BeExactly ''
        }

        It 'ends within 100 ms without an error when it is stopped, and the stream is broken' {
            $client, $server = Assert-StopWithinMessage @{ Path = $big }

            $receiver = Start-Worker { param($Socket) Receive-SocketData $Socket -ToEnd } -ArgumentList $server
            # What follows half a message would be taken for its rest.
            Send-SocketData $client 'afterwards' @quiet
            Assert-Failure $failures -Id StreamBroken -Category ConnectionError
            Send-SocketData $server 'the other direction'
            Receive-SocketData $client -TimeoutSeconds 5 -AsText | Should -BeExactly 'the other direction'
            Close-Socket $client
            $data = (Wait-Worker $receiver).Output[0]
            $receiver = $null
            $data.Length | Should -BeLessThan 64MB
            [System.Text.Encoding]::ASCII.GetString($data.Data) | Should -Not -BeLike '*afterwards*'
        }

        It 'shows bytes, rate and time left in a progress bar that goes away' {
            $worker = Start-Worker { param($Socket, $Path) Send-SocketData $Socket -Path $Path } -ArgumentList $client, $big
            $progress = $worker.PowerShell.Streams.Progress
            $buffer = [byte[]]::new(1MB)
            $server.ReceiveTimeout = 5000
            Wait-Until -Because 'a progress bar comes' {
                $null = $server.Receive($buffer)
                $progress.Count -gt 0
            }
            Receive-SocketData $server -Continuous -MaximumSize 1MB -TimeoutSeconds 1 -AsByteArray | Out-Null
            (Wait-Worker $worker).Errors | Should -BeNullOrEmpty
            $worker = $null
            $progress[0].Activity | Should -BeLike "*$big*"
            $progress[0].StatusDescription | Should -Match '^\d+ [KM]?i?B of 64 MiB, \d+ [KMG]?i?B/s$'
            $progress[0].PercentComplete | Should -BeGreaterOrEqual 0
            $progress[0].PercentComplete | Should -BeLessOrEqual 100
            $progress[0].SecondsRemaining | Should -BeGreaterOrEqual 0
            $progress[$progress.Count - 1].RecordType | Should -Be 'Completed'
        }

        It 'refuses <What>' -ForEach @(
            @{ What = 'a file that does not exist'; Name = 'nothing.bin' }
            @{ What = 'a directory'; Name = '.' }
        ) {
            Send-SocketData $client -Path (Join-Path $TestDrive $Name) @quiet
            Assert-Failure $failures -Id FileNotUsable -Category OpenError
            Send-SocketData $client 'afterwards'
            Receive-SocketData $server -TimeoutSeconds 5 -AsText | Should -Be 'afterwards'
        }

        It 'sends what is written to a FIFO until its writer closes it, and is stopped within 100 ms' {
            if (-not (Test-Program mkfifo)) {
                Set-ItResult -Skipped -Because 'mkfifo is not installed'
            }
            $fifo = Join-Path $TestDrive 'fifo'
            mkfifo $fifo
            $command = { param($Socket, $Path) Send-SocketData $Socket -Path $Path }
            Assert-WorkerStop (Start-Worker $command -ArgumentList $client, $fifo)
            Send-SocketData $client -Path $fifo -TimeoutSeconds 0.2 @quiet
            Assert-Failure $failures -Id TimedOut -Category OperationTimeout
            $failures[0].Exception.Message | Should -BeLike "read ${fifo}: ETIMEDOUT*"

            $worker = Start-Worker $command -ArgumentList $client, $fifo
            [System.IO.File]::WriteAllText($fifo, 'through the FIFO')
            (Wait-Worker $worker).Errors | Should -BeNullOrEmpty
            $worker = $null
            Receive-SocketData $server -TimeoutSeconds 5 -AsText | Should -BeExactly 'through the FIFO'
        }

        It 'is not taken together with -InputObject' {
            $failure = { Send-SocketData $client -InputObject 'x' -Path $big } | Should -Throw -PassThru
            $failure.FullyQualifiedErrorId | Should -BeLike 'AmbiguousParameterSet,*'
            $failure.CategoryInfo.Category | Should -Be 'InvalidArgument'
        }

        It 'ends with TimedOut when the peer takes nothing' {
            Send-SocketData $client -Path $big -TimeoutSeconds 0.2 -PassThru @quiet | Should -BeNullOrEmpty
            Assert-Failure $failures -Id TimedOut -Category OperationTimeout
        }
    }

    Context '-InputStream' {
        It 'sends every byte of another program as it is' {
            if (-not (Test-Program head)) {
                Set-ItResult -Skipped -Because 'head is not installed, which writes the bytes'
                return
            }
            $path = New-TestPath
            $bytes = [byte[]]::new(1MB)
            [System.Random]::new(1).NextBytes($bytes)
            [System.IO.File]::WriteAllBytes($path, $bytes)
            $start = [System.Diagnostics.ProcessStartInfo]@{ FileName = 'head'; Arguments = "-c 1000000 $path"; RedirectStandardOutput = $true }
            $program = [System.Diagnostics.Process]::Start($start)
            $reader = Start-Worker { param($Server) Receive-SocketData $Server -ToEnd -TimeoutSeconds 20 } -ArgumentList $server

            $sent = Send-SocketData $client -InputStream $program.StandardOutput.BaseStream -PassThru
            Disconnect-Socket $client -Direction Send

            $sent.Length | Should -Be 1000000
            $came = (Wait-Worker $reader).Output[0].Data
            [System.Linq.Enumerable]::SequenceEqual($came, [byte[]]$bytes[0..999999]) | Should -BeTrue
            $program.Dispose()
            [System.IO.File]::Delete($path)
        }

        It 'goes on from where the stream stands, and leaves it open' {
            $stream = [System.IO.MemoryStream]::new([byte[]](1, 2, 3, 4))
            $stream.Position = 1
            Send-SocketData $client -InputStream $stream
            Get-ArrivedHex | Should -Be '020304'
            $stream.CanRead | Should -BeTrue
        }

        It 'ends with -TimeoutSeconds and at a stop while nothing comes' {
            $one, $other = New-StreamPair
            $silent = [System.Net.Sockets.NetworkStream]::new($one)
            Send-SocketData $client -InputStream $silent -TimeoutSeconds 0.1 -ErrorAction SilentlyContinue -ErrorVariable failures
            Assert-Failure $failures -Id TimedOut -Category OperationTimeout
            $failures[0].Exception.Message | Should -BeLike 'read the stream: *nothing came from it within 0.1 s*'
            Assert-WorkerStop (Start-Worker { param($Client, $Stream) Send-SocketData $Client -InputStream $Stream } -ArgumentList $client, $silent)
        }

        It 'says of a stream that cannot be read what is the matter: <Name>' -ForEach @(
            @{ Name = 'closed'; Open = { $closed = [System.IO.MemoryStream]::new(); $closed.Dispose(); $closed } }
            @{ Name = 'a damaged archive'; Open = { [System.IO.Compression.GZipStream]::new([System.IO.MemoryStream]::new([byte[]](1..100)), [System.IO.Compression.CompressionMode]::Decompress) } }
        ) {
            $stream = & $Open
            Send-SocketData $client -InputStream $stream -ErrorAction SilentlyContinue -ErrorVariable failures
            Assert-Failure $failures -Id FileNotUsable -Category OpenError
        }
    }

    Context '-OutOfBand' {
        It 'sends the last byte of a message out of band' {
            Send-SocketData $client 'ab!' -OutOfBand
            Wait-Socket $server Error 5 | Should -Not -BeNullOrEmpty
            $buffer = [byte[]]::new(10)
            $server.Receive($buffer, [System.Net.Sockets.SocketFlags]::OutOfBand) | Should -Be 1
            $buffer[0] | Should -Be 0x21
            Receive-SocketData $server -TimeoutSeconds 5 -AsText | Should -Be 'ab'
        }
    }

    Context '-PassThru' {
        It 'writes each message that was sent' {
            $sent = @('é', [byte[]](1, 2) | Send-SocketData $client -PassThru)
            $sent.Count | Should -Be 2
            $sent[0] | Should -BeOfType PSSockets.SocketData
            $sent[0].Text | Should -BeExactly 'é'
            $sent[0].Length | Should -Be 2
            $sent[0].RemoteEndPoint | Should -Be $server.LocalEndPoint
            [object]::ReferenceEquals($sent[0].Socket, $client) | Should -BeTrue
            $sent[1].Data | Should -Be 1, 2
        }

        It 'writes nothing for what could not be sent' {
            $sent = 'a', ('x' * 256), 'b' | Send-SocketData $client -LengthPrefix 1 -PassThru @quiet
            $sent.Text | Should -Be 'a', 'b'
            Assert-Failure $failures -Id ValueOutOfRange -Category InvalidArgument
        }
    }

    Context 'Parameters' {
        It 'takes the socket and the message by position and by name' {
            Send-SocketData $client 'one'
            Send-SocketData -InputObject 'two' -Socket $client
            Receive-SocketData $server -Length 6 -TimeoutSeconds 5 -AsText | Should -Be 'onetwo'
        }

        It 'is named as a system call with -Verbose' {
            $messages = @(Send-SocketData $client 'hello' -Verbose 4>&1)
            $messages.Count | Should -Be 1
            $messages[0].Message | Should -BeExactly "send(AF_INET, $($server.LocalEndPoint)) = 5"
        }

        It 'sends through a socket that .NET made' {
            $listener = Start-SocketListener -LocalEndPoint '127.0.0.1:0'
            $foreign = [System.Net.Sockets.Socket]::new('InterNetwork', 'Stream', 'Tcp')
            try {
                $foreign.Connect($listener.LocalEndPoint)
                Send-SocketData $foreign 'foreign'
                Receive-SocketConnection $listener -TimeoutSeconds 5 | Receive-SocketData -TimeoutSeconds 5 -AsText | Should -Be 'foreign'
            }
            finally {
                $foreign.Dispose()
            }
        }

        It 'refuses a socket of messages: <_>' -ForEach 'Datagram', 'SeqPacket' {
            $one, $two = New-StreamPair $_
            Send-SocketData $one 'x' @quiet
            Assert-Failure $failures -Id InvalidArgument -Category InvalidArgument
            $failures[0].ErrorDetails.RecommendedAction | Should -BeLike '*Send-Datagram*'
            Wait-Socket $two -TimeoutSeconds 0 | Should -BeNullOrEmpty
        }

        It 'refuses a negative time' {
            $failure = { Send-SocketData $client 'x' -TimeoutSeconds -1 } | Should -Throw -PassThru
            $failure.FullyQualifiedErrorId | Should -BeLike 'ParameterArgumentValidationError,*'
            $failure.CategoryInfo.Category | Should -Be 'InvalidData'
        }
    }

    Context '-TimeoutSeconds' {
        It 'ends with TimedOut when the peer takes nothing, and tells how much had been sent' {
            $clock = [System.Diagnostics.Stopwatch]::StartNew()
            Send-SocketData $client ([byte[]]::new(32MB)) -TimeoutSeconds 0.3 @quiet
            $clock.Elapsed.TotalSeconds | Should -BeGreaterOrEqual 0.3
            $clock.Elapsed.TotalSeconds | Should -BeLessThan 30 # it ends at all: copying what fits into the buffers takes its time, too
            Assert-Failure $failures -Id TimedOut -Category OperationTimeout
            $failures[0].Exception.Message | Should -BeLike (Format-SystemError "send 127.0.0.1:$($server.LocalEndPoint.Port): ETIMEDOUT (110)*0.3 s*")
            $failures[0].Exception.Message | Should -Match '[\d,]+ of 33,554,432 bytes had been sent'
            [object]::ReferenceEquals($failures[0].TargetObject, $client) | Should -BeTrue
        }

        It 'does not end while the peer takes something' {
            $bytes = [byte[]]::new(24MB) # more than both ends' buffers hold
            $worker = Start-Worker { param($Socket, $Bytes) Send-SocketData $Socket $Bytes -TimeoutSeconds 1.5 } -ArgumentList $client, $bytes
            Wait-WorkerBlocked $worker
            $clock = [System.Diagnostics.Stopwatch]::StartNew()
            $count = 0
            foreach ($turn in 1..4) {
                # 0.4 s pass before each quarter is taken.
                Receive-SocketData $client -Continuous -TimeoutSeconds 0.4
                $count += (Receive-SocketData $server -Length 6MB -TimeoutSeconds 5).Length
            }
            $clock.Elapsed.TotalSeconds | Should -BeGreaterThan 1.5
            (Wait-Worker $worker).Errors | Should -BeNullOrEmpty
            $worker = $null
            $count | Should -Be 24MB
        }

        It 'sends what fits with 0' {
            Send-SocketData $client 'fits' -TimeoutSeconds 0
            Receive-SocketData $server -TimeoutSeconds 5 -AsText | Should -Be 'fits'
        }
    }

    Context 'A peer that is gone' {
        It 'is ConnectionReset or Shutdown' {
            Close-Socket $server
            $seen = @{}
            Wait-Until -Because 'the peer''s answer comes' {
                Send-SocketData $client 'x' -ErrorVariable failures -ErrorAction SilentlyContinue
                $seen.Failures = @($failures)
                $failures.Count -gt 0
            }
            $seen.Failures.Count | Should -Be 1
            $seen.Failures[0].FullyQualifiedErrorId | Should -Match '^(ConnectionReset|Shutdown),'
            $seen.Failures[0].CategoryInfo.Category | Should -Be 'ConnectionError'
            $seen.Failures[0].Exception.Message | Should -BeLike 'send*'
        }

        It 'ends a send that waits' {
            $worker = Start-Worker { param($Socket) Send-SocketData $Socket ([byte[]]::new(32MB)) } -ArgumentList $client
            Wait-WorkerBlocked $worker
            Close-Socket $server # with data that was not read: a reset
            $result = Wait-Worker $worker
            $worker = $null
            $result.Errors.Count | Should -Be 1
            $result.Errors[0].FullyQualifiedErrorId | Should -Match '^(ConnectionReset|Shutdown),'
            $result.Errors[0].CategoryInfo.Category | Should -Be 'ConnectionError'
        }

        It 'is Shutdown on a UNIX pair' {
            $one, $two = New-StreamPair Stream
            Close-Socket $two
            Send-SocketData $one 'x' @quiet
            Assert-Failure $failures -Id Shutdown -Category ConnectionError
        }

        It 'is Shutdown when this side has shut down its sending' {
            Disconnect-Socket $client -Direction Send
            Send-SocketData $client 'x' @quiet
            Assert-Failure $failures -Id Shutdown -Category ConnectionError
        }

        It 'is NotConnected or Shutdown where there never was one' {
            $socket = New-Socket IPv4 Stream
            Send-SocketData $socket 'x' @quiet
            $failures.Count | Should -Be 1
            $failures[0].FullyQualifiedErrorId | Should -Match '^(NotConnected|Shutdown),'
            $failures[0].CategoryInfo.Category | Should -BeIn 'InvalidOperation', 'ConnectionError'
        }
    }

    Context 'A closed socket' {
        It 'is SocketClosed, <How>' -ForEach @(
            @{ How = 'with a message'; Parameters = @{ InputObject = 'x' } }
            @{ How = 'with a file'; Parameters = @{ Path = "$PSScriptRoot/../helpers/Common.ps1" } }
        ) {
            Close-Socket $client
            Send-SocketData $client @Parameters @quiet
            Assert-Failure $failures -Id SocketClosed -Category InvalidOperation
            [object]::ReferenceEquals($failures[0].TargetObject, $client) | Should -BeTrue
        }

        It 'ends a wait with SocketClosed when it is closed from another thread' {
            $worker = Start-Worker { param($Socket) Send-SocketData $Socket ([byte[]]::new(32MB)) } -ArgumentList $client
            Wait-WorkerBlocked $worker
            Close-Socket $client
            $result = Wait-Worker $worker
            $worker = $null
            Assert-Failure $result.Errors -Id SocketClosed -Category InvalidOperation
        }
    }

    Context 'A message that broke off' {
        It 'is remembered by the socket, whoever sends next' {
            Send-SocketData $client ([byte[]]::new(32MB)) -TimeoutSeconds 0.1 @quiet
            Assert-Failure $failures -Id TimedOut -Category OperationTimeout
            Send-SocketData $client 'the rest of what?' @quiet
            Assert-Failure $failures -Id StreamBroken -Category ConnectionError
            [object]::ReferenceEquals($failures[0].TargetObject, $client) | Should -BeTrue
            Set-Content -Path "$TestDrive/rest.txt" -Value 'rest'
            Send-SocketData $client -Path "$TestDrive/rest.txt" @quiet
            Assert-Failure $failures -Id StreamBroken -Category ConnectionError
        }

        It 'is none where nothing of it was sent' {
            # The system still makes room for a while, until the peer's buffer has grown to what it may.
            $filled = 0
            $client.Blocking = $false
            do {
                $before = $filled
                $null = Wait-Socket $client -For Write -TimeoutSeconds 0.5
                try {
                    while ($true) {
                        $filled += $client.Send([byte[]]::new(65536))
                    }
                }
                catch [System.Management.Automation.MethodInvocationException] {
                    $_.Exception.InnerException.SocketErrorCode | Should -Be 'WouldBlock'
                }
            } until ($filled -eq $before)
            $client.Blocking = $true
            Send-SocketData $client 'too late' -TimeoutSeconds 0.1 @quiet
            Assert-Failure $failures -Id TimedOut -Category OperationTimeout

            (Receive-SocketData $server -Length $filled -TimeoutSeconds 10).Length | Should -Be $filled
            Send-SocketData $client 'in time' -TimeoutSeconds 5
            Receive-SocketData $server -TimeoutSeconds 5 -AsText | Should -BeExactly 'in time'
        }

        It 'is that of its socket alone' {
            Send-SocketData $client ([byte[]]::new(32MB)) -TimeoutSeconds 0.1 @quiet
            Assert-Failure $failures -Id TimedOut -Category OperationTimeout
            $one, $two = New-StreamPair
            Send-SocketData $one 'whole'
            Receive-SocketData $two -TimeoutSeconds 5 -AsText | Should -BeExactly 'whole'
        }
    }

    Context 'Several senders of one stream' {
        It 'do not mix their messages' {
            $sizes = 3MB, 2MB, 1MB
            $workers = foreach ($size in $sizes) {
                Start-Worker { param($Socket, $Size) Send-SocketData $Socket ([byte[]]::new($Size)) -LengthPrefix 4 } -ArgumentList $client, $size
            }
            $lengths = 1..3 | ForEach-Object { (Receive-SocketData $server -LengthPrefix 4 -TimeoutSeconds 30).Length }
            $workers | ForEach-Object { (Wait-Worker $_).Errors | Should -BeNullOrEmpty }
            $workers = @()
            $lengths | Sort-Object -Descending | Should -Be $sizes
        }
    }

    Context 'Stopped' {
        It 'ends within 100 ms without an error, and the stream is broken' {
            $client, $server = Assert-StopWithinMessage @{ InputObject = [byte[]]::new(32MB) }

            $receiver = Start-Worker { param($Socket) Receive-SocketData $Socket -ToEnd } -ArgumentList $server
            # What follows half a message would be taken for its rest.
            Send-SocketData $client 'afterwards' @quiet
            Assert-Failure $failures -Id StreamBroken -Category ConnectionError
            Send-SocketData $server 'the other direction'
            Receive-SocketData $client -TimeoutSeconds 5 -AsText | Should -BeExactly 'the other direction'
            Close-Socket $client
            $data = (Wait-Worker $receiver).Output[0]
            $receiver = $null
            [System.Text.Encoding]::ASCII.GetString($data.Data) | Should -Not -BeLike '*afterwards*'
        }

        It 'sends no more after Select-Object -First 1' {
            'one', 'two' | Send-SocketData $client -PassThru | Select-Object -First 1 -ExpandProperty Text | Should -Be 'one'
            Send-SocketData $client '!'
            Get-ArrivedHex | Should -Be '6F6E6521'
        }
    }

    It 'sends no <_>, which is not a file' -ForEach 'Env:/PATH', 'nodrive:/x' {
        $one, $other = New-StreamPair

        Send-SocketData $one -Path $_ -ErrorAction SilentlyContinue -ErrorVariable failure

        Assert-Failure $failure -Id FileNotUsable -Category OpenError
        Close-Socket $one, $other
    }
}
