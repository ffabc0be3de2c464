using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading;

namespace PSSockets.Torture
{
    /// <summary>What came out of many rounds.</summary>
    public sealed class Tally
    {
        private readonly object _gate = new object();
        private readonly HashSet<long> _seen = new HashSet<long>();
        private readonly List<double> _stops = new List<double>();
        private readonly List<string> _problems = new List<string>();
        private readonly MemoryStream _bytes = new MemoryStream();

        public int Rounds { get; set; }

        public long Sent { get; set; }

        public long Received { get { lock (_gate) { return _seen.Count; } } }

        public long Doubled { get; private set; }

        public long Disordered { get; private set; }

        public long Errors { get; private set; }

        /// <summary>What went wrong, in words: the first few.</summary>
        public IReadOnlyList<string> Problems => _problems;

        public long Lost
        {
            get
            {
                lock (_gate)
                {
                    return Enumerable.Range(0, (int)Sent).LongCount(number => !_seen.Contains(number));
                }
            }
        }

        /// <summary>The first numbers that are lost.</summary>
        public long[] FirstLost
        {
            get
            {
                lock (_gate)
                {
                    return Enumerable.Range(0, (int)Sent).Select(number => (long)number).Where(number => !_seen.Contains(number)).Take(100).ToArray();
                }
            }
        }

        public double SlowestStop => _stops.Count == 0 ? 0 : _stops.Max();

        public double StopQuantile(double share) => _stops.Count == 0 ? 0 : _stops.OrderBy(time => time).ElementAt((int)(share * (_stops.Count - 1)));

        public void AddStop(double milliseconds)
        {
            lock (_gate)
            {
                _stops.Add(milliseconds);
            }
        }

        public void AddProblem(string problem)
        {
            lock (_gate)
            {
                Errors++;
                if (_problems.Count < 5)
                {
                    _problems.Add(problem);
                }
            }
        }

        /// <summary>Whether a message has come.</summary>
        public bool Has(long number)
        {
            lock (_gate)
            {
                return _seen.Contains(number);
            }
        }

        /// <summary>Takes what one reader got, in its order. The first nine characters of each item are its number; pieces without frames are put together first.</summary>
        public void Add(IEnumerable<object> items, bool isPieces, ref long last)
        {
            foreach (object item in items)
            {
                byte[] bytes = BytesOf(item);
                if (isPieces)
                {
                    _bytes.Write(bytes, 0, bytes.Length);
                }
                else
                {
                    Add(Encoding.ASCII.GetString(bytes), ref last);
                }
            }
        }

        /// <summary>Takes the lines that the pieces make together.</summary>
        public void EndPieces(ref long last)
        {
            string[] lines = Encoding.ASCII.GetString(_bytes.ToArray()).Split('\n');
            foreach (string line in lines.Take(lines.Length - 1))
            {
                Add(line, ref last);
            }

            if (lines[lines.Length - 1].Length > 0)
            {
                AddProblem("the stream ends within a line: " + lines[lines.Length - 1]);
            }
        }

        private static byte[] BytesOf(object item)
        {
            object value = item is PSObject wrapped ? wrapped.BaseObject : item;
            return value as byte[]
                ?? (value is string text ? Encoding.ASCII.GetBytes(text) : (byte[])PSObject.AsPSObject(item).Properties["Data"].Value);
        }

        private void Add(string text, ref long last)
        {
            lock (_gate)
            {
                if (text.Length < 9 || !long.TryParse(text.Substring(0, 9), NumberStyles.None, CultureInfo.InvariantCulture, out long number)
                    || text.TrimEnd('\n').Length != Message.Length(number))
                {
                    AddProblem("not a message: '" + text + "'");
                    return;
                }

                if (!_seen.Add(number))
                {
                    Doubled++;
                }
                else if (number < last)
                {
                    Disordered++;
                }

                last = Math.Max(last, number);
            }
        }
    }

