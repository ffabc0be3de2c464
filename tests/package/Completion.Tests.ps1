# What Tab gives after each parameter: the names with a tooltip that says what each means.

BeforeDiscovery {
    $families = 'IPv4', 'IPv6', 'Unix'
    $types = 'Datagram', 'Stream', 'SeqPacket', 'Raw'
    $encodings = 'utf8', 'utf8NoBOM', 'utf8BOM', 'ascii', 'ansi', 'oem', 'latin1', 'unicode', 'bigendianunicode', 'utf32', 'bigendianutf32'
    $widths = '8', '16', '32', '64'
    $prefixes = 1..8 | ForEach-Object { "$_" }
    $groups = '224.0.0.1', '224.0.0.2', '224.0.0.251', '224.0.0.252', '224.0.1.1', '239.255.255.250', 'ff02::1', 'ff02::2', 'ff02::c', 'ff02::fb', 'ff02::101', 'ff02::1:3'
    $levels = '1', '0', '41', '6', '17'

    # What is the same on every machine.
    $sets = @(
        @{ Line = 'Add-SocketMulticastGroup -Group '; Expected = $groups }
        @{ Line = 'Remove-SocketMulticastGroup -Group '; Expected = $groups }
        @{ Line = 'ConvertFrom-NetworkOrder -Width '; Expected = $widths }
        @{ Line = 'ConvertTo-NetworkOrder -Width '; Expected = $widths }
        @{ Line = 'Disconnect-Socket -Direction '; Expected = 'Send', 'Receive', 'Both' }
        @{ Line = 'Format-MessageDiagram -RowWidth '; Expected = $widths }
        @{ Line = 'Get-Socket -State '; Expected = 'New', 'Bound', 'Listening', 'Connected', 'Disconnected' }
        @{ Line = 'Get-SocketOption -Level '; Expected = $levels }
        @{ Line = 'Get-SocketOption -Level 17 -Option '; Expected = '1', '103', '104' }
        @{ Line = 'Set-SocketOption -Level '; Expected = $levels }
        @{ Line = 'Set-SocketOption -Level 17 -Option '; Expected = '1', '103', '104' }
        @{ Line = 'Set-SocketOption -Name NoDelay -Value '; Expected = '$true', '$false' }
        @{ Line = 'Set-SocketOption -Name SO_LINGER -Value '; Expected = 'off', '0' }
        @{ Line = 'Set-SocketOption -Name MtuDiscovery -Value '; Expected = '0', '1', '2', '3', '4', '5' }
        @{ Line = 'Set-SocketOption -Name TypeOfService -Value '; Expected = '0', '4', '32', '40', '72', '104', '136', '184', '192' }
        @{ Line = 'Set-SocketOption -Name Priority -Value '; Expected = '0', '1', '2', '4', '6' }
        @{ Line = 'New-Socket -AddressFamily '; Expected = $families }
        @{ Line = 'New-Socket -SocketType '; Expected = $types }
        @{ Line = 'New-Socket -ProtocolType '; Expected = 'Default', 'Udp', 'Tcp', 'Icmp', 'IcmpV6', 'Raw' }
        @{ Line = 'New-SocketPair -SocketType '; Expected = $types }
        @{ Line = 'Receive-Datagram -Encoding '; Expected = $encodings }
        @{ Line = 'Receive-SocketData -Encoding '; Expected = $encodings }
        @{ Line = 'Receive-SocketData -LengthPrefix '; Expected = $prefixes }
        @{ Line = 'Resolve-SocketAddress -AddressFamily '; Expected = $families }
        @{ Line = 'Resolve-SocketAddress -SocketType '; Expected = $types }
        @{ Line = 'Resolve-SocketName -SocketType '; Expected = $types }
        @{ Line = 'Send-Datagram -Encoding '; Expected = $encodings }
        @{ Line = 'Send-SocketData -Encoding '; Expected = $encodings }
        @{ Line = 'Send-SocketData -LengthPrefix '; Expected = $prefixes }
        @{ Line = 'Send-SocketData -NewLineText '; Expected = 'LF', 'CRLF' }
        @{ Line = 'Connect-Socket -Proxy '; Expected = 'socks5h://', 'socks5://', 'socks4a://', 'socks4://', 'http://' }
        @{ Line = 'Test-Socket -Encoding '; Expected = $encodings }
        @{ Line = 'Test-Socket -SocketType '; Expected = 'Stream', 'Datagram' }
        @{ Line = 'Test-Socket web'; Expected = 'web' }
        @{ Line = 'Wait-Socket -For '; Expected = 'Read', 'Write', 'Error' }
    )

    # What the machine or the session says: at least these.
    $sources = @(
        @{ Line = 'Add-SocketMulticastGroup -Interface '; Source = 'interfaces' }
        @{ Line = 'Remove-SocketMulticastGroup -Interface '; Source = 'interfaces' }
        @{ Line = 'Send-Datagram -LocalAddress '; Source = 'addresses' }
        @{ Line = 'New-SocketAddress -ScopeId '; Source = 'interfaces' }
        @{ Line = 'Set-SocketOption -Name MulticastInterface -Value '; Source = 'interfaces' }
        @{ Line = 'Set-SocketOption -Name BindToDevice -Value '; Source = 'interfaces' }
        @{ Line = 'Set-SocketOption -Name CongestionControl -Value '; Source = 'congestion control' }
        @{ Line = 'New-SocketAddress -Port '; Source = 'services' }
        @{ Line = 'Resolve-SocketAddress -Service '; Source = 'services' }
        @{ Line = 'Connect-Socket -Port '; Source = 'services' }
        @{ Line = 'Connect-Socket localhost '; Source = 'services' }
        @{ Line = 'Test-Socket -Port '; Source = 'services' }
        @{ Line = 'Connect-Socket '; Source = 'hosts' }
        @{ Line = 'Connect-Socket l'; Source = 'localhost' }
        @{ Line = 'Connect-Socket -RemoteEndPoint '; Source = 'hosts' }
        @{ Line = 'Test-Socket '; Source = 'hosts' }
        @{ Line = 'Connect-Socket localhost:ht'; Source = 'services of localhost' }
        @{ Line = 'Connect-Socket 127.0.0.1:'; Source = 'services of 127.0.0.1' }
        @{ Line = 'Test-Socket [::1]:'; Source = 'services of [::1]' }
        @{ Line = 'Get-SocketError -Code '; Source = 'errors' }
        @{ Line = 'Get-SocketOption -Name '; Source = 'options' }
        @{ Line = 'Set-SocketOption -Name '; Source = 'options' }
        @{ Line = 'Get-Socket -Id '; Source = 'numbers' }
        @{ Line = 'New-MessageFormat -Field a:8:'; Source = 'types' }
        @{ Line = 'ConvertFrom-BinaryMessage -Format '; Source = 'formats' }
        @{ Line = 'ConvertTo-BinaryMessage -Format '; Source = 'formats' }
        @{ Line = 'Format-MessageDiagram -Format '; Source = 'formats' }
        'Add-SocketMulticastGroup', 'Close-Socket', 'Connect-Socket', 'Disconnect-Socket', 'Get-SocketOption', 'Receive-Datagram', 'Receive-SocketConnection',
        'Receive-SocketData', 'Register-SocketAddress', 'Remove-SocketMulticastGroup', 'Send-Datagram', 'Send-SocketData', 'Set-SocketOption', 'Start-SocketListener',
        'Wait-Socket' | ForEach-Object { @{ Line = "$_ -Socket "; Source = 'sockets' } }
    )
}

