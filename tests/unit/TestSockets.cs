using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Reflection;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Win32.SafeHandles;
using PSSockets.Errors;
using PSSockets.Native;
using PSSockets.Sockets;
using PSSockets.Transport;
using PSSockets.Waiting;
using Xunit.Sdk;

// Waits are measured here, and descriptors counted: one test at a time.
[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace PSSockets.UnitTests;

/// <summary>Which engine a test runs on.</summary>
public enum EngineKind
{
    /// <summary><see cref="LinuxTransport"/>.</summary>
    Linux,

    /// <summary><see cref="ManagedTransport"/>.</summary>
    Portable,
}

/// <summary>The engines that run on this operating system.</summary>
public sealed class Engines : TheoryData<EngineKind>
{
    /// <summary>Both on Linux, one elsewhere.</summary>
    public Engines()
    {
        if (OperatingSystem.IsLinux())
        {
            Add(EngineKind.Linux);
        }

        Add(EngineKind.Portable);
    }
}

/// <summary>A row of a theory, on an engine; none where this operating system does not have it.</summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class EngineDataAttribute(EngineKind kind, params object[] values) : DataAttribute
{
    /// <inheritdoc />
    public override IEnumerable<object[]> GetData(MethodInfo testMethod) => kind == EngineKind.Linux && !OperatingSystem.IsLinux() ? [] : [[kind, .. values]];
}

/// <summary>What the tests of sockets share.</summary>
internal static partial class TestSockets
{
    private const int NewestRuntime = 10;

    /// <summary>
    /// When a wait of a fraction of a second has surely ended, in seconds: it tells that wait from one without end, and
    /// from one whose time was taken for another unit, and no busy machine is so slow.
    /// </summary>
    public const double Late = 10;

    /// <summary>
    /// How many of so many random cases are tried: all on the newest runtime, a fifth on the others. What they try is code that
    /// computes, compiled once and the same for all; the first of them tell whether a runtime computes otherwise.
    /// </summary>
    public static int Cases(int all) => Environment.Version.Major >= NewestRuntime ? all : all / 5;

    /// <summary>How long a test waits for what must come before it fails.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    /// <summary>The same as a deadline.</summary>
    public static Deadline Patient => Deadline.After(Patience.TotalSeconds);

    /// <summary>The number of the loopback interface, from if_nametoindex(3) where that knows the name.</summary>
    public static int LoopbackIndex => OperatingSystem.IsWindows() ? Loopback.GetIPProperties().GetIPv4Properties().Index : (int)InterfaceIndex(LoopbackName);

    /// <summary>The name of the loopback interface.</summary>
    public static string LoopbackName => Loopback.Name;

    private static NetworkInterface Loopback => NetworkInterface.GetAllNetworkInterfaces()
        .First(candidate => candidate.NetworkInterfaceType == NetworkInterfaceType.Loopback);

    /// <summary>A message with errors as Linux numbers them, as this system does: the names stay.</summary>
    public static string Here(string message) =>
        OperatingSystem.IsLinux() ? message : ErrorText().Replace(message, match => $"{ErrnoTable.FromName(match.Groups[1].Value)}");

    /// <summary>The number that this system has for an errno of Linux.</summary>
    public static int OnThisSystem(int errno) => ErrnoTable.All.FirstOrDefault(info => info.LinuxNumber == errno)?.Number ?? errno;

    /// <summary>The number of an error on this system.</summary>
    public static int NumberOf(string name) => ErrnoTable.FromName(name)!.Number;

    public static ISocketTransport Engine(EngineKind kind, StopSignal stop, ITransportTap? tap = null) =>
        kind == EngineKind.Linux && OperatingSystem.IsLinux() ? new LinuxTransport(stop, tap)
        : OperatingSystem.IsWindows() ? new ManagedTransport(stop, tap) : new UnixTransport(stop, tap);

    public static ReceiveOptions Options(int maximumSize = 65535, bool peek = false) => new(maximumSize, peek, new UTF8Encoding(false));

    /// <summary>A datagram socket as the cmdlets make it, bound to a free port.</summary>
    public static Socket Bound(IPAddress address, bool dualMode = false)
    {
        Socket socket = SocketFactory.Create(SocketTransport.Quiet, address.AddressFamily, SocketType.Dgram, dualMode: dualMode);
        socket.Bind(new IPEndPoint(address, 0));
        return socket;
    }

    /// <summary>A UNIX datagram socket as the cmdlets make it, bound to that name.</summary>
    public static Socket Bound(UnixDomainSocketEndPoint name)
    {
        Socket socket = SocketFactory.Create(SocketTransport.Quiet, AddressFamily.Unix, SocketType.Dgram);
        socket.Bind(name);
        return socket;
    }

    public static Socket Stream(EndPoint endPoint) => SocketFactory.Create(SocketTransport.Quiet, endPoint.AddressFamily, SocketType.Stream);

    /// <summary>A listener on a free loopback port, or on that UNIX path.</summary>
    public static Socket Listening(EndPoint? endPoint = null)
    {
        EndPoint own = endPoint ?? new IPEndPoint(IPAddress.Loopback, 0);
        Socket socket = Stream(own);
        socket.Bind(own);
        socket.Listen(100);
        return socket;
    }

    /// <summary>A stream socket that holds a port and does not listen: a connect to it is refused until it does.</summary>
    public static Socket Refusing(IPAddress? address = null)
    {
        EndPoint own = new IPEndPoint(address ?? IPAddress.Loopback, 0);
        Socket socket = Stream(own);
        socket.Bind(own);
        return socket;
    }

    /// <summary>A UDP socket that holds a port and hears only port 1: whatever is sent to it comes back as ICMP port unreachable.</summary>
    public static Socket Deaf()
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        socket.Connect(new IPEndPoint(IPAddress.Loopback, 1));
        return socket;
    }

    public static UnixDomainSocketEndPoint AbstractName() => new($"\0pssockets-{Guid.NewGuid():N}");

    public static OutgoingDatagram To(EndPoint? destination, byte[] data) => new(data, destination?.Serialize(), destination);

    public static OutgoingDatagram To(EndPoint? destination, string text) => To(destination, Encoding.UTF8.GetBytes(text));

    /// <summary>Sends with an engine where everything must succeed.</summary>
    public static void Send(ISocketTransport engine, Socket socket, params OutgoingDatagram[] datagrams) =>
        engine.Send(socket, datagrams, dontRoute: false, Patient, (_, failure) => throw failure);

    /// <summary>Sends with an engine, and returns what failed.</summary>
    public static List<(OutgoingDatagram Datagram, SocketCallException Failure)> Failures(
        ISocketTransport engine, Socket socket, Deadline deadline, params OutgoingDatagram[] datagrams)
    {
        List<(OutgoingDatagram, SocketCallException)> failures = [];
        engine.Send(socket, datagrams, dontRoute: false, deadline, (datagram, failure) => failures.Add((datagram, failure)));
        return failures;
    }

    /// <summary>Receives with .NET alone; fails when nothing comes.</summary>
    public static string Hear(Socket socket)
    {
        Assert.True(socket.Poll(Patience, SelectMode.SelectRead), "nothing came");
        byte[] buffer = new byte[100_000];
        return Encoding.UTF8.GetString(buffer, 0, socket.Receive(buffer));
    }

    /// <summary>Whether nothing is in the socket's queue.</summary>
    public static bool IsSilent(Socket socket) => !socket.Poll(0, SelectMode.SelectRead);

    public static IReadOnlyList<SocketRecord> Records(IEnumerable<Socket> sockets) => [.. sockets.Select(SocketRecord.Of)];

    public static bool HasReuseAddress(Socket socket) => Has(socket, SystemNumbers.Reuse.ReuseAddress);

    public static bool HasReusePort(Socket socket) => Has(socket, SystemNumbers.Reuse.ReusePort);

    private static bool Has(Socket socket, int option) =>
        BitConverter.ToInt32(SocketTransport.Quiet.GetOption(socket, "reuse", SystemNumbers.Reuse.Level, option, sizeof(int))) != 0;

    /// <summary>Waits as long as a wait for a datagram that never comes.</summary>
    public static void Pass(double seconds)
    {
        using StopSignal stop = new();
        using ISocketTransport engine = SocketTransport.Create(stop);
        using Socket nobody = Bound(IPAddress.Loopback);
        Assert.False(engine.Wait([nobody], WaitFor.Read, new bool[1], Deadline.After(seconds)));
    }

    /// <summary>Fills the queue of a UNIX datagram receiver; how many it took.</summary>
    public static int Fill(EndPoint destination)
    {
        using Socket sender = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { Blocking = false };
        for (int count = 0; ; count++)
        {
            try
            {
                sender.SendTo("fill"u8.ToArray(), destination);
            }
            catch (SocketException exception) when (exception.SocketErrorCode == SocketError.WouldBlock)
            {
                Assert.True(count > 0);
                return count;
            }
        }
    }

    /// <summary>Room for many small datagrams; how many fit for certain.</summary>
    public static int Enlarge(Socket receiver, int wanted)
    {
        const int RoomForOne = 2048;
        const int SocketLevel = 1;
        const int ForceReceiveBuffer = 33;
        int size = wanted * RoomForOne;
        try
        {
            receiver.SetRawSocketOption(SocketLevel, ForceReceiveBuffer, BitConverter.GetBytes(size));
        }
        catch (SocketException)
        {
            receiver.ReceiveBufferSize = size;
        }

        return Math.Min(wanted, receiver.ReceiveBufferSize / RoomForOne);
    }

    /// <summary>The open descriptors of this process.</summary>
    public static int CountDescriptors()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return Directory.GetFileSystemEntries("/proc/self/fd").Length;
    }

    /// <summary>The processor time that this thread has used, in seconds; elsewhere than on Linux, that of the process.</summary>
    public static double ThreadSeconds() => OperatingSystem.IsLinux()
        ? long.Parse(File.ReadAllText("/proc/thread-self/schedstat").Split(' ')[0], CultureInfo.InvariantCulture) / 1e9
        : Process.GetCurrentProcess().TotalProcessorTime.TotalSeconds;

    /// <summary>Whether the kernel has O_NONBLOCK for the descriptor.</summary>
    public static bool IsNonBlocking(Socket socket)
    {
        const int NonBlocking = 0x800;
        string line = File.ReadLines($"/proc/self/fdinfo/{SocketInternals.HandleOf(socket).DangerousGetHandle()}").First(text => text.StartsWith("flags:", StringComparison.Ordinal));
        return (Convert.ToInt32(line["flags:".Length..].Trim(), 8) & NonBlocking) != 0;
    }

    /// <summary>Connects with an engine; fails when the deadline passes.</summary>
    public static void Connect(ISocketTransport engine, Socket socket, EndPoint remoteEndPoint)
    {
        IPendingConnect connect = engine.StartConnect(socket, remoteEndPoint);
        Assert.Equal(0, engine.WaitConnect([connect], Patient));
        connect.Complete();
    }

    public static double SecondsSince(long timestamp) => Stopwatch.GetElapsedTime(timestamp).TotalSeconds;

    [GeneratedRegex(@"\b(E[A-Z_]{3,}) \(-?\d+\)( [A-Z][a-z ]+)?")]
    private static partial Regex ErrorText();

    [LibraryImport("libc", EntryPoint = "if_nametoindex", StringMarshalling = StringMarshalling.Utf8)]
    private static partial uint InterfaceIndex(string name);
}

