BeforeAll {
    . $PSScriptRoot/../helpers/Common.ps1
    . $PSScriptRoot/../helpers/ExampleRunner.ps1

    # A message with the labels and pointers in it as they are sent.
    $dnsHead = New-MessageFormat -Field 'Id:16', 'Flags:16', 'Questions:16', 'Answers:16', 'Authorities:16', 'Others:16', 'Rest:*'

    function ConvertFrom-Hex {
        param([Parameter(Mandatory, Position = 0)] [string] $Digits)

        Write-Output -InputObject ([Convert]::FromHexString(($Digits -replace '\s'))) -NoEnumerate
    }

    function ConvertTo-Hex {
        param([Parameter(Mandatory, Position = 0)] [byte[]] $Bytes)

        [Convert]::ToHexString($Bytes).ToLowerInvariant()
    }

    # The answer to a question: its header, the question again, and records as hexadecimal digits.
    function Get-DnsAnswer {
        param(
            [Parameter(Mandatory)] [byte[]] $Question,
            [AllowEmptyCollection()] [string[]] $Record = @(),
            [int] $Flags = 0x8580,
            [int] $IdShift = 0
        )

        $asked = ConvertFrom-BinaryMessage $dnsHead $Question
        $answer = ConvertTo-BinaryMessage $dnsHead @{
            Id        = ($asked.Id + $IdShift) % 65536
            Flags     = $Flags
            Questions = 1
            Answers   = $Record.Count
            Rest      = [byte[]] ($asked.Rest + [Convert]::FromHexString(($Record -join '')))
        }
        Write-Output -InputObject $answer -NoEnumerate
    }

    # The type that a question is about: its next to last two bytes.
    function Get-QuestionType {
        param([Parameter(Mandatory, Position = 0)] [byte[]] $Question)

        $Question[-4] * 256 + $Question[-3]
    }
}