    /// <summary>Numbered messages of several lengths.</summary>
    public static class Message
    {
        /// <summary>How many characters a message has at most more than its number; 0 gives all one length.</summary>
        public static int Spread { get; set; }

        public static int Length(long number) => Spread == 0 ? 9 : 9 + (int)(number * 104729 % Spread);

        public static byte[] Text(long number, string end) =>
            Encoding.ASCII.GetBytes((number.ToString("D9", CultureInfo.InvariantCulture)).PadRight(Length(number), '.') + end);

        /// <summary>The bytes of a message: <c>Bare</c>, <c>Line</c> or <c>Prefixed</c>.</summary>
        public static byte[] Of(string form, long number) => form == "Line" ? Line(number) : form == "Prefixed" ? Prefixed(number) : Bare(number);

        public static byte[] Line(long number) => Text(number, "\n");

        public static byte[] Bare(long number) => Text(number, "");

        public static byte[] Prefixed(long number)
        {
            byte[] text = Bare(number);
            byte[] length = BitConverter.GetBytes(IPAddress.HostToNetworkOrder(text.Length));
            return length.Concat(text).ToArray();
        }
    }

    /// <summary>Sends numbered messages from a thread of its own, until it is ended.</summary>
    public sealed class Traffic : IDisposable
    {
        private readonly Thread _thread;
        private readonly ManualResetEventSlim _pause = new ManualResetEventSlim();
        private volatile bool _isOver;
        private long _sent;
        private long _received;

        /// <summary>Begins.</summary>
        /// <param name="pattern">flood, burst or trickle.</param>
        /// <param name="ahead">How many may be under way; 0 where the socket's own buffer says so.</param>
        /// <param name="send">Sends the message of that number.</param>
        public Traffic(string pattern, int ahead, Action<long> send)
        {
            Random random = new Random(1);
            _thread = new Thread(() =>
            {
                try
                {
                    int burst = 0;
                    while (!_isOver)
                    {
                        if (pattern == "trickle" || (pattern == "burst" && burst-- <= 0))
                        {
                            burst = random.Next(1, 100);
                            _pause.Wait(1);
                        }

                        if (ahead > 0 && _sent - Interlocked.Read(ref _received) >= ahead)
                        {
                            _pause.Wait(1);
                            continue;
                        }

                        send(_sent);
                        _sent++;
                    }
                }
                catch (Exception exception)
                {
                    Failure = exception;
                }
            });
            _thread.IsBackground = true;
            _thread.Start();
        }

        /// <summary>Sends messages to the peer of a socket.</summary>
        public static Traffic Over(string pattern, int ahead, Socket socket, string form) =>
            new Traffic(pattern, ahead, number => Send(socket, Message.Of(form, number)));

        /// <summary>Writes messages to a stream, such as a TLS session of .NET's.</summary>
        public static Traffic Through(string pattern, Stream stream, string form) => new Traffic(pattern, 0, number =>
        {
            byte[] message = Message.Of(form, number);
            stream.Write(message, 0, message.Length);
        });

        /// <summary>Sends messages to several sockets in turn.</summary>
        public static Traffic To(string pattern, int ahead, Socket socket, EndPoint[] peers) =>
            new Traffic(pattern, ahead, number => socket.SendTo(Message.Bare(number), peers[number % peers.Length]));

        /// <summary>Connects to a listener again and again, and sends one message over each connection.</summary>
        public static Traffic Connect(string pattern, int ahead, EndPoint listener) => new Traffic(pattern, ahead, number =>
        {
            using (Socket client = new Socket(listener.AddressFamily, SocketType.Stream, ProtocolType.Tcp))
            {
                client.Connect(listener);
                Send(client, Message.Line(number));
            }
        });

        /// <summary>Accepts connections, and closes them; what it counts is how often it has looked.</summary>
        public static Traffic Accept(string pattern, Socket listener)
        {
            return new Traffic(pattern, 0, _ =>
            {
                // Looks again and again, so that it sees that it is to end.
                if (listener.Poll(1000, SelectMode.SelectRead))
                {
                    listener.Accept().Dispose();
                }
            });
        }