/// <summary>Work on a thread of its own, whose end and moment of ending are measured.</summary>
internal sealed partial class Background
{
    private const int SamplesInARow = 4;
    private const uint QueryLimitedInformation = 0x800;

    // Windows counts processor time in ticks of 16 ms, and Wine in such of 10 ms.
    private static readonly TimeSpan s_tick = OperatingSystem.IsWindows() ? TimeSpan.FromMilliseconds(50) : TimeSpan.Zero;

    private readonly Thread _thread;
    private int _threadId;
    private Exception? _exception;
    private long _endedAt;

    private Background(Action work)
    {
        _thread = new Thread(() =>
        {
            Volatile.Write(ref _threadId,
                OperatingSystem.IsLinux() ? OwnThreadId() : OperatingSystem.IsWindows() ? CurrentThreadId() : Environment.CurrentManagedThreadId);
            try
            {
                work();
            }
            catch (Exception exception)
            {
                _exception = exception;
            }

            _endedAt = Stopwatch.GetTimestamp();
        })
        {
            IsBackground = true,
        };
    }

    public static Background Run(Action work)
    {
        Background background = new(work);
        background._thread.Start();
        Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref background._threadId) != 0, TestSockets.Patience));
        return background;
    }

    /// <summary>Stops it where it does nothing but wait; how many seconds it takes to end.</summary>
    public double StopWith(StopSignal stop)
    {
        WaitUntilBlocked();
        long stoppedAt = Stopwatch.GetTimestamp();
        stop.Set();
        Assert.IsAssignableFrom<OperationCanceledException>(Failure());
        return SecondsAfter(stoppedAt);
    }

    /// <summary>Waits until the thread does nothing but wait.</summary>
    public void WaitUntilBlocked()
    {
        long start = Stopwatch.GetTimestamp();
        long since = start;
        string last = string.Empty;
        for (int same = 0; same < SamplesInARow || Stopwatch.GetElapsedTime(since) < s_tick;)
        {
            Assert.True(TestSockets.SecondsSince(start) < TestSockets.Patience.TotalSeconds, "the thread does not wait");
            Assert.True(_thread.IsAlive, $"the thread has ended: {_exception}");
            string state = State();
            same = state.Length > 0 && state == last ? same + 1 : 0;
            since = same == 0 ? Stopwatch.GetTimestamp() : since;
            last = state;
            Thread.Yield();
        }
    }

    /// <summary>Waits for the end; what was thrown is thrown again.</summary>
    public void Join()
    {
        if (Failure() is Exception exception)
        {
            ExceptionDispatchInfo.Throw(exception);
        }
    }

    /// <summary>Waits for the end; what was thrown, or null.</summary>
    public Exception? Failure()
    {
        Assert.True(_thread.Join(TestSockets.Patience), "the thread does not end");
        return _exception;
    }

    /// <summary>Waits for the end; how long after that moment it came.</summary>
    public double SecondsAfter(long timestamp)
    {
        Assert.True(_thread.Join(TestSockets.Patience), "the thread does not end");
        return Stopwatch.GetElapsedTime(timestamp, _endedAt).TotalSeconds;
    }

    // Empty while the thread runs; else how often it has waited until now.
    private string State()
    {
        if (OperatingSystem.IsWindows())
        {
            // A wait within a system call is not a wait that .NET knows: that the thread does not compute tells.
            using SafeWaitHandle thread = OpenThread(QueryLimitedInformation, inherit: 0, _threadId);
            Assert.NotEqual(0, GetThreadTimes(thread, out _, out _, out long kernel, out long user));
            return string.Create(CultureInfo.InvariantCulture, $"{kernel} {user}");
        }

        if (!OperatingSystem.IsLinux())
        {
            return (_thread.ThreadState & System.Threading.ThreadState.WaitSleepJoin) != 0 ? "waits" : string.Empty;
        }

        try
        {
            string[] lines = File.ReadAllLines(string.Create(CultureInfo.InvariantCulture, $"/proc/self/task/{_threadId}/status"));
            return lines.Contains("State:\tS (sleeping)")
                ? lines.First(line => line.StartsWith("voluntary_ctxt_switches", StringComparison.Ordinal))
                : string.Empty;
        }
        catch (IOException)
        {
            return string.Empty;
        }
    }

    [LibraryImport("libc", EntryPoint = "gettid")]
    private static partial int OwnThreadId();

    [LibraryImport("kernel32", EntryPoint = "GetCurrentThreadId")]
    private static partial int CurrentThreadId();

    [LibraryImport("kernel32", EntryPoint = "OpenThread")]
    private static partial SafeWaitHandle OpenThread(uint access, int inherit, int threadId);

    [LibraryImport("kernel32", EntryPoint = "GetThreadTimes")]
    private static partial int GetThreadTimes(SafeWaitHandle thread, out long created, out long ended, out long kernel, out long user);
}

