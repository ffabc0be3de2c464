BeforeAll {
    . $PSScriptRoot/../../helpers/Recipes.ps1
    $directory = New-RecipeDirectory
}

AfterAll {
    Remove-Item -LiteralPath $directory -Recurse
}

Describe 'Get-ModbusRegister.ps1' {
    BeforeEach {
        $started = [System.Collections.Generic.List[psobject]]::new()
        $workers = [System.Collections.Generic.List[psobject]]::new()
        $worker = $null
    }

    AfterEach {
        Stop-Recipe
    }

    Context 'and pymodbus' {
        BeforeAll {
            $server = Start-ModbusServer
            $recipe = "$recipes/Get-ModbusRegister.ps1"
        }

        BeforeEach {
            if (-not $server) {
                Set-ItResult -Skipped -Because 'python3-pymodbus is not installed'
            }
        }

        AfterAll {
            Stop-Peer $server.Peer
        }

        It 'reads holding registers' {
            $registers = & $recipe $server.Address -Address 7 -Count 3
            $registers.Server | Should -Be $server.Address, $server.Address, $server.Address
            $registers.Unit | Should -Be 1, 1, 1
            $registers.Register | Should -Be 7, 8, 9
            $registers.Value | Should -Be 1007, 1008, 1009
        }

        It 'reads input registers, with and without a sign' {
            (& $recipe $server.Address 0 3 -InputRegister).Value | Should -Be 0, 1, 65535
            (& $recipe $server.Address 0 3 -InputRegister -Signed -Unit 17).Value | Should -Be 0, 1, -1
        }

        It 'reads a hundred registers with one request' {
            (& $recipe $server.Address 0 100).Value | Should -Be (1000..1099)
        }

        It 'tells why a device refuses' {
            { & $recipe $server.Address 99 2 } | Should -Throw '*does not give the registers: it has no such register'
        }

        It 'runs in a process of its own' {
            (Invoke-RecipeProcess 'Get-ModbusRegister.ps1' $server.Address, '5') -match '^127\.0\.0\.1:\d+ +1 +5 +1005 *$' | Should -HaveCount 1
        }

        It 'runs the examples of its help' {
            $results = Invoke-RecipeHelpExample 'Get-ModbusRegister.ps1' '' @{ '127\.0\.0\.1:502' = $server.Address; ' 8 -InputRegister' = ' 2 -InputRegister' }
            $results[0..3].Value | Should -Be 1000, 1001, 1002, 1003
            $results[4] | Should -Be -1
        }
    }
}
