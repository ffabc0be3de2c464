using System.Management.Automation;
using System.Net.Sockets;
using PSSockets.Sockets;

namespace PSSockets.Commands;

/// <summary>Closes sockets: close(2), and unlink(2) for the path of a UNIX socket. Closing twice is no error.</summary>
[Cmdlet(VerbsCommon.Close, "Socket")]
[OutputType(typeof(void))]
public sealed class CloseSocketCommand : SocketCommand
{
    /// <inheritdoc />
    protected override void ProcessSocket(Socket socket)
    {
        bool wasOpen = !SocketNames.IsClosed(socket);
        object? address = wasOpen && IsVerbose ? SocketNames.Local(socket) : null;
        SocketCloser.Close(socket);
        if (wasOpen)
        {
            WriteCall("close", socket, address, 0);
        }
    }
}
