using System.Buffers.Binary;
using PSSockets.Errors;

namespace PSSockets.Messages;

/// <summary>A length before or within the head of each message of a stream.</summary>
/// <param name="Size">How many bytes the length has, from 1 to 8.</param>
/// <param name="IsLittleEndian">Whether the least significant byte comes first.</param>
/// <param name="IncludesPrefix">Whether it counts its own bytes too, as PostgreSQL does.</param>
/// <param name="Offset">How many bytes stand before it; it never counts them. 1 after a type byte, as in PostgreSQL.</param>
internal readonly record struct LengthPrefix(int Size, bool IsLittleEndian = false, bool IncludesPrefix = false, int Offset = 0)
{
    /// <summary>How many bytes stand before the data.</summary>
    public int HeadLength => Offset + Size;

    /// <summary>How many bytes a message has that begins with some bytes: what stands before the length, the length, the data.</summary>
    /// <returns>The length; null where more bytes are needed to know it.</returns>
    /// <exception cref="SocketInputException"><c>InvalidMessage</c>: the length does not even count itself, or no array is so long.</exception>
    public long? LengthOfFirst(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < HeadLength)
        {
            return null;
        }

        Span<byte> number = stackalloc byte[8];
        bytes.Slice(Offset, Size).CopyTo(IsLittleEndian ? number : number[(8 - Size)..]);
        ulong said = IsLittleEndian ? BinaryPrimitives.ReadUInt64LittleEndian(number) : BinaryPrimitives.ReadUInt64BigEndian(number);
        ulong own = IncludesPrefix ? (ulong)Size : 0;
        return said < own
            ? throw new SocketInputException(ErrorIds.InvalidMessage, $"The length is {said}, and does not count its own {FieldText.Bytes(Size)}", "Leave out -LengthIncludesPrefix, or correct -LengthPrefix, -LengthOffset and -LittleEndian.")
            : said - own > (ulong)Array.MaxLength
                ? throw new SocketInputException(ErrorIds.InvalidMessage, $"The length is {said}, and no message can be so long", "Correct -LengthPrefix, -LengthOffset and -LittleEndian: the peer writes its length in another way.")
                : (long)(said - own) + HeadLength;
    }

    /// <summary>Writes the length of some data.</summary>
    /// <param name="dataLength">How many bytes follow the length.</param>
    /// <param name="destination">As many bytes as the length has.</param>
    /// <exception cref="SocketInputException"><c>ValueOutOfRange</c>: the data are too long for it.</exception>
    public void Write(long dataLength, Span<byte> destination)
    {
        ulong value = (ulong)dataLength + (IncludesPrefix ? (ulong)Size : 0);
        if (Size < 8 && value >> (Size * 8) != 0)
        {
            throw new SocketInputException(ErrorIds.ValueOutOfRange, $"A length of {FieldText.Bytes(Size)} cannot say {value}", "Use a longer -LengthPrefix, or send less data at once.");
        }

        Span<byte> number = stackalloc byte[8];
        if (IsLittleEndian)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(number, value);
            number[..Size].CopyTo(destination);
        }
        else
        {
            BinaryPrimitives.WriteUInt64BigEndian(number, value);
            number[(8 - Size)..].CopyTo(destination);
        }
    }
}
