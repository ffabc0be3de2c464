using System.Buffers.Binary;
using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace PSSockets.Benchmarks;

/// <summary>The loops that a C# program has for byte order.</summary>
public static class NetworkOrderLoops
{
    /// <summary>Swaps each integer into a new array.</summary>
    /// <returns>The seconds that one integer took.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double ToIntegers(int[] integers)
    {
        ArgumentNullException.ThrowIfNull(integers);
        long start = Stopwatch.GetTimestamp();
        uint[] swapped = new uint[integers.Length];
        for (int index = 0; index < integers.Length; index++)
        {
            swapped[index] = BinaryPrimitives.ReverseEndianness((uint)integers[index]);
        }

        GC.KeepAlive(swapped);
        return Stopwatch.GetElapsedTime(start).TotalSeconds / integers.Length;
    }

    /// <summary>Writes each integer to a new array of bytes, the most significant first.</summary>
    /// <returns>The seconds that one integer took.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double ToBytes(int[] integers)
    {
        ArgumentNullException.ThrowIfNull(integers);
        long start = Stopwatch.GetTimestamp();
        byte[] bytes = new byte[integers.Length * sizeof(int)];
        for (int index = 0; index < integers.Length; index++)
        {
            BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(index * sizeof(int)), integers[index]);
        }

        GC.KeepAlive(bytes);
        return Stopwatch.GetElapsedTime(start).TotalSeconds / integers.Length;
    }
}
