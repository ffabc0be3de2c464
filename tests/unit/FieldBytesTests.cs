using System.Collections;
using System.Net;
using PSSockets.Messages;

namespace PSSockets.UnitTests;

public sealed class FieldBytesTests
{
    private static MessageField Field(string entry) => new MessageFormat(entry).Fields[0];

    [Fact]
    public void NothingIsNoBytes() => Assert.Empty(FieldBytes.From(Field("A:*"), null));

    [Theory]
    [InlineData("A:*")]
    [InlineData("A:*:utf8")]
    [InlineData("A:32:ipv4")]
    [InlineData("A:*:hex")]
    public void BytesAreTakenAsTheyAre(string entry) => Assert.Equal([1, 2, 3, 4], FieldBytes.From(Field(entry), new byte[] { 1, 2, 3, 4 }));

    [Fact]
    public void ListsOfNumbersAreBytes()
    {
        Assert.Equal([1, 255], FieldBytes.From(Field("A:*"), new ArrayList { 1, 255L }));
        Assert.Equal([1, 2], FieldBytes.From(Field("A:*"), Enumerable.Range(1, 2)));
        Assert.Equal([127, 0, 0, 1], FieldBytes.From(Field("A:*"), IPAddress.Loopback));
    }

    [Fact]
    public void WhatIsNoBytesIsRefused()
    {
        Refused("A:*", new Hashtable(), "InvalidFieldValue", "'A' (bytes) cannot hold a Hashtable");
        Refused("A:*", new object(), "InvalidFieldValue", "'A' (bytes) cannot hold a Object");
        Refused("A:*", new object?[] { 1, null }, "InvalidFieldValue", "'A' (bytes) cannot hold null");
        Refused("A:*", new object[] { 1, "x" }, "InvalidFieldValue", "'A' (bytes) cannot hold 'x' (String)");
        Refused("A:*", new object[] { 1, -1 }, "ValueOutOfRange", "'A' takes bytes, and -1 is none");
        Refused("A:*", 1.5, "InvalidFieldValue", "'A' (bytes) cannot hold '1.5' (Double)");
    }

    private static void Refused(string entry, object value, string error, string message)
    {
        SocketInputException exception = Assert.Throws<SocketInputException>(() => FieldBytes.From(Field(entry), value));
        Assert.Equal(error, exception.ErrorId);
        Assert.Equal(message, exception.Message);
    }
}
