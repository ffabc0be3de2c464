# Looks for faults in scripts. Dot-sourced by build.ps1.

# What needs nothing but PowerShell: text that does not parse, aliases, white space at the end of a line.
function Find-ScriptFault {
    param([Parameter(Mandatory, ValueFromPipeline)] [System.IO.FileInfo] $File)

    process {
        $errors = $null
        $script = [System.Management.Automation.Language.Parser]::ParseFile($File.FullName, [ref] $null, [ref] $errors)
        $faults = @(
            $errors | ForEach-Object { @{ RuleName = $_.ErrorId; Line = $_.Extent.StartLineNumber; Message = $_.Message } }
            foreach ($command in $script.FindAll({ $args[0] -is [System.Management.Automation.Language.CommandAst] }, $true)) {
                $name = $command.GetCommandName()
                # Get-Alias takes a name for a pattern, and '?' is an alias.
                $alias = $name ? (Get-Alias -Name ([WildcardPattern]::Escape($name)) -ErrorAction Ignore) : $null
                if ($alias) {
                    @{ RuleName = 'Alias'; Line = $command.Extent.StartLineNumber; Message = "'$name' is an alias of '$($alias.Definition)'." }
                }
            }
            Select-String -LiteralPath $File.FullName -Pattern '[ \t]$' |
                ForEach-Object { @{ RuleName = 'TrailingSpace'; Line = $_.LineNumber; Message = 'The line ends in white space.' } }
        )
        foreach ($fault in $faults) {
            [pscustomobject](@{ Severity = 'Error'; ScriptName = $File.Name } + $fault)
        }
    }
}

# The rules of PSScriptAnalyzer. Some are not for tests: a variable that BeforeAll or a shared file assigns is used in
# It, another script block to the rule; and positions are part of what the tests test.
function Invoke-RuleCheck {
    param([Parameter(Mandatory, ValueFromPipeline)] [System.IO.FileInfo] $File, [string] $TestDirectory)

    process {
        $isTest = [System.IO.Path]::GetRelativePath($TestDirectory, $File.FullName) -notlike '..*'
        $exclude = @(if ($isTest) { 'PSUseDeclaredVarsMoreThanAssignments', 'PSAvoidUsingPositionalParameters' })
        Invoke-ScriptAnalyzer -Path $File.FullName -Settings PSGallery -ExcludeRule $exclude
    }
}
