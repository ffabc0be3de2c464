using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace PSSockets.Native;

/// <summary>The terminal that is this process's standard input: termios(3), read(2), poll(2).</summary>
internal static unsafe partial class TerminalCalls
{
    /// <summary>The descriptor of standard input.</summary>
    public const int Descriptor = 0;

    // More than struct termios takes anywhere.
    private const int SettingsSize = 128;
    private const int Now = 0;

    private static readonly SafeFileHandle s_input = new(Descriptor, ownsHandle: false);

    /// <summary>How the terminal is set, as <c>struct termios</c>; null where standard input is not a terminal.</summary>
    public static byte[]? Settings()
    {
        byte[] settings = new byte[SettingsSize];
        fixed (byte* first = settings)
        {
            return Get(Descriptor, first) == 0 ? settings : null;
        }
    }

    /// <summary>The same settings, with which each key is there when it is pressed and shows nothing; Ctrl+C stays a signal, Ctrl+Z does not.</summary>
    public static byte[] KeyByKey(byte[] settings)
    {
        (int flagSize, int localFlags, int characters, ulong cleared, int suspend, int minimum, int time) = SystemNumbers.Terminal;
        byte[] changed = [.. settings];
        Span<byte> flags = changed.AsSpan(localFlags * flagSize, flagSize);
        for (int index = 0; index < flagSize; index++)
        {
            int place = BitConverter.IsLittleEndian ? index : flagSize - 1 - index;
            flags[place] &= (byte)~(cleared >> (8 * index));
        }

        changed[characters + suspend] = SystemNumbers.NoTerminalCharacter;
        changed[characters + minimum] = 1;
        changed[characters + time] = 0;
        return changed;
    }

    /// <summary>Sets the terminal; whether that was done.</summary>
    public static bool Apply(byte[] settings)
    {
        fixed (byte* first = settings)
        {
            return Set(Descriptor, Now, first) == 0;
        }
    }

    /// <summary>Whether a read need not wait.</summary>
    public static bool CanRead()
    {
        Poll.Entry entry = new() { Descriptor = Descriptor, Requested = PollEvents.Read };
        return Poll.Wait(&entry, 1, 0) > 0;
    }

    /// <summary>Reads; how many bytes, 0 at the end, -1 and errno when it fails.</summary>
    public static int Read(Span<byte> buffer) => FileCalls.Read(s_input, buffer);

    [LibraryImport("libc", EntryPoint = "tcgetattr", SetLastError = true)]
    private static partial int Get(int descriptor, byte* settings);

    [LibraryImport("libc", EntryPoint = "tcsetattr", SetLastError = true)]
    private static partial int Set(int descriptor, int when, byte* settings);
}
