using PSSockets.Streams;

namespace PSSockets.UnitTests;

/// <summary>Any stream of .NET as a file that is sent.</summary>
internal sealed class StreamFile(Stream stream) : TransferFile("stream")
{
    public override long? Length => stream.CanSeek ? stream.Length : null;

    public override int Read(Memory<byte> buffer) => stream.Read(buffer.Span);

    public override int Write(ReadOnlyMemory<byte> data) => throw new NotSupportedException();

    protected override void Dispose(bool disposing) => stream.Dispose();
}

/// <summary>Sends any stream of .NET.</summary>
internal static class StreamFileExtensions
{
    public static long SendFile(this StreamSender sender, Stream stream, Action<long> progress) => sender.SendFile(new StreamFile(stream), progress);
}
