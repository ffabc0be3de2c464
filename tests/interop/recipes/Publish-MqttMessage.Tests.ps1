BeforeAll {
    . $PSScriptRoot/../../helpers/Recipes.ps1
    $directory = New-RecipeDirectory
}

AfterAll {
    Remove-Item -LiteralPath $directory -Recurse
}

Describe 'Publish-MqttMessage.ps1' {
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
            $recipe = "$recipes/Publish-MqttMessage.ps1"
            $missing = 'mosquitto', 'mosquitto_sub', 'mosquitto_passwd' | Where-Object { -not (Test-Program $_) }
            $obstacle = if ($missing) { "$($missing -join ', ') not installed" }
            $broker = $null
            if (-not $obstacle) {
                $pem = "$directory/tls.pem"
                $certificate = New-SocketCertificate localhost -OutFile $pem
                Set-Content -LiteralPath "$directory/root.pem" -Value $certificate.ExportCertificatePem()
                $passwords = Start-Peer mosquitto_passwd -ArgumentList '-b', '-c', "$directory/passwords", 'ada', 'geheim ß'
                Wait-Peer $passwords | Should -Be 0 -Because $passwords.ErrorOutput
                Stop-Peer $passwords
                $closedPort = @{}
                $broker = Start-TestServer -Program mosquitto -Arguments {
                    $closedPort.Number = Get-FreePort
                    $closedPort.Tls = Get-FreePort
                    Set-Content -LiteralPath "$directory/mosquitto.conf" -Value @(
                        'per_listener_settings true'
                        'persistence false'
                        'log_dest stderr'
                        'log_type all'
                        "user $([Environment]::UserName)"
                        "listener $($args[0]) 127.0.0.1"
                        'allow_anonymous true'
                        "listener $($closedPort.Number) 127.0.0.1"
                        'allow_anonymous false'
                        "password_file $directory/passwords"
                        "listener $($closedPort.Tls) 127.0.0.1"
                        'allow_anonymous true'
                        "cafile $directory/root.pem"
                        "certfile $pem"
                        "keyfile $pem"
                    )
                    '-c', "$directory/mosquitto.conf"
                } -IsReady { (Test-Listener $args[0]) -and (Test-Listener $closedPort.Number) -and (Test-Listener $closedPort.Tls) }
                $server = "127.0.0.1:$($broker.Port)"

                # Starts a subscriber, and waits until the broker has told it that it is one.
                function Invoke-Subscriber {
                    param([string] $Topic, [int] $Count, [string[]] $ArgumentList = @('-p', $broker.Port), [string] $Format = '%t|%q|%r|%p')

                    $id = "subscriber-$([guid]::NewGuid())"
                    $subscriber = Invoke-TestPeer mosquitto_sub @(
                        '-h', '127.0.0.1', '-i', $id, '-t', $Topic, '-q', '1', '-C', $Count, '-W', '30', '-F', $Format; $ArgumentList
                    )
                    Wait-Until -TimeoutSeconds 20 -Because "the broker confirms the subscription: $($subscriber.ErrorOutput)" {
                        $broker.Peer.ErrorOutput -match "Sending SUBACK to $id"
                    }
                    $subscriber
                }

                function Get-Received {
                    param([psobject] $Subscriber)

                    Wait-Peer $Subscriber -TimeoutSeconds 30 | Should -Be 0 -Because $Subscriber.ErrorOutput
                    $Subscriber.Output.TrimEnd() -split '\n'
                }
            }
        }

        AfterAll {
            Stop-Peer $broker.Peer
        }

        Context 'to mosquitto' {
            BeforeEach {
                if ($obstacle) {
                    Set-ItResult -Skipped -Because $obstacle
                }
            }

            It 'publishes a message, quality of service <_>' -ForEach 0, 1 {
                $subscriber = Invoke-Subscriber 'home/+/temperature' 1
                $run = Invoke-Example 'Publish-MqttMessage.ps1' 'home/Küche/temperature', '21,5 °C', '-Server', $server, '-QualityOfService', $_
                Wait-Example $run | Should -BeExactly ''
                Get-Received $subscriber | Should -BeExactly "home/Küche/temperature|$_|0|21,5 °C"
            }

            It 'publishes all that comes through the pipeline over one connection, in its order' {
                $subscriber = Invoke-Subscriber 'many' 300
                $lines = 1..300 | ForEach-Object { "line $_" }
                $lines | & $recipe -Topic many -Server $server -QualityOfService 1 -ClientId 'test client'
                Get-Received $subscriber | Should -BeExactly ($lines | ForEach-Object { "many|1|0|$_" })
                Wait-Until { ($broker.Peer.ErrorOutput -split '\n' -match 'as test client').Count -eq 1 }
                Get-Socket | Should -BeNullOrEmpty
            }

            # The topic takes 3 bytes, and 2 for its length; the packet says how long it is in one to four bytes.
            It 'publishes a packet whose remaining length is <Length>, in <Bytes> bytes' -ForEach @(
                @{ Length = 127; Bytes = 1 }
                @{ Length = 128; Bytes = 2 }
                @{ Length = 16383; Bytes = 2 }
                @{ Length = 16384; Bytes = 3 }
                @{ Length = 2097151; Bytes = 3 }
                @{ Length = 2097152; Bytes = 4 }
            ) {
                $payload = Get-RandomByte ($Length - 5)
                & $recipe -Topic big -Message $payload -Server $server -Retain
                $subscriber = Invoke-TestPeer mosquitto_sub '-h', '127.0.0.1', '-p', $broker.Port, '-t', 'big', '-C', '1', '-W', '30', '-N'
                Wait-Peer $subscriber -TimeoutSeconds 30 | Should -Be 0 -Because $subscriber.ErrorOutput
                Get-ByteHash $subscriber.OutputByte | Should -Be (Get-ByteHash $payload)
            }

            It 'is kept for those who come later, until an empty message comes' {
                & $recipe kept one $server -Retain
                & $recipe kept two $server -Retain -QualityOfService 1
                Get-Received (Invoke-Subscriber 'kept' 1) | Should -BeExactly 'kept|1|1|two'
                & $recipe kept '' $server -Retain -QualityOfService 1
                $subscriber = Invoke-Subscriber 'kept' 1
                & $recipe kept 'not retained' $server
                Get-Received $subscriber | Should -BeExactly 'kept|0|0|not retained'
            }

            It 'logs in with a password' {
                $credential = [pscredential]::new('ada', (ConvertTo-SecureString 'geheim ß' -AsPlainText -Force))
                $subscriber = Invoke-Subscriber 'secret' 1 '-p', $closedPort.Number, '-u', 'ada', '-P', 'geheim ß' '%p'
                & $recipe secret 'for your eyes' "127.0.0.1:$($closedPort.Number)" -Credential $credential
                Get-Received $subscriber | Should -BeExactly 'for your eyes'
            }

            It 'speaks TLS, and trusts no stranger' {
                $subscriber = Invoke-Subscriber 'tls' 1
                & $recipe tls protected "localhost:$($closedPort.Tls)" -QualityOfService 1 -Tls -TrustedCertificate "$directory/root.pem"
                Get-Received $subscriber | Should -BeExactly 'tls|1|0|protected'
                { & $recipe tls x "localhost:$($closedPort.Tls)" -Tls } | Should -Throw -ErrorId 'CertificateRejected,*'
            }

            It 'is refused with <How>' -ForEach @(
                @{ How = 'a wrong password'; Credential = { [pscredential]::new('ada', (ConvertTo-SecureString 'wrong' -AsPlainText -Force)) } }
                @{ How = 'no password'; Credential = { } }
            ) {
                { & $recipe secret x "127.0.0.1:$($closedPort.Number)" -Credential (& $Credential) } |
                    Should -Throw '*refuses the connection: this client may not connect.'
                Get-Socket | Should -BeNullOrEmpty
            }
        }

        It 'does not take a topic with a wildcard' {
            { & $recipe 'home/+' x '127.0.0.1:1' } | Should -Throw -ErrorId 'ParameterArgumentValidationError,Publish-MqttMessage.ps1'
        }

        It 'says that a broker closes the connection, and one that answers something else' {
            $listener = Start-SocketListener -LocalEndPoint '127.0.0.1:0'
            foreach ($case in @{ Answer = @(); Words = '*has closed the connection.' }, @{ Answer = 0xD0, 0; Words = '*a packet of type 13 where 2 was due.' }) {
                $worker = Start-Worker {
                    $connection = Receive-SocketConnection $args[0] -TimeoutSeconds 20
                    $hello = Receive-SocketData $connection -Length 14 -TimeoutSeconds 20
                    Send-SocketData $connection ([byte[]] $args[1])
                    Close-Socket $connection
                    [Convert]::ToHexString($hello.Data)
                } -ArgumentList $listener, $case.Answer
                { & $recipe t x $listener.LocalEndPoint -ErrorAction Stop } | Should -Throw $case.Words
                (Wait-Worker $worker).Output | Should -BeExactly '100C00044D515454040200000000'
                $worker = $null
            }
            @(Get-Socket).Count | Should -Be 1
        }
    }
}
