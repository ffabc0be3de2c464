# Two turns of phrase that are not English: "behind" where one thing comes after another, and "is no number" for "is not
# a number". They are looked for in every text that people read: pages, error texts, comments, names of tests.

BeforeDiscovery {
    $root = (Resolve-Path -LiteralPath "$PSScriptRoot/../..").ProviderPath
    $kinds = '.md', '.cs', '.ps1', '.psd1', '.ps1xml', '.txt', '.yml', '.c', '.h', '.py', '.props', '.csproj'
    $files = @(Get-ChildItem -LiteralPath $root -File) +
        @('src', 'docs', 'tests', 'tools', 'examples', 'benchmarks' | ForEach-Object { Get-ChildItem -LiteralPath "$root/$_" -Recurse -File }) +
        @(Get-ChildItem -LiteralPath "$root/.ci", "$root/.github" -Recurse -File -Force)
    $texts = foreach ($file in $files) {
        $name = [System.IO.Path]::GetRelativePath($root, $file.FullName).Replace('\', '/')
        # This file names the phrases, and the help is made of the pages.
        if (($file.Extension -in $kinds -or $name -eq '.ci/run') -and $name -notmatch '(^|/)(obj|bin)/|\.help\.txt$|/PlainEnglish\.Tests\.ps1$') {
            @{ Name = $name; File = $file.FullName }
        }
    }
}

BeforeAll {
    # Between two words a line of prose, or of a comment, may end.
    $gap = '(?:\s|//+|#|\*|>)+'
    $phrases = [ordered]@{
        # Something is left behind, or stands behind a proxy.
        'behind'     = "(?i)(?<!\b(?:leave|leaves|left)\b(?! over)[^.;:\r\n]{0,40})\bbehind\b(?!$gap(?:the${gap})?proxy\b)"
        # There is no such thing; it is no longer, no more or no slower than before.
        'is no ...'  = "(?i)(?<!\bthere$gap)\b(?:is|are|was|were|be)${gap}no$gap(?!(?:longer|more|less|slower|faster)\b)[\w``'<{$]"
    }

    function Find-Phrase {
        param([string] $Text)

        foreach ($phrase in $phrases.Values) {
            foreach ($match in [regex]::Matches($Text, $phrase)) {
                $before = $Text.Substring(0, $match.Index)
                $line = $before.Split("`n").Count
                $start = $before.LastIndexOf("`n") + 1
                "line ${line}: $($Text.Substring($start).Split("`n")[0].Trim())"
            }
        }
    }
}

Describe 'Plain English' {
    It 'is what <Name> is written in' -ForEach $texts {
        Find-Phrase ([System.IO.File]::ReadAllText($File)) | Should -BeNullOrEmpty
    }

    It 'is looked for in every kind of text' -ForEach @{ Texts = $texts } {
        $Texts.Count | Should -BeGreaterThan 250
        foreach ($name in 'README.md', 'build.ps1', '.ci/run', 'docs/en-US/New-Socket.md', 'docs/guide/01-sockets.md', 'src/PSSockets/Errors/ErrorIds.cs', 'tests/cmdlets/New-Socket.Tests.ps1') {
            $Texts.Name | Should -Contain $name
        }
    }

    It 'is not "<_>"' -ForEach @(
        'Bytes behind a frame stay.'
        'Behind the comma stands the cmdlet.'
        'What is left over behind the last field'
        'It is no number.'
        "the text is`n  no end point"
        "/// it is`n    /// no end point"
        'they are no `errno` values'
    ) {
        Find-Phrase $_ | Should -HaveCount 1
    }

    It 'is "<_>"' -ForEach @(
        'It leaves no descriptor behind.'
        'the file that an earlier run left behind'
        'the web server behind the proxy'
        'There is no such path.'
        "and there`n    # are not others"
        'It is no longer on the list, and is no slower.'
        'It is not a number.'
    ) {
        Find-Phrase $_ | Should -BeNullOrEmpty
    }
}
