using PSSockets.Messages;

namespace PSSockets.UnitTests;

/// <summary>Lists of messages that end with an element that says so, and formats named by earlier fields.</summary>
public sealed class MessageListTests
{
    private const string Name = "Labels:*[Length=0]:(Kind:2{Label=0,Pointer=3} Length:6?Kind=Label Text:[Length]:utf8?Kind=Label Offset:14?Kind=Pointer)";

    [Theory]
    [InlineData("00", "@{Labels=@{Kind=Label; Length=0; Text=}}")]
    [InlineData("0361626300", "@{Labels=@{Kind=Label; Length=3; Text=abc} @{Kind=Label; Length=0; Text=}}")]
    [InlineData("C00C", "@{Labels=@{Kind=Pointer; Offset=12}}")]
    [InlineData("0161C00C", "@{Labels=@{Kind=Label; Length=1; Text=a} @{Kind=Pointer; Offset=12}}")]
    public void ANameEndsWithAnEmptyLabelOrAPointer(string bytes, string text)
    {
        MessageFormat format = MessageFormatReader.Read([Name], []);
        object?[] values = format.DecodeValues(Convert.FromHexString(bytes));
        Assert.Equal(text, new BinaryMessage(format, null, values).ToString());
        Assert.Equal(bytes, Convert.ToHexString(format.Encoder.Encode([new("Labels", values[0])])));
    }

    [Fact]
    public void TheEmptyElementAtTheEndIsFilledIn()
    {
        MessageFormat format = MessageFormatReader.Read([Name], []);
        Dictionary<string, object?>[] labels = [new() { ["Text"] = "www" }, new() { ["Text"] = "example" }];
        Assert.Equal("0377777707" + "6578616D706C65" + "00", Convert.ToHexString(format.Encoder.Encode([new("Labels", labels)])));
        Assert.Equal("00", Convert.ToHexString(format.Encoder.Encode([])));
    }

    [Theory]
    [InlineData("Kind:8 Tags:*[Last=1]:(Last:1 Value:7)?Kind=2", "01")]
    [InlineData("Kind:8 Tags:*[Length=0]:(Length:8 Value:[Length])?Kind=2", "01")]
    public void AListThatIsNotThereNeedsNoLastElement(string list, string bytes)
    {
        MessageFormat format = MessageFormatReader.Read([list], []);
        byte[] message = Convert.FromHexString(bytes);
        Assert.Equal(message, format.Encoder.Encode([new("Kind", 1)]));
        Assert.Equal(message, format.Encoder.Encode([new("Kind", 1), new("Tags", Array.Empty<object>())]));
        object?[] values = format.DecodeValues(message);
        Assert.Null(values[1]);
        Assert.Equal(message, format.Encoder.Encode([new("Kind", values[0]), new("Tags", values[1])]));
    }

    [Fact]
    public void AnErrorOfAnElementSaysWhichOne()
    {
        MessageFormat format = MessageFormatReader.Read(["Count:8 Items:[Count]*(Kind:8 Part:(High:4 Low:4))"], []);
        Dictionary<string, object?>[] items = [new() { ["Kind"] = 1 }, new() { ["Part"] = new Dictionary<string, object?> { ["Low"] = 16 } }];
        SocketInputException failure = Assert.Throws<SocketInputException>(() => format.Encoder.Encode([new("Items", items)]));
        Assert.Equal(("ValueOutOfRange", "In 'Items', element 2: In 'Part': 'Low' (4 bits) cannot hold 16: it takes 0 to 15"), (failure.ErrorId, failure.Message));
    }

    [Fact]
    public void OnlyTheLastElementMayEndTheList()
    {
        MessageFormat format = MessageFormatReader.Read([Name], []);
        Dictionary<string, object?>[] labels = [new() { ["Kind"] = "Pointer", ["Offset"] = 12 }, new() { ["Text"] = "a" }];
        SocketInputException failure = Assert.Throws<SocketInputException>(() => format.Encoder.Encode([new("Labels", labels)]));
        Assert.Equal(("InvalidFieldValue", "'Labels' is over with element 1, where Length=0, and more follow"), (failure.ErrorId, failure.Message));

        MessageFormat marked = MessageFormatReader.Read(["Items:*[Last=1]:(Last:8 Value:8)"], []);
        failure = Assert.Throws<SocketInputException>(() => marked.Encoder.Encode([new("Items", new[] { new Dictionary<string, object?> { ["Value"] = 5 } })]));
        Assert.Equal(("InvalidFieldValue", "'Items' has no last element, where Last=1"), (failure.ErrorId, failure.Message));
    }

