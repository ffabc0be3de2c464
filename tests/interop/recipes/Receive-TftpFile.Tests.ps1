BeforeAll {
    . $PSScriptRoot/../../helpers/Recipes.ps1
    $directory = New-RecipeDirectory
}

AfterAll {
    Remove-Item -LiteralPath $directory -Recurse
}

Describe 'Receive-TftpFile.ps1' {
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
            # in.tftpd looks its own address up, which the C library refuses for 127.0.0.1 where nothing but loopback has one.
            $elsewhere = [System.Net.NetworkInformation.NetworkInterface]::GetAllNetworkInterfaces() | Where-Object {
                $_.NetworkInterfaceType -ne 'Loopback' -and $_.GetIPProperties().UnicastAddresses.Address.AddressFamily -contains 'InterNetwork'
            }
            $user = [Environment]::UserName
            $obstacle = if (-not (Test-Program in.tftpd)) {
                'in.tftpd is not installed'
            }
            elseif ($user -ne 'root') {
                'in.tftpd starts as root only'
            }
            elseif (-not $elsewhere) {
                'in.tftpd needs an interface besides loopback'
            }
            $tftpd = $null
            if (-not $obstacle) {
                $files = (New-Item -ItemType Directory -Path "$directory/tftp").FullName
                foreach ($length in 0, 511, 512, 513, 1024, 100000) {
                    [System.IO.File]::WriteAllBytes("$files/$length.bin", (Get-RandomByte $length))
                }
                $tftpd = Start-TestServer -Program in.tftpd -Arguments {
                    '-L', '-4', '-s', '-a', "127.0.0.1:$($args[0])", '-p', '-u', $user, $files
                } -IsReady {
                    $socket = New-Socket IPv4 Datagram
                    $request = ConvertTo-BinaryMessage 'Opcode:16', 'Name:*0:ascii', 'Z:8', 'Mode:*0:ascii', 'Z2:8' @{ Opcode = 1; Name = '0.bin'; Mode = 'octet' }
                    Send-Datagram $socket $request "127.0.0.1:$($args[0])"
                    $answer = Receive-Datagram $socket -TimeoutSeconds 0.5 -ErrorAction Ignore
                    if ($answer) {
                        Send-Datagram $socket ([byte[]] (0, 4, 0, 1)) $answer.RemoteEndPoint
                    }
                    Close-Socket $socket
                    $answer
                }
            }
        }

        AfterAll {
            Stop-Peer $tftpd.Peer
        }

        BeforeEach {
            $target = New-TestPath -Extension bin
        }

        AfterEach {
            Remove-Item -LiteralPath $target -ErrorAction Ignore
        }

        It 'fetches a file of <_> bytes from in.tftpd' -ForEach 0, 511, 512, 513, 1024, 100000 {
            if ($obstacle) {
                Set-ItResult -Skipped -Because $obstacle
            }
            [System.IO.File]::WriteAllBytes($target, [byte[]]::new(5)) # is replaced
            $recipe = Invoke-Example 'Receive-TftpFile.ps1' "$_.bin", $target, '-Server', "127.0.0.1:$($tftpd.Port)"
            (Wait-Example $recipe) -join '' -replace '\s' | Should -BeLike "*$(Split-Path -Leaf $target)*"
            Get-ByteHash ([System.IO.File]::ReadAllBytes($target)) | Should -Be (Get-ByteHash (Get-RandomByte $_))
            Test-Path -LiteralPath "$target.part" | Should -BeFalse
        }

        It 'is told by in.tftpd that there is no such file, and leaves the one that is here' {
            if ($obstacle) {
                Set-ItResult -Skipped -Because $obstacle
            }
            Set-Content -LiteralPath $target -Value 'old'
            $recipe = Invoke-Example 'Receive-TftpFile.ps1' 'missing.bin', $target, '-Server', "127.0.0.1:$($tftpd.Port)"
            Get-PeerError $recipe | Should -BeLike '*says: File not found (error 1)*'
            Get-Content -LiteralPath $target | Should -BeExactly 'old'
            Test-Path -LiteralPath "$target.part" | Should -BeFalse
        }

        It 'asks again, confirms again, and hears nobody else' {
            $known = New-Socket IPv4 Datagram | Register-SocketAddress '127.0.0.1:0' -PassThru
            $transfer = New-Socket IPv4 Datagram | Register-SocketAddress '127.0.0.1:0' -PassThru
            $stranger = New-Socket IPv4 Datagram
            $block = New-MessageFormat -Field 'Opcode:16', 'Number:16', 'Data:*'
            $worker = Start-Worker { & $args[0] -Path a.txt -Destination $args[1] -Server $args[2] -TimeoutSeconds 0.3 } -ArgumentList @(
                "$recipes/Receive-TftpFile.ps1", $target, "$($known.LocalEndPoint)"
            )
            $lost, $request = Receive-Datagram $known -Count 2 -TimeoutSeconds 20
            $request.Text | Should -BeExactly "`0`u{1}a.txt`0octet`0"
            $lost.Text | Should -BeExactly $request.Text
            $client = $request.RemoteEndPoint

            $first = ConvertTo-BinaryMessage $block @{ Opcode = 3; Number = 1; Data = [byte[]]::new(512) }
            Send-Datagram $transfer $first $client
            $confirmations = @(Receive-Datagram $transfer -Count 2 -TimeoutSeconds 20) # one more, since no block comes
            Send-Datagram $transfer $first $client
            $confirmations += Receive-Datagram $transfer -TimeoutSeconds 20
            Send-Datagram $stranger (ConvertTo-BinaryMessage $block @{ Opcode = 3; Number = 2; Data = [byte[]] (6, 6, 6) }) $client
            Send-Datagram $transfer (ConvertTo-BinaryMessage $block @{ Opcode = 3; Number = 2; Data = [byte[]] (1, 2) }) $client
            $result = Wait-Worker $worker
            $worker = $null
            $result.Errors | Should -BeNullOrEmpty
            $result.Output[0].FullName | Should -Be $target
            $confirmations | ForEach-Object { [Convert]::ToHexString($_.Data) } | Should -Be '00040001', '00040001', '00040001'
            Get-ByteHash ([System.IO.File]::ReadAllBytes($target)) | Should -Be (Get-ByteHash ([byte[]]::new(512) + 1 + 2))
        }

        It 'gives up when nobody answers' {
            $silent = New-Socket IPv4 Datagram | Register-SocketAddress '127.0.0.1:0' -PassThru
            { & "$recipes/Receive-TftpFile.ps1" -Path a.txt -Destination $target -Server $silent.LocalEndPoint -TimeoutSeconds 0.02 } |
                Should -Throw '*does not answer.'
            @(Receive-Datagram $silent -Continuous -TimeoutSeconds 0).Count | Should -Be 6
            Test-Path -Path "$target*" | Should -BeFalse
            @(Get-Socket).Count | Should -Be 1
        }
    }
}
