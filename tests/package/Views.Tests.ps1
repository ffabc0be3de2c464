# What the prompt shows: tables in 80 columns, no colour of the module's own, system calls with -Verbose,
# questions only where files change, progress bars that go away.

BeforeDiscovery {
    $views = @(
        # Name of the view, what makes the objects, what must be in sight.
        @{ View = 'Socket'; Show = { $server, $pair[0], $longSocket }; Sight = '[::1]:', 'Listening', 'Connected', 'name.sock' }
        @{ View = 'Datagram'; Show = { $datagram, $longDatagram }; Sight = '[::1]:', '70 00', 'name.sock' }
        @{ View = 'SocketErrorInfo'; Show = { Get-SocketError EAFNOSUPPORT, EAI_SERVICE }; Sight = 'EAFNOSUPPORT', 'AddressFamilyNotSupported', 'protocol', 'ai_socktype' }
        @{ View = 'EndPoint'; Show = { New-SocketAddress -EndPoint '[2001:db8:1111:2222:3333:4444:5555:6666]:65535', "/run/$('d' * 90)/name.sock" }; Sight = '[2001:db8:1111:2222:3333:4444:5555:6666]:65535', ('d' * 90) }
        @{ View = 'SocketData'; Show = { $data }; Sight = '[::1]:', '70 00', 'p' }
        @{ View = 'SocketTransfer'; Show = { $transfer }; Sight = 'transfer.bin', '70000', '[::1]:' }
        @{ View = 'ResolvedAddress'; Show = { Resolve-SocketAddress 2001:db8:1111:2222:3333:4444:5555:6666 65535 -SocketType Stream -NumericHost }; Sight = ':65535', 'Stream', 'Tcp' }
        @{ View = 'SocketTest'; Show = { Test-Socket '[2001:db8:1111:2222:3333:4444:5555:6666]:65535', '[::1]:1' -TimeoutSeconds 0.2 }; Sight = ':65535', 'Refused', '[::1]:1' }
        @{ View = 'ResolvedName'; Show = { Resolve-SocketName '[2001:db8:1111:2222:3333:4444:5555:6666]:65535' -NumericHost -NumericService }; Sight = '65535', ':6666' }
        @{ View = 'SocketOptionInfo'; Show = { Get-SocketOption -ListAvailable }; Sight = 'MulticastTimeToLive', 'IPV6_MULTICAST_HOPS', 'connections' }
        @{ View = 'SocketOptionSetting'; Show = { Get-SocketOption $server }; Sight = 'KeepAliveRetryCount', 'IPV6_MULTICAST_HOPS', 'probes' }
        @{ View = 'TlsInfo'; Show = { $protected.Socket.Tls }; Sight = 'Tls1', 'TLS_', 'localhost', 'self-signed' }
        @{ View = 'MessageFormat'; Show = { New-MessageFormat -Field "$('LongName' * 9):8", 'Source:32:ipv4', 'Rest:*' -Name Ping }; Sight = 'ipv4', 'Source' }
        @{ View = 'BinaryMessage'; Show = { ConvertFrom-BinaryMessage -Format 'Source:32:ipv4', 'Rest:*' ([byte[]](127, 0, 0, 1) + [byte[]](0..99)) }; Sight = '127.0.0.1', '3F' }
    )
    $calls = @(
        @{ Command = 'New-Socket'; Arguments = { @{} }; Call = 'socket(*' }
        @{ Command = 'New-SocketPair'; Arguments = { @{} }; Call = 'socketpair(*' }
        @{ Command = 'Get-Socket'; Arguments = { @{ Id = $pair[0].Id } }; Call = 'getsockname(AF_INET6) = `[::1`]:*', 'getpeername(AF_INET6) = `[::1`]:*' }
        @{ Command = 'Close-Socket'; Arguments = { @{ Socket = New-Socket } }; Call = 'close(*' }
        @{ Command = 'Disconnect-Socket'; Arguments = { @{ Socket = (New-SocketPair)[0]; Direction = 'Send' } }; Call = 'shutdown(AF_UNIX*SHUT_WR) = 0' }
        @{ Command = 'Resolve-SocketAddress'; Arguments = { @{ HostName = '::1'; NumericHost = $true } }; Call = 'getaddrinfo(*' }
        @{ Command = 'Resolve-SocketName'; Arguments = { @{ EndPoint = '[::1]:80'; NumericHost = $true; NumericService = $true } }; Call = 'getnameinfo(*' }
        @{ Command = 'Get-SocketHostName'; Arguments = { @{} }; Call = 'gethostname() = ?*' }
        @{ Command = 'Register-SocketAddress'; Arguments = { @{ Socket = New-Socket IPv6; LocalEndPoint = '[::1]:0' } }; Call = 'bind(AF_INET6, `[::1`]:*) = 0' }
        @{ Command = 'Connect-Socket'; Arguments = { @{ RemoteEndPoint = $server.LocalEndPoint } }; Call = 'connect(*' }
        @{ Command = 'Test-Socket'; Arguments = { @{ RemoteEndPoint = $server.LocalEndPoint } }; Call = 'connect(AF_INET6*) = 0', 'close(*' }
        @{ Command = 'Send-Datagram'; Arguments = { @{ Socket = New-Socket IPv6; InputObject = 'x'; RemoteEndPoint = $receiver.LocalEndPoint } }; Call = 'sendto(*' }
        @{ Command = 'Receive-Datagram'; Arguments = { Send-Datagram (New-Socket IPv6) x $receiver.LocalEndPoint; @{ Socket = $receiver; TimeoutSeconds = 10 } }; Call = 'recv*(*' }
        @{ Command = 'Start-SocketListener'; Arguments = { @{ LocalEndPoint = '[::1]:0' } }; Call = 'socket(*', 'bind(*', 'listen(*' }
        @{ Command = 'Receive-SocketConnection'; Arguments = { $null = Connect-Socket $other.LocalEndPoint; @{ Socket = $other; TimeoutSeconds = 10 } }; Call = 'accept*(*' }
        @{ Command = 'Send-SocketData'; Arguments = { @{ Socket = (New-SocketPair)[0]; InputObject = 'x' } }; Call = 'send(*) = 1' }
        @{ Command = 'Receive-SocketData'; Arguments = { $one, $two = New-SocketPair; Send-SocketData $one x; @{ Socket = $two; TimeoutSeconds = 10 } }; Call = 'recv(*) = 1' }
        @{ Command = 'Wait-Socket'; Arguments = { @{ Socket = $pair[0]; For = 'Write'; TimeoutSeconds = 10 } }; Call = 'poll(1 sockets, Write) = 1' }
        @{ Command = 'Enter-Socket'; Arguments = { $one, $two = New-SocketPair; Disconnect-Socket $two -Direction Send; @{ Socket = $one; InputObject = 'x' } }; Call = 'recv(*) = 0' }
        @{ Command = 'Join-Socket'; Arguments = { $one, $far = New-SocketPair; $two, $end = New-SocketPair; Send-SocketData $far x; $far, $end | Disconnect-Socket -Direction Send; @{ Socket = $one; OtherSocket = $two } }; Call = 'recv(*) = 1', 'send(*) = 1', 'shutdown(*SHUT_WR) = 0', 'join: 1 bytes from *' }
        @{ Command = 'Protect-Socket'; Arguments = { $ours, $far = New-TcpPair; $null = Start-RawTlsServer $far $certificate; @{ Socket = $ours; TargetHost = 'localhost'; TrustedCertificate = $certificate; TimeoutSeconds = 10 } }; Call = 'send(*', 'recv(*', 'TLS handshake = Tls1*' }
        @{ Command = 'Get-SocketOption'; Arguments = { @{ Socket = $pair[0]; Name = 'NoDelay' } }; Call = 'getsockopt(*TCP_NODELAY) = *' }
        @{ Command = 'Get-SocketOption'; Arguments = { @{ Socket = $pair[0] } }; Call = 'getsockopt(*TCP_NODELAY) = *' }
        @{ Command = 'Set-SocketOption'; Arguments = { @{ Socket = $pair[0]; Name = 'NoDelay'; Value = $true } }; Call = 'setsockopt(*TCP_NODELAY*) = 0' }
        @{ Command = 'Add-SocketMulticastGroup'; Arguments = { @{ Socket = $member; Group = '239.255.7.7'; Interface = '127.0.0.1' } }; Call = 'setsockopt(*239.255.7.7*) = 0' }
        @{ Command = 'Remove-SocketMulticastGroup'; Arguments = { @{ Socket = $member; Group = '239.255.7.7'; Interface = '127.0.0.1' } }; Call = 'setsockopt(*239.255.7.7*) = 0' }
    )
    # These compute, and ask the system for nothing.
    $pure = @(
        'ConvertFrom-AddressByte', 'ConvertFrom-BinaryMessage', 'ConvertFrom-NetworkOrder', 'ConvertTo-AddressByte', 'ConvertTo-BinaryMessage'
        'ConvertTo-NetworkOrder', 'Format-MessageDiagram', 'Get-SocketError', 'New-MessageFormat', 'New-SocketAddress', 'New-SocketCertificate'
    )
    $calling = @{ Seen = @($calls.Command) + $pure }
}

