# Lines of "Replies, literals and headers" in docs/guide/coming-from.md, against programs of other people. The page's own
# blocks, which run in Guide.Tests.ps1, speak with a socket of their own.

BeforeAll {
    . $PSScriptRoot/../helpers/Recipes.ps1
    $directory = New-RecipeDirectory
    $page = Get-Content -LiteralPath "$PSScriptRoot/../../docs/guide/coming-from.md" -Raw

    # The one line of the page that matches.
    function Get-PageLine {
        param([string] $Pattern)

        $found = @($page -split '\r?\n' -match $Pattern)
        $found | Should -HaveCount 1
        $found[0]
    }
}

AfterAll {
    Remove-Item -LiteralPath $directory -Recurse
}

Describe 'Lines of the guide' {
    BeforeEach {
        $started = [System.Collections.Generic.List[psobject]]::new()
        $workers = [System.Collections.Generic.List[psobject]]::new()
        $worker = $null
    }

    AfterEach {
        Stop-Recipe
    }

    It 'read the replies of a mail server' {
        if (-not (Test-Path -LiteralPath '/usr/bin/python3') -or -not (Test-Path -Path '/usr/lib/python3*/smtpd.py')) {
            Set-ItResult -Skipped -Because 'this Python has no smtpd'
        }
        $server = Start-TestServer -Program /usr/bin/python3 -IsReady { Test-Listener $args[0] } -Arguments { '-W', 'ignore', '-m', 'smtpd', '-n', '-c', 'DebuggingServer', "127.0.0.1:$($args[0])" }
        $started.Add($server.Peer)
        $line = [scriptblock]::Create((Get-PageLine '^\$reply = Receive-SocketData \$client -Match '))
        $client = Connect-Socket $server.Address -TimeoutSeconds 10
        . $line
        $reply | Should -Match '^220 [^\r\n]+\r\n$'
        Send-SocketData $client 'EHLO test.example' -NewLineText CRLF
        . $line
        $reply | Should -Match '^(250-[^\r\n]+\r\n)+250 [^\r\n]+\r\n$'
        Send-SocketData $client 'QUIT' -NewLineText CRLF
        . $line
        $reply | Should -Match '^221 [^\r\n]+\r\n$'
    }

    It 'tell systemd the same as systemd-notify' {
        if (-not (Test-Program systemd-notify)) {
            Set-ItResult -Skipped -Because 'systemd-notify is not installed'
        }
        $to = "$directory/notify.sock"
        $manager = New-Socket Unix | Register-SocketAddress $to -PassThru
        $peer = Invoke-TestPeer sh '-c', 'NOTIFY_SOCKET=$0 exec systemd-notify --no-block READY=1', $to
        $theirs = Receive-Datagram $manager -AsText -TimeoutSeconds 10
        Wait-Peer $peer | Should -Be 0 -Because $peer.ErrorOutput
        . ([scriptblock]::Create((Get-PageLine "^'READY=1' \| Send-Datagram")))
        Receive-Datagram $manager -AsText -TimeoutSeconds 10 | Should -BeExactly $theirs
        $theirs | Should -BeExactly 'READY=1'
    }
}
