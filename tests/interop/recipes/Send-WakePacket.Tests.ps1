BeforeAll {
    . $PSScriptRoot/../../helpers/Recipes.ps1
    $directory = New-RecipeDirectory
}

AfterAll {
    Remove-Item -LiteralPath $directory -Recurse
}

Describe 'Send-WakePacket.ps1' {
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
            # What the standard says, byte by byte.
            function Get-WakePacket {
                param([byte[]] $Address, [byte[]] $Password = @())

                [Convert]::ToHexString([byte[]] ((@(255) * 6) + ($Address * 16) + $Password))
            }
        }

        It 'sends what wakes a computer, byte by byte, by broadcast' {
            if (-not $IsLinux) {
                Set-ItResult -Skipped -Because 'only on Linux is 127.255.255.255 the broadcast address of a network that every machine has'
                return
            }
            $receiver = New-Socket IPv4 Datagram | Register-SocketAddress '127.255.255.255:0' -PassThru
            $sent = & "$recipes/Send-WakePacket.ps1" 00-00-5E-00-53-01, 00:00:5e:00:53:02 -RemoteEndPoint $receiver.LocalEndPoint -PassThru
            $sent | ForEach-Object Length | Should -Be 102, 102
            $received = Receive-Datagram $receiver -Count 2 -TimeoutSeconds 10
            $received | ForEach-Object { [Convert]::ToHexString($_.Data) } | Should -Be (Get-WakePacket 0, 0, 0x5E, 0, 0x53, 1), (Get-WakePacket 0, 0, 0x5E, 0, 0x53, 2)

            & "$recipes/Send-WakePacket.ps1" 00005E005301 -RemoteEndPoint $receiver.LocalEndPoint -Password 1, 2, 3, 4, 5, 6
            [Convert]::ToHexString((Receive-Datagram $receiver -TimeoutSeconds 10).Data) | Should -Be (Get-WakePacket 0, 0, 0x5E, 0, 0x53, 1 1, 2, 3, 4, 5, 6)
        }

        It 'is heard by socat, from a process of its own' {
            if (-not $IsLinux) {
                Set-ItResult -Skipped -Because 'only on Linux is 127.255.255.255 the broadcast address of a network that every machine has'
                return
            }
            if (-not (Test-Program socat)) {
                Set-ItResult -Skipped -Because 'socat is not installed'
                return
            }
            $held = New-Socket IPv4 Datagram | Register-SocketAddress '127.255.255.255:0' -PassThru
            $address = "$($held.LocalEndPoint)"
            Close-Socket $held
            $peer = Start-Peer socat -ArgumentList '-u', "UDP4-RECV:$($address -replace '.*:'),bind=127.255.255.255", '-'
            $started.Add($peer)
            $port = '{0:X4}' -f [int] ($address -replace '.*:')
            Wait-Until -Because 'socat opens its port' { [bool] (Select-String -LiteralPath /proc/net/udp -Pattern "FFFFFF7F:$port ") }
            Invoke-RecipeProcess 'Send-WakePacket.ps1' '00-00-5E-00-53-01', '-RemoteEndPoint', $address | Should -BeExactly ''
            Wait-Until { $peer.OutputByte.Length -eq 102 }
            [Convert]::ToHexString($peer.OutputByte) | Should -Be (Get-WakePacket 0, 0, 0x5E, 0, 0x53, 1)
        }

        It 'runs the examples of its help' {
            if (-not $IsLinux) {
                Set-ItResult -Skipped -Because 'only on Linux is 127.255.255.255 the broadcast address of a network that every machine has'
                return
            }
            $receiver = New-Socket IPv4 Datagram | Register-SocketAddress '127.255.255.255:0' -PassThru
            Set-Content -LiteralPath "$directory/computers.txt" -Value '00-00-5E-00-53-03', '00-00-5E-00-53-04'
            Invoke-RecipeHelpExample 'Send-WakePacket.ps1' "-RemoteEndPoint $($receiver.LocalEndPoint)" @{ ' -RemoteEndPoint \S+' = '' }
            Receive-Datagram $receiver -Count 3 -TimeoutSeconds 10 | ForEach-Object { $_.Data[-1] } | Should -Be 1, 3, 4
        }

        It 'sends nothing to what is not a hardware address' {
            { & "$recipes/Send-WakePacket.ps1" 00-00-5E-00-53 } | Should -Throw '*has 6 bytes*'
        }
    }
}
