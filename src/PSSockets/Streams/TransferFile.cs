using System.Net.Sockets;
using PSSockets.Errors;
using PSSockets.Native;
using PSSockets.Waiting;

namespace PSSockets.Streams;

/// <summary>
/// A file that is sent, or that is made of what is received. Whatever it is, a stop ends every wait for it, and so does
/// the time limit: a disk's file makes nobody wait, but a FIFO, a terminal or another device may.
/// </summary>
/// <param name="path">The full path.</param>
internal abstract class TransferFile(string path) : IDisposable
{
    /// <summary>The full path.</summary>
    public string Path => path;

    /// <summary>How many bytes it has; null where it has no length.</summary>
    public virtual long? Length => null;

    /// <summary>Opens a file that is to be sent.</summary>
    /// <exception cref="SocketInputException"><c>FileNotUsable</c>.</exception>
    public static TransferFile Open(string path, StopSignal stop, TimeLimit limit) =>
        MayWait(path) ? Waiting(path, isWriter: false, stop, limit) : DiskFile.Open(path);

    /// <summary>Makes a file for what is received; one that is there is emptied, or goes on.</summary>
    /// <inheritdoc cref="Open" path="/exception" />
    public static TransferFile Create(string path, bool append, StopSignal stop, TimeLimit limit) =>
        MayWait(path) ? Waiting(path, isWriter: true, stop, limit) : DiskFile.Create(path, append);

    /// <summary>Reads what there is; 0 bytes are the end.</summary>
    /// <exception cref="SocketInputException"><c>FileNotUsable</c>.</exception>
    /// <exception cref="SocketCallException"><c>TimedOut</c>.</exception>
    public abstract int Read(Memory<byte> buffer);

    /// <summary>Writes as much as there is room for, at least one byte; how many.</summary>
    /// <inheritdoc cref="Read" path="/exception" />
    public abstract int Write(ReadOnlyMemory<byte> data);

    /// <inheritdoc />
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Closes the file.</summary>
    protected abstract void Dispose(bool disposing);

    /// <summary>The error of a file that cannot be used.</summary>
    protected static SocketInputException NotUsable(string path, string problem, string advice) =>
        new(ErrorIds.FileNotUsable, PrintableText.From(problem), advice, path);

    /// <summary>The error of a wait that took longer than it may.</summary>
    protected static SocketCallException Late(string call, string path, string detail) =>
        CallFailure.Of(call, path, SocketError.TimedOut, path, detail);

    private static bool MayWait(string path) =>
        SystemNumbers.HasUnixFiles ? FileCalls.KindOf(path) != FileKind.Disk : path.StartsWith(@"\\.\", StringComparison.Ordinal);

    private static TransferFile Waiting(string path, bool isWriter, StopSignal stop, TimeLimit limit) => SystemNumbers.HasUnixFiles
        ? PolledFile.Open(path, isWriter, stop, limit)
        : OverlappedFile.Open(path, isWriter, stop, limit);
}
