#Requires -Version 7.4

# tools/Invoke-WindowsTest.ps1 with a program in place of Wine that crashes, stalls and fails when told to.
Describe 'The processes of TestWindows' {
    BeforeEach {
        if ($IsWindows) {
            Set-ItResult -Skipped -Because 'the program in place of Wine is a script of sh'
        }
    }

    BeforeAll {
        if ($IsWindows) {
            return
        }

        $programs = (New-Item -ItemType Directory -Path "$TestDrive/bin").FullName
        Set-Content -LiteralPath "$programs/wine" -Value @'
#!/bin/sh
[ "$FAULT $1" = 'version --version' ] && { echo 'no such kernel' >&2; exit 1; }
[ "$FAULT $1" = 'prefix wineboot' ] && { echo 'no drive' >&2; exit 1; }
case "$1" in
    --version) echo wine-8.0; exit 0 ;;
    wineboot | winecfg) exit 0 ;;
esac
[ "$2" = probe ] && { [ "$FAULT" = probe ] || exit 0; echo 'no such instruction' >&2; exit 2; }
for last; do :; done
result=$(printf %s "$last" | sed 's/^Z://; s#\\#/#g')
note() { printf '{"Name":"%s","Outcome":"%s","Reason":"%s","Title":null}\n' "$1" "$2" "$3" >>"$result.journal"; }
[ "$2" = unit ] || { note 'file.Tests.ps1|Test' Passed; [ "$FAULT" = unread ] || note file.Tests.ps1 Over; : >"$result.over"; exit; }
echo start >>"$result.starts"
starts=$(wc -l <"$result.starts")
[ "$FAULT" = start ] && exit 1
[ "$starts" -gt 1 ] || { note A '' planned; note B '' planned; }
case "$FAULT $starts" in
    'crash 1') note A '' begun; printf '{"Name":"A","Outc' >>"$result.journal"; exit 139 ;;
    'crash 2') echo >>"$result.journal" ;;
    'stall 1') note A '' begun; exec sleep 600 ;;
    'forever 1') note A Passed; while :; do note B '' begun; sleep 0.2; done ;;
    'fail 1') note A Failed; note B Passed; : >"$result.over"; exit 1 ;;
    'again 1') note A Again 'a reason'; note B Passed; : >"$result.over"; exit ;;
    'twice 1') note A Again; note B Passed; : >"$result.over"; exit ;;
    'twice 2') note A Failed; : >"$result.over"; exit ;;
    'foreign 1') note A Passed; note B NotForWindows 'no such thing'; : >"$result.over"; exit ;;
    'linger 1') note A Passed; note B Passed; : >"$result.over"; exec sleep 600 ;;
    'left 1') note A Passed; note B Skipped 'a reason'; : >"$result.over"; exit ;;
