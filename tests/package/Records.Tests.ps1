# What a datagram and the bytes of a stream become in a log, in a file, and in another session.

BeforeAll {
    . $PSScriptRoot/../helpers/Common.ps1
    . $PSScriptRoot/../helpers/Tls.ps1

    $server = New-Socket -SocketType Datagram | Register-SocketAddress ':0' -PassThru
    $client = New-Socket IPv4 Datagram | Register-SocketAddress '127.0.0.1:0' -PassThru
    $port = $client.LocalEndPoint.Port
    $sent = Send-Datagram $client 'grüß dich' "127.0.0.1:$($server.LocalEndPoint.Port)" -PassThru
    $datagram = Receive-Datagram $server -TimeoutSeconds 10
    $one, $two = New-TcpPair
    $sentData = Send-SocketData $one 'hello' -PassThru
    $data = Receive-SocketData $two -TimeoutSeconds 10
    $hex = '67 72 c3 bc c3 9f 20 64 69 63 68'

    function Get-ShownLine {
        param([Parameter(Mandatory, Position = 0)] [object[]] $InputObject)

        ($InputObject | Out-String -Width 80).TrimEnd() -split '\r?\n'
    }

    # As Export-Clixml, jobs and remote sessions do.
    function Get-Saved {
        param([Parameter(Mandatory, Position = 0)] [object] $InputObject)

        [System.Management.Automation.PSSerializer]::Deserialize([System.Management.Automation.PSSerializer]::Serialize($InputObject))
    }
}

AfterAll {
    Get-Socket | Close-Socket
}

Describe 'An IPv4 peer of a socket for both families' {
    It 'is IPv4 in From, and in RemoteEndPoint what the kernel said' {
        $datagram.From | Should -BeExactly "127.0.0.1:$port"
        $datagram.From | Should -BeLike '127.0.0.*'
        "$($datagram.RemoteEndPoint)" | Should -BeExactly "[::ffff:127.0.0.1]:$port"
        ($datagram | Group-Object From).Name | Should -BeExactly "127.0.0.1:$port"
    }

    It 'is IPv4 in the table and in the list' {
        (Get-ShownLine $datagram)[-1] | Should -Match "^127\.0\.0\.1:$port +11 67 72 c3 bc c3 9f 20 64… grüß dich"
        Get-ShownLine ($datagram | Format-List) | Should -Contain "RemoteEndPoint : 127.0.0.1:$port"
        Get-ShownLine ($datagram | Format-List) | Should -Contain 'LocalAddress   : 127.0.0.1'
    }

    It 'is IPv4 in the table of sockets and in errors' {
        $listener = Start-SocketListener ':0'
        $mapped = Connect-Socket (New-Socket -SocketType Stream) "127.0.0.1:$($listener.LocalEndPoint.Port)" -PassThru
        (Get-ShownLine $mapped)[-1] | Should -Match "127\.0\.0\.1:$($listener.LocalEndPoint.Port)$" -Because 'the last line names the peer'
        Get-ShownLine $mapped | Should -Not -Match 'ffff'
        Close-Socket $listener
    }
}

Describe 'A record' {
    It 'has the five columns of a log, of <Name>' -ForEach @(
        @{ Name = 'a datagram'; Message = { $datagram } }
        @{ Name = 'bytes of a stream'; Message = { $data } }
        @{ Name = 'a saved datagram'; Message = { Get-Saved $datagram } }
        @{ Name = 'saved bytes of a stream'; Message = { Get-Saved $data } }
    ) {
        $record = & $Message | Select-Object Record
        @($record.PSObject.Properties.Name) | Should -BeExactly 'Timestamp', 'From', 'Length', 'Text', 'Hex'
        @($record.PSObject.Properties.Value) | Should -Not -Contain $null
    }

    It 'is a short row of CSV' {
        $rows = $datagram | Select-Object Record | ConvertTo-Csv
        $rows | Should -HaveCount 2
        $rows[1] | Should -BeLike "*,`"127.0.0.1:$port`",`"11`",`"grüß dich`",`"$hex`""
    }

    It 'is what JSON and CSV hold by default, besides numbers' {
        $row = $datagram | ConvertTo-Json | ConvertFrom-Json
        $row.PSObject.Properties.Name | Sort-Object | Should -BeExactly 'From', 'Hex', 'InterfaceIndex', 'IsTruncated', 'Length', 'Text', 'Timestamp'
        $row.From | Should -BeExactly "127.0.0.1:$port"
        $row.Hex | Should -BeExactly $hex
        ($datagram | ConvertTo-Json).Split("`n") | Should -HaveCount 9
        ($data | ConvertTo-Json).Split("`n") | Should -HaveCount 8
        $datagram, $data | ForEach-Object { $_ | ConvertTo-Csv } | Should -Not -Match 'System\.'
    }

    It 'leaves the socket alone' {
        $own = New-Socket IPv6 Datagram | Register-SocketAddress '[::1]:0' -PassThru
        Send-Datagram $own 'x' $own.LocalEndPoint
        $itself = Receive-Datagram $own -TimeoutSeconds 10
        # Reading Handle makes .NET think that others may change the socket; it keeps that in this property.
        $hidden = [System.Reflection.BindingFlags]'NonPublic, Instance'
        $exposed = [System.Net.Sockets.SafeSocketHandle].GetProperty('ExposedHandleOrUntrackedConfiguration', $hidden)
        $safeHandle = [System.Net.Sockets.Socket].GetField('_handle', $hidden).GetValue($own)
        [System.Net.Sockets.SafeSocketHandle].GetMethod('set_ExposedHandleOrUntrackedConfiguration', $hidden).Invoke($safeHandle, @($false))
        $null = $itself | ConvertTo-Json
        $null = $itself | ConvertTo-Csv
        $null = Get-Saved $itself
        $null = Get-Saved $own
        $exposed.GetValue($safeHandle) | Should -BeFalse
        $null = $own.Handle
        $exposed.GetValue($safeHandle) | Should -BeTrue -Because 'that is what reading it does'
    }

    It 'names this side as the sender of what was sent' {
        $sent.From | Should -BeExactly "127.0.0.1:$port"
        $sentData.From | Should -BeExactly "$($one.LocalEndPoint)"
        $data.From | Should -BeExactly "$($one.LocalEndPoint)"
    }

    It 'has no sender where a UNIX peer has no name' {
        $left, $right = New-SocketPair
        Send-SocketData $left 'x'
        (Receive-SocketData $right -TimeoutSeconds 10).From | Should -BeNullOrEmpty
    }

    It 'knows when it came' {
        foreach ($message in $datagram, $data, $sent, $sentData) {
            ([DateTimeOffset]::Now - $message.Timestamp).TotalMinutes | Should -BeGreaterThan -0.1
            ([DateTimeOffset]::Now - $message.Timestamp).TotalMinutes | Should -BeLessThan 30
        }
    }
}