BeforeAll {
    . $PSScriptRoot/../helpers/Common.ps1

    function Get-Completion {
        param([Parameter(Mandatory, Position = 0)] [string] $Line)

        (TabExpansion2 $Line $Line.Length).CompletionMatches
    }

    # The completer sees the variables of the session, as it does at the prompt.
    Set-Variable -Name completionFormat -Scope Global -Value (New-MessageFormat -Field 'Id:16', 'Rest:*' -Name Ping)
    Set-Variable -Name 'completion {format}' -Scope Global -Value (New-MessageFormat -Field 'Id:16')
}

AfterAll {
    Get-Socket | Close-Socket
    Remove-Variable -Name completionFormat, 'completion {format}' -Scope Global
}

Describe 'Tab' {
    BeforeAll {
        $socket = New-Socket IPv6 Datagram | Register-SocketAddress '[::1]:0' -PassThru
    }

    It 'offers after "<Line>" exactly the values that there are' -ForEach $sets {
        if (-not $IsLinux -and $Line -match '-(Level|Option) |Priority|MtuDiscovery') {
            Set-ItResult -Skipped -Because 'the levels and options that are expected are those of Linux'
            return
        }
        (Get-Completion $Line).CompletionText | Should -Be $Expected
    }

    It 'offers after "<Line>" the <Source> that there are' -ForEach $sources {
        $wanted = switch ($Source) {
            'interfaces' { [System.Net.NetworkInformation.NetworkInterface]::GetAllNetworkInterfaces().Name }
            'addresses' { [System.Net.NetworkInformation.NetworkInterface]::GetAllNetworkInterfaces().GetIPProperties().UnicastAddresses | ForEach-Object { "$($_.Address)" } }
            'congestion control' { $IsLinux ? (-split (Get-Content -LiteralPath /proc/sys/net/ipv4/tcp_available_congestion_control)) : @() }
            'hosts' { 'localhost:', '127.0.0.1:', "'[::1]:'" }
            'localhost' { 'localhost:' }
            'services of localhost' { 'localhost:http', 'localhost:https' }
            'services of 127.0.0.1' { (Test-Path -LiteralPath /etc/services) ? @('127.0.0.1:http', '127.0.0.1:domain') : '127.0.0.1:80' }
            'services of [::1]' { (Test-Path -LiteralPath /etc/services) ? @("'[::1]:http'", "'[::1]:domain'") : "'[::1]:80'" }
            'services' { (Test-Path -LiteralPath /etc/services) ? @('http', 'domain') : @() }
            'errors' { (Get-SocketError).Name }
            'options' { (Get-SocketOption -ListAvailable).Name | Select-Object -Unique }
            'numbers' { "$($socket.Id)" }
            'types' { 'uint', 'int', 'bool', 'bytes', 'ipv4', 'ipv6', 'mac', 'ascii', 'utf8', 'hex' | ForEach-Object { "'a:8:$_'" } }
            'formats' { '$completionFormat', '${completion `{format`}}' }
            'sockets' { "(Get-Socket -Id $($socket.Id))" }
        }
        if (-not $wanted) {
            Set-ItResult -Skipped -Because 'this system does not list them'
            return
        }
        $offered = (Get-Completion $Line).CompletionText
        $wanted | Where-Object { $_ -notin $offered } | Should -BeNullOrEmpty
    }

    It 'says after "<Line>" of each value more than its name' -ForEach ($sets + $sources) {
        foreach ($candidate in Get-Completion $Line | Where-Object ResultType -NotIn 'ProviderItem', 'ProviderContainer') {
            $candidate.ToolTip | Should -Not -BeIn $candidate.CompletionText, $candidate.ListItemText
            $candidate.ToolTip | Should -Match '^\S.* \S.*$' -Because "it says what $($candidate.CompletionText) means"
        }
    }

    It 'knows every parameter: one whose values are listed completes them' {
        # Text, numbers, addresses and data that only the user knows; files complete as they do everywhere.
        $free = @(
            'InputObject', 'InputStream', 'LocalEndPoint', 'RemoteEndPoint', 'EndPoint', 'IPAddress', 'HostName', 'Path', 'AbstractName', 'OutFile', 'Source', 'Diagram', 'ErrorRecord', 'Delimiter'
            'TimeoutSeconds', 'TotalTimeoutSeconds', 'ResolveSeconds', 'Match', 'Count', 'MaximumSize', 'Length', 'LengthOffset', 'Backlog', 'BatchSize', 'ThrottleLimit', 'ProxyCredential', 'New-MessageFormat -Name'
            'DnsName', 'Days', 'Issuer', 'TargetHost', 'Certificate', 'CertificateKey', 'CertificatePassword', 'CertificateThumbprint', 'TrustedCertificate', 'CertificateRevocationList', 'ApplicationProtocol'
        )
        $known = @(
            $common = [System.Management.Automation.PSCmdlet]::CommonParameters + [System.Management.Automation.PSCmdlet]::OptionalCommonParameters
            foreach ($command in Get-Command -Module PSSockets) {
                foreach ($parameter in $command.Parameters.Values | Where-Object { $_.Name -notin $common -and -not $_.SwitchParameter }) {
                    if ($parameter.Name -notin $free -and "$command -$($parameter.Name)" -notin $free) {
                        [pscustomobject]@{
                            Name = "$command -$($parameter.Name)"
                            Has  = [bool]($parameter.Attributes | Where-Object { $_ -is [System.Management.Automation.ArgumentCompleterAttribute] })
                        }
                    }
                }
            }
        )
        $known.Count | Should -BeGreaterThan 50
        ($known | Where-Object Has -EQ $false).Name | Should -BeNullOrEmpty
    }
}

