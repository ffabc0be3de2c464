# Rows about waiting, and about stopping what waits; Rows.ps1 says what a row is, and Workers.ps1 what waits.

#--- Ctrl+C ----------------------------------------------------------------------------------------

$stopCount = 200

# Seconds from the stop to the end of the pipeline, of which 99 in 100 stops have at most so many.
function Measure-Stop {
    param([System.Management.Automation.Runspaces.Runspace] $Runspace, [scriptblock] $Script, [object[]] $Sockets)

    $times = [double[]]::new($stopCount)
    $clock = [System.Diagnostics.Stopwatch]::new()
    for ($i = 0; $i -lt $stopCount; $i++) {
        $worker = Start-Worker $Script $Sockets -Runspace $Runspace
        [System.Threading.Thread]::Sleep(5) # by then it waits in the kernel
        $clock.Restart()
        Stop-Pipeline $worker.PowerShell $worker.Running
        $times[$i] = $clock.Elapsed.TotalSeconds
    }
    [array]::Sort($times)
    $times[[System.Math]::Ceiling($stopCount * 0.99) - 1]
}

foreach ($cmdlet in (Get-IdleWait).Keys) {
    @{
        Name    = "stop-$($cmdlet.ToLowerInvariant())"
        Better  = 'Lower'
        Target  = 0.02
        Setup   = [scriptblock]::Create("Open-Stop '$cmdlet'")
        Cleanup = {
            param($context)
            $context.Runspace.Dispose()
            Close-Socket $context.Sockets
        }
        Ours    = @{
            Text    = "p99 of $stopCount stops of $cmdlet that waits"
            Measure = { param($context) Measure-Stop -Runspace $context.Runspace -Script $context.Script -Sockets $context.Sockets }
        }
    }
}

function Open-Stop {
    param([string] $Cmdlet)

    $wait = (Get-IdleWait)[$Cmdlet]
    @{ Runspace = Open-Runspace; Script = $wait.Script; Sockets = & $wait.Open }
}

# In a fresh process, because there the runtime has nothing left to compile in the background, which it would do for
# minutes here.
@{
    Name   = 'idle'
    Better = 'Lower'
    Target = 0.2
    Unit   = '%'
    Ours   = @{
        Text    = 'processor time while all five cmdlets wait'
        Measure = { Invoke-FreshPwsh "$PSScriptRoot/Measure-Idle.ps1" -Environment @{ DOTNET_TieredCompilation = '0' } }
    }
}

#--- Many sockets ----------------------------------------------------------------------------------

@{
    Name    = 'wait-many'
    Better  = 'Higher'
    Size    = 100, 1000
    Setup   = {
        param($count)
        $sockets = [object[]]@(for ($i = 0; $i -lt $count; $i++) { New-Socket | Register-SocketAddress '[::1]:0' -PassThru })
        Send-Datagram (New-Socket) 'ready' $sockets[-1].LocalEndPoint
        @{ Sockets = $sockets }
    }
    Cleanup = { param($context) Close-Socket $context.Sockets }
    Ours    = @{
        Text    = 'Wait-Socket of n sockets, the last one is ready'
        Measure = {
            param($context)
            $sockets = $context.Sockets
            $clock = [System.Diagnostics.Stopwatch]::StartNew()
            foreach ($round in 1..20) {
                $ready = Wait-Socket $sockets
                if ($ready -ne $sockets[-1]) {
                    throw 'Wait-Socket gave another socket than the one that is ready.'
                }
            }
            $clock.Elapsed.TotalSeconds / 20 / $sockets.Count
        }
    }
    Theirs  = @{
        Text    = 'script, Socket.Select of a list'
        Measure = {
            param($context)
            $sockets = $context.Sockets
            $clock = [System.Diagnostics.Stopwatch]::StartNew()
            foreach ($round in 1..20) {
                $ready = [System.Collections.Generic.List[System.Net.Sockets.Socket]][System.Net.Sockets.Socket[]]$sockets
                [System.Net.Sockets.Socket]::Select($ready, $null, $null, -1)
                if ($ready[0] -ne $sockets[-1]) {
                    throw 'Select gave another socket than the one that is ready.'
                }
            }
            $clock.Elapsed.TotalSeconds / 20 / $sockets.Count
        }
    }
}
