using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using PSSockets.Native;
using PSSockets.Streams;
using PSSockets.Waiting;

namespace PSSockets.UnitTests;

public sealed partial class TransferFileTests : IDisposable
{
    private readonly TestDirectory _directory = new();
    private readonly StopSignal _stop = new();

    public void Dispose()
    {
        _stop.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public void MakesAFile()
    {
        using (TransferFile file = Create(_directory.File("new")))
        {
            Assert.Equal(3, file.Write("new"u8.ToArray()));
        }

        Assert.Equal("new", File.ReadAllText(_directory.File("new")));
    }

    [Fact]
    public void EmptiesTheFileThatIsThere()
    {
        File.WriteAllText(_directory.File("old"), new string('x', 1000));
        using (TransferFile file = Create(_directory.File("old")))
        {
            Assert.Equal(0, file.Length);
            file.Write("new"u8.ToArray());
        }

        Assert.Equal("new", File.ReadAllText(_directory.File("old"), Encoding.UTF8));
    }

    [Fact]
    public void WritesToADeviceThatIsNoFile()
    {
        if (File.Exists("/dev/null"))
        {
            using TransferFile file = Create("/dev/null");
            Assert.Equal(4, file.Write("gone"u8.ToArray()));
            Assert.Null(file.Length);
            using TransferFile zero = Open("/dev/zero");
            Assert.Equal(10, zero.Read(new byte[10]));
        }
    }

    [Fact]
    public void WhatCannotBeOpenedIsFileNotUsable()
    {
        string missing = _directory.File("none/file");
        foreach (Func<TransferFile> open in new Func<TransferFile>[] { () => Create(missing), () => Open(missing), () => Create(Path.GetTempPath()) })
        {
            Assert.Equal("FileNotUsable", Assert.Throws<SocketInputException>(open).ErrorId);
        }
    }

    [Fact]
    [Trait("Windows", "Not run: Windows has no FIFOs")]
    public void AFifoWaitsForItsWriterAndEndsWithIt()
    {
        string path = Fifo();
        byte[] buffer = new byte[100];
        List<string> read = [];
        Background reading = Background.Run(() =>
        {
            using TransferFile file = Open(path);
            for (int count; (count = file.Read(buffer)) > 0;)
            {
                read.Add(Encoding.ASCII.GetString(buffer, 0, count));
            }
        });
        reading.WaitUntilBlocked();
        File.WriteAllText(path, "hello");
        reading.Join();
        Assert.Equal("hello", string.Concat(read));
    }

    [Fact]
    [Trait("Windows", "Not run: Windows has no FIFOs")]
    public void AFifoWaitsForItsReaderAndFailsWithoutIt()
    {
        string path = Fifo();
        string[] got = [];
        Background reading = Background.Run(() =>
        {
            using StreamReader reader = new(path);
            got = [reader.ReadLine()!];
        });
        using TransferFile file = Create(path);
        byte[] data = "line\n"u8.ToArray();
        Assert.Equal(data.Length, file.Write(data));
        reading.Join();
        Assert.Equal(["line"], got);
        SocketInputException failure = Assert.Throws<SocketInputException>(() => file.Write(data));
        Assert.Equal("FileNotUsable", failure.ErrorId);
        Assert.Equal($"write {path}: EPIPE (32) Broken pipe", failure.Message);
    }

    [Theory]
    [InlineData("open")]
    [InlineData("read")]
    [InlineData("write")]
    [Trait("Windows", "Not run: Windows has no FIFOs")]
    public void AStopEndsEveryWaitForAFifoAtOnce(string call)
    {
        using FileStream? other = Other(call, out string path);
        Background waiting = Background.Run(() => Use(call, path, null));
        Assert.InRange(waiting.StopWith(_stop), 0, 1);
    }

    [Theory]
    [InlineData("open", "nobody opened it for reading within 0.1 s")]
    [InlineData("read", "nothing came from it within 0.1 s")]
    [InlineData("write", "nobody took anything from it for 0.1 s")]
    [Trait("Windows", "Not run: Windows has no FIFOs")]
    public void TheTimeLimitEndsEveryWaitForAFifo(string call, string detail)
    {
        using FileStream? other = Other(call, out string path);
        long start = Stopwatch.GetTimestamp();
        SocketCallException late = Assert.Throws<SocketCallException>(() => Use(call, path, 0.1));
        Assert.InRange(TestSockets.SecondsSince(start), 0.09, 2);
        Assert.Equal($"{call} {path}: ETIMEDOUT (110) Connection timed out: {detail}", late.Message);
    }

    [Fact]
    [Trait("Windows", "Not run: Windows has no FIFOs")]
    public void TheKindOfAFileIsFoundThroughLinks()
    {
        string path = Fifo();
        File.CreateSymbolicLink(_directory.File("link"), path);
        Assert.Equal(FileKind.Fifo, FileCalls.KindOf(_directory.File("link")));
        Assert.Equal(FileKind.Device, FileCalls.KindOf("/dev/null"));
        Assert.Equal(FileKind.Disk, FileCalls.KindOf("/etc/passwd"));
        Assert.Equal(FileKind.Disk, FileCalls.KindOf(_directory.File("none")));
    }

    private TransferFile Open(string path, double? seconds = 10) => TransferFile.Open(path, _stop, seconds);

    private TransferFile Create(string path, double? seconds = 10) => TransferFile.Create(path, append: false, _stop, seconds);

    // The other end, so that only the call itself has to wait.
    private FileStream? Other(string call, out string path)
    {
        path = Fifo();
        return call == "open" ? null : new FileStream(path, FileMode.Open, FileAccess.ReadWrite);
    }

    private void Use(string call, string path, double? seconds)
    {
        using TransferFile file = call == "read" ? Open(path, seconds) : Create(path, seconds);
        byte[] buffer = new byte[100_000];
        while (call == "read" || file.Write(buffer) > 0)
        {
            _ = call == "read" ? file.Read(buffer) : 0;
        }
    }

    private string Fifo()
    {
        string path = _directory.File($"fifo{Guid.NewGuid():N}");
        Assert.Equal(0, MakeFifo(path, 0x180));
        return path;
    }

    [LibraryImport("libc", EntryPoint = "mkfifo", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MakeFifo(string path, uint mode);
}