/// <summary>A directory for UNIX sockets and files, with a short name; it goes with all that is in it.</summary>
internal sealed class TestDirectory : IDisposable
{
    private readonly string _path = Directory.CreateTempSubdirectory("pss").FullName;

    public string File(string name) => Path.Combine(_path, name);

    public UnixDomainSocketEndPoint Socket(string name) => new(File(name));

    /// <summary>A socket file that nobody has bound any more.</summary>
    public string Dead(string name, SocketType type)
    {
        // .NET removes the file of a socket that it closes, so that gets another name before.
        using (Socket owner = new(AddressFamily.Unix, type, ProtocolType.Unspecified))
        {
            owner.Bind(Socket(name + "-"));
            System.IO.File.Move(File(name + "-"), File(name));
        }

        return File(name);
    }

    public void Dispose() => Directory.Delete(_path, recursive: true);
}

/// <summary>A listener whose queue is full: on Linux a connect to it neither succeeds nor fails until there is room.</summary>
internal sealed class FullListener : IDisposable
{
    private readonly Socket _client;

    public FullListener(EndPoint? endPoint = null)
    {
        EndPoint own = endPoint ?? new IPEndPoint(IPAddress.Loopback, 0);
        Listener = TestSockets.Stream(own);
        Listener.Bind(own);
        Listener.Listen(0);
        _client = TestSockets.Stream(own);
        _client.Connect(EndPoint);
        Assert.True(Listener.Poll(TestSockets.Patience, SelectMode.SelectRead));
    }

    public Socket Listener { get; }

    public EndPoint EndPoint => Listener.LocalEndPoint!;

    /// <summary>Takes the connection that fills the queue.</summary>
    public void MakeRoom()
    {
        using Socket accepted = Listener.Accept();
    }

    public void Dispose()
    {
        _client.Dispose();
        Listener.Dispose();
    }
}
