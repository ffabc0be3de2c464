#Requires -Version 7.4

<#
.SYNOPSIS
    Finds out which TCP ports of which hosts take connections, many at a time.
.DESCRIPTION
    Each pair of host and port is one attempt to connect, which is closed at once. A host that answers says yes or no
    immediately; one that says nothing costs -TimeoutSeconds, and this is why many are asked at a time. Results come as
    they are there, not in the order of the question.

    Nothing is sent. Use it on machines that are yours.
.PARAMETER HostName
    The hosts: names or addresses. They may come from the pipeline.
.PARAMETER Port
    The ports of each host.
.PARAMETER TimeoutSeconds
    How long to wait for the answer of one port.
.PARAMETER ThrottleLimit
    How many are asked at a time.
.EXAMPLE
    ./Test-TcpPort.ps1 localhost 22, 80, 443, 8080
.EXAMPLE
    Get-Content ./hosts.txt | ./Test-TcpPort.ps1 -Port 22 |
        Where-Object State -EQ Open
.EXAMPLE
    1..254 | ForEach-Object { "192.0.2.$_" } |
        ./Test-TcpPort.ps1 -Port 22, 443 -TimeoutSeconds 0.5 |
        Sort-Object State
.OUTPUTS
    An object for each pair: HostName, Port, State, Seconds (until it was known), RemoteEndPoint (the address that took the
    connection). State is Open, Refused (the host is there, and nobody listens at the port), Silent (no answer in time: a
    firewall, or no such host), or the name of another error, such as HostNotFound or NetworkUnreachable.
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory, Position = 0, ValueFromPipeline)] [string[]] $HostName,
    [Parameter(Mandatory, Position = 1)] [ValidateRange(1, 65535)] [int[]] $Port,
    [ValidateRange(0.001, 3600)] [double] $TimeoutSeconds = 1,
    [ValidateRange(1, 1000)] [int] $ThrottleLimit = 64
)

begin {
    $module = "$PSScriptRoot/../../output/PSSockets"
    $pairs = [System.Collections.Concurrent.ConcurrentQueue[object]]::new()
}

process {
    foreach ($name in $HostName) {
        foreach ($number in $Port) {
            $pairs.Enqueue(@{ HostName = $name; Port = $number })
        }
    }
}

end {
    # A runspace takes longer to begin than a port to answer, so each one takes pairs from the queue until there are no more.
    1..[Math]::Min($ThrottleLimit, $pairs.Count) | ForEach-Object -ThrottleLimit $ThrottleLimit -Parallel {
        Import-Module $using:module -ErrorAction Stop
        $pairs = $using:pairs
        $pair = $null
        while ($pairs.TryDequeue([ref] $pair)) {
            $clock = [System.Diagnostics.Stopwatch]::StartNew()
            $address = New-SocketAddress -HostName $pair.HostName -Port $pair.Port -ErrorAction SilentlyContinue -ErrorVariable failure
            $socket = if ($address) {
                Connect-Socket $address -TimeoutSeconds $using:TimeoutSeconds -ErrorAction SilentlyContinue -ErrorVariable failure
            }
            $seconds = [Math]::Round($clock.Elapsed.TotalSeconds, 3)

            # The identifier of an error begins with its name.
            $state = $socket ? 'Open' : ($failure[0].FullyQualifiedErrorId -split ',')[0]
            [pscustomobject]@{
                HostName       = $pair.HostName
                Port           = $pair.Port
                State          = @{ ConnectionRefused = 'Refused'; TimedOut = 'Silent' }[$state] ?? $state
                Seconds        = $seconds
                RemoteEndPoint = $socket ? $socket.RemoteEndPoint : $null
            }
            if ($socket) {
                Close-Socket $socket
            }
        }
    }
}