        public Exception Failure { get; private set; }

        /// <summary>How many were sent; known when it has ended.</summary>
        public long Sent => _sent;

        public bool HasEnded => !_thread.IsAlive;

        /// <summary>Tells how many arrived.</summary>
        public void Note(long received) => Interlocked.Exchange(ref _received, received);

        /// <summary>Sends no more; the last may still wait for room.</summary>
        public void End() => _isOver = true;

        public void Dispose()
        {
            End();
            _thread.Join();
            _pause.Dispose();
        }

        private static void Send(Socket socket, byte[] bytes)
        {
            for (int sent = 0; sent < bytes.Length;)
            {
                sent += socket.Send(bytes, sent, bytes.Length - sent, SocketFlags.None);
            }
        }
    }

    /// <summary>What a sender has tried, and what it has sent whole.</summary>
    public sealed class Attempts
    {
        public long Next { get; private set; }

        public List<long> Sent { get; } = new List<long>();

        /// <summary>Messages, one after the other: each is sent whole when the next is asked for. A script that loops would do, but PowerShell 7 sometimes does not stop one that runs short pipelines.</summary>
        public IEnumerable<byte[]> Messages(string form, long count)
        {
            for (; count > 0; count--)
            {
                long number = Next++;
                yield return Message.Of(form, number);
                Sent.Add(number);
            }
        }

        /// <summary>The same thing, again and again.</summary>
        public static IEnumerable<object> Forever(object thing)
        {
            while (true)
            {
                yield return thing;
            }
        }
    }

    /// <summary>Takes from a thread of its own what is sent to a socket, and counts the numbered messages in it.</summary>
    public sealed class Sink : IDisposable
    {
        private readonly Thread _thread;
        private readonly Socket _socket;
        private readonly string _pattern;
        private readonly Tally _tally;
        private readonly ManualResetEventSlim _pause = new ManualResetEventSlim();
        private long _last = -1;

        /// <summary>Begins.</summary>
        /// <param name="pattern">flood, burst or trickle: how often it looks.</param>
        /// <param name="socket">What it takes from.</param>
        /// <param name="isStream">Whether messages are lines of a stream, or datagrams.</param>
        /// <param name="tally">Where it counts.</param>
        public Sink(string pattern, Socket socket, bool isStream, Tally tally)
        {
            _pattern = pattern;
            _socket = socket;
            _tally = tally;
            _thread = new Thread(() =>
            {
                try
                {
                    Run(isStream);
                }
                catch (Exception exception)
                {
                    tally.AddProblem(exception.ToString());
                }
            });
            _thread.IsBackground = true;
            _thread.Start();
        }

        /// <summary>What came after the last whole line of a stream.</summary>
        public string Rest { get; private set; } = "";

        /// <summary>Waits until the sender has ended and everything was taken.</summary>
        public void Join()
        {
            if (!_thread.Join(60000))
            {
                _tally.AddProblem("the end does not come");
            }
        }

        public void Dispose()
        {
            _socket.Dispose();
            _thread.Join();
            _pause.Dispose();
        }

        private void Run(bool isStream)
        {
            byte[] buffer = new byte[64 * 1024];
            Random random = new Random(1);
            for (int burst = 0; ; burst--)
            {
                if (_pattern == "trickle" || (_pattern == "burst" && burst <= 0))
                {
                    burst = random.Next(1, 100);
                    _pause.Wait(1);
                }

                int count = _socket.Receive(buffer);
                string text = Encoding.ASCII.GetString(buffer, 0, count);
                // A datagram without bytes ends, too.
                if (count == 0)
                {
                    return;
                }

                if (!isStream)
                {
                    _tally.Add(new object[] { text }, false, ref _last);
                    continue;
                }

                string[] lines = (Rest + text).Split('\n');
                _tally.Add(lines.Take(lines.Length - 1), false, ref _last);
                Rest = lines[lines.Length - 1];
            }
        }
    }

