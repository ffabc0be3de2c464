BeforeAll {
    . $PSScriptRoot/../../helpers/Recipes.ps1
    $directory = New-RecipeDirectory
}

AfterAll {
    Remove-Item -LiteralPath $directory -Recurse
}

Describe 'Send-DatagramLoad.ps1' {
    BeforeEach {
        $started = [System.Collections.Generic.List[psobject]]::new()
        $workers = [System.Collections.Generic.List[psobject]]::new()
        $worker = $null
    }

    AfterEach {
        Stop-Recipe
    }

    Context 'by itself' {
        BeforeAll {
            $recipe = "$recipes/Send-DatagramLoad.ps1"
            $counter = if (Test-Program cc) {
                # Counts datagrams until one without bytes comes: how many, how many bytes, how many out of order, first and last
                # number, and how many seconds there are between the first and the last.
                Build-CProgram -Directory $directory -Name counter -Source @"
#include <arpa/inet.h>
#include <endian.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

int main(void)
{
    struct sockaddr_in address = { .sin_family = AF_INET };
    socklen_t length = sizeof address;
    unsigned char message[65536];
    uint64_t count = 0, bytes = 0, disorder = 0, first = 0, last = 0;
    struct timespec begin = { 0 }, end = { 0 };
    int size = 8 << 20;
    int sockfd = socket(AF_INET, SOCK_DGRAM, 0);
    setsockopt(sockfd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
    inet_pton(AF_INET, "127.0.0.1", &address.sin_addr);
    if (sockfd < 0 || bind(sockfd, (struct sockaddr *)&address, sizeof address) < 0)
        return 1;
    getsockname(sockfd, (struct sockaddr *)&address, &length);
    printf("%d\n", ntohs(address.sin_port));
    fflush(stdout);
    for (;;) {
        ssize_t received = recv(sockfd, message, sizeof message, 0);
        uint64_t number;
        if (received <= 0)
            break;
        clock_gettime(CLOCK_MONOTONIC, &end);
        memcpy(&number, message, 8);
        number = be64toh(number);
        if (count == 0) {
            begin = end;
            first = number;
        }
        else if (number != last + 1)
            disorder++;
        last = number;
        count++;
        bytes += received;
    }
    printf("%" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 " %.6f\n", count, bytes, disorder, first, last,
           end.tv_sec - begin.tv_sec + (end.tv_nsec - begin.tv_nsec) / 1e9);
    return 0;
}
"@
            }

            # What the program in C has counted, after the datagram without bytes after all others.
            function Get-Count {
                param([psobject] $Peer, [string] $Address)

                $last = New-Socket IPv4 Datagram
                Send-Datagram $last '' $Address
                Close-Socket $last
                Wait-Peer $Peer | Should -Be 0
                $words = ($Peer.Output -split '\n')[1] -split ' '
                [pscustomobject]@{
                    Count = [long] $words[0]; Bytes = [long] $words[1]; Disorder = [long] $words[2]; First = [long] $words[3]; Last = [long] $words[4]
                    Seconds = [double] $words[5]
                }
            }
        }

        It 'sends <Count> datagrams at <Rate> a second, which a program in C counts' -ForEach @(
            @{ Rate = 200; Count = 100; Size = 8 }
            @{ Rate = 5000; Count = 2500; Size = 100 }
            @{ Rate = 50000; Count = 25000; Size = 64 }
        ) {
            if (-not $counter) {
                Set-ItResult -Skipped -Because 'cc is not installed'
            }
            foreach ($try in 1..10) {
                $peer = Invoke-TestPeer $counter
                $address = "127.0.0.1:$(Get-PythonPort $peer)"
                $result = & $recipe $address -Rate $Rate -Count $Count -Size $Size
                $heard = Get-Count $peer $address
                $difference = [Math]::Abs($heard.Seconds - $result.DurationSeconds)
                if ($result.Rate -gt $Rate * 0.5 -and $difference -lt 0.1 + 2 / $Rate) {
                    break # else the machine may be busy with something else
                }
            }

            $result.Sent | Should -Be $Count
            $result.Refused | Should -Be 0
            $result.Bytes | Should -Be ($Count * $Size)
            $result.TargetRate | Should -Be $Rate
            "$($result.RemoteEndPoint)" | Should -Be $address

            # UDP may lose some where the receiver's buffer is small; none may be there that was not sent, and none twice.
            $heard.First | Should -Be 0
            $heard.Count | Should -BeLessOrEqual $Count
            if ($Rate -le 5000) {
                $heard.Count | Should -Be $Count
                $heard.Disorder | Should -Be 0
                $heard.Last | Should -Be ($Count - 1)
            }
            $heard.Bytes | Should -Be ($heard.Count * $Size)

            # It is never faster than it was told to be, as far as the clock can tell; and seldom much slower.
            $result.Rate | Should -BeLessOrEqual ($Rate * 1.01)
            $result.Rate | Should -BeGreaterThan ($Rate * 0.5)
            $result.DurationSeconds | Should -BeGreaterOrEqual ($Count / $Rate * 0.99)
            $difference | Should -BeLessThan (0.1 + 2 / $Rate)
        }

        It 'sends for a time, over <Family>' -ForEach @(
            @{ Family = 'IPv6'; Local = { '[::1]:0' } }
            @{ Family = 'Unix'; Local = { New-TestPath } }
        ) {
            $receiver = New-Socket $Family Datagram | Register-SocketAddress (& $Local) -PassThru
            $worker = Start-Worker { Receive-Datagram $args[0] -Continuous } -ArgumentList $receiver
            $lines = Wait-Example (Invoke-Example 'Send-DatagramLoad.ps1' $receiver.LocalEndPoint, '-Rate', 125, '-DurationSeconds', 1.6)
            $text = $lines -join "`n"
            $text | Should -Match 'TargetRate\s+: 125\b'
            $text | Should -Match 'Refused\s+: 0\b'
            $sent = [int] [regex]::Match($text, 'Sent\s+: (\d+)').Groups[1].Value
            $sent | Should -BeGreaterThan 50
            $sent | Should -BeLessOrEqual 200
            Wait-Until { $worker.Output.Count -eq $sent }
            $worker.Output[0].Length | Should -Be 64
            0..($sent - 1) | ForEach-Object { [Convert]::ToHexString($worker.Output[$_].Data[0..7]) } | Should -Be (0..($sent - 1) | ForEach-Object { '{0:X16}' -f $_ })
        }

        It 'counts what nobody takes' {
            $gone = New-Socket IPv4 Datagram | Register-SocketAddress '127.0.0.1:0' -PassThru
            $address = $gone.LocalEndPoint
            Close-Socket $gone
            $result = & $recipe $address -Rate 1000 -Count 100
            $result.Refused | Should -BeGreaterThan 0
            $result.Sent + $result.Refused | Should -Be 100
            $result.Bytes | Should -Be (64 * $result.Sent)
        }

        It 'has an end without being told, and can be stopped before it' {
            $parameter = [System.Management.Automation.Language.Parser]::ParseFile($recipe, [ref] $null, [ref] $null).ParamBlock.Parameters |
                Where-Object { $_.Name.VariablePath.UserPath -eq 'DurationSeconds' }
            $parameter.DefaultValue.Value | Should -Be 5
            $receiver = New-Socket IPv4 Datagram | Register-SocketAddress '127.0.0.1:0' -PassThru
            $worker = Start-Worker { & $args[0] $args[1] -DurationSeconds 60 } -ArgumentList $recipe, $receiver.LocalEndPoint
            $null = Receive-Datagram $receiver -Count 20 -TimeoutSeconds 20
            Wait-Until -TimeoutSeconds 20 { $worker.PowerShell.Streams.Progress.Count -gt 0 }
            Assert-SoonStopped $worker
            $worker = $null
            @(Get-Socket).Count | Should -Be 1
        }
    }
}
