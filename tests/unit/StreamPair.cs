using System.Net;
using System.Net.Sockets;
using PSSockets.Native;

namespace PSSockets.UnitTests;

/// <summary>Two ends of a TCP connection over loopback.</summary>
internal sealed class StreamPair : IDisposable
{
    private const int SmallBuffer = 8192;

    /// <summary>Connects them; with small buffers, whose size the kernel does not change.</summary>
    public StreamPair(bool small = false)
    {
        using Socket listener = TestSockets.Stream(new IPEndPoint(IPAddress.Loopback, 0));
        if (small)
        {
            listener.ReceiveBufferSize = SmallBuffer;
        }

        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(1);
        Sender = TestSockets.Stream(listener.LocalEndPoint!);
        if (small)
        {
            Sender.SendBufferSize = SmallBuffer;
        }

        Sender.NoDelay = true;
        Sender.Connect(listener.LocalEndPoint!);
        Receiver = listener.Accept();
    }

    public Socket Sender { get; }

    public Socket Receiver { get; }

    /// <summary>Sends, and waits until all of it has arrived.</summary>
    public void Arrive(ReadOnlySpan<byte> data)
    {
        int expected = Receiver.Available + data.Length;
        Assert.Equal(data.Length, Sender.Send(data));
        Assert.True(SpinWait.SpinUntil(() => Receiver.Available >= expected, TestSockets.Patience), "the bytes do not arrive");
    }

    /// <summary>Sends a byte out of band, and waits until it has arrived.</summary>
    public void ArriveUrgent(byte value)
    {
        Sender.Send([value], SocketFlags.OutOfBand);
        Assert.True(Receiver.Poll(TestSockets.Patience, SelectMode.SelectError), "the urgent byte does not arrive");
    }

    /// <summary>Fills both buffers; how many bytes they took.</summary>
    public long Fill()
    {
        byte[] data = new byte[SmallBuffer];
        long total = 0;
        SafeSocketHandle handle = SocketInternals.HandleOf(Sender);
        // Poll wants a third of the buffer to be free, a send only one byte.
        do
        {
            int size = data.Length;
            while (size > 0)
            {
                int count = SendNow(handle, data.AsSpan(0, size));
                total += Math.Max(count, 0);
                size = count < 0 ? size / 2 : size;
            }
        }
        while (Sender.Poll(TimeSpan.FromMilliseconds(50), SelectMode.SelectWrite));

        return total;
    }

    // -1 where there is no room for all or a part.
    private unsafe int SendNow(SafeSocketHandle handle, ReadOnlySpan<byte> data)
    {
        if (OperatingSystem.IsLinux())
        {
            fixed (byte* first = data)
            {
                return (int)StreamCalls.Send(handle, first, (nuint)data.Length, StreamCalls.DontWait | StreamCalls.NoSignal);
            }
        }

        Sender.Blocking = false;
        int count = Sender.Send(data, SocketFlags.None, out SocketError error);
        Sender.Blocking = true;
        return error == SocketError.Success ? count : -1;
    }

    /// <summary>Closes the sender hard; the receiver has been told of it.</summary>
    public void Reset()
    {
        Sender.LingerState = new LingerOption(true, 0);
        Sender.Dispose();
        Assert.True(Receiver.Poll(TestSockets.Patience, SelectMode.SelectRead), "the reset does not arrive");
    }

    /// <summary>Closes the sender; the receiver has been told of it.</summary>
    public void End()
    {
        Sender.Dispose();
        Assert.True(Receiver.Poll(TestSockets.Patience, SelectMode.SelectRead), "the end does not arrive");
    }

    /// <summary>What is in the receiver now, taken with .NET alone.</summary>
    public byte[] Rest()
    {
        byte[] buffer = new byte[Receiver.Available];
        return buffer.Length == 0 ? buffer : buffer[..Receiver.Receive(buffer)];
    }

    /// <summary>Sends everything, and says that no more follows, with .NET alone.</summary>
    public static void SendToEnd(Socket socket, ReadOnlySpan<byte> data)
    {
        while (!data.IsEmpty)
        {
            data = data[socket.Send(data)..];
        }

        socket.Shutdown(SocketShutdown.Send);
    }

    /// <summary>So many bytes, taken with .NET alone.</summary>
    public static byte[] Read(Socket socket, int count)
    {
        byte[] all = new byte[count];
        for (int read = 0; read < count;)
        {
            Assert.True(socket.Poll(TestSockets.Patience, SelectMode.SelectRead), $"only {read} of {count} bytes came");
            int more = socket.Receive(all.AsSpan(read));
            Assert.NotEqual(0, more);
            read += more;
        }

        return all;
    }

    /// <summary>Everything until the end, taken with .NET alone.</summary>
    public static byte[] ReadToEnd(Socket socket)
    {
        using MemoryStream all = new();
        byte[] buffer = new byte[65536];
        while (true)
        {
            Assert.True(socket.Poll(TestSockets.Patience, SelectMode.SelectRead), "neither bytes nor the end come");
            int count = socket.Receive(buffer);
            if (count == 0)
            {
                return all.ToArray();
            }

            all.Write(buffer, 0, count);
        }
    }

    /// <summary>Bytes in which every place can be told from the others.</summary>
    public static byte[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(index => (byte)((index * 31) ^ (index >> 8)))];

    public void Dispose()
    {
        Sender.Dispose();
        Receiver.Dispose();
    }
}
