BeforeAll {
    . $PSScriptRoot/../../helpers/Recipes.ps1
    $directory = New-RecipeDirectory
    $file = "$directory/server.pem"
    $root = New-SocketCertificate 'Clients' -CertificateAuthority
    Set-Content -LiteralPath "$directory/clients.pem" -Value $root.ExportCertificatePem()
    $ada = New-SocketCertificate ada.example -Issuer $root -OutFile "$directory/ada.pem"

    # The server in this process, with its Address.
    function Open-EchoServer {
        param([hashtable] $Parameter = @{})

        $worker = Start-Worker { param($path, $parameters) & $path @parameters } -ArgumentList "$recipes/Start-TlsEchoServer.ps1", ($Parameter + @{ LocalEndPoint = '127.0.0.1:0'; CertificateFile = $file })
        $workers.Add($worker)
        Wait-Until -TimeoutSeconds 20 -Because 'the server waits' { $worker.AsyncResult.IsCompleted -or $worker.Output.Count -gt 0 }
        $worker | Add-Member -NotePropertyName Port -NotePropertyValue ([int]("$($worker.Output[0])" -replace '.*:')) -PassThru
    }

    # What it has written by now: the collection itself would wait for its end.
    function Get-Written {
        param($Collection)

        for ($index = 0; $index -lt $Collection.Count; $index++) {
            "$($Collection[$index])"
        }
    }

    function Connect-EchoServer {
        param([psobject] $Server, [hashtable] $Parameter = @{})

        Connect-Socket localhost $Server.Port -TimeoutSeconds 10 | Protect-Socket -TrustedCertificate $file -TimeoutSeconds 20 -PassThru @Parameter
    }
}

AfterAll {
    Remove-Item -LiteralPath $directory -Recurse
}

Describe 'Start-TlsEchoServer.ps1' {
    BeforeEach {
        $started = [System.Collections.Generic.List[psobject]]::new()
        $workers = [System.Collections.Generic.List[psobject]]::new()
        $worker = $null
    }

    AfterEach {
        Stop-Recipe
    }

    It 'serves many clients at a time, and one that never speaks keeps nobody waiting' {
        $server = Open-EchoServer
        $silent = Connect-Socket localhost $server.Port -TimeoutSeconds 10

        $clients = @(1..5 | ForEach-Object { Connect-EchoServer $server })
        foreach ($round in 1..3) {
            foreach ($client in $clients) {
                Send-SocketData $client "round $round of $($client.Id)" -NewLine
            }
            foreach ($client in $clients) {
                Receive-SocketData $client -Line -TimeoutSeconds 20 | Should -BeExactly "round $round of $($client.Id)"
            }
        }
        Close-Socket $clients
        Close-Socket $silent
        Wait-Until -TimeoutSeconds 20 { @(@(Get-Written $server.Output) -like '* has ended').Count -eq 5 }
        @(@(Get-Written $server.Output) -like '* speaks Tls13 and is anybody').Count | Should -Be 5
    }

    It 'talks to openssl s_client' {
        if (-not (Test-Program openssl)) {
            Set-ItResult -Skipped -Because 'openssl is not installed'
            return
        }
        $server = Open-EchoServer
        $client = Invoke-TestPeer openssl 's_client', '-connect', "127.0.0.1:$($server.Port)", '-CAfile', $file, '-verify_return_error', '-servername', 'localhost', '-quiet'
        Write-PeerInput $client "an echo`n"
        Wait-Until -TimeoutSeconds 20 -Because $client.ErrorOutput { $client.Output -like '*an echo*' }
    }

    It 'lets in only clients with a certificate, and names them' {
        $server = Open-EchoServer @{ TrustedCertificate = "$directory/clients.pem" }

        # The client's own handshake is over before the server has looked at its certificate.
        $stranger = Connect-EchoServer $server
        Receive-SocketData $stranger -TimeoutSeconds 20 -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        $client = Connect-EchoServer $server @{ Certificate = "$directory/ada.pem" }
        Send-SocketData $client 'it is me' -NewLine
        Receive-SocketData $client -Line -TimeoutSeconds 20 | Should -BeExactly 'it is me'

        Wait-Until -TimeoutSeconds 20 { "$(Get-Written $server.Output)" -like '* is CN=ada.example*' }
        Wait-Until -TimeoutSeconds 20 { "$(Get-Written $server.PowerShell.Streams.Warning)" -like '*the client sent no certificate*' }
    }

    It 'ends at once when it is stopped, and leaves no socket open' {
        # Tests of other files, in the same process, may have left some of their own.
        $before = @(Get-Socket -All).Id
        $server = Open-EchoServer
        $client = Connect-EchoServer $server
        Stop-Worker $server | Should -BeLessThan 5000
        $null = $workers.Remove($server)
        Close-Socket $client
        Wait-Until { -not (Get-Socket -All | Where-Object Id -NotIn $before) }
    }
}
