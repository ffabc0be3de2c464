using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using PSSockets.Streams;

namespace PSSockets.UnitTests;

/// <summary>Reads frames as bytes, each kind by its name.</summary>
internal static class FrameReaderExtensions
{
    private static readonly UTF8Encoding Utf8 = new(false);

    public static byte[]? ReadBytes(this FrameReader reader, int maximumSize, SocketFlags flags) => reader.ReadAvailable(maximumSize, flags)?.Data;

    public static byte[]? ReadLength(this FrameReader reader, int length) => reader.Read(new LengthFraming(length) { MaximumSize = length })?.Data;

    public static byte[]? ReadPrefixed(this FrameReader reader, int width, int maximumSize) => reader.Read(new PrefixFraming(new LengthPrefix(width)) { MaximumSize = maximumSize })?.Data;

    public static byte[]? ReadDelimited(this FrameReader reader, byte[] delimiter, int unit, int maximumSize) =>
        reader.Read(new DelimitedFraming(delimiter, unit) { MaximumSize = maximumSize })?.Data;

    public static Frame? ReadAny(this FrameReader reader, params string[] delimiters) =>
        reader.Read(new AnyDelimitedFraming([.. delimiters.Select(static text => (Utf8.GetBytes(text), 1))]) { MaximumSize = 1 << 30 });

    public static Frame? ReadMatch(this FrameReader reader, string pattern) =>
        reader.Read(new MatchFraming(new Regex(pattern), Utf8) { MaximumSize = 1 << 30 });

    public static byte[]? ReadLine(this FrameReader reader, int maximumSize, Encoding? encoding = null) =>
        reader.Read(new LineFraming(encoding ?? Utf8) { MaximumSize = maximumSize })?.Data;

    public static byte[]? ReadToEnd(this FrameReader reader, int maximumSize) => reader.Read(new EndFraming { MaximumSize = maximumSize })?.Data;

    public static int HandOverLines(this FrameReader reader, int count, int maximumSize, FrameReader.Recipient recipient) =>
        reader.HandOver(new LineFraming(Utf8) { MaximumSize = maximumSize }, count, recipient);

    public static int HandOverDelimited(this FrameReader reader, int count, byte[] delimiter, int unit, int maximumSize, FrameReader.Recipient recipient) =>
        reader.HandOver(new DelimitedFraming(delimiter, unit) { MaximumSize = maximumSize }, count, recipient);

    public static int HandOverPrefixed(this FrameReader reader, int count, int width, int maximumSize, FrameReader.Recipient recipient) =>
        reader.HandOver(new PrefixFraming(new LengthPrefix(width)) { MaximumSize = maximumSize }, count, recipient);

    public static int HandOverLengths(this FrameReader reader, int count, int length, FrameReader.Recipient recipient) =>
        reader.HandOver(new LengthFraming(length) { MaximumSize = length }, count, recipient);
}
