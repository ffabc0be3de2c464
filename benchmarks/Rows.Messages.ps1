# Rows about byte order and binary messages; Rows.ps1 says what a row is.

#--- Network order ---------------------------------------------------------------------------------

@{
    Name   = 'network-order'
    Better = 'Higher'
    Target = 0.3
    Size   = 100000, 1000000
    Needs  = 'dotnet'
    Setup  = { param($count) Import-CSharpLoop; , [int[]](1..$count) }
    Ours   = @{
        Text    = '$x = ConvertTo-NetworkOrder $integers'
        Measure = {
            param($integers)
            $clock = [System.Diagnostics.Stopwatch]::StartNew()
            $x = ConvertTo-NetworkOrder $integers
            $clock.Elapsed.TotalSeconds / $x.Count
        }
    }
    Theirs = @{
        Text    = 'C# loop BinaryPrimitives.ReverseEndianness'
        Measure = { param($integers) [PSSockets.Benchmarks.NetworkOrderLoops]::ToIntegers($integers) }
    }
}

@{
    Name   = 'network-order-bytes'
    Better = 'Higher'
    Target = 0.3
    Size   = 100000, 1000000
    Needs  = 'dotnet'
    Setup  = { param($count) Import-CSharpLoop; , [int[]](1..$count) }
    Ours   = @{
        Text    = '$x = ConvertTo-NetworkOrder $integers -AsByteArray'
        Measure = {
            param($integers)
            $clock = [System.Diagnostics.Stopwatch]::StartNew()
            $x = ConvertTo-NetworkOrder $integers -AsByteArray
            $clock.Elapsed.TotalSeconds / ($x.Count / 4)
        }
    }
    Theirs = @{
        Text    = 'C# loop BinaryPrimitives.WriteInt32BigEndian'
        Measure = { param($integers) [PSSockets.Benchmarks.NetworkOrderLoops]::ToBytes($integers) }
    }
}

#--- Binary messages -------------------------------------------------------------------------------

# The header of python/unpack.py, "!BBHHHIBBHIIQBBHIHHIQ", and messages of it.
function New-BenchmarkMessage {
    [Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseShouldProcessForStateChangingFunctions', '', Justification = 'Changes nothing.')]
    param([int] $Count)

    $widths = 8, 8, 16, 16, 16, 32, 8, 8, 16, 32, 32, 64, 8, 8, 16, 32, 16, 16, 32, 64
    $fields = for ($i = 0; $i -lt $widths.Count; $i++) {
        "Field$($i + 1):$($widths[$i])"
    }
    $length = ($widths | Measure-Object -Sum).Sum / 8
    $different = [object[]]@(
        foreach ($first in 0..255) {
            , [byte[]]@(for ($i = 0; $i -lt $length; $i++) { ($first + $i) % 256 })
        }
    )
    $messages = [object[]]::new($Count)
    for ($i = 0; $i -lt $Count; $i++) {
        $messages[$i] = $different[$i % 256]
    }
    @{ Count = $Count; Format = New-MessageFormat -Field $fields; Messages = $messages }
}

@{
    Name   = 'binary-message'
    Better = 'Higher'
    Target = 1.0
    Size   = 10000, 100000
    Needs  = 'python3'
    Setup  = { param($count) New-BenchmarkMessage -Count $count }
    Ours   = @{
        Text    = '$x = $messages | ConvertFrom-BinaryMessage of 20 fields'
        Measure = {
            param($context)
            $messages, $format = $context.Messages, $context.Format
            $clock = [System.Diagnostics.Stopwatch]::StartNew()
            $x = $messages | ConvertFrom-BinaryMessage $format
            $clock.Elapsed.TotalSeconds / $x.Count
        }
    }
    Theirs = @{
        Text    = 'Python [dict(zip(names, unpack(m))) for m in messages]'
        Measure = { param($context) [double](Invoke-Program python3 "$PSScriptRoot/python/unpack.py", $context.Count) }
    }
}

# A number may be decoded only when it is asked for: here each is.
@{
    Name   = 'binary-message-read'
    Better = 'Higher'
    Size   = 10000, 100000
    Needs  = 'python3'
    Setup  = { param($count) New-BenchmarkMessage -Count $count }
    Ours   = @{
        Text    = 'the same, and a script loop reads each field'
        Measure = {
            param($context)
            $messages, $format = $context.Messages, $context.Format
            $clock = [System.Diagnostics.Stopwatch]::StartNew()
            $x = $messages | ConvertFrom-BinaryMessage $format
            foreach ($m in $x) {
                $null = $m.Field1, $m.Field2, $m.Field3, $m.Field4, $m.Field5, $m.Field6, $m.Field7, $m.Field8, $m.Field9, $m.Field10,
                $m.Field11, $m.Field12, $m.Field13, $m.Field14, $m.Field15, $m.Field16, $m.Field17, $m.Field18, $m.Field19, $m.Field20
            }
            $clock.Elapsed.TotalSeconds / $x.Count
        }
    }
    Theirs = @{
        Text    = 'Python, the same'
        Measure = { param($context) [double](Invoke-Program python3 "$PSScriptRoot/python/unpack.py", $context.Count, 'read') }
    }
}
