using System.Net.Sockets;
using System.Runtime.InteropServices;
using PSSockets.Sockets;
using PSSockets.Transport;

namespace PSSockets.UnitTests;

[Trait("Windows", "Windows does not replace stale socket files")]
public sealed partial class StaleSocketFileTests : IDisposable
{
    private readonly TestDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(SocketType.Stream)]
    [InlineData(SocketType.Dgram)]
    [InlineData(SocketType.Seqpacket)]
    public void ADeadSocketFileIsStale(SocketType type)
    {
        Assert.True(SocketTransport.Quiet.IsStaleFile(_directory.Dead("dead", type)));
        Assert.True(File.Exists(_directory.File("dead")));
    }

    [Fact]
    public void ALivingListenerIsNot()
    {
        using Socket listener = TestSockets.Listening(_directory.Socket("l"));
        Assert.False(SocketTransport.Quiet.IsStaleFile(_directory.File("l")));
        Assert.True(TestSockets.IsSilent(listener));
    }

    [Fact]
    public void AFullListenerIsNot()
    {
        using FullListener full = new(_directory.Socket("full"));
        Assert.False(SocketTransport.Quiet.IsStaleFile(_directory.File("full")));
    }

    [Theory]
    [InlineData(SocketType.Stream)]
    [InlineData(SocketType.Dgram)]
    [InlineData(SocketType.Seqpacket)]
    public void ALivingSocketThatIsOnlyBoundIsNot(SocketType type)
    {
        using Socket socket = SocketFactory.Create(SocketTransport.Quiet, AddressFamily.Unix, type);
        socket.Bind(_directory.Socket("s"));
        Assert.False(SocketTransport.Quiet.IsStaleFile(_directory.File("s")));
    }

    [Fact]
    public void ALivingDatagramSocketWithAPeerOfItsOwnIsNot()
    {
        using Socket socket = TestSockets.Bound(_directory.Socket("s"));
        using Socket peer = TestSockets.Bound(_directory.Socket("p"));
        socket.Connect(peer.LocalEndPoint!);
        Assert.False(SocketTransport.Quiet.IsStaleFile(_directory.File("s")));
    }

    [Fact]
    public void ALivingDatagramSocketWithAFullQueueIsNot()
    {
        using Socket socket = TestSockets.Bound(_directory.Socket("s"));
        TestSockets.Fill(_directory.Socket("s"));
        Assert.False(SocketTransport.Quiet.IsStaleFile(_directory.File("s")));
    }

    [Fact]
    public void OtherFilesAreNot()
    {
        File.WriteAllText(_directory.File("file"), "precious");
        File.WriteAllText(_directory.File("empty"), string.Empty);
        Directory.CreateDirectory(_directory.File("directory"));
        Assert.Equal(0, MakeFifo(_directory.File("fifo"), 0x180));
        Background background = Background.Run(() => Assert.All(
            ["file", "empty", "directory", "fifo", "missing"], name => Assert.False(SocketTransport.Quiet.IsStaleFile(_directory.File(name)), name)));
        background.Join();
        Assert.False(SocketTransport.Quiet.IsStaleFile("/dev/null"));
        Assert.False(SocketTransport.Quiet.IsStaleFile(string.Empty));
        Assert.Equal("precious", File.ReadAllText(_directory.File("file")));
    }

    [Fact]
    public void ASymbolicLinkIsNot()
    {
        _directory.Dead("dead", SocketType.Stream);
        File.CreateSymbolicLink(_directory.File("link"), _directory.File("dead"));
        File.CreateSymbolicLink(_directory.File("dangling"), _directory.File("missing"));
        Assert.False(SocketTransport.Quiet.IsStaleFile(_directory.File("link")));
        Assert.False(SocketTransport.Quiet.IsStaleFile(_directory.File("dangling")));
    }

    [LibraryImport("libc", EntryPoint = "mkfifo", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MakeFifo(string path, uint mode);
}
