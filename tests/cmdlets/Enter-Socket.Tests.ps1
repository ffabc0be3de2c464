BeforeAll {
    . $PSScriptRoot/../helpers/Common.ps1
    . $PSScriptRoot/../helpers/Tls.ps1

    # A PowerShell at a terminal of its own, in which the module is imported. tmux keeps what its screen shows.
    function Open-Screen {
        param([int] $Width = 80)

        $screen = @{ Name = "pssockets-$([guid]::NewGuid().ToString('N'))" }
        $command = @("'$pwsh'") + @($pwshStart | ForEach-Object { "'$_'" }) + '-NoExit', '-Command', "'Import-Module ""$ModulePath""; function prompt { ""READY> "" }'"
        tmux -L $screen.Name -f /dev/null new-session -d -x $Width -y 30 "env -u NO_COLOR LC_ALL=C.UTF-8 $($command -join ' ')"
        if ($LASTEXITCODE -ne 0) {
            throw 'tmux does not start.'
        }
        Wait-Screen $screen { $_ -match 'READY> *$' } 'the prompt comes'
        $screen
    }

    function Get-Screen {
        param([Parameter(Mandatory, Position = 0)] $Screen)

        (@(tmux -L $Screen.Name capture-pane -p) -join "`n").TrimEnd()
    }

    # Waits until the screen shows what the condition wants; its text is $_.
    function Wait-Screen {
        param([Parameter(Position = 0)] $Screen, [Parameter(Position = 1)] [scriptblock] $Condition, [Parameter(Position = 2)] [string] $Because = "$Condition".Trim())

        $clock = [System.Diagnostics.Stopwatch]::StartNew()
        do {
            $shown = Get-Screen $Screen
            if ($shown | ForEach-Object $Condition) {
                return
            }
        } while ($clock.Elapsed.TotalSeconds -lt 30)
        throw "Not within 30 s: $Because. The screen shows:`n$shown"
    }

    function Send-Key {
        param([Parameter(Position = 0)] $Screen, [Parameter(Position = 1, ValueFromRemainingArguments)] [string[]] $Key)

        tmux -L $Screen.Name send-keys @Key
    }

    function Send-Text {
        param([Parameter(Position = 0)] $Screen, [Parameter(Position = 1)] [string] $Text)

        tmux -L $Screen.Name send-keys -l -- $Text
    }

    function Close-Screen {
        param($Screen)

        if ($Screen) {
            tmux -L $Screen.Name kill-server 2>$null
        }
    }
}

