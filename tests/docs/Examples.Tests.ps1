BeforeAll {
    . $PSScriptRoot/../helpers/Common.ps1
    . $PSScriptRoot/../helpers/ExampleRunner.ps1
}

Describe 'The examples' {
    BeforeEach {
        $started = [System.Collections.Generic.List[psobject]]::new()
        $socket = New-Socket IPv6 Datagram | Register-SocketAddress '[::1]:0' -PassThru
    }

    AfterEach {
        $started | ForEach-Object { Stop-Peer $_ }
        Get-Socket | Close-Socket
    }

    It '<Name> uses the module that is there' -ForEach @(
        Get-ChildItem -Path $PSScriptRoot/../../examples, $PSScriptRoot/../../docs/recipes -Filter *.ps1 | ForEach-Object { @{ Name = $_.Name; Path = $_.FullName } }
    ) {
        $imports = @(Get-Content -LiteralPath $Path | Select-String -Pattern '^ *Import-Module \$PSScriptRoot' -Context 1)
        $imports.Count | Should -Be 1
        $imports[0].Context.PreContext.Trim() | Should -BeExactly 'if (-not (Get-Command New-Socket -ErrorAction Ignore)) {'
    }

    It 'Send-Hello.ps1 runs where the module was imported from another directory' {
        $copy = Join-Path $TestDrive 'PSSockets'
        Copy-Item -LiteralPath (Split-Path -Path $ModulePath) -Destination $copy -Recurse
        $hello = (Resolve-Path -Path $PSScriptRoot/../../examples/Send-Hello.ps1).Path
        $script = "Import-Module '$copy'; & '$hello' -RemoteEndPoint '$($socket.LocalEndPoint)'; (Get-Module PSSockets).ModuleBase"
        $peer = Start-Peer $pwsh -ArgumentList @($pwshStart; '-Command', $script)
        $started.Add($peer)
        Wait-Peer $peer -TimeoutSeconds 60 | Should -Be 0 -Because $peer.ErrorOutput
        $peer.ErrorOutput | Should -BeExactly ''
        $peer.Output.Trim() | Should -BeExactly $copy
        Receive-Datagram $socket -TimeoutSeconds 5 -AsText | Should -BeExactly 'Hello, World!'
    }

    It 'Hello.ps1 shows the datagram that its other process sends' {
        $lines = Wait-Example (Invoke-Example 'Hello.ps1')
        $lines[0] | Should -Match '^waiting on \[::1\]:\d+$'
        $table = $lines | Where-Object { $_ }
        $table.Count | Should -Be 4
        $table[1] | Should -Match '^RemoteEndPoint +Length +Hex +Text *$'
        $table[3] | Should -Match '^\[::1\]:\d+ +13 +48 65 6c 6c 6f 2c 20 57… +Hello, World!$'
    }

    It 'Receive-Hello.ps1 prints what Send-Hello.ps1 sends' {
        $receiver = Invoke-Example 'Receive-Hello.ps1' -ArgumentList '-LocalEndPoint', '[::1]:0'
        $address = Get-ExampleAddress $receiver
        $sender = Invoke-Example 'Send-Hello.ps1' -ArgumentList '-RemoteEndPoint', $address
        Wait-Example $sender | Should -BeExactly ''
        Wait-Example $receiver | Should -BeExactly "waiting on $address", 'Hello, World!'
    }

    It 'Send-Hello.ps1 sends another message over IPv4' {
        $receiver = New-Socket IPv4 Datagram | Register-SocketAddress '127.0.0.1:0' -PassThru
        $sender = Invoke-Example 'Send-Hello.ps1' -ArgumentList '-RemoteEndPoint', $receiver.LocalEndPoint, '-Message', 'Grüß Gott'
        Receive-Datagram $receiver -TimeoutSeconds 30 -AsText | Should -BeExactly 'Grüß Gott'
        Wait-Example $sender | Should -BeExactly ''
    }

    It 'Send-IPv6Message.ps1 sends its message and says so' {
        $port = $socket.LocalEndPoint.Port
        $sender = Invoke-Example 'Send-IPv6Message.ps1' -ArgumentList '-Port', $port
        Receive-Datagram $socket -TimeoutSeconds 30 -AsText | Should -BeExactly 'Hello over IPv6'
        Wait-Example $sender | Should -BeExactly "sent 15 bytes to [::1]:$port"
    }

    It 'Send-Request.ps1 prints the reply' {
        $sender = Invoke-Example 'Send-Request.ps1' -ArgumentList '-RemoteEndPoint', $socket.LocalEndPoint, '-Message', 'Anybody there?', '-TimeoutSeconds', '20'
        $request = Receive-Datagram $socket -TimeoutSeconds 30
        $request.Text | Should -BeExactly 'Anybody there?'
        Send-Datagram $socket 'Yes, me' $request.RemoteEndPoint
        Wait-Example $sender | Should -BeExactly 'Yes, me'
    }

    It 'Send-Request.ps1 learns that nobody is there' {
        $nobody = $socket.LocalEndPoint
        Close-Socket $socket
        $sender = Invoke-Example 'Send-Request.ps1' -ArgumentList '-RemoteEndPoint', $nobody, '-TimeoutSeconds', '20'
        Wait-Peer $sender -TimeoutSeconds 30 | Should -Be 1
        $sender.ErrorOutput | Should -BeLike '*ECONNREFUSED (111)*'
        $sender.Output | Should -BeExactly ''
    }

    It 'Show-PeerAddress.ps1 prints the sender''s address byte by byte over <Family>' -ForEach @(
        @{ Family = 'IPv4'; Local = '127.0.0.1:0' }
        @{ Family = 'IPv6'; Local = '[::1]:0' }
    ) {
        $receiver = Invoke-Example 'Show-PeerAddress.ps1' -ArgumentList '-LocalEndPoint', $Local
        $address = Get-ExampleAddress $receiver
        $sender = New-Socket $Family Datagram | Register-SocketAddress $Local -PassThru
        Send-Datagram $sender 'who am I?' $address
        $port = $sender.LocalEndPoint.Port
        $portBytes = '{0:x2} {1:x2}' -f ($port -shr 8), ($port -band 0xFF)
        $bytes = @{
            IPv4 = "02 00 $portBytes 7f 00 00 01 00 00 00 00 00 00 00 00"
            IPv6 = "0a 00 $portBytes 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 01 00 00 00 00"
        }
        Wait-Example $receiver | Should -BeExactly "waiting on $address", "$($sender.LocalEndPoint) says: who am I?", $bytes[$Family]
    }

    It 'Start-EchoServer.ps1 answers Send-Request.ps1 and others' {
        $server = Invoke-Example 'Start-EchoServer.ps1' -ArgumentList '-LocalEndPoint', '[::1]:0'
        $address = Get-ExampleAddress $server
        foreach ($message in 'echo', 'ECHO') {
            Wait-Example (Invoke-Example 'Send-Request.ps1' -ArgumentList '-RemoteEndPoint', $address, '-Message', $message, '-TimeoutSeconds', '20') |
                Should -BeExactly $message
        }
        Send-Datagram $socket '', ([byte[]](0, 255)) $address
        $answers = @(Receive-Datagram $socket -Count 2 -TimeoutSeconds 10)
        $answers[0].Length | Should -Be 0
        $answers[1].Data | Should -Be ([byte[]](0, 255))
        $server.Process.HasExited | Should -BeFalse
        $server.ErrorOutput | Should -BeExactly ''
    }

    It 'Use-UnixDatagram.ps1 asks and answers over two paths, and leaves none' {
        $directory = (New-Item -ItemType Directory -Path (New-TestPath -Extension 'd')).FullName
        try {
            $example = Invoke-Example 'Use-UnixDatagram.ps1' -ArgumentList '-Directory', $directory
            $lines = Wait-Example $example
            $lines | Should -BeExactly "the server hears 'What is your name?'", "the client hears 'I am the server at $directory/server-$($example.Process.Id).sock'"
            Get-ChildItem -LiteralPath $directory | Should -BeNullOrEmpty
        }
        finally {
            Remove-Item -LiteralPath $directory -Recurse
        }
    }

    It 'are all run here' {
        $calls = foreach ($file in Get-ChildItem -Path $PSScriptRoot -Filter '*Examples.Tests.ps1') {
            [System.Management.Automation.Language.Parser]::ParseFile($file.FullName, [ref] $null, [ref] $null).FindAll({
                    $args[0] -is [System.Management.Automation.Language.CommandAst] -and $args[0].GetCommandName() -eq 'Invoke-Example'
                }, $true)
        }
        $tested = $calls | ForEach-Object { $_.CommandElements[1].Value } | Sort-Object -Unique
        $there = Get-ChildItem -LiteralPath $examples -Filter '*.ps1' -Recurse |
            ForEach-Object { [System.IO.Path]::GetRelativePath($examples, $_.FullName) } |
            Sort-Object
        $there | Should -Be $tested
    }
}
