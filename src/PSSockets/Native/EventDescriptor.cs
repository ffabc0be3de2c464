using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace PSSockets.Native;

/// <summary>A Linux event counter that wakes a poll(2): eventfd(2).</summary>
internal sealed partial class EventDescriptor : SafeHandleZeroOrMinusOneIsInvalid
{
    private const int CloseOnExec = 0x80000;
    private const int NonBlocking = 0x800;

    private EventDescriptor(int descriptor)
        : base(ownsHandle: true) => SetHandle(descriptor);

    /// <summary>Makes a descriptor that is not readable yet; null and errno where the system has none left.</summary>
    public static EventDescriptor? TryCreate()
    {
        int descriptor = Create(0, CloseOnExec | NonBlocking);
        return descriptor < 0 ? null : new EventDescriptor(descriptor);
    }

    /// <summary>Makes the descriptor readable.</summary>
    public unsafe void Signal()
    {
        ulong one = 1;
        // It can fail only when the counter is full, and then it is readable already.
        _ = Write(this, &one, sizeof(ulong));
    }

    /// <summary>Makes the descriptor readable, where it is not closed meanwhile.</summary>
    public void TrySignal()
    {
        try
        {
            Signal();
        }
        catch (ObjectDisposedException)
        {
            // Who waited with it waits no more.
        }
    }

    /// <summary>Makes the descriptor not readable until it is signalled again.</summary>
    public unsafe void Drain()
    {
        ulong count;
        _ = Read(this, &count, sizeof(ulong));
    }

    /// <inheritdoc />
    protected override bool ReleaseHandle() => Close((int)handle) == 0;

    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    private static partial int Create(uint initialValue, int flags);

    [LibraryImport("libc", EntryPoint = "write")]
    private static unsafe partial nint Write(EventDescriptor descriptor, void* buffer, nuint length);

    [LibraryImport("libc", EntryPoint = "read")]
    private static unsafe partial nint Read(EventDescriptor descriptor, void* buffer, nuint length);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
