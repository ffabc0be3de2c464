using System.Net.Sockets;
using PSSockets.Sockets;
using PSSockets.Transport;

namespace PSSockets.UnitTests;

public sealed class SocketTableTests
{
    [Fact]
    public void EverySocketHasANumberOfItsOwnThatStays()
    {
        using Socket first = Make();
        using Socket second = Make();
        int id = SocketRecord.Of(first).Id;
        Assert.True(id > 0);
        Assert.True(SocketRecord.Of(second).Id > id);
        first.Dispose();
        Assert.Equal(id, SocketRecord.Of(first).Id);
    }

    [Fact]
    public void OnlyOpenOnesAreListedOldestFirst()
    {
        using Socket first = Make();
        using Socket second = Make();
        using Socket third = Make();
        using Socket stranger = Make();
        Assert.Same(first, SocketTable.Add(first));
        SocketTable.Add(second);
        SocketTable.Add(third);
        Assert.Equal([first, second, third], Listed(first, second, third, stranger));
        second.Dispose();
        Assert.Equal([first, third], Listed(first, second, third, stranger));
        SocketTable.Remove(first);
        SocketTable.Remove(stranger);
        Assert.Equal([third], Listed(first, second, third, stranger));
    }

    [Fact]
    public void AddingTwiceListsOnce()
    {
        using Socket socket = Make();
        SocketTable.Add(socket);
        SocketTable.Add(socket);
        Assert.Single(SocketTable.Open(), record => record.Socket == socket);
    }

    [Fact]
    public void ClosingTakesItOffTheListAndMayBeDoneTwice()
    {
        using Socket socket = Make();
        SocketTable.Add(socket);
        SocketTransport.Quiet.Close(socket);
        Assert.DoesNotContain(SocketTable.Open(), record => record.Socket == socket);
        Assert.True(SocketRecord.Of(socket).IsClosed);
        SocketTransport.Quiet.Close(socket);
    }

    [Fact]
    [Trait("Wine", "Wine 8 has no AF_UNIX")]
    public void ClosingRemovesABoundPath()
    {
        using TestDirectory directory = new();
        Socket socket = TestSockets.Bound(directory.Socket("s"));
        Assert.True(File.Exists(directory.File("s")));
        SocketTransport.Quiet.Close(socket);
        Assert.False(File.Exists(directory.File("s")));
    }

    [Fact]
    public void CloseAllLeavesNothingOpen()
    {
        Socket[] sockets = [Make(), Make(), Make()];
        Array.ForEach(sockets, socket => SocketTable.Add(socket));
        SocketTransport.CloseAll();
        Assert.All(sockets, socket => Assert.True(SocketRecord.Of(socket).IsClosed));
        Assert.Empty(SocketTable.Open());
    }

    [Fact]
    [Trait("Wine", "Not run: Wine 8 does not survive every collection of garbage that a test asks for")]
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
            SocketTable.Add(socket);
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
        Parallel.For(0, sockets.Length, index => ids[index] = SocketRecord.Of(SocketTable.Add(sockets[index])).Id);
        Assert.Equal(ids.Length, ids.Distinct().Count());
        Socket[] open = [.. SocketTable.Open().Select(record => record.Socket)];
        Assert.All(sockets, socket => Assert.Contains(socket, open));
        Array.ForEach(sockets, socket => SocketTransport.Quiet.Close(socket));
    }

    private static Socket Make() => SocketFactory.Create(SocketTransport.Quiet, AddressFamily.InterNetwork, SocketType.Dgram);

    private static Socket[] Listed(params Socket[] sockets) => [.. SocketTable.Open().Select(record => record.Socket).Where(sockets.Contains)];
}