Describe 'Hex and the hidden properties' {
    It 'are properties of <Name>' -ForEach @(
        @{ Name = 'a datagram'; Message = { $datagram }; Bytes = 11 }
        @{ Name = 'bytes of a stream'; Message = { $data }; Bytes = 5 }
    ) {
        $item = & $Message
        $item.Hex | Should -BeExactly (($item.Data | ForEach-Object { $_.ToString('x2') }) -join ' ')
        $item.Data | Should -HaveCount $Bytes
        $item.Socket | Should -BeOfType System.Net.Sockets.Socket
        ($item | Select-Object Data, RemoteEndPoint).Data | Should -HaveCount $Bytes
        ($item | Get-Member -MemberType Property).Name | Should -Not -Contain 'Data'
        ($item | Get-Member -MemberType Property -Force).Name | Should -Contain 'Data'
    }
}

Describe 'An object that came back from a file, a job or a remote session' {
    It 'has the same table: <Name>' -ForEach @(
        @{ Name = 'a datagram'; Object = { $datagram } }
        @{ Name = 'bytes of a stream'; Object = { $data } }
        @{ Name = 'a transfer'; Object = {
                $file = Join-Path $TestDrive 'x'
                Set-Content -LiteralPath $file -Value 'x' -NoNewline
                Send-SocketData $one -Path $file -PassThru
            }
        }
        @{ Name = 'a resolved address'; Object = { Resolve-SocketAddress 127.0.0.1 80 -SocketType Stream -NumericHost } }
        @{ Name = 'a resolved name'; Object = { Resolve-SocketName 127.0.0.1:80 -NumericHost -NumericService } }
        @{ Name = 'an option'; Object = { (Get-SocketOption $one)[0] } }
        @{ Name = 'an error'; Object = { Get-SocketError ECONNREFUSED } }
    ) {
        $before = & $Object
        $lines = Get-ShownLine $before
        $lines.Count | Should -BeGreaterThan 2
        Get-ShownLine (Get-Saved $before) | Should -BeExactly $lines
    }

    It 'has the same table and list: a socket' {
        $saved = Get-Saved $two
        Get-ShownLine ($saved | Format-Table) | Should -BeExactly (Get-ShownLine ($two | Format-Table))
        Get-ShownLine ($saved | Format-List) | Should -BeExactly (Get-ShownLine ($two | Format-List))
    }

    It 'has the same list: <Name>' -ForEach @(
        @{ Name = 'a datagram'; Object = { $datagram } }
        @{ Name = 'bytes of a stream'; Object = { $data } }
    ) {
        Get-ShownLine (Get-Saved (& $Object) | Format-List) | Should -BeExactly (Get-ShownLine (& $Object | Format-List))
    }

    It 'still has its bytes' {
        (Get-Saved $datagram).Data | Should -Be $datagram.Data
        (Get-Saved $data).Data | Should -Be $data.Data
    }

    It 'stops being a socket, and the error says so: <Command>' -ForEach @(
        @{ Command = 'Send-SocketData'; Use = { param($Socket) Send-SocketData $Socket 'x' } }
        @{ Command = 'Receive-SocketData'; Use = { param($Socket) Receive-SocketData $Socket } }
        @{ Command = 'Receive-Datagram'; Use = { param($Socket) Receive-Datagram $Socket } }
        @{ Command = 'Send-Datagram'; Use = { param($Socket) Send-Datagram $Socket 'x' } }
        @{ Command = 'Wait-Socket'; Use = { param($Socket) Wait-Socket $Socket } }
        @{ Command = 'Close-Socket'; Use = { param($Socket) Close-Socket $Socket } }
        @{ Command = 'Receive-SocketConnection'; Use = { param($Socket) Receive-SocketConnection $Socket } }
        @{ Command = 'Register-SocketAddress'; Use = { param($Socket) Register-SocketAddress $Socket ':0' } }
        @{ Command = 'Set-SocketOption'; Use = { param($Socket) Set-SocketOption $Socket -Name NoDelay -Value $true } }
        @{ Command = 'Get-SocketOption'; Use = { param($Socket) Get-SocketOption $Socket } }
    ) {
        $saved = Get-Saved $two
        { & $Use $saved } | Should -Throw -ErrorId "ParameterArgumentTransformationError,*" -ExpectedMessage '*another process*Start-ThreadJob*'
    }
}
