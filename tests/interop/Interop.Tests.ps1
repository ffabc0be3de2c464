BeforeAll {
    . $PSScriptRoot/../helpers/Common.ps1

    # Writes text to the standard input of a peer.
    function Write-PeerInput {
        param(
            [Parameter(Mandatory, Position = 0)] [psobject] $Peer,
            [Parameter(Mandatory, Position = 1)] [string] $Text
        )

        $bytes = [System.Text.Encoding]::UTF8.GetBytes($Text)
        $Peer.Input.Write($bytes, 0, $bytes.Length)
        $Peer.Input.Flush()
    }

    # The UDP port that a peer was given for its port 0: the kernel's table has it under the number of its socket.
    function Get-PeerPort {
        param([Parameter(Mandatory, Position = 0)] [psobject] $Peer)

        $found = @{}
        Wait-Until -Because 'the peer opens its port' {
            if ($Peer.Process.HasExited) {
                throw "The peer has ended: $($Peer.ErrorOutput)"
            }
            $sockets = @(
                [System.IO.Directory]::GetFileSystemEntries("/proc/$($Peer.Process.Id)/fd") |
                    ForEach-Object { [System.IO.FileInfo]::new($_).LinkTarget } |
                    Where-Object { $_ -like 'socket:*' } |
                    ForEach-Object { $_ -replace '\D' }
            )
            $line = @(
                Get-Content -LiteralPath /proc/net/udp, /proc/net/udp6 |
                    ForEach-Object { , ($_.Trim() -split '\s+') } |
                    Where-Object { $_[9] -in $sockets }
            )
            if ($line) {
                $found.Port = [Convert]::ToInt32(($line[0][1] -split ':')[-1], 16)
            }
            $found.Port -gt 0
        }
        $found.Port
    }

    # The first line that a peer writes.
    function Get-PeerLine {
        param(
            [Parameter(Mandatory, Position = 0)] [psobject] $Peer,
            [Parameter(Position = 1)] [int] $Index = 0,
            [double] $TimeoutSeconds = 20
        )

        Wait-Until -TimeoutSeconds $TimeoutSeconds -Because "a line comes of the peer, which says: $($Peer.ErrorOutput)" {
            ($Peer.Output -split '\n').Count -gt $Index + 1
        }
        ($Peer.Output -split '\r?\n')[$Index]
    }

    function ConvertTo-Hex {
        param([Parameter(Mandatory, Position = 0)] [byte[]] $Bytes)

        [Convert]::ToHexString($Bytes).ToLowerInvariant()
    }
}

