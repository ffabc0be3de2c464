BeforeAll {
    . $PSScriptRoot/../helpers/Common.ps1

}

Describe 'Get-SocketHostName' {
    It 'gives the name of this machine as one string' {
        $name = @(Get-SocketHostName)
        $name.Count | Should -Be 1
        $name[0] | Should -BeOfType string
        $name[0] | Should -BeExactly ([System.IO.File]::ReadAllText('/proc/sys/kernel/hostname').Trim())
    }

    It 'gives the name that the kernel has, in a namespace with another' {
        if (-not (Test-Program unshare)) {
            Set-ItResult -Skipped -Because 'unshare is not installed'
        }
        $peer = Start-Peer unshare -ArgumentList '--uts', 'true'
        try {
            if ((Wait-Peer $peer) -ne 0) {
                Set-ItResult -Skipped -Because "this user may not make a namespace: $($peer.ErrorOutput.Trim())"
            }
            Stop-Peer $peer
            $peer = $null
            $peer = Start-Peer unshare -ArgumentList @(
                '--uts', 'sh', '-c', 'echo pssockets-test >/proc/sys/kernel/hostname && exec "$@"', 'sh', $pwsh; $pwshStart
                '-Command'; "Import-Module '$ModulePath'; Get-SocketHostName")
            Wait-Peer $peer -TimeoutSeconds 30 | Should -Be 0 -Because $peer.ErrorOutput
            $peer.Output.Trim() | Should -BeExactly 'pssockets-test'
        }
        finally {
            Stop-Peer $peer
        }
    }

    It 'takes no arguments' {
        $failure = { Get-SocketHostName localhost } | Should -Throw -PassThru
        $failure.FullyQualifiedErrorId | Should -BeLike 'PositionalParameterNotFound,*'
        $failure.CategoryInfo.Category | Should -Be 'InvalidArgument'
    }
}
