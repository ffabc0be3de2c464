# What the tests of the examples share, dot-sourced after Common.ps1.

$examples = (Resolve-Path -LiteralPath "$PSScriptRoot/../../examples").ProviderPath

# Runs examples/NAME in a fresh process.
function Invoke-Example {
    param(
        [Parameter(Mandatory, Position = 0)] [string] $Name,
        [Parameter(Position = 1)] [string[]] $ArgumentList = @()
    )

    $peer = Start-Peer $pwsh -ArgumentList @($pwshStart; '-File'; Join-Path $examples $Name; $ArgumentList)
    $started.Add($peer)
    $peer
}

# The lines of an example that ends by itself, and without an error.
function Wait-Example {
    param([Parameter(Mandatory, Position = 0)] [psobject] $Peer)

    Wait-Peer $Peer -TimeoutSeconds 30 | Should -Be 0 -Because $Peer.ErrorOutput
    $Peer.ErrorOutput | Should -BeExactly ''
    $Peer.Output.TrimEnd() -split '\r?\n'
}

# The address that a server says on its first line.
function Get-ExampleAddress {
    param([Parameter(Mandatory, Position = 0)] [psobject] $Peer)

    Wait-Until -TimeoutSeconds 30 -Because "the example says where it waits: $($Peer.ErrorOutput)" {
        if ($Peer.Process.HasExited) {
            throw "The example has ended: $($Peer.ErrorOutput)"
        }
        $Peer.Output -match '^waiting on .*\n'
    }
    $line = ($Peer.Output -split '\r?\n')[0]
    $line | Should -Match '^waiting on ((\[::1\]|127\.0\.0\.1):\d+|/.*)$'
    $line.Substring('waiting on '.Length)
}
