using System.Net.Sockets;
using PSSockets.Sockets;

namespace PSSockets.UnitTests;

public sealed class SocketRegistryTests
{
    [Fact]
    public void EverySocketHasANumberOfItsOwnThatStays()
    {
        using Socket first = Make();
        using Socket second = Make();
        int id = SocketRegistry.IdOf(first);
        Assert.True(id > 0);
        Assert.True(SocketRegistry.IdOf(second) > id);
        first.Dispose();
        Assert.Equal(id, SocketRegistry.IdOf(first));
    }

    [Fact]
    public void OnlyOpenOnesAreListedOldestFirst()
    {
        using Socket first = Make();
        using Socket second = Make();
        using Socket third = Make();
        using Socket stranger = Make();
        Assert.Same(first, SocketRegistry.Add(first));
        SocketRegistry.Add(second);
        SocketRegistry.Add(third);
        Assert.Equal([first, second, third], Listed(first, second, third, stranger));
        second.Dispose();
        Assert.Equal([first, third], Listed(first, second, third, stranger));
        SocketRegistry.Remove(first);
        SocketRegistry.Remove(stranger);
        Assert.Equal([third], Listed(first, second, third, stranger));
    }

    [Fact]
    public void AddingTwiceListsOnce()
    {
        using Socket socket = Make();
        SocketRegistry.Add(socket);
        SocketRegistry.Add(socket);
        Assert.Single(SocketRegistry.Open(), socket);
    }

    [Fact]
    public void ClosingTakesItOffTheListAndMayBeDoneTwice()
    {
        using Socket socket = Make();
        SocketRegistry.Add(socket);
        SocketCloser.Close(socket);
        Assert.DoesNotContain(socket, SocketRegistry.Open());
        Assert.True(SocketNames.IsClosed(socket));
        SocketCloser.Close(socket);
    }

    [Fact]
    [Trait("Wine", "Wine 8 has no AF_UNIX")]
    public void ClosingRemovesABoundPath()
    {
        using TestDirectory directory = new();
        Socket socket = TestSockets.Bound(directory.Socket("s"));
        Assert.True(File.Exists(directory.File("s")));
        SocketCloser.Close(socket);
        Assert.False(File.Exists(directory.File("s")));
    }

    [Fact]
    public void CloseAllLeavesNothingOpen()
    {
        Socket[] sockets = [Make(), Make(), Make()];
        Array.ForEach(sockets, socket => SocketRegistry.Add(socket));
        SocketCloser.CloseAll();
        Assert.All(sockets, socket => Assert.True(SocketNames.IsClosed(socket)));
        Assert.Empty(SocketRegistry.Open());
    }

    [Fact]
    [Trait("Wine", "Wine 8 does not survive every collection of garbage that a test asks for")]
    public void SocketsThatWereClosedElsewhereAreForgotten()
    {
        List<WeakReference> forgotten = AddAndDispose(500);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        Assert.InRange(forgotten.Count(reference => reference.IsAlive), 0, 300);
    }

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private static List<WeakReference> AddAndDispose(int count)
    {
        List<WeakReference> references = [];
        for (int index = 0; index < count; index++)
        {
            Socket socket = Make();
            SocketRegistry.Add(socket);
            socket.Dispose();
            references.Add(new WeakReference(socket));
        }

        return references;
    }

    [Fact]
    public void ManyThreadsGetManyNumbers()
    {
        Socket[] sockets = [.. Enumerable.Range(0, 200).Select(_ => Make())];
        int[] ids = new int[sockets.Length];
        Parallel.For(0, sockets.Length, index => ids[index] = SocketRegistry.IdOf(SocketRegistry.Add(sockets[index])));
        Assert.Equal(ids.Length, ids.Distinct().Count());
        IReadOnlyList<Socket> open = SocketRegistry.Open();
        Assert.All(sockets, socket => Assert.Contains(socket, open));
        Array.ForEach(sockets, SocketCloser.Close);
    }

    private static Socket Make() => SocketFactory.Create(AddressFamily.InterNetwork, SocketType.Dgram);

    private static Socket[] Listed(params Socket[] sockets) => [.. SocketRegistry.Open().Where(sockets.Contains)];
}