    /// <summary>A runspace in which one script after the other is begun and stopped.</summary>
    public sealed class Reader : IDisposable
    {
        private readonly Runspace _runspace;
        private readonly ManualResetEventSlim _pause = new ManualResetEventSlim();
        private readonly Random _random;
        private readonly string _script;
        private readonly object[] _arguments;
        private long _last = -1;

        public Reader(string module, string script, object[] arguments, int seed)
        {
            InitialSessionState state = InitialSessionState.CreateDefault2();
            state.ThrowOnRunspaceOpenError = true;
            // Select-Object's module too: a stop while PowerShell looks for it is an error of PowerShell's.
            state.ImportPSModule(new[] { "Microsoft.PowerShell.Utility", module });
            _runspace = RunspaceFactory.CreateRunspace(state);
            _runspace.ThreadOptions = PSThreadOptions.ReuseThread;
            _runspace.Open();
            _script = script;
            _arguments = arguments;
            _random = new Random(seed);
        }

        /// <summary>What the script puts aside itself, instead of writing it; null where it writes.</summary>
        public List<object> Aside { get; set; }

        /// <summary>Whether what comes are pieces of a stream.</summary>
        public bool IsPieces { get; set; }

        /// <summary>Whether what comes are connections, over each of which one message comes.</summary>
        public bool IsConnection { get; set; }

        /// <summary>The file that the script writes into; null or empty where it writes none.</summary>
        public string Path { get; set; }

        /// <summary>Stops several readers at random moments, each so many times, all at once.</summary>
        public static void RoundsTogether(Reader[] readers, int count, Tally tally, Traffic traffic)
        {
            Thread[] threads = readers.Select(reader => new Thread(() =>
            {
                try
                {
                    for (int round = 0; round < count; round++)
                    {
                        reader.Round(tally);
                        traffic.Note(tally.Received);
                    }
                }
                catch (Exception exception)
                {
                    tally.AddProblem(exception.ToString());
                }
            })).ToArray();
            foreach (Thread thread in threads)
            {
                thread.Start();
            }

            foreach (Thread thread in threads)
            {
                thread.Join();
            }
        }

        /// <summary>The longest wait before a stop, in milliseconds.</summary>
        public double LongestWait { get; set; } = 4;

        /// <summary>One round: begins the script, and stops it at a random moment.</summary>
        public void Round(Tally tally)
        {
            using (PSDataCollection<PSObject> output = new PSDataCollection<PSObject>())
            using (PowerShell shell = Begin(output, _script, out IAsyncResult running))
            {
                if (_random.Next(2) == 0)
                {
                    Spin(_random.NextDouble() * LongestWait);
                }
                else
                {
                    int wanted = _random.Next(1, 100);
                    long start = Stopwatch.GetTimestamp();
                    while ((Aside ?? (object)output) is object where && Count(where) < wanted && Milliseconds(start) < 2 * LongestWait)
                    {
                        Thread.SpinWait(20);
                    }

                    Spin(_random.NextDouble() / 10);
                }

                long stop = Stopwatch.GetTimestamp();
                shell.Stop();
                tally.AddStop(Milliseconds(stop));
                End(shell, running, tally);
                Collect(tally, output);
            }
        }

        /// <summary>Runs a script to its end.</summary>
        public void Finish(Tally tally, string script)
        {
            using (PSDataCollection<PSObject> output = new PSDataCollection<PSObject>())
            using (PowerShell shell = Begin(output, script, out IAsyncResult running))
            {
                if (!running.AsyncWaitHandle.WaitOne(60000))
                {
                    tally.AddProblem("hangs: " + script);
                    shell.Stop();
                }

                End(shell, running, tally);
                Collect(tally, output);
            }
        }

        public void EndPieces(Tally tally) => tally.EndPieces(ref _last);

        public void Dispose()
        {
            _runspace.Dispose();
            _pause.Dispose();
        }

        private static int Count(object where) => where is List<object> list ? list.Count : ((PSDataCollection<PSObject>)where).Count;

