using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading;

namespace PSSockets.Torture
{
    /// <summary>Clients of echo servers: some well-behaved, which miss every byte that does not come back, and some that are not.</summary>
    public sealed class Crowd : IDisposable
    {
        private const int Patience = 10000;

        private readonly IPEndPoint _lines;
        private readonly IPEndPoint _prefixed;
        private readonly IPEndPoint _datagrams;
        private readonly List<Thread> _threads = new List<Thread>();
        private readonly ManualResetEventSlim _pause = new ManualResetEventSlim();
        private readonly List<string> _problems = new List<string>();
        private volatile bool _isOver;
        private long _echoes;
        private long _misdeeds;
        private long _cut;
        private long _lost;

        public Crowd(IPEndPoint lines, IPEndPoint prefixed, IPEndPoint datagrams)
        {
            _lines = lines;
            _prefixed = prefixed;
            _datagrams = datagrams;
        }

        /// <summary>Whether the network fails: then a conversation may be cut, but what comes must be right.</summary>
        public bool IsDisturbed { get; set; }

        /// <summary>How many messages came back.</summary>
        public long Echoes => Interlocked.Read(ref _echoes);

        /// <summary>How many clients did not behave.</summary>
        public long Misdeeds => Interlocked.Read(ref _misdeeds);

        /// <summary>How many conversations the network has cut.</summary>
        public long Cut => Interlocked.Read(ref _cut);

        /// <summary>How many messages did not come back, or came back changed.</summary>
        public long Lost => Interlocked.Read(ref _lost);

        public IReadOnlyList<string> Problems => _problems;

        /// <summary>Begins; well-behaved ones alone where nobody else is wanted.</summary>
        public void Start(bool onlyHonest)
        {
            _isOver = false;
            for (int index = 0; index < 3; index++)
            {
                int seed = index;
                Begin(() => Honest(_lines, new Random(seed), false));
                Begin(() => Honest(_prefixed, new Random(seed), true));
            }

            Begin(Ask);
            if (!onlyHonest)
            {
                Begin(() => Misbehave(new Random(7)));
                Begin(() => Misbehave(new Random(8)));
            }
        }

        /// <summary>Ends all conversations in an orderly way.</summary>
        public void End()
        {
            _isOver = true;
            _threads.ForEach(thread => thread.Join());
            _threads.Clear();
        }

        public void Dispose()
        {
            End();
            _pause.Dispose();
        }

        private static Socket Connect(EndPoint server)
        {
            Socket socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveTimeout = Patience, SendTimeout = Patience };
            try
            {
                socket.Connect(server);
                return socket;
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }

        private static void Send(Socket socket, byte[] bytes)
        {
            for (int sent = 0; sent < bytes.Length;)
            {
                sent += socket.Send(bytes, sent, bytes.Length - sent, SocketFlags.None);
            }
        }

        private void Begin(Action step)
        {
            Thread thread = new Thread(() =>
            {
                while (!_isOver)
                {
                    try
                    {
                        step();
                    }
                    catch (SocketException exception)
                    {
                        Interlocked.Increment(ref _cut);
                        if (!IsDisturbed)
                        {
                            Note(exception.Message);
                        }
                    }

                    _pause.Wait(5);
                }
            });
            thread.IsBackground = true;
            thread.Start();
            _threads.Add(thread);
        }

        private void Note(string problem)
        {
            lock (_problems)
            {
                if (_problems.Count < 10)
                {
                    _problems.Add(problem);
                }
            }
        }

        // Several messages at once, and all of them back.
        private void Honest(EndPoint server, Random random, bool isPrefixed)
        {
            using (Socket socket = Connect(server))
            {
                int count = random.Next(1, 40);
                byte[] sent = Enumerable.Range(0, count).SelectMany(number => isPrefixed ? Message.Prefixed(number) : Message.Line(number)).ToArray();
                Send(socket, sent);
                byte[] came = new byte[sent.Length];
                int all = 0;
                while (all < came.Length)
                {
                    int more = socket.Receive(came, all, came.Length - all, SocketFlags.None);
                    if (more == 0)
                    {
                        break;
                    }

                    all += more;
                }

                if (!came.Take(all).SequenceEqual(sent.Take(all)) || (all < sent.Length && !IsDisturbed))
                {
                    Interlocked.Add(ref _lost, count);
                    Note("of " + sent.Length + " bytes came back " + all);
                    return;
                }

                Interlocked.Add(ref _echoes, count);
                socket.Shutdown(SocketShutdown.Send);
                while (socket.Receive(came) > 0)
                {
                }
            }
        }

        private void Ask()
        {
            using (Socket socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = IsDisturbed ? 200 : Patience })
            {
                socket.Connect(_datagrams);
                for (int number = 0; number < 20 && !_isOver; number++)
                {
                    byte[] question = Message.Bare(number);
                    byte[] answer = new byte[1000];
                    socket.Send(question);
                    int count = socket.Receive(answer);
                    if (!answer.Take(count).SequenceEqual(question))
                    {
                        Interlocked.Increment(ref _lost);
                        Note("the datagram came back as " + Encoding.ASCII.GetString(answer, 0, count));
                        return;
                    }

                    Interlocked.Increment(ref _echoes);
                }
            }
        }

        private void Misbehave(Random random)
        {
            bool isPrefixed = random.Next(2) == 0;
            try
            {
                using (Socket socket = Connect(isPrefixed ? _prefixed : _lines))
                {
                    switch (random.Next(7))
                    {
                        case 0:
                            // Resets within a message.
                            Send(socket, new byte[] { 0, 0, 0, 9, 65 });
                            socket.LingerState = new LingerOption(true, 0);
                            break;
                        case 1:
                            // Ends within a message.
                            Send(socket, new byte[] { 0, 0, 0, 9, 65 });
                            break;
                        case 2:
                            // Lies about the length, or never ends a line.
                            Send(socket, new byte[] { 0x7F, 0xFF, 0xFF, 0xFF, 65 });
                            Send(socket, new byte[100000]);
                            break;
                        case 3:
                            // Says nothing.
                            _pause.Wait(random.Next(300));
                            break;
                        case 4:
                            // Dribbles.
                            foreach (byte value in isPrefixed ? Message.Prefixed(3) : Message.Line(3))
                            {
                                Send(socket, new[] { value });
                                _pause.Wait(1);
                            }

                            break;
                        case 5:
                            // Takes nothing back.
                            socket.SendTimeout = 200;
                            byte[] many = Enumerable.Range(0, 20000).SelectMany(number => isPrefixed ? Message.Prefixed(number) : Message.Line(number)).ToArray();
                            Send(socket, many);
                            break;
                        default:
                            // Sends what is not text, and goes.
                            byte[] noise = new byte[random.Next(1, 5000)];
                            random.NextBytes(noise);
                            Send(socket, noise);
                            socket.LingerState = new LingerOption(true, 0);
                            break;
                    }
                }
            }
            catch (SocketException)
            {
                // The server has had enough.
            }

            Interlocked.Increment(ref _misdeeds);
        }
    }
}
