<#
.SYNOPSIS
Builds, tests and checks PSSockets.

.DESCRIPTION
One command for everything that is done with the repository. The tasks:

Build      compiles the solution and stages the module, exactly as it ships, in output/PSSockets.
Test       builds, then runs the unit tests (dotnet test) and the Pester tests (in fresh processes, one for each core).
           The last line is the sum of all tasks that test: "N passed, N failed, N skipped".
TestWindows builds, then runs the unit tests and the Pester files of all cmdlets on the Windows build of .NET: under Wine, or on Windows
           as they are, and tests/package/Systems.Tests.ps1. What cannot pass there is counted as skipped, with the reason, and tests of what Windows does not
           have as "not for Windows". A test that fails is run once more before it counts. Where Wine cannot be used, that
           is one skipped test, with the reason; it is a failure only when no other task tests.
Torture    builds, then stops cmdlets at random moments under traffic, 1,000 times each, and prints what was lost,
           came twice or out of order, and what was left open, on the transport of this system and on that of Windows;
           then it lets servers serve all kinds of clients for two minutes. With -Minutes each goes on for so long.
Docs       checks the help pages in docs/en-US and makes PSSockets.dll-Help.xml from them, and about_*.help.txt
           from the pages about_*.md.
Analyze    builds with the compiler's analyzers, parses every script, and runs PSScriptAnalyzer over them. Where that
           is not installed and cannot be, a warning says what was not analyzed; with -Strict that is a failure.
Demo       builds, then runs examples/Hello.ps1.
Benchmark  builds, then measures the rows of benchmarks/Rows.ps1 in a fresh process, with the programs they are
           compared with, and prints them as a table. Without -Filter it writes benchmarks/RESULTS.md too.
Package    builds, then makes output/PSSockets.<version>.nupkg, as the PowerShell Gallery has it, and tries it out:
           in a fresh process the module of the package sends a datagram to itself. It publishes nothing.
Publish    publishes the package in output to -Repository, with the key in the environment variable GALLERY_API_KEY,
           when -Tag is the version of the manifest and CHANGELOG.md has a date for it.
Clean      removes output, and every bin and obj.

A PowerShell module that a task needs and that is not installed (Pester, Microsoft.PowerShell.PlatyPS,
PSScriptAnalyzer) is installed for the current user from the PowerShell Gallery, where that can be reached.

.PARAMETER Task
One task or several, which run in the order given.

.PARAMETER Configuration
The configuration to compile.

.PARAMETER Filter
Test: only the Pester files whose name matches this wildcard: 'New-Socket' is tests/cmdlets/New-Socket.Tests.ps1.
Unit tests are left out then. Torture: only the rows whose name matches: '*-Line*'. Benchmark: only the rows whose name matches: 'send-*'.

.PARAMETER NoBuild
Uses the module that is in output/PSSockets, and compiles none of it.

.PARAMETER Strict
Benchmark fails, with exit code 1, when a row misses its target or cannot be measured. Analyze fails without
PSScriptAnalyzer.

.PARAMETER Minutes
Torture: goes on for at least so many minutes.

.PARAMETER Tag
Publish: the tag of the commit, 'v' and the version.

.PARAMETER Repository
Publish: the registered repository to publish to.

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
    [ArgumentCompletions('Build', 'Test', 'TestWindows', 'Torture', 'Docs', 'Analyze', 'Demo', 'Benchmark', 'Package', 'Publish', 'Clean')]
    [string[]] $Task = 'Build',

    [ValidateSet('Release', 'Debug')]
    [string] $Configuration = 'Release',

    [SupportsWildcards()]
    [ValidateNotNullOrEmpty()]
    [string] $Filter = '*',

    [switch] $NoBuild,

    [switch] $Strict,

    [double] $Minutes,

    [string] $Tag,

    [ValidateNotNullOrEmpty()]
    [string] $Repository = 'PSGallery',

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
$stagedModule = "$root/output/PSSockets"
$isBuilt = $false
$untested = ''
$testRuns = [System.Collections.Generic.List[object]]::new()

# By the time they take, the longest first. All others are shorter.
$slowPesterFiles = [string[]] @(
    'Build', 'Benchmark', 'StreamExamples', 'Torture', 'Module', 'Send-FileWithChecksum', 'StreamInterop', 'Receive-SocketData', 'Package', 'ComingFrom'
    'Receive-TftpFile', 'Examples', 'Receive-StatsdMetric', 'Guide', 'Start-UnixChat', 'Connect-Socket', 'MessageFormats', 'Interop'
    'Start-TcpProxy', 'Help', 'Receive-SocketConnection', 'Send-DatagramLoad', 'Send-SocketData', 'Receive-Datagram'
)

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