    [Fact]
    public void AListWhoseLastElementIsMissingIsNotWhole()
    {
        SocketInputException failure = Assert.Throws<SocketInputException>(() => MessageFormatReader.Read([Name], []).DecodeValues([1, 97, 1, 98]));
        Assert.Equal("InvalidMessage", failure.ErrorId);
        Assert.StartsWith("'Labels', element 3, at its byte 4: The message ends within 'Kind'", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Id:24 Items:*[A=0]:(A:8 B:16:ascii)")]
    [InlineData("Id:24 Items:[3]*(A:8 B:16:ascii)")]
    [InlineData("Id:16 Length:8 Items:[Length+6]:(A:8 B:16:ascii)")]
    public void AnElementThatCannotBeReadIsFoundInItsField(string fields)
    {
        SocketInputException failure = Assert.Throws<SocketInputException>(() => MessageFormatReader.Read([fields], []).DecodeValues([1, 2, 3, 5, 97, 98, 5, 255, 97, 0, 97, 98]));
        Assert.StartsWith("'Items', element 2, at its byte 3: 'B' cannot be decoded", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Items:*[Last=1]", "The field 'Items' says with '*[Last=1]' which element is its last, and not what its elements are, such as *[Last=1]:(Kind:8 Value:8)")]
    [InlineData("Last:8 Items:*[Last=1]:(A:8)", "The field 'Items' ends by 'Last', which is not an integer field of its elements")]
    [InlineData("Items:*[A=1]:(A:32:ipv4)", "The field 'Items' ends by 'A', which is not an integer field of its elements")]
    [InlineData("Kind:8 Items:*[A=1]:Kind{1=(A:8),*=(B:8)}", "The field 'Items' ends by 'A', which is not an integer field of its elements")]
    [InlineData("Items:*[1]:(A:8)", "The field 'Items:*[1]:(A:8)' has the width '*[1]', which is not a number of bits, [Field] or *")]
    [InlineData("Items:*[A=]:(A:8)", "The field 'Items:*[A=]:(A:8)' has the width '*[A=]', which is not a number of bits, [Field] or *")]
    [InlineData("Items:*[A=1]:(A:8)=3", "The field 'Items' cannot have a constant")]
    public void WhatCannotBeIsRefused(string fields, string message)
    {
        Assert.Equal(message, Assert.Throws<SocketInputException>(() => MessageFormatReader.Read([fields], [])).Message);
    }

    [Fact]
    public void FieldsThatConsistOfEarlierOnesEnd()
    {
        string[] deep = ["F0:(X:8)", .. Enumerable.Range(1, 20_000).Select(number => $"F{number}:(A:F{number - 1})")];
        Assert.Contains("is nested deeper than 100 formats", Assert.Throws<SocketInputException>(() => MessageFormatReader.Read(deep, [])).Message, StringComparison.Ordinal);
        string[] wide = ["F0:(X:8)", .. Enumerable.Range(1, 40).Select(number => $"F{number}:(A:F{number - 1} B:F{number - 1})")];
        Assert.Contains("more than 100000 fields", Assert.Throws<SocketInputException>(() => MessageFormatReader.Read(wide, [])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void SeveralElementsAreNotGivenAsOne()
    {
        MessageFormat format = MessageFormatReader.Read(["Items:*[Kind=0]:(Kind:8)"], []);
        Assert.Equal([1, 0], format.Encoder.Encode([new("Items", new object[] { new byte[] { 1 } })]));
        Assert.Equal("InvalidFieldValue", Assert.Throws<SocketInputException>(() => format.Encoder.Encode([new("Items", new object[] { new byte[] { 1, 2, 0 } })])).ErrorId);
    }

    [Fact]
    public void ElementsOfNoBytesAreNoList()
    {
        MessageFormat format = MessageFormatReader.Read(["Items:*[Length=1]:(Length:8?0)"], []);
        Assert.Equal("InvalidMessage", Assert.Throws<SocketInputException>(() => format.DecodeValues([0])).ErrorId);
    }

    [Fact]
    public void AnEarlierFieldNamesWhatALaterOneConsistsOf()
    {
        MessageFormat format = MessageFormatReader.Read(["Count:8 First:(Id:8 Text:*0 End:8)\nOthers:[Count]*First Inner:(Again:first)"], []);
        Assert.Equal("Count:8 First:(Id:8 Text:*0 End:8) Others:[Count]*(Id:8 Text:*0 End:8) Inner:(Again:(Id:8 Text:*0 End:8))", string.Join(' ', format.FieldList));
        Assert.Throws<SocketInputException>(() => MessageFormatReader.Read(["Others:First First:(Id:8)"], []));
        Assert.Throws<SocketInputException>(() => MessageFormatReader.Read(["Id:8 Others:Id"], []));

        // One that is given goes before.
        MessageFormat given = new("First", [FieldList.Read("Given:8", new FormatNames([]))]);
        Assert.Equal("First:(Id:8) Others:(Given:8)", string.Join(' ', MessageFormatReader.Read(["First:(Id:8) Others:First"], [], formats: [given]).FieldList));
    }
}
