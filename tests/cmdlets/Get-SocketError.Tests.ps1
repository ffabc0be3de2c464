Describe 'Get-SocketError' {
    BeforeAll {
        . "$PSScriptRoot/../helpers/Common.ps1"
    }

    AfterEach {
        Get-Socket | Close-Socket
    }

    Context '-Code' {
        It 'finds <Code>' -ForEach @(
            @{ Code = 98 }, @{ Code = '98' }, @{ Code = 10048 }, @{ Code = '10048' }, @{ Code = 48 }
            @{ Code = 'EADDRINUSE' }, @{ Code = 'eaddrinuse' }, @{ Code = 'EAddrInUse' }, @{ Code = 'WSAEADDRINUSE' }, @{ Code = 'wsaEAddrInUse' }
            @{ Code = 'AddressAlreadyInUse' }, @{ Code = 'addressalreadyinuse' }
            @{ Code = [System.Net.Sockets.SocketError]::AddressAlreadyInUse }
        ) {
            foreach ($info in @(
                    Get-SocketError $Code
                    Get-SocketError -Code $Code
                    $Code | Get-SocketError
                )) {
                $info.LinuxNumber | Should -Be 98
                $info.Number | Should -Be ($IsWindows ? 10048 : $IsMacOS ? 48 : 98)
                $info.Name | Should -Be 'EADDRINUSE'
                $info.SocketError | Should -Be ([System.Net.Sockets.SocketError]::AddressAlreadyInUse)
                $info.Message | Should -Not -BeNullOrEmpty
                $info.RecommendedAction | Should -Not -BeNullOrEmpty
                "$info" | Should -Be (Format-SystemError 'EADDRINUSE (98) Address already in use')
            }
        }

        It 'knows <Name> as <Number>, which .NET calls <SocketError>' -ForEach @(
            @{ Number = 1; Name = 'EPERM'; SocketError = 'AccessDenied' }
            @{ Number = 2; Name = 'ENOENT'; SocketError = 'AddressNotAvailable' }
            @{ Number = 4; Name = 'EINTR'; SocketError = 'Interrupted' }
            @{ Number = 9; Name = 'EBADF'; SocketError = 'OperationAborted' }
            @{ Number = 11; Name = 'EAGAIN'; SocketError = 'WouldBlock' }
            @{ Number = 13; Name = 'EACCES'; SocketError = 'AccessDenied' }
            @{ Number = 22; Name = 'EINVAL'; SocketError = 'InvalidArgument' }
            @{ Number = 24; Name = 'EMFILE'; SocketError = 'TooManyOpenSockets' }
            @{ Number = 32; Name = 'EPIPE'; SocketError = 'Shutdown' }
            @{ Number = 88; Name = 'ENOTSOCK'; SocketError = 'NotSocket' }
            @{ Number = 89; Name = 'EDESTADDRREQ'; SocketError = 'DestinationAddressRequired' }
            @{ Number = 90; Name = 'EMSGSIZE'; SocketError = 'MessageSize' }
            @{ Number = 91; Name = 'EPROTOTYPE'; SocketError = 'ProtocolType' }
            @{ Number = 92; Name = 'ENOPROTOOPT'; SocketError = 'ProtocolOption' }
            @{ Number = 93; Name = 'EPROTONOSUPPORT'; SocketError = 'ProtocolNotSupported' }
            @{ Number = 94; Name = 'ESOCKTNOSUPPORT'; SocketError = 'SocketNotSupported' }
            @{ Number = 95; Name = 'EOPNOTSUPP'; SocketError = 'OperationNotSupported' }
            @{ Number = 97; Name = 'EAFNOSUPPORT'; SocketError = 'AddressFamilyNotSupported' }
            @{ Number = 99; Name = 'EADDRNOTAVAIL'; SocketError = 'AddressNotAvailable' }
            @{ Number = 100; Name = 'ENETDOWN'; SocketError = 'NetworkDown' }
            @{ Number = 101; Name = 'ENETUNREACH'; SocketError = 'NetworkUnreachable' }
            @{ Number = 103; Name = 'ECONNABORTED'; SocketError = 'ConnectionAborted' }
            @{ Number = 104; Name = 'ECONNRESET'; SocketError = 'ConnectionReset' }
            @{ Number = 105; Name = 'ENOBUFS'; SocketError = 'NoBufferSpaceAvailable' }
            @{ Number = 106; Name = 'EISCONN'; SocketError = 'IsConnected' }
            @{ Number = 107; Name = 'ENOTCONN'; SocketError = 'NotConnected' }
            @{ Number = 110; Name = 'ETIMEDOUT'; SocketError = 'TimedOut' }
            @{ Number = 111; Name = 'ECONNREFUSED'; SocketError = 'ConnectionRefused' }
            @{ Number = 113; Name = 'EHOSTUNREACH'; SocketError = 'HostUnreachable' }
            @{ Number = 115; Name = 'EINPROGRESS'; SocketError = 'InProgress' }
            @{ Number = -2; Name = 'EAI_NONAME'; SocketError = 'HostNotFound' }
            @{ Number = -3; Name = 'EAI_AGAIN'; SocketError = 'TryAgain' }
        ) {
            foreach ($info in (Get-SocketError $Number), (Get-SocketError $Name)) {
                $info.LinuxNumber | Should -Be $Number
                if ($IsLinux) {
                    $info.Number | Should -Be $Number
                }
                $info.Name | Should -Be $Name
                "$($info.SocketError)" | Should -Be $SocketError
            }
        }

        It 'finds <Code>, which is <Name>, on every system' -ForEach @(
            @{ Code = 'WSAECONNREFUSED'; Name = 'ECONNREFUSED' }
            @{ Code = 10061; Name = 'ECONNREFUSED' }
            @{ Code = 10009; Name = 'EBADF' }
            @{ Code = 10038; Name = 'ENOTSOCK' }
            @{ Code = 10093; Name = 'WSANOTINITIALISED' }
            @{ Code = 'EWOULDBLOCK'; Name = 'EAGAIN' }
            @{ Code = 11001; Name = 'EAI_NONAME' }
            @{ Code = 995; Name = 'ECANCELED' }
            @{ Code = 62; Name = 'ELOOP' }
        ) {
            (Get-SocketError $Code).Name | Should -Be $Name
        }

        It 'tells the names and numbers of every system' {
            $info = Get-SocketError ECONNREFUSED

            $info.WindowsName, $info.WindowsNumber, $info.LinuxNumber, $info.MacNumber | Should -Be 'WSAECONNREFUSED', 10061, 111, 61
        }

        It 'gives the text of the operating system, without a full stop' {
            foreach ($info in Get-SocketError EACCES, EADDRINUSE, ECONNRESET, ECONNREFUSED) {
                $system = [System.ComponentModel.Win32Exception]::new($info.Number).Message.TrimEnd('.')
                $info.Message | Should -BeIn $system, 'Permission denied', 'Address already in use', 'Connection reset by peer', 'Connection refused'
                if ($system -notlike 'Unknown error*') {
                    $info.Message | Should -Be $system
                }
            }
        }

        It 'prefers the C name that .NET means' {
            (Get-SocketError AccessDenied).Name | Should -Be 'EACCES'
            (Get-SocketError AddressNotAvailable).Name | Should -Be 'EADDRNOTAVAIL'
            (Get-SocketError Shutdown).Name | Should -BeIn 'EPIPE', 'ESHUTDOWN'
        }

        It 'takes several, as an argument and from the pipeline' {
            $codes = 'ETIMEDOUT', 'ConnectionRefused', 'eacces'

            (Get-SocketError $codes).Name | Should -Be 'ETIMEDOUT', 'ECONNREFUSED', 'EACCES'
            ($codes | Get-SocketError).Name | Should -Be 'ETIMEDOUT', 'ECONNREFUSED', 'EACCES'
        }

        It 'reports <_>, which there is not, and goes on' -ForEach '9999', '-9999', '0', 'EBOGUS', 'Bogus', 'AccessDenied,TimedOut', '99999999999999', '98.5' {
            foreach ($way in 'argument', 'pipeline') {
                $codes = 'ETIMEDOUT', $_, 'EACCES'
                $infos = $way -eq 'argument' `
                    ? (Get-SocketError $codes -ErrorAction SilentlyContinue -ErrorVariable failure) `
                    : ($codes | Get-SocketError -ErrorAction SilentlyContinue -ErrorVariable failure)

                $infos.Name | Should -Be 'ETIMEDOUT', 'EACCES' -Because $way
                $failure.Count | Should -Be 1 -Because $way
                $failure.FullyQualifiedErrorId | Should -BeLike 'SocketErrorNotFound,*'
                $failure.CategoryInfo.Category | Should -Be 'ObjectNotFound'
                $failure.Exception.Message | Should -BeLike "*'$_'*"
                $failure.TargetObject | Should -Be $_
                $failure.ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
            }
        }

        It 'is completed on Tab' {
            $line = 'Get-SocketError eaddr'
            $offered = (TabExpansion2 $line $line.Length).CompletionMatches

            $offered.CompletionText | Sort-Object | Should -Be 'EADDRINUSE', 'EADDRNOTAVAIL'
            ($offered | Where-Object CompletionText -EQ 'EADDRINUSE').ToolTip | Should -BeLike '*Address already in use*AddressAlreadyInUse*'
        }
    }

    Context 'without an argument' {
        It 'lists all errors, each with everything' {
            $all = Get-SocketError

            @($all).Count | Should -BeGreaterThan 40
            foreach ($info in $all) {
                $info.Number | Should -BeOfType int
                $info.Name | Should -Match ($IsWindows ? '^(E|WSA)[A-Z_]+$' : '^E[A-Z]+(_[A-Z]+)?$')
                $info.SocketError | Should -BeOfType System.Net.Sockets.SocketError
                $info.Message | Should -Not -BeNullOrEmpty -Because $info.Name
                $info.Message | Should -Not -BeLike 'Unknown error*' -Because $info.Name
                $info.RecommendedAction | Should -Match '\.$' -Because $info.Name
            }
        }

        It 'lists no name and no number twice' {
            $all = Get-SocketError

            ($all | Group-Object Name | Where-Object Count -GT 1).Name | Should -BeNullOrEmpty
            # Name look-ups of Windows have numbers of other errors.
            ($all | Where-Object { $IsLinux -or $_.Name -notlike 'EAI_*' } | Group-Object Number | Where-Object Count -GT 1).Name | Should -BeNullOrEmpty
        }

        It 'lists what it finds by number and by name' {
            foreach ($info in Get-SocketError) {
                (Get-SocketError $info.Name).Number | Should -Be $info.Number
                if ($IsLinux -or $info.Name -notlike 'EAI_*') {
                    (Get-SocketError $info.Number).Name | Should -Be $info.Name
                }
            }
        }
    }

    Context '-ErrorRecord' {
        It 'explains the error of a cmdlet, from the pipeline and by name' {
            $null = Register-SocketAddress (New-Socket IPv6) '[::2]:0' -ErrorAction SilentlyContinue -ErrorVariable failure

            foreach ($info in @(
                    $failure | Get-SocketError
                    Get-SocketError -ErrorRecord $failure[0]
                )) {
                $info.Name | Should -Be 'EADDRNOTAVAIL'
                $info.RecommendedAction | Should -Be $failure[0].ErrorDetails.RecommendedAction
                $failure[0].Exception.Message | Should -BeLike "*: $([WildcardPattern]::Escape("$info"))"
            }
        }

        It 'explains the errno that .NET has no name for: a path that is not there' {
            $null = Register-SocketAddress (New-Socket Unix) "$TestDrive/none/x.sock" -ErrorAction SilentlyContinue -ErrorVariable failure

            ($failure | Get-SocketError).Name | Should -Be 'ENOENT'
        }

        It 'explains the error of a .NET method' {
            $socket = New-Socket IPv6
            try {
                $socket.Bind([System.Net.IPEndPoint]::new([ipaddress] '::2', 0))
            }
            catch {
                $record = $_
            }

            ($record | Get-SocketError).Name | Should -Be 'EADDRNOTAVAIL'
        }

        It 'explains several' {
            $null = New-Socket IPv4 Rdm -ErrorAction SilentlyContinue -ErrorVariable failure
            $null = New-Socket IPv4 Stream Udp -ErrorAction SilentlyContinue -ErrorVariable +failure

            ($failure | Get-SocketError).Name | Should -Be 'ESOCKTNOSUPPORT', 'EPROTONOSUPPORT'
            (Get-SocketError -ErrorRecord $failure).Name | Should -Be 'ESOCKTNOSUPPORT', 'EPROTONOSUPPORT'
        }

        It 'reports a record that is not an error of a socket call, and goes on' {
            $null = New-Socket IPv4 Rdm -ErrorAction SilentlyContinue -ErrorVariable right
            $null = Get-Item -LiteralPath "$TestDrive/none" -ErrorAction SilentlyContinue -ErrorVariable wrong

            $infos = $wrong[0], $right[0] | Get-SocketError -ErrorAction SilentlyContinue -ErrorVariable failure

            $infos.Name | Should -Be 'ESOCKTNOSUPPORT'
            $failure.Count | Should -Be 1
            $failure.FullyQualifiedErrorId | Should -BeLike 'SocketErrorNotFound,*'
            $failure.CategoryInfo.Category | Should -Be 'ObjectNotFound'
            $failure.Exception.Message | Should -BeLike '*PathNotFound*'
        }
    }

    Context 'what is displayed' {
        It 'is a table of number, names and text, not wider than 80 columns' {
            $lines = (Get-SocketError | Out-String -Width 80).Trim() -split '\r?\n'

            $lines[0] | Should -Match '^\s*Number +Name +SocketError +Message\s*$'
            ($lines | Measure-Object -Property Length -Maximum).Maximum | Should -BeLessOrEqual 80
            $lines -match '^\s*\d+ +EADDRINUSE +AddressAlreadyInUse +Address already' | Should -HaveCount 1
        }

        It 'is a list with what to do in Format-List' {
            Get-SocketError EADDRINUSE | Format-List | Out-String -Width 200 | Should -Match 'RecommendedAction +: \S'
        }
    }
}