# PowerShell is compiled for the Pester tests while everything else is.
function Invoke-TestTask {
    $directory = New-Item -ItemType Directory -Path ([System.IO.Path]::GetTempPath()) -Name "PSSockets-$([guid]::NewGuid())"
    $pwsh = Start-ThreadJob -ScriptBlock { & $args[0] -Directory $args[1] } -ArgumentList "$root/tools/Resolve-Pwsh.ps1", "$root/output/pwsh"
    try {
        Invoke-BuildTask
        if ($Filter -eq '*') {
            Invoke-UnitTest -Directory $directory -Run $testRuns
        }
        Invoke-PesterTest -Directory $directory -Pwsh ($pwsh | Receive-Job -Wait) -Run $testRuns
    }
    finally {
        $pwsh | Remove-Job -Force
        Remove-Directory $directory.FullName
    }
}

function Invoke-TortureTask {
    Invoke-BuildTask
    $arguments = "-Filter:$Filter", "-Minutes:$($Minutes.ToString([cultureinfo]::InvariantCulture))"
    Invoke-Pwsh -File "$root/tests/torture/Torture.ps1" -ArgumentList $arguments
    $failed = $LASTEXITCODE
    'The same on the transport that Windows has:'
    Invoke-Pwsh -File "$root/tests/torture/Torture.ps1" -ArgumentList ($arguments + '-Managed')
    $failed += $LASTEXITCODE
    if ($Filter -eq '*') {
        Invoke-Pwsh -File "$root/tests/torture/Soak.ps1" -ArgumentList "-Minutes:$([System.Math]::Max(2, $Minutes).ToString([cultureinfo]::InvariantCulture))"
        $failed += $LASTEXITCODE
    }
    if ($failed -ne 0) {
        exit 1
    }
}

function Invoke-TestWindowsTask {
    Invoke-BuildTask
    $project = "$root/tests/windows/PSSockets.WindowsHost.csproj"
    Invoke-Checked { dotnet build $project --configuration $Configuration --nologo --verbosity minimal }
    $files = @(
        Get-ChildItem -Path "$root/tests/cmdlets" -Filter "$Filter.Tests.ps1"
        Get-Item -Path "$root/tests/package/Systems.Tests.ps1" | Where-Object Name -Like "$Filter.Tests.ps1"
    )
    $directory = (New-Item -ItemType Directory -Path ([System.IO.Path]::GetTempPath()) -Name "PSSockets-$([guid]::NewGuid())").FullName
    try {
        & "$root/tools/Invoke-WindowsTest.ps1" -Path $files.FullName -Pester (Get-PesterPath) -Directory $directory -Prefix "$root/output/wine" `
            -PesterProcess 2 -TimeoutSeconds 540 -StallSeconds 75 -HostPath "$root/tests/windows/bin/$Configuration/net10.0/win-x64/PSSockets.WindowsHost.exe" `
            -Assembly "$root/tests/unit/bin/$Configuration/net10.0/PSSockets.UnitTests.dll"
        if (Test-Path -LiteralPath "$directory/cannot-run.txt") {
            # The module is not to blame for that: it counts as one test that was left out.
            $reason = "Wine cannot be used here: $(Get-Content -LiteralPath "$directory/cannot-run.txt" -Raw)".Trim()
            $script:untested = "The tests of the Windows build do not run. $reason"
            $testRuns.Add([pscustomobject]@{
                    Name = 'Windows'; Passed = 0; Failed = 0; Skipped = 1; SkippedTests = @(@{ Name = 'all tests of the Windows build'; Reason = $reason }); Problems = @()
                })
            return $untested
        }
        foreach ($name in 'unit', 'Pester') {
            $run = Get-Content -LiteralPath "$directory/$name.json" -Raw | ConvertFrom-Json -AsHashtable
            $run.Name = "$name (Windows)"
            $testRuns.Add((Complete-Run $run))
        }
    }
    finally {
        Remove-Directory $directory
    }
}

