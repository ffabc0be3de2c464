using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using PSSockets.Certificates;
using PSSockets.Channels;
using PSSockets.Sockets;
using PSSockets.Streams;
using PSSockets.Waiting;

namespace PSSockets.UnitTests;

/// <summary>A TLS session whose peer is .NET's own <see cref="SslStream"/>, with the bytes between them in the test's hand.</summary>
[Trait("Wine", "Not run: Wine 8 makes no keys (NCryptCreatePersistedKey), and the runtime ends here")]
public sealed class TlsSourceTests : IDisposable
{
    private static readonly X509Certificate2 s_certificate = CertificateMaker.Make(["localhost"], [IPAddress.Loopback], 1, null, isAuthority: false);

    private readonly StopSignal _stop = new();

    public void Dispose()
    {
        _stop.Set();
        _stop.Dispose();
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void AStopWithinARecordLosesNothing(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        using TlsPair pair = new(engine);
        byte[] sent = StreamPair.Numbers(40_000);
        byte[] records = pair.Encrypt(sent);
        // Cut within the header of a record, within its body, and everywhere else.
        int start = 0;
        int turn = 0;
        List<byte> received = [];
        while (start < records.Length)
        {
            int count = Math.Min(turn++ % 3 == 0 ? 3 : 5001, records.Length - start);
            pair.Raw.Receiver.Send(records.AsSpan(start, count));
            start += count;
            using StopSignal stop = new();
            using ISocketTransport stopped = TestSockets.Engine(kind, stop);
            received.AddRange(ReadAll(stopped, pair.Ours, start == records.Length ? sent.Length - received.Count : 0));
            stop.Set();
            Assert.Throws<OperationCanceledException>(() => stopped.ReaderOf(pair.Ours).ReadAvailable(10, SocketFlags.None));
        }

        Assert.Equal(sent, received);
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void RecordsOfEverySizeAreRead(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        using TlsPair pair = new(engine);
        List<byte> sent = [];
        List<byte> received = [];
        foreach (int size in new[] { 1, 1, 1, 16_384, 16_385, 1, 100_000, 2 })
        {
            byte[] data = StreamPair.Numbers(size);
            sent.AddRange(data);
            byte[] records = pair.Encrypt(data);
            Background sender = Background.Run(() => pair.Raw.Receiver.Send(records));
            received.AddRange(ReadAll(engine, pair.Ours, size));
            sender.Join();
        }

        Assert.Equal(sent, received);
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void ASenderThatIsLateWithinAMessageBreaksTheStream(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        using TlsPair pair = new(engine, small: true);

        Assert.Throws<SocketCallException>(() => engine.SenderOf(pair.Ours, 0.1).Send(new byte[5_000_000], SocketFlags.None));

        Assert.True(pair.Ours.IsBroken);
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void AnEndWithinARecordIsACut(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        using TlsPair pair = new(engine);
        byte[] records = pair.Encrypt([1, 2, 3]);
        pair.Raw.Receiver.Send(records.AsSpan(0, records.Length - 1));
        pair.Raw.Receiver.Shutdown(SocketShutdown.Send);

        Assert.Null(engine.ReaderOf(pair.Ours, 5).ReadAvailable(10, SocketFlags.None));
        Assert.Contains("within a record", ByteChannel.Of(pair.Ours).TakeWarning()!, StringComparison.Ordinal);
        Assert.Null(ByteChannel.Of(pair.Ours).TakeWarning());
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void AChangedRecordBreaksTheStreamAfterWhatCameBefore(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        using TlsPair pair = new(engine);
        byte[] first = pair.Encrypt([1, 2, 3]);
        byte[] changed = pair.Encrypt([4, 5, 6]);
        changed[^1] ^= 1;
        // Together: what came before it is not lost with it.
        pair.Raw.Receiver.Send([.. first, .. changed]);
        FrameReader reader = engine.ReaderOf(pair.Ours, 5);

        Assert.Equal([1, 2, 3], reader.ReadAvailable(10, SocketFlags.None)!.Value.Data);
        SocketInputException failure = Assert.Throws<SocketInputException>(() => reader.ReadAvailable(10, SocketFlags.None));
        Assert.Equal("StreamBroken", failure.ErrorId);
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void ATlsWaiterIsWokenForWhatAnotherReaderHasDecrypted(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        using ISocketTransport second = TestSockets.Engine(kind, _stop);
        using TlsPair pair = new(engine);
        byte[] got = [];
        Background waiter = Background.Run(() => got = second.ReaderOf(pair.Ours, 10).ReadAvailable(1, SocketFlags.None)!.Value.Data);
        pair.Raw.Receiver.Send(pair.Encrypt([1, 2]));
        byte[] other = engine.ReaderOf(pair.Ours, 10).ReadAvailable(1, SocketFlags.None)!.Value.Data;
        waiter.Join();

        Assert.Equal([1, 2], got.Concat(other).Order().ToArray());
    }

    private static byte[] ReadAll(ISocketTransport engine, SocketRecord record, int count)
    {
        List<byte> all = [];
        ByteChannel channel = ByteChannel.Of(record);
        byte[] buffer = new byte[7000];
        Deadline deadline = Deadline.After(10);
        do
        {
            int? got;
            lock (record.ReadGate)
            {
                got = channel.Receive(engine, buffer);
            }

            if (got is null && all.Count < count)
            {
                Assert.True(channel.Wait(engine, deadline), $"only {all.Count} of {count} bytes came");
            }
            else if (got is null)
            {
                break;
            }

            all.AddRange(buffer[..(got ?? 0)]);
        }
        while (count == 0 || all.Count < count);

        return [.. all];
    }

    /// <summary>Our end is the sender of the pair, and the client. The peer's records go through memory.</summary>
    private sealed class TlsPair : IDisposable
    {
        private readonly MemoryPeer _wire;
        private readonly SslStream _peer;

        public TlsPair(ISocketTransport engine, bool small = false)
        {
            Raw = new StreamPair(small);
            Ours = Raw.Sender;
            _wire = new MemoryPeer(Raw.Receiver);
            _peer = new SslStream(_wire);
            Task server = Task.Run(() => _peer.AuthenticateAsServer(s_certificate, false, SslProtocols.Tls12, false));
            TlsOptions options = new() { TargetHost = "localhost", Trusted = [s_certificate] };
            new TlsHandshake(engine, Ours, options).Run(20.0);
            Assert.True(server.Wait(TimeSpan.FromSeconds(20)));
        }

        public StreamPair Raw { get; }

        public SocketRecord Ours { get; }

        /// <summary>The records of some data.</summary>
        public byte[] Encrypt(byte[] data)
        {
            _wire.Kept = new MemoryStream();
            _peer.Write(data);
            byte[] records = _wire.Kept.ToArray();
            _wire.Kept = null;
            return records;
        }

        public void Dispose()
        {
            Raw.Dispose();
            _peer.Dispose();
        }
    }

    private sealed class MemoryPeer(Socket socket) : Stream
    {
        /// <summary>Where what is written goes; null for the socket.</summary>
        public MemoryStream? Kept { get; set; }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count) => count == 0 ? 0 : socket.Receive(buffer, offset, count, SocketFlags.None);

        public override void Write(byte[] buffer, int offset, int count)
        {
            if (Kept is not null)
            {
                Kept.Write(buffer, offset, count);
            }
            else
            {
                socket.Send(buffer, offset, count, SocketFlags.None);
            }
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
