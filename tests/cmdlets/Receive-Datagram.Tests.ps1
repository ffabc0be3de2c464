BeforeAll {
    . $PSScriptRoot/../helpers/Common.ps1

    # The descriptors of this process that are sockets.
    function Get-SocketDescriptor {
        [System.IO.Directory]::GetFileSystemEntries('/proc/self/fd') |
            Where-Object { [System.IO.FileInfo]::new($_).LinkTarget -like 'socket:*' } |
            Split-Path -Leaf
    }

    # What the descriptors of this process are, apart from assemblies: .NET keeps those open, and loads more when it likes.
    function Get-OpenThing {
        [System.IO.Directory]::GetFileSystemEntries('/proc/self/fd') |
            ForEach-Object { [System.IO.FileInfo]::new($_).LinkTarget } |
            Where-Object { $_ -and $_ -notlike '*.dll' } |
            Sort-Object
    }

    # Whether O_NONBLOCK is among the flags of a descriptor.
    function Test-NonBlocking {
        param([Parameter(Mandatory, Position = 0)] [string] $Descriptor)

        $flags = ([System.IO.File]::ReadAllLines("/proc/self/fdinfo/$Descriptor") -match '^flags:').Substring(6).Trim()
        ([Convert]::ToInt32($flags, 8) -band [Convert]::ToInt32('04000', 8)) -ne 0
    }
}

