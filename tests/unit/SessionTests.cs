using System.Globalization;
using System.Net.Sockets;
using System.Text;
using PSSockets.Channels;
using PSSockets.Sessions;
using PSSockets.Sockets;
using PSSockets.Transport;
using PSSockets.Waiting;

namespace PSSockets.UnitTests;

/// <summary>What a session shows, takes and sends.</summary>
public sealed class SessionTests : IDisposable
{
    private readonly StopSignal _stop = new();

    public void Dispose()
    {
        _stop.Set();
        _stop.Dispose();
    }

    [Theory]
    [InlineData("plain\ttext\n", "plain\ttext\n")]
    [InlineData("one\r\ntwo", "one\ntwo")]
    [InlineData("a\rb", "a^Mb")]
    [InlineData("\x1B[31mred\a\0\x7F", "^[[31mred^G^@^?")]
    [InlineData("\u009B31m", "<U+009B>31m")]
    [InlineData("\u202Etxt\u2028", "<U+202E>txt<U+2028>")]
    [InlineData("né € 漢 👍", "né € 漢 👍")]
    public void WhatATerminalWouldObeyBecomesVisible(string sent, string shown) =>
        Assert.Equal(shown, new ShownText(new UTF8Encoding(false), isRaw: false).Next(Encoding.UTF8.GetBytes(sent), isLast: true));

    [Fact]
    public void RawLeavesEverything() =>
        Assert.Equal("\x1B[31m\r", new ShownText(new UTF8Encoding(false), isRaw: true).Next("\x1B[31m\r"u8));

    [Fact]
    public void WhatIsCutBetweenTwoPiecesIsReadAsAWhole()
    {
        byte[] bytes = Encoding.UTF8.GetBytes("né €\r\n漢👍");
        for (int cut = 0; cut <= bytes.Length; cut++)
        {
            ShownText text = new(new UTF8Encoding(false), isRaw: false);
            Assert.Equal("né €\n漢👍", text.Next(bytes.AsSpan(0, cut)) + text.Next(bytes.AsSpan(cut)) + text.Next([], isLast: true));
        }
    }

    [Fact]
    public void AnEncodingThatThrowsIsAskedForWhatItCan() =>
        Assert.Equal("a\uFFFD", new ShownText(new UTF8Encoding(false, throwOnInvalidBytes: true), isRaw: false).Next([0x61, 0xFF]));

    [Theory]
    [InlineData("FFFD18", "", "FFFC18")]
    [InlineData("FFFB01FFFB03", "", "FFFE01FFFE03")]
    [InlineData("FFFC01FFFE01", "", "")]
    [InlineData("41FFFF42", "41FF42", "")]
    [InlineData("41FFF142", "4142", "")]
    [InlineData("41FFFA1801FFFF02FFF042", "4142", "")]
    [InlineData("410D00420D0A", "410D420D0A", "")]
    public void TelnetIsRefusedAndNotShown(string came, string data, string answer)
    {
        byte[] bytes = Convert.FromHexString(came);
        for (int cut = 0; cut <= bytes.Length; cut++)
        {
            TelnetFilter filter = new();
            (byte[] Data, byte[] Answer) one = filter.Next(bytes.AsSpan(0, cut));
            (byte[] Data, byte[] Answer) other = filter.Next(bytes.AsSpan(cut));
            Assert.Equal(data, Convert.ToHexString([.. one.Data, .. other.Data]));
            Assert.Equal(answer, Convert.ToHexString([.. one.Answer, .. other.Answer]));
        }
    }

    [Theory]
    [InlineData("abc", "abc|")]
    [InlineData("abc\x7F", "ab|")]
    [InlineData("ac\x1B[Db", "ab|c")]
    [InlineData("abc\x1BOHx", "x|abc")]
    [InlineData("abc\x01\x1B[3~", "|bc")]
    [InlineData("abc\x01\x05", "abc|")]
    [InlineData("one two \x17", "one |")]
    [InlineData("one two\x15", "|")]
    [InlineData("one two\x01\x06\x06\x06\x0B", "one|")]
    [InlineData("e\u0301\x7F", "|")]
    [InlineData("漢👍\x1B[D\x7F", "|👍")]
    [InlineData("a\x1B[200~b\x1Bxc", "abc|")]
    [InlineData("first\nsecond\n\x1B[A\x1B[A\x1B[B", "second|")]
    [InlineData("first\nrest\x1B[A\x1B[B", "rest|")]
    public void KeysEditTheLine(string typed, string line)
    {
        KeyReader keys = new();
        TypedLine edited = new();
        foreach (byte value in Encoding.UTF8.GetBytes(typed))
        {
            if (keys.TryAdd(value, out TerminalKey key))
            {
                if (key.Action == KeyAction.Enter)
                {
                    edited.Take();
                }
                else
                {
                    edited.Apply(key);
                }
            }
        }

        Assert.Equal(line, edited.Text.Insert(edited.Cursor, "|"));
    }

