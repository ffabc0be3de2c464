# Cmdlets that wait, in other runspaces of this process. The rows about waiting dot-source this file.

[Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseShouldProcessForStateChangingFunctions', '', Scope = 'Function', Target = '*', Justification = 'Helpers of the benchmark: nobody runs them with -WhatIf.')]
param()

# A runspace with the module in it.
function Open-Runspace {
    $state = [initialsessionstate]::CreateDefault2()
    $state.ThrowOnRunspaceOpenError = $true
    $state.ImportPSModule((Get-Module -Name PSSockets).Path)
    $runspace = [runspacefactory]::CreateRunspace($state)
    $runspace.ThreadOptions = 'ReuseThread'
    $runspace.Open()
    $runspace
}

<#
.SYNOPSIS
Starts a script block, which sees its argument and nothing else of the caller, in a runspace: a new one when none is
given. Stop-Worker ends it.
#>
function Start-Worker {
    param(
        [Parameter(Mandatory, Position = 0)] [scriptblock] $ScriptBlock,
        [Parameter(Position = 1)] [object] $Argument,
        [System.Management.Automation.Runspaces.Runspace] $Runspace = (Open-Runspace)
    )

    $powerShell = [powershell]::Create($Runspace)
    $null = $powerShell.AddScript("$ScriptBlock").AddArgument($Argument)
    @{ PowerShell = $powerShell; Running = $powerShell.BeginInvoke(); Runspace = $Runspace }
}

<#
.SYNOPSIS
Stops a worker as Ctrl+C would. An error when it cannot be stopped in time, or has ended by itself.
#>
function Stop-Worker {
    param([hashtable] $Worker)

    Stop-Pipeline $Worker.PowerShell $Worker.Running
    $Worker.Runspace.Dispose()
}

# The same without closing the runspace.
function Stop-Pipeline {
    param([powershell] $PowerShell, [System.IAsyncResult] $Running)

    $hasEnded = $Running.IsCompleted
    if (-not $PowerShell.BeginStop($null, $null).AsyncWaitHandle.WaitOne(10000)) {
        throw 'What waited could not be stopped within 10 s.' # and disposing it would wait for ever
    }
    $problem = "$($PowerShell.Streams.Error)"
    $PowerShell.Dispose()
    if ($hasEnded) {
        throw "What should have waited had ended: $problem"
    }
}

#--- What waits -------------------------------------------------------------------------------------

# A listener whose backlog is full: who connects now waits until somebody accepts, which nobody does. With it are the
# sockets that fill it.
function Open-FullListener {
    $listener = New-Socket IPv6 Stream | Register-SocketAddress '[::1]:0' -PassThru
    $listener.Listen(0)
    $clients = foreach ($number in 1..4) {
        $client = New-Socket IPv6 Stream
        $client.Blocking = $false
        try {
            $client.Connect($listener.LocalEndPoint)
        }
        catch [System.Net.Sockets.SocketException] {
            Write-Verbose "$_" # it is under way
        }
        $client
    }
    @($listener) + $clients
}

# By the names of the cmdlets: what opens the sockets with which one waits, and the script that waits. Nothing comes for
# the socket of a pair, nor for a datagram socket.
function Get-IdleWait {
    [ordered]@{
        'Receive-Datagram'         = @{
            Open   = { , @(New-Socket | Register-SocketAddress '[::1]:0' -PassThru) }
            Script = { param($sockets) Receive-Datagram $sockets[0] }
        }
        'Receive-SocketConnection' = @{
            Open   = { , @(Start-SocketListener -LocalEndPoint '[::1]:0') }
            Script = { param($sockets) Receive-SocketConnection $sockets[0] }
        }
        'Receive-SocketData'       = @{
            Open   = { , @(New-SocketPair) }
            Script = { param($sockets) Receive-SocketData $sockets[0] }
        }
        'Connect-Socket'           = @{
            Open   = { , (Open-FullListener) }
            Script = { param($sockets) Connect-Socket $sockets[0].LocalEndPoint }
        }
        'Wait-Socket'              = @{
            Open   = { , @(New-SocketPair) }
            Script = { param($sockets) Wait-Socket $sockets }
        }
    }
}
