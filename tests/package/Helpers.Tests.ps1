# What many tests rely on: tests/helpers.

BeforeAll {
    . $PSScriptRoot/../helpers/Common.ps1
    . $PSScriptRoot/../helpers/Servers.ps1
    $silent = New-Socket | Register-SocketAddress '[::1]:0' -PassThru # to which nobody ever sends
}

AfterAll {
    Close-Socket $silent
}

Describe 'Assert-WorkerStop' {
    BeforeEach {
        if (-not $IsLinux) {
            Set-ItResult -Skipped -Because 'whether a thread waits is read from /proc'
        }
    }

    It 'takes a wait that a stop ends' {
        Assert-WorkerStop (Start-Worker { Receive-Datagram $args[0] } -ArgumentList $silent)
    }

    It 'fails when the worker looks every 100 ms' {
        $worker = Start-Worker { while ($true) { [System.Threading.Thread]::Sleep(100) } }
        { Assert-WorkerStop $worker -Ready { Wait-WorkerBlocked $args[0] -Still -TimeoutSeconds 2 } } | Should -Throw '*Not within 2 s*'
    }

    It 'fails when every stop takes 100 ms' {
        $worker = Start-Worker {
            try {
                Receive-Datagram $args[0]
            }
            finally {
                [System.Threading.Thread]::Sleep(100)
            }
        } -ArgumentList $silent
        { Assert-WorkerStop $worker -Ready { Wait-WorkerBlocked $args[0] } } | Should -Throw '*a stop ends the wait at once*'
    }

    It 'fails when there is an error' {
        $worker = Start-Worker { Write-Error 'something is wrong'; Receive-Datagram $args[0] } -ArgumentList $silent
        { Assert-WorkerStop $worker } | Should -Throw '*something is wrong*'
    }
}

Describe 'Start-Peer' {
    BeforeEach {
        if (-not $IsLinux) {
            Set-ItResult -Skipped -Because 'the peer is a script of sh'
        }
    }

    It 'reads what a program says in colours without them' {
        $peer = Start-Peer sh -ArgumentList '-c', 'printf "\033[31;1mred\033[0m and plain" >&2; printf %s "$NO_COLOR"'
        try {
            Wait-Peer $peer | Should -Be 0
            $peer.ErrorOutput | Should -BeExactly 'red and plain'
            $peer.Output | Should -BeExactly '1'
        }
        finally {
            Stop-Peer $peer
        }
    }
}

Describe 'Assert-SoonStopped' {
    BeforeEach {
        if (-not $IsLinux) {
            Set-ItResult -Skipped -Because 'whether a thread waits is read from /proc'
        }
    }

    It 'takes a wait that a stop ends' {
        Assert-SoonStopped (Start-Worker { Receive-Datagram $args[0] } -ArgumentList $silent)
    }

    It 'fails when the stop takes much longer than that of a worker that waits' {
        $worker = Start-Worker {
            try {
                Receive-Datagram $args[0]
            }
            finally {
                [System.Threading.Thread]::Sleep(5000)
            }
        } -ArgumentList $silent
        Wait-WorkerBlocked $worker
        { Assert-SoonStopped $worker } | Should -Throw '*to be less than*'
    }
}

Describe 'Get-FreePort' {
    It 'gives a port that the system gives nobody, and that nobody has' {
        $lowest = $IsLinux ? [int]((Get-Content -LiteralPath '/proc/sys/net/ipv4/ip_local_port_range') -split '\s+')[0] : 49152
        foreach ($try in 1..20) {
            $port = Get-FreePort -Count 3
            foreach ($one in $port..($port + 2)) {
                $one | Should -BeLessThan $lowest
                { Start-SocketListener "127.0.0.1:$one" -ErrorAction Stop | Close-Socket } | Should -Not -Throw
            }
        }
    }

    It 'passes over a port that somebody has' {
        $mine = Get-FreePort
        $socket = New-Socket IPv4 | Register-SocketAddress "127.0.0.1:$mine" -PassThru
        try {
            Mock Get-Random { $tries.Add($Minimum); $tries.Count -eq 1 ? $mine : $mine + 10 }
            $tries = [System.Collections.Generic.List[int]]::new()
            Get-FreePort | Should -Be ($mine + 10)
        }
        finally {
            Close-Socket $socket
        }
    }
}