Describe 'Receive-Datagram' {
    BeforeEach {
        $receiver = New-Socket IPv6 Datagram | Register-SocketAddress '[::1]:0' -PassThru
        $to = $receiver.LocalEndPoint
        $sender = New-Socket IPv6 Datagram | Register-SocketAddress '[::1]:0' -PassThru
        $quiet = @{ ErrorVariable = 'failures'; ErrorAction = 'SilentlyContinue' }
        $worker = $null
    }

    AfterEach {
        if ($worker) {
            $null = Stop-Worker $worker -AllowEnded
        }
        Get-Socket | Close-Socket
    }

    Context 'The Datagram' {
        It 'tells everything about a datagram over <Family>' -ForEach @(
            @{ Family = 'IPv4'; Address = '127.0.0.1' }
            @{ Family = 'IPv6'; Address = '::1' }
        ) {
            $one = New-Socket $Family Datagram | Register-SocketAddress (New-SocketAddress -IPAddress $Address -Port 0) -PassThru
            $two = New-Socket $Family Datagram | Register-SocketAddress (New-SocketAddress -IPAddress $Address -Port 0) -PassThru
            Send-Datagram $two 'né' $one.LocalEndPoint
            $datagram = Receive-Datagram $one -TimeoutSeconds 5
            $datagram | Should -BeOfType PSSockets.Datagram
            , $datagram.Data | Should -BeOfType byte[]
            $datagram.Data | Should -Be ([byte[]](0x6E, 0xC3, 0xA9))
            $datagram.Text | Should -BeExactly 'né'
            $datagram.Length | Should -Be 3
            $datagram.IsTruncated | Should -BeFalse
            $datagram.RemoteEndPoint | Should -BeOfType System.Net.IPEndPoint
            $datagram.RemoteEndPoint | Should -Be $two.LocalEndPoint
            $datagram.LocalAddress | Should -Be ([ipaddress]$Address)
            $datagram.InterfaceIndex | Should -Be (Get-LoopbackInterface).Index
            [object]::ReferenceEquals($datagram.Socket, $one) | Should -BeTrue
            "$datagram" | Should -BeExactly 'né'
        }

        It 'tells the sender of a datagram over UNIX sockets, which have no network address' {
            $one = New-Socket Unix Datagram | Register-SocketAddress (New-TestPath) -PassThru
            $two = New-Socket Unix Datagram | Register-SocketAddress (New-TestPath) -PassThru
            Send-Datagram $two 'hello' $one.LocalEndPoint
            $datagram = Receive-Datagram $one -TimeoutSeconds 5
            $datagram.Text | Should -Be 'hello'
            $datagram.RemoteEndPoint | Should -BeOfType System.Net.Sockets.UnixDomainSocketEndPoint
            "$($datagram.RemoteEndPoint)" | Should -Be "$($two.LocalEndPoint)"
            $datagram.LocalAddress | Should -BeNullOrEmpty
            $datagram.InterfaceIndex | Should -Be 0
        }

        It 'has no RemoteEndPoint when a UNIX sender has no name, <How>' -ForEach @(
            @{ How = 'without a peer'; Open = {
                    $one = New-Socket Unix Datagram | Register-SocketAddress (New-TestPath) -PassThru
                    $one, (New-Socket Unix Datagram | Connect-Socket $one.LocalEndPoint -PassThru)
                }
            }
            @{ How = 'in a pair'; Open = { New-SocketPair Datagram } }
        ) {
            $one, $two = & $Open
            Send-Datagram $two 'nameless'
            $datagram = Receive-Datagram $one -TimeoutSeconds 5
            $datagram.Text | Should -Be 'nameless'
            $null -eq $datagram.RemoteEndPoint | Should -BeTrue
        }

        It 'tells the next sender after one without a name' {
            $one = New-Socket Unix Datagram | Register-SocketAddress (New-TestPath) -PassThru
            $named = New-Socket Unix Datagram | Register-SocketAddress (New-TestPath) -PassThru
            $unnamed = New-Socket Unix Datagram
            $named, $unnamed, $named | ForEach-Object { Send-Datagram $_ 'x' $one.LocalEndPoint }
            $datagrams = @(Receive-Datagram $one -Count 3 -TimeoutSeconds 5)
            "$($datagrams[0].RemoteEndPoint)" | Should -Be "$($named.LocalEndPoint)"
            $null -eq $datagrams[1].RemoteEndPoint | Should -BeTrue
            "$($datagrams[2].RemoteEndPoint)" | Should -Be "$($named.LocalEndPoint)"
        }

        It 'maps IPv4 addresses on a dual-mode socket' {
            $dual = New-Socket | Register-SocketAddress '127.0.0.1:0' -PassThru
            $two = New-Socket IPv4 Datagram | Register-SocketAddress '127.0.0.1:0' -PassThru
            Send-Datagram $two 'x' "127.0.0.1:$($dual.LocalEndPoint.Port)"
            $datagram = Receive-Datagram $dual -TimeoutSeconds 5
            $datagram.RemoteEndPoint.Address.MapToIPv4() | Should -Be ([ipaddress]::Loopback)
            $datagram.RemoteEndPoint.Port | Should -Be $two.LocalEndPoint.Port
            $datagram.LocalAddress.MapToIPv4() | Should -Be ([ipaddress]::Loopback)
        }

        It 'has the time when the kernel got it, not when it was read, over <Family>' -ForEach @(
            @{ Family = 'IPv4'; Local = { '127.0.0.1:0' } }
            @{ Family = 'IPv6'; Local = { '[::1]:0' } }
            @{ Family = 'Unix'; Local = { New-TestPath } }
        ) {
            $one = New-Socket $Family Datagram | Register-SocketAddress (& $Local) -PassThru
            $two = New-Socket $Family Datagram
            # The kernel switches its clock on a moment after the first socket that asks for it was made.
            Wait-Until -Because 'the time stamp is the kernel''s' {
                $before = [DateTimeOffset]::Now
                Send-Datagram $two 'x' $one.LocalEndPoint
                $after = [DateTimeOffset]::Now
                Receive-Datagram $sender -Continuous -TimeoutSeconds 0.02
                $timestamp = (Receive-Datagram $one -TimeoutSeconds 5).Timestamp
                $timestamp | Should -BeOfType DateTimeOffset
                $timestamp | Should -BeGreaterOrEqual $before
                $timestamp.Offset | Should -Be $after.Offset
                $timestamp -le $after
            }
        }

        It 'takes a datagram of length 0 for a datagram' {
            Send-Datagram $sender '', 'after it' $to
            $datagrams = @(Receive-Datagram $receiver -Count 2 -TimeoutSeconds 5)
            $datagrams[0].Length | Should -Be 0
            $datagrams[0].Data.Length | Should -Be 0
            $datagrams[0].Text | Should -BeExactly ''
            $datagrams[0].IsTruncated | Should -BeFalse
            $datagrams[0].RemoteEndPoint | Should -Be $sender.LocalEndPoint
            $datagrams[1].Text | Should -Be 'after it'
        }

        It 'owns its bytes' {
            Send-Datagram $sender 'first', 'other' $to
            $first, $other = Receive-Datagram $receiver -Count 2 -TimeoutSeconds 5
            $other.Data[0] = 0x21
            $first.Text | Should -BeExactly 'first'
            $other.Text | Should -BeExactly '!ther'
        }
    }

    Context 'How many' {
        It 'receives one without -Count' {
            Send-Datagram $sender 'a', 'b' $to
            Receive-Datagram $receiver -TimeoutSeconds 5 -AsText | Should -Be 'a'
            Receive-Datagram $receiver -TimeoutSeconds 5 -AsText | Should -Be 'b'
        }

        It 'receives as many as -Count says, which is position 1 too' {
            Send-Datagram $sender 'a', 'b', 'c', 'd' $to
            Receive-Datagram $receiver -Count 2 -TimeoutSeconds 5 -AsText | Should -Be 'a', 'b'
            Receive-Datagram $receiver 2 -TimeoutSeconds 5 -AsText | Should -Be 'c', 'd'
        }

        It 'writes each as it arrives' {
            Send-Datagram $sender 'message 1' $to
            $texts = Receive-Datagram $receiver -Count 3 -TimeoutSeconds 5 -AsText | ForEach-Object {
                $_
                Send-Datagram $sender "$_ and more" $to
            }
            $texts | Should -Be 'message 1', 'message 1 and more', 'message 1 and more and more'
        }

        It 'writes what came before the time ran out, and the error' {
            Send-Datagram $sender 'a', 'b' $to
            Receive-Datagram $receiver -Count 3 -TimeoutSeconds 0.05 -AsText @quiet | Should -Be 'a', 'b'
            Assert-Failure $failures -Id TimedOut -Category OperationTimeout
        }

        It 'receives until stopped with -Continuous' {
            Send-Datagram $sender '1', '2', '3', '4' $to
            Receive-Datagram $receiver -Continuous -AsText | Select-Object -First 3 | Should -Be '1', '2', '3'
            Receive-Datagram $receiver -TimeoutSeconds 5 -AsText | Should -Be '4'
        }

        It 'ends -Continuous without an error when nothing came for -TimeoutSeconds' {
            Send-Datagram $sender '1', '2', '3' $to
            Receive-Datagram $receiver -Continuous -TimeoutSeconds 0.05 -AsText @quiet | Should -Be '1', '2', '3'
            $failures.Count | Should -Be 0
        }

        It 'leaves the other datagrams in the socket when Select-Object -First 1 ends it, with <How>' -ForEach @(
            @{ How = '-Count'; Many = @{ Count = 3 } }
            @{ How = '-Continuous'; Many = @{ Continuous = $true } }
        ) {
            Send-Datagram $sender '1', '2', '3' $to
            Receive-Datagram $receiver @Many -TimeoutSeconds 5 -AsText | Select-Object -First 1 | Should -Be '1'
            Receive-Datagram $receiver -Count 2 -TimeoutSeconds 5 -AsText | Should -Be '2', '3'
        }

        It 'refuses -Count 0' {
            $failure = { Receive-Datagram $receiver -Count 0 } | Should -Throw -PassThru
            $failure.FullyQualifiedErrorId | Should -BeLike 'ParameterArgumentValidationError,*'
            $failure.CategoryInfo.Category | Should -Be 'InvalidData'
        }
    }

    Context '-TimeoutSeconds' {
        It 'ends with TimedOut after that time on a silent socket, which it names' {
            Receive-Datagram $receiver -TimeoutSeconds 0 @quiet # compiles what is measured
            foreach ($try in 1..10) {
                $clock = [System.Diagnostics.Stopwatch]::StartNew()
                Receive-Datagram $receiver -TimeoutSeconds 0.2 @quiet
                $seconds = $clock.Elapsed.TotalSeconds
                if ($seconds -lt 0.4) {
                    break # else the machine may be busy with something else
                }
            }
            Assert-Failure $failures -Id TimedOut -Category OperationTimeout
            $failures[0].Exception.Message | Should -BeLike (Format-SystemError "recvfrom ``[::1``]:$($to.Port): ETIMEDOUT (110)*0.2 s*")
            $failures[0].ErrorDetails.RecommendedAction | Should -BeLike '*-TimeoutSeconds*'
            [object]::ReferenceEquals($failures[0].TargetObject, $receiver) | Should -BeTrue
            $seconds | Should -BeGreaterOrEqual 0.2
            $seconds | Should -BeLessThan 0.4
        }

        It 'takes what is there, and does not wait, with 0' {
            Send-Datagram $sender 'there' $to
            Receive-Datagram $receiver -TimeoutSeconds 0 -AsText | Should -Be 'there'
            Receive-Datagram $receiver -TimeoutSeconds 0 @quiet | Should -BeNullOrEmpty
            Assert-Failure $failures -Id TimedOut -Category OperationTimeout
        }

        It 'begins anew with each datagram' {
            Send-Datagram $sender 'message 0' $to
            $clock = [System.Diagnostics.Stopwatch]::StartNew()
            $count = 0
            Receive-Datagram $receiver -Count 4 -TimeoutSeconds 0.3 @quiet | ForEach-Object {
                $count++
                Receive-Datagram $sender -Continuous -TimeoutSeconds 0.2 # 0.2 s pass
                Send-Datagram $sender "message $count" $to
            }
            $clock.Elapsed.TotalSeconds | Should -BeGreaterOrEqual 0.8
            $count | Should -Be 4
            $failures.Count | Should -Be 0
        }

        It 'refuses a negative time' {
            $failure = { Receive-Datagram $receiver -TimeoutSeconds -1 } | Should -Throw -PassThru
            $failure.FullyQualifiedErrorId | Should -BeLike 'ParameterArgumentValidationError,*'
            $failure.CategoryInfo.Category | Should -Be 'InvalidData'
        }
    }

    Context '-MaximumSize' {
        It 'cuts a longer datagram, tells its real length and warns, over <Family>' -ForEach @(
            @{ Family = 'IPv4'; Local = { '127.0.0.1:0' } }
            @{ Family = 'IPv6'; Local = { '[::1]:0' } }
            @{ Family = 'Unix'; Local = { New-TestPath } }
        ) {
            $one = New-Socket $Family Datagram | Register-SocketAddress (& $Local) -PassThru
            $two = New-Socket $Family Datagram | Register-SocketAddress (& $Local) -PassThru
            Send-Datagram $two 'abcdefghij', 'whole' $one.LocalEndPoint
            $datagrams = @(Receive-Datagram $one -Count 2 -MaximumSize 5 -TimeoutSeconds 5 -WarningVariable warnings -WarningAction SilentlyContinue)
            $datagrams[0].Text | Should -BeExactly 'abcde'
            $datagrams[0].Data.Length | Should -Be 5
            $datagrams[0].Length | Should -Be 10
            $datagrams[0].IsTruncated | Should -BeTrue
            "$($datagrams[0].RemoteEndPoint)" | Should -Be "$($two.LocalEndPoint)"
            $warnings.Count | Should -Be 1
            $warnings[0].Message | Should -BeLike '*10 bytes*cut to 5*-MaximumSize*'
            $warnings[0].Message | Should -BeLike "*$([WildcardPattern]::Escape("$($two.LocalEndPoint)"))*"

            $datagrams[1].Text | Should -BeExactly 'whole'
            $datagrams[1].Length | Should -Be 5
            $datagrams[1].IsTruncated | Should -BeFalse
        }

        It 'keeps nothing but the length with 0' {
            Send-Datagram $sender 'abc' $to
            $datagram = Receive-Datagram $receiver -MaximumSize 0 -TimeoutSeconds 5 -WarningVariable warnings -WarningAction SilentlyContinue
            $datagram.Data.Length | Should -Be 0
            $datagram.Length | Should -Be 3
            $datagram.IsTruncated | Should -BeTrue
            $warnings.Count | Should -Be 1
        }

        It 'warns with -AsText and -AsByteArray too' {
            Send-Datagram $sender 'abc', 'def' $to
            Receive-Datagram $receiver -MaximumSize 2 -TimeoutSeconds 5 -AsText -WarningVariable warnings -WarningAction SilentlyContinue | Should -BeExactly 'ab'
            Receive-Datagram $receiver -MaximumSize 2 -TimeoutSeconds 5 -AsByteArray -WarningVariable +warnings -WarningAction SilentlyContinue |
                ForEach-Object Length | Should -Be 2
            $warnings.Count | Should -Be 2
        }

        It 'is enough for every datagram when it is not given' {
            Send-Datagram $sender ([byte[]]::new(65527)) $to
            $datagram = Receive-Datagram $receiver -TimeoutSeconds 5 -WarningVariable warnings
            $datagram.Data.Length | Should -Be 65527
            $datagram.IsTruncated | Should -BeFalse
            $warnings.Count | Should -Be 0
        }
    }

    Context '-Peek' {
        It 'leaves the datagram in the socket' {
            Send-Datagram $sender 'a', 'b' $to
            $peeked = Receive-Datagram $receiver -Peek -TimeoutSeconds 5
            $peeked.Text | Should -Be 'a'
            $peeked.RemoteEndPoint | Should -Be $sender.LocalEndPoint
            $peeked.LocalAddress | Should -Be ([ipaddress]::IPv6Loopback)
            Receive-Datagram $receiver -Peek -TimeoutSeconds 5 -AsText | Should -Be 'a'
            Receive-Datagram $receiver -Count 2 -TimeoutSeconds 5 -AsText | Should -Be 'a', 'b'
        }

        It 'tells the length of a datagram before it is read' {
            Send-Datagram $sender ('x' * 1234) $to
            $peeked = Receive-Datagram $receiver -Peek -MaximumSize 0 -TimeoutSeconds 5 -WarningAction SilentlyContinue
            $peeked.Length | Should -Be 1234
            (Receive-Datagram $receiver -MaximumSize $peeked.Length -TimeoutSeconds 5).IsTruncated | Should -BeFalse
        }
    }

    Context 'What is written' {
        It 'is text with -AsText' {
            Send-Datagram $sender 'né' $to
            $text = Receive-Datagram $receiver -TimeoutSeconds 5 -AsText
            $text | Should -BeOfType string
            $text | Should -BeExactly 'né'
        }

        It 'is one byte[] for each datagram with -AsByteArray' {
            Send-Datagram $sender 'abc', 'd', '' $to
            $arrays = [System.Collections.Generic.List[object]]::new()
            Receive-Datagram $receiver -Count 3 -TimeoutSeconds 5 -AsByteArray | ForEach-Object { $arrays.Add($_) }
            $arrays.Count | Should -Be 3
            $arrays | ForEach-Object { , $_ | Should -BeOfType byte[] }
            $arrays[0] | Should -Be ([byte[]](0x61, 0x62, 0x63))
            $arrays[1] | Should -Be ([byte[]]0x64)
            $arrays[2].Length | Should -Be 0
        }

        It 'that the encoding refuses is an error that holds the datagram, and the next one comes' {
            $strict = [System.Text.UTF8Encoding]::new($false, $true)
            Send-Datagram $sender ([byte[]](0x61, 0xFF)) $to
            Send-Datagram $sender 'next' $to
            Receive-Datagram $receiver -Count 2 -TimeoutSeconds 5 -Encoding $strict -AsText @quiet | Should -BeExactly 'next'
            Assert-Failure $failures -Id InvalidMessage -Category InvalidArgument
            $failures[0].TargetObject | Should -BeOfType PSSockets.Datagram
            $failures[0].TargetObject.Data | Should -Be 0x61, 0xFF
        }

        It 'is read as <Name> with -Encoding' -ForEach @(
            @{ Name = 'unicode'; Encoding = 'unicode'; Bytes = 0xE9, 0x00, 0xAC, 0x20; Expected = 'é€' }
            @{ Name = 'latin1'; Encoding = 'latin1'; Bytes = 0xE9, 0x21; Expected = 'é!' }
            @{ Name = 'code page 1252'; Encoding = 1252; Bytes = 0xE9, 0x80; Expected = 'é€' }
            @{ Name = 'ascii'; Encoding = 'ascii'; Bytes = 0x41, 0xE9; Expected = 'A?' }
            @{ Name = 'an Encoding object'; Encoding = [System.Text.Encoding]::BigEndianUnicode; Bytes = 0x00, 0xE9; Expected = 'é' }
        ) {
            Send-Datagram $sender ([byte[]]$Bytes), ([byte[]]$Bytes) $to
            Receive-Datagram $receiver -TimeoutSeconds 5 -Encoding $Encoding -AsText | Should -BeExactly $Expected
            (Receive-Datagram $receiver -TimeoutSeconds 5 -Encoding $Encoding).Text | Should -BeExactly $Expected
        }

        It 'cannot be text and bytes together' {
            $failure = { Receive-Datagram $receiver -AsText -AsByteArray -TimeoutSeconds 0 } | Should -Throw -PassThru
            $failure.FullyQualifiedErrorId | Should -BeLike 'AmbiguousParameterSet,*'
            $failure.CategoryInfo.Category | Should -Be 'InvalidArgument'
        }

        It 'is described call by call with -Verbose' {
            Send-Datagram $sender 'hello', 'you' $to
            $verbose = Receive-Datagram $receiver -Count 2 -TimeoutSeconds 5 -Verbose 4>&1 |
                Where-Object { $_ -is [System.Management.Automation.VerboseRecord] }
            $call = "recvfrom(AF_INET6, [::1]:$($sender.LocalEndPoint.Port))"
            $verbose.Message | Should -BeExactly "$call = 5", "$call = 3"
        }
    }

    Context 'Records' {
        It 'have a time in CSV that can be read again, in every culture' {
            Send-Datagram $sender 'x' $to
            $datagram = Receive-Datagram $receiver -TimeoutSeconds 5
            $culture = [cultureinfo]::CurrentCulture
            try {
                [cultureinfo]::CurrentCulture = 'de-DE'
                $row = $datagram | Select-Object Record | ConvertTo-Csv | ConvertFrom-Csv
                $saved = $datagram | Export-Clixml -Path "$TestDrive/record.xml" && Import-Clixml -Path "$TestDrive/record.xml" | Select-Object Record | ConvertTo-Csv | ConvertFrom-Csv
            }
            finally {
                [cultureinfo]::CurrentCulture = $culture
            }
            $row.Timestamp | Should -Match '^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}\+00:00$'
            $saved.Timestamp | Should -BeExactly $row.Timestamp
            [datetimeoffset] $row.Timestamp -eq $datagram.Timestamp | Should -BeTrue
            Should -ActualValue $datagram.Timestamp -BeOfType datetimeoffset
            $datagram.Timestamp.ToString('yyyy') | Should -BeExactly $datagram.Timestamp.UtcDateTime.Year
            $datagram.Timestamp.ToString('MMMM', [cultureinfo] 'fr-FR') | Should -BeExactly $datagram.Timestamp.UtcDateTime.ToString('MMMM', [cultureinfo] 'fr-FR')
            '{0:yyyy}' -f $datagram.Timestamp | Should -BeExactly "$($datagram.Timestamp.UtcDateTime.Year)"
            # JSON leaves out zeros at the end of a second's fraction.
            ($datagram | Select-Object Record | ConvertTo-Json) -match '"Timestamp": "(?<time>\d{4}-\d\d-\d\dT[^"]+)"' | Should -BeTrue
            [datetimeoffset] $Matches.time -eq $datagram.Timestamp | Should -BeTrue
        }
    }

    Context 'Several sockets' {
        BeforeEach {
            $other = New-Socket IPv4 Datagram | Register-SocketAddress '127.0.0.1:0' -PassThru
            $sender4 = New-Socket IPv4 Datagram
        }

        It 'are waited on together, <How>' -ForEach @(
            @{ How = 'as an array'; Receive = { param($Socket) Receive-Datagram $Socket -Count 2 -TimeoutSeconds 5 } }
            @{ How = 'piped'; Receive = { param($Socket) $Socket | Receive-Datagram -Count 2 -TimeoutSeconds 5 } }
        ) {
            Send-Datagram $sender4 'other 1', 'other 2', 'other 3' $other.LocalEndPoint
            Send-Datagram $sender 'receiver 1', 'receiver 2', 'receiver 3' $to
            $datagrams = @(& $Receive $receiver, $other)
            $datagrams.Count | Should -Be 4
            ($datagrams | Where-Object { [object]::ReferenceEquals($_.Socket, $receiver) }).Text | Should -Be 'receiver 1', 'receiver 2'
            ($datagrams | Where-Object { [object]::ReferenceEquals($_.Socket, $other) }).Text | Should -Be 'other 1', 'other 2'

            Receive-Datagram $receiver -TimeoutSeconds 5 -AsText | Should -Be 'receiver 3'
            Receive-Datagram $other -TimeoutSeconds 5 -AsText | Should -Be 'other 3'
        }

        It 'are all heard even if one is busy' {
            Send-Datagram $sender (1..20 | ForEach-Object { "busy $_" }) $to
            Send-Datagram $sender4 'rare' $other.LocalEndPoint
            Receive-Datagram $receiver, $other -Continuous -TimeoutSeconds 5 -AsText | Select-Object -First 2 | Should -Be 'busy 1', 'rare'
        }

        It 'are waited on until one has something' {
            $worker = Start-Worker { param($Socket) Receive-Datagram $Socket -Continuous -AsText | Select-Object -First 1 } -ArgumentList (, @($receiver, $other))
            Wait-WorkerBlocked $worker
            Send-Datagram $sender4 'at last' $other.LocalEndPoint
            $result = Wait-Worker $worker
            $worker = $null
            $result.Output | Should -Be 'at last'
            $result.Errors | Should -BeNullOrEmpty
        }

        It 'give an error for each that stays silent' {
            $third = New-Socket IPv6 Datagram | Register-SocketAddress '[::1]:0' -PassThru
            Send-Datagram $sender4 'there' $other.LocalEndPoint
            (Receive-Datagram $receiver, $other, $third -TimeoutSeconds 0.05 @quiet).Text | Should -Be 'there'
            $failures.Count | Should -Be 2
            $failures | ForEach-Object {
                $_.FullyQualifiedErrorId | Should -BeLike 'TimedOut,*'
                $_.CategoryInfo.Category | Should -Be 'OperationTimeout'
            }
            [object]::ReferenceEquals($failures[0].TargetObject, $receiver) | Should -BeTrue
            [object]::ReferenceEquals($failures[1].TargetObject, $third) | Should -BeTrue
        }

        It 'go on when one of them is closed, <How>' -ForEach @(
            @{ How = 'as an array'; Receive = { param($Socket, $Quiet) Receive-Datagram $Socket -TimeoutSeconds 5 -AsText @Quiet } }
            @{ How = 'piped'; Receive = { param($Socket, $Quiet) $Socket | Receive-Datagram -TimeoutSeconds 5 -AsText @Quiet } }
        ) {
            $closed = New-Socket IPv6 Datagram | Register-SocketAddress '[::1]:0' -PassThru
            Close-Socket $closed
            Send-Datagram $sender4 'other' $other.LocalEndPoint
            Send-Datagram $sender 'receiver' $to
            $texts = . $Receive @($receiver, $closed, $other) $quiet
            $texts | Sort-Object | Should -Be 'other', 'receiver'
            Assert-Failure $failures -Id SocketClosed -Category InvalidOperation
            [object]::ReferenceEquals($failures[0].TargetObject, $closed) | Should -BeTrue
        }

        It 'go on when one of them is closed while they wait' {
            $worker = Start-Worker { param($Socket) Receive-Datagram $Socket -AsText } -ArgumentList (, @($receiver, $other))
            Wait-WorkerBlocked $worker
            Close-Socket $receiver
            Send-Datagram $sender4 'still there' $other.LocalEndPoint
            $result = Wait-Worker $worker
            $worker = $null
            $result.Output | Should -Be 'still there'
            Assert-Failure $result.Errors -Id SocketClosed -Category InvalidOperation
        }
    }

    Context 'Sockets that cannot receive' {
        It 'refuses a closed socket' {
            Close-Socket $receiver
            Receive-Datagram $receiver @quiet
            Assert-Failure $failures -Id SocketClosed -Category InvalidOperation
            $failures[0].Exception.Message | Should -BeLike (Format-SystemError 'recvfrom: EBADF (9)*')
            [object]::ReferenceEquals($failures[0].TargetObject, $receiver) | Should -BeTrue
        }

        It 'ends with SocketClosed when the socket is closed while it waits' {
            $worker = Start-Worker { param($Socket) Receive-Datagram $Socket } -ArgumentList $receiver
            Wait-WorkerBlocked $worker
            Close-Socket $receiver
            $result = Wait-Worker $worker
            $worker = $null
            Assert-Failure $result.Errors -Id SocketClosed -Category InvalidOperation
        }

        It 'refuses a socket that is not bound, since nothing can come to it' {
            $unbound = New-Socket IPv6 Datagram
            Receive-Datagram $unbound @quiet
            Assert-Failure $failures -Id SocketNotBound -Category InvalidOperation
            $failures[0].ErrorDetails.RecommendedAction | Should -BeLike '*Register-SocketAddress*'
            [object]::ReferenceEquals($failures[0].TargetObject, $unbound) | Should -BeTrue
        }

        It 'receives on a socket that has sent, which binds it' {
            $unbound = New-Socket IPv6 Datagram
            Send-Datagram $unbound 'question' $to
            Receive-Datagram $receiver -TimeoutSeconds 5 | Send-Datagram
            Receive-Datagram $unbound -TimeoutSeconds 5 -AsText | Should -Be 'question'
        }

        It 'refuses a stream socket' {
            $stream = New-Socket IPv6 Stream | Register-SocketAddress '[::1]:0' -PassThru
            Receive-Datagram $stream @quiet
            Assert-Failure $failures -Id InvalidArgument -Category InvalidArgument
            [object]::ReferenceEquals($failures[0].TargetObject, $stream) | Should -BeTrue
        }

        It 'ends when the receiving direction is shut down' {
            $one, $null = New-SocketPair Datagram
            Disconnect-Socket $one -Direction Receive
            Receive-Datagram $one -TimeoutSeconds 5 @quiet
            Assert-Failure $failures -Id Shutdown -Category ConnectionError
        }
    }

    Context 'Stopped' {
        It 'ends within 100 ms, without an error, and the socket stays usable, <How>' -ForEach @(
            @{ How = 'waiting for one'; Receive = { param($Socket) Receive-Datagram $Socket } }
            @{ How = 'with -TimeoutSeconds'; Receive = { param($Socket) Receive-Datagram $Socket -TimeoutSeconds 60 } }
            @{ How = 'with -Continuous'; Receive = { param($Socket) Receive-Datagram $Socket -Continuous } }
            @{ How = 'waiting on several sockets'; Receive = { param($Socket) Receive-Datagram $Socket, (New-Socket | Register-SocketAddress '[::1]:0' -PassThru) } }
        ) {
            $worker = Start-Worker $Receive -ArgumentList $receiver
            Assert-WorkerStop $worker
            $worker = $null

            Send-Datagram $sender 'afterwards' $to
            Receive-Datagram $receiver -TimeoutSeconds 5 -AsText | Should -Be 'afterwards'
        }

        It 'leaves no descriptor behind in 1,000 rounds' {
            $state = [initialsessionstate]::CreateDefault2()
            $state.ImportPSModule($ModulePath)
            $runspace = [runspacefactory]::CreateRunspace($state)
            $runspace.ThreadOptions = 'ReuseThread'
            $runspace.Open()
            $nothing = [System.Management.Automation.PSDataCollection[psobject]]::new()
            $nothing.Complete()
            try {
                $seen = @{ Waited = 0; Errors = 0 }
                $round = {
                    param($Number)
                    $powerShell = [powershell]::Create($runspace).AddCommand('Receive-Datagram').AddParameter('Socket', $receiver)
                    $idle = [System.IO.Directory]::GetFileSystemEntries('/proc/self/fd').Length
                    $result = $powerShell.BeginInvoke($nothing, [System.Management.Automation.PSDataCollection[psobject]]::new())
                    # One in four is stopped before it can have begun; of the others the eventfd is waited for, which shows that they wait.
                    if ($Number % 4) {
                        $clock = [System.Diagnostics.Stopwatch]::StartNew()
                        while ([System.IO.Directory]::GetFileSystemEntries('/proc/self/fd').Length -le $idle -and $clock.ElapsedMilliseconds -lt 10000) {
                            $null = [System.Threading.Thread]::Yield()
                        }
                        $seen.Waited += -not $result.IsCompleted
                    }
                    $powerShell.Stop()
                    $seen.Errors += $powerShell.Streams.Error.Count
                    $powerShell.Dispose()
                }
                1..8 | ForEach-Object { & $round $_ } # what is made once for all rounds
                $seen.Waited = 0
                $null = Get-DescriptorCount # finalizes what tests before have left; afterwards nothing may need that
                $before = Get-OpenThing
                1..1000 | ForEach-Object { & $round $_ }
                # The last may still be closed by another thread.
                Wait-Until -Because 'no descriptor is left' { @(Get-OpenThing).Count -le $before.Count }
                Get-OpenThing | Should -Be $before
                $seen.Waited | Should -Be 750
                $seen.Errors | Should -Be 0
            }
            finally {
                $runspace.Dispose()
            }
            Send-Datagram $sender 'afterwards' $to
            Receive-Datagram $receiver -TimeoutSeconds 5 -AsText | Should -Be 'afterwards'
        }
    }

    # The filter waits while the stop comes, and lets the object go then: who comes after it refuses it.
    Context 'A stop with a filter in between' {
        BeforeAll {
            function Invoke-StoppedPipeline {
                param([scriptblock] $Script, [object] $Socket)

                $gate = @{ Begun = [System.Threading.ManualResetEventSlim]::new(); Go = [System.Threading.ManualResetEventSlim]::new(); Seen = [System.Collections.Generic.List[string]]::new() }
                $worker = Start-Worker $Script -ArgumentList $Socket, $gate
                try {
                    $gate.Begun.Wait(10000) | Should -BeTrue
                    $stopping = $worker.PowerShell.BeginStop($null, $null)
                    Wait-Until -Because 'it stops' { $worker.PowerShell.InvocationStateInfo.State -eq 'Stopping' }
                    $gate.Go.Set()
                    $stopping.AsyncWaitHandle.WaitOne(10000) | Should -BeTrue
                }
                finally {
                    $gate.Go.Set()
                    $null = Stop-Worker $worker -AllowEnded
                }
                , $gate.Seen
            }
        }

        It 'loses nothing where the filter ran <What>' -ForEach @(
            @{ What = 'a pipeline that Select-Object ended'; Inner = '$null = 1, 2 | Select-Object -First 1' }
            @{ What = 'a command that failed'; Inner = 'try { Get-Item -LiteralPath /is/not/there -ErrorAction Stop } catch { $null = $_ }' }
        ) {
            Send-Datagram $sender 'one', 'two' $to
            $script = "param(`$Socket, `$Gate) Receive-Datagram `$Socket -Continuous -AsText | Where-Object { $Inner; `$Gate.Begun.Set(); `$null = `$Gate.Go.Wait(10000); `$true } | ForEach-Object { `$Gate.Seen.Add(`$_) }"
            Invoke-StoppedPipeline ([scriptblock]::Create($script)) $receiver | Should -BeNullOrEmpty
            Receive-Datagram $receiver -Count 2 -TimeoutSeconds 5 -AsText | Should -Be 'one', 'two'
        }

        It 'gives nothing twice that was in the script in which another cmdlet was stopped' {
            $other = New-Socket IPv6 Datagram | Register-SocketAddress '[::1]:0' -PassThru
            Send-Datagram $sender 'outer 1', 'outer 2' $to
            Send-Datagram $sender 'inner' $other.LocalEndPoint
            $seen = Invoke-StoppedPipeline {
                param($Sockets, $Gate)
                Receive-Datagram $Sockets[0] -Continuous -AsText | ForEach-Object {
                    $Gate.Seen.Add($_)
                    Receive-Datagram $Sockets[1] -AsText | Where-Object { $Gate.Begun.Set(); $null = $Gate.Go.Wait(10000); $true }
                }
            } @($receiver, $other)
            $seen | Should -Be 'outer 1'
            Receive-Datagram $receiver -TimeoutSeconds 5 -AsText | Should -Be 'outer 2'
            Receive-Datagram $other -TimeoutSeconds 5 -AsText | Should -Be 'inner'
        }

        It 'loses nothing that was to be read of it, or all of it: <Next>' -ForEach @(
            @{ Next = 'ForEach-Object Text' }
            @{ Next = 'Select-Object -ExpandProperty Text' }
        ) {
            Send-Datagram $sender 'one', 'two' $to
            $script = "param(`$Socket, `$Gate) Receive-Datagram `$Socket -Continuous | $Next | Where-Object { `$Gate.Begun.Set(); `$null = `$Gate.Go.Wait(10000); `$true } | ForEach-Object { `$Gate.Seen.Add(`$_) }"
            Invoke-StoppedPipeline ([scriptblock]::Create($script)) $receiver | Should -BeNullOrEmpty
            Receive-Datagram $receiver -Count 2 -TimeoutSeconds 5 -AsText | Should -Be 'one', 'two'
        }
    }

    Context 'The descriptor' {
        It 'stays in blocking mode while it is waited for and afterwards' {
            $others = Get-SocketDescriptor
            $watched = New-Socket IPv6 Datagram | Register-SocketAddress '[::1]:0' -PassThru
            $descriptor = @(Get-SocketDescriptor | Where-Object { $_ -notin $others })
            $descriptor.Count | Should -Be 1
            Test-NonBlocking $descriptor[0] | Should -BeFalse

            $worker = Start-Worker { param($Socket) Receive-Datagram $Socket } -ArgumentList $watched
            Wait-WorkerBlocked $worker
            Test-NonBlocking $descriptor[0] | Should -BeFalse
            $null = Stop-Worker $worker
            $worker = $null
            Test-NonBlocking $descriptor[0] | Should -BeFalse

            Receive-Datagram $watched, $receiver -TimeoutSeconds 0.01 @quiet
            $failures.Count | Should -Be 2
            Send-Datagram $watched 'x' $to
            Test-NonBlocking $descriptor[0] | Should -BeFalse

            # That the flag would be seen.
            $watched.Blocking = $false
            Test-NonBlocking $descriptor[0] | Should -BeTrue
        }
    }

    Context 'An echo server in one pipeline' {
        It 'serves three peers, each of which gets its own answers, and ends within 100 ms' {
            $server = New-Socket | Register-SocketAddress '127.0.0.1:0' -PassThru
            $address = "127.0.0.1:$($server.LocalEndPoint.Port)"
            $peers = 1..3 | ForEach-Object { New-Socket IPv4 Datagram | Register-SocketAddress '127.0.0.1:0' -PassThru }
            $worker = Start-Worker { param($Socket) Receive-Datagram $Socket -Continuous | Send-Datagram } -ArgumentList $server
            foreach ($number in 1..5) {
                foreach ($peer in 0..2) {
                    Send-Datagram $peers[$peer] "peer $peer message $number" $address
                }
            }
            foreach ($peer in 0..2) {
                $answers = @(Receive-Datagram $peers[$peer] -Count 5 -TimeoutSeconds 5)
                $answers.Text | Should -Be (1..5 | ForEach-Object { "peer $peer message $_" })
                $answers | ForEach-Object { "$($_.RemoteEndPoint)" | Should -Be $address }
            }
            Assert-WorkerStop $worker
            $worker = $null
            $peers | ForEach-Object { Receive-Datagram $_ -Continuous -TimeoutSeconds 0 | Should -BeNullOrEmpty }

            Send-Datagram $peers[0] 'afterwards' $address
            Receive-Datagram $server -TimeoutSeconds 5 -AsText | Should -Be 'afterwards'
        }
    }

    Context 'How it is shown' {
        BeforeEach {
            $rendering = $PSStyle.OutputRendering
            $PSStyle.OutputRendering = 'PlainText'
            # Escape sequences, line ends, a bell, C1 and bidirectional controls, and bytes that are not UTF-8.
            $nasty = [System.Text.Encoding]::UTF8.GetBytes("a`e[2Jb`r`nc`ad`te`u{9B}f`u{202E}g") + [byte[]](0xFF, 0x68)
            $control = '[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]'
        }

        AfterEach {
            $PSStyle.OutputRendering = $rendering
        }

        It 'is a table of sender, length, bytes in hexadecimal and text' {
            Send-Datagram $sender 'Hello, World!' $to
            $lines = (Receive-Datagram $receiver -TimeoutSeconds 5 | Out-String -Width 80).Trim() -split '\r?\n'
            $lines.Count | Should -Be 3
            $lines[0] | Should -Match '^RemoteEndPoint +Length +Hex +Text$'
            $lines[2] | Should -BeExactly ('{0,-23} {1,6} {2,-24} {3}' -f $sender.LocalEndPoint, 13, '48 65 6c 6c 6f 2c 20 57…', 'Hello, World!')
        }

        It 'shows that a datagram was cut' {
            Send-Datagram $sender ('x' * 1500) $to
            $datagram = Receive-Datagram $receiver -MaximumSize 600 -TimeoutSeconds 5 -WarningAction SilentlyContinue
            $datagram | Out-String -Width 80 | Should -BeLike '* 600… *'
            $datagram | Format-List | Out-String -Width 80 | Should -Match 'Length +: 1500\s'
        }

        It 'fits 80 columns with all of them in sight' {
            Send-Datagram $sender ('0123456789' * 150) $to
            $datagram = Receive-Datagram $receiver -MaximumSize 1200 -TimeoutSeconds 5 -WarningAction SilentlyContinue
            # A wider page does not make the four columns wider than 80, apart from the text, which takes what room there is.
            $lines = ($datagram | Out-String -Width 80).Trim() -split '\r?\n'
            $lines.Count | Should -Be 3
            $lines | ForEach-Object { $_.Length | Should -BeLessOrEqual 80 }
            $lines[0] | Should -Match '^RemoteEndPoint +Length +Hex +Text$'
            $lines[2] | Should -Match "^\[::1\]:$($sender.LocalEndPoint.Port) +1200… 30 31 32 33 34 35 36 37… 0123456789\d+…$"
        }

        It 'shows an empty datagram and one of a sender without a name' {
            $one, $two = New-SocketPair Datagram
            Send-Datagram $two ''
            $lines = (Receive-Datagram $one -TimeoutSeconds 5 | Out-String -Width 80).TrimEnd() -split '\r?\n'
            $lines[-1].Trim() | Should -BeExactly '0'
        }

        It 'shows dots for what a terminal would obey, <How>' -ForEach @(
            @{ How = 'in a table'; Show = { $_ | Out-String -Width 80 } }
            @{ How = 'in a list'; Show = { $_ | Format-List | Out-String -Width 80 } }
            @{ How = 'after other objects'; Show = { [pscustomobject]@{ Other = 1 }, $_ | Out-String -Width 80 } }
        ) {
            $PSStyle.OutputRendering = 'Ansi' # PlainText would take escape sequences away
            Send-Datagram $sender $nasty $to
            $shown = Receive-Datagram $receiver -TimeoutSeconds 5 | ForEach-Object $Show
            $own = '\e\[[0-9;]*m' # the colours of PowerShell itself
            $shown -replace $own -split '\r?\n' | ForEach-Object { $_ | Should -Not -Match $control }
        }

        It 'shows the text with dots' {
            Send-Datagram $sender $nasty $to
            Receive-Datagram $receiver -TimeoutSeconds 5 | Out-String -Width 80 | Should -Match ' a\.\[2Jb\.\.c\.d\.e\.f\.g'
        }

        It 'shows dots for what a terminal would obey in the name of a UNIX sender, <How>' -ForEach @(
            @{ How = 'in a table'; Show = { $_ | Out-String -Width 80 } }
            @{ How = 'in a list'; Show = { $_ | Format-List | Out-String -Width 80 } }
        ) {
            $PSStyle.OutputRendering = 'Ansi'
            $one = New-Socket Unix Datagram | Register-SocketAddress (New-TestPath) -PassThru
            $evil = New-Socket Unix Datagram | Register-SocketAddress "@pss`e[2J`a$([guid]::NewGuid().ToString('N').Substring(0, 8))" -PassThru
            Send-Datagram $evil 'x' $one.LocalEndPoint
            $shown = Receive-Datagram $one -TimeoutSeconds 5 | ForEach-Object $Show
            $own = '\e\[[0-9;]*m'
            $shown | Should -BeLike '*@pss*'
            $shown -replace $own -split '\r?\n' | ForEach-Object { $_ | Should -Not -Match $control }
        }

        It 'does not put the name of a UNIX sender raw into warnings and verbose messages' {
            $one = New-Socket Unix Datagram | Register-SocketAddress (New-TestPath) -PassThru
            $evil = New-Socket Unix Datagram | Register-SocketAddress "@pss`e[2J`a$([guid]::NewGuid().ToString('N').Substring(0, 8))" -PassThru
            Send-Datagram $evil 'xxx' $one.LocalEndPoint
            $messages = @(
                Receive-Datagram $one -MaximumSize 1 -TimeoutSeconds 5 -Verbose 3>&1 4>&1 |
                    Where-Object { $_ -is [System.Management.Automation.InformationalRecord] }
            )
            $messages.Count | Should -Be 2
            $messages | ForEach-Object { $_.Message | Should -Not -Match $control }
        }
    }
}
