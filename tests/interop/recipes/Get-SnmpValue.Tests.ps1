BeforeAll {
    . $PSScriptRoot/../../helpers/Recipes.ps1
    $directory = New-RecipeDirectory
}

AfterAll {
    Remove-Item -LiteralPath $directory -Recurse
}

Describe 'Get-SnmpValue.ps1' {
    BeforeEach {
        $started = [System.Collections.Generic.List[psobject]]::new()
        $workers = [System.Collections.Generic.List[psobject]]::new()
        $worker = $null
    }

    AfterEach {
        Stop-Recipe
    }

    Context 'and snmpd' {
        BeforeAll {
            $server = Start-SnmpServer $directory
            $recipe = "$recipes/Get-SnmpValue.ps1"
        }

        BeforeEach {
            if (-not $server) {
                Set-ItResult -Skipped -Because 'snmpd is not installed'
            }
        }

        AfterAll {
            Stop-Peer $server.Peer
        }

        It 'gives a text, in UTF-8' {
            $value = & $recipe $server.Address .1.3.6.1.2.1.1.6.0
            $value.Server | Should -BeExactly $server.Address
            $value.Oid | Should -BeExactly '1.3.6.1.2.1.1.6.0'
            $value.Type | Should -BeExactly 'OctetString'
            $value.Value | Should -BeExactly 'Büro 7'
        }

        It 'gives several values of several types, in the order of the question' {
            # sysName, sysUpTime, sysObjectID, sysServices, hrSystemDate (bytes), snmpInPkts, ipAdEntAddr of 127.0.0.1
            $values = & $recipe $server.Address 1.3.6.1.2.1.1.5.0, 1.3.6.1.2.1.1.3.0, 1.3.6.1.2.1.1.2.0, 1.3.6.1.2.1.1.7.0, 1.3.6.1.2.1.25.1.2.0, 1.3.6.1.2.1.11.1.0, 1.3.6.1.2.1.4.20.1.1.127.0.0.1
            $values.Type | Should -BeExactly 'OctetString', 'TimeTicks', 'ObjectIdentifier', 'Integer', 'OctetString', 'Counter32', 'IpAddress'
            $values[0].Value | Should -BeExactly 'printer.example'
            $values[1].Value | Should -BeOfType timespan
            $values[1].Value.TotalSeconds | Should -BeGreaterThan 0
            $values[1].Value.TotalSeconds | Should -BeLessThan 300
            $values[2].Value | Should -BeLike '1.3.6.1.4.1.8072.3.2.*'
            $values[3].Value | Should -Be 72
            , $values[4].Value | Should -BeOfType byte[]
            $values[4].Value[0] * 256 + $values[4].Value[1] | Should -Be ([datetime]::Now.Year)
            $values[5].Value | Should -BeGreaterThan 0
            $values[6].Value | Should -Be ([ipaddress] '127.0.0.1')
        }

        It 'says by the type that there is no such value' {
            $values = & $recipe $server.Address 1.3.6.1.2.1.1.5.9, 1.3.6.1.4.1.32473.1, 1.3.6.1.2.1.1.5.0
            $values.Type | Should -BeExactly 'NoSuchInstance', 'NoSuchObject', 'OctetString'
            $values[0].Value | Should -BeNull
            $values[2].Value | Should -BeExactly 'printer.example'
        }

        It 'says what silence may mean' {
            { & $recipe $server.Address 1.3.6.1.2.1.1.5.0 -Community secret -TimeoutSeconds 0.3 } | Should -Throw '*did not answer within 0.3 s. A device is also silent when*'
        }

        It 'runs in a process of its own' {
            (Invoke-RecipeProcess 'Get-SnmpValue.ps1' $server.Address, '1.3.6.1.2.1.1.5.0') -match '^127\.0\.0\.1:\d+ +1\.3\.6\.1\.2\.1\.1\.5\.0 +OctetString +printer\.example *$' | Should -HaveCount 1
        }

        It 'runs the examples of its help' {
            $shown = Invoke-RecipeHelpExample 'Get-SnmpValue.ps1' '' @{ '127\.0\.0\.1:161' = $server.Address }
            $shown[0].Value | Should -BeExactly 'printer.example'
            $shown | Select-Object -Skip 1 | Out-String -Width 200 | Should -Match '1\.3\.6\.1\.2\.1\.1\.1\.0 +OctetString +Linux '
        }
    }

    Context 'and a device that this test plays' {
        It 'tells why a device refuses, and takes no answer to another question' {
            $device = New-Socket IPv4 Datagram | Register-SocketAddress '127.0.0.1:0' -PassThru
            $worker = Start-Worker { & $args[0] $args[1] 1.3.6.1.2.1.1.5.0 } -ArgumentList "$recipes/Get-SnmpValue.ps1", "$($device.LocalEndPoint)"
            $question = Receive-Datagram $device -TimeoutSeconds 10
            $question.Data[13] | Should -Be 0xA0

            # The same message as a response (0xA2); its number stands before the two errors of three bytes each.
            $answer = $question.Data.Clone()
            $answer[13] = 0xA2
            $errors = 15 + 2 + $answer[16]
            [Convert]::ToHexString($answer[$errors..($errors + 5)]) | Should -Be '020100020100'
            $answer[$errors + 2] = 5
            $answer[$errors + 5] = 1
            $other = $answer.Clone()
            $other[$errors - 1] = $other[$errors - 1] -bxor 1
            $other[$errors + 2] = 1
            Send-Datagram $device $other $question.RemoteEndPoint
            Send-Datagram $device $answer $question.RemoteEndPoint
            (Wait-Worker $worker).Errors | Should -BeLike '*does not give the values: genErr, because of 1.3.6.1.2.1.1.5.0'
        }
    }
}