BeforeAll {
    . $PSScriptRoot/../helpers/Common.ps1
    . $PSScriptRoot/../helpers/Tls.ps1
    $root = (Resolve-Path -LiteralPath "$PSScriptRoot/../..").ProviderPath
    $rendering = $PSStyle.OutputRendering
    $PSStyle.OutputRendering = 'PlainText'

    function Get-ShownLine {
        param([Parameter(Mandatory, Position = 0)] [object[]] $InputObject)

        ($InputObject | Out-String -Width 80).TrimEnd() -split '\r?\n'
    }

    $server = Start-SocketListener -LocalEndPoint '[::1]:0'
    $other = Start-SocketListener -LocalEndPoint '[::1]:0'
    $connected = Connect-Socket $server.LocalEndPoint
    $pair = $connected, (Receive-SocketConnection $server -TimeoutSeconds 10)
    $receiver = New-Socket IPv6 | Register-SocketAddress '[::1]:0' -PassThru
    $member = New-Socket IPv4 Datagram | Register-SocketAddress '0.0.0.0:0' -PassThru
    $payload = [System.Text.Encoding]::ASCII.GetBytes('p') + [byte[]]::new(300)

    Send-Datagram (New-Socket IPv6) $payload $receiver.LocalEndPoint
    $datagram = Receive-Datagram $receiver -TimeoutSeconds 10
    Send-SocketData $pair[0] $payload
    $data = Receive-SocketData $pair[1] -Length $payload.Length -TimeoutSeconds 10

    $certificate = New-SocketCertificate
    $protected = New-TlsPair $certificate

    # A path of a UNIX socket may have 107 characters.
    $longDirectory = Join-Path $TestDrive ('d' * [Math]::Max(1, 80 - $TestDrive.Length))
    $null = New-Item -ItemType Directory -Path $longDirectory
    $longSocket = New-Socket Unix Datagram | Register-SocketAddress "$longDirectory/name.sock" -PassThru
    $unixReceiver = New-Socket Unix Datagram | Register-SocketAddress "$TestDrive/r" -PassThru
    Send-Datagram $longSocket $payload "$TestDrive/r"
    $longDatagram = Receive-Datagram $unixReceiver -TimeoutSeconds 10

    $file = Join-Path $TestDrive 'transfer.bin'
    [System.IO.File]::WriteAllBytes($file, [byte[]]::new(70000))
    $reader = Start-Worker { param($Socket) $null = Receive-SocketData $Socket -Length 70000 -TimeoutSeconds 10 } -ArgumentList $pair[1]
    $transfer = Send-SocketData $pair[0] -Path $file -PassThru
    (Wait-Worker $reader).Errors | Should -BeNullOrEmpty
}

