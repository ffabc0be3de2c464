# Servers of other people, and what tests do with them: dot-sourced after Common.ps1.

[Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseShouldProcessForStateChangingFunctions', '', Scope = 'Function', Target = '*', Justification = 'Helpers of tests: nobody runs them with -WhatIf.')]
param()

if ($IsLinux -and $env:PATH -notlike '*:/usr/sbin:/sbin') {
    $env:PATH += ':/usr/sbin:/sbin' # where servers are
}
$user = [Environment]::UserName

#--- Servers ---------------------------------------------------------------------------------------

# A port that is free for datagrams and for connections, over both families, or the first of so many. Nothing holds
# it when it is given: the server that is told to take it may come too late, and then says so. It is none of those
# that the system gives to whoever asks for port 0: such a port may be taken by another test in the next moment, and
# who connects to one that nobody listens at may get itself as the peer.
function Get-FreePort {
    param([int] $Count = 1)

    $lowest = $IsLinux ? [int]((Get-Content -LiteralPath '/proc/sys/net/ipv4/ip_local_port_range') -split '\s+')[0] : 49152
    $held = @()
    while ($held.Count -lt 2 * $Count) {
        $port = Get-Random -Minimum 10000 -Maximum ($lowest - $Count + 1)
        $sockets = foreach ($one in $port..($port + $Count - 1)) {
            foreach ($type in 'Stream', 'Datagram') {
                [pscustomobject]@{ Socket = New-Socket IPv6 $type -DualMode; EndPoint = "[::]:$one" }
            }
        }
        $held = @($sockets | ForEach-Object { Register-SocketAddress $_.Socket $_.EndPoint -PassThru -ErrorAction Ignore })
        $sockets.Socket | Close-Socket
    }
    $port
}

<#
.SYNOPSIS
Starts a server that is told its port, and waits until it is ready; on another port when somebody was faster.

.DESCRIPTION
-Arguments is given the port and gives the arguments; -IsReady is given the port, and an error is as good as no.
The result has Peer (for Stop-Peer), Port, and Address over IPv4.

.EXAMPLE
$server = Start-TestServer -Program memcached -Arguments { '-l', '127.0.0.1', '-p', $args[0] } -IsReady { Test-Listener $args[0] }
#>
function Start-TestServer {
    param(
        [Parameter(Mandatory)] [string] $Program,
        [Parameter(Mandatory)] [scriptblock] $Arguments,
        [Parameter(Mandatory)] [scriptblock] $IsReady
    )

    foreach ($try in 1..3) {
        $port = Get-FreePort
        $server = Start-Peer $Program -ArgumentList (& $Arguments $port)
        $isThere = @{ Answer = $false }
        Wait-Until -TimeoutSeconds 20 -Because "$Program answers" {
            try {
                $isThere.Answer = [bool] (& $IsReady $port)
            }
            catch {
                $isThere.Answer = $false
            }
            $isThere.Answer -or $server.Process.HasExited
        }
        if ($isThere.Answer) {
            return @{ Peer = $server; Port = $port; Address = "127.0.0.1:$port" }
        }
        $words = "$($server.Output) $($server.ErrorOutput)"
        Stop-Peer $server
    }
    throw "$Program does not start: $words"
}

# Whether somebody takes connections at a port of 127.0.0.1.
function Test-Listener {
    param([Parameter(Mandatory, Position = 0)] [int] $Port)

    $connection = Connect-Socket "127.0.0.1:$Port" -TimeoutSeconds 5 -ErrorAction Ignore
    if ($connection) {
        Close-Socket $connection
    }
    [bool] $connection
}

#--- Peers, and where they listen ------------------------------------------------------------------

# Starts a peer that the AfterEach of the test stops.
function Invoke-TestPeer {
    param(
        [Parameter(Mandatory, Position = 0)] [string] $FilePath,
        [Parameter(Position = 1)] [string[]] $ArgumentList = @()
    )

    $peer = Start-Peer $FilePath -ArgumentList $ArgumentList
    $started.Add($peer)
    $peer
}

# Writes text to the standard input of a peer.
function Write-PeerInput {
    param(
        [Parameter(Mandatory, Position = 0)] [psobject] $Peer,
        [Parameter(Mandatory, Position = 1)] [string] $Text
    )

    $bytes = [System.Text.Encoding]::UTF8.GetBytes($Text)
    $Peer.Input.Write($bytes, 0, $bytes.Length)
    $Peer.Input.Flush()
}

# The lines of the kernel's tables of sockets, split into words, that belong to a peer.
function Get-PeerTable {
    param(
        [Parameter(Mandatory, Position = 0)] [psobject] $Peer,
        [Parameter(Mandatory, Position = 1)] [string[]] $Table,
        [Parameter(Mandatory, Position = 2)] [int] $InodeColumn
    )

    if ($Peer.Process.HasExited) {
        throw "The peer has ended: $($Peer.ErrorOutput) $($Peer.Output)"
    }
    $inodes = @(
        [System.IO.Directory]::GetFileSystemEntries("/proc/$($Peer.Process.Id)/fd") |
            ForEach-Object { [System.IO.FileInfo]::new($_).LinkTarget } |
            Where-Object { $_ -like 'socket:*' } |
            ForEach-Object { $_ -replace '\D' }
    )
    Get-Content -LiteralPath ($Table | ForEach-Object { "/proc/net/$_" }) |
        ForEach-Object { , ($_.Trim() -split '\s+') } |
        Where-Object { $_[$InodeColumn] -in $inodes }
}

# The port at which a peer listens (TCP), or which it has (UDP).
function Get-PeerPort {
    param(
        [Parameter(Mandatory, Position = 0)] [psobject] $Peer,
        [switch] $Udp
    )

    $tables = $Udp ? @('udp', 'udp6') : @('tcp', 'tcp6')
    $found = @{}
    Wait-Until -Because 'the peer opens its port' {
        $line = @(Get-PeerTable $Peer $tables 9 | Where-Object { $Udp -or $_[3] -eq '0A' })
        if ($line) {
            $found.Port = [Convert]::ToInt32(($line[0][1] -split ':')[-1], 16)
        }
        $found.Port -gt 0
    }
    $found.Port
}

# Waits until a peer listens at a UNIX path.
function Wait-PeerPath {
    param(
        [Parameter(Mandatory, Position = 0)] [psobject] $Peer,
        [Parameter(Mandatory, Position = 1)] [string] $Path
    )

    Wait-Until -Because "the peer listens at $Path" {
        # Flags 00010000 is __SO_ACCEPTCON.
        Get-PeerTable $Peer 'unix' 6 | Where-Object { $_[3] -eq '00010000' -and $_[7] -eq $Path }
    }
}

# The words of a PowerShell that failed, without the breaks that fit them to a screen.
function Get-PeerError {
    param([Parameter(Mandatory, Position = 0)] [psobject] $Peer)

    Wait-Peer $Peer -TimeoutSeconds 30 | Should -Be 1 -Because $Peer.Output
    $Peer.ErrorOutput -replace '[\s|]+', ' '
}

#--- Data ------------------------------------------------------------------------------------------

function Get-RandomByte {
    param([Parameter(Mandatory, Position = 0)] [int] $Length)

    $bytes = [byte[]]::new($Length)
    [System.Random]::new($Length).NextBytes($bytes)
    Write-Output -InputObject $bytes -NoEnumerate
}

# For bytes that are too many to be shown in a failure's message.
function Get-ByteHash {
    param([Parameter(Mandatory, Position = 0)] [AllowEmptyCollection()] [byte[]] $Bytes)

    [Convert]::ToHexString([System.Security.Cryptography.SHA256]::HashData($Bytes)).ToLowerInvariant()
}

#--- Servers of several tests ----------------------------------------------------------------------

# Starts Debian's snmpd with a configuration of the test's own, which says who it is; nothing where it is not installed.
function Start-SnmpServer {
    param([Parameter(Mandatory, Position = 0)] [string] $Directory)

    if (-not (Test-Program snmpd)) {
        return
    }
    $null = New-Item -ItemType Directory -Path "$Directory/snmp" -Force
    Set-Content -LiteralPath "$Directory/snmp/snmpd.conf" -Value @(
        'rocommunity public 127.0.0.1'
        'sysName printer.example'
        'sysLocation Büro 7'
        'sysContact root@printer.example'
        'sysServices 72'
        "[snmp] persistentDir $Directory/snmp"
    )
    Start-TestServer -Program snmpd -IsReady { & "$PSScriptRoot/../../docs/recipes/Get-SnmpValue.ps1" "127.0.0.1:$($args[0])" 1.3.6.1.2.1.1.5.0 -TimeoutSeconds 1 } -Arguments {
        '-f', '-Lo', '-C', '-c', "$Directory/snmp/snmpd.conf", '-p', "$Directory/snmp/pid", "udp:127.0.0.1:$($args[0])"
    }
}

# Starts a server of Debian's python3-pymodbus: holding registers 0 to 99 hold 1000 to 1099, input registers 0 to 2 hold
# 0, 1 and 65535, and there are no others. Nothing where it, or python3-serial-asyncio, is not installed.
function Start-ModbusServer {
    $missing = '/usr/bin/python3', '/usr/lib/python3/dist-packages/pymodbus', '/usr/lib/python3/dist-packages/serial_asyncio' | Where-Object { -not (Test-Path -LiteralPath $_) }
    if ($missing) {
        return
    }
    $source = @'
import sys
from pymodbus.datastore import ModbusSequentialDataBlock, ModbusServerContext, ModbusSlaveContext
from pymodbus.server import StartTcpServer
holding = ModbusSequentialDataBlock(0, list(range(1000, 1100)))
measured = ModbusSequentialDataBlock(0, [0, 1, 65535])
device = ModbusSlaveContext(hr=holding, ir=measured, zero_mode=True)
StartTcpServer(context=ModbusServerContext(slaves=device, single=True), address=('127.0.0.1', int(sys.argv[1])))
'@
    Start-TestServer -Program /usr/bin/python3 -IsReady { Test-Listener $args[0] } -Arguments { '-c', $source, "$($args[0])" }
}

<#
.SYNOPSIS
Starts a server of PostgreSQL with a cluster of its own, where user postgres needs no password; nothing where it is not installed.

.DESCRIPTION
-Certificate is a PEM file with certificate and private key; without it the server has no TLS. Stop-PostgresServer ends
it: it has children, and something in the system's memory, which would stay if it were killed.

.EXAMPLE
$server = Start-PostgresServer $directory -Certificate $pem
#>
function Start-PostgresServer {
    param(
        [Parameter(Mandatory, Position = 0)] [string] $Directory,
        [string] $Certificate
    )

    $programs = Get-Item -Path '/usr/lib/postgresql/*/bin/postgres' -ErrorAction Ignore |
        Sort-Object { [int] $_.Directory.Parent.Name } | Select-Object -Last 1 | ForEach-Object DirectoryName
    if (-not $programs) {
        return
    }
    $cluster = (New-Item -ItemType Directory -Path "$Directory/postgres-$([guid]::NewGuid().ToString('N').Substring(0, 8))").FullName
    # It does not run as root.
    $start = @()
    if ($user -eq 'root') {
        $owner = (id -u postgres 2>$null) ? 'postgres' : 'nobody'
        $start = 'setpriv', "--reuid=$owner", "--regid=$(id -gn $owner)", '--clear-groups'
        chown $owner $cluster
    }
    $tls = @()
    if ($Certificate) {
        Copy-Item -LiteralPath $Certificate -Destination "$cluster/tls.pem"
        chmod 600 "$cluster/tls.pem"
        if ($user -eq 'root') {
            chown $owner "$cluster/tls.pem"
        }
        $tls = '-c', 'ssl=on', '-c', "ssl_cert_file=$cluster/tls.pem", '-c', "ssl_key_file=$cluster/tls.pem"
    }
    $make = @($start; "$programs/initdb", '-D', "$cluster/data", '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync')
    $said = & $make[0] $make[1..100] 2>&1
    if ($LASTEXITCODE -ne 0) {
        throw "initdb fails: $said"
    }
    $server = Start-TestServer -Program @($start; "$programs/postgres")[0] -Arguments {
        @($start; "$programs/postgres") | Select-Object -Skip 1
        '-D', "$cluster/data", '-c', 'listen_addresses=127.0.0.1', '-c', "port=$($args[0])", '-c', 'unix_socket_directories=', '-c', 'fsync=off'
        $tls
    } -IsReady {
        $null = & "$programs/pg_isready" -h 127.0.0.1 -p $args[0]
        $LASTEXITCODE -eq 0
    }
    $server.Directory = $cluster
    $server
}

# Ends a server of PostgreSQL, and removes its cluster.
function Stop-PostgresServer {
    param([Parameter(Mandatory, Position = 0)] [AllowNull()] [hashtable] $Server)

    if (-not $Server) {
        return
    }
    # A fast shutdown.
    kill -INT $Server.Peer.Process.Id
    $null = Wait-Peer $Server.Peer
    Stop-Peer $Server.Peer
    Remove-Item -LiteralPath $Server.Directory -Recurse -Force
}