function Invoke-DocsTask {
    . $root/tools/Help.ps1
    if (-not (Test-Path $stagedModule)) {
        Invoke-BuildTask
    }
    Install-BuildModule -Name Microsoft.PowerShell.PlatyPS -MinimumVersion 1.0.0
    $texts = New-HelpText -Directory $helpDirectory -Cmdlet (Import-PowerShellDataFile -Path $manifest).CmdletsToExport
    if ($DocsDestination) {
        Export-Text -Text $texts -Directory $DocsDestination
        Export-OptionTable -Path "$DocsDestination/socket-options.md" -Module $stagedModule
        return
    }
    Export-OptionTable -Path "$root/docs/socket-options.md" -Module $stagedModule
    Export-Text -Text $texts -Directory $helpDirectory
    Export-Text -Text $texts -Directory "$stagedModule/en-US"
    "The help of all cmdlets, and $($texts.Count - 1) topics, in $helpDirectory"
}

function Invoke-AnalyzeTask {
    Invoke-BuildTask
    . $root/tools/Analysis.ps1
    $files = @(
        Get-Item -Path "$stagedModule/PSSockets.psd1" # the copy that has beside it the files it names
        Get-Item -Path "$root/build.ps1"
        Get-ChildItem -Path "$root/tools", "$root/tests", "$root/benchmarks", "$root/examples", "$root/docs" -Filter '*.ps1' -Recurse |
            Where-Object FullName -NotMatch '[\\/](bin|obj)[\\/]'
    )
    $findings = @($files | Find-ScriptFault)
    $missing = try {
        Install-BuildModule -Name PSScriptAnalyzer -MinimumVersion 1.19.0
    }
    catch {
        if ($Strict) {
            throw
        }
        $_.Exception.Message
    }
    if (-not $missing) {
        $findings += $files | Invoke-RuleCheck -TestDirectory "$root/tests"
    }
    if ($findings) {
        $findings | Format-Table -Property Severity, RuleName, ScriptName, Line, Message -AutoSize | Out-String -Width 240
        throw "There are $($findings.Count) findings in the scripts."
    }
    if ($missing) {
        Write-Warning "Not analyzed: the rules of PSScriptAnalyzer were not applied to any script. $missing"
        "The compiler's analyzers and the parser of PowerShell: no findings in $($files.Count) scripts"
    }
    else {
        "The compiler's analyzers, the parser of PowerShell and PSScriptAnalyzer: no findings in $($files.Count) scripts"
    }
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
    . $root/tools/Package.ps1
    Assert-StagedHelp $stagedModule
    Remove-Item -Path "$root/output/PSSockets.*.nupkg"
    $directory = (New-Item -ItemType Directory -Path ([System.IO.Path]::GetTempPath()) -Name "PSSockets-$([guid]::NewGuid())").FullName
    try {
        $content = "$directory/content"
        New-PackageContent -Module $stagedModule -Root $root -Destination $content
        (ConvertTo-Nuspec "$content/PSSockets.psd1").Save("$directory/PSSockets.nuspec")
        # The two warnings are for libraries: an assembly outside lib, and a licence given by its URL.
        Invoke-Checked {
            dotnet pack "$root/src/PSSockets/PSSockets.csproj" --configuration $Configuration --no-build --no-restore --nologo --verbosity quiet --output $directory `
                "-p:NuspecFile=$directory/PSSockets.nuspec" "-p:NuspecBasePath=$content" '-p:NoWarn=NU5100%3BNU5125'
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

# It builds nothing: what is published is the package that was tested.
function Invoke-PublishTask {
    . $root/tools/Package.ps1
    $version = (Import-PowerShellDataFile -Path $manifest).ModuleVersion
    Assert-Release -Tag $Tag -Version $version -ChangeLog "$root/CHANGELOG.md"
    $package = "$root/output/PSSockets.$version.nupkg"
    if (-not (Test-Path -LiteralPath $package)) {
        throw "There is no output/PSSockets.$version.nupkg. Make it with the task Package."
    }
    $key = $env:GALLERY_API_KEY ? @{ ApiKey = $env:GALLERY_API_KEY } : @{}
    Publish-PSResource -NupkgPath $package -Repository $Repository @key
    "PSSockets $version is published to $Repository"
}

#--- The two test runners --------------------------------------------------------------------------

# Each writes what it prints and adds to -Run: Name, Passed, Failed, Skipped, SkippedTests, Problems.

# One run for each target framework, which dotnet test runs side by side, each on the runtime of that name.
function Invoke-UnitTest {
    param([string] $Directory, [System.Collections.Generic.List[object]] $Run)

    $frameworks = Invoke-Checked { dotnet msbuild "$root/tests/unit/PSSockets.UnitTests.csproj" -getProperty:TargetFrameworks }
    # A trait named Windows says why a test cannot pass there, and names one of the two systems.
    $selection = $IsWindows ? @('--filter', 'Windows!~Windows&Windows!~Linux') : @()
    # Most tests wait most of the time: all runs go side by side, however many cores there are.
    dotnet test $solution "-maxcpucount:$(($frameworks -split ";").Count)" --configuration $Configuration --no-build --nologo --logger 'trx;LogFilePrefix=unit' --results-directory $Directory @selection
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

# Those that take long are begun first, so that none is left for the end.
function Invoke-PesterTest {
    param([string] $Directory, [string[]] $Pwsh, [System.Collections.Generic.List[object]] $Run)

    $result = @{ Name = 'Pester'; Passed = 0; Failed = 0; Skipped = 0; SkippedTests = @(); Problems = @() }
    try {
        $pester = Get-PesterPath
        $files = @(
            Get-ChildItem -Path "$root/tests" -Filter '*.Tests.ps1' -Recurse |
                Where-Object Name -Like "$Filter.Tests.ps1" |
                Sort-Object -Property { $rank = $slowPesterFiles.IndexOf(($_.Name -replace '\.Tests\.ps1$')); $rank -lt 0 ? 1000 : $rank }, { $_.Directory.Name -eq 'cmdlets' }, { -$_.Length }
        )
        if (-not $files) {
            throw "No file in tests is named $Filter.Tests.ps1."
        }
        & "$root/tools/Invoke-PesterQueue.ps1" -Path $files.FullName -Pester $pester -Pwsh $Pwsh -Directory (New-Item -ItemType Directory -Path "$Directory/pester")
        foreach ($part in Get-ChildItem -Path "$Directory/pester/results" | Get-Content -Raw | ConvertFrom-Json -AsHashtable) {
            'Passed', 'Failed', 'Skipped', 'SkippedTests' | ForEach-Object { $result[$_] += $part[$_] }
            $result.Problems += @($part.Problems | ForEach-Object { "$($part.File): $_" })
        }
    }
    catch {
        $result.Problems += $_.Exception.Message
    }
    $Run.Add((Complete-Run $result))
}

# Pester comes with the other packages: its version is in Directory.Packages.props.
function Get-PesterPath {
    $json = Invoke-Checked { dotnet msbuild "$root/tests/unit/PSSockets.UnitTests.csproj" -getProperty:NuGetPackageRoot -getProperty:PesterVersion }
    $properties = ($json | ConvertFrom-Json).Properties
    $path = "$($properties.NuGetPackageRoot)/pester/$($properties.PesterVersion)/tools/Pester.psd1"
    if (-not (Test-Path -LiteralPath $path)) {
        throw "Pester $($properties.PesterVersion) is not in the package folder ($path). Restore it: dotnet restore"
    }
    $path
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
    [pscustomobject]$Run
}

# What is to be known of all runs; the sum is the last line.
function Format-TestRun {
    param([object[]] $Run)

    foreach ($test in $Run.SkippedTests) {
        "Skipped: $($test.Name): $($test.Reason)"
    }
    foreach ($one in $Run) {
        foreach ($problem in $one.Problems) {
            "$($one.Name): $problem"
        }
        "$($one.Name): $(Format-Count $one)$($one.NotForWindows ? ", $($one.NotForWindows) not for Windows" : '')"
    }
    Format-Count $Run
}

function Format-Count {
    param([object[]] $Run)

    $sum = 'Passed', 'Failed', 'Skipped' | ForEach-Object { ($Run | Measure-Object -Property $_ -Sum).Sum }
    '{0} passed, {1} failed, {2} skipped' -f $sum
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

$knownTasks = 'Build', 'Test', 'TestWindows', 'Torture', 'Docs', 'Analyze', 'Demo', 'Benchmark', 'Package', 'Publish', 'Clean'
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
    try {
        & "Invoke-${name}Task"
    }
    catch {
        if ($name -notlike 'Test*') {
            throw
        }
        # The line with the sum comes in any case, and tells that this has failed.
        $testRuns.Add((Complete-Run @{ Name = $name; Passed = 0; Failed = 0; Skipped = 0; SkippedTests = @(); Problems = @("$_") }))
    }
}
if ($testRuns) {
    Format-TestRun $testRuns
    # Who asked for nothing but what could not run sees that nothing was tested.
    if (($testRuns | Measure-Object -Property Failed -Sum).Sum -gt 0 -or ($untested -and -not ($testRuns | Where-Object Passed))) {
        exit 1
    }
}