AfterAll {
    $PSStyle.OutputRendering = $rendering
    Get-Socket | Close-Socket
}

Describe 'Tables in 80 columns' {
    It 'shows <View> in lines that fit, and what matters whole' -ForEach $views {
        $lines = Get-ShownLine (& $Show)
        $lines | Where-Object Length -GT 80 | Should -BeNullOrEmpty
        $text = $lines -join "`n"
        # What was wrapped reads as one word.
        $unwrapped = $text -replace '\s+'
        foreach ($part in $Sight) {
            $unwrapped | Should -BeLike "*$([wildcardpattern]::Escape($part -replace '\s+'))*"
        }
        $text | Should -Not -Match "`e"
    }

    It 'has each view among these' -ForEach @{ Tested = $views.View } {
        $named = ([xml](Get-Content -LiteralPath "$root/src/PSSockets/PSSockets.Format.ps1xml" -Raw)).Configuration.ViewDefinitions.View.Name | Select-Object -Unique
        # One view shows both formats and messages.
        ($named | Sort-Object) | Should -Be ($Tested -replace '^(MessageFormat|BinaryMessage)$', 'Message' | Sort-Object -Unique)
    }

    It 'cuts no column in the tables of <_>' -ForEach 'SocketErrorInfo', 'SocketOptionInfo', 'SocketOptionSetting' {
        $objects = switch ($_) {
            'SocketErrorInfo' { Get-SocketError }
            'SocketOptionInfo' { Get-SocketOption -ListAvailable }
            'SocketOptionSetting' { Get-SocketOption $server; Get-SocketOption $member }
        }
        Get-ShownLine $objects | Where-Object { $_ -match '…' } | Should -BeNullOrEmpty
    }

    It 'keeps the port of <Text>' -ForEach @(
        @{ Text = '[2001:db8:1111:2222:3333:4444:5555:6666]:65535'; End = ':65535' }
        @{ Text = '[fe80::5054:ff:fe12:3456%1]:55555'; End = '%1]:55555' }
        @{ Text = '/run/user/1000/directory/name.sock'; End = 'name.sock' }
        @{ Text = '[::1]:65535'; End = '[::1]:65535' }
    ) {
        $shown = [PSSockets.Views.EndPointView]::Shortened((New-SocketAddress -EndPoint $Text), 23)
        $shown.Length | Should -BeLessOrEqual 23
        $shown | Should -BeLike "$([wildcardpattern]::Escape($Text.Substring(0, 4)))*"
        $shown | Should -BeLike "*$([wildcardpattern]::Escape($End))"
    }

    It 'shows more of the last column where the terminal is wider' {
        $endPoint = New-SocketAddress -EndPoint '[2001:db8:1111:2222:3333:4444:5555:6666]:65535'
        [PSSockets.Views.EndPointView]::Last($endPoint, 24, $null).Length | Should -Be 24
        [PSSockets.Views.EndPointView]::Last($endPoint, 60, $null) | Should -BeExactly "$endPoint"
        { [PSSockets.Views.EndPointView]::Last($endPoint, 24, $Host) } | Should -Not -Throw
    }
}