    [Theory]
    [InlineData(10)]
    [InlineData(11)]
    [InlineData(80)]
    [InlineData(120)]
    public void TheTypedLineStaysReadableWhileOutputComes(int width)
    {
        FakeTerminal terminal = new(width);
        SessionScreen screen = new(terminal);
        TypedLine line = new();
        Type("a long line that is typed, with é and 漢字 in it");
        screen.Show("first\n");
        screen.Show("> ");
        Key(KeyAction.Left);
        Key(KeyAction.Left);
        screen.Show("prompt: ");
        Type("x");
        screen.Show("exactly full!".PadRight(width * 2, '='));
        screen.Show("\nnext\n");
        Type("y");

        // The letters before the last two, what was typed there, and the last two.
        string typed = "a long line that is typed, with é and 漢字 in xyit";
        List<string> expected = [.. Wrapped("first", width), .. Wrapped("> prompt: " + "exactly full!".PadRight(width * 2, '='), width), "next", .. Wrapped(typed, width)];
        Assert.Equal(typed, line.Text);
        Assert.Equal(expected, terminal.Rows);
        screen.Commit();
        screen.Show("done");
        expected.Add("done");
        Assert.Equal(expected, terminal.Rows);

        void Type(string text)
        {
            foreach (Rune rune in text.EnumerateRunes())
            {
                line.Apply(new TerminalKey(KeyAction.Insert, rune.ToString()));
                screen.Update(line.Text, line.Cursor);
            }
        }

        void Key(KeyAction action)
        {
            line.Apply(new TerminalKey(action));
            screen.Update(line.Text, line.Cursor);
        }
    }

    [Fact]
    public void TheCursorStandsWhereTheNextLetterGoes()
    {
        FakeTerminal terminal = new(8);
        SessionScreen screen = new(terminal);
        screen.Show("> ");
        screen.Update("123456", 6); // the row is full
        Assert.Equal((1, 0), terminal.Place);
        screen.Update("1234567890", 10);
        screen.Update("1234567890", 1);
        Assert.Equal((0, 3), terminal.Place);
        screen.Show("out\n");
        Assert.Equal((1, 1), terminal.Place);
        Assert.Equal(["> out", "12345678", "90"], terminal.Rows);
        screen.BeginRow();
        Assert.Equal((3, 0), terminal.Place);
    }

