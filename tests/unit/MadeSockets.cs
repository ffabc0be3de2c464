using System.Net;
using System.Net.Sockets;
using PSSockets.Sockets;

namespace PSSockets.UnitTests;

/// <summary>Makes sockets, as what is tested asks for them, and remembers them.</summary>
internal sealed class MadeSockets : IDisposable
{
    private readonly List<Socket> _all = [];

    /// <summary>How many have been made.</summary>
    public int Count => All.Length;

    /// <summary>How many of them are not closed.</summary>
    public int OpenCount => All.Count(static socket => !SocketRecord.Of(socket).IsClosed);

    private Socket[] All
    {
        get
        {
            lock (_all)
            {
                return [.. _all];
            }
        }
    }

    /// <summary>A stream socket for that address.</summary>
    public Socket Stream(EndPoint candidate) => Add(TestSockets.Stream(candidate));

    /// <summary>Remembers a socket.</summary>
    public Socket Add(Socket socket)
    {
        lock (_all)
        {
            _all.Add(socket);
        }

        return socket;
    }

    /// <summary>Asserts that this one is open and all others are closed; with null that all are.</summary>
    public void OnlyOpen(Socket? open)
    {
        Assert.Equal(open is null ? 0 : 1, OpenCount);
        Assert.All(All, socket => Assert.Equal(!ReferenceEquals(socket, open), SocketRecord.Of(socket).IsClosed));
    }

    public void Dispose() => Array.ForEach(All, static socket => socket.Dispose());
}
