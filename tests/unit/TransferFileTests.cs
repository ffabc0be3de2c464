using System.Text;
using PSSockets.Streams;

namespace PSSockets.UnitTests;

public sealed class TransferFileTests : IDisposable
{
    private readonly TestDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void MakesAFile()
    {
        using (FileStream file = TransferFile.Create(_directory.File("new")))
        {
            file.Write("new"u8);
        }

        Assert.Equal("new", File.ReadAllText(_directory.File("new")));
    }

    [Fact]
    public void EmptiesTheFileThatIsThere()
    {
        File.WriteAllText(_directory.File("old"), new string('x', 1000));
        using (FileStream file = TransferFile.Create(_directory.File("old")))
        {
            Assert.Equal(0, file.Length);
            file.Write("new"u8);
        }

        Assert.Equal("new", File.ReadAllText(_directory.File("old"), Encoding.UTF8));
    }

    [Fact]
    public void WritesToADeviceThatIsNoFile()
    {
        if (File.Exists("/dev/null"))
        {
            using FileStream file = TransferFile.Create("/dev/null");
            file.Write("gone"u8);
        }
    }

    [Fact]
    public void WhatCannotBeOpenedIsFileNotUsable()
    {
        string missing = _directory.File("none/file");
        foreach (Func<FileStream> open in new Func<FileStream>[] { () => TransferFile.Create(missing), () => TransferFile.Open(missing), () => TransferFile.Create(Path.GetTempPath()) })
        {
            Assert.Equal("FileNotUsable", Assert.Throws<SocketInputException>(open).ErrorId);
        }
    }
}