Describe 'Programs of other people' {
    BeforeEach {
        $peer = $null
    }

    AfterEach {
        Stop-Peer $peer
        Get-Socket | Close-Socket
    }

    Context '<Program>' -ForEach @(
        @{ Program = 'socat' }
        @{ Program = 'ncat' }
        @{ Program = 'nc.openbsd' }
    ) {
        BeforeEach {
            if (-not (Test-Program $Program)) {
                Set-ItResult -Skipped -Because "$Program is not installed"
            }
        }

        It 'asks over <Family> and hears the answer' -ForEach @(
            @{ Family = 'IPv4'; Address = '127.0.0.1' }
            @{ Family = 'IPv6'; Address = '::1' }
        ) {
            $server = New-Socket $Family Datagram | Register-SocketAddress (New-SocketAddress -IPAddress $Address -Port 0) -PassThru
            $port = $server.LocalEndPoint.Port
            $arguments = switch ($Program) {
                'socat' { $Family -eq 'IPv4' ? @('-', "UDP4:127.0.0.1:$port") : @('-', "UDP6:[::1]:$port") }
                'ncat' { '-u', $Address, $port }
                'nc.openbsd' { '-u', $Address, $port }
            }
            $peer = Start-Peer $Program -ArgumentList $arguments
            Write-PeerInput $peer "Wie geht's, naïve €?`n"
            $question = Receive-Datagram $server -TimeoutSeconds 10
            $question.Text | Should -BeExactly "Wie geht's, naïve €?`n"
            "$($question.RemoteEndPoint.Address)" | Should -Be $Address
            $question.RemoteEndPoint.Port | Should -Be (Get-PeerPort $peer)

            Send-Datagram $server "Gut, 5 €.`n" $question.RemoteEndPoint
            Wait-Until { $peer.Output -ceq "Gut, 5 €.`n" }
        }

        It 'hears a question over <Family> and answers' -ForEach @(
            @{ Family = 'IPv4'; Address = '127.0.0.1' }
            @{ Family = 'IPv6'; Address = '::1' }
        ) {
            $arguments = switch ($Program) {
                'socat' { $Family -eq 'IPv4' ? @('-', 'UDP4-LISTEN:0,bind=127.0.0.1') : @('-', 'UDP6-LISTEN:0,bind=[::1]') }
                'ncat' { '-u', '-l', $Address, '0' }
                'nc.openbsd' { '-u', '-l', $Address, '0' }
            }
            $peer = Start-Peer $Program -ArgumentList $arguments
            $there = New-SocketAddress -IPAddress $Address -Port (Get-PeerPort $peer)
            $client = New-Socket $Family Datagram
            Send-Datagram $client "A question €`n" $there
            Wait-Until { $peer.Output -ceq "A question €`n" }

            Write-PeerInput $peer "An answer €`n"
            $answer = Receive-Datagram $client -TimeoutSeconds 10
            $answer.Text | Should -BeExactly "An answer €`n"
            $answer.RemoteEndPoint | Should -Be $there
        }
    }

    Context 'socat' {
        BeforeEach {
            if (-not (Test-Program socat)) {
                Set-ItResult -Skipped -Because 'socat is not installed'
            }
        }

        It 'echoes datagrams with their boundaries over <Family>' -ForEach @(
            @{ Family = 'IPv4'; Address = '127.0.0.1'; Listen = 'UDP4-LISTEN:0,bind=127.0.0.1' }
            @{ Family = 'IPv6'; Address = '::1'; Listen = 'UDP6-LISTEN:0,bind=[::1]' }
        ) {
            $peer = Start-Peer socat -ArgumentList '-b', '65536', $Listen, 'PIPE'
            $client = New-Socket $Family Datagram | Connect-Socket (New-SocketAddress -IPAddress $Address -Port (Get-PeerPort $peer)) -PassThru
            foreach ($length in 1, 200, 1500, 9000) {
                $message = [byte[]]::new($length)
                [System.Random]::new($length).NextBytes($message)
                Send-Datagram $client $message
                ConvertTo-Hex (Receive-Datagram $client -TimeoutSeconds 10 -AsByteArray) | Should -Be (ConvertTo-Hex $message)
            }
        }

        It 'talks to one dual-mode socket over IPv4 and IPv6' {
            # Its first datagram gives it a port, at which both families reach it.
            $server = New-Socket
            $first = New-Socket IPv6 Datagram | Register-SocketAddress '[::1]:0' -PassThru
            Send-Datagram $server 'give me a port' $first.LocalEndPoint
            $port = $server.LocalEndPoint.Port
            $peer = Start-Peer socat -ArgumentList '-', "UDP4:127.0.0.1:$port"
            $other = Start-Peer socat -ArgumentList '-', "UDP6:[::1]:$port"
            try {
                Write-PeerInput $peer 'over IPv4'
                $first = Receive-Datagram $server -TimeoutSeconds 10
                Write-PeerInput $other 'over IPv6'
                $second = Receive-Datagram $server -TimeoutSeconds 10

                $first.Text | Should -Be 'over IPv4'
                $first.RemoteEndPoint.Address.IsIPv4MappedToIPv6 | Should -BeTrue
                $first.RemoteEndPoint.Address.MapToIPv4() | Should -Be ([ipaddress]::Loopback)
                $first.LocalAddress.MapToIPv4() | Should -Be ([ipaddress]::Loopback)
                $second.Text | Should -Be 'over IPv6'
                $second.RemoteEndPoint.Address | Should -Be ([ipaddress]::IPv6Loopback)
                $second.LocalAddress | Should -Be ([ipaddress]::IPv6Loopback)

                $first, $second | Send-Datagram
                Wait-Until { $peer.Output -eq 'over IPv4' }
                Wait-Until { $other.Output -eq 'over IPv6' }
            }
            finally {
                Stop-Peer $other
            }
        }

        It 'hears one dual-mode socket over IPv4 and IPv6' {
            $client = New-Socket
            $peer = Start-Peer socat -ArgumentList '-u', 'UDP4-RECV:0,bind=127.0.0.1', '-'
            $other = Start-Peer socat -ArgumentList '-u', 'UDP6-RECV:0,bind=[::1]', '-'
            try {
                Send-Datagram $client 'over IPv4' "127.0.0.1:$(Get-PeerPort $peer)"
                Send-Datagram $client 'over IPv6' "[::1]:$(Get-PeerPort $other)"
                Wait-Until { $peer.Output -eq 'over IPv4' }
                Wait-Until { $other.Output -eq 'over IPv6' }
            }
            finally {
                Stop-Peer $other
            }
        }

        It 'asks over UNIX sockets with paths and hears the answer' {
            $server = New-Socket Unix Datagram | Register-SocketAddress (New-TestPath) -PassThru
            $name = New-TestPath
            $peer = Start-Peer socat -ArgumentList '-', "UNIX-SENDTO:$($server.LocalEndPoint),bind=$name"
            Write-PeerInput $peer 'question'
            $question = Receive-Datagram $server -TimeoutSeconds 10
            $question.Text | Should -Be 'question'
            "$($question.RemoteEndPoint)" | Should -Be $name
            Send-Datagram $server 'answer' $question.RemoteEndPoint
            Wait-Until { $peer.Output -eq 'answer' }
            Stop-Peer $peer
            $peer = $null
            Remove-Item -LiteralPath $name -ErrorAction Ignore
        }

        It 'hears a question over UNIX sockets with paths and answers' {
            $path = New-TestPath
            $peer = Start-Peer socat -ArgumentList "UNIX-RECVFROM:$path", 'PIPE'
            Wait-Until { Test-Path -LiteralPath $path }
            $client = New-Socket Unix Datagram | Register-SocketAddress (New-TestPath) -PassThru
            Send-Datagram $client 'question' $path
            $answer = Receive-Datagram $client -TimeoutSeconds 10
            $answer.Text | Should -Be 'question'
            "$($answer.RemoteEndPoint)" | Should -Be $path
            Wait-Peer $peer | Should -Be 0
            Remove-Item -LiteralPath $path -ErrorAction Ignore
        }

        It 'asks over abstract names and hears the answer' {
            $server = New-Socket Unix Datagram | Register-SocketAddress "@pssockets-$([guid]::NewGuid())" -PassThru
            $name = "pssockets-$([guid]::NewGuid())"
            $peer = Start-Peer socat -ArgumentList '-', "ABSTRACT-SENDTO:$("$($server.LocalEndPoint)".Substring(1)),bind=$name"
            Write-PeerInput $peer 'question'
            $question = Receive-Datagram $server -TimeoutSeconds 10
            $question.Text | Should -Be 'question'
            "$($question.RemoteEndPoint)" | Should -Be "@$name"
            $question | Send-Datagram
            Wait-Until { $peer.Output -eq 'question' }
        }

        It 'hears a question over abstract names and answers' {
            $name = "pssockets-$([guid]::NewGuid())"
            $peer = Start-Peer socat -ArgumentList "ABSTRACT-RECVFROM:$name", 'PIPE'
            Wait-Until { (Get-Content -LiteralPath /proc/net/unix) -like "*@$name" }
            $client = New-Socket Unix Datagram | Register-SocketAddress "@pssockets-$([guid]::NewGuid())" -PassThru
            Send-Datagram $client 'question' "@$name"
            $answer = Receive-Datagram $client -TimeoutSeconds 10
            $answer.Text | Should -Be 'question'
            "$($answer.RemoteEndPoint)" | Should -Be "@$name"
            Wait-Peer $peer | Should -Be 0
        }
    }
}

