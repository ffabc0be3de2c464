# Makes the help of PSSockets from the pages in docs/en-US. Dot-sourced by build.ps1, whose helpers it uses.

# The file of help, and the text of each topic, by their names.
function New-HelpText {
    [Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseShouldProcessForStateChangingFunctions', '', Justification = 'Makes texts, and changes nothing.')]
    param([string] $Directory, [string[]] $Cmdlet)

    $pages = @(Get-ChildItem -Path $Directory -Filter '*.md' | Where-Object Name -NotLike 'about_*' | Sort-Object -Property BaseName -Culture '')
    Assert-HelpPage -Page $pages -Cmdlet $Cmdlet
    $texts = [ordered]@{ 'PSSockets.dll-Help.xml' = ConvertTo-Maml $pages }
    foreach ($topic in Get-ChildItem -Path $Directory -Filter 'about_*.md' | Sort-Object -Property BaseName -Culture '') {
        $texts["$($topic.BaseName).help.txt"] = ConvertTo-HelpText $topic
    }
    $texts
}

function Assert-HelpPage {
    param([System.IO.FileInfo[]] $Page, [string[]] $Cmdlet)

    $names = @($Page | ForEach-Object BaseName)
    $problems = @(
        $Cmdlet | Where-Object { $_ -notin $names } | ForEach-Object { "$_ has no page" }
        $names | Where-Object { $_ -notin $Cmdlet } | ForEach-Object { "$_.md describes no cmdlet of the manifest" }
        foreach ($file in $Page) {
            # Not -LiteralPath: in PlatyPS 1.0 that tests nothing and says nothing.
            $test = Test-MarkdownCommandHelp -Path ([WildcardPattern]::Escape($file.FullName)) -DetailView
            $test.Messages -like 'FAIL*' | ForEach-Object { "$($file.Name): $_" }
            # PlatyPS 1.0 takes a blank line in a block of code for the block's end.
            [regex]::Matches((Get-Content -LiteralPath $file.FullName -Raw), '(?ms)^```[^\n]*\n.*?^```') |
                Where-Object Value -Match '\n\s*\n' |
                ForEach-Object { "$($file.Name): a blank line within a block of code: $($_.Value.Split("`n")[1])" }
            Select-String -LiteralPath $file.FullName -SimpleMatch '{{' | ForEach-Object { "$($file.Name):$($_.LineNumber): $($_.Line.Trim())" }
        }
    )
    if ($problems) {
        $problems
        throw "The help pages have $($problems.Count) problems, the first: $($problems[0])"
    }
}

function ConvertTo-Maml {
    param([System.IO.FileInfo[]] $Page)

    $directory = Join-Path ([System.IO.Path]::GetTempPath()) "PSSockets-$([guid]::NewGuid())"
    try {
        $commands = Import-MarkdownCommandHelp -LiteralPath $Page.FullName
        $file = $commands | Export-MamlCommandHelp -OutputFolder $directory
        $xml = [xml](Get-Content -LiteralPath $file.FullName -Raw).ReplaceLineEndings("`n")
    }
    finally {
        Remove-Directory $directory
    }
    # PlatyPS 1.0 separates paragraphs by paragraphs of one invisible character, which Get-Help has no need of.
    @($xml.GetElementsByTagName('maml:para')) | Where-Object InnerText -EQ "`u{80}" | ForEach-Object { $null = $_.ParentNode.RemoveChild($_) }
    $xml.GetElementsByTagName('maml:para') | ForEach-Object { $_.InnerText = Join-TextLine $_.InnerText }
    $xml.GetElementsByTagName('command:example') | ForEach-Object { Move-ExampleCode $_ }
    foreach ($element in $xml.GetElementsByTagName('command:command')) {
        $command = $commands | Where-Object Title -EQ $element['command:details']['command:name'].InnerText
        Add-DefaultValue -Element $element -Parameter $command.Parameters
    }
    # Get-Help names another page by its name: it needs no file. -Online opens the first link that has an address.
    $xml.GetElementsByTagName('maml:uri') | Where-Object InnerText -Match '^[\w-]+\.md$' | ForEach-Object { $_.InnerText = '' }

    $text = [System.IO.StringWriter]::new()
    $text.NewLine = "`n"
    $xml.Save($text)
    ($text.ToString() -replace '^<\?xml.*?\?>', '<?xml version="1.0" encoding="utf-8"?>') + "`n"
}

# PlatyPS 1.0 reads the default values of the parameters and does not write them.
function Add-DefaultValue {
    param([System.Xml.XmlElement] $Element, [object[]] $Parameter)

    foreach ($described in $Element['command:parameters'].ChildNodes) {
        $value = $described.OwnerDocument.CreateElement('dev:defaultValue', $described.GetNamespaceOfPrefix('dev'))
        $value.InnerText = ($Parameter | Where-Object Name -EQ $described['maml:name'].InnerText).DefaultValue
        $null = $described.AppendChild($value)
    }
}

# A topic for Get-Help, from its page: headings in capitals, all else indented, 80 columns wide. The first heading
# is the topic's name. Get-Help takes the fifth line for the synopsis, so the section after it begins there.
function ConvertTo-HelpText {
    param([System.IO.FileInfo] $Page)

    $lines = [System.Collections.Generic.List[string]]::new()
    $markdown = (Get-Content -LiteralPath $Page.FullName -Raw).ReplaceLineEndings("`n")
    # A block of code with its fences, or the lines up to an empty one; each heading and each item of a list by itself.
    $blocks = [regex]::Matches($markdown, '(?ms)^```[^\n]*\n(?<code>.*?)^```$|^(?<mark>#+ |- )?(?<text>[^\n]+(?:\n(?!- |#|```)[^\n]+)*)')
    foreach ($block in $blocks) {
        $text = ConvertTo-PlainText $block.Groups['text'].Value
        if ($text -match '^(\||\d+\. |> |\* )') {
            throw "$($Page.Name): tables, quotations, and lists other than those with '-' are not converted: $text"
        }
        switch -Regex ($block.Groups['mark'].Value) {
            '^# $' { $lines.AddRange([string[]]('TOPIC', "    $text", '')) }
            '^## $' { $lines.AddRange([string[]]($text.ToUpperInvariant())) }
            '^###' { $lines.AddRange([string[]]("  $($text.ToUpperInvariant())", '')) }
            '^- $' { $lines.AddRange([string[]](Split-TextLine -Text $text -First '    - ' -Next '      ')) }
            '^$' {
                if ($block.Groups['code'].Success) {
                    $lines.AddRange([string[]]($block.Groups['code'].Value.TrimEnd("`n") -split "`n" | ForEach-Object { "    $_".TrimEnd() }))
                }
                else {
                    $lines.AddRange([string[]](Split-TextLine -Text $text -First '    ' -Next '    '))
                }
            }
        }
        # A section's text follows its heading; items of a list follow each other, as they do in the page.
        $isEndOfList = $block.Groups['mark'].Value -eq '- ' -and $markdown.Substring($block.Index + $block.Length) -match '^\n\n'
        if ($isEndOfList -or $block.Groups['mark'].Value -eq '') {
            $lines.Add('')
        }
    }

    $long = $lines | Where-Object Length -GT 80 | Select-Object -First 1
    if ($long) {
        throw "$($Page.Name): in the help text this is longer than 80 columns: $($long.Trim())"
    }
    if ($lines[4] -notmatch '^    \S' -or $lines[5]) {
        throw "$($Page.Name): the page must begin with its name and one line that says what it is about."
    }
    ($lines -join "`n").TrimEnd() + "`n"
}

# Without the marks of Markdown; a link that leads out of the repository keeps its address.
function ConvertTo-PlainText {
    param([string] $Text)

    $Text = $Text -replace '\s*\n\s*', ' ' -replace '\[([^\]]+)\]\((https?:[^)]+)\)', '$1: $2' -replace '\[([^\]]+)\]\([^)]+\)', '$1'
    # Code that has backticks in it stands between more of them.
    $Text -replace '(?<!`)(?<mark>`+)(?!`) ?(?<code>.+?) ?(?<!`)\k<mark>(?!`)', '${code}' -replace '\*\*([^*]+)\*\*', '$1'
}

function Split-TextLine {
    param([string] $Text, [string] $First, [string] $Next)

    $line = $First
    foreach ($word in $Text -split ' ') {
        if ($line.Length + $word.Length -gt 80 -and $line.Trim(' -')) {
            $line.TrimEnd()
            $line = $Next
        }
        $line += "$word "
    }
    $line.TrimEnd()
}

function Export-Text {
    param([System.Collections.IDictionary] $Text, [string] $Directory)

    $null = New-Item -ItemType Directory -Path $Directory -Force
    foreach ($name in $Text.Keys) {
        Set-Content -Path "$Directory/$name" -Value $Text[$name] -NoNewline -Encoding utf8NoBOM
    }
}

# The table of socket options, from the list in the code. Its numbers are those of Linux.
function Export-OptionTable {
    param([string] $Path, [string] $Module)

    if (-not $IsLinux) {
        return
    }
    $script = Join-Path ([System.IO.Path]::GetTempPath()) "PSSockets-$([guid]::NewGuid()).ps1"
    Set-Content -Path $script -Value ${function:Write-OptionTable}
    try {
        $rows = Invoke-Pwsh -File $script -ArgumentList "$Module/PSSockets.psd1"
    }
    finally {
        Remove-Item -Path $script
    }
    Set-Content -Path $Path -Value (($rows -join "`n") + "`n") -NoNewline -Encoding utf8NoBOM
}

# The whole script of a process of its own, so that this one does not load the module.
function Write-OptionTable {
    param([string] $Manifest)

    Import-Module -Name $Manifest
    '# Socket options'
    ''
    'What `Get-SocketOption` and `Set-SocketOption` know by name, with the numbers of Linux. A friendly name means the'
    'option of the socket''s family; any other option is reached with `-Level` and `-Option`. This table is generated from'
    'the list in the code by `build.ps1 -Task Docs`.'
    ''
    '| name | C name | level | number | value | unit | meaning | man page |'
    '|---|---|---|---|---|---|---|---|'
    Get-SocketOption -ListAvailable | ForEach-Object {
        $kind = $_.IsReadOnly ? "$($_.Kind), read only" : $_.Kind
        "| ``$($_.Name)`` | ``$($_.CName)`` | ``$($_.LevelName)`` ($($_.Level)) | $($_.Number) | $kind | $($_.Unit) | $($_.Meaning) | $($_.ManPage) |"
    }
}

# The lines of a page end where its source is comfortable to read; Get-Help wraps at the width of the terminal.
# Blocks of code and items of lists keep their lines.
function Join-TextLine {
    param([string] $Text)

    if ($Text -match '^```') {
        return $Text
    }
    $Text -replace '(?<=\S)\n {0,3}(?=[^\s*-])', ' '
}

# PlatyPS 1.0 leaves a whole example in its introduction, with the fences of its code blocks. Here the first block
# becomes the code, what follows becomes the remarks, and the fences go.
function Move-ExampleCode {
    param([System.Xml.XmlElement] $Example)

    $introduction, $code, $remarks = $Example['maml:introduction'], $Example['dev:code'], $Example['dev:remarks']
    $texts = @($introduction.ChildNodes | ForEach-Object InnerText)
    $introduction.RemoveAll()
    $before = foreach ($text in $texts) {
        $isBlock = $text -match '(?s)^(?<fence>```+)[^\n]*\n(?<code>.*)\n\k<fence>$'
        if ($isBlock) {
            $text = $Matches.code
        }
        if ($code.InnerText) {
            # Get-Help trims paragraphs, which would shift a first line that is indented: a character without width
            # keeps it where it is.
            Add-HelpParagraph -Element $remarks -Text ($text -replace '^(?= )', "`u{200B}")
        }
        elseif ($isBlock) {
            $code.InnerText = $text
        }
        else {
            $text
        }
    }
    # Get-Help shows an introduction as it is, and right after it the code; after the remarks the next example.
    if ($before) {
        Add-HelpParagraph -Element $introduction -Text (($before -join "`n`n") + ($code.InnerText ? "`n`n" : ''))
    }
    if ($remarks.HasChildNodes) {
        Add-HelpParagraph -Element $remarks -Text ''
    }
}

function Add-HelpParagraph {
    param([System.Xml.XmlElement] $Element, [string] $Text)

    $paragraph = $Element.OwnerDocument.CreateElement('maml:para', 'http://schemas.microsoft.com/maml/2004/10')
    $paragraph.InnerText = $Text
    $null = $Element.AppendChild($paragraph)
}
