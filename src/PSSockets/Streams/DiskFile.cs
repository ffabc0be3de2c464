namespace PSSockets.Streams;

/// <summary>A file that makes nobody wait.</summary>
internal sealed class DiskFile : TransferFile
{
    private readonly FileStream _file;

    private DiskFile(string path, FileStream file)
        : base(path) => _file = file;

    /// <inheritdoc />
    public override long? Length => _file.CanSeek ? _file.Length : null;

    /// <summary>Opens a file that is to be sent.</summary>
    public static DiskFile Open(string path) => new(path, Open(path, FileMode.Open, FileAccess.Read));

    /// <summary>Makes a file for what is received; one that is there is emptied, or goes on.</summary>
    public static DiskFile Create(string path, bool append)
    {
        if (append)
        {
            return new DiskFile(path, Open(path, FileMode.Append, FileAccess.Write));
        }

        FileStream file = Open(path, FileMode.OpenOrCreate, FileAccess.Write);
        try
        {
            // FileMode.Create would empty a new file too, which ext4 takes for the replacement of a file: it then brings
            // all of it to the disk within close(2). See auto_da_alloc in ext4(5).
            if (file.CanSeek && file.Length > 0)
            {
                file.SetLength(0);
            }

            return new DiskFile(path, file);
        }
        catch (IOException exception)
        {
            file.Dispose();
            throw NotUsable(path, exception.Message, "Check the file.");
        }
    }

    /// <inheritdoc />
    public override int Read(Memory<byte> buffer)
    {
        try
        {
            return _file.Read(buffer.Span);
        }
        catch (IOException exception)
        {
            throw NotUsable(Path, exception.Message, "Check the file.");
        }
    }

    /// <inheritdoc />
    public override int Write(ReadOnlyMemory<byte> data)
    {
        long before = _file.CanSeek ? _file.Position : 0;
        try
        {
            _file.Write(data.Span);
            return data.Length;
        }
        catch (IOException exception)
        {
            // Where the disk is full a part has got there: then the next attempt says so.
            int written = _file.CanSeek ? (int)(_file.Length - before) : 0;
            if (written > 0)
            {
                _file.Position = _file.Length;
                return written;
            }

            throw NotUsable(Path, exception.Message, "Check the file and the room on its disk.");
        }
    }

    /// <inheritdoc />
    protected override void Dispose(bool disposing) => _file.Dispose();

    // Without a buffer of its own.
    private static FileStream Open(string path, FileMode mode, FileAccess access)
    {
        try
        {
            return new FileStream(path, mode, access, FileShare.Read, bufferSize: 0, FileOptions.SequentialScan);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw NotUsable(path, exception.Message, "Check the path and its permissions.");
        }
    }
}
