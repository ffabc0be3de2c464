#Requires -Version 7.4

<#
.SYNOPSIS
    Sends messages to a syslog server over UDP, as RFC 5424 and RFC 5426 say.
.DESCRIPTION
    Each message is one datagram of text: facility and severity as one number, the version, the time, the names of
    host and application, the process, the kind of message, structured data, and the message itself. "-" stands for
    what there is none of.

    Nobody confirms a datagram: what is lost is lost without a word, and what is longer than the server takes is
    cut there. Every server takes 480 bytes, most take 2,048.
.PARAMETER Message
    The text, which is sent in UTF-8. From the pipeline each line is one message.
.PARAMETER Server
    Address and port of the syslog server.
.PARAMETER Facility
    Which part of the system the message is about.
.PARAMETER Severity
    How urgent it is, from Emergency to Debug.
.PARAMETER AppName
    The application that says it.
.PARAMETER MessageId
    The kind of message, by which servers filter.
.PARAMETER StructuredData
    Values with names: a table for each identifier. Those identifiers that nobody has registered end in @ and a
    number that belongs to their owner; 32473 is the one for documents.
.PARAMETER HostName
    The host, this one as a rule.
.PARAMETER ProcessId
    The process, this one as a rule.
.EXAMPLE
    ./Send-SyslogMessage.ps1 'the backup is done' -Server 127.0.0.1:514
.EXAMPLE
    $data = @{ 'disk@32473' = @{ path = '/var'; free = 0 } }
    $from = @{ AppName = 'backup'; Severity = 'Critical' }
    ./Send-SyslogMessage.ps1 'the disk is full' @from -StructuredData $data
.EXAMPLE
    Get-Content ./backup.log | ./Send-SyslogMessage.ps1 -AppName backup
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory, Position = 0, ValueFromPipeline)] [AllowEmptyString()] [string] $Message,
    [string] $Server = '127.0.0.1:514',
    [ValidateSet('Kernel', 'User', 'Mail', 'Daemon', 'Auth', 'Syslog', 'Printer', 'News', 'Uucp', 'Clock', 'AuthPrivate', 'Ftp', 'Ntp',
        'Audit', 'Alert', 'Cron', 'Local0', 'Local1', 'Local2', 'Local3', 'Local4', 'Local5', 'Local6', 'Local7')]
    [string] $Facility = 'User',
    [ValidateSet('Emergency', 'Alert', 'Critical', 'Error', 'Warning', 'Notice', 'Information', 'Debug')] [string] $Severity = 'Notice',
    [ValidatePattern('^[!-~]{1,48}$')] [string] $AppName = 'pwsh',
    [ValidatePattern('^[!-~]{1,32}$')] [string] $MessageId = '-',
    [System.Collections.IDictionary] $StructuredData = @{},
    [ValidatePattern('^[!-~]{1,255}$')] [string] $HostName,
    [ValidatePattern('^[!-~]{1,128}$')] [string] $ProcessId = $PID
)

begin {
    $socket = $null

    $ErrorActionPreference = 'Stop'
    if (-not (Get-Command New-Socket -ErrorAction Ignore)) {
        Import-Module $PSScriptRoot/../../output/PSSockets
    }

    # The number of a facility and of a severity is its place among the values of the parameter (RFC 5424, section 6.2.1).
    function Get-Place {
        param([psvariable] $Parameter)

        [array]::FindIndex([string[]] $Parameter.Attributes.ValidValues, [Predicate[string]] { $args[0] -eq $Parameter.Value })
    }

    # [id name="value" name="value"]; a backslash stands before what would end a value.
    $data = foreach ($id in $StructuredData.Keys) {
        $pairs = foreach ($pair in $StructuredData[$id].GetEnumerator()) {
            ' {0}="{1}"' -f $pair.Key, ("$($pair.Value)" -replace '["\\\]]', '\$0')
        }
        "[$id$(-join $pairs)]"
    }
    $prefix = "<$((Get-Place (Get-Variable Facility)) * 8 + (Get-Place (Get-Variable Severity)))>1"
    $origin = "$($HostName ? $HostName : (Get-SocketHostName)) $AppName $ProcessId $MessageId $($data ? -join $data : '-')"
    $socket = New-Socket
    Connect-Socket $socket $Server
}

process {
    $time = (Get-Date).ToString("yyyy-MM-dd'T'HH:mm:ss.ffffffK", [cultureinfo]::InvariantCulture)
    Send-Datagram $socket "$prefix $time $origin $Message"
}

# Also after an error and after Ctrl+C.
clean {
    if ($socket) {
        Close-Socket $socket
    }
}
