using System.Management.Automation;
using PSSockets.Sockets;

namespace PSSockets.Commands;

/// <summary>Closes what the session left open when the module is removed.</summary>
public sealed class ModuleCleanup : IModuleAssemblyCleanup
{
    /// <summary>Closes every socket that the module made or accepted.</summary>
    public void OnRemove(PSModuleInfo psModuleInfo) => SocketCloser.CloseAll();
}