Describe 'Programs in C' {
    BeforeAll {
        $hasCompiler = Test-Program cc
        if (-not $hasCompiler) {
            return
        }

        # receive HOST PORT, receive PATH: binds, prints its own end (a port), the raw bytes of peer_addr, the message; answers.
        # send HOST PORT MESSAGE [FROM], send PATH MESSAGE FROM: prints the raw bytes of its own address after sending, then the answer.
        # FROM is the path, or for IPv4 and IPv6 the address, that it binds before.
        $program = Build-CProgram -Directory $TestDrive -Name peer -Source @'
#define _GNU_SOURCE
#include <netdb.h>
#include <netinet/in.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static void fail(const char *what)
{
    perror(what);
    exit(1);
}

static socklen_t address_of(const char *host, const char *port, struct sockaddr_storage *address)
{
    memset(address, 0, sizeof *address);
    if (port == NULL) {
        struct sockaddr_un *path = (struct sockaddr_un *)address;
        path->sun_family = AF_UNIX;
        strncpy(path->sun_path, host, sizeof path->sun_path - 1);
        if (host[0] == '@') {
            path->sun_path[0] = 0;
            return offsetof(struct sockaddr_un, sun_path) + strlen(host);
        }
        return sizeof *path;
    }
    struct addrinfo hints = { .ai_flags = AI_NUMERICHOST, .ai_socktype = SOCK_DGRAM }, *found;
    int error = getaddrinfo(host, port, &hints, &found);
    if (error != 0) {
        fprintf(stderr, "%s: %s\n", host, gai_strerror(error));
        exit(1);
    }
    memcpy(address, found->ai_addr, found->ai_addrlen);
    socklen_t length = found->ai_addrlen;
    freeaddrinfo(found);
    return length;
}

static void print_hex(const void *bytes, socklen_t length)
{
    for (socklen_t index = 0; index < length; index++)
        printf("%02x", ((const unsigned char *)bytes)[index]);
    printf("\n");
}

int main(int count, char **arguments)
{
    (void)count;
    setvbuf(stdout, NULL, _IOLBF, 0);
    int is_receiver = strcmp(arguments[1], "receive") == 0;
    int is_unix = strchr("/@.", arguments[2][0]) != NULL;
    char **next = arguments + 2;
    const char *host = *next++;
    const char *port = is_unix ? NULL : *next++;
    struct sockaddr_storage address, peer_addr, own;
    char message[65536];
    socklen_t length = address_of(host, port, &address);
    int sockfd = socket(address.ss_family, SOCK_DGRAM, 0);
    if (sockfd < 0)
        fail("socket");

    if (is_receiver) {
        if (bind(sockfd, (struct sockaddr *)&address, length) < 0)
            fail("bind");
        length = sizeof own;
        getsockname(sockfd, (struct sockaddr *)&own, &length);
        if (own.ss_family == AF_UNIX)
            printf("bound\n");
        else
            printf("%d\n", ntohs(own.ss_family == AF_INET ? ((struct sockaddr_in *)&own)->sin_port : ((struct sockaddr_in6 *)&own)->sin6_port));
        socklen_t peer_length = sizeof peer_addr;
        ssize_t received = recvfrom(sockfd, message, sizeof message, 0, (struct sockaddr *)&peer_addr, &peer_length);
        if (received < 0)
            fail("recvfrom");
        print_hex(&peer_addr, peer_length);
        printf("%.*s\n", (int)received, message);
        if (sendto(sockfd, "answer from C", 13, 0, (struct sockaddr *)&peer_addr, peer_length) < 0)
            fail("sendto");
        return 0;
    }

    const char *text = *next++;
    if (*next != NULL) {
        struct sockaddr_storage from;
        socklen_t from_length = address_of(*next, is_unix ? NULL : "0", &from);
        if (bind(sockfd, (struct sockaddr *)&from, from_length) < 0)
            fail("bind");
    }
    if (sendto(sockfd, text, strlen(text), 0, (struct sockaddr *)&address, length) < 0)
        fail("sendto");
    length = sizeof own;
    getsockname(sockfd, (struct sockaddr *)&own, &length);
    print_hex(&own, length);
    ssize_t received = recvfrom(sockfd, message, sizeof message, 0, NULL, NULL);
    if (received < 0)
        fail("recvfrom");
    printf("%.*s\n", (int)received, message);
    return 0;
}
'@
        $order = Build-CProgram -Directory $TestDrive -Name order -Source @'
#include <arpa/inet.h>
#include <endian.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

int main(int count, char **arguments)
{
    for (int index = 1; index < count; index++) {
        uint64_t value = strtoull(arguments[index], NULL, 10);
        printf("%" PRIu16 " %" PRIu32 " %" PRIu64 "\n", htons((uint16_t)value), htonl((uint32_t)value), htobe64(value));
    }
    return 0;
}
'@
    }

    BeforeEach {
        $peer = $null
        if (-not $hasCompiler) {
            Set-ItResult -Skipped -Because 'no C compiler (cc) is installed'
        }
    }

    AfterEach {
        Stop-Peer $peer
        Get-Socket | Close-Socket
    }

    It 'hear a message, see its sender as the same bytes, and answer: <Family><Kind>' -ForEach @(
        @{ Family = 'IPv4'; Kind = ''; At = { '127.0.0.1' }; Local = { '127.0.0.1:0' } }
        @{ Family = 'IPv6'; Kind = ''; At = { '::1' }; Local = { '[::1]:0' } }
        @{ Family = 'Unix'; Kind = ' with paths'; At = { New-TestPath }; Local = { New-TestPath } }
        @{ Family = 'Unix'; Kind = ' with abstract names'; At = { "@pss-$([guid]::NewGuid())" }; Local = { "@pss-$([guid]::NewGuid())" } }
    ) {
        $where = & $At
        $peer = Start-Peer $program -ArgumentList @('receive', $where; if ($Family -ne 'Unix') { '0' })
        $first = Get-PeerLine $peer
        $there = New-SocketAddress -EndPoint ($Family -eq 'Unix' ? $where : $Family -eq 'IPv4' ? "${where}:$first" : "[$where]:$first")
        $socket = New-Socket $Family Datagram | Register-SocketAddress (& $Local) -PassThru
        Send-Datagram $socket 'a message for C, €' $there
        $hex = Get-PeerLine $peer 1
        $hex | Should -Be (ConvertTo-Hex (ConvertTo-AddressByte $socket.LocalEndPoint -SocketAddress))
        Get-PeerLine $peer 2 | Should -BeExactly 'a message for C, €'
        $back = ConvertFrom-AddressByte ([Convert]::FromHexString($hex)) -SocketAddress
        "$back" | Should -Be "$($socket.LocalEndPoint)"
        $back | Should -BeOfType $socket.LocalEndPoint.GetType()

        $answer = Receive-Datagram $socket -TimeoutSeconds 10
        $answer.Text | Should -Be 'answer from C'
        "$($answer.RemoteEndPoint)" | Should -Be "$there"
        Wait-Peer $peer | Should -Be 0
        if ($where[0] -eq '/') {
            Remove-Item -LiteralPath $where
        }
    }

    It 'send a message, are seen as the same bytes, and hear the answer: <Family><Kind>' -ForEach @(
        @{ Family = 'IPv4'; Kind = ''; From = { '127.0.0.1' }; Local = { '127.0.0.1:0' } }
        @{ Family = 'IPv6'; Kind = ''; From = { '::1' }; Local = { '[::1]:0' } }
        @{ Family = 'Unix'; Kind = ' with paths'; From = { New-TestPath }; Local = { New-TestPath } }
        @{ Family = 'Unix'; Kind = ' with abstract names'; From = { "@pss-$([guid]::NewGuid())" }; Local = { "@pss-$([guid]::NewGuid())" } }
    ) {
        $socket = New-Socket $Family Datagram | Register-SocketAddress (& $Local) -PassThru
        $own = & $From
        $to = $Family -eq 'Unix' ? @("$($socket.LocalEndPoint)") : @($own, $socket.LocalEndPoint.Port)
        $peer = Start-Peer $program -ArgumentList @('send'; $to; 'a message from C, €'; $own)
        $question = Receive-Datagram $socket -TimeoutSeconds 10
        $question.Text | Should -BeExactly 'a message from C, €'
        $hex = Get-PeerLine $peer
        ConvertTo-Hex (ConvertTo-AddressByte $question.RemoteEndPoint -SocketAddress) | Should -Be $hex
        "$(ConvertFrom-AddressByte ([Convert]::FromHexString($hex)) -SocketAddress)" | Should -Be "$($question.RemoteEndPoint)"

        $question | Send-Datagram
        Get-PeerLine $peer 1 | Should -BeExactly 'a message from C, €'
        Wait-Peer $peer | Should -Be 0
        if ($own[0] -eq '/') {
            Remove-Item -LiteralPath $own
        }
    }

    It 'see a link-local sender with the scope that the kernel gives it, and are answered there' {
        # In a network namespace of its own, where the loopback interface gets a link-local address.
        $namespace = "ip link set lo up && ip address add fe80::77/64 dev lo nodad"
        if (-not (Test-Program unshare) -or -not (Test-Program ip)) {
            Set-ItResult -Skipped -Because 'unshare or ip is not installed, which make a link-local address'
            return
        }
        $try = Start-Peer unshare -ArgumentList '--net', 'sh', '-c', $namespace
        try {
            if ((Wait-Peer $try) -ne 0) {
                Set-ItResult -Skipped -Because "this user may not make a network namespace: $($try.ErrorOutput.Trim())"
                return
            }
        }
        finally {
            Stop-Peer $try
        }

        $script = Join-Path $TestDrive 'scope.ps1'
        Set-Content -LiteralPath $script -Value @'
param($Common, $Program)
$ErrorActionPreference = 'Stop'
. $Common
$result = [ordered]@{}

# C receives from PowerShell.
$peer = Start-Peer $Program -ArgumentList 'receive', 'fe80::77%lo', '0'
Wait-Until { $peer.Output -match '^\d+\n' }
$socket = New-Socket IPv6 Datagram | Register-SocketAddress '[fe80::77%lo]:0' -PassThru
Send-Datagram $socket 'linked' "[fe80::77%lo]:$($peer.Output.Trim())"
$answer = Receive-Datagram $socket -TimeoutSeconds 10
$null = Wait-Peer $peer
$result.SeenByC = ($peer.Output -split '\n')[1]
$result.LocalBytes = [Convert]::ToHexString((ConvertTo-AddressByte $socket.LocalEndPoint -SocketAddress)).ToLowerInvariant()
$result.Local = "$($socket.LocalEndPoint)"
$result.Back = "$(ConvertFrom-AddressByte ([Convert]::FromHexString($result.SeenByC)) -SocketAddress)"
$result.Answer = $answer.Text
Stop-Peer $peer

# PowerShell receives from C, and answers.
$peer = Start-Peer $Program -ArgumentList 'send', 'fe80::77%lo', $socket.LocalEndPoint.Port, 'linked too', 'fe80::77%lo'
$datagram = Receive-Datagram $socket -TimeoutSeconds 10
$result.ScopeId = $datagram.RemoteEndPoint.Address.ScopeId
$result.InterfaceIndex = $datagram.InterfaceIndex
$result.PeerBytes = [Convert]::ToHexString((ConvertTo-AddressByte $datagram.RemoteEndPoint -SocketAddress)).ToLowerInvariant()
$datagram | Send-Datagram
$null = Wait-Peer $peer
$result.SentByC = ($peer.Output -split '\n')[0]
$result.Echo = ($peer.Output -split '\n')[1]
Stop-Peer $peer
Get-Socket | Close-Socket
$result.Index = [int](Get-Content /sys/class/net/lo/ifindex)
[pscustomobject]$result | ConvertTo-Json -Compress
'@
        $command = "$namespace && exec `"`$@`""
        $peer = Start-Peer unshare -ArgumentList @('--net', 'sh', '-c', $command, 'sh', $pwsh; $pwshStart; '-File', $script, "$PSScriptRoot/../helpers/Common.ps1", $program)
        Wait-Peer $peer -TimeoutSeconds 60 | Should -Be 0 -Because "$($peer.ErrorOutput) $($peer.Output)"
        $result = $peer.Output | ConvertFrom-Json

        $result.SeenByC | Should -Be $result.LocalBytes
        [Convert]::FromHexString($result.SeenByC)[24] | Should -Be $result.Index # sin6_scope_id
        $result.Back | Should -Be $result.Local
        $result.Answer | Should -Be 'answer from C'

        $result.ScopeId | Should -Be $result.Index
        $result.InterfaceIndex | Should -Be $result.Index
        $result.PeerBytes | Should -Be $result.SentByC
        $result.Echo | Should -Be 'linked too'
    }

    It 'give the same as ConvertTo-NetworkOrder with htons, htonl and htobe64' {
        $values = 0, 1, 255, 256, 3490, 55555, 65535, 65536, 3735928559, 4294967295, 4294967296, 81985529216486895, 18446744073709551615
        $lines = & $order $values
        $LASTEXITCODE | Should -Be 0
        $lines.Count | Should -Be $values.Count
        for ($index = 0; $index -lt $values.Count; $index++) {
            $value = [uint64]$values[$index]
            $converted = @(
                ConvertTo-NetworkOrder ([uint16]($value -band 0xFFFF))
                ConvertTo-NetworkOrder ([uint32]($value -band 0xFFFFFFFFL))
                ConvertTo-NetworkOrder $value
            )
            "$converted" | Should -Be $lines[$index] -Because "it is htons, htonl and htobe64 of $value"
            $converted[0] | Should -BeOfType uint16
            $converted[1] | Should -BeOfType uint32
            $converted[2] | Should -BeOfType uint64
        }
    }
}