        private static double Milliseconds(long since) => (Stopwatch.GetTimestamp() - since) * 1000.0 / Stopwatch.Frequency;

        private void Spin(double milliseconds)
        {
            long start = Stopwatch.GetTimestamp();
            if (milliseconds >= 1)
            {
                _pause.Wait((int)milliseconds);
            }

            while (Milliseconds(start) < milliseconds)
            {
                Thread.SpinWait(20);
            }
        }

        private PowerShell Begin(PSDataCollection<PSObject> output, string script, out IAsyncResult running)
        {
            PowerShell shell = PowerShell.Create();
            shell.Runspace = _runspace;
            shell.AddScript(script);
            foreach (object argument in _arguments)
            {
                shell.AddArgument(argument);
            }

            PSDataCollection<PSObject> nothing = new PSDataCollection<PSObject>();
            nothing.Complete();
            running = shell.BeginInvoke(nothing, output);
            return shell;
        }

        private void End(PowerShell shell, IAsyncResult running, Tally tally)
        {
            try
            {
                shell.EndInvoke(running);
            }
            catch (PipelineStoppedException)
            {
            }
            catch (RuntimeException exception)
            {
                tally.AddProblem(exception.Message);
            }

            foreach (ErrorRecord error in shell.Streams.Error)
            {
                tally.AddProblem(error.FullyQualifiedErrorId + ": " + error);
            }
        }

        private void Collect(Tally tally, PSDataCollection<PSObject> output)
        {
            IEnumerable<object> items = Aside ?? output.Cast<object>();
            if (!string.IsNullOrEmpty(Path))
            {
                items = File.Exists(Path) ? new object[] { File.ReadAllBytes(Path) } : new object[0];
                File.Delete(Path);
            }
            else if (IsConnection)
            {
                items = items.Select(MessageOf).ToList();
            }

            tally.Add(items, IsPieces, ref _last);
            Aside?.Clear();
        }

        private static object MessageOf(object item)
        {
            using (Socket connection = (Socket)(item is PSObject wrapped ? wrapped.BaseObject : item))
            {
                byte[] bytes = new byte[10];
                int count = 0;
                for (int more = 1; more > 0 && count < bytes.Length; count += more)
                {
                    more = connection.Receive(bytes, count, bytes.Length - count, SocketFlags.None);
                }

                return bytes;
            }
        }
    }

    /// <summary>What this process holds.</summary>
    public static class Holdings
    {
        private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

        /// <summary>What the descriptors stand for, by number.</summary>
        public static IReadOnlyDictionary<string, string> Descriptors
        {
            get
            {
                for (int round = 0; round < 2; round++)
                {
                    GC.Collect();
                    GC.WaitForPendingFinalizers();
                }

                return Directory.GetFileSystemEntries("/proc/self/fd")
                    .Select(entry => (Number: Path.GetFileName(entry), Target: new FileInfo(entry).LinkTarget ?? ""))
                    .Where(descriptor => !descriptor.Target.EndsWith(".dll"))
                    .ToDictionary(descriptor => descriptor.Number, descriptor => descriptor.Target);
            }
        }

        /// <summary>The descriptors that there are more than before. On a busy machine a thread that was told to end may hold some for a moment: what stays is left.</summary>
        public static string[] LeftOf(IReadOnlyDictionary<string, string> before)
        {
            Stopwatch clock = Stopwatch.StartNew();
            IReadOnlyDictionary<string, string> now = Descriptors;
            while (now.Count > before.Count && clock.Elapsed < Patience)
            {
                Thread.Sleep(50);
                now = Descriptors;
            }

            return now.Count <= before.Count ? new string[0] : now.Except(before).Select(descriptor => descriptor.Key + " " + descriptor.Value).ToArray();
        }

        /// <summary>Threads that are not the pool's.</summary>
        public static int Threads => Directory.GetDirectories("/proc/self/task").Length - ThreadPool.ThreadCount;
    }
}
