using System.Threading.Channels;
using PSSockets.Native;
using PSSockets.Sockets;

namespace PSSockets.Sessions;

/// <summary>Standard input that is a file or a pipe.</summary>
internal sealed class StandardInput
{
    private const int PieceSize = 64 * 1024;

    // Where nothing can wait for it beside a socket, a thread reads it. It takes no key of a prompt: there is none.
    private readonly Channel<byte[]>? _pieces;
    private bool _isOver;

    /// <summary>Begins to read.</summary>
    public StandardInput()
    {
        Interest = new InputInterest(SystemNumbers.HasUnixFiles ? TerminalCalls.Descriptor : null);
        if (!SystemNumbers.HasUnixFiles)
        {
            _pieces = Channel.CreateBounded<byte[]>(1);
            new Thread(Fill) { IsBackground = true }.Start();
        }
    }

    /// <summary>What is waited for.</summary>
    public InputInterest Interest { get; }

    /// <summary>A piece, which is empty at the end; null where there is none now.</summary>
    public byte[]? TryRead()
    {
        if (_isOver)
        {
            return [];
        }

        byte[]? piece = _pieces is not null ? _pieces.Reader.TryRead(out byte[]? taken) ? taken : null
            : TerminalCalls.CanRead() ? Read() : null;
        _isOver = piece is { Length: 0 };
        return piece;
    }

    private static byte[] Read()
    {
        byte[] buffer = new byte[PieceSize];
        return buffer[..Math.Max(0, TerminalCalls.Read(buffer))];
    }

    private void Fill()
    {
        using Stream input = Console.OpenStandardInput();
        byte[] buffer = new byte[PieceSize];
        int count;
        do
        {
            count = input.Read(buffer);
            _pieces!.Writer.WriteAsync(buffer[..count]).AsTask().Wait();
        }
        while (count > 0);
    }
}
