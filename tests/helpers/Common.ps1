# What the tests share: each *.Tests.ps1 dot-sources this file in its BeforeAll. Nothing here sleeps:
# everything waits for the thing itself and gives up, with an error, after a time.

[Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseShouldProcessForStateChangingFunctions', '', Scope = 'Function', Target = '*', Justification = 'Helpers of tests: nobody runs them with -WhatIf.')]
param()

$ModulePath = "$PSScriptRoot/../../output/PSSockets/PSSockets.psd1"
if (-not (Test-Path -LiteralPath $ModulePath)) {
    throw 'The module is not in output/PSSockets: run ./build.ps1 -Task Build first.'
}
$ModulePath = (Resolve-Path -LiteralPath $ModulePath).ProviderPath
Import-Module -Name $ModulePath -ErrorAction Stop

# PowerShell is its own program, or a tool that the dotnet command runs.
$pwsh = [Environment]::ProcessPath
$pwshStart = @(
    if ([System.IO.Path]::GetFileNameWithoutExtension($pwsh) -eq 'dotnet') {
        Join-Path $PSHOME 'pwsh.dll'
    }
    '-NoProfile'
)

<#
.SYNOPSIS
Whether this system has no UNIX sockets at all; then the script must get the error NotSupported, which is all that there is to test.

.EXAMPLE
if (Test-NoUnixSocket { New-SocketAddress -Path 'x.sock' }) { return }
#>
function Test-NoUnixSocket {
    param([Parameter(Mandatory, Position = 0)] [scriptblock] $Script)

    if ([System.Net.Sockets.Socket]::OSSupportsUnixDomainSockets) {
        return $false
    }
    $failure = $null
    $made = & $Script -ErrorAction SilentlyContinue 2>&1 | ForEach-Object { if ($_ -is [System.Management.Automation.ErrorRecord]) { $failure = $_ } else { $_ } }
    $made | Should -BeNullOrEmpty
    $failure.FullyQualifiedErrorId | Should -BeLike 'NotSupported,*'
    $true
}

<#
.SYNOPSIS
The two ends of a TCP connection over loopback: the side that connected, and the one that accepted.

.EXAMPLE
$client, $server = Open-Connection
#>
function Open-Connection {
    $listener = Start-SocketListener -LocalEndPoint '127.0.0.1:0'
    Connect-Socket $listener.LocalEndPoint
    Receive-SocketConnection $listener -TimeoutSeconds 15
    Close-Socket $listener
}

<#
.SYNOPSIS
Two connected streams: a pair of UNIX sockets, or where there are none two ends of a connection over loopback.

.EXAMPLE
$one, $other = New-StreamPair
#>
function New-StreamPair {
    param([string] $SocketType = 'Stream')

    if (-not $IsWindows -or $SocketType -ne 'Stream') {
        return New-SocketPair $SocketType
    }
    Open-Connection
}

<#
.SYNOPSIS
A message with errors as Linux numbers them, as this system has them: the names stay.

.EXAMPLE
$failure.Exception.Message | Should -BeLike (Format-SystemError 'bind *: EADDRINUSE (98)*')
#>
function Format-SystemError {
    param([Parameter(Mandatory, Position = 0)] [string] $Text)

    if ($IsLinux) {
        return $Text
    }
    [regex]::Replace($Text, '\b(?<name>E[A-Z]{3,}) \(-?\d+\)(?<text> [A-Z][a-z ]+)?', {
            $info = Get-SocketError $args[0].Groups['name'].Value
            "$($info.Name) ($($info.Number))" + ($args[0].Groups['text'].Success ? " $($info.Message)" : '')
        })
}

<#
.SYNOPSIS
The loopback interface of this system: its Name and its Index.

.EXAMPLE
(Get-LoopbackInterface).Name
#>
function Get-LoopbackInterface {
    $found = [System.Net.NetworkInformation.NetworkInterface]::GetAllNetworkInterfaces() | Where-Object NetworkInterfaceType -EQ 'Loopback' | Select-Object -First 1
    [pscustomobject] @{ Name = $found.Name; Index = $found.GetIPProperties().GetIPv4Properties().Index }
}

#--- Waiting ---------------------------------------------------------------------------------------

<#
.SYNOPSIS
Waits until the condition is true; an error, which says -Because, when it is not in time.

.EXAMPLE
Wait-Until { Test-Path $path } -Because 'socat makes its socket file'
#>
function Wait-Until {
    param(
        [Parameter(Mandatory, Position = 0)] [scriptblock] $Condition,
        [double] $TimeoutSeconds = 30,
        [string] $Because
    )

    # The condition sees the variables of this function before the caller's, hence the long names.
    $waitUntilPause = [System.Threading.ManualResetEventSlim]::new()
    $waitUntilClock = [System.Diagnostics.Stopwatch]::StartNew()
    try {
        while (-not (& $Condition)) {
            if ($waitUntilClock.Elapsed.TotalSeconds -ge $TimeoutSeconds) {
                throw "Not within $TimeoutSeconds s: " + ($Because ? $Because : "$Condition".Trim())
            }
            $null = $waitUntilPause.Wait(5)
        }
    }
    finally {
        $waitUntilPause.Dispose()
    }
}

#--- Workers: the module in another runspace of this process ---------------------------------------

<#
.SYNOPSIS
Starts a script block in a new runspace of this process, where the module is imported.

.DESCRIPTION
The block sees its arguments and nothing else of the caller. Output (a PSDataCollection) and PowerShell (with
its streams) of the result can be read while it runs. Wait-Worker or Stop-Worker ends and disposes it.

.EXAMPLE
$worker = Start-Worker { param($socket) Receive-Datagram $socket } -ArgumentList $socket
#>
function Start-Worker {
    param(
        [Parameter(Mandatory, Position = 0)] [scriptblock] $ScriptBlock,
        [object[]] $ArgumentList = @()
    )

    $state = [initialsessionstate]::CreateDefault2()
    $state.ThrowOnRunspaceOpenError = $true
    $state.ImportPSModule($ModulePath)
    $runspace = [runspacefactory]::CreateRunspace($state)
    $runspace.ThreadOptions = 'ReuseThread'
    $runspace.Open()
    $powerShell = [powershell]::Create($runspace)

    # The name by which Wait-WorkerBlocked finds the thread: Linux keeps 15 characters.
    $threadName = "worker-$([guid]::NewGuid().ToString('N').Substring(0, 8))"
    $null = $powerShell.AddScript('[System.Threading.Thread]::CurrentThread.Name = $args[0]').AddArgument($threadName).Invoke()
    $powerShell.Commands.Clear()

    $null = $powerShell.AddScript($ScriptBlock.ToString())
    foreach ($argument in $ArgumentList) {
        $null = $powerShell.AddArgument($argument)
    }
    $nothing = [System.Management.Automation.PSDataCollection[psobject]]::new()
    $nothing.Complete()
    $output = [System.Management.Automation.PSDataCollection[psobject]]::new()
    [pscustomobject]@{
        PowerShell  = $powerShell
        AsyncResult = $powerShell.BeginInvoke($nothing, $output)
        Output      = $output
        ThreadName  = $threadName
        Script      = $ScriptBlock
        Argument    = $ArgumentList
        Errors      = @()
    }
}

<#
.SYNOPSIS
Waits until a worker ends by itself, and gives its Output, Errors, Warnings and Verbose.

.DESCRIPTION
A terminating error is the last of Errors. An error when the worker does not end in time: it is stopped then.

.EXAMPLE
(Wait-Worker $worker).Errors.FullyQualifiedErrorId | Should -BeLike 'SocketClosed,*'
#>
function Wait-Worker {
    param(
        [Parameter(Mandatory, Position = 0)] [psobject] $Worker,
        [double] $TimeoutSeconds = 30
    )

    if (-not $Worker.AsyncResult.AsyncWaitHandle.WaitOne([timespan]::FromSeconds($TimeoutSeconds))) {
        $null = Stop-Worker $Worker
        throw "The worker did not end within $TimeoutSeconds s."
    }
    try {
        $errors = [System.Collections.Generic.List[System.Management.Automation.ErrorRecord]]::new()
        try {
            $null = $Worker.PowerShell.EndInvoke($Worker.AsyncResult)
            $errors.AddRange($Worker.PowerShell.Streams.Error)
        }
        catch [System.Management.Automation.MethodInvocationException] {
            $errors.AddRange($Worker.PowerShell.Streams.Error)
            $errors.Add($_.Exception.InnerException.ErrorRecord)
        }
        [pscustomobject]@{
            Output   = @($Worker.Output)
            Errors   = @($errors)
            Warnings = @($Worker.PowerShell.Streams.Warning | ForEach-Object Message)
            Verbose  = @($Worker.PowerShell.Streams.Verbose | ForEach-Object Message)
        }
    }
    finally {
        $Worker.PowerShell.Runspace.Dispose()
        $Worker.PowerShell.Dispose()
    }
}

<#
.SYNOPSIS
Waits until the thread of a worker sleeps in the kernel: until it has really begun to wait.

.DESCRIPTION
Linux only; elsewhere it returns at once. The thread is taken to wait when it slept, and was not woken, for
several looks in a row. With -Still that is at least 0.2 s, which no loop that looks every 100 ms lets pass.

.EXAMPLE
Wait-WorkerBlocked $worker
#>
function Wait-WorkerBlocked {
    param(
        [Parameter(Mandatory, Position = 0)] [psobject] $Worker,
        [double] $TimeoutSeconds = 30,
        [switch] $Still
    )

    if (-not $IsLinux) {
        return
    }
    $looks = $Still ? 40 : 4 # Wait-Until looks every 5 ms
    $status = Get-WorkerStatusPath $Worker
    $look = @{ Before = ''; Same = 0 }
    Wait-Until -TimeoutSeconds $TimeoutSeconds -Because 'the worker has begun to wait' {
        if ($Worker.AsyncResult.IsCompleted) {
            throw "The worker has ended instead of waiting: $($Worker.PowerShell.Streams.Error)"
        }
        $now = [System.IO.File]::ReadAllLines($status) -match '^(State|voluntary_ctxt_switches|nonvoluntary_ctxt_switches):' -join ' '
        $look.Same = $now -eq $look.Before -and $now -like '*sleeping*' ? $look.Same + 1 : 0
        $look.Before = $now
        $look.Same -ge $looks
    }
}

<#
.SYNOPSIS
Waits until a worker tries something again and again, where no event tells that it can be done: its thread is never
still for long.

.DESCRIPTION
Linux only; elsewhere it returns at once.

.EXAMPLE
Wait-WorkerRetrying $worker
#>
function Wait-WorkerRetrying {
    param(
        [Parameter(Mandatory, Position = 0)] [psobject] $Worker
    )

    if (-not $IsLinux) {
        return
    }
    $status = Get-WorkerStatusPath $Worker
    $count = { [int]([System.IO.File]::ReadAllLines($status) -match '^voluntary_ctxt_switches:' -replace '\D' -join '') }
    $first = & $count
    Wait-Until -Because 'the worker tries again and again' { (& $count) -ge $first + 10 }
}

# What Linux tells of the thread of a worker: proc(5).
function Get-WorkerStatusPath {
    param([psobject] $Worker)

    $thread = [System.IO.Directory]::GetDirectories('/proc/self/task') |
        Where-Object { (Get-Content -LiteralPath "$_/comm" -ErrorAction Ignore) -eq $Worker.ThreadName }
    "$thread/status"
}

<#
.SYNOPSIS
Stops a worker as Ctrl+C would, and gives the milliseconds which that took.

.DESCRIPTION
The worker has the Errors it wrote, then. An error when it has already ended, because then nothing was stopped;
-AllowEnded for cleaning up.
An error also when it cannot be stopped within the time.

.EXAMPLE
$null = Stop-Worker $worker -AllowEnded
#>
function Stop-Worker {
    param(
        [Parameter(Mandatory, Position = 0)] [psobject] $Worker,
        [double] $TimeoutSeconds = 30,
        [switch] $AllowEnded
    )

    $hasEnded = $Worker.AsyncResult.IsCompleted
    $clock = [System.Diagnostics.Stopwatch]::StartNew()
    $isStopped = $Worker.PowerShell.BeginStop($null, $null).AsyncWaitHandle.WaitOne([timespan]::FromSeconds($TimeoutSeconds))
    $clock.Stop()
    if (-not $isStopped) {
        throw "The worker could not be stopped within $TimeoutSeconds s." # and disposing it would wait for ever
    }
    $Worker.Errors = @($Worker.PowerShell.Streams.Error) # which are gone afterwards
    $errors = "$($Worker.Errors) $($Worker.PowerShell.InvocationStateInfo.Reason.Message)"
    $Worker.PowerShell.Runspace.Dispose()
    $Worker.PowerShell.Dispose()
    if ($hasEnded -and -not $AllowEnded) {
        throw "The worker had ended before it was stopped: $errors"
    }
    $clock.Elapsed.TotalMilliseconds
}

<#
.SYNOPSIS
Asserts that a worker, which waits, is stopped within 100 ms and without an error.

.DESCRIPTION
First it must be seen to wait, and not to look again and again: by -Ready, or else by its thread, which must not be woken.
A stop that takes longer may be the machine's fault, when it is busy with something else. So the worker is started and
stopped again, ten times at most: a stop that waits for something itself takes as long each time.

.EXAMPLE
Assert-WorkerStop (Start-Worker { param($socket) Receive-Datagram $socket } -ArgumentList $socket)
#>
function Assert-WorkerStop {
    param(
        [Parameter(Mandatory, Position = 0)] [psobject] $Worker,
        [Parameter(Position = 1)] [scriptblock] $Ready = { param($Worker) Wait-WorkerBlocked $Worker -Still }
    )

    $times = [System.Collections.Generic.List[double]]::new()
    do {
        if ($times.Count -gt 0) {
            $Worker = Start-Worker $Worker.Script -ArgumentList $Worker.Argument
        }
        try {
            & $Ready $Worker
        }
        catch {
            $null = Stop-Worker $Worker -AllowEnded
            throw
        }
        $times.Add((Stop-Worker $Worker))
        $Worker.Errors | Should -BeNullOrEmpty
    } while ($times[-1] -ge 100 -and $times.Count -lt 10)
    $times[-1] | Should -BeLessThan 100 -Because "a stop ends the wait at once (ms: $times)"
}

<#
.SYNOPSIS
Stops a worker that cannot be started again, and asserts that it ended soon: within a second, or, where this machine is too
busy for that, within ten times what it takes to stop a worker that only waits.

.EXAMPLE
Assert-SoonStopped $server
#>
function Assert-SoonStopped {
    param([Parameter(Mandatory, Position = 0)] [psobject] $Worker)

    $milliseconds = Stop-Worker $Worker
    $limit = 1000
    if ($milliseconds -ge $limit) {
        $idle = foreach ($try in 1..3) {
            $waiting = Start-Worker { Receive-Datagram (New-Socket | Register-SocketAddress '[::1]:0' -PassThru) }
            Wait-WorkerBlocked $waiting
            Stop-Worker $waiting
        }
        $limit = [System.Math]::Max($limit, 10 * ($idle | Measure-Object -Maximum).Maximum)
    }
    $milliseconds | Should -BeLessThan $limit
}

#--- Peers: other people's programs ----------------------------------------------------------------

<#
.SYNOPSIS
Tells whether a program is on the path.

.EXAMPLE
if (-not (Test-Program socat)) { Set-ItResult -Skipped -Because 'socat is not installed' }
#>
function Test-Program {
    param([Parameter(Mandatory, Position = 0)] [string] $Name)

    [bool](Get-Command -Name $Name -CommandType Application -ErrorAction Ignore)
}

<#
.SYNOPSIS
Runs code in a PowerShell that has no more rights than a usual user's, and gives what it writes.

.EXAMPLE
Invoke-WithoutPrivilege { New-Socket IPv4 Raw -ErrorAction SilentlyContinue -ErrorVariable failure; $failure.FullyQualifiedErrorId }
#>
function Invoke-WithoutPrivilege {
    param(
        [Parameter(Mandatory, Position = 0)] [scriptblock] $Code,
        [object[]] $ArgumentList = @()
    )

    if (-not [System.Environment]::IsPrivilegedProcess) {
        return & $Code @ArgumentList
    }
    if (-not (Test-Program setpriv)) {
        Set-ItResult -Skipped -Because 'this user has every right, and setpriv is not installed, which takes rights away'
    }
    $script = New-TestPath -Extension ps1
    $result = New-TestPath -Extension xml
    Set-Content -LiteralPath $script -Value "param(`$Module, `$Result, `$Rest) Import-Module `$Module; `$values = @(Import-Clixml `$Rest); & { $Code } @values | Export-Clixml `$Result"
    $rest = New-TestPath -Extension xml
    $ArgumentList | Export-Clixml -LiteralPath $rest
    $peer = Start-Peer setpriv -ArgumentList @('--bounding-set=-all', '--inh-caps=-all', $pwsh; $pwshStart; '-NonInteractive', '-File', $script, $ModulePath, $result, $rest)
    try {
        Wait-Peer $peer -TimeoutSeconds 60 | Should -Be 0 -Because "$($peer.ErrorOutput) $($peer.Output)"
        Import-Clixml -LiteralPath $result
    }
    finally {
        Stop-Peer $peer
        Remove-Item -LiteralPath $script, $rest, $result -ErrorAction Ignore
    }
}

<#
.SYNOPSIS
Starts another program.

.DESCRIPTION
The result has Process, Input (a stream to write bytes to, closed by Close()), and what the program has written
so far: Output and ErrorOutput as UTF-8 text, the latter without colours, OutputByte as byte[]. Stop-Peer ends it and throws that away.

.EXAMPLE
$peer = Start-Peer socat -ArgumentList '-', "UDP6-RECV:$port,bind=[::1]"; Wait-Until { $peer.Output -eq 'hello' }
#>
function Start-Peer {
    param(
        [Parameter(Mandatory, Position = 0)] [string] $FilePath,
        [string[]] $ArgumentList = @()
    )

    $start = [System.Diagnostics.ProcessStartInfo]::new($FilePath, $ArgumentList)
    $start.RedirectStandardInput = $start.RedirectStandardOutput = $start.RedirectStandardError = $true
    $start.Environment['NO_COLOR'] = '1'
    $process = [System.Diagnostics.Process]::Start($start)

    # Unbuffered files, because bytes in them can be read while they are written.
    $files = 'output', 'error' | ForEach-Object {
        [System.IO.FileStream]::new((New-TestPath -Extension $_), 'CreateNew', 'Write', 'ReadWrite, Delete', 0)
    }
    $peer = [pscustomobject]@{
        Process = $process
        Input   = $process.StandardInput.BaseStream
        Files   = $files
        Copying = @(
            $process.StandardOutput.BaseStream.CopyToAsync($files[0])
            $process.StandardError.BaseStream.CopyToAsync($files[1])
        )
    }
    $peer | Add-Member -MemberType ScriptProperty -Name OutputByte -Value { Write-Output -InputObject (Read-PeerFile $this.Files[0]) -NoEnumerate }
    $peer | Add-Member -MemberType ScriptProperty -Name Output -Value { [System.Text.Encoding]::UTF8.GetString((Read-PeerFile $this.Files[0])) }
    # PowerShell 7.4 colours what it says on standard error nevertheless.
    $peer | Add-Member -MemberType ScriptProperty -Name ErrorOutput -Value { [System.Text.Encoding]::UTF8.GetString((Read-PeerFile $this.Files[1])) -replace '\e\[[\d;]*m' }
    $peer
}

function Read-PeerFile {
    param([System.IO.FileStream] $File)

    $reader = [System.IO.FileStream]::new($File.Name, 'Open', 'Read', 'ReadWrite, Delete')
    try {
        $bytes = [byte[]]::new($reader.Length)
        $reader.ReadExactly($bytes, 0, $bytes.Length)
        Write-Output -InputObject $bytes -NoEnumerate
    }
    finally {
        $reader.Dispose()
    }
}

<#
.SYNOPSIS
Waits until a peer ends by itself and all its output has arrived, and gives its exit code.

.EXAMPLE
$peer.Input.Close(); Wait-Peer $peer | Should -Be 0
#>
function Wait-Peer {
    param(
        [Parameter(Mandatory, Position = 0)] [psobject] $Peer,
        [double] $TimeoutSeconds = 30
    )

    Wait-Until -TimeoutSeconds $TimeoutSeconds -Because "$($Peer.Process.StartInfo.FileName) ends: $($Peer.ErrorOutput)" {
        $Peer.Process.HasExited -and $Peer.Copying[0].IsCompleted -and $Peer.Copying[1].IsCompleted
    }
    $Peer.Process.ExitCode
}

<#
.SYNOPSIS
Kills a peer, this one process, unless it has ended; removes what it wrote.

.EXAMPLE
AfterEach { Stop-Peer $peer }
#>
function Stop-Peer {
    param([Parameter(Mandatory, Position = 0)] [AllowNull()] [psobject] $Peer)

    if (-not $Peer) {
        return
    }
    $Peer.Process.Kill() # of a process that has ended: does nothing
    $null = $Peer.Process.WaitForExit(10000)
    $Peer.Process.Dispose()
    foreach ($file in $Peer.Files) {
        $file.Dispose()
        Remove-Item -LiteralPath $file.Name
    }
}

<#
.SYNOPSIS
Compiles a C program and gives the path of the executable; an error with the compiler's words when it does not compile.

.EXAMPLE
& (Build-CProgram -Source $source -Name show -Directory $TestDrive) 80
#>
function Build-CProgram {
    param(
        [Parameter(Mandatory)] [string] $Source,
        [Parameter(Mandatory)] [string] $Name,
        [Parameter(Mandatory)] [string] $Directory
    )

    $program = Join-Path $Directory $Name
    Set-Content -LiteralPath "$program.c" -Value $Source
    $messages = cc -Wall -o $program "$program.c" 2>&1
    if ($LASTEXITCODE -ne 0) {
        throw "$Name.c does not compile:`n$($messages -join "`n")"
    }
    $program
}

#--- Errors ----------------------------------------------------------------------------------------

<#
.SYNOPSIS
Asserts that there was exactly one error, with this identifier and category.

.EXAMPLE
Assert-Failure $failures -Id TimedOut -Category OperationTimeout
#>
function Assert-Failure {
    param(
        [Parameter(Position = 0)] [object[]] $Failure,
        [Parameter(Mandatory)] [string] $Id,
        [Parameter(Mandatory)] [string] $Category
    )

    $Failure.Count | Should -Be 1
    $Failure[0].FullyQualifiedErrorId | Should -BeLike "$Id,*"
    $Failure[0].CategoryInfo.Category | Should -Be $Category
}

#--- What else there is to look at -----------------------------------------------------------------

<#
.SYNOPSIS
Counts the descriptors this process has open, after everything unreachable has been finalized. Linux only.

.DESCRIPTION
Without those of assemblies, which .NET loads when it likes and keeps open.

.EXAMPLE
$before = Get-DescriptorCount; & $thing; Get-DescriptorCount | Should -Be $before
#>
function Get-DescriptorCount {
    [System.GC]::Collect()
    [System.GC]::WaitForPendingFinalizers()
    [System.GC]::Collect()
    @(Get-Item -Path '/proc/self/fd/*' -ErrorAction Ignore | Where-Object { $_.LinkTarget -notlike '*.dll' }).Count
}

<#
.SYNOPSIS
Gives a path in the temporary directory where nothing is, short enough for a UNIX socket (108 bytes).

.EXAMPLE
$path = New-TestPath
#>
function New-TestPath {
    param([string] $Extension = 'sock')

    Join-Path ([System.IO.Path]::GetTempPath()) "pss-$([guid]::NewGuid().ToString('N').Substring(0, 12)).$Extension"
}
