using PSSockets.Waiting;

namespace PSSockets.Streams;

/// <summary>A stream that is open already, such as what another program writes. Who opened it closes it.</summary>
/// <param name="stream">The stream.</param>
/// <param name="stop">Ends a wait for it; a read that waits then goes on for nobody.</param>
/// <param name="limit">The longest wait.</param>
internal sealed class GivenStream(Stream stream, StopSignal stop, TimeLimit limit) : TransferFile("the stream")
{
    // Not the sender's, which others use again while a read that was given up may still write into it.
    private readonly byte[] _buffer = new byte[256 * 1024];

    /// <inheritdoc />
    public override long? Length => stream.CanSeek ? stream.Length - stream.Position : null;

    /// <inheritdoc />
    public override int Read(Memory<byte> buffer)
    {
        try
        {
            Task<int> read = stream.ReadAsync(_buffer, 0, Math.Min(_buffer.Length, buffer.Length), stop.Token);
            if (Task.WaitAny([read], limit.Next().Milliseconds, stop.Token) < 0)
            {
                throw Late("read", Path, $"nothing came from it {limit.Within}");
            }

            int count = read.GetAwaiter().GetResult();
            _buffer.AsSpan(0, count).CopyTo(buffer.Span);
            return count;
        }
        // Whatever stream it is: a damaged archive, one that is closed, one that cannot be read.
        catch (Exception exception) when (exception is not (OperationCanceledException or SocketCallException))
        {
            throw NotUsable(Path, exception.Message, "Give a stream that can be read.");
        }
    }

    /// <inheritdoc />
    public override int Write(ReadOnlyMemory<byte> data) => throw NotUsable(Path, "nothing is written to it", "Give -OutFile.");

    /// <inheritdoc />
    protected override void Dispose(bool disposing)
    {
    }
}
