using PSSockets.Waiting;

namespace PSSockets.Streams;

/// <summary>A named pipe or a device of Windows: its reads and writes end with a token.</summary>
/// <param name="path">The full path.</param>
/// <param name="file">The file.</param>
/// <param name="stop">Ends every wait.</param>
/// <param name="limit">How long each wait may take.</param>
internal sealed class OverlappedFile(string path, FileStream file, StopSignal stop, TimeLimit limit) : TransferFile(path)
{
    private const int PipeBusy = unchecked((int)0x800700E7);

    private static readonly TimeSpan Retry = TimeSpan.FromMilliseconds(32);

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
        "read", () => $"nothing came from it {limit.Within}", token => file.ReadAsync(buffer, token).AsTask());

    /// <inheritdoc />
    public override int Write(ReadOnlyMemory<byte> data) => Await("write", () => $"nobody took anything from it {limit.For}", async token =>
    {
        await file.WriteAsync(data, token).ConfigureAwait(false);
        return data.Length;
    });

    /// <inheritdoc />
    protected override void Dispose(bool disposing) => file.Dispose();

    private int Await(string call, Func<string> late, Func<CancellationToken, Task<int>> function)
    {
        using CancellationTokenSource timer = CancellationTokenSource.CreateLinkedTokenSource(stop.Token);
        timer.CancelAfter(limit.Next().Remaining);
        try
        {
            return function(timer.Token).GetAwaiter().GetResult();
        }
        catch (OperationCanceledException)
        {
            stop.ThrowIfSet();
            throw Late(call, Path, late());
        }
        catch (IOException exception)
        {
            throw NotUsable(Path, exception.Message, "Check who is at the other end.");
        }
    }
}