Describe 'The examples of messages' {
    BeforeEach {
        $started = [System.Collections.Generic.List[psobject]]::new()
        $socket = New-Socket IPv6 Datagram | Register-SocketAddress '[::1]:0' -PassThru
    }

    AfterEach {
        Get-Socket | Close-Socket
        $started | ForEach-Object { Stop-Peer $_ }
    }

    It '<_> calls no member of .NET: cmdlets, operators and casts do it all' -ForEach 'Get-DnsAddress.ps1', 'Get-NtpTime.ps1', 'Receive-TftpFile.ps1' {
        $problems = $null
        $script = [System.Management.Automation.Language.Parser]::ParseFile((Join-Path $examples $_), [ref] $null, [ref] $problems)
        $problems | Should -BeNullOrEmpty
        $calls = $script.FindAll({
                $node = $args[0]
                $node -is [System.Management.Automation.Language.InvokeMemberExpressionAst] -or
                ($node -is [System.Management.Automation.Language.MemberExpressionAst] -and $node.Static) -or
                ($node -is [System.Management.Automation.Language.CommandAst] -and $node.GetCommandName() -in 'New-Object', 'Add-Type', 'Invoke-Expression') -or
                $node -is [System.Management.Automation.Language.UsingStatementAst] -or
                $node -is [System.Management.Automation.Language.TypeDefinitionAst]
            }, $true)
        $calls | ForEach-Object { $_.Extent.Text } | Should -BeNullOrEmpty
    }

    Context 'Get-DnsAddress.ps1' {
        It 'asks for both kinds of address, and takes the answers to its questions only' {
            $example = Invoke-Example 'Get-DnsAddress.ps1' '-Name', 'printer.example', '-Server', $socket.LocalEndPoint, '-TimeoutSeconds', '60'
            $name = '07 7072696e746572 07 6578616d706c65 00'
            foreach ($type in 1, 28) {
                $question = Receive-Datagram $socket -TimeoutSeconds 30
                ConvertTo-Hex $question.Data[2..($question.Length - 1)] | Should -Be (ConvertTo-Hex (ConvertFrom-Hex "0100 0001 0000 0000 0000 $name $('{0:x4}' -f $type) 0001"))
                # Not answers to it: another question's, and too short a message.
                Send-Datagram $socket (Get-DnsAnswer $question.Data @('c00c 0001 0001 00000000 0004 c6336401' -replace ' ') -IdShift 1) $question.RemoteEndPoint
                Send-Datagram $socket 'nothing' $question.RemoteEndPoint
                # The name is an alias (type 5), whose target is written in labels and a pointer. Then the addresses of that.
                $records = @(
                    'c00c 0005 0001 0000003c 0007 04 6d61696e c014'
                    ($type -eq 1 ? 'c02d 0001 0001 0000003c 0004 c0000207' : 'c02d 001c 0001 0000003c 0010 20010db8000000000000000000000007')
                    ($type -eq 1 ? '04 6d61696e c014 0001 0001 00000e10 0004 c0000208' : "$name 001c 0001 00000e10 0010 20010db8000000000000000000000008")
                ) -replace ' '
                Send-Datagram $socket (Get-DnsAnswer $question.Data $records) $question.RemoteEndPoint
            }
            $lines = Wait-Example $example | Where-Object { $_ }
            $lines | Should -HaveCount 6
            $lines[2] | Should -Match '^main\.example +A +60 +192\.0\.2\.7 *$'
            $lines[3] | Should -Match '^main\.example +A +3600 +192\.0\.2\.8 *$'
            $lines[4] | Should -Match '^main\.example +AAAA +60 +2001:db8::7 *$'
            $lines[5] | Should -Match '^printer\.example +AAAA +3600 +2001:db8::8 *$'
        }

        It 'asks again when no answer comes, and gives up' {
            $example = Invoke-Example 'Get-DnsAddress.ps1' '-Name', 'a', '-Server', $socket.LocalEndPoint, '-TimeoutSeconds', '0.3'
            $questions = @(Receive-Datagram $socket -Count 3 -TimeoutSeconds 30)
            $questions | ForEach-Object { ConvertTo-Hex $_.Data } | Sort-Object -Unique | Should -HaveCount 1
            Wait-Peer $example -TimeoutSeconds 30 | Should -Be 1
            $example.ErrorOutput | Should -BeLike '*did not answer within 0.3 s*'
        }

        It 'asks over TCP, where a message stands behind its length' {
            $listener = Start-SocketListener -LocalEndPoint '[::1]:0'
            $example = Invoke-Example 'Get-DnsAddress.ps1' '-Name', 'printer.example.', '-Server', $listener.LocalEndPoint, '-Tcp', '-TimeoutSeconds', '20'
            foreach ($type in 1, 28) {
                $connection = Receive-SocketConnection $listener -TimeoutSeconds 30
                $length, $question = (Receive-SocketData $connection -Length 2 -TimeoutSeconds 10 -AsByteArray), (Receive-SocketData $connection -Length 33 -TimeoutSeconds 10 -AsByteArray)
                ConvertTo-Hex $length | Should -Be '0021'
                Get-QuestionType $question | Should -Be $type
                $records = @($type -eq 1 ? 'c00c00010001000000050004c0000207' : @())
                Send-SocketData $connection (Get-DnsAnswer $question $records) -LengthPrefix 2
                Close-Socket $connection
            }
            $lines = @(Wait-Example $example | Where-Object { $_ })
            $lines | Should -HaveCount 3
            $lines[2] | Should -Match '^printer\.example +A +5 +192\.0\.2\.7 *$'
        }

        It 'tells what the server says: <Said>' -ForEach @(
            @{ Flags = 0x8583; Said = 'there is no such name' }
            @{ Flags = 0x8585; Said = 'refused' }
            @{ Flags = 0x858f; Said = 'error 15' }
        ) {
            $example = Invoke-Example 'Get-DnsAddress.ps1' '-Name', 'nobody.example', '-Server', $socket.LocalEndPoint, '-TimeoutSeconds', '20'
            $question = Receive-Datagram $socket -TimeoutSeconds 30
            Send-Datagram $socket (Get-DnsAnswer $question.Data -Flags $Flags) $question.RemoteEndPoint
            Wait-Peer $example -TimeoutSeconds 30 | Should -Be 1
            $example.ErrorOutput | Should -BeLike "*has no A address of nobody.example: $Said.*"
        }

        It 'does not follow pointers for ever: <Name>' -ForEach @(
            @{ Name = 'to itself'; Record = 'c01800010001000000000004c0000207' }
            @{ Name = 'to labels that lead to it again'; Record = '0161c01800010001000000000004c0000207' }
        ) {
            $example = Invoke-Example 'Get-DnsAddress.ps1' '-Name', 'aaaaaa', '-Server', $socket.LocalEndPoint, '-TimeoutSeconds', '20'
            $question = Receive-Datagram $socket -TimeoutSeconds 30
            $question.Length | Should -Be 24 # so that a record begins at byte 0x18
            Send-Datagram $socket (Get-DnsAnswer $question.Data $Record) $question.RemoteEndPoint
            Wait-Peer $example -TimeoutSeconds 30 | Should -Be 1
            ($example.ErrorOutput -replace '[\s|]+', ' ') | Should -BeLike '*The answer is damaged*'
        }
    }

    Context 'Get-NtpTime.ps1' {
        BeforeAll {
            $ntp = New-MessageFormat -Field 'Head:8', 'Stratum:8', 'Poll:8', 'Precision:8', 'Root:64', 'Reference:32:hex', 'ReferenceTime:64', 'Origin:64', 'Received:64', 'Sent:64'
        }

        It 'tells the time of the answer to its question, also behind the year 2036: <Time>' -ForEach @(
            @{ Sent = 0xEEAC0E0D80000000ul; Time = '2026-11-21 12:33:17.5' }
            @{ Sent = 0x0000001040000000ul; Time = '2036-02-07 06:28:32.25' }
        ) {
            $example = Invoke-Example 'Get-NtpTime.ps1' '-Server', $socket.LocalEndPoint, '-TimeoutSeconds', '20'
            $datagram = Receive-Datagram $socket -TimeoutSeconds 30
            $question = ConvertFrom-BinaryMessage $ntp $datagram
            $question.Head | Should -Be 0x23 # version 4, client
            $asked = [datetime]::new(1900, 1, 1, 0, 0, 0, [System.DateTimeKind]::Utc).AddSeconds($question.Sent / [math]::Pow(2, 32))
            [math]::Abs(($asked - $datagram.Timestamp.UtcDateTime).TotalSeconds) | Should -BeLessThan 5

            # The first answer is to another question.
            foreach ($answer in @{ Origin = 1; Sent = 1 }, @{ Origin = $question.Sent; Sent = $Sent }) {
                $answer += @{ Head = 0x24; Stratum = 2; Received = $answer.Sent }
                Send-Datagram $socket (ConvertTo-BinaryMessage $ntp $answer) $datagram.RemoteEndPoint
            }
            $lines = Wait-Example $example
            $shown = [datetimeoffset]::Parse("$Time +00:00", [cultureinfo]::InvariantCulture)
            ($lines -match '^Time +: (.*)$') -replace '^Time +: ' | Should -Be $shown.ToString()
            ($lines -match '^Stratum +: ') -replace '^Stratum +: ' | Should -Be '2'
            $offset = [timespan] (($lines -match '^Offset +: ') -replace '^Offset +: ')[0]
            [math]::Abs(($offset - ($shown - $datagram.Timestamp)).TotalSeconds) | Should -BeLessThan 5
            [timespan] (($lines -match '^Delay +: ') -replace '^Delay +: ')[0] | Should -BeGreaterThan ([timespan]::Zero)
        }

        It 'learns why there is no time' {
            $example = Invoke-Example 'Get-NtpTime.ps1' '-Server', $socket.LocalEndPoint, '-TimeoutSeconds', '20'
            $datagram = Receive-Datagram $socket -TimeoutSeconds 30
            $answer = @{ Head = 0xe4; Reference = '52415445'; Origin = (ConvertFrom-BinaryMessage $ntp $datagram).Sent }
            Send-Datagram $socket (ConvertTo-BinaryMessage $ntp $answer) $datagram.RemoteEndPoint
            Wait-Peer $example -TimeoutSeconds 30 | Should -Be 1
            $example.ErrorOutput | Should -BeLike '*gives no time: RATE*'
        }
    }

    Context 'Receive-TftpFile.ps1' {
        BeforeEach {
            $destination = New-TestPath -Extension bin
            $transfer = New-Socket IPv6 Datagram | Register-SocketAddress '[::1]:0' -PassThru
        }

        AfterEach {
            Remove-Item -LiteralPath $destination -ErrorAction Ignore
        }

        It 'confirms each block, to the port it comes from, and again when it comes again' {
            $example = Invoke-Example 'Receive-TftpFile.ps1' '-Server', $socket.LocalEndPoint, '-Path', 'a/file', '-Destination', $destination, '-TimeoutSeconds', '60'
            $request = Receive-Datagram $socket -TimeoutSeconds 30
            ConvertTo-Hex $request.Data | Should -Be '0001612f66696c65006f6374657400'
            $block = [byte[]]::new(512)
            [System.Random]::new(5).NextBytes($block)
            $first = [byte[]] ((0, 3, 0, 1) + $block)

            Send-Datagram $transfer $first $request.RemoteEndPoint
            $answer = Receive-Datagram $transfer -TimeoutSeconds 10
            ConvertTo-Hex $answer.Data | Should -Be '00040001'
            Send-Datagram $transfer $first $request.RemoteEndPoint
            ConvertTo-Hex (Receive-Datagram $transfer -TimeoutSeconds 10 -AsByteArray) | Should -Be '00040001'

            # Somebody else has no part in it, and is told so.
            Send-Datagram $socket (ConvertFrom-Hex '0003 0002 ff') $request.RemoteEndPoint
            ConvertTo-Hex (Receive-Datagram $socket -TimeoutSeconds 10 -AsByteArray) | Should -BeLike '00050005*00'

            Send-Datagram $transfer (ConvertFrom-Hex '0003 0002 00ff') $request.RemoteEndPoint
            ConvertTo-Hex (Receive-Datagram $transfer -TimeoutSeconds 10 -AsByteArray) | Should -Be '00040002'
            Wait-Example $example | Should -BeExactly "received 514 bytes from $($transfer.LocalEndPoint)"
            ConvertTo-Hex ([System.IO.File]::ReadAllBytes($destination)) | Should -Be (ConvertTo-Hex ([byte[]] ($block + (0, 255))))
        }

        It 'sends again what gets no answer: the request, and the confirmation' {
            $example = Invoke-Example 'Receive-TftpFile.ps1' '-Server', $socket.LocalEndPoint, '-Path', 'f', '-Destination', $destination, '-TimeoutSeconds', '0.3'
            $requests = @(Receive-Datagram $socket -Count 2 -TimeoutSeconds 30)
            ConvertTo-Hex $requests[1].Data | Should -Be (ConvertTo-Hex $requests[0].Data)
            Send-Datagram $transfer ([byte[]] ((0, 3, 0, 1) + [byte[]]::new(512))) $requests[0].RemoteEndPoint
            $answers = @(Receive-Datagram $transfer -Count 2 -TimeoutSeconds 10)
            $answers | ForEach-Object { ConvertTo-Hex $_.Data } | Should -Be '00040001', '00040001'
            Send-Datagram $transfer (ConvertFrom-Hex '0003 0002') $requests[0].RemoteEndPoint
            Wait-Example $example | Should -BeExactly "received 512 bytes from $($transfer.LocalEndPoint)"
        }

        It 'gives up after six times, and makes no file' {
            $example = Invoke-Example 'Receive-TftpFile.ps1' '-Server', $socket.LocalEndPoint, '-Path', 'f', '-Destination', $destination, '-TimeoutSeconds', '0.1'
            @(Receive-Datagram $socket -Count 6 -TimeoutSeconds 30) | Should -HaveCount 6
            Wait-Peer $example -TimeoutSeconds 30 | Should -Be 1
            $example.ErrorOutput | Should -BeLike '*does not answer*'
            Test-Path -LiteralPath $destination | Should -BeFalse
        }

        It 'tells what the server says' {
            $example = Invoke-Example 'Receive-TftpFile.ps1' '-Server', $socket.LocalEndPoint, '-Path', 'f', '-Destination', $destination
            $request = Receive-Datagram $socket -TimeoutSeconds 30
            Send-Datagram $transfer (ConvertFrom-Hex "0005 0002 $(ConvertTo-Hex ([System.Text.Encoding]::UTF8.GetBytes('Grüß Gott'))) 00") $request.RemoteEndPoint
            Wait-Peer $example -TimeoutSeconds 30 | Should -Be 1
            $example.ErrorOutput | Should -BeLike '*says: Grüß Gott (error 2)*'
            Test-Path -LiteralPath $destination | Should -BeFalse
        }
    }
}
