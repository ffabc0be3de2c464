BeforeAll {
    . $PSScriptRoot/../../helpers/Recipes.ps1
    $directory = New-RecipeDirectory
}

AfterAll {
    Remove-Item -LiteralPath $directory -Recurse
}

Describe 'Send-FileWithChecksum.ps1' {
    BeforeEach {
        $started = [System.Collections.Generic.List[psobject]]::new()
        $workers = [System.Collections.Generic.List[psobject]]::new()
        $worker = $null
    }

    AfterEach {
        Stop-Recipe
    }

    Context 'and Receive-FileWithChecksum.ps1' {
        BeforeAll {
            # Speaks the same protocol: send PORT NAME CONTENT [cut], or damage PORT, which stands between the two and changes one
            # byte of the file.
            $speaker = @"
import hashlib, socket, struct, sys
def read(s, n):
    data = b''
    while len(data) < n:
        piece = s.recv(n - len(data))
        if not piece:
            sys.exit('closed')
        data += piece
    return data
def frame(s):
    return read(s, struct.unpack('!H', read(s, 2))[0])
def say(s, body):
    s.sendall(struct.pack('!H', len(body)) + body)
def tell(answer):
    print(answer[0] >> 7, answer[1:33].hex(), answer[33:].decode(), flush=True)
mode, port = sys.argv[1], int(sys.argv[2])
out = socket.create_connection(('127.0.0.1', port))
if mode == 'send':
    name, content = sys.argv[3].encode(), sys.argv[4].encode()
    say(out, b'FILE' + struct.pack('!BQ', 1, len(content)) + hashlib.sha256(content).digest() + struct.pack('!H', len(name)) + name)
    answer = frame(out)
    tell(answer)
    if not answer[0] >> 7:
        sys.exit(2)
    if len(sys.argv) > 5:
        out.sendall(content[:-1])
        out.shutdown(socket.SHUT_WR)
    else:
        out.sendall(content)
    tell(frame(out))
else:
    server = socket.create_server(('127.0.0.1', 0))
    print(server.getsockname()[1], flush=True)
    client, _ = server.accept()
    header = frame(client)
    length = struct.unpack('!Q', header[5:13])[0]
    say(out, header)
    say(client, frame(out))
    content = bytearray(read(client, length))
    content[length // 2] ^= 1
    out.sendall(content)
    say(client, frame(out))
"@
        }

        BeforeEach {
            $incoming = (New-Item -ItemType Directory -Path (Join-Path $directory ([guid]::NewGuid()))).FullName
        }

        It 'move a file of <Size> bytes over <Family>, which sha256sum confirms' -ForEach @(
            @{ Size = 20MB + 3; Family = 'IPv6'; Local = { '[::1]:0' } }
            @{ Size = 0; Family = 'IPv4'; Local = { '127.0.0.1:0' } }
            @{ Size = 100000; Family = 'Unix'; Local = { New-TestPath } }
        ) {
            if (-not (Test-Program sha256sum)) {
                Set-ItResult -Skipped -Because 'sha256sum is not installed'
            }
            $from = Join-Path $directory 'größe [1].bin' # characters that a wildcard would have
            [System.IO.File]::WriteAllBytes($from, (Get-RandomByte $Size))
            $expected = Get-ProgramHash $from
            $receiver = Invoke-Example 'Receive-FileWithChecksum.ps1' $incoming, (& $Local)
            $address = Get-ExampleAddress $receiver
            $sender = Invoke-Example 'Send-FileWithChecksum.ps1' $from, $address
            $text = (Wait-Example $sender) -join '' -replace '\s'
            $text | Should -BeLike "*$Size*"
            $null = Wait-Example $receiver
            Get-ProgramHash (Join-Path $incoming 'größe [1].bin') | Should -Be $expected
            @(Get-ChildItem -LiteralPath $incoming).Name | Should -Be 'größe [1].bin'
        }

        It 'notice that a byte has been changed on the way' {
            if (-not (Test-Program python3)) {
                Set-ItResult -Skipped -Because 'python3 is not installed'
            }
            $from = Join-Path $directory 'fragile.bin'
            [System.IO.File]::WriteAllBytes($from, (Get-RandomByte 300000))
            $receiver = Invoke-Example 'Receive-FileWithChecksum.ps1' $incoming, '127.0.0.1:0'
            $between = Invoke-Python $speaker 'damage', ((Get-ExampleAddress $receiver) -replace '.*:')
            $sender = Invoke-Example 'Send-FileWithChecksum.ps1' $from, "127.0.0.1:$(Get-PythonPort $between)"
            Get-PeerError $sender | Should -BeLike '*does not keep fragile.bin: The file was damaged on its way*'
            Get-PeerError $receiver | Should -BeLike '*The file was damaged on its way: its SHA-256 is*'
            Get-ChildItem -LiteralPath $incoming | Should -BeNullOrEmpty
        }

        It 'receives from a program in Python: <Case>' -ForEach @(
            @{ Case = 'a file'; Name = 'hello.txt'; Answers = '^1 0{64} \n1 d3751d33f9cd5049c4af2b462735457e4d3baf130bcbb87f389e349fbaeb20b9 \n$'; ExitCode = 0; Files = 'hello.txt' }
            @{ Case = 'a file whose end is missing'; Name = 'hello.txt'; More = @('cut'); Answers = '^1 0{64} \n0 0{64} .* 1 of 5 bytes are missing\.\n$'; ExitCode = 1 }
            @{ Case = 'a name with a directory'; Name = '../evil.txt'; Answers = "^0 0{64} '../evil\.txt' is not the name of a file alone\.\n$"; ExitCode = 1 }
            @{ Case = 'a name that is a directory'; Name = '..'; Answers = "^0 0{64} '\.\.' is not the name of a file alone\.\n$"; ExitCode = 1 }
            @{ Case = 'a file that is too long'; Name = 'hello.txt'; Switches = @('-MaximumLength', '4'); Answers = '^0 0{64} hello\.txt has 5 bytes, and 4 are allowed\.\n$'; ExitCode = 1 }
            @{ Case = 'a file that is there'; Name = 'old.txt'; Old = 'old'; Answers = '^0 0{64} old\.txt is there already\.\n$'; ExitCode = 1; Files = 'old.txt' }
            @{ Case = 'a file that is there, and replaced'; Name = 'old.txt'; Old = 'old'; Switches = @('-Force'); Answers = '^1 .*\n1 '; ExitCode = 0; Files = 'old.txt' }
        ) {
            if (-not (Test-Program python3)) {
                Set-ItResult -Skipped -Because 'python3 is not installed'
            }
            if ($Old) {
                Set-Content -LiteralPath "$incoming/$Name" -Value $Old -NoNewline
            }
            $receiver = Invoke-Example 'Receive-FileWithChecksum.ps1' @($incoming, '127.0.0.1:0'; $Switches ?? @())
            $port = (Get-ExampleAddress $receiver) -replace '.*:'
            $peer = Invoke-Python $speaker @('send', $port, $Name, 'hallo'; $More ?? @())
            $null = Wait-Peer $peer -TimeoutSeconds 30
            $peer.Output | Should -Match $Answers -Because $peer.ErrorOutput
            Wait-Peer $receiver -TimeoutSeconds 30 | Should -Be $ExitCode
            @(Get-ChildItem -LiteralPath $incoming).Name | Should -Be $Files
            if ($Files) {
                Get-Content -LiteralPath "$incoming/$Files" -Raw | Should -BeExactly ($ExitCode ? $Old : 'hallo')
            }
            Test-Path -LiteralPath "$directory/evil.txt" | Should -BeFalse
        }

        It 'Send-FileWithChecksum.ps1 says that the receiver has gone' {
            $from = Join-Path $directory 'from.txt'
            Set-Content -LiteralPath $from -Value 'content'
            $listener = Start-SocketListener -LocalEndPoint '127.0.0.1:0'
            $worker = Start-Worker { & $args[0] $args[1] $args[2] } -ArgumentList "$recipes/Send-FileWithChecksum.ps1", $from, "$($listener.LocalEndPoint)"
            $connection = Receive-SocketConnection $listener -TimeoutSeconds 20
            $null = Receive-SocketData $connection -LengthPrefix 2 -TimeoutSeconds 20
            Close-Socket $connection
            $result = Wait-Worker $worker
            $worker = $null
            "$($result.Errors[-1])" | Should -BeLike '*closed the connection and not said whether it wants from.txt.'
        }

        It 'Receive-FileWithChecksum.ps1 shows how far it is when it takes long' {
            $worker = Start-Worker { & $args[0] $args[1] '127.0.0.1:0' } -ArgumentList "$recipes/Receive-FileWithChecksum.ps1", $incoming
            Wait-Until -TimeoutSeconds 20 { $worker.PowerShell.Streams.Information.Count -gt 0 }
            $connection = Connect-Socket ("$($worker.PowerShell.Streams.Information[0])" -replace '^waiting on ') -TimeoutSeconds 10
            $header = New-MessageFormat -Field 'Magic:32:ascii', 'Version:8', 'Length:64', 'Checksum:256:hex', 'NameLength:16', 'Name:[NameLength]:utf8'
            $content = [byte[]]::new(10000)
            $values = @{ Magic = 'FILE'; Version = 1; Length = $content.Length; Checksum = (Get-ByteHash $content); Name = 'slow.bin' }
            Send-SocketData $connection (ConvertTo-BinaryMessage $header $values) -LengthPrefix 2
            $null = Receive-SocketData $connection -LengthPrefix 2 -TimeoutSeconds 10
            $at = @{ Byte = 0 }
            Wait-Until -TimeoutSeconds 20 -Because 'there is a progress bar' {
                Send-SocketData $connection ([byte[]] @(0))
                $at.Byte++
                $worker.PowerShell.Streams.Progress.Count -gt 0
            }
            Send-SocketData $connection ([byte[]]::new($content.Length - $at.Byte))
            Wait-Until { $worker.AsyncResult.IsCompleted }
            $progress = $worker.PowerShell.Streams.Progress.ReadAll()
            (Wait-Worker $worker).Errors | Should -BeNullOrEmpty
            $worker = $null
            $progress[0].Activity | Should -BeExactly 'Receiving slow.bin'
            $progress[0].StatusDescription | Should -Match '^\d+ of 10000 bytes$'
            $progress[-1].RecordType | Should -Be 'Completed'
            (Get-Item -LiteralPath "$incoming/slow.bin").Length | Should -Be 10000
        }
    }
}