Describe 'Enter-Socket' {
    BeforeEach {
        $quiet = @{ ErrorVariable = 'failures'; ErrorAction = 'SilentlyContinue' }
        $worker = $null
    }

    AfterEach {
        $worker | Where-Object { $_ } | ForEach-Object { $null = Stop-Worker $_ -AllowEnded }
        Get-Socket | Close-Socket
    }

    Context 'With what is piped' {
        BeforeEach {
            $ours, $peer = Open-Connection
        }

        It 'sends it as it is, then half-closes, and writes what comes line by line' {
            $worker = Start-Worker {
                param($Socket)
                Receive-SocketData $Socket -ToEnd -AsText
                Send-SocketData $Socket "one`r`ntwo`nrest"
                Disconnect-Socket $Socket -Direction Send
            } -ArgumentList $peer
            'a', 'b' | Enter-Socket $ours -TimeoutSeconds 20 | Should -Be 'one', 'two', 'rest'
            (Wait-Worker $worker).Output | Should -Be 'ab'
            $worker = $null
            $ours.State | Should -Not -Be 'Closed'
        }

        It 'ends text with -NewLineText, and leaves bytes alone' {
            Disconnect-Socket $peer -Direction Send
            & { 'a'; , [byte[]](1, 2); 'b' } | Enter-Socket $ours -NewLineText CRLF -TimeoutSeconds 20
            [Convert]::ToHexString((Receive-SocketData $peer -ToEnd).Data) | Should -Be '610D0A0102620D0A'
        }

        It 'takes what is to be sent as an argument too' {
            Disconnect-Socket $peer -Direction Send
            Enter-Socket $ours -InputObject 'a', 'b'
            Receive-SocketData $peer -ToEnd -AsText | Should -Be 'ab'
        }

        It 'takes the socket from the pipeline where nothing else says with whom to talk' {
            $result = Start-Worker { param($Socket) $Socket | Enter-Socket } -ArgumentList $ours | ForEach-Object { Wait-Worker $_ }
            $result.Errors[0].FullyQualifiedErrorId | Should -BeLike 'NotSupported,*' -Because 'it wants to be typed to'
        }

        It 'needs somebody to talk with' {
            Enter-Socket @quiet
            $failures[0].FullyQualifiedErrorId | Should -Match '^(InvalidArgument|NotSupported),'
        }

        It 'connects to -RemoteEndPoint, and closes that' {
            $listener = Start-SocketListener -LocalEndPoint '127.0.0.1:0'
            $before = @(Get-Socket).Count
            $worker = Start-Worker {
                param($Listener)
                $socket = Receive-SocketConnection $Listener
                Receive-SocketData $socket -Line
                Send-SocketData $socket 'welcome' -NewLine
                Disconnect-Socket $socket -Direction Send
                Receive-SocketData $socket -ToEnd
            } -ArgumentList $listener
            "hello`n" | Enter-Socket "$($listener.LocalEndPoint)" -TimeoutSeconds 20 | Should -Be 'welcome'
            (Wait-Worker $worker).Output | Should -Be 'hello'
            $worker = $null
            @(Get-Socket).Count | Should -Be $before
        }

        It 'sends more than the peer takes while the peer sends' {
            $data = 'x' * 3MB
            $worker = Start-Worker {
                param($Socket)
                Send-SocketData $Socket ('y' * 3MB)
                (Receive-SocketData $Socket -ToEnd).Length
                Disconnect-Socket $Socket -Direction Send
            } -ArgumentList $peer
            $got = $data | Enter-Socket $ours -TimeoutSeconds 30
            $got.Length | Should -Be 3MB
            (Wait-Worker $worker).Output | Should -Be 3MB
            $worker = $null
        }

        It 'makes control characters visible unless -Raw' {
            Send-SocketData $peer "`e[31mred`a`n"
            Disconnect-Socket $peer -Direction Send
            @() | Enter-Socket $ours -TimeoutSeconds 20 | Should -Be '^[[31mred^G'
            $ours, $peer = Open-Connection
            Send-SocketData $peer "`e[31mred`n"
            Disconnect-Socket $peer -Direction Send
            @() | Enter-Socket $ours -Raw -TimeoutSeconds 20 | Should -Be "`e[31mred"
        }

        It 'shows bytes with -Hex' {
            Send-SocketData $peer ([byte[]](0..17))
            Disconnect-Socket $peer -Direction Send
            @() | Enter-Socket $ours -Hex -TimeoutSeconds 20 | Should -Be @(
                '00000000  00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f  ................'
                '00000010  10 11                                            ..'
            )
        }

        It 'refuses telnet''s options with -Telnet, and shows nothing of it' {
            Send-SocketData $peer ([byte[]](255, 253, 24, 255, 251, 1, 0x6C, 0x6F, 0x67, 0x69, 0x6E))
            $worker = Start-Worker { param($Socket) @() | Enter-Socket $Socket -Telnet -TimeoutSeconds 20 } -ArgumentList $ours
            [Convert]::ToHexString((Receive-SocketData $peer -Length 6 -TimeoutSeconds 10).Data) | Should -Be 'FFFC18FFFE01'
            Disconnect-Socket $peer -Direction Send
            (Wait-Worker $worker).Output | Should -Be 'login'
            $worker = $null
        }

        It 'ends after -TotalTimeoutSeconds, though something comes' {
            $sender = Start-Worker { param($Peer) [System.Linq.Enumerable]::Repeat('tick', 1000000000) | Send-SocketData $Peer -NewLine } -ArgumentList $peer
            @() | Enter-Socket $ours -TotalTimeoutSeconds 0.3 | Select-Object -First 1 | Should -BeLike 'tick*'
            $null = @() | Enter-Socket $ours -TotalTimeoutSeconds 0.3
            Close-Socket $ours
            $null = Stop-Worker $sender -AllowEnded
        }

        It 'talks to a datagram socket, a message at a time, until -TimeoutSeconds' {
            $one = New-Socket IPv4 | Register-SocketAddress 127.0.0.1:0 -PassThru
            $two = New-Socket IPv4 | Register-SocketAddress 127.0.0.1:0 -PassThru
            Connect-Socket $one $two.LocalEndPoint
            Connect-Socket $two $one.LocalEndPoint
            Send-Datagram $two 'pong'
            Send-Datagram $two "two`nlines"
            'ping', 'again' | Enter-Socket $one -TimeoutSeconds 0.3 | Should -Be 'pong', "two`nlines"
            Receive-Datagram $two -Count 2 -AsText -TimeoutSeconds 5 | Should -Be 'ping', 'again'
        }

        It 'talks over TLS' {
            $certificate = New-SocketCertificate -DnsName localhost
            $pair = New-TlsPair $certificate
            $worker = Start-Worker { param($Socket) 'hello' | Enter-Socket $Socket -TimeoutSeconds 20 } -ArgumentList $pair.Socket
            $buffer = [byte[]]::new(5)
            $pair.Stream.ReadExactlyAsync($buffer, 0, 5).AsTask().Wait(10000) | Should -BeTrue
            $pair.Stream.Write([byte[]][char[]]"fine`n")
            $pair.Stream.ShutdownAsync().Wait()
            $pair.Other.Shutdown('Send')
            $result = Wait-Worker $worker
            $worker = $null
            $result.Output | Should -Be 'fine'
            $result.Errors | Should -BeNullOrEmpty
        }

        It 'ends with Select-Object -First 1, and what comes after the line stays' {
            Send-SocketData $peer "one`ntwo`nthr"
            $worker = Start-Worker { param($Socket) @() | Enter-Socket $Socket | Select-Object -First 1 } -ArgumentList $ours
            (Wait-Worker $worker).Output | Should -Be 'one'
            $worker = $null
            Receive-SocketData $ours -Length 7 -AsText -TimeoutSeconds 10 | Should -Be "two`nthr"
        }

        It 'ends with Select-Object -First 1 and -Hex, and the bytes after the row stay' {
            Send-SocketData $peer 'the first row 16the bytes after it'
            @() | Enter-Socket $ours -Hex -TimeoutSeconds 20 | Select-Object -First 1 | Should -BeLike '00000000 *16'
            Receive-SocketData $ours -Length 18 -AsText -TimeoutSeconds 10 | Should -Be 'the bytes after it'
        }

        It 'reports a peer that does not take what is piped' {
            $failure = $null
            [byte[]]::new(64MB), 'more' | Enter-Socket $ours -TimeoutSeconds 0.3 -ErrorVariable failure -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
            @($failure).FullyQualifiedErrorId | Should -Be 'TimedOut,PSSockets.Commands.EnterSocketCommand'
        }

        It 'is stopped at once, and the socket is usable' {
            Assert-WorkerStop (Start-Worker { param($Socket) @('x') | Enter-Socket $Socket } -ArgumentList $ours)
            Send-SocketData $peer 'still'
            Receive-SocketData $ours -AsText -TimeoutSeconds 10 | Should -Be 'still'
        }
    }

    Context 'What cannot be' {
        It 'refuses a closed socket' {
            $ours, $peer = Open-Connection
            Close-Socket $ours
            'x' | Enter-Socket $ours @quiet
            Assert-Failure $failures -Id SocketClosed -Category InvalidOperation
        }

        It 'reports a refused connection once' {
            $idle = New-Socket IPv4 Stream | Register-SocketAddress 127.0.0.1:0 -PassThru
            'x', 'y' | Enter-Socket $idle.LocalEndPoint @quiet
            Assert-Failure $failures -Id ConnectionRefused -Category ConnectionError
        }

        It 'needs a datagram socket to have a peer' {
            'x' | Enter-Socket (New-Socket IPv4) @quiet
            Assert-Failure $failures -Id NotConnected -Category InvalidOperation
        }

        It 'refuses -Hex together with -Raw' {
            $ours, $peer = Open-Connection
            'x' | Enter-Socket $ours -Hex -Raw @quiet
            Assert-Failure $failures -Id InvalidArgument -Category InvalidArgument
        }

        It 'says that nobody can type where there is no console' {
            $ours, $peer = Open-Connection
            $result = Start-Worker { param($Socket) Enter-Socket $Socket } -ArgumentList $ours | ForEach-Object { Wait-Worker $_ }
            $result.Errors[0].FullyQualifiedErrorId | Should -Be 'NotSupported,PSSockets.Commands.EnterSocketCommand'
        }
    }

    Context 'With standard input' {
        It 'sends a file as it is, then half-closes; its output can go into a file' {
            $listener = Start-SocketListener -LocalEndPoint '127.0.0.1:0'
            $bytes = [byte[]](0..255)
            $worker = Start-Worker {
                param($Listener)
                $socket = Receive-SocketConnection $Listener
                (Receive-SocketData $socket -ToEnd).Data
                Send-SocketData $socket "got`nit`n"
                Close-Socket $socket
            } -ArgumentList $listener
            $path = New-TestPath -Extension txt
            $peer = Start-Peer $pwsh -ArgumentList ($pwshStart + '-Command', "Import-Module '$ModulePath'; Enter-Socket $($listener.LocalEndPoint) > '$path'")
            try {
                $peer.Input.Write($bytes)
                $peer.Input.Close()
                $peer.Process.WaitForExit(60000) | Should -BeTrue
                $peer.ErrorOutput | Should -BeNullOrEmpty
                $peer.Output | Should -BeNullOrEmpty
            }
            finally {
                Stop-Peer $peer
            }
            (Wait-Worker $worker).Output | Should -Be $bytes
            $worker = $null
            Get-Content -LiteralPath $path | Should -Be 'got', 'it'
        }
    }

    Context 'At a terminal of <Width> columns' -ForEach @{ Width = 80 }, @{ Width = 120 } {
        BeforeAll {
            $hasScreen = (Test-Program tmux) -and -not $IsWindows
            if ($hasScreen) {
                $screen = Open-Screen -Width $Width
            }
        }

        AfterAll {
            Close-Screen $screen
        }

        BeforeEach {
            if (-not $hasScreen) {
                Set-ItResult -Skipped -Because 'tmux is not installed'
                return
            }
            $listener = Start-SocketListener -LocalEndPoint '127.0.0.1:0'
            Send-Text $screen "Clear-Host; Enter-Socket $($listener.LocalEndPoint)"
            Send-Key $screen Enter
            $peer = Receive-SocketConnection $listener -TimeoutSeconds 30 -ErrorAction Stop
            Wait-Screen $screen { $_ -eq '' } 'the screen is empty'
        }

        It 'sends lines and shows what comes, also while a line is being typed' {
            Send-Text $screen 'first line'
            Send-Key $screen Enter
            Receive-SocketData $peer -Line -TimeoutSeconds 30 | Should -Be 'first line'
            Send-Text $screen 'half a li'
            Wait-Screen $screen { $_ -eq "first line`nhalf a li" }
            Send-SocketData $peer "news`nlogin: "
            Wait-Screen $screen { $_ -eq "first line`nnews`nlogin: half a li" }
            Send-Text $screen 'ne'
            Send-Key $screen Left BSpace n Enter
            Receive-SocketData $peer -Line -TimeoutSeconds 30 | Should -Be 'half a line'
            Send-SocketData $peer "bye`n"
            Close-Socket $peer
            Wait-Screen $screen { $_ -eq "first line`nnews`nlogin: half a line`nbye`nREADY>" } 'the peer''s end gives the prompt back'
        }

        It 'keeps a long line readable while output comes' {
            $long = -join (0..19 | ForEach-Object { "word$_ " })
            Send-Text $screen $long
            Wait-Screen $screen { $_.Replace("`n", '').TrimEnd() -eq $long.TrimEnd() }
            Send-SocketData $peer "interrupts`n"
            Wait-Screen $screen { $_.StartsWith("interrupts`n") -and $_.Replace("interrupts`n", '').Replace("`n", '').TrimEnd() -eq $long.TrimEnd() }
            Send-Key $screen Enter
            Receive-SocketData $peer -Line -TimeoutSeconds 30 | Should -Be $long
            Close-Socket $peer
            Wait-Screen $screen { $_ -match '(?m)^READY>$' }
        }

        It 'shows ESC as text, and a letter that was cut as a whole' {
            Send-SocketData $peer ([byte[]](0x1B, 0x5B, 0x32, 0x4A, 0xE2, 0x82))
            Wait-Screen $screen { $_ -eq '^[[2J' }
            Send-SocketData $peer ([byte[]](0xAC, 0x0A))
            Wait-Screen $screen { $_ -eq '^[[2J€' }
            Close-Socket $peer
            Wait-Screen $screen { $_ -eq "^[[2J€`nREADY>" }
        }

        It 'is left by Ctrl+D on an empty line, and no key is lost to the prompt' {
            Send-Text $screen 'x'
            Send-Key $screen BSpace C-d
            Receive-SocketData $peer -ToEnd -TimeoutSeconds 30 | Should -BeNullOrEmpty
            Send-Text $screen "'type' + 'd'"
            Send-Key $screen Enter
            Wait-Screen $screen { $_ -match '(?m)^typed$' }
        }

        It 'is left by Ctrl+C, and no key is lost to the prompt' {
            Send-Text $screen 'half'
            Wait-Screen $screen { $_ -eq 'half' }
            Send-Key $screen C-c
            Receive-SocketData $peer -ToEnd -TimeoutSeconds 30 | Should -BeNullOrEmpty
            Wait-Screen $screen { $_ -match '(?m)^READY>' }
            Send-Text $screen "'type' + 'd'; [Console]::ReadLine()"
            Send-Key $screen Enter
            Wait-Screen $screen { $_ -match '(?m)^typed$' }
            Send-Text $screen 'echoed'
            Wait-Screen $screen { $_ -match '(?m)^echoed$' } 'the terminal shows what is typed again'
            Send-Key $screen Enter
            Wait-Screen $screen { $_ -match '(?m)^READY>$' }
        }

        It 'gives a socket back that was given' {
            Close-Socket $peer
            Wait-Screen $screen { $_ -match '(?m)^READY>$' }
            Send-Text $screen "Clear-Host; `$s = Connect-Socket $($listener.LocalEndPoint); Enter-Socket `$s -NewLineText CRLF"
            Send-Key $screen Enter
            $peer = Receive-SocketConnection $listener -TimeoutSeconds 30 -ErrorAction Stop
            Wait-Screen $screen { $_ -eq '' }
            Send-Text $screen 'in'
            Send-Key $screen Enter
            Receive-SocketData $peer -Length 4 -AsText -TimeoutSeconds 30 | Should -Be "in`r`n"
            Send-Key $screen C-d
            Wait-Screen $screen { $_ -match '(?m)^READY>$' }
            Send-Text $screen 'Send-SocketData $s after; Close-Socket $s'
            Send-Key $screen Enter
            Receive-SocketData $peer -ToEnd -AsText -TimeoutSeconds 30 | Should -Be 'after'
        }
    }
}
