# The short form of build.ps1 -Task Torture.

BeforeDiscovery {
    $skip = $IsLinux ? $null : 'it looks into /proc'
}

Describe 'A stop under traffic' {
    It 'loses nothing, gives nothing twice and leaves nothing open' -Skip:([bool]$skip) {
        . "$PSScriptRoot/../helpers/Common.ps1"
        $report = & $pwsh @pwshStart -NonInteractive -File "$PSScriptRoot/Torture.ps1" -Stops 40 -Pattern flood
        $LASTEXITCODE | Should -Be 0 -Because ($report -join "`n")
        $report.Count | Should -BeGreaterThan 20
    }
}
