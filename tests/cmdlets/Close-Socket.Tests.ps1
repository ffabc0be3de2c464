Describe 'Close-Socket and unread bytes' {
    BeforeAll {
        . "$PSScriptRoot/../helpers/Common.ps1"
    }

    BeforeEach {
        $client, $server = Open-Connection
    }

    AfterEach {
        Get-Socket | Close-Socket
    }

    It 'says with -Verbose that there are some, and how not to lose them' {
        Send-SocketData $client 'unread'
        Wait-Socket $server -TimeoutSeconds 5 | Should -Not -BeNullOrEmpty
        $said = Close-Socket $server -Verbose 4>&1 | Out-String -Width 500
        $said | Should -BeLike '*6 bytes of the peer are unread*Disconnect-Socket*'
    }

    It 'resets the peer' {
        Send-SocketData $client 'unread'
        Wait-Socket $server -TimeoutSeconds 5 | Should -Not -BeNullOrEmpty
        Close-Socket $server
        Receive-SocketData $client -TimeoutSeconds 5 -ErrorAction SilentlyContinue -ErrorVariable failure
        Assert-Failure $failure -Id ConnectionReset -Category ConnectionError
    }

    It 'says nothing of it where all was read' {
        Close-Socket $server -Verbose 4>&1 | Out-String -Width 500 | Should -Not -BeLike '*unread*'
    }
}