Describe 'Colour' {
    It 'is left to $PSStyle: no escape sequence stands in the sources' {
        $sources = Get-ChildItem -Path "$root/src" -Include '*.cs', '*.ps1xml' -Recurse | Where-Object FullName -NotMatch '[\\/](obj|bin)[\\/]'
        $sources.Count | Should -BeGreaterThan 100
        $sources | Select-String -Pattern '\x1b|\\e\[|\\x1b|\\u001b|\\033|&#x?1b;|\[char\]27' | Should -BeNullOrEmpty
    }
}

Describe '-Verbose' {
    It 'shows the system call of <Command>: <Call>' -ForEach $calls {
        if (-not $IsLinux -and $Command -eq 'New-SocketPair') {
            Set-ItResult -Skipped -Because 'only Unix has socketpair'
            return
        }
        $arguments = & $Arguments
        $messages = (& $Command @arguments -Verbose 4>&1 | Where-Object { $_ -is [System.Management.Automation.VerboseRecord] }).Message
        foreach ($one in $Call) {
            @($messages -like $one).Count | Should -BeGreaterThan 0 -Because "it has shown: $messages"
        }
    }

    It 'is tried with every cmdlet' -ForEach $calling {
        ((Get-Command -Module PSSockets).Name | Where-Object { $_ -notin $Seen }) | Should -BeNullOrEmpty
    }
}

