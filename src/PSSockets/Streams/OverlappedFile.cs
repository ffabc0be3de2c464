using PSSockets.Waiting;

namespace PSSockets.Streams;

/// <summary>A named pipe or a device of Windows: its reads and writes end with a token.</summary>
internal sealed class OverlappedFile : TransferFile
{
    private const int PipeBusy = unchecked((int)0x800700E7);

    private static readonly TimeSpan Retry = TimeSpan.FromMilliseconds(32);

    private readonly FileStream _file;
    private readonly StopSignal _stop;
    private readonly TimeLimit _limit;

    private OverlappedFile(string path, FileStream file, StopSignal stop, TimeLimit limit)
        : base(path)
    {
        _file = file;
        _stop = stop;
        _limit = limit;
    }

    /// <inheritdoc />
    public override long? Length => null;

    /// <summary>Opens the file; where all instances of a pipe are in use it waits for one.</summary>
    public static OverlappedFile Open(string path, bool isWriter, StopSignal stop, TimeLimit limit)
    {
        Deadline deadline = limit.Next();
        while (true)
        {
            try
            {
                FileStream file = new(path, FileMode.Open, isWriter ? FileAccess.Write : FileAccess.Read, FileShare.ReadWrite, bufferSize: 0, FileOptions.Asynchronous);
                return new OverlappedFile(path, file, stop, limit);
            }
            catch (IOException exception) when (exception.HResult == PipeBusy)
            {
                if (deadline.IsPast)
                {
                    throw Late("open", path, $"it was busy {limit.For}");
                }

                stop.Pause(Retry);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                throw NotUsable(path, exception.Message, "Check the path and its permissions.");
            }
        }
    }

    /// <inheritdoc />
    public override int Read(Memory<byte> buffer) => Await(
        "read", () => $"nothing came from it {_limit.Within}", token => _file.ReadAsync(buffer, token).AsTask());

    /// <inheritdoc />
    public override int Write(ReadOnlyMemory<byte> data) => Await("write", () => $"nobody took anything from it {_limit.For}", async token =>
    {
        await _file.WriteAsync(data, token).ConfigureAwait(false);
        return data.Length;
    });

    /// <inheritdoc />
    protected override void Dispose(bool disposing) => _file.Dispose();

    private int Await(string call, Func<string> late, Func<CancellationToken, Task<int>> function)
    {
        using CancellationTokenSource timer = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        timer.CancelAfter(_limit.Next().Remaining);
        try
        {
            return function(timer.Token).GetAwaiter().GetResult();
        }
        catch (OperationCanceledException)
        {
            _stop.ThrowIfSet();
            throw Late(call, Path, late());
        }
        catch (IOException exception)
        {
            throw NotUsable(Path, exception.Message, "Check who is at the other end.");
        }
    }
}
