# The rows of the benchmark, which Measure-PSSockets.ps1 measures. A row is a hashtable:
#
# Name          what -Filter looks at.
# Better        'Higher' compares rates, 'Lower' compares times and amounts.
# Target        the ratio to reach; where nothing is compared, the measure to reach. Without it there is no verdict.
# Unit          of what is measured: 's', which is for times and need not be said, or '%', 'MB', 'B'.
# Size          n and 10 n, how many items the work has: the row is measured with each.
# Pairs         how many pairs of measurements, when they are not those of -PairCount.
# WarmUp        how many pairs only warm up; without it those of a second, five at most.
# Needs         the programs without which the row is left out, or 'Linux'.
# Unless        gives another reason to leave the row out, or nothing.
# OnRequest     measured only with a -Filter, because it takes long.
# Setup         gets the size, makes what both sides need, and gives it as one object, the context.
# Cleanup       gets the context, and takes it down. What is left of programs and sockets, the script ends.
# Ours, Theirs  Text, which says what is measured, and Measure: it gets the context, does the work, and gives what was
#               measured, a time as the seconds for one item. What it does before it starts its clock is not
#               measured. Without Theirs nothing is compared.
#
# Everything goes over [::1]. In a Measure, what a loop uses is copied to local variables first, because those are much
# faster than properties and than variables of the caller.

. $PSScriptRoot/Workers.ps1
. $PSScriptRoot/Rows.Datagrams.ps1
. $PSScriptRoot/Rows.Waiting.ps1
. $PSScriptRoot/Rows.Streams.ps1
. $PSScriptRoot/Rows.Tls.ps1
. $PSScriptRoot/Rows.Messages.ps1
. $PSScriptRoot/Rows.Process.ps1
