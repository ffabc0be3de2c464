using System.Buffers.Binary;
using PSSockets.Errors;

namespace PSSockets.Streams;

/// <summary>A length before or within the head of each message of a stream.</summary>
/// <param name="Size">How many bytes the length has, from 1 to 8.</param>
/// <param name="IsLittleEndian">Whether the least significant byte comes first.</param>
/// <param name="IncludesPrefix">Whether it counts its own bytes too, as PostgreSQL does.</param>
/// <param name="Offset">How many bytes of the message stand before it; it never counts them. 1 after a type byte, as in PostgreSQL.</param>
internal readonly record struct LengthPrefix(int Size, bool IsLittleEndian = false, bool IncludesPrefix = false, int Offset = 0)
{
    /// <summary>How many bytes there are up to the end of the length.</summary>
    public int HeadLength => Offset + Size;

    /// <summary>How many bytes follow the length.</summary>
    /// <param name="bytes">The beginning of a message, with at least its head.</param>
    /// <exception cref="SocketInputException"><c>InvalidMessage</c>: the length does not even count itself.</exception>
    public ulong Read(ReadOnlySpan<byte> bytes)
    {
        Span<byte> number = stackalloc byte[sizeof(ulong)];
        bytes.Slice(Offset, Size).CopyTo(IsLittleEndian ? number : number[^Size..]);
        ulong said = IsLittleEndian ? BinaryPrimitives.ReadUInt64LittleEndian(number) : BinaryPrimitives.ReadUInt64BigEndian(number);
        ulong own = IncludesPrefix ? (ulong)Size : 0;
        return said >= own
            ? said - own
            : throw new SocketInputException(
                ErrorIds.InvalidMessage, $"the length of a message is {said}, which is less than its own {Size} bytes", "Leave out -LengthIncludesPrefix, or correct -LengthPrefix, -LengthOffset and -LittleEndian.");
    }

    /// <summary>The message with its length in its place.</summary>
    /// <exception cref="SocketInputException">
    /// <c>ValueOutOfRange</c>: the length does not fit; <c>InvalidMessage</c>: the message ends before the place of its length.
    /// </exception>
    public byte[] Apply(byte[] message)
    {
        if (message.Length < Offset)
        {
            throw new SocketInputException(
                ErrorIds.InvalidMessage, $"a message of {message.Length:N0} bytes has no byte {Offset:N0}, after which its length is to stand", "Send longer messages, or correct -LengthOffset.", message);
        }

        ulong value = (ulong)(message.Length - Offset) + (IncludesPrefix ? (ulong)Size : 0);
        if (Size < sizeof(ulong) && value >> (8 * Size) != 0)
        {
            throw new SocketInputException(
                ErrorIds.ValueOutOfRange, $"a message of {message.Length:N0} bytes has no length prefix of {Size}", "Use a wider -LengthPrefix, or shorter messages.", message);
        }

        Span<byte> number = stackalloc byte[sizeof(ulong)];
        if (IsLittleEndian)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(number, value);
            number = number[..Size];
        }
        else
        {
            BinaryPrimitives.WriteUInt64BigEndian(number, value);
            number = number[^Size..];
        }

        return [.. message.AsSpan(0, Offset), .. number, .. message.AsSpan(Offset)];
    }
}
