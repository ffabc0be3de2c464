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

    It 'does so in a process that has run for a while, where the compiler has made one method of several' {
        if (-not $IsLinux) {
            Set-ItResult -Skipped -Because 'it counts descriptors and threads in /proc'
            return
        }
        $report = & $pwsh @pwshStart -NonInteractive -File "$PSScriptRoot/Torture.ps1" -Stops 250 -Pattern flood -Filter '*-Line to a script' -Warm
        $LASTEXITCODE | Should -Be 0 -Because ($report -join "`n")
        $report.Count | Should -Be 4
    }

    It 'does so on the transport that Windows has: <_>' -ForEach '*) -Continuous', '*-Line' {
        if (-not $IsLinux) {
            Set-ItResult -Skipped -Because 'it counts descriptors and threads in /proc'
            return
        }
        $report = & $pwsh @pwshStart -NonInteractive -File "$PSScriptRoot/Torture.ps1" -Stops 15 -Pattern flood -Filter $_ -Managed
        $LASTEXITCODE | Should -Be 0 -Because ($report -join "`n")
        $report.Count | Should -BeGreaterThan 4
    }
}

Describe 'Servers among all kinds of clients' {
    It 'serve everybody who behaves' {
        if (-not $IsLinux) {
            Set-ItResult -Skipped -Because 'it counts descriptors and threads in /proc'
            return
        }
        $report = & $pwsh @pwshStart -NonInteractive -File "$PSScriptRoot/Soak.ps1" -Minutes 0.15
        $LASTEXITCODE | Should -Be 0 -Because ($report -join "`n")
    }

    It 'serve them again after the network has lost and rejected packets, and was down' {
        if (-not (Test-Program unshare) -or -not (Test-Program nft) -or -not (Test-Program ip)) {
            Set-ItResult -Skipped -Because 'unshare, nft or ip is not installed, which make a network that fails'
            return
        }
        $report = unshare --net sh -c 'ip link set lo up && nft add table inet probe && echo ready' 2>&1
        if ($report -notcontains 'ready') {
            Set-ItResult -Skipped -Because "this user may not make a network namespace with rules: $report"
            return
        }
        $report = unshare --net sh -c 'ip link set lo up && exec "$@"' sh $pwsh @pwshStart -NonInteractive -File "$PSScriptRoot/Soak.ps1" -Minutes 0.15 -Disturb
        $LASTEXITCODE | Should -Be 0 -Because ($report -join "`n")
    }
}