Describe 'Close-Socket' {
    BeforeAll {
        . "$PSScriptRoot/../helpers/Common.ps1"
    }

    AfterEach {
        Get-Socket | Close-Socket
    }

    Context 'closing' {
        It 'closes a socket, by position, by name and from the pipeline' {
            $one, $two, $three = 1..3 | ForEach-Object { New-Socket }

            Close-Socket $one
            Close-Socket -Socket $two
            $three | Close-Socket

            foreach ($socket in $one, $two, $three) {
                "$($socket.State)" | Should -Be 'Closed'
                $socket.SafeHandle.IsClosed | Should -BeTrue
            }
        }

        It 'closes several sockets of one argument' {
            $sockets = 1..3 | ForEach-Object { New-Socket }

            Close-Socket $sockets

            $sockets | ForEach-Object { "$($_.State)" } | Should -Be 'Closed', 'Closed', 'Closed'
        }

        It 'writes nothing' {
            New-Socket | Close-Socket | Should -BeNullOrEmpty
        }

        It 'frees the port at once' {
            foreach ($type in 'Datagram', 'Stream') {
                $socket = New-Socket IPv6 $type | Register-SocketAddress -LocalEndPoint '[::1]:0' -PassThru
                $address = $socket.LocalEndPoint
                Close-Socket $socket

                $next = New-Socket IPv6 $type | Register-SocketAddress -LocalEndPoint $address -PassThru
                $next.LocalEndPoint | Should -Be $address -Because $type
            }
        }

        It 'is not an error the second time' {
            $socket = New-Socket
            Close-Socket $socket

            Close-Socket $socket -ErrorVariable failure
            $socket, $socket | Close-Socket -ErrorVariable +failure

            $failure | Should -BeNullOrEmpty
        }

        It 'is not an error after .NET closed the socket' {
            $socket = New-Socket
            $socket.Dispose()

            Close-Socket $socket -ErrorVariable failure

            $failure | Should -BeNullOrEmpty
        }

        It 'closes a socket that was made elsewhere' {
            $foreign = [System.Net.Sockets.Socket]::new('InterNetwork', 'Dgram', 'Udp')

            $foreign | Close-Socket

            $foreign.SafeHandle.IsClosed | Should -BeTrue
        }

        It 'leaves nothing open with Get-Socket | Close-Socket' {
            $null = New-Socket
            $null = New-SocketPair
            $null = New-Socket Unix | Register-SocketAddress -LocalEndPoint (New-TestPath) -PassThru

            Get-Socket | Close-Socket

            Get-Socket | Should -BeNullOrEmpty
        }

        It 'gives every descriptor back' {
            if (-not $IsLinux) {
                Set-ItResult -Skipped -Because 'descriptors are counted in /proc'
            }
            New-Socket | Close-Socket
            $before = Get-DescriptorCount

            $null = 1..50 | ForEach-Object { New-Socket; New-SocketPair; New-Socket Unix Stream }
            [System.IO.Directory]::GetFileSystemEntries('/proc/self/fd').Length | Should -BeGreaterOrEqual ($before + 200)
            Get-Socket | Close-Socket

            Get-DescriptorCount | Should -BeLessOrEqual $before
        }

        It 'tells the peer of a stream, who reads to the end' {
            $one, $other = New-StreamPair
            $null = $one.Send([byte[]] (1, 2, 3))

            Close-Socket $one

            $buffer = [byte[]]::new(8)
            $other.Receive($buffer) | Should -Be 3
            $other.Receive($buffer) | Should -Be 0
        }

        It 'goes on after something that is not a socket' {
            $one, $two = 1..2 | ForEach-Object { New-Socket }

            $one, 'no socket', $two | Close-Socket -ErrorAction SilentlyContinue -ErrorVariable failure

            "$($one.State)", "$($two.State)" | Should -Be 'Closed', 'Closed'
            $failure.Count | Should -Be 1
            $failure.FullyQualifiedErrorId | Should -BeLike 'InputObjectNotBound,*'
            $failure.CategoryInfo.Category | Should -Be 'InvalidArgument'
        }

        It 'passes over null, and closes the socket beside it' {
            $socket = New-Socket

            Close-Socket $null -ErrorVariable failure
            $null | Close-Socket -ErrorVariable +failure
            Close-Socket $null, $socket -ErrorVariable +failure

            $failure.Count | Should -Be 0
            "$($socket.State)" | Should -Be 'Closed'
        }

        It 'ends a wait in another runspace with the error SocketClosed' {
            $socket = New-Socket IPv6 | Register-SocketAddress -LocalEndPoint '[::1]:0' -PassThru
            $worker = Start-Worker { param($socket) Receive-Datagram $socket } -ArgumentList $socket
            try {
                Wait-WorkerBlocked $worker
                Close-Socket $socket
                $result = Wait-Worker $worker -TimeoutSeconds 5
            }
            finally {
                if (-not $result) {
                    $null = Stop-Worker $worker -AllowEnded
                }
            }

            $result.Output | Should -BeNullOrEmpty
            $result.Errors.FullyQualifiedErrorId | Should -BeLike 'SocketClosed,*'
            $result.Errors.CategoryInfo.Category | Should -Be 'InvalidOperation'
        }
    }

    Context 'UNIX paths' {
        It 'removes the path of a bound <_> socket' -ForEach 'Datagram', 'Stream', 'SeqPacket' {
            if ($_ -eq 'SeqPacket' -and -not $IsLinux) {
                Set-ItResult -Skipped -Because 'only Linux has SeqPacket'
            }
            $path = New-TestPath
            $socket = New-Socket Unix $_ | Register-SocketAddress -LocalEndPoint $path -PassThru
            Test-Path -LiteralPath $path | Should -BeTrue

            Close-Socket $socket

            Test-Path -LiteralPath $path | Should -BeFalse
        }

        It 'leaves a file alone that stands at the path by now' {
            $path = New-TestPath
            $socket = New-Socket Unix | Register-SocketAddress $path -PassThru
            Remove-Item -LiteralPath $path
            Set-Content -LiteralPath $path -Value 'precious'

            Close-Socket $socket

            Get-Content -LiteralPath $path | Should -BeExactly 'precious'
            Remove-Item -LiteralPath $path
        }

        It 'leaves the socket alone that another has bound to the path since' {
            $path = New-TestPath
            $first = New-Socket Unix | Register-SocketAddress $path -PassThru
            Remove-Item -LiteralPath $path
            $second = New-Socket Unix | Register-SocketAddress $path -PassThru

            Close-Socket $first

            Test-Path -LiteralPath $path | Should -BeTrue
            Send-Datagram (New-Socket Unix) 'still here' $path
            Receive-Datagram $second -TimeoutSeconds 5 -AsText | Should -BeExactly 'still here'
            Close-Socket $second
            Test-Path -LiteralPath $path | Should -BeFalse
        }

        It 'removes the path of a listener' {
            $path = New-TestPath
            $listener = New-Socket Unix Stream | Register-SocketAddress -LocalEndPoint $path -PassThru
            $listener.Listen()
            $client = Connect-Socket $path

            Close-Socket $client
            Test-Path -LiteralPath $path | Should -BeTrue
            Close-Socket $listener
            Test-Path -LiteralPath $path | Should -BeFalse
        }

        It 'removes a path that was given relative to a location that has been left' {
            Push-Location -LiteralPath $TestDrive
            try {
                $socket = New-Socket Unix | Register-SocketAddress -LocalEndPoint './left.sock' -PassThru
            }
            finally {
                Pop-Location
            }
            Test-Path -LiteralPath "$TestDrive/left.sock" | Should -BeTrue

            Close-Socket $socket

            Test-Path -LiteralPath "$TestDrive/left.sock" | Should -BeFalse
        }

        It 'is not an error when the path is gone already' {
            $path = New-TestPath
            $socket = New-Socket Unix | Register-SocketAddress -LocalEndPoint $path -PassThru
            Remove-Item -LiteralPath $path

            Close-Socket $socket -ErrorVariable failure

            $failure | Should -BeNullOrEmpty
            "$($socket.State)" | Should -Be 'Closed'
        }

        It 'makes the path free for the next' {
            $path = New-TestPath
            New-Socket Unix | Register-SocketAddress -LocalEndPoint $path -PassThru | Close-Socket

            $socket = New-Socket Unix | Register-SocketAddress -LocalEndPoint $path -PassThru

            "$($socket.LocalEndPoint)" | Should -Be $path
        }
    }

    Context 'the module and the process' {
        It 'closes every socket and removes every path with Remove-Module' {
            $paths = 1..3 | ForEach-Object { New-TestPath }
            $script = {
                param($module, $paths)
                $ErrorActionPreference = 'Stop'
                Import-Module $module
                $sockets = @(
                    New-Socket | Register-SocketAddress -LocalEndPoint ':0' -PassThru
                    New-SocketPair
                    New-Socket Unix Stream | Register-SocketAddress -LocalEndPoint $paths[0] -PassThru
                    New-Socket Unix Datagram | Register-SocketAddress -LocalEndPoint $paths[1] -PassThru
                    New-Socket Unix Stream | Register-SocketAddress -LocalEndPoint $paths[2] -PassThru
                )
                $sockets[-1].Listen()
                "open $(@($sockets | Where-Object { -not $_.SafeHandle.IsClosed }).Count)"
                "paths $(@($paths | Where-Object { Test-Path -LiteralPath $_ }).Count)"
                Remove-Module PSSockets
                "open $(@($sockets | Where-Object { -not $_.SafeHandle.IsClosed }).Count)"
                "paths $(@($paths | Where-Object { Test-Path -LiteralPath $_ }).Count)"
            }
            $arguments = ($ModulePath, $paths | ForEach-Object { '"' + ($_ -join '","') + '"' }) -join ' '

            $output = pwsh -NoProfile -NonInteractive -Command "& { $script } $arguments"

            $output | Should -Be 'open 6', 'paths 3', 'open 0', 'paths 0'
        }

        It 'leaves no path behind when the process ends' {
            $path = New-TestPath
            $output = pwsh -NoProfile -NonInteractive -Command "Import-Module '$ModulePath'; `$s = New-Socket Unix | Register-SocketAddress -LocalEndPoint '$path' -PassThru; Test-Path '$path'"

            $output | Should -Be 'True'
            Test-Path -LiteralPath $path | Should -BeFalse
        }
    }

    Context 'with -Verbose' {
        It 'shows the system call' {
            $socket = New-Socket IPv6 | Register-SocketAddress -LocalEndPoint '[::1]:0' -PassThru
            $address = "$($socket.LocalEndPoint)"

            $verbose = Close-Socket $socket -Verbose 4>&1

            @($verbose).Count | Should -Be 1
            $verbose.Message | Should -Be "close(AF_INET6, $address) = 0"
        }

        It 'shows no call for a socket that is closed already' {
            $socket = New-Socket
            Close-Socket $socket

            Close-Socket $socket -Verbose 4>&1 | Should -BeNullOrEmpty
        }
    }

    Context 'while another session waits for the socket' {
        It 'lets all that was sent arrive, and ends in order' {
            $listener = Start-SocketListener '127.0.0.1:0'
            $client = Connect-Socket $listener.LocalEndPoint
            $server = Receive-SocketConnection $listener -TimeoutSeconds 5
            $worker = Start-Worker { param($Socket) Receive-SocketData $Socket -Line } -ArgumentList $client
            Wait-WorkerBlocked $worker
            Send-SocketData $client ([byte[]]::new(200000))
            Close-Socket $client
            Assert-Failure (Wait-Worker $worker).Errors -Id SocketClosed -Category InvalidOperation

            $data = Receive-SocketData $server -ToEnd -TimeoutSeconds 10 -ErrorVariable failures -ErrorAction SilentlyContinue
            $failures | Should -BeNullOrEmpty
            $data.Length | Should -Be 200000
        }
    }
}
