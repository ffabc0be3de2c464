using System.Management.Automation;
using PSSockets.Transport;

namespace PSSockets.Commands;

/// <summary>Closes what the session left open when the module is removed, or the process ends.</summary>
public sealed class ModuleCleanup : IModuleAssemblyInitializer, IModuleAssemblyCleanup
{
    private static int s_isWatching;

    /// <summary>Sees to it that the paths of UNIX sockets also go when the process ends.</summary>
    public void OnImport()
    {
        if (Interlocked.Exchange(ref s_isWatching, 1) == 0)
        {
            AppDomain.CurrentDomain.ProcessExit += static (_, _) => SocketTransport.CloseAll();
        }
    }

    /// <summary>Closes every socket that this session made or accepted; those of other sessions stay open.</summary>
    public void OnRemove(PSModuleInfo psModuleInfo) => SocketTransport.CloseAll(Session.Id);
}