    [Fact]
    public void BytesAreShownInRows()
    {
        List<string> rows = [];
        HexOutput output = new((row, _) => rows.Add(row));
        using StreamPair pair = new();
        using ISocketTransport engine = TestSockets.Engine(EngineKind.Portable, _stop);
        StreamPeer peer = engine.PeerOf(pair.Receiver);
        output.Show(peer, Encoding.Latin1.GetBytes("0123456789abcdef\x1B["));
        output.Show(peer, [0xFF]);
        Assert.Equal(
        [
            "00000000  30 31 32 33 34 35 36 37 38 39 61 62 63 64 65 66  0123456789abcdef",
            "00000010  1b 5b                                            .[",
            "00000012  ff                                               .",
        ], rows);
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void BytesAfterTheLastRowThatWasShownGoBack(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        using StreamPair pair = new();
        List<string> rows = [];
        StreamPeer peer = new(engine, pair.Receiver, ByteChannel.Of(pair.Receiver));
        HexOutput output = new((row, _) =>
        {
            rows.Add(row);
            throw new OperationCanceledException();
        });
        pair.Arrive("0123456789abcdefghij0123456789klmn"u8);
        byte[] came = peer.Receive()!;
        Assert.Throws<OperationCanceledException>(() => output.Show(peer, came));
        output.GiveBack(peer);
        output.GiveBack(peer);
        Assert.Equal("ghij0123456789klmn"u8.ToArray(), peer.Receive());
        Assert.Single(rows);
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void WhatThePeerDoesNotTakeIsAnError(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        using StreamPair pair = new();
        StreamPeer peer = new(engine, pair.Receiver, ByteChannel.Of(pair.Receiver));
        using LiveSession session = new(engine, peer, new HexOutput((_, _) => { }), 0.1);
        SocketCallException failure = Assert.Throws<SocketCallException>(() => session.Pass(new byte[64 * 1024 * 1024]));
        Assert.Equal(SocketError.TimedOut, failure.SocketErrorCode);
        Assert.EndsWith("the peer took nothing within 0.1 s", failure.Message, StringComparison.Ordinal);
        Assert.Throws<SocketCallException>(session.Finish);
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void LinesAreHandedOverAndTheRestOfOneGoesBack(EngineKind kind)
    {
        using ISocketTransport engine = TestSockets.Engine(kind, _stop);
        using StreamPair pair = new();
        List<string> lines = [];
        StreamPeer peer = engine.PeerOf(pair.Receiver);
        LineOutput output = new(new UTF8Encoding(false), isRaw: false, (line, _) => lines.Add(line));
        pair.Arrive("one\r\ntw"u8);
        output.Show(peer, peer.Receive()!);
        pair.Arrive("o\nthr"u8);
        output.Show(peer, peer.Receive()!);
        output.GiveBack(peer);
        Assert.Equal(["one", "two"], lines);
        Assert.Equal("thr"u8.ToArray(), peer.Receive());
    }

    [Fact]
    public void OfManyLinesTheRestIsNotCopiedForEachOne()
    {
        const int Count = 20_000;
        using StreamPair pair = new();
        StreamPeer peer = SocketTransport.Quiet.PeerOf(pair.Receiver);
        int lines = 0;
        LineOutput output = new(new UTF8Encoding(false), isRaw: false, (_, _) => lines++);
        byte[] bytes = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("x\n", Count)));
        long before = GC.GetAllocatedBytesForCurrentThread();
        output.Show(peer, bytes);
        long each = (GC.GetAllocatedBytesForCurrentThread() - before) / Count;
        Assert.Equal(Count, lines);
        Assert.True(each < 5000, $"{each} bytes for each");
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void LinesGoOutWhileOtherThingsComeIn(EngineKind kind)
    {
        using TalkTest test = new(kind, _stop);
        Background talk = Background.Run(() => test.Talk(line => line + "\n"));
        test.Terminal.Press("hello\n");
        Assert.Equal("hello\n", TestSockets.Hear(test.Pair.Sender));
        test.Pair.Sender.Send("and you\n"u8);
        Assert.True(SpinWait.SpinUntil(() => test.Terminal.Rows.Contains("and you"), TestSockets.Patience));
        test.Pair.Sender.Shutdown(SocketShutdown.Send);
        talk.Join();
        Assert.Equal(["hello", "and you"], test.Terminal.Rows);
    }

    [Theory]
    [ClassData(typeof(Engines))]
    public void EndOfInputLeavesAndTheSocketGoesOn(EngineKind kind)
    {
        using TalkTest test = new(kind, _stop);
        test.Terminal.Press("ab\x01\x04\x04\x04 rest");
        test.Talk(line => line);
        Assert.Equal(" rest", test.Terminal.NotTyped);
        test.Pair.Arrive("still"u8);
        Assert.Equal("still"u8.ToArray(), test.Peer.Receive());
    }

    private static IEnumerable<string> Wrapped(string text, int width)
    {
        string row = string.Empty;
        int column = 0;
        foreach (string element in Messages.DisplayWidth.Elements(text))
        {
            int size = Messages.DisplayWidth.OfElement(element);
            if (column + size > width)
            {
                yield return row.TrimEnd();
                (row, column) = (string.Empty, 0);
            }

            row += element;
            column += size;
        }

        yield return row.TrimEnd();
    }

    /// <summary>A session with the receiver of a pair, at a terminal.</summary>
    private sealed class TalkTest : IDisposable
    {
        private readonly ISocketTransport _engine;
        private readonly SessionScreen _screen;
        private readonly LiveSession _session;

        public TalkTest(EngineKind kind, StopSignal stop)
        {
            _engine = TestSockets.Engine(kind, stop);
            _screen = new SessionScreen(Terminal);
            Peer = _engine.PeerOf(Pair.Receiver);
            _session = new LiveSession(_engine, Peer, new TextOutput(new ShownText(new UTF8Encoding(false), false), _screen.Show), (double?)15);
        }

        public StreamPair Pair { get; } = new();

        public FakeTerminal Terminal { get; } = new(40);

        public StreamPeer Peer { get; }

        public void Talk(Func<string, string> message) => _session.Talk(Terminal, _screen, line => Encoding.UTF8.GetBytes(message(line)));

        public void Dispose()
        {
            _session.Dispose();
            Pair.Dispose();
            _engine.Dispose();
        }
    }

    /// <summary>A terminal that knows as much of VT100 as the session uses.</summary>
    private sealed class FakeTerminal(int width) : ITerminal
    {
        private readonly KeyReader _keys = new();
        private readonly Queue<byte> _pressed = [];
        private readonly List<List<string>> _cells = [[]];
        private int _row;
        private int _column;

        public InputInterest Input { get; } = new(null) { MayRead = true };

        public int Width => width;

        public (int Row, int Column) Place => (_row, _column);

        public string NotTyped => Encoding.UTF8.GetString([.. _pressed]);

        public string[] Rows
        {
            get
            {
                lock (_cells)
                {
                    List<string> rows = [.. _cells.Select(row => string.Concat(row).TrimEnd())];
                    return [.. rows.Take(rows.FindLastIndex(row => row.Length > 0) + 1)];
                }
            }
        }

        public void Press(string keys)
        {
            lock (_pressed)
            {
                foreach (byte value in Encoding.UTF8.GetBytes(keys))
                {
                    _pressed.Enqueue(value);
                }
            }
        }

        public bool TryRead(out TerminalKey key)
        {
            lock (_pressed)
            {
                while (_pressed.TryDequeue(out byte value))
                {
                    if (_keys.TryAdd(value, out key))
                    {
                        return true;
                    }
                }
            }

            key = default;
            return false;
        }

        public void Write(string text)
        {
            lock (_cells)
            {
                for (int index = 0; index < text.Length;)
                {
                    string element = StringInfo.GetNextTextElement(text, index);
                    if (text[index] == '\x1B')
                    {
                        int end = index + 2;
                        while (char.IsDigit(text[end]))
                        {
                            end++;
                        }

                        Obey(text[end], end == index + 2 ? 1 : int.Parse(text.AsSpan(index + 2, end - index - 2), CultureInfo.InvariantCulture));
                        index = end + 1;
                        continue;
                    }

                    index += element.Length;
                    switch (element)
                    {
                        case "\r":
                            _column = 0;
                            break;
                        case "\n":
                            (_row, _column) = (_row + 1, 0);
                            Reach();
                            break;
                        case "\b":
                            _column--;
                            break;
                        default:
                            Put(element);
                            break;
                    }
                }
            }
        }

        public void Dispose()
        {
        }

        private void Obey(char command, int count)
        {
            switch (command)
            {
                case 'A':
                    _row -= count;
                    break;
                case 'C':
                    _column += count;
                    break;
                case 'J':
                    _cells.RemoveRange(_row + 1, _cells.Count - _row - 1);
                    if (_cells[_row].Count > _column)
                    {
                        _cells[_row].RemoveRange(_column, _cells[_row].Count - _column);
                    }

                    break;
                default:
                    Assert.Fail($"an unknown sequence, {command}");
                    break;
            }
        }

        private void Put(string element)
        {
            int size = Messages.DisplayWidth.OfElement(element);
            if (_column + size > width)
            {
                (_row, _column) = (_row + 1, 0);
                Reach();
            }

            List<string> row = _cells[_row];
            while (row.Count < _column + size)
            {
                row.Add(row.Count < _column ? " " : string.Empty);
            }

            row[_column] = element;
            if (size == 2)
            {
                row[_column + 1] = string.Empty;
            }

            _column += size;
        }

        private void Reach()
        {
            while (_cells.Count <= _row)
            {
                _cells.Add([]);
            }
        }
    }
}
