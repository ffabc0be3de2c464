using System.Net.Sockets;
using System.Runtime.InteropServices;
using PSSockets.Native;

namespace PSSockets.UnitTests;

/// <summary>The system calls, counted, of which any can be made to fail or to do less than it could.</summary>
internal sealed unsafe class DatagramCallsSpy : IDatagramCalls
{
    private readonly IDatagramCalls _calls = DatagramCalls.System;

    /// <summary>How many calls received.</summary>
    public int Receives { get; private set; }

    /// <summary>How many messages each call that sends several was given.</summary>
    public List<int> Batches { get; } = [];

    /// <summary>How many messages were given that the kernel is to cut.</summary>
    public int Cut { get; private set; }

    /// <summary>How many datagrams were sent by a call of their own.</summary>
    public int Singles { get; private set; }

    /// <summary>How many datagrams went out with a call of their own that says where to leave from.</summary>
    public int Messages { get; private set; }

    /// <summary>How often it was asked whether the kernel can cut.</summary>
    public int Questions { get; private set; }

    /// <summary>What a message that the kernel is to cut fails with, from the next on: each errno once.</summary>
    public Queue<int> CutErrors { get; } = new();

    /// <summary>What any call fails with: each errno once.</summary>
    public Queue<int> Errors { get; } = new();

    /// <summary>The answer whether the kernel can cut; null for the kernel's.</summary>
    public int? SegmentSize { get; init; }

    /// <summary>The most messages that one call sends.</summary>
    public int MostAtOnce { get; init; } = int.MaxValue;

    int IDatagramCalls.Receive(SafeSocketHandle socket, DatagramCalls.BatchHeader* headers, int count, int flags)
    {
        Receives++;
        return Fails(Errors) ? -1 : _calls.Receive(socket, headers, count, flags);
    }

    int IDatagramCalls.Send(SafeSocketHandle socket, DatagramCalls.BatchHeader* headers, int count, int flags)
    {
        Batches.Add(count);
        if (Fails(Errors))
        {
            return -1;
        }

        // Those before one that fails are sent, and the next call meets the failure.
        int good = 0;
        while (good < count && (!IsCut(headers[good].Header) || CutErrors.Count == 0))
        {
            good++;
        }

        for (int index = 0; index < count; index++)
        {
            Cut += IsCut(headers[index].Header) ? 1 : 0;
        }

        return good == 0 && Fails(CutErrors) ? -1 : _calls.Send(socket, headers, Math.Min(good, MostAtOnce), flags);
    }

    nint IDatagramCalls.Send(SafeSocketHandle socket, byte* data, nuint length, int flags, byte* address, uint addressLength)
    {
        Singles++;
        return Fails(Errors) ? -1 : _calls.Send(socket, data, length, flags, address, addressLength);
    }

    nint IDatagramCalls.Send(SafeSocketHandle socket, DatagramCalls.Header* header, int flags)
    {
        Messages++;
        return Fails(Errors) ? -1 : _calls.Send(socket, header, flags);
    }

    int IDatagramCalls.SegmentSize(SafeSocketHandle socket)
    {
        Questions++;
        return SegmentSize ?? _calls.SegmentSize(socket);
    }

    // Whether the message has UDP_SEGMENT, which is the last of what is said beside its data.
    private static bool IsCut(in DatagramCalls.Header header)
    {
        int length = ControlMessages.SegmentSizeLength;
        return header.ControlLength >= (nuint)length && *(int*)(header.Control + header.ControlLength - length + sizeof(nint)) == DatagramCalls.UdpLevel;
    }

    private static bool Fails(Queue<int> errors)
    {
        if (!errors.TryDequeue(out int errno))
        {
            return false;
        }

        Marshal.SetLastPInvokeError(errno);
        return true;
    }
}
