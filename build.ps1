<#
.SYNOPSIS
Builds, tests and checks PSSockets.

.DESCRIPTION
One command for everything that is done with the repository. The tasks:

Build      compiles the solution and stages the module, exactly as it ships, in output/PSSockets.
Test       builds, then runs the unit tests (dotnet test) and the Pester tests (in a fresh process).
           The last line is the sum: "N passed, N failed, N skipped".
Docs       checks the help pages in docs/en-US and makes PSSockets.dll-Help.xml from them, and about_*.help.txt
           from the pages about_*.md.
Analyze    builds with the compiler's analyzers and runs PSScriptAnalyzer over the scripts.
Demo       builds, then runs examples/Hello.ps1.
Benchmark  builds, then measures the rows of benchmarks/Rows.ps1 in a fresh process, with the programs they are
           compared with, and prints them as a table. Without -Filter it writes benchmarks/RESULTS.md too.
Package    builds, then makes output/PSSockets.<version>.nupkg, as the PowerShell Gallery has it, and tries it out:
           in a fresh process the module of the package sends a datagram to itself. It publishes nothing.
Clean      removes output, and every bin and obj.

A PowerShell module that a task needs and that is not installed (Pester, Microsoft.PowerShell.PlatyPS,
PSScriptAnalyzer) is installed for the current user from the PowerShell Gallery, where that can be reached.

.PARAMETER Task
One task or several, which run in the order given.

.PARAMETER Configuration
The configuration to compile.

.PARAMETER Filter
Test: only the Pester files whose name matches this wildcard: 'New-Socket' is tests/New-Socket.Tests.ps1.
Unit tests are left out then. Benchmark: only the rows whose name matches: 'send-*'.

.PARAMETER NoBuild
Uses the module that is in output/PSSockets, and compiles none of it.

.PARAMETER Strict
Benchmark fails, with exit code 1, when a row misses its target or cannot be measured.

.PARAMETER DocsDestination
A directory to which Docs writes all that it makes, and nothing else: neither docs/en-US nor output changes.
Compare its files with those in docs to find out whether they are up to date.

.EXAMPLE
./build.ps1 -Task Clean, Test

.EXAMPLE
./build.ps1 -Task Test -Filter '*-Datagram'

.EXAMPLE
./build.ps1 -Task Benchmark -Filter 'send-*'

.EXAMPLE
./build.ps1 -Task Docs, Package
#>
#Requires -Version 7.4
[CmdletBinding()]
param(
    # Not a ValidateSet: "pwsh ./build.ps1 -Task Build,Test" arrives as the one string 'Build,Test'.
    [Parameter(Position = 0)]
    [ArgumentCompletions('Build', 'Test', 'Docs', 'Analyze', 'Demo', 'Benchmark', 'Package', 'Clean')]
    [string[]] $Task = 'Build',

    [ValidateSet('Release', 'Debug')]
    [string] $Configuration = 'Release',

    [SupportsWildcards()]
    [ValidateNotNullOrEmpty()]
    [string] $Filter = '*',

    [switch] $NoBuild,

    [switch] $Strict,

    [ValidateNotNullOrEmpty()]
    [string] $DocsDestination,

    # From another shell, "-Task Clean, Build, Test" arrives as several arguments.
    [Parameter(ValueFromRemainingArguments, DontShow)]
    [string[]] $MoreTask
)

$ErrorActionPreference = 'Stop'
Set-Variable -Name PSNativeCommandUseErrorActionPreference -Value $false # exit codes are looked at where they matter

$root = $PSScriptRoot
$solution = "$root/PSSockets.slnx"
$manifest = "$root/PSSockets.psd1"
$helpDirectory = "$root/docs/en-US"
$helpFile = 'PSSockets.dll-Help.xml'
$stagedModule = "$root/output/PSSockets"
$isBuilt = $false

#--- The tasks -------------------------------------------------------------------------------------

function Invoke-CleanTask {
    Remove-Directory "$root/output"
    foreach ($source in 'src', 'tests', 'benchmarks') {
        Get-ChildItem -Path "$root/$source" -Directory -Recurse -ErrorAction Ignore |
            Where-Object Name -In 'bin', 'obj' |
            ForEach-Object FullName |
            Remove-Directory
    }
    $script:isBuilt = $false
}

