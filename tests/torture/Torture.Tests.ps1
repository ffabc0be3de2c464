# The short form of build.ps1 -Task Torture.

BeforeAll {
    . "$PSScriptRoot/../helpers/Common.ps1"
}

Describe 'A stop under traffic' {
    It 'loses nothing, gives nothing twice and leaves nothing open' {
        if (-not $IsLinux) {
            Set-ItResult -Skipped -Because 'it counts descriptors and threads in /proc'
            return
        }
        $report = & $pwsh @pwshStart -NonInteractive -File "$PSScriptRoot/Torture.ps1" -Stops 40 -Pattern flood
        $LASTEXITCODE | Should -Be 0 -Because ($report -join "`n")
        $report.Count | Should -BeGreaterThan 20
    }
}
