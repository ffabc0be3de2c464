# Every page with an example of what Windows does not have says so.

BeforeDiscovery {
    $root = (Resolve-Path -LiteralPath "$PSScriptRoot/../..").ProviderPath
    $pages = @(Get-Item -Path "$root/README.md") + @(Get-ChildItem -Path "$root/docs/en-US", "$root/docs/guide" -Filter '*.md') | ForEach-Object {
        $text = Get-Content -LiteralPath $_.FullName -Raw
        $code = ([regex]::Matches($text, '(?ms)^```powershell.*?\n(.*?)^```').ForEach{ $_.Groups[1].Value } -join "`n") -replace ' # .*'
        $lacking = @(
            if ($code -match 'New-SocketPair') { 'New-SocketPair' }
            if ($code -match '(?m)New-Socket (AF_)?Unix(\s*$|\s*[|)]| +(Datagram|Dgram|SOCK_DGRAM)|\s+-)') { 'UNIX datagram' }
            if ($code -match 'SeqPacket') { 'SeqPacket' }
            if ($code -match "['`"]@[a-z]|-AbstractName") { 'abstract' }
            if ($code -match '-ReusePort') { '-ReusePort' }
        )
        @{ Name = [System.IO.Path]::GetRelativePath($root, $_.FullName); Text = $text; Lacking = $lacking }
    }
}

Describe 'Where an example does not apply' {
    It '<Name> says so' -ForEach @($pages | Where-Object { $_.Lacking }) {
        $said = [regex]::Matches($Text, '(?ms)^[^\n]*\bWindows\b.*?(?=\n\n|\z)').Value -join "`n"

        foreach ($thing in $Lacking) {
            ($said -replace '\s+', ' ') | Should -BeLike "*$thing*" -Because "its examples use $thing, which Windows does not have"
        }
    }

    It 'is found at all' -ForEach @{ Count = @($pages | Where-Object { $_.Lacking }).Count } {
        $Count | Should -BeGreaterThan 15
    }
}
