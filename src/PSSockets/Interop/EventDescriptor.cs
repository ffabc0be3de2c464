using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using PSSockets.Errors;

namespace PSSockets.Interop;

/// <summary>A Linux event counter that wakes a poll(2): eventfd(2).</summary>
internal sealed partial class EventDescriptor : SafeHandleZeroOrMinusOneIsInvalid
{
    private const int CloseOnExec = 0x80000;
    private const int NonBlocking = 0x800;

    /// <summary>Makes a descriptor that is not readable yet.</summary>
    public EventDescriptor()
        : base(ownsHandle: true)
    {
        int descriptor = Create(0, CloseOnExec | NonBlocking);
        if (descriptor < 0)
        {
            throw SystemCall.Failure("eventfd", null, Marshal.GetLastPInvokeError(), null);
        }

        SetHandle(descriptor);
    }

    /// <summary>Makes the descriptor readable for good.</summary>
    public unsafe void Signal()
    {
        ulong one = 1;
        // It can fail only when the counter is full, and then it is readable already.
        _ = Write(this, &one, sizeof(ulong));
    }

    /// <inheritdoc />
    protected override bool ReleaseHandle() => Close((int)handle) == 0;

    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    private static partial int Create(uint initialValue, int flags);

    [LibraryImport("libc", EntryPoint = "write")]
    private static unsafe partial nint Write(EventDescriptor descriptor, void* buffer, nuint length);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
