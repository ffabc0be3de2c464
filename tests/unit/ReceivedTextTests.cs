using System.Text;
using PSSockets.Channels;
using PSSockets.Errors;

namespace PSSockets.UnitTests;

public sealed class ReceivedTextTests
{
    [Fact]
    public void BytesThatAreMoreTextThanAStringCanHoldAreAnErrorThatHasThem()
    {
        byte[] bytes = GC.AllocateUninitializedArray<byte>(ReceivedText.MostCharacters + 1);

        SocketInputException error = Assert.Throws<SocketInputException>(() => ReceivedText.Of(new OneForEach(), bytes, () => "what came"));

        Assert.Equal(ErrorIds.InvalidMessage, error.ErrorId);
        Assert.Equal("what came", error.Target);
        Assert.Contains("1,073,741,792 bytes are more text than a string can hold", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TheLongestTextIsWhatDotNetAllows()
    {
        Assert.Throws<OutOfMemoryException>(static () => new string('a', ReceivedText.MostCharacters + 1));
    }

    // Counts without a look at the bytes, which are many.
    private sealed class OneForEach : Encoding
    {
        public override int GetByteCount(char[] chars, int index, int count) => count;

        public override int GetBytes(char[] chars, int charIndex, int charCount, byte[] bytes, int byteIndex) => throw new NotSupportedException();

        public override int GetCharCount(byte[] bytes, int index, int count) => count;

        public override int GetCharCount(ReadOnlySpan<byte> bytes) => bytes.Length;

        public override int GetChars(byte[] bytes, int byteIndex, int byteCount, char[] chars, int charIndex) => throw new NotSupportedException();

        public override int GetMaxByteCount(int charCount) => charCount;

        public override int GetMaxCharCount(int byteCount) => byteCount;
    }
}
