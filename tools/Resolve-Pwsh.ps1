<#
.SYNOPSIS
Gives the PowerShell that tests run in: the program, and the arguments that come before all others.

.DESCRIPTION
It is the PowerShell that runs this. But the one that is restored as a tool of .NET has only intermediate code, so that
each of its processes compiles it anew, which takes most of the time that it takes to start; an installed one is
compiled. So what the tool lacks is made up for once: DIRECTORY/VERSION holds a copy of it, of which the assemblies that
every process needs are compiled ahead of time by crossgen2, the compiler of .NET. The code is the same.

Where the compiler cannot be had, a line on the warning stream says so, and the tests take longer.

.PARAMETER Directory
Where the copy is, or is to be made.
#>
param([Parameter(Mandatory)] [string] $Directory)

$ErrorActionPreference = 'Stop'
Set-Variable -Name PSNativeCommandUseErrorActionPreference -Value $false
$program = [System.Environment]::ProcessPath
if ((Split-Path -Path $program -LeafBase) -ne 'dotnet') {
    return $program
}

$assemblies = @(
    'System.Management.Automation', 'Microsoft.PowerShell.ConsoleHost', 'Microsoft.PowerShell.Commands.Management'
    'Microsoft.PowerShell.Commands.Utility', 'Microsoft.PowerShell.Security', 'Newtonsoft.Json', 'pwsh'
)

# Whether an assembly holds machine code.
function Test-Compiled {
    param([string] $Path)

    $reader = [System.Reflection.PortableExecutable.PEReader]::new([System.IO.File]::OpenRead($Path))
    try {
        $reader.PEHeaders.CorHeader.ManagedNativeHeaderDirectory.Size -gt 0
    }
    finally {
        $reader.Dispose()
    }
}

# The path of the compiler; an error with the words of whoever does not find it.
function Restore-Compiler {
    $project = "$PSScriptRoot/crossgen/Crossgen.csproj"
    $words = dotnet restore $project --nologo --verbosity quiet 2>&1
    if ($LASTEXITCODE -ne 0) {
        throw "$words"
    }
    $json = dotnet msbuild $project -getProperty:NuGetPackageRoot -getProperty:NETCoreSdkPortableRuntimeIdentifier -getProperty:BundledNETCoreAppPackageVersion
    $properties = ($json | ConvertFrom-Json).Properties
    $package = "microsoft.netcore.app.crossgen2.$($properties.NETCoreSdkPortableRuntimeIdentifier)/$($properties.BundledNETCoreAppPackageVersion)"
    $path = "$($properties.NuGetPackageRoot)/$package/tools/crossgen2$($IsWindows ? '.exe' : '')"
    if (-not (Test-Path -LiteralPath $path)) {
        throw "there is no $path"
    }
    if (-not $IsWindows) {
        chmod +x $path # packages have no such mark
    }
    $path
}

$copy = "$Directory/$($PSVersionTable.PSVersion)"
if (Test-Compiled "$PSHOME/System.Management.Automation.dll") {
    return $program, "$PSHOME/pwsh.dll"
}
if (-not (Test-Path -LiteralPath $copy)) {
    # Under another name until it is complete: whoever is ended leaves nothing that looks like one.
    $unfinished = "$Directory/unfinished-$PID"
    try {
        $compiler = Restore-Compiler
        $null = New-Item -ItemType Directory -Path $Directory -Force
        Copy-Item -LiteralPath $PSHOME -Destination $unfinished -Recurse
        $framework = [System.Runtime.InteropServices.RuntimeEnvironment]::GetRuntimeDirectory()
        foreach ($name in $assemblies) {
            $words = & $compiler "$PSHOME/$name.dll" --out "$unfinished/$name.dll" --reference "$framework/*.dll" --reference "$PSHOME/*.dll" -O 2>&1
            if ($LASTEXITCODE -ne 0) {
                throw "$name.dll: $words"
            }
        }
        Move-Item -LiteralPath $unfinished -Destination $copy
    }
    catch {
        Write-Warning "PowerShell is not compiled ahead of time, so the tests take longer: $_"
        Remove-Item -LiteralPath $unfinished -Recurse -Force -ErrorAction Ignore
        return $program, "$PSHOME/pwsh.dll"
    }
}
$program, "$copy/pwsh.dll"
