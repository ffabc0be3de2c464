# Rows about the process, each measured in fresh ones; Rows.ps1 says what a row is.

#--- Import ----------------------------------------------------------------------------------------

@{
    Name    = 'import'
    Better  = 'Lower'
    Target  = 2.0
    WarmUp  = 1
    Setup   = {
        $directory = (New-Item -ItemType Directory -Path ([System.IO.Path]::GetTempPath()) -Name "PSSockets-$([guid]::NewGuid())").FullName
        Add-Type -OutputAssembly "$directory/Empty.dll" -TypeDefinition @'
using System.Management.Automation;

[Cmdlet(VerbsCommon.Get, "Nothing")]
public sealed class GetNothingCommand : PSCmdlet
{
}
'@
        New-ModuleManifest -Path "$directory/Empty.psd1" -RootModule 'Empty.dll' -CmdletsToExport 'Get-Nothing' -FunctionsToExport @() -AliasesToExport @()
        Set-Content -Path "$directory/import.ps1" -Value {
            $clock = [System.Diagnostics.Stopwatch]::StartNew()
            Import-Module -Name $args[0] -ErrorAction Stop
            $clock.Elapsed.TotalSeconds.ToString([cultureinfo]::InvariantCulture)
        }
        @{ Directory = $directory; Module = (Get-Module -Name PSSockets).Path -replace '\.dll$', '.psd1' }
    }
    Cleanup = { param($context) Remove-Item -LiteralPath $context.Directory -Recurse }
    Ours    = @{
        Text    = 'Import-Module PSSockets'
        Measure = { param($context) Invoke-FreshPwsh "$($context.Directory)/import.ps1" $context.Module }
    }
    Theirs  = @{
        Text    = 'Import-Module of an empty one-cmdlet module'
        Measure = { param($context) Invoke-FreshPwsh "$($context.Directory)/import.ps1" "$($context.Directory)/Empty.psd1" }
    }
}

#--- Memory ----------------------------------------------------------------------------------------

@{
    Name   = 'memory-streamed'
    Better = 'Lower'
    Target = 10
    Unit   = 'MB'
    Pairs  = 3
    WarmUp = 1
    Size   = 100000, 1000000
    Needs  = 'Linux', 'cc'
    Setup  = { param($count) @{ Count = $count; Flood = Resolve-CProgram flood } }
    Ours   = @{
        Text    = 'growth of the process, Receive-Datagram | script block'
        Measure = { param($context) Invoke-FreshPwsh "$PSScriptRoot/Measure-Memory.ps1" $context.Flood, $context.Count }
    }
}

@{
    Name   = 'memory-collected'
    Better = 'Lower'
    Target = 400
    Unit   = 'B'
    Pairs  = 3
    WarmUp = 1
    Size   = 100000, 1000000
    Needs  = 'Linux', 'cc'
    Setup  = { param($count) @{ Count = $count; Flood = Resolve-CProgram flood } }
    Ours   = @{
        Text    = 'a datagram in $x = Receive-Datagram -Count n'
        Measure = { param($context) Invoke-FreshPwsh "$PSScriptRoot/Measure-Memory.ps1" $context.Flood, $context.Count, '-Collect' }
    }
}
