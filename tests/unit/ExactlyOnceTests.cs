using System.Net;
using System.Net.Sockets;
using PSSockets.Sockets;
using PSSockets.Waiting;

namespace PSSockets.UnitTests;

/// <summary>What comes at the moment of a stop is received once, by this reader or by the next.</summary>
public sealed class ExactlyOnceTests
{
    private const int Rounds = 100;

    [Theory]
    [ClassData(typeof(Engines))]
    public void ADatagramThatComesWithAStop(EngineKind kind)
    {
        using Socket receiver = TestSockets.Bound(IPAddress.Loopback);
        using Socket sender = TestSockets.Bound(IPAddress.Loopback);
        Race(
            kind,
            number => sender.SendTo(BitConverter.GetBytes(number), receiver.LocalEndPoint!),
            (engine, deadline) => engine.Receive(receiver, TestSockets.Options(), deadline) is { } datagram ? BitConverter.ToInt32(datagram.Data) : null);
        Assert.True(TestSockets.IsSilent(receiver));
        Assert.False(SocketRecord.Of(receiver).HasTaken);
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void BytesThatComeWithAStop(EngineKind kind)
    {
        using StreamPair pair = new();
        byte[] buffer = new byte[64];
        Race(
            kind,
            number => pair.Sender.Send(BitConverter.GetBytes(number)),
            (engine, deadline) =>
            {
                int? count = engine.ReceiveBytes(pair.Receiver, buffer, SocketFlags.None, deadline);
                Assert.True(count is null or sizeof(int), $"{count} bytes came");
                return count is null ? null : BitConverter.ToInt32(buffer);
            });
        Assert.Empty(pair.Rest());
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void AConnectionThatComesWithAStop(EngineKind kind)
    {
        using Socket listener = TestSockets.Listening();
        Dictionary<int, int> numbers = [];
        List<Socket> clients = [];
        try
        {
            Race(
                kind,
                number =>
                {
                    Socket client = TestSockets.Stream(listener.LocalEndPoint!);
                    clients.Add(client);
                    client.Bind(new IPEndPoint(IPAddress.Loopback, 0));
                    numbers[((IPEndPoint)client.LocalEndPoint!).Port] = number;
                    client.Connect(listener.LocalEndPoint!);
                },
                (engine, deadline) =>
                {
                    using Socket? connection = engine.Accept(listener, deadline);
                    return connection is null ? null : numbers[((IPEndPoint)connection.RemoteEndPoint!).Port];
                });
            Assert.True(TestSockets.IsSilent(listener));
        }
        finally
        {
            clients.ForEach(static client => client.Dispose());
        }
    }

    // A reader waits; what it waits for and its stop come together, in either order. Who comes next gets what it left.
    private static void Race(EngineKind kind, Action<int> send, Func<ISocketTransport, Deadline, int?> receive)
    {
        int taken = 0;
        for (int round = 0; round < Rounds; round++)
        {
            int number = round;
            using StopSignal stop = new();
            using ISocketTransport engine = TestSockets.Engine(kind, stop);
            Task<int?> reader = Task.Run(() =>
            {
                try
                {
                    return receive(engine, Deadline.Never);
                }
                catch (OperationCanceledException)
                {
                    return null;
                }
            });
            Thread.SpinWait(round * 200);
            using Barrier together = new(2);
            Task stopper = Task.Run(() =>
            {
                together.SignalAndWait();
                Thread.SpinWait(round % 7 * 100);
                stop.Set();
            });
            together.SignalAndWait();
            Thread.SpinWait((6 - (round % 7)) * 100);
            send(number);
            Assert.True(Task.WaitAll([reader, stopper], TestSockets.Patience));
            taken += reader.Result is null ? 0 : 1;
            int? got = reader.Result;
            if (got is null)
            {
                using StopSignal later = new();
                using ISocketTransport next = TestSockets.Engine(kind, later);
                got = receive(next, TestSockets.Patient);
            }

            Assert.Equal(number, got);
        }

        Assert.InRange(taken, 0, Rounds);
    }
}