function Invoke-BuildTask {
    if ($NoBuild) {
        if (-not (Test-Path $stagedModule)) {
            throw 'There is no module in output/PSSockets. Leave out -NoBuild.'
        }
    }
    elseif (-not $isBuilt) {
        Invoke-Checked { dotnet build $solution --configuration $Configuration --nologo --verbosity minimal }
        $script:isBuilt = $true
    }
}

function Invoke-TestTask {
    Invoke-BuildTask
    $runs = [System.Collections.Generic.List[object]]::new()
    $directory = New-Item -ItemType Directory -Path ([System.IO.Path]::GetTempPath()) -Name "PSSockets-$([guid]::NewGuid())"
    try {
        if ($Filter -eq '*') {
            Invoke-UnitTest -Directory $directory -Run $runs
        }
        Invoke-PesterTest -Directory $directory -Run $runs
    }
    finally {
        Remove-Directory $directory.FullName
    }

    foreach ($test in $runs.SkippedTests) {
        "Skipped: $($test.Name): $($test.Reason)"
    }
    foreach ($run in $runs) {
        foreach ($problem in $run.Problems) {
            "$($run.Name): $problem"
        }
        "$($run.Name): $(Format-Count $run)"
    }
    Format-Count $runs
    if (($runs | Measure-Object -Property Failed -Sum).Sum -gt 0) {
        exit 1
    }
}

function Invoke-DocsTask {
    if (-not (Test-Path $stagedModule)) {
        Invoke-BuildTask
    }
    Install-BuildModule -Name Microsoft.PowerShell.PlatyPS -MinimumVersion 1.0.0
    $pages = @(Get-ChildItem -Path $helpDirectory -Filter '*.md' | Where-Object Name -NotLike 'about_*' | Sort-Object -Property BaseName -Culture '')
    Assert-HelpPage $pages

    $texts = [ordered]@{ $helpFile = ConvertTo-Maml $pages }
    $topics = @(Get-ChildItem -Path $helpDirectory -Filter 'about_*.md' | Sort-Object -Property BaseName -Culture '')
    foreach ($topic in $topics) {
        $texts["$($topic.BaseName).help.txt"] = ConvertTo-HelpText $topic
    }
    if ($DocsDestination) {
        Export-Text -Text $texts -Directory $DocsDestination
        Export-OptionTable "$DocsDestination/socket-options.md"
        return
    }
    Export-OptionTable "$root/docs/socket-options.md"
    Export-Text -Text $texts -Directory $helpDirectory
    if (Test-Path $stagedModule) {
        Export-Text -Text $texts -Directory "$stagedModule/en-US"
    }
    "$($pages.Count) help pages and $($topics.Count) topics in $helpDirectory"
}

function Invoke-AnalyzeTask {
    Invoke-BuildTask
    Install-BuildModule -Name PSScriptAnalyzer -MinimumVersion 1.19.0
    # Not for tests: a variable that BeforeAll or a shared file assigns is used in It, another script block to
    # the rule; and positions are part of what the tests test.
    $notForTests = 'PSUseDeclaredVarsMoreThanAssignments', 'PSAvoidUsingPositionalParameters'
    $files = Get-Item -Path @(
        "$stagedModule/PSSockets.psd1" # the copy that has beside it the files it names
        "$root/build.ps1"
        "$root/benchmarks/*.ps1"
        "$root/tests/*.ps1"
    )
    $files += Get-ChildItem -Path "$root/examples", "$root/docs" -Filter '*.ps1' -Recurse -ErrorAction Ignore
    $findings = foreach ($file in $files) {
        $exclude = @(if ($file.Directory.Name -eq 'tests') { $notForTests })
        Invoke-ScriptAnalyzer -Path $file.FullName -Settings PSGallery -ExcludeRule $exclude
    }
    if ($findings) {
        $findings | Format-Table -Property Severity, RuleName, ScriptName, Line, Message -AutoSize | Out-String -Width 240
        throw "PSScriptAnalyzer has $(@($findings).Count) findings."
    }
    "PSScriptAnalyzer: no findings in $($files.Count) files"
}

function Invoke-DemoTask {
    Invoke-BuildTask
    Invoke-Checked { Invoke-Pwsh -File "$root/examples/Hello.ps1" }
}

