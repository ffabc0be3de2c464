<#
.SYNOPSIS
Lets echo servers serve a crowd for a long time, and measures what they lose and what they gather.

.DESCRIPTION
The servers are cmdlets of the module, over UDP and over TCP with two framings. Most clients check each byte that comes
back; others reset, end or stall within a message, dribble, lie about lengths, or take nothing back. Exit code 1 where
anything is lost, a server has ended, descriptors or threads are left, or, after a minute or more, the process has grown
by more than 10 MB since the first tenth of the time.

.PARAMETER Minutes
How long.

.PARAMETER Disturb
Lets the network lose packets, reject them and go down again and again. Only for a network namespace of its own, as
Torture.ps1 makes one. Conversations may be cut then; what comes must be right, and in the end everybody must be served.

.EXAMPLE
./Soak.ps1 -Minutes 30
#>
[CmdletBinding()]
param(
    [double] $Minutes = 0.5,
    [switch] $Disturb
)

$ErrorActionPreference = 'Stop'
$module = (Resolve-Path -LiteralPath "$PSScriptRoot/../../output/PSSockets/PSSockets.psd1").ProviderPath
Import-Module -Name $module
Add-Type -Path "$PSScriptRoot/Torture.cs", "$PSScriptRoot/Soak.cs" -ReferencedAssemblies @(
    'Microsoft.Win32.Primitives', 'System.Collections', 'System.Collections.Concurrent', 'System.Diagnostics.Process', 'System.IO.FileSystem', 'System.Linq', 'System.Net.Primitives', 'System.Net.Sockets'
    'System.Runtime', 'System.Runtime.InteropServices', 'System.Threading', 'System.Threading.Thread', 'System.Threading.ThreadPool', 'netstandard'
    [psobject].Assembly.Location
) -WarningAction Ignore

#--- The servers -----------------------------------------------------------------------------------

function Open-Server {
    param([string] $Name, [string] $Script, [object[]] $Argument)

    $state = [initialsessionstate]::CreateDefault2()
    $state.ImportPSModule($module)
    $runspace = [runspacefactory]::CreateRunspace($state)
    $runspace.Open()
    $shell = [powershell]::Create($runspace).AddScript($Script)
    $Argument | ForEach-Object { $null = $shell.AddArgument($_) }
    @{ Name = $Name; Shell = $shell; Running = $shell.BeginInvoke() }
}

$lines = Start-SocketListener 127.0.0.1:0 -Backlog 200
$prefixed = Start-SocketListener 127.0.0.1:0 -Backlog 200
$datagrams = New-Socket IPv4 | Register-SocketAddress 127.0.0.1:0 -PassThru
$ownSockets = @(Get-Socket -All).Count
$servers = @(Open-Server 'UDP' 'param($socket) Receive-Datagram $socket -Continuous | Send-Datagram' $datagrams)
foreach ($kind in @(
        @{ Name = 'lines'; Listener = $lines; Echo = 'Receive-SocketData $client -Line -MaximumSize 100KB -Continuous -TimeoutSeconds 2 -TotalTimeoutSeconds 20 -ErrorAction Ignore | Send-SocketData $client -ErrorAction Ignore -NewLine -TimeoutSeconds 2' }
        @{ Name = 'length prefix'; Listener = $prefixed; Echo = 'Receive-SocketData $client -LengthPrefix 4 -MaximumSize 100KB -Continuous -TimeoutSeconds 2 -TotalTimeoutSeconds 20 -ErrorAction Ignore | Send-SocketData $client -ErrorAction Ignore -LengthPrefix 4 -TimeoutSeconds 2' }
    )) {
    $clients = [System.Collections.Concurrent.BlockingCollection[object]]::new()
    $servers += Open-Server "accept, $($kind.Name)" 'param($listener, $clients) Receive-SocketConnection $listener -Continuous | ForEach-Object { $clients.Add($_) }' @($kind.Listener, $clients)
    # What a client does wrong ends its own conversation.
    $servers += 1..6 | ForEach-Object {
        Open-Server "$($kind.Name) $_" "param(`$clients) foreach (`$client in `$clients.GetConsumingEnumerable()) { $($kind.Echo); Close-Socket `$client }" (, $clients)
    }
}
$crowd = [PSSockets.Torture.Crowd]::new($lines.LocalEndPoint, $prefixed.LocalEndPoint, $datagrams.LocalEndPoint)

