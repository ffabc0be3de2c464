# The package for the Gallery, unpacked and used; and what the assembly needs of PowerShell and .NET: docs/compatibility.md.

BeforeAll {
    . $PSScriptRoot/../helpers/Common.ps1
    $root = (Resolve-Path -LiteralPath "$PSScriptRoot/../..").ProviderPath
    $build = "$root/build.ps1"
    $staged = Split-Path -Path $ModulePath
    $manifest = Import-PowerShellDataFile -Path $ModulePath

    # Relative path and hash of each file.
    function Get-FileHashList {
        param([Parameter(Mandatory, Position = 0)] [string] $Directory)

        foreach ($file in Get-ChildItem -LiteralPath $Directory -File -Recurse -Force | Sort-Object -Property FullName) {
            $name = [System.IO.Path]::GetRelativePath($Directory, $file.FullName).Replace('\', '/')
            "$name $((Get-FileHash -LiteralPath $file.FullName).Hash)"
        }
    }

    # Runs a script block in a new process of this PowerShell, which shares nothing with this one.
    function Invoke-InProcess {
        param([Parameter(Mandatory, Position = 0)] [scriptblock] $ScriptBlock, [string[]] $ArgumentList = @(), [hashtable] $Environment = @{}, [string[]] $Program = @($pwsh; $pwshStart))

        $script = Join-Path $TestDrive "$([guid]::NewGuid()).ps1"
        Set-Content -LiteralPath $script -Value "`$ErrorActionPreference = 'Stop'`n$ScriptBlock"
        $before = @{}
        try {
            foreach ($name in $Environment.Keys) {
                $before[$name] = [Environment]::GetEnvironmentVariable($name)
                [Environment]::SetEnvironmentVariable($name, $Environment[$name])
            }
            $command, $start = $Program
            & $command @start -NonInteractive -File $script @ArgumentList 2>&1 | ForEach-Object { "$_" }
        }
        finally {
            foreach ($name in $before.Keys) {
                [Environment]::SetEnvironmentVariable($name, $before[$name])
            }
        }
    }
}

Describe 'Package' {
    BeforeAll {
        $before = Get-FileHashList $staged
        $messages = & $build -Task Package -NoBuild *>&1 | Out-String
        $package = "$root/output/PSSockets.$($manifest.ModuleVersion).nupkg"
        $package | Should -Exist -Because $messages

        $unpacked = Join-Path $TestDrive 'package'
        [System.IO.Compression.ZipFile]::ExtractToDirectory($package, $unpacked)
        $metadata = ([xml](Get-Content -LiteralPath "$unpacked/PSSockets.nuspec" -Raw)).package.metadata
    }

    It 'makes one package, and leaves the staged module alone' {
        $messages | Should -BeLike "*PSSockets.$($manifest.ModuleVersion).nupkg*"
        (Get-ChildItem -Path "$root/output/*.nupkg").Name | Should -Be "PSSockets.$($manifest.ModuleVersion).nupkg"
        Get-FileHashList $staged | Should -Be $before
    }

    It 'packs exactly the staged module' {
        # The rest is what makes a directory a NuGet package, and what a gallery shows of it.
        Get-FileHashList $unpacked | Where-Object { $_ -notmatch '^(PSSockets\.nuspec|_rels/|package/|\[Content_Types\]\.xml|README\.md|icon\.png|PSSockets\.psd1)' } |
            Should -Be ($before -notmatch '^PSSockets\.psd1 ')
    }

    It 'packs the manifest as it is, but for the release notes' {
        $packed = Import-PowerShellDataFile -Path "$unpacked/PSSockets.psd1"
        $packed.PrivateData.PSData.ReleaseNotes | Should -BeExactly $metadata.releaseNotes
        $packed.PrivateData.PSData.ReleaseNotes = $manifest.PrivateData.PSData.ReleaseNotes
        # Sorted, because a table of PowerShell has no order.
        $flat = $packed, $manifest | ForEach-Object {
            $table = $_
            , @(($table.Keys + $table.PrivateData.PSData.Keys | Sort-Object) | ForEach-Object { "$_ = $($table[$_]) $($table.PrivateData.PSData[$_])" })
        }
        $flat[0].Count | Should -BeGreaterThan 15
        $flat[0] | Should -BeExactly $flat[1]
    }

    It 'has the text of this version as its release notes' {
        $notes = $metadata.releaseNotes
        $notes | Should -Match '^Added:\n'
        $notes | Should -Not -Match '`|\*\*|\]\(|^## '
        # Every entry of the version, and nothing of another one.
        $changes = (Get-Content -LiteralPath "$root/CHANGELOG.md" -Raw).ReplaceLineEndings("`n") -split '(?m)^## '
        $own = @($changes | Where-Object { $_.StartsWith("[$($manifest.ModuleVersion)]") })
        $own.Count | Should -Be 1
        [regex]::Matches($notes, '(?m)^- ').Count | Should -Be ([regex]::Matches($own[0], '(?m)^- ').Count)
        [regex]::Matches($notes, '(?m)^- ').Count | Should -BeGreaterThan 5
        $notes.Length | Should -BeLessThan 35000 -Because 'a package may have no more'
    }

    It 'has an icon and a README, which a gallery shows' {
        $metadata.icon | Should -Be 'icon.png'
        $metadata.iconUrl | Should -Be $manifest.PrivateData.PSData.IconUri
        $bytes = [System.IO.File]::ReadAllBytes("$unpacked/icon.png")
        [System.Convert]::ToHexString($bytes[0..7]) | Should -Be '89504E470D0A1A0A' -Because 'it is a PNG'
        $size = [byte[]]$bytes[16..23] | ConvertFrom-NetworkOrder -Width 32
        $size | Should -Be 128, 128
        $bytes.Length | Should -BeLessThan 1MB

        $metadata.readme | Should -Be 'README.md'
        $readme = Get-Content -LiteralPath "$unpacked/README.md" -Raw
        $readme | Should -Match '^# PSSockets'
        # Links lead to the repository, and to files that are there.
        $links = [regex]::Matches($readme, '\]\(([^)]+)\)') | ForEach-Object { $_.Groups[1].Value }
        $links.Count | Should -BeGreaterThan 40
        foreach ($link in $links) {
            $link | Should -Match '^(https://|#)'
            if ($link.StartsWith("$($manifest.PrivateData.PSData.ProjectUri)/blob/main/")) {
                "$root/$($link.Substring("$($manifest.PrivateData.PSData.ProjectUri)/blob/main/".Length))" | Should -Exist
            }
        }
    }

    It 'is found by the words that people search' {
        $text = "$($metadata.description) $($metadata.tags)"
        foreach ($word in 'netcat', 'ncat', 'socat', 'TCP client', 'TCP server', 'UDP client', 'UDP server', 'UNIX domain socket', 'multicast', 'IPv6', 'port', 'TcpClient', 'UdpClient', 'listener') {
            $text | Should -Match "(?i)\b$word"
        }
        $metadata.description.Length | Should -BeLessThan 4000
    }

    It 'says of the package what the manifest says' {
        $metadata.id | Should -BeExactly 'PSSockets'
        $metadata.version | Should -Be $manifest.ModuleVersion
        $metadata.authors | Should -Be $manifest.Author
        $metadata.description | Should -Be $manifest.Description
        $metadata.licenseUrl | Should -Be $manifest.PrivateData.PSData.LicenseUri
        $metadata.projectUrl | Should -Be $manifest.PrivateData.PSData.ProjectUri
    }

    It 'has the tags by which the Gallery finds modules and cmdlets' {
        $expected = @(
            $manifest.PrivateData.PSData.Tags
            'PSModule', 'PSEdition_Core', 'PSIncludes_Cmdlet'
            $manifest.CmdletsToExport | ForEach-Object { "PSCmdlet_$_", "PSCommand_$_" }
        ) | Sort-Object -Unique
        ($metadata.tags -split ' ' | Sort-Object) | Should -Be $expected
    }

    It 'holds what belongs to a module, and nothing else' {
        $names = Get-ChildItem -LiteralPath $unpacked -File -Recurse -Force | ForEach-Object { [System.IO.Path]::GetRelativePath($unpacked, $_.FullName).Replace('\', '/') }
        $topics = (Get-ChildItem -Path "$root/docs/en-US/about_*.md").BaseName | ForEach-Object { "en-US/$_.help.txt" }
        $wanted = @(
            'LICENSE', 'README.md', 'icon.png', 'PSSockets.dll', 'PSSockets.Format.ps1xml', 'PSSockets.nuspec', 'PSSockets.psd1', 'PSSockets.Types.ps1xml', 'en-US/PSSockets.dll-Help.xml', $topics
        ) | ForEach-Object { $_ } | Sort-Object
        $names | Where-Object { $_ -notmatch '^(_rels/|package/|\[Content_Types\]\.xml)' } | Sort-Object | Should -Be $wanted
    }

    It 'names no directory of the machine that built it' {
        $directories = @($root, [Environment]::GetFolderPath('UserProfile'), [System.IO.Path]::GetTempPath().TrimEnd([char[]]'/\')) | Where-Object { $_.Length -gt 1 }
        foreach ($file in Get-ChildItem -LiteralPath $unpacked -File -Recurse | Where-Object Extension -NE '.xml') {
            $bytes = [System.IO.File]::ReadAllBytes($file.FullName)
            foreach ($directory in $directories | Where-Object { $_ -ne '/tmp' -or $file.Extension -eq '.nuspec' }) {
                [System.Text.Encoding]::Latin1.GetString($bytes).Contains($directory) | Should -BeFalse -Because "$($file.Name) does not say $directory"
                [System.Text.Encoding]::Unicode.GetString($bytes).Contains($directory) | Should -BeFalse -Because "$($file.Name) does not say $directory"
            }
        }
    }

    It 'names the sources in its debugging information from the repository on' {
        $stream = [System.IO.File]::OpenRead("$unpacked/PSSockets.dll")
        $peReader = [System.Reflection.PortableExecutable.PEReader]::new($stream)
        try {
            $entry = $peReader.ReadDebugDirectory() | Where-Object Type -EQ 'EmbeddedPortablePdb'
            $provider = $peReader.ReadEmbeddedPortablePdbDebugDirectoryData($entry)
            $reader = $provider.GetMetadataReader([System.Reflection.Metadata.MetadataReaderOptions]::Default, $null)
            $documents = foreach ($handle in $reader.Documents) {
                $reader.GetString([System.Reflection.Metadata.DocumentNameBlobHandle] $reader.GetDocument($handle).Name)
            }
            $documents.Count | Should -BeGreaterThan 100
            $documents | Where-Object { $_ -notlike '/_/*' -and [System.IO.Path]::IsPathRooted($_) } | Should -BeNullOrEmpty
        }
        finally {
            $peReader.Dispose()
        }
    }

    It 'has a manifest as the Gallery wants it' {
        $test = Test-ModuleManifest -Path "$unpacked/PSSockets.psd1" -ErrorAction Stop -WarningVariable warnings
        $warnings | Should -BeNullOrEmpty
        $test.Guid | Should -Not -Be ([guid]::Empty)
        $test.Author, $test.CompanyName, $test.Copyright, $test.Description, $test.ReleaseNotes | ForEach-Object { $_ | Should -Not -BeNullOrEmpty }
        $test.Description | Should -Not -Match 'TODO|\{\{'
        $test.LicenseUri, $test.ProjectUri, $test.IconUri | ForEach-Object { $_.Scheme | Should -Be 'https' }
        $test.Tags | Where-Object { $_ -match '[\s,;]' } | Should -BeNullOrEmpty
        ($test.Tags | Select-Object -Unique).Count | Should -Be $test.Tags.Count
        'PSEdition_Core', 'Linux', 'MacOS', 'Windows' | ForEach-Object { $test.Tags | Should -Contain $_ }
        $metadata.tags.Length | Should -BeLessThan 4000 -Because 'nuget.org and the Gallery take no more'
        $test.PowerShellVersion | Should -Be '7.4'
    }

    It 'works in a clean process' {
        $answer = Invoke-InProcess -ArgumentList $unpacked {
            $directory = $args[0]
            Import-Module -Name "$directory/PSSockets.psd1"
            "from $((Get-Module PSSockets).ModuleBase -eq $directory)"
            "commands $((Get-Command -Module PSSockets).Count)"
            "help $((Get-Command -Module PSSockets | Where-Object { (Get-Help $_.Name).Synopsis -match '^\s*$|^\s*' + $_.Name }).Count)"
            "topic $((Get-Help about_PSSockets_Messages) -match 'diagram')"

            $receiver = New-Socket | Register-SocketAddress '[::1]:0' -PassThru
            Send-Datagram (New-Socket) 'datagram' $receiver.LocalEndPoint
            Receive-Datagram $receiver -TimeoutSeconds 10 -AsText

            $listener = Start-SocketListener '[::1]:0'
            $client = Connect-Socket $listener.LocalEndPoint
            $server = Receive-SocketConnection $listener -TimeoutSeconds 10
            'one', 'two' | Send-SocketData $client -NewLine
            Disconnect-Socket $client Send
            (Receive-SocketData $server -Line -Continuous -TimeoutSeconds 10) -join ' '

            ConvertTo-BinaryMessage 'Id:16', 'Rest:*' @{ Id = 258; Rest = [byte[]](3, 4) } | Format-Hex | ForEach-Object HexBytes
            (New-SocketAddress -EndPoint '127.0.0.1:80' | Out-String).Trim() -split '\r?\n' | Select-Object -Last 1
            Get-Socket | Close-Socket
            "open $(@(Get-Socket).Count)"
        }
        $answer | Should -Be @(
            'from True', "commands $($manifest.CmdletsToExport.Count)", 'help 0', 'topic True', 'datagram', 'one two', '01 02 03 04', 'IPv4   127.0.0.1:80', 'open 0'
        )
    }

    Context 'published to a repository, and installed from it' {
        BeforeAll {
            # A PowerShell with Microsoft.PowerShell.PSResourceGet 1.1 or later: this one, or the tool of the repository.
            $json = dotnet msbuild "$root/tests/unit/PSSockets.UnitTests.csproj" -getProperty:NuGetPackageRoot -getProperty:PesterVersion | ConvertFrom-Json
            $pinned = (Get-Content -LiteralPath "$root/.config/dotnet-tools.json" -Raw | ConvertFrom-Json).tools.powershell.version
            $tool = Get-ChildItem -Path "$($json.Properties.NuGetPackageRoot)/powershell/$pinned/tools/*/any/unix/pwsh.dll" -ErrorAction Ignore | Select-Object -First 1
            $program = if ((Get-Command -Name Publish-PSResource -ErrorAction Ignore).Parameters.NupkgPath) {
                , @($pwsh; $pwshStart)
            }
            elseif ($tool) {
                , @('dotnet', $tool.FullName, '-NoProfile')
            }

            # A home of its own: repositories, packages and modules of the user are not touched.
            $userHome = (New-Item -ItemType Directory -Path "$TestDrive/home").FullName
            $null = New-Item -ItemType Directory -Path "$userHome/.local/share", "$userHome/.config", "$userHome/.cache"
            $repository = (New-Item -ItemType Directory -Path "$TestDrive/repository").FullName
            $environment = @{
                HOME = $userHome; USERPROFILE = $userHome; LOCALAPPDATA = "$userHome/local"; APPDATA = "$userHome/roaming"
                XDG_DATA_HOME = "$userHome/.local/share"; XDG_CONFIG_HOME = "$userHome/.config"; XDG_CACHE_HOME = "$userHome/.cache"
                PSModulePath = ''; NO_COLOR = '1'
            }
            if ($program -and -not $IsWindows) {
                $published = Invoke-InProcess -Program $program -ArgumentList $package, $repository -Environment $environment {
                    $package, $repository = $args
                    Register-PSResourceRepository -Name PSSocketsTest -Uri $repository -Trusted
                    Publish-PSResource -NupkgPath $package -Repository PSSocketsTest
                    $found = Find-PSResource -Name PSSockets -Repository PSSocketsTest
                    "$($found.Name) $($found.Version) $($found.Includes.Cmdlet.Count)"
                    Install-PSResource -Name PSSockets -Repository PSSocketsTest
                    $installed = Get-InstalledPSResource -Name PSSockets
                    "$($installed.Name) $($installed.Version) $([bool]$installed.IconUri) $($installed.InstalledLocation)"
                }
            }
        }

        BeforeEach {
            if ($IsWindows) {
                Set-ItResult -Skipped -Because 'Windows has one directory for the modules of a user, which a test must not change'
            }
            elseif (-not $program) {
                Set-ItResult -Skipped -Because 'neither this PowerShell nor the tool has Microsoft.PowerShell.PSResourceGet 1.1 or later'
            }
        }

        It 'is found there, with all cmdlets, and is installed for the user' {
            $published[0] | Should -Be "PSSockets $($manifest.ModuleVersion) $($manifest.CmdletsToExport.Count)" -Because "$published"
            $published[1] | Should -Be "PSSockets $($manifest.ModuleVersion) True $userHome/.local/share/powershell/Modules"
            # What NuGet adds is left out or left there; the module is what was staged, but for the release notes.
            $module = "$userHome/.local/share/powershell/Modules/PSSockets/$($manifest.ModuleVersion)"
            Get-FileHashList $module | Where-Object { $_ -in $before } | Should -Be ($before -notmatch '^PSSockets\.psd1 ')
        }

        It 'is there in a new session: New-Socket loads it, and help and topics are shown' {
            $answer = Invoke-InProcess -Program $program -Environment $environment {
                (New-Socket | Register-SocketAddress '[::1]:0' -PassThru).State
                (Get-Module -Name PSSockets).Version.ToString()
                (Get-Help New-Socket).Synopsis
                "$((Get-Help Send-Datagram -Examples | Out-String) -match 'Hello, World!')"
                (Get-Help 'about_PSSockets*').Name | Sort-Object
                "$((Get-Help about_PSSockets_Recipes) -match 'docs/recipes')"
            }
            $topics = (Get-ChildItem -Path "$root/docs/en-US/about_*.md").BaseName | Sort-Object
            $answer | Should -Be @('Bound', $manifest.ModuleVersion, 'Makes a socket: socket(2).', 'True', $topics, 'True' | ForEach-Object { $_ })
        }
    }
}

Describe 'Compatibility' {
    BeforeAll {
        $stream = [System.IO.File]::OpenRead("$staged/PSSockets.dll")
        $peReader = [System.Reflection.PortableExecutable.PEReader]::new($stream)
        $reader = [System.Reflection.Metadata.PEReaderExtensions]::GetMetadataReader($peReader)
        $references = foreach ($handle in $reader.AssemblyReferences) {
            $reference = $reader.GetAssemblyReference($handle)
            [pscustomobject]@{ Name = $reader.GetString($reference.Name); Version = $reference.Version }
        }
    }

    AfterAll {
        $peReader.Dispose()
    }

    It 'needs no newer .NET than 8.0, that of PowerShell 7.4' {
        $target = [System.Reflection.Assembly]::LoadFrom("$staged/PSSockets.dll").GetCustomAttributesData() |
            Where-Object { $_.AttributeType.Name -eq 'TargetFrameworkAttribute' }
        $target.ConstructorArguments[0].Value | Should -Be '.NETCoreApp,Version=v8.0'
        $framework = $references | Where-Object Name -NE 'System.Management.Automation'
        $framework.Count | Should -BeGreaterThan 10
        $framework | Where-Object { $_.Version -gt [version]'8.0.0.0' -or $_.Name -notmatch '^(System|Microsoft\.Win32)\.' } | Should -BeNullOrEmpty
    }

    It 'needs of PowerShell what its standard has, and no more' {
        # The reference assembly PowerShellStandard.Library is 3.0.0.0; those of PowerShell itself are 7.x.
        ($references | Where-Object Name -EQ 'System.Management.Automation').Version | Should -Be '3.0.0.0'
        # Nothing else is beside the module, so nothing else could be loaded.
        (Get-ChildItem -Path $staged -Filter '*.dll' -Recurse).Name | Should -Be 'PSSockets.dll'
    }

    It 'finds in this PowerShell all that it needs of it' {
        $module = [System.Reflection.Assembly]::LoadFrom("$staged/PSSockets.dll").ManifestModule
        $count = 0
        foreach ($handle in $reader.MemberReferences) {
            $member = $reader.GetMemberReference($handle)
            if ($member.Parent.Kind -ne 'TypeReference') {
                continue
            }
            $type = $reader.GetTypeReference([System.Reflection.Metadata.TypeReferenceHandle] $member.Parent)
            if ($type.ResolutionScope.Kind -ne 'AssemblyReference') {
                continue
            }
            $assembly = $reader.GetAssemblyReference([System.Reflection.Metadata.AssemblyReferenceHandle] $type.ResolutionScope)
            if ($reader.GetString($assembly.Name) -ne 'System.Management.Automation') {
                continue
            }
            $count++
            $module.ResolveMember([System.Reflection.Metadata.Ecma335.MetadataTokens]::GetToken([System.Reflection.Metadata.EntityHandle] $handle)) | Should -Not -BeNullOrEmpty
        }
        $count | Should -BeGreaterThan 50
    }

    It 'looks at hidden members only where docs/compatibility.md says so' {
        $files = Get-ChildItem -Path "$root/src/PSSockets" -Filter '*.cs' -Recurse | Where-Object FullName -NotMatch '[\\/](obj|bin)[\\/]' |
            Where-Object { Select-String -LiteralPath $_.FullName -Pattern 'UnsafeAccessor\(|BindingFlags\.NonPublic' -Quiet }
        $text = Get-Content -LiteralPath "$root/docs/compatibility.md" -Raw
        $files.Name | Should -Contain 'SocketInternals.cs'
        foreach ($file in $files) {
            $text | Should -Match ([regex]::Escape($file.Name))
        }
    }

    Context 'where PowerShell looks different inside' {
        BeforeAll {
            Add-Type -TypeDefinition @'
using System.Reflection;
public class PSSocketsTestRuntime : DispatchProxy
{
    protected override object Invoke(MethodInfo method, object[] arguments) => null;
}
public class PSSocketsTestRuntimeWithPipe : PSSocketsTestRuntime
{
    private OtherPipe OutputPipe { get; } = new OtherPipe();

    private sealed class OtherPipe
    {
        private object PipelineProcessor => null;
        private string _resultList = "another";
        public override string ToString() => _resultList;
    }
}
'@
            $outputPipe = [PSSockets.Datagram].Assembly.GetType('PSSockets.Commands.OutputPipe').GetMethod('IsKept')
            $create = [System.Reflection.DispatchProxy].GetMethods() | Where-Object { $_.Name -eq 'Create' -and $_.IsGenericMethod }
        }

        It 'takes the output for one that others see: <_>' -ForEach 'PSSocketsTestRuntime', 'PSSocketsTestRuntimeWithPipe' {
            $runtime = $create.MakeGenericMethod([System.Management.Automation.ICommandRuntime], ($_ -as [type])).Invoke($null, @())
            $outputPipe.Invoke($null, @($runtime)) | Should -BeFalse
        }

        It 'still knows this one afterwards' {
            $one, $two = New-SocketPair
            Send-SocketData $one "a`nb`n"
            $lines = Receive-SocketData $two -Line -Count 2 -TimeoutSeconds 10
            $lines | Should -Be 'a', 'b'
            Close-Socket $one, $two
        }
    }

    Context 'where .NET has no hidden members of sockets' {
        BeforeAll {
            $flags = 's_fieldIsGone', 's_propertyIsGone', 's_stateIsGone' | ForEach-Object {
                [PSSockets.Datagram].Assembly.GetType('PSSockets.Native.SocketInternals').GetField($_, [System.Reflection.BindingFlags]'NonPublic, Static')
            }
            $flags | ForEach-Object { $_.SetValue($null, $true) }
        }

        AfterAll {
            $flags | ForEach-Object { $_.SetValue($null, $false) }
            Get-Socket | Close-Socket
        }

        It 'still exchanges datagrams' {
            $receiver = New-Socket IPv6 | Register-SocketAddress '[::1]:0' -PassThru
            Send-Datagram (New-Socket IPv6) 'one', 'two', 'three' $receiver.LocalEndPoint
            Receive-Datagram $receiver -Count 3 -TimeoutSeconds 10 -AsText | Should -Be 'one', 'two', 'three'
        }

        It 'still connects, sends, receives, waits and closes' {
            $listener = Start-SocketListener -LocalEndPoint '[::1]:0'
            $client = Connect-Socket $listener.LocalEndPoint
            $server = Receive-SocketConnection $listener -TimeoutSeconds 10
            Send-SocketData $client 'line' -NewLine
            Wait-Socket $server -TimeoutSeconds 10 | Should -Be $server
            Receive-SocketData $server -Line -TimeoutSeconds 10 | Should -Be 'line'
            Get-SocketOption $server NoDelay | Should -BeFalse
            Close-Socket $client, $server, $listener
            $client.State | Should -Be 'Closed'
        }

        It 'still reports a refused connect, and connects another socket' {
            $listener = Start-SocketListener -LocalEndPoint '[::1]:0'
            $free = New-Socket IPv6 Stream | Register-SocketAddress '[::1]:0' -PassThru
            Connect-Socket (New-Socket IPv6 Stream) $free.LocalEndPoint -ErrorAction SilentlyContinue -ErrorVariable failures
            Assert-Failure $failures -Id ConnectionRefused -Category ConnectionError
            $client = Connect-Socket $listener.LocalEndPoint
            $client.State | Should -Be 'Connected'
        }
    }
}
