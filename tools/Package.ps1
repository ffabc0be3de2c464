# Makes the package of PSSockets and tries it out. Dot-sourced by build.ps1, whose helpers it uses.

function Assert-StagedHelp {
    param([string] $Module)

    $file = "$Module/en-US/PSSockets.dll-Help.xml"
    $described = @(if (Test-Path $file) { ([xml](Get-Content -Path $file -Raw)).helpItems.command.details.name })
    $missing = @((Import-PowerShellDataFile -Path "$Module/PSSockets.psd1").CmdletsToExport | Where-Object { $_ -notin $described })
    if ($missing) {
        throw "The staged module has no help for $($missing -join ', '). Run the task Docs first."
    }
}

# What goes into the package: the staged module, with what a page of a gallery shows of it.
function New-PackageContent {
    [Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseShouldProcessForStateChangingFunctions', '', Justification = 'Writes into a directory made for it.')]
    param([string] $Module, [string] $Root, [string] $Destination)

    Copy-Item -LiteralPath $Module -Destination $Destination -Recurse
    Copy-Item -LiteralPath "$Root/docs/icon.png" -Destination $Destination
    $data = Import-PowerShellDataFile -Path "$Module/PSSockets.psd1"

    # A gallery has no other file of the repository beside the page.
    $readme = Get-Content -LiteralPath "$Root/README.md" -Raw
    $readme = $readme -replace '(?<=\]\()(?!\w+:|#)(\./)?(?=[^)]+\))', "$($data.PrivateData.PSData.ProjectUri)/blob/main/"
    Set-Content -LiteralPath "$Destination/README.md" -Value $readme -NoNewline -Encoding utf8NoBOM

    $notes = Get-ReleaseNote -Path "$Root/CHANGELOG.md" -Version $data.ModuleVersion
    $text = Get-Content -LiteralPath "$Module/PSSockets.psd1" -Raw
    $value = [regex]"(?m)(?<=^ *ReleaseNotes *= )'[^']*'"
    if ($value.Count($text) -ne 1) {
        throw 'The manifest has no line ReleaseNotes, or several.'
    }
    $text = $value.Replace($text, { "'" + $notes.Replace("'", "''") + "'" })
    Set-Content -LiteralPath "$Destination/PSSockets.psd1" -Value $text -NoNewline -Encoding utf8NoBOM
}

# The section of one version, without the marks of Markdown, which galleries show as they are.
function Get-ReleaseNote {
    param([string] $Path, [string] $Version)

    $text = (Get-Content -LiteralPath $Path -Raw).ReplaceLineEndings("`n")
    $section = [regex]::Match($text, "(?ms)^## \[$([regex]::Escape($Version))\][^\n]*\n(?<notes>.*?)(?=^## |^\[[^]]+\]: |\z)").Groups['notes'].Value.Trim()
    if (-not $section) {
        throw "CHANGELOG.md has no section for version $Version."
    }
    $section -replace '(?m)^#+ (.+)$', '$1:' -replace '\[([^\]]+)\]\(([^)]+)\)', '$1 ($2)' -replace '`([^`]+)`', '$1' -replace '\*\*([^*]+)\*\*', '$1'
}

# What is published is a version that is meant to be.
function Assert-Release {
    param([string] $Tag, [string] $Version, [string] $ChangeLog)

    if ($Tag -cne "v$Version") {
        throw "The tag is '$Tag', and the version of the manifest is ${Version}: the tag must be 'v$Version'."
    }
    if (-not (Select-String -LiteralPath $ChangeLog -Pattern "^## \[$([regex]::Escape($Version))\] - \d{4}-\d\d-\d\d$" -Quiet)) {
        throw "CHANGELOG.md has no date for version $Version. Write it in place of 'Unreleased'."
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
        iconUrl                  = $links.IconUri
        icon                     = 'icon.png'
        readme                   = 'README.md'
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