#--- A while of it ---------------------------------------------------------------------------------

$pause = [System.Threading.ManualResetEventSlim]::new()

# Runs a program of the system, which may be missing.
function Invoke-Tool { & $args[0] $args[1..$args.Length] 2>&1 | Out-Null }

function Restore-Network {
    Invoke-Tool ip link set lo up
    Invoke-Tool nft delete table inet torture
}

function Invoke-Disturbance {
    param([random] $Random)

    Restore-Network
    $rule = switch ($Random.Next(6)) {
        0 { 'ip protocol { tcp, udp } numgen random mod 100 < 10 drop' }
        1 { 'udp dport != 1 reject with icmpx admin-prohibited' }
        2 { 'udp dport != 1 reject with icmpx port-unreachable' }
        3 { 'tcp dport != 1 numgen random mod 100 < 5 reject with tcp reset' }
        4 { 'tcp dport != 1 numgen random mod 100 < 5 reject with icmpx host-unreachable' }
    }
    if ($rule) {
        Invoke-Tool nft add table inet torture
        Invoke-Tool nft add chain inet torture input '{ type filter hook input priority 0; }'
        Invoke-Tool nft add rule inet torture input $rule.Split(' ')
        $null = $pause.Wait(200)
    }
    else {
        Invoke-Tool ip link set lo down
        $null = $pause.Wait(100)
    }
    Restore-Network
    $null = $pause.Wait(100)
}

function Invoke-Crowd {
    param([double] $Seconds, [switch] $OnlyHonest)

    $clock = [System.Diagnostics.Stopwatch]::StartNew()
    $random = [random]::new(3)
    $crowd.Start($OnlyHonest)
    while ($clock.Elapsed.TotalSeconds -lt $Seconds) {
        if ($Disturb -and -not $OnlyHonest) {
            Invoke-Disturbance $random
        }
        else {
            $null = $pause.Wait(200)
        }
    }
    $crowd.End()
}

# What the process holds once the servers have nobody left.
function Get-Holding {
    $clock = [System.Diagnostics.Stopwatch]::StartNew()
    while (@(Get-Socket -All).Count -gt $ownSockets -and $clock.Elapsed.TotalSeconds -lt 30) {
        $null = $pause.Wait(50)
    }
    $descriptors = [PSSockets.Torture.Holdings]::Descriptors
    # What .NET keeps for later is given back.
    [System.GC]::Collect(2, 'Aggressive', $true, $true)
    [pscustomobject]@{
        Memory      = [long]((Get-Content -LiteralPath /proc/self/status | Where-Object { $_ -like 'RssAnon:*' }) -replace '\D') / 1KB
        Descriptors = $descriptors
        Threads     = [PSSockets.Torture.Holdings]::Threads
    }
}

$crowd.IsDisturbed = $Disturb
$seconds = 60 * $Minutes
Invoke-Crowd ($seconds / 10)
$before = Get-Holding
Invoke-Crowd ($seconds * 0.9)
$after = Get-Holding
$left = [PSSockets.Torture.Holdings]::LeftOf($before.Descriptors)
if ($Disturb) {
    $crowd.IsDisturbed = $false
    Invoke-Crowd 3 -OnlyHonest
}

$result = [pscustomobject]@{
    Minutes     = $Minutes
    Echoes      = $crowd.Echoes
    Misdeeds    = $crowd.Misdeeds
    Cut         = $crowd.Cut
    Lost        = $crowd.Lost
    Ended       = @($servers | Where-Object { $_.Running.IsCompleted }).Name -join ', '
    MegaBytes   = [math]::Round($after.Memory - $before.Memory, 1)
    Descriptors = $left.Count
    Threads     = $after.Threads - $before.Threads
    Problems    = @($crowd.Problems; $left) -join '; '
}
$result | Format-List
# Not exit, which would wait for servers that wait.
[System.Environment]::Exit([int]($result.Lost -or $result.Ended -or $result.Problems -or ($Minutes -ge 1 -and $result.MegaBytes -gt 10) -or $result.Descriptors -gt 0 -or $result.Threads -gt 2 -or -not $result.Echoes))
