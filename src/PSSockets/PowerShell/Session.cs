using System.Management.Automation.Runspaces;

namespace PSSockets;

/// <summary>The PowerShell session, that is the runspace, in which a cmdlet or a completer runs: the sockets that are made there belong to it.</summary>
internal static class Session
{
    /// <summary>Its number; null outside of every session.</summary>
    public static Guid? Id => Runspace.DefaultRunspace?.InstanceId;
}
