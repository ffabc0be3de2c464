BeforeAll {
    . $PSScriptRoot/../../helpers/Recipes.ps1
    $directory = New-RecipeDirectory
}

AfterAll {
    Remove-Item -LiteralPath $directory -Recurse
}

Describe 'Invoke-UnixHttpRequest.ps1' {
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
                $root = (New-Item -ItemType Directory -Path "$directory/nginx").FullName
                $unixPath = "$root/nginx.sock"
                Set-Content -LiteralPath "$root/page.html" -Value '<p>Grüß Gott</p>' -NoNewline
                Set-Content -LiteralPath "$root/empty.html" -Value '' -NoNewline
                Set-Content -LiteralPath "$root/long.shtml" -Value ('Grüße ' * 20000) -NoNewline
                Set-Content -LiteralPath "$root/nginx.conf" -Value @"
daemon off;
master_process off;
pid $root/nginx.pid;
error_log stderr;
events { }
http {
    access_log off;
    default_type text/html;
    client_body_temp_path $root/body;
    proxy_temp_path $root/proxy;
    fastcgi_temp_path $root/fastcgi;
    uwsgi_temp_path $root/uwsgi;
    scgi_temp_path $root/scgi;
    server {
        listen unix:$unixPath;
        root $root;
        location ~ \.shtml$ { ssi on; ssi_types *; }
        location /version { default_type application/json; return 200 '{ "Version": "1.2" }'; }
        location /items {
            proxy_pass http://unix:${unixPath}:/taken;
            proxy_set_header Content-Type `$content_type;
            add_header X-Body `$request_body;
            add_header X-Body `$request_method;
        }
        location /taken { return 201 "`$content_type `$content_length"; }
        location /nothing { return 204; }
    }
}
"@
                $nginx = Start-Peer nginx -ArgumentList '-p', $root, '-e', 'stderr', '-c', "$root/nginx.conf"
                Wait-Until -Because "nginx listens: $($nginx.ErrorOutput)" {
                    $probe = Connect-Socket $unixPath -ErrorAction Ignore
                    if ($probe) {
                        Close-Socket $probe
                    }
                    $probe -or $nginx.Process.HasExited
                }
                $nginx.Process.HasExited | Should -BeFalse -Because $nginx.ErrorOutput
            }
        }

        BeforeEach {
            if (-not $nginx) {
                Set-ItResult -Skipped -Because 'nginx is not installed'
            }
        }

        AfterAll {
            Stop-Peer $nginx
        }

        It 'gets a page' {
            $answer = & "$recipes/Invoke-UnixHttpRequest.ps1" $unixPath /page.html
            "$($answer.StatusCode) $($answer.StatusDescription) $($answer.Header['Content-Type'])" | Should -BeExactly '200 OK text/html'
            $answer.Content | Should -BeExactly '<p>Grüß Gott</p>'
            $answer.RawContent.Length | Should -Be 18
        }

        It 'gets a page in chunks' {
            $answer = & "$recipes/Invoke-UnixHttpRequest.ps1" $unixPath /long.shtml
            $answer.Header['Transfer-Encoding'] | Should -Be 'chunked'
            $answer.Content | Should -BeExactly ('Grüße ' * 20000)
        }

        It 'gets <Status> and no body from <Method> <Path>' -ForEach @(
            @{ Method = 'GET'; Path = '/empty.html'; Status = 200 }
            @{ Method = 'GET'; Path = '/nothing'; Status = 204 }
            @{ Method = 'HEAD'; Path = '/page.html'; Status = 200 }
        ) {
            $answer = & "$recipes/Invoke-UnixHttpRequest.ps1" $unixPath $Path -Method $Method
            $answer.StatusCode | Should -Be $Status
            $answer.Content | Should -BeExactly ''
        }

        It 'is told that there is no such page' {
            $answer = & "$recipes/Invoke-UnixHttpRequest.ps1" $unixPath /none
            "$($answer.StatusCode) $($answer.StatusDescription)" | Should -BeExactly '404 Not Found'
        }

        It 'runs in a process of its own' {
            (Invoke-RecipeProcess 'Invoke-UnixHttpRequest.ps1' $unixPath, '/page.html') -match '^Content +: <p>Grüß Gott</p>$' | Should -HaveCount 1
        }

        It 'runs the examples of its help' {
            $results = @(Invoke-RecipeHelpExample 'Invoke-UnixHttpRequest.ps1' '' @{ '/run/docker\.sock|\./app\.sock' = $unixPath })
            $results[0].Version | Should -Be '1.2'
            "$($results[1].StatusCode) $($results[1].Content)" | Should -Be '201 application/json 18'
            $results[1].Header['X-Body'] | Should -Be '{ "name": "lamp" }, POST'
        }

        It 'reads to the end where nothing tells the length, at an abstract name' {
            if (-not $IsLinux) {
                Set-ItResult -Skipped -Because 'only Linux has abstract names'
                return
            }
            $name = "@pss-$([guid]::NewGuid())"
            $listener = Start-SocketListener -LocalEndPoint $name
            $worker = Start-Worker { param($path, $name) & $path $name / } -ArgumentList "$recipes/Invoke-UnixHttpRequest.ps1", $name
            $workers.Add($worker)
            $connection = Receive-SocketConnection $listener -TimeoutSeconds 10
            Receive-SocketData $connection -Delimiter "`r`n`r`n" -AsText -TimeoutSeconds 10 | Should -BeExactly "GET / HTTP/1.1`r`nHost: localhost`r`nConnection: close"
            Send-SocketData $connection "HTTP/1.1 100 Continue`r`n`r`nHTTP/1.0 200 OK`r`n`r`nall that comes"
            Close-Socket $connection
            $result = Wait-Worker $worker
            $result.Errors | Should -BeNullOrEmpty
            $result.Output.Content | Should -BeExactly 'all that comes'
        }
    }
}