function Invoke-BenchmarkTask {
    Invoke-BuildTask
    # Name and value in one argument, because one that is a wildcard would be expanded to the files that match.
    $arguments = @(
        "-Filter:$Filter"
        if ($Filter -eq '*') { "-SavePath:$root/benchmarks/RESULTS.md" } # all rows of one run or none
        if ($Strict) { '-Strict' }
    )
    Invoke-Pwsh -File "$root/benchmarks/Measure-PSSockets.ps1" -ArgumentList $arguments
    if ($LASTEXITCODE -ne 0) {
        exit $LASTEXITCODE
    }
}

function Invoke-PackageTask {
    Invoke-BuildTask
    Assert-StagedHelp
    Remove-Item -Path "$root/output/PSSockets.*.nupkg"
    $directory = (New-Item -ItemType Directory -Path ([System.IO.Path]::GetTempPath()) -Name "PSSockets-$([guid]::NewGuid())").FullName
    try {
        (ConvertTo-Nuspec "$stagedModule/PSSockets.psd1").Save("$directory/PSSockets.nuspec")
        # The two warnings are for libraries: an assembly outside lib, and a licence given by its URL.
        Invoke-Checked {
            dotnet pack "$root/src/PSSockets/PSSockets.csproj" --configuration $Configuration --no-build --no-restore --nologo --verbosity quiet --output $directory `
                "-p:NuspecFile=$directory/PSSockets.nuspec" "-p:NuspecBasePath=$stagedModule" '-p:NoWarn=NU5100%3BNU5125'
        }
        $package = Get-Item -Path "$directory/*.nupkg"

        [System.IO.Compression.ZipFile]::ExtractToDirectory($package.FullName, "$directory/PSSockets")
        Set-Content -Path "$directory/try.ps1" -Value ${function:Invoke-PackageTry}
        Invoke-Checked { Invoke-Pwsh -File "$directory/try.ps1" -ArgumentList "$directory/PSSockets" }
        Move-Item -LiteralPath $package.FullName -Destination "$root/output"
    }
    finally {
        Remove-Directory $directory
    }
    "$root/output/$($package.Name)"
}

#--- The two test runners --------------------------------------------------------------------------

# Each leaves its output where it is and adds to -Run: Name, Passed, Failed, Skipped, SkippedTests, Problems.

# One run for each target framework, which dotnet test runs side by side, each on the runtime of that name.
function Invoke-UnitTest {
    param([string] $Directory, [System.Collections.Generic.List[object]] $Run)

    $frameworks = Invoke-Checked { dotnet msbuild "$root/tests/unit/PSSockets.UnitTests.csproj" -getProperty:TargetFrameworks }
    dotnet test $solution --configuration $Configuration --no-build --nologo --logger 'trx;LogFilePrefix=unit' --results-directory $Directory
    $exitCode = $LASTEXITCODE

    $unitRuns = foreach ($framework in $frameworks -split ';') {
        $results = @(
            Get-ChildItem -Path $Directory -Filter "unit_${framework}_*.trx" |
                ForEach-Object { ([xml](Get-Content -Path $_.FullName -Raw)).TestRun.Results.UnitTestResult } |
                Where-Object { $_ }
        )
        $passed = @($results | Where-Object outcome -EQ 'Passed')
        $skipped = @($results | Where-Object outcome -EQ 'NotExecuted')
        Complete-Run @{
            Name         = "unit ($framework)"
            Passed       = $passed.Count
            Failed       = $results.Count - $passed.Count - $skipped.Count
            Skipped      = $skipped.Count
            SkippedTests = @($skipped | ForEach-Object { @{ Name = $_.testName; Reason = $_.Output.ErrorInfo.Message } })
            Problems     = @()
        }
    }
    # The exit code tells of all of them: where every test passed, which one crashed is not known.
    if ($exitCode -ne 0 -and -not ($unitRuns.Failed -gt 0)) {
        $unitRuns[-1].Problems += "dotnet test ended with exit code $exitCode"
        $unitRuns[-1].Failed = 1
    }
    $Run.AddRange([object[]]$unitRuns)
}

function Invoke-PesterTest {
    param([string] $Directory, [System.Collections.Generic.List[object]] $Run)

    $result = @{ Name = 'Pester'; Passed = 0; Failed = 0; Skipped = 0; SkippedTests = @(); Problems = @() }
    try {
        $pester = Get-PesterPath
        $files = @(Get-ChildItem -Path "$root/tests" -Filter '*.Tests.ps1' | Where-Object Name -Like "$Filter.Tests.ps1")
        if (-not $files) {
            throw "No file is named tests/$Filter.Tests.ps1."
        }
    }
    catch {
        $result.Problems += $_.Exception.Message
        $Run.Add((Complete-Run $result))
        return
    }

    # Names in a file, because wildcards among the arguments of a process would be expanded.
    Set-Content -Path "$Directory/pester-files.txt" -Value $files.FullName
    Set-Content -Path "$Directory/pester.ps1" -Value ${function:Invoke-PesterRun}
    Invoke-Pwsh -File "$Directory/pester.ps1" -ArgumentList $pester, $Directory
    $exitCode = $LASTEXITCODE
    if (Test-Path "$Directory/pester.json") {
        $counts = Get-Content -Path "$Directory/pester.json" -Raw | ConvertFrom-Json -AsHashtable
        $counts.Keys | ForEach-Object { $result[$_] = $counts[$_] }
    }
    $Run.Add((Complete-Run $result -ExitCode $exitCode))
}

# Pester comes with the other packages: its version is in Directory.Packages.props.
function Get-PesterPath {
    $json = Invoke-Checked { dotnet msbuild "$root/tests/unit/PSSockets.UnitTests.csproj" -getProperty:NuGetPackageRoot -getProperty:PesterVersion }
    $properties = ($json | ConvertFrom-Json).Properties
    $path = Join-Path $properties.NuGetPackageRoot 'pester' $properties.PesterVersion 'tools' 'Pester.psd1'
    if (-not (Test-Path -LiteralPath $path)) {
        throw "Pester $($properties.PesterVersion) is not in the package folder ($path). Restore it: dotnet restore"
    }
    $path
}

# The whole script of the Pester process, which shares nothing with this one.
function Invoke-PesterRun {
    param([string] $Pester, [string] $Directory)

    if ($env:CI) {
        $env:NO_COLOR = '1'
    }
    Import-Module -Name $Pester -ErrorAction Stop

    $configuration = New-PesterConfiguration
    $configuration.Run.Path = @(Get-Content -Path "$Directory/pester-files.txt")
    $configuration.Run.PassThru = $true
    $configuration.Output.Verbosity = 'Normal'
    $result = Invoke-Pester -Configuration $configuration

    # What is neither passed nor skipped has failed: that covers tests which did not run or were inconclusive.
    # A failed BeforeAll, AfterAll or file may hold no test, so each is a failure of its own.
    @{
        Passed       = $result.PassedCount
        Failed       = $result.TotalCount - $result.PassedCount - $result.SkippedCount + $result.FailedBlocksCount + $result.FailedContainersCount
        Skipped      = $result.SkippedCount
        SkippedTests = @(
            $result.Tests | Where-Object Result -EQ 'Skipped' | ForEach-Object {
                @{ Name = $_.ExpandedPath; Reason = "$($_.ErrorRecord)" -replace '^is skipped(, because )?' }
            }
        )
    } | ConvertTo-Json -Depth 4 | Set-Content -Path "$Directory/pester.json"
}

# A runner that crashed or ran nothing has failed, whatever its counts say.
function Complete-Run {
    param([hashtable] $Run, [int] $ExitCode)

    if ($ExitCode -ne 0 -and $Run.Failed -eq 0) {
        $Run.Problems += "the process ended with exit code $ExitCode"
    }
    if ($Run.Passed + $Run.Failed -eq 0) {
        $Run.Problems += 'no test ran'
    }
    if ($Run.Problems -and $Run.Failed -eq 0) {
        $Run.Failed = 1
    }
    foreach ($test in $Run.SkippedTests) {
        $test.Reason = $test.Reason ? $test.Reason : 'no reason given'
    }
    [pscustomobject]$Run
}

function Format-Count {
    param([object[]] $Run)

    $sum = 'Passed', 'Failed', 'Skipped' | ForEach-Object { ($Run | Measure-Object -Property $_ -Sum).Sum }
    '{0} passed, {1} failed, {2} skipped' -f $sum
}

#--- Help ------------------------------------------------------------------------------------------

function Assert-HelpPage {
    param([System.IO.FileInfo[]] $Page)

    $cmdlets = (Import-PowerShellDataFile -Path $manifest).CmdletsToExport
    $names = @($Page | ForEach-Object BaseName)
    $problems = @(
        $cmdlets | Where-Object { $_ -notin $names } | ForEach-Object { "$_ has no page" }
        $names | Where-Object { $_ -notin $cmdlets } | ForEach-Object { "$_.md describes no cmdlet of the manifest" }
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
        throw "The help pages in $helpDirectory have $($problems.Count) problems, the first: $($problems[0])"
    }
}

function ConvertTo-Maml {
    param([System.IO.FileInfo[]] $Page)

    $directory = Join-Path ([System.IO.Path]::GetTempPath()) "PSSockets-$([guid]::NewGuid())"
    try {
        $file = Import-MarkdownCommandHelp -LiteralPath $Page.FullName | Export-MamlCommandHelp -OutputFolder $directory
        $xml = [xml](Get-Content -LiteralPath $file.FullName -Raw).ReplaceLineEndings("`n")
    }
    finally {
        Remove-Directory $directory
    }
    # PlatyPS 1.0 separates paragraphs by paragraphs of one invisible character, which Get-Help has no need of.
    @($xml.GetElementsByTagName('maml:para')) | Where-Object InnerText -EQ "`u{80}" | ForEach-Object { $null = $_.ParentNode.RemoveChild($_) }
    $xml.GetElementsByTagName('maml:para') | ForEach-Object { $_.InnerText = Join-TextLine $_.InnerText }
    $xml.GetElementsByTagName('command:example') | ForEach-Object { Move-ExampleCode $_ }

    $text = [System.IO.StringWriter]::new()
    $text.NewLine = "`n"
    $xml.Save($text)
    ($text.ToString() -replace '^<\?xml.*?\?>', '<?xml version="1.0" encoding="utf-8"?>') + "`n"
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
    $Text -replace '`([^`]+)`', '$1' -replace '\*\*([^*]+)\*\*', '$1'
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
    param([string] $Path)

    if (-not $IsLinux) {
        return
    }
    $script = Join-Path ([System.IO.Path]::GetTempPath()) "PSSockets-$([guid]::NewGuid()).ps1"
    Set-Content -Path $script -Value ${function:Write-OptionTable}
    try {
        $rows = Invoke-Pwsh -File $script -ArgumentList "$stagedModule/PSSockets.psd1"
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

#--- The package -----------------------------------------------------------------------------------

function Assert-StagedHelp {
    $file = "$stagedModule/en-US/$helpFile"
    $described = @(if (Test-Path $file) { ([xml](Get-Content -Path $file -Raw)).helpItems.command.details.name })
    $missing = @((Import-PowerShellDataFile -Path "$stagedModule/PSSockets.psd1").CmdletsToExport | Where-Object { $_ -notin $described })
    if ($missing) {
        throw "The staged module has no help for $($missing -join ', '). Run the task Docs first."
    }
}

# What Publish-Module and Publish-PSResource make of a manifest. By the tags the Gallery finds commands.
function ConvertTo-Nuspec {
    param([string] $Path)

    $data = Import-PowerShellDataFile -Path $Path
    $links = $data.PrivateData.PSData
    $metadata = [ordered]@{
        id                       = [System.IO.Path]::GetFileNameWithoutExtension($Path)
        version                  = $data.ModuleVersion
        authors                  = $data.Author
        owners                   = $data.CompanyName
        requireLicenseAcceptance = 'false'
        licenseUrl               = $links.LicenseUri
        projectUrl               = $links.ProjectUri
        description              = $data.Description
        releaseNotes             = $links.ReleaseNotes
        copyright                = $data.Copyright
        tags                     = @(
            $links.Tags
            'PSModule'
            "PSEdition_$($data.CompatiblePSEditions)"
            'PSIncludes_Cmdlet'
            $data.CmdletsToExport | ForEach-Object { "PSCmdlet_$_" }
            $data.CmdletsToExport | ForEach-Object { "PSCommand_$_" }
        ) | Select-Object -Unique | Join-String -Separator ' '
    }

    $nuspec = [xml]'<package><metadata/><files><file src="**" target=""/></files></package>'
    foreach ($name in $metadata.Keys) {
        $nuspec.package['metadata'].AppendChild($nuspec.CreateElement($name)).InnerText = $metadata[$name]
    }
    $nuspec
}

# The whole script of the process that tries the package out.
function Invoke-PackageTry {
    param([string] $Directory)

    $ErrorActionPreference = 'Stop'
    $manifest = Test-ModuleManifest -Path "$Directory/PSSockets.psd1"
    Import-Module -Name "$Directory/PSSockets.psd1"
    $missing = @($manifest.ExportedCmdlets.Keys | Where-Object { -not (Get-Command -Name $_ -Module PSSockets -ErrorAction Ignore) })
    if ($missing) {
        throw "The package has no $($missing -join ', ')."
    }
    $receiver = New-Socket | Register-SocketAddress '[::1]:0' -PassThru
    Send-Datagram (New-Socket) 'Hello' $receiver.LocalEndPoint
    $text = Receive-Datagram $receiver -TimeoutSeconds 10 -AsText
    if ($text -cne 'Hello') {
        throw "The packaged module sent 'Hello' and received '$text'."
    }
}

#--- Helpers ---------------------------------------------------------------------------------------

function Invoke-Checked {
    param([scriptblock] $Command)

    & $Command
    if ($LASTEXITCODE -ne 0) {
        throw "$Command".Trim() + " failed with exit code $LASTEXITCODE."
    }
}

# Runs a script in a fresh process of the PowerShell that runs this one.
function Invoke-Pwsh {
    param([string] $File, [string[]] $ArgumentList)

    $program = [System.Environment]::ProcessPath
    $start = @()
    if ((Split-Path -Path $program -LeafBase) -eq 'dotnet') {
        $start = @("$PSHOME/pwsh.dll")
    }
    & $program @start -NoProfile -NonInteractive -File "$File" @ArgumentList
}

function Install-BuildModule {
    param([string] $Name, [version] $MinimumVersion, [switch] $NoImport)

    $wanted = @{ ModuleName = $Name; ModuleVersion = $MinimumVersion }
    if (-not (Get-Module -ListAvailable -FullyQualifiedName $wanted)) {
        try {
            if (Get-Command -Name Install-PSResource -ErrorAction Ignore) {
                Install-PSResource -Name $Name -Version "[$MinimumVersion,)" -Scope CurrentUser -TrustRepository
            }
            elseif (Get-Command -Name Install-Module -ErrorAction Ignore) {
                Install-Module -Name $Name -MinimumVersion $MinimumVersion -Scope CurrentUser -Force -SkipPublisherCheck
            }
            $reason = 'it could not be installed'
        }
        catch {
            $reason = $_.Exception.Message
        }
        if (-not (Get-Module -ListAvailable -FullyQualifiedName $wanted)) {
            throw "The module $Name $MinimumVersion or later is missing ($reason). Install it from the PowerShell Gallery: Install-PSResource $Name -Version '[$MinimumVersion,)'"
        }
    }
    if (-not $NoImport) {
        Import-Module -FullyQualifiedName $wanted
    }
}

function Remove-Directory {
    [Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseShouldProcessForStateChangingFunctions', '', Justification = 'Removes only what this script or the compiler made.')]
    param([Parameter(Mandatory, ValueFromPipeline)] [string] $Path)

    process {
        if (Test-Path -LiteralPath $Path) {
            Remove-Item -LiteralPath $Path -Recurse -Force
        }
    }
}

#---------------------------------------------------------------------------------------------------

$knownTasks = 'Build', 'Test', 'Docs', 'Analyze', 'Demo', 'Benchmark', 'Package', 'Clean'
$names = @(@($Task) + $MoreTask -split ',' | ForEach-Object Trim | Where-Object { $_ })
foreach ($name in $names) {
    if ($name -notin $knownTasks) {
        throw "There is no task '$name'. The tasks are $($knownTasks -join ', ')."
    }
}
if ($DocsDestination) {
    $DocsDestination = $PSCmdlet.GetUnresolvedProviderPathFromPSPath($DocsDestination)
}
foreach ($name in $names) {
    & "Invoke-${name}Task"
}
