Describe 'New-SocketPair' {
    BeforeAll {
        . "$PSScriptRoot/../helpers/Common.ps1"

        # What Receive-SocketData will do; one recv(2) is enough for messages this short.
        function Read-Text {
            param($Socket)

            $buffer = [byte[]]::new(64)
            $Socket.ReceiveTimeout = 5000
            [System.Text.Encoding]::UTF8.GetString($buffer, 0, $Socket.Receive($buffer))
        }
    }

    AfterEach {
        Get-Socket | Close-Socket
    }

    BeforeEach {
        if ($IsWindows) {
            Set-ItResult -Skipped -Because 'Windows has no socket pairs'
        }
    }

    It 'makes two stream sockets without an argument' {
        $pair = @(New-SocketPair)

        $pair.Count | Should -Be 2
        foreach ($socket in $pair) {
            $socket.GetType().FullName | Should -Be 'System.Net.Sockets.Socket'
            $socket.AddressFamily | Should -Be 'Unix'
            $socket.SocketType | Should -Be 'Stream'
            "$($socket.State)" | Should -Be 'Connected'
        }
        [object]::ReferenceEquals($pair[0], $pair[1]) | Should -BeFalse
    }

    It 'makes sockets that carry data both ways' {
        $one, $other = New-SocketPair

        $null = $one.Send([byte[]][char[]]'there')
        Read-Text $other | Should -Be 'there'
        $null = $other.Send([byte[]][char[]]'and back')
        Read-Text $one | Should -Be 'and back'
    }

    It 'takes <_>' -ForEach 'Datagram', 'SOCK_DGRAM', 'dgram' {
        foreach ($socket in New-SocketPair $_) {
            $socket.SocketType | Should -Be 'Dgram'
        }
    }

    It 'takes <Name> for <Type>' -ForEach @(
        @{ Name = 'Stream'; Type = 'Stream' }
        @{ Name = 'sock_stream'; Type = 'Stream' }
        @{ Name = 'SeqPacket'; Type = 'Seqpacket' }
        @{ Name = 'SOCK_SEQPACKET'; Type = 'Seqpacket' }
    ) {
        foreach ($socket in New-SocketPair -SocketType $Name) {
            $socket.SocketType | Should -Be $Type
        }
    }

    It 'keeps the messages of a datagram pair apart, which have no sender' {
        $one, $other = New-SocketPair Datagram

        Send-Datagram $one 'a', 'bc'

        $datagrams = Receive-Datagram $other 2 -TimeoutSeconds 5
        $datagrams.Text | Should -Be 'a', 'bc'
        foreach ($datagram in $datagrams) {
            $datagram.RemoteEndPoint | Should -BeNullOrEmpty
        }
    }

    It 'keeps the messages of a SeqPacket pair apart' {
        $one, $other = New-SocketPair SeqPacket

        $null = $one.Send([byte[]][char[]]'a')
        $null = $one.Send([byte[]][char[]]'bc')

        Read-Text $other | Should -Be 'a'
        Read-Text $other | Should -Be 'bc'
    }

    It 'makes sockets without addresses' {
        foreach ($socket in New-SocketPair) {
            $socket.LocalEndPoint | Should -BeNullOrEmpty
            $socket.RemoteEndPoint | Should -BeNullOrEmpty
        }
    }

    It 'puts both on the list of Get-Socket' {
        $pair = New-SocketPair

        (Get-Socket).Id | Should -Be $pair.Id
    }

    It 'is closed in both directions by Close-Socket' {
        $one, $other = New-SocketPair

        Close-Socket $one

        Read-Text $other | Should -BeNullOrEmpty
    }

    It 'reports a type that has no pairs' {
        $pair = New-SocketPair Rdm -ErrorAction SilentlyContinue -ErrorVariable failure

        $pair | Should -BeNullOrEmpty
        $failure.Count | Should -Be 1
        $failure.FullyQualifiedErrorId | Should -BeLike 'SocketNotSupported,*'
        $failure.CategoryInfo.Category | Should -Be 'NotImplemented'
        $failure.Exception.Message | Should -BeLike 'socketpair AF_UNIX *: ESOCKTNOSUPPORT (*'
        $failure.ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
        Get-Socket | Should -BeNullOrEmpty
    }

    It 'refuses "<_>", which is not a type' -ForEach 'Bogus', '1', '' {
        $pair = New-SocketPair $_ -ErrorAction SilentlyContinue -ErrorVariable failure

        $pair | Should -BeNullOrEmpty
        $failure.Count | Should -Be 1
        $failure.FullyQualifiedErrorId | Should -BeLike 'InvalidArgument,*'
        $failure.CategoryInfo.Category | Should -Be 'InvalidArgument'
        $failure.Exception.Message | Should -BeLike "'$_' is not a socket type*"
    }

    It 'shows the system call of <Type> with -Verbose' -ForEach @(
        @{ Type = 'Stream'; Name = 'SOCK_STREAM' }
        @{ Type = 'Datagram'; Name = 'SOCK_DGRAM' }
    ) {
        $verbose = New-SocketPair $Type -Verbose 4>&1 | Where-Object { $_ -is [System.Management.Automation.VerboseRecord] }

        @($verbose).Count | Should -Be 1
        $verbose.Message | Should -BeLike "socketpair(AF_UNIX, $Name*) = 0"
    }

    It 'leaves no descriptor behind' {
        if (-not $IsLinux) {
            Set-ItResult -Skipped -Because 'descriptors are counted in /proc'
        }
        New-SocketPair | Close-Socket
        $before = Get-DescriptorCount

        foreach ($round in 1..50) {
            New-SocketPair | Close-Socket
            $null = New-SocketPair Rdm -ErrorAction SilentlyContinue
        }

        Get-DescriptorCount | Should -BeLessOrEqual $before
    }
}