Describe 'Two PowerShell processes' {
    BeforeEach {
        $peer = $null
        $other = $null
    }

    AfterEach {
        Stop-Peer $peer
        Stop-Peer $other
    }

    It 'exchange the message of the textbook' {
        # The ForEach-Object tells the port first.
        $peer = Start-Peer $pwsh -ArgumentList @($pwshStart; '-Command'; @"
            Import-Module '$ModulePath'
            New-Socket IPv6 Datagram | Register-SocketAddress -LocalEndPoint '[::1]:0' -PassThru |
                ForEach-Object { [Console]::WriteLine(`$_.LocalEndPoint); `$_ } |
                Receive-Datagram | ForEach-Object { "`$(`$_.RemoteEndPoint) `$(`$_.Text)" }
"@)
        $address = Get-PeerLine $peer
        $address | Should -Match '^\[::1\]:\d+$'

        $other = Start-Peer $pwsh -ArgumentList @($pwshStart; '-Command'; @"
            Import-Module '$ModulePath'
            `$socket = New-Socket IPv6 Datagram
            Send-Datagram `$socket 'Hello, World!' '$address'
            `$socket.LocalEndPoint.Port
"@)
        Wait-Peer $other -TimeoutSeconds 30 | Should -Be 0 -Because $other.ErrorOutput
        Wait-Peer $peer -TimeoutSeconds 30 | Should -Be 0 -Because $peer.ErrorOutput
        Get-PeerLine $peer 1 | Should -BeExactly "[::1]:$($other.Output.Trim()) Hello, World!"
        $peer.ErrorOutput | Should -BeExactly ''
        $other.ErrorOutput | Should -BeExactly ''
    }
}
