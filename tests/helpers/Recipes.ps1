# What the tests of the recipes share. A file of them gives each test the lists $started and $workers, and $worker.

[Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseShouldProcessForStateChangingFunctions', '', Scope = 'Function', Target = '*', Justification = 'Helpers of tests: nobody runs them with -WhatIf.')]
param()

. $PSScriptRoot/Common.ps1
. $PSScriptRoot/ExampleRunner.ps1
. $PSScriptRoot/Servers.ps1

$recipes = (Resolve-Path -LiteralPath "$PSScriptRoot/../../docs/recipes").ProviderPath
$examples = $recipes # what Invoke-Example runs

# A directory for the files of one file of tests, short enough for UNIX sockets.
function New-RecipeDirectory {
    (New-Item -ItemType Directory -Path (New-TestPath -Extension d)).FullName
}

# Ends whatever a test has started: for AfterEach.
function Stop-Recipe {
    foreach ($one in @($workers) + $worker) {
        if ($one -and $one.PowerShell.Runspace.RunspaceStateInfo.State -eq 'Opened') {
            $null = Stop-Worker $one -AllowEnded
        }
    }
    Get-Socket | Close-Socket
    $started | ForEach-Object { Stop-Peer $_ }
}

# Runs a recipe in a process of its own, as it stands, and gives the lines that it writes.
function Invoke-RecipeProcess {
    param(
        [Parameter(Mandatory, Position = 0)] [string] $Name,
        [Parameter(Position = 1)] [string[]] $ArgumentList = @()
    )

    $peer = Open-RecipeProcess $Name $ArgumentList
    Wait-Peer $peer -TimeoutSeconds 60 | Should -Be 0 -Because $peer.ErrorOutput
    $peer.ErrorOutput | Should -BeExactly ''
    $peer.Output.Trim() -split '\r?\n'
}

function Open-RecipeProcess {
    param(
        [Parameter(Mandatory, Position = 0)] [string] $Name,
        [Parameter(Position = 1)] [string[]] $ArgumentList = @()
    )

    $peer = Start-Peer $pwsh -ArgumentList @($pwshStart; '-File', "$recipes/$Name"; $ArgumentList)
    $started.Add($peer)
    $peer
}

# Starts a recipe that waits for others in a runspace of its own; the worker has the Address at which it waits.
function Open-RecipeServer {
    param(
        [Parameter(Mandatory, Position = 0)] [string] $Name,
        [Parameter(Position = 1)] [hashtable] $Parameter = @{}
    )

    $worker = Start-Worker { param($path, $parameters) & $path @parameters } -ArgumentList "$recipes/$Name", $Parameter
    $workers.Add($worker)
    Wait-Until -TimeoutSeconds 30 -Because "$Name says where it waits" {
        if ($worker.AsyncResult.IsCompleted) {
            throw "$Name has ended: $($worker.PowerShell.Streams.Error) $($worker.PowerShell.InvocationStateInfo.Reason)"
        }
        $worker.PowerShell.Streams.Information.Count -gt 0
    }
    $line = "$($worker.PowerShell.Streams.Information[0])"
    $line | Should -Match '^waiting on (127\.0\.0\.1|\[::1\]):\d+$'
    $worker | Add-Member -NotePropertyName Address -NotePropertyValue $line.Substring('waiting on '.Length) -PassThru
}

# Runs the examples of a recipe's help, one after the other, at another address than the one they name.
function Invoke-RecipeHelpExample {
    param(
        [Parameter(Mandatory, Position = 0)] [string] $Name,
        [Parameter(Position = 1)] [string] $Option = '',
        [Parameter(Position = 2)] [hashtable] $Replace = @{}
    )

    Push-Location $directory
    try {
        foreach ($example in (Get-Help "$recipes/$Name").examples.example) {
            $code = $example.code
            foreach ($pattern in $Replace.Keys) {
                $code = $code -replace $pattern, $Replace[$pattern]
            }
            $code = $code.Replace("./$Name", "& '$recipes/$Name' $Option")
            & ([scriptblock]::Create($code))
        }
    }
    finally {
        Pop-Location
    }
}

# Starts a program in Python, of which the first line says that it is ready, and gives the rest of that line.
function Invoke-Python {
    param(
        [Parameter(Mandatory, Position = 0)] [string] $Source,
        [Parameter(Position = 1)] [string[]] $ArgumentList = @()
    )

    Invoke-TestPeer python3 @('-u', '-c', $Source; $ArgumentList)
}

function Get-PythonPort {
    param([Parameter(Mandatory, Position = 0)] [psobject] $Peer)

    Wait-Until -TimeoutSeconds 20 -Because "Python says its port: $($Peer.ErrorOutput)" { $Peer.Output -match '\n' }
    [int] ($Peer.Output -split '\n')[0]
}

# What sha256sum, and not .NET, says of a file.
function Get-ProgramHash {
    param([Parameter(Mandatory, Position = 0)] [string] $Path)

    $peer = Invoke-TestPeer sha256sum '--binary', $Path
    Wait-Peer $peer | Should -Be 0 -Because $peer.ErrorOutput
    ($peer.Output.TrimStart('\') -split ' ')[0]
}