esac
note A Passed
note B Passed
: >"$result.over"
'@
        Set-Content -LiteralPath "$programs/Xvfb" -Value "#!/bin/sh`n[ `"`$FAULT`" = display ] && exit 1`necho 9`nexec sleep 600"
        Set-Content -LiteralPath "$programs/wineserver" -Value "#!/bin/sh"
        chmod +x "$programs/wine" "$programs/Xvfb" "$programs/wineserver"

        function Invoke-Runner {
            param([string] $Fault, [double] $TimeoutSeconds = 60, [double] $StallSeconds = 60)

            $directory = (New-Item -ItemType Directory -Path "$TestDrive/$([guid]::NewGuid())").FullName
            $path = $env:PATH
            try {
                $env:PATH = "${programs}:$path"
                $env:FAULT = $Fault
                $output = & "$PSScriptRoot/../../tools/Invoke-WindowsTest.ps1" -HostPath /host -Assembly /assembly -Pester /pester -Path /file.Tests.ps1 `
                    -Directory $directory -Prefix "$directory/prefix" -TimeoutSeconds $TimeoutSeconds -StallSeconds $StallSeconds
            }
            finally {
                $env:PATH = $path
                $env:FAULT = $null
            }
            $result = @{ Output = $output; CannotRun = Get-Content -LiteralPath "$directory/cannot-run.txt" -ErrorAction Ignore }
            foreach ($kind in 'unit', 'Pester') {
                if (Test-Path -LiteralPath "$directory/$kind.json") {
                    $result[$kind] = Get-Content -LiteralPath "$directory/$kind.json" -Raw | ConvertFrom-Json -AsHashtable
                }
            }
            $result.Starts = @(Get-Content -LiteralPath "$directory/unit.starts" -ErrorAction Ignore).Count
            $result
        }
    }

    It 'counts what has passed and what was left out' {
        $run = Invoke-Runner -Fault left
        $run.unit.Passed, $run.unit.Failed, $run.unit.Skipped | Should -Be 1, 0, 1
        $run.unit.SkippedTests.Name, $run.unit.SkippedTests.Reason | Should -Be 'B', 'a reason'
        $run.Pester.Passed, $run.Pester.Failed | Should -Be 1, 0
    }

    It 'leaves a failure a failure, and starts nothing again for it' {
        $run = Invoke-Runner -Fault fail
        $run.unit.Passed, $run.unit.Failed, $run.Starts | Should -Be 1, 1, 1
        $run.unit.Problems | Should -Be 'failed: A'
    }

    It 'runs what has failed once more, in another process, and says so' {
        $run = Invoke-Runner -Fault again
        $run.unit.Passed, $run.unit.Failed, $run.Starts | Should -Be 2, 0, 2
        $run.Output | Should -Contain 'unit: run once more, since it failed: A: a reason'
    }

    It 'counts what fails twice as one failure' {
        $run = Invoke-Runner -Fault twice
        $run.unit.Passed, $run.unit.Failed, $run.Starts | Should -Be 1, 1, 2
        $run.unit.Problems | Should -Be 'failed: A'
    }

    It 'counts what Windows does not have by itself' {
        $run = Invoke-Runner -Fault foreign
        $run.unit.Passed, $run.unit.Failed, $run.unit.Skipped, $run.unit.NotForWindows | Should -Be 1, 0, 0, 1
        $run.Output | Should -Contain 'unit, not for Windows: 1: no such thing'
    }

    It 'names a file that was never reached' {
        $run = Invoke-Runner -Fault unread
        $run.Pester.Passed, $run.Pester.Failed | Should -Be 1, 1
        $run.Pester.Problems | Should -Be 'not run: file.Tests.ps1'
    }

    It 'goes on after a crash in the middle of a note' {
        $run = Invoke-Runner -Fault crash
        $run.unit.Passed, $run.unit.Failed, $run.Starts | Should -Be 2, 0, 2
        $run.Output | Should -Contain 'unit: process 1 ended early, with exit code 139'
    }

    It 'ends what stalls, and goes on' {
        $run = Invoke-Runner -Fault stall -StallSeconds 1
        $run.unit.Passed, $run.unit.Failed, $run.Starts | Should -Be 2, 0, 2
        $run.Output | Should -Contain 'unit: process 1 noted nothing for 1 s and was ended'
    }

    It 'ends what has noted all and does not exit' {
        $run = Invoke-Runner -Fault linger
        $run.unit.Passed, $run.unit.Failed, $run.Starts | Should -Be 2, 0, 1
        $run.unit.Problems | Should -BeNullOrEmpty
    }

    It 'gives up on what never starts' {
        $run = Invoke-Runner -Fault start
        $run.unit.Passed, $run.unit.Failed, $run.Starts | Should -Be 0, 1, 3
        $run.unit.Problems | Should -Be 'three processes in succession noted nothing', 'no process started a test'
        $run.Pester.Passed, $run.Pester.Failed | Should -Be 1, 0
    }

    It 'ends after its time, and tells by name what has not run' {
        $run = Invoke-Runner -Fault forever -TimeoutSeconds 2
        $run.unit.Passed, $run.unit.Failed | Should -Be 1, 1
        $run.unit.Problems | Should -Be 'not over after 2 s', 'did not run to its end: B'
    }

    It 'says why Wine cannot be used: <Fault>' -ForEach @(
        @{ Fault = 'version'; Why = 'wine --version ended with exit code 1: no such kernel' }
        @{ Fault = 'prefix'; Why = 'wine wineboot --init ended with exit code 1: no drive' }
        @{ Fault = 'display'; Why = 'Xvfb does not start' }
        @{ Fault = 'probe'; Why = 'wine Z:\host probe ended with exit code 2: no such instruction' }
    ) {
        $run = Invoke-Runner -Fault $Fault
        $run.CannotRun | Should -Be $Why
        $run.unit, $run.Pester, $run.Starts | Should -Be $null, $null, 0
    }
}