Describe 'What is typed' {
    It 'narrows the values, upper and lower case alike: <Line>' -ForEach @(
        @{ Line = 'New-Socket -SocketType s'; Expected = 'SOCK_DGRAM', 'Stream', 'SOCK_STREAM', 'SeqPacket', 'SOCK_SEQPACKET', 'SOCK_RAW' }
        @{ Line = 'New-Socket AF_INET'; Expected = 'AF_INET', 'AF_INET6' }
        @{ Line = 'Disconnect-Socket -Direction shut_w'; Expected = 'SHUT_WR' }
        @{ Line = 'Wait-Socket -For poll'; Expected = 'POLLIN', 'POLLOUT', 'POLLERR' }
        @{ Line = 'Get-Socket -State l'; Expected = 'Listening' }
        @{ Line = 'Get-SocketError ECONNREF'; Expected = 'ECONNREFUSED' }
        @{ Line = 'Get-SocketError connectionref'; Expected = 'ConnectionRefused' }
        @{ Line = 'Get-SocketOption -Name ReuseAddress, tcp_no'; Expected = 'TCP_NODELAY' }
        @{ Line = 'New-MessageFormat -Field a:8, b:8:ip'; Expected = "'b:8:ipv4'", "'b:8:ipv6'" }
        @{ Line = 'ConvertTo-BinaryMessage -Format $completionF'; Expected = '$completionFormat' }
    ) {
        (Get-Completion $Line).CompletionText | Should -Be $Expected
    }

    It 'completes by position: <Line>' -ForEach @(
        @{ Line = 'New-Socket IPv6 St'; Expected = 'Stream' }
        @{ Line = 'Wait-Socket $s Wr'; Expected = 'Write' }
        @{ Line = '$s | Disconnect-Socket -Direction B'; Expected = 'Both' }
        @{ Line = 'Set-SocketOption $s NoDelay '; Expected = '$true', '$false' }
        @{ Line = 'ConvertTo-NetworkOrder 1 3'; Expected = '32' }
    ) {
        (Get-Completion $Line).CompletionText | Should -Be $Expected
    }

    It 'keeps the quotes that were typed: <Line>' -ForEach @(
        @{ Line = "New-Socket 'IPv"; Expected = "'IPv4'", "'IPv6'" }
        @{ Line = 'New-Socket "IPv'; Expected = '"IPv4"', '"IPv6"' }
    ) {
        (Get-Completion $Line).CompletionText | Should -Be $Expected
    }

    It 'makes lines that run' {
        Disconnect-Socket (New-SocketPair)[0] SHUT_WR
        Wait-Socket (New-SocketPair)[0] pollout 0 | Should -HaveCount 1
        foreach ($candidate in Get-Completion 'New-Socket -AddressFamily A') {
            New-Socket $candidate.CompletionText | Close-Socket
        }
        $variable = (Get-Completion 'ConvertTo-BinaryMessage -Format ').CompletionText | Where-Object { $_ -like '${*' }
        (& ([scriptblock]::Create($variable))).Fields.Name | Should -Be 'Id'
    }

    It 'refuses what is none of them, and lists them: <Command>' -ForEach @(
        @{ Command = 'ConvertTo-NetworkOrder 1 -Width 12'; Wanted = '8, 16, 32, 64' }
        @{ Command = 'Format-MessageDiagram a:8 -RowWidth 7'; Wanted = '8, 16, 32, 64' }
        @{ Command = 'Get-Socket -State Closed'; Wanted = 'New, Bound, Listening, Connected' }
        @{ Command = 'Send-SocketData $null x -LengthPrefix 9'; Wanted = '1, 2, 3, 4, 5, 6, 7, 8' }
        @{ Command = 'Send-SocketData $null x -NewLineText CR'; Wanted = 'LF, CRLF' }
    ) {
        $failure = { & ([scriptblock]::Create($Command)) } | Should -Throw -ErrorId 'ParameterArgumentValidationError,*' -PassThru
        $failure.Exception.Message | Should -BeLike "*$Wanted*"
    }
}
