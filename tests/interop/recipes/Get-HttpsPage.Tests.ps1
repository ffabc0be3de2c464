BeforeAll {
    . $PSScriptRoot/../../helpers/Recipes.ps1
    $directory = New-RecipeDirectory
    $recipe = "$recipes/Get-HttpsPage.ps1"
    $root = New-SocketCertificate 'Page root' -CertificateAuthority
    Set-Content -LiteralPath "$directory/root.pem" -Value $root.ExportCertificatePem()
    $pem = "$directory/own.pem"
    $own = New-SocketCertificate localhost -Issuer $root -OutFile $pem
}

AfterAll {
    Remove-Item -LiteralPath $directory -Recurse
}

Describe 'Get-HttpsPage.ps1' {
    BeforeEach {
        $started = [System.Collections.Generic.List[psobject]]::new()
        $workers = [System.Collections.Generic.List[psobject]]::new()
        $worker = $null
    }

    AfterEach {
        Stop-Recipe
    }

    Context 'and nginx' {
        BeforeAll {
            $nginx = $null
            if (Test-Program nginx) {
                [System.IO.File]::WriteAllText("$directory/index.html", 'ein Gruß ' * 30000)
                $nginx = Start-TestServer -Program nginx -IsReady { Test-Listener $args[0] } -Arguments {
                    Set-Content -LiteralPath "$directory/nginx.conf" -Value @"
daemon off; master_process off; pid $directory/nginx.pid; error_log stderr;
events { }
http {
    access_log off;
    client_body_temp_path $directory/body; proxy_temp_path $directory/proxy; fastcgi_temp_path $directory/fastcgi;
    uwsgi_temp_path $directory/uwsgi; scgi_temp_path $directory/scgi;
    server { listen 127.0.0.1:$($args[0]) ssl; ssl_certificate $pem; ssl_certificate_key $pem; root $directory; }
}
"@
                    '-p', $directory, '-e', 'stderr', '-c', "$directory/nginx.conf"
                }
            }
        }

        BeforeEach {
            if (-not $nginx) {
                Set-ItResult -Skipped -Because 'nginx is not installed'
            }
        }

        AfterAll {
            Stop-Peer $nginx.Peer
        }

        It 'gets a page, and says what is not there' {
            $page = & $recipe "https://localhost:$($nginx.Port)/" -TrustedCertificate "$directory/root.pem"
            $page.Status | Should -Be 'HTTP/1.1 200 OK'
            $page.Body | Should -BeExactly ('ein Gruß ' * 30000)
            "$($page.Header)" | Should -BeLike '*Content-Length: 300000*'

            (& $recipe "https://localhost:$($nginx.Port)/none" -TrustedCertificate "$directory/root.pem").Status | Should -BeLike '*404*'
            Get-Socket | Should -BeNullOrEmpty
        }

        It 'goes through a proxy' {
            if (-not (Test-Program tinyproxy)) {
                Set-ItResult -Skipped -Because 'tinyproxy is not installed'
                return
            }
            $proxy = Start-TestServer tinyproxy -IsReady { Test-Listener $args[0] } -Arguments {
                Set-Content -LiteralPath "$directory/proxy.conf" -Value "Port $($args[0])", 'Listen 127.0.0.1', 'LogLevel Error', 'Timeout 20'
                '-d', '-c', "$directory/proxy.conf"
            }
            $started.Add($proxy.Peer)

            $page = & $recipe "https://localhost:$($nginx.Port)/" -TrustedCertificate "$directory/root.pem" -Proxy "http://127.0.0.1:$($proxy.Port)"

            $page.Status | Should -Be 'HTTP/1.1 200 OK'
        }

        It 'trusts no stranger' {
            { & $recipe "https://localhost:$($nginx.Port)/" } | Should -Throw -ErrorId 'CertificateRejected,*'
        }

        It 'runs in a process of its own' {
            "$(Invoke-RecipeProcess 'Get-HttpsPage.ps1' "https://localhost:$($nginx.Port)/none", '-TrustedCertificate', "$directory/root.pem")" | Should -BeLike '*404 Not Found*'
        }
    }

    It 'does not take a page that was cut for a whole one' {
        $listener = Start-SocketListener -LocalEndPoint '127.0.0.1:0'
        $worker = Start-Worker -ArgumentList $listener, $own {
            param($listener, $own)
            $peer = Receive-SocketConnection $listener -TimeoutSeconds 20 | Protect-Socket -AsServer -Certificate $own -TimeoutSeconds 20 -PassThru
            $null = Receive-SocketData $peer -Delimiter "`r`n`r`n" -TimeoutSeconds 20
            Send-SocketData $peer "HTTP/1.0 200 OK`r`n`r`nhalf of"
            # Without close_notify.
            $peer.Shutdown('Send')
            $null = Receive-SocketData $peer -TimeoutSeconds 20
            Close-Socket $peer
        }

        { & $recipe "https://localhost:$($listener.LocalEndPoint.Port)/" -TrustedCertificate "$directory/root.pem" -WarningAction SilentlyContinue } |
            Should -Throw '*without the message that ends a TLS stream*'
        $null = Wait-Worker $worker
        $worker = $null
    }

    It 'does not take an address without TLS' {
        { & $recipe 'http://localhost/' } | Should -Throw "*'http://localhost/' does not begin with https://.*"
    }
}