Describe '-WhatIf and -Confirm' {
    It 'are there where a file may be overwritten or removed, and nowhere else' {
        (Get-Command -Module PSSockets | Where-Object { $_.Parameters.ContainsKey('WhatIf') }).Name | Sort-Object |
            Should -Be 'New-SocketCertificate', 'Receive-SocketData', 'Register-SocketAddress'
    }
}

Describe 'Progress bars' {
    BeforeEach {
        $client = Connect-Socket $other.LocalEndPoint
        $accepted = Receive-SocketConnection $other -TimeoutSeconds 10
        $received = New-TestPath -Extension bin
        $worker = $null
    }

    AfterEach {
        if ($worker) { $null = Stop-Worker $worker -AllowEnded }
        Close-Socket $client, $accepted
        Remove-Item -LiteralPath $received -ErrorAction Ignore
    }

    It 'go away when Ctrl+C stops Receive-SocketData -OutFile' {
        $worker = Start-Worker { param($Socket, $Path) Receive-SocketData $Socket -OutFile $Path } -ArgumentList $accepted, $received
        $progress = $worker.PowerShell.Streams.Progress
        Wait-Until -Because 'a progress bar comes' {
            $null = $client.Send([byte[]]::new(20000))
            $progress.Count -gt 0
        }
        $null = Stop-Worker $worker
        $worker = $null
        $progress[0].RecordType | Should -Be 'Processing'
        $progress[$progress.Count - 1].RecordType | Should -Be 'Completed'
        $progress.ActivityId | Select-Object -Unique | Should -HaveCount 1
    }

    It 'go away when Ctrl+C stops Send-SocketData -Path' {
        $worker = Start-Worker { param($Socket, $Path) Send-SocketData $Socket -Path $Path } -ArgumentList $client, '/dev/zero'
        if (-not (Test-Path -LiteralPath /dev/zero)) {
            Set-ItResult -Skipped -Because 'there is no file without end'
            return
        }
        $progress = $worker.PowerShell.Streams.Progress
        Wait-Until -Because 'a progress bar comes' {
            $null = Receive-SocketData $accepted -TimeoutSeconds 10
            $progress.Count -gt 0
        }
        $null = Stop-Worker $worker
        $worker = $null
        $progress[$progress.Count - 1].RecordType | Should -Be 'Completed'
    }

    It 'go away when the connection fails' {
        $worker = Start-Worker { param($Socket, $Path) Receive-SocketData $Socket -OutFile $Path } -ArgumentList $accepted, $received
        $progress = $worker.PowerShell.Streams.Progress
        Wait-Until -Because 'a progress bar comes' {
            $null = $client.Send([byte[]]::new(20000))
            $progress.Count -gt 0
        }
        Set-SocketOption $client Linger 0
        Close-Socket $client
        $failures = (Wait-Worker $worker).Errors
        $worker = $null
        Assert-Failure $failures -Id ConnectionReset -Category ConnectionError
        $progress[$progress.Count - 1].RecordType | Should -Be 'Completed'
    }

    It 'do not come at all for a short file' {
        $worker = Start-Worker { param($Socket, $Path) Receive-SocketData $Socket -OutFile $Path } -ArgumentList $accepted, $received
        $progress = $worker.PowerShell.Streams.Progress
        Send-SocketData $client 'short'
        Close-Socket $client
        (Wait-Worker $worker).Errors | Should -BeNullOrEmpty
        $worker = $null
        $progress.Count | Should -Be 0
    }
}
