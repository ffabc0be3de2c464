# How many system calls the kernel gets for what a cmdlet does: strace counts them.

BeforeDiscovery {
    # Everything is done before, so that nothing is compiled or loaded meanwhile.
    $cases = @(
        @{ What = 'A bind of a stream'; Most = 3; Calls = 'bind'; Script = 'Register-SocketAddress $stream 127.0.0.1:0' }
        @{ What = 'A bind of a datagram socket'; Most = 3; Calls = 'bind'; Script = 'Register-SocketAddress $datagram 127.0.0.1:0' }
        @{ What = 'A connect with its wait'; Most = 8; Calls = 'connect'; Script = 'Connect-Socket $client $address' }
        @{ What = 'A connect in dual mode'; Most = 8; Calls = 'connect'; Script = 'Connect-Socket $dual $address' }
        @{ What = 'A receive of a queued datagram'; Most = 3; Calls = 'recvmmsg'; Script = '$null = Receive-Datagram $datagram' }
    )
}

Describe 'System calls' -ForEach @{ Cases = $cases } {
    BeforeAll {
        . $PSScriptRoot/../helpers/Common.ps1

        $peer = $null
        $obstacle = if (-not $IsLinux) {
            'strace is a program of Linux'
        }
        elseif (-not (Test-Program strace)) {
            'strace is not installed'
        }
        else {
            $try = Start-Peer strace -ArgumentList '-o', '/dev/null', 'true'
            if ((Wait-Peer $try) -ne 0) { "strace may not trace here: $($try.ErrorOutput.Trim())" }
            Stop-Peer $try
        }
        if ($obstacle) {
            return
        }

        # A mark is what the thread of the pipeline writes to standard error.
        $steps = foreach ($case in $Cases) {
            if ($case.Calls -eq 'recvmmsg') { 'Send-Datagram $datagram one -RemoteEndPoint $datagram.LocalEndPoint' }
            "[Console]::Error.Write('<$($case.What)>'); $($case.Script); [Console]::Error.Write('</>')"
        }
        $script = @"
Import-Module '$ModulePath'
foreach (`$round in 1..5) {
    `$datagram = New-Socket InterNetwork Dgram
    `$stream, `$client = 1..2 | ForEach-Object { New-Socket InterNetwork Stream }
    `$dual = New-Socket -SocketType Stream
    `$listener = Start-SocketListener 127.0.0.1:0
    `$address = `$listener.LocalEndPoint
    $($steps -join "`n    ")
    `$datagram, `$stream, `$client, `$dual, `$listener | Close-Socket
}
"@
        $file = "$TestDrive/calls"
        $peer = Start-Peer strace -ArgumentList (@('-f', '-s', '64', '-o', $file, '-e', 'trace=%network,poll,ppoll,fcntl,ioctl,close,eventfd2,read,write', $pwsh) + $pwshStart + '-Command', $script)
        Wait-Peer $peer -TimeoutSeconds 300 | Should -Be 0 -Because $peer.ErrorOutput
        $trace = Get-Content -LiteralPath $file
    }

    AfterAll {
        Stop-Peer $peer
    }

    It '<_.What> is at most <_.Most>' -ForEach $cases {
        if ($obstacle) {
            Set-ItResult -Skipped -Because $obstacle
        }
        $mark = $trace | Select-String -SimpleMatch ", `"<$($_.What)>`"," | Select-Object -Last 1
        $thread = ($mark.Line -split ' ')[0]
        $calls = foreach ($line in $trace[$mark.LineNumber..($trace.Count - 1)]) {
            if ($line -match "^$thread +(?:<\.\.\. )?(?<call>\w+)") {
                if ($line -like '*, "</>",*') { break }
                # A call during which another thread was heard has two lines.
                if ($line -notlike '*<unfinished ...>') { $Matches.call }
            }
        }
        $calls | Should -Contain $_.Calls
        @($calls).Count | Should -BeLessOrEqual $_.Most -Because ($calls -join ', ')
    }
}
