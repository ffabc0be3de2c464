using System.Runtime.InteropServices;

namespace PSSockets.Native;

/// <summary>Waiting for descriptors: poll(2).</summary>
internal static partial class Poll
{
    /// <summary>One descriptor and what is waited for: <c>struct pollfd</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Entry
    {
        public int Descriptor;
        public PollEvents Requested;
        public PollEvents Returned;
    }

    /// <summary>Waits; the number of ready descriptors, 0 when the time is up, -1 and errno on failure.</summary>
    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    public static unsafe partial int Wait(Entry* entries, nuint count, int milliseconds);
}

/// <summary>The bits of poll(2), as Linux numbers them.</summary>
[Flags]
internal enum PollEvents : short
{
    None = 0,
    Read = 0x1,
    Priority = 0x2,
    Write = 0x4,
    Error = 0x8,
    HangUp = 0x10,
    Invalid = 0x20,
    PeerClosed = 0x2000,
}
