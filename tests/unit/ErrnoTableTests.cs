using System.Globalization;
using System.Net.Sockets;
using PSSockets.Errors;
using Xunit.Abstractions;

namespace PSSockets.UnitTests;

public sealed class ErrnoTableTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(1, "EPERM", SocketError.AccessDenied)]
    [InlineData(2, "ENOENT", SocketError.AddressNotAvailable)]
    [InlineData(4, "EINTR", SocketError.Interrupted)]
    [InlineData(9, "EBADF", SocketError.OperationAborted)]
    [InlineData(11, "EAGAIN", SocketError.WouldBlock)]
    [InlineData(13, "EACCES", SocketError.AccessDenied)]
    [InlineData(22, "EINVAL", SocketError.InvalidArgument)]
    [InlineData(24, "EMFILE", SocketError.TooManyOpenSockets)]
    [InlineData(32, "EPIPE", SocketError.Shutdown)]
    [InlineData(88, "ENOTSOCK", SocketError.NotSocket)]
    [InlineData(89, "EDESTADDRREQ", SocketError.DestinationAddressRequired)]
    [InlineData(90, "EMSGSIZE", SocketError.MessageSize)]
    [InlineData(91, "EPROTOTYPE", SocketError.ProtocolType)]
    [InlineData(92, "ENOPROTOOPT", SocketError.ProtocolOption)]
    [InlineData(93, "EPROTONOSUPPORT", SocketError.ProtocolNotSupported)]
    [InlineData(94, "ESOCKTNOSUPPORT", SocketError.SocketNotSupported)]
    [InlineData(95, "EOPNOTSUPP", SocketError.OperationNotSupported)]
    [InlineData(97, "EAFNOSUPPORT", SocketError.AddressFamilyNotSupported)]
    [InlineData(98, "EADDRINUSE", SocketError.AddressAlreadyInUse)]
    [InlineData(99, "EADDRNOTAVAIL", SocketError.AddressNotAvailable)]
    [InlineData(100, "ENETDOWN", SocketError.NetworkDown)]
    [InlineData(101, "ENETUNREACH", SocketError.NetworkUnreachable)]
    [InlineData(103, "ECONNABORTED", SocketError.ConnectionAborted)]
    [InlineData(104, "ECONNRESET", SocketError.ConnectionReset)]
    [InlineData(105, "ENOBUFS", SocketError.NoBufferSpaceAvailable)]
    [InlineData(106, "EISCONN", SocketError.IsConnected)]
    [InlineData(107, "ENOTCONN", SocketError.NotConnected)]
    [InlineData(108, "ESHUTDOWN", SocketError.Shutdown)]
    [InlineData(110, "ETIMEDOUT", SocketError.TimedOut)]
    [InlineData(111, "ECONNREFUSED", SocketError.ConnectionRefused)]
    [InlineData(112, "EHOSTDOWN", SocketError.HostDown)]
    [InlineData(113, "EHOSTUNREACH", SocketError.HostUnreachable)]
    [InlineData(114, "EALREADY", SocketError.AlreadyInProgress)]
    [InlineData(115, "EINPROGRESS", SocketError.InProgress)]
    [InlineData(-2, "EAI_NONAME", SocketError.HostNotFound)]
    [InlineData(-3, "EAI_AGAIN", SocketError.TryAgain)]
    public void KnowsNumberNameAndSocketError(int linuxNumber, string name, SocketError error)
    {
        SocketErrorInfo byName = ErrnoTable.FromName(name)!;
        Assert.Equal((linuxNumber, name, error), (byName.LinuxNumber, byName.Name, byName.SocketError));
        Assert.Same(byName, ErrnoTable.FromNumber(byName.Number));
        Assert.Same(byName, ErrnoTable.FindNumber(byName.Number));
        Assert.Same(byName, ErrnoTable.FromName(name.ToLowerInvariant()));
        if (OperatingSystem.IsLinux())
        {
            Assert.Equal(linuxNumber, byName.Number);
        }
    }

    [Theory]
    [InlineData(SocketError.AddressAlreadyInUse, "EADDRINUSE")]
    [InlineData(SocketError.AddressNotAvailable, "EADDRNOTAVAIL")]
    [InlineData(SocketError.AccessDenied, "EACCES")]
    [InlineData(SocketError.ConnectionRefused, "ECONNREFUSED")]
    [InlineData(SocketError.ConnectionReset, "ECONNRESET")]
    [InlineData(SocketError.DestinationAddressRequired, "EDESTADDRREQ")]
    [InlineData(SocketError.HostNotFound, "EAI_NONAME")]
    [InlineData(SocketError.MessageSize, "EMSGSIZE")]
    [InlineData(SocketError.NoBufferSpaceAvailable, "ENOBUFS")]
    [InlineData(SocketError.NotConnected, "ENOTCONN")]
    [InlineData(SocketError.TimedOut, "ETIMEDOUT")]
    [InlineData(SocketError.TooManyOpenSockets, "EMFILE")]
    [InlineData(SocketError.WouldBlock, "EAGAIN")]
    public void KnowsWhatDotNetMeans(SocketError error, string name)
    {
        Assert.Equal(name, ErrnoTable.FromSocketError(error).Name);
        Assert.Equal(name, ErrnoTable.FromName(error.ToString())?.Name);
    }

    [Fact]
    public void WhatDotNetCallsShutdownAndAbortedIsWhatTheSystemHasForIt()
    {
        Assert.Equal(OperatingSystem.IsWindows() ? "ESHUTDOWN" : "EPIPE", ErrnoTable.FromSocketError(SocketError.Shutdown).Name);
        Assert.Equal(OperatingSystem.IsWindows() ? "ECANCELED" : "EBADF", ErrnoTable.FromSocketError(SocketError.OperationAborted).Name);
    }

    [Theory]
    [InlineData("eaddrinuse", "EADDRINUSE")]
    [InlineData("AddressAlreadyInUse", "EADDRINUSE")]
    [InlineData("ADDRESSALREADYINUSE", "EADDRINUSE")]
    [InlineData("eConnRefused", "ECONNREFUSED")]
    [InlineData("WSAECONNREFUSED", "ECONNREFUSED")]
    [InlineData("wsaeConnRefused", "ECONNREFUSED")]
    [InlineData("WSAEWOULDBLOCK", "EAGAIN")]
    [InlineData("EWOULDBLOCK", "EAGAIN")]
    [InlineData("WSAEBADF", "EBADF")]
    [InlineData("WSAHOST_NOT_FOUND", "EAI_NONAME")]
    [InlineData("HOST_NOT_FOUND", "EAI_NONAME")]
    [InlineData("WSA_OPERATION_ABORTED", "ECANCELED")]
    [InlineData("WSANOTINITIALISED", "WSANOTINITIALISED")]
    [InlineData("NotInitialized", "WSANOTINITIALISED")]
    public void NamesOfEverySystemAreReadInEitherCase(string name, string expected)
    {
        Assert.Equal(expected, ErrnoTable.FromName(name)?.Name);
    }

    [Theory]
    [InlineData(10061, "ECONNREFUSED")]
    [InlineData(10009, "EBADF")]
    [InlineData(10038, "ENOTSOCK")]
    [InlineData(10093, "WSANOTINITIALISED")]
    [InlineData(995, "ECANCELED")]
    [InlineData(11001, "EAI_NONAME")]
    [InlineData(111, "ECONNREFUSED")]
    [InlineData(98, "EADDRINUSE")]
    [InlineData(-2, "EAI_NONAME")]
    [InlineData(61, "ECONNREFUSED")]
    [InlineData(48, "EADDRINUSE")]
    public void NumbersOfEverySystemAreFound(int number, string name)
    {
        Assert.Equal(name, ErrnoTable.FindNumber(number)?.Name);
    }

    [Fact]
    public void ANumberOfThisSystemIsThisSystemsOwn()
    {
        Assert.All(ErrnoTable.All, info => Assert.Equal(info.Number, ErrnoTable.FindNumber(info.Number)?.Number));
    }

    [Theory]
    [InlineData("")]
    [InlineData("98")]
    [InlineData("-1")]
    [InlineData("ENOSUCH")]
    [InlineData("WSA")]
    [InlineData("TimedOut, NotConnected")]
    public void OtherNamesAreUnknown(string name)
    {
        Assert.Null(ErrnoTable.FromName(name));
    }

    [Fact]
    public void AnUnknownNumberHasANameOfItsOwn()
    {
        SocketErrorInfo info = ErrnoTable.FromNumber(9999);
        Assert.Null(ErrnoTable.FindNumber(9999));
        Assert.Equal((9999, "errno 9999", SocketError.SocketError), (info.Number, info.Name, info.SocketError));
        Assert.NotEmpty(info.Message);
        // ETIME, which no socket call gives.
        if (OperatingSystem.IsLinux())
        {
            Assert.Equal("Timer expired", ErrnoTable.FromNumber(62).Message);
        }
    }

    [Fact]
    public void StandsInMessagesWithNameNumberAndText()
    {
        SocketErrorInfo inUse = ErrnoTable.FromName("EADDRINUSE")!;
        Assert.Equal($"EADDRINUSE ({inUse.Number}) {inUse.Message}", inUse.ToString());
        if (OperatingSystem.IsLinux())
        {
            Assert.Equal("EADDRINUSE (98) Address already in use", inUse.ToString());
            Assert.Equal("ECONNREFUSED (111) Connection refused", ErrnoTable.FromNumber(111).ToString());
            Assert.Equal("EAI_NONAME (-2) Name or service not known", ErrnoTable.FromNumber(-2).ToString());
        }
    }

    [Fact]
    public void EveryRowIsComplete()
    {
        Assert.All(ErrnoTable.All.Concat(ErrnoTable.Others), info =>
        {
            Assert.NotEmpty(info.Message);
            // In messages something follows.
            Assert.DoesNotContain(info.Message[^1], ".! \r\n");
            Assert.EndsWith(".", info.RecommendedAction, StringComparison.Ordinal);
            Assert.True(info.LinuxNumber is not null || info.MacNumber is not null || info.WindowsNumber is not null);
        });
        // Windows gives of name look-ups numbers that other errors have too.
        Assert.All(ErrnoTable.All.Where(info => !info.Name.StartsWith("EAI_", StringComparison.Ordinal)), info => Assert.Same(info, ErrnoTable.FromNumber(info.Number)));
        string[] names = [.. ErrnoTable.All.Concat(ErrnoTable.Others).Select(info => info.Name)];
        Assert.Equal(names.Length, names.Distinct().Count());
    }

    [Fact]
    public void WinsocksNumbersAreThoseOfDotNet()
    {
        SocketErrorInfo[] own = [.. ErrnoTable.All.Concat(ErrnoTable.Others)];
        foreach (SocketError error in Enum.GetValues<SocketError>().Where(error => error is not (SocketError.Success or SocketError.SocketError)))
        {
            Assert.Contains(own, info => info.WindowsNumber == (int)error && info.SocketError == error);
        }

        Assert.All(own.Where(info => info.WindowsName.Length > 0 && info.WindowsNumber > 10000), info =>
            Assert.StartsWith("WSA", info.WindowsName, StringComparison.Ordinal));
    }

    // SO_EXCLUSIVEADDRUSE, ulimit and the like are spoken of only where they are.
    [Fact]
    public void ARemedySpeaksOfNothingThatTheSystemLacks()
    {
        string[] foreign = OperatingSystem.IsWindows() ? ["ulimit", "CAP_NET_RAW", "-Force", "manual page"]
            : OperatingSystem.IsLinux() ? ["netsh", "administrator"]
            : ["netsh", "administrator", "CAP_NET_RAW"];
        Assert.All(ErrnoTable.All.Append(ErrnoTable.FromNumber(9999)), info =>
            Assert.DoesNotContain(foreign, word => info.RecommendedAction.Contains(word, StringComparison.Ordinal)));
        string all = string.Concat(ErrnoTable.All.Select(info => info.RecommendedAction));
        Assert.Equal(!OperatingSystem.IsWindows(), all.Contains("ulimit -n", StringComparison.Ordinal));
    }

    [Fact]
    public void ASystemsTextHasNoFullStop()
    {
        Assert.Equal("The operation was aborted", ErrnoTable.WithoutStop("The operation was aborted.\r\n"));
        Assert.Equal("No such file or directory", ErrnoTable.WithoutStop("No such file or directory"));
        Assert.DoesNotContain(".:", CallFailure.Closed("recv", new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void EveryNumberIsThatOfTheSystemsHeaders()
    {
        using TestDirectory directory = new();
        SocketErrorInfo[] known = [.. ErrnoTable.All];
        File.WriteAllText(directory.File("p.c"), $$"""
            #define _GNU_SOURCE
            #include <stdio.h>
            #include <string.h>
            #include <errno.h>
            #include <netdb.h>
            int main(void) {
            {{string.Join('\n', known.Select(info => $"printf(\"{info.Name}|%d|%s\\n\", (int){info.Name}, {(info.Name.StartsWith("EAI_", StringComparison.Ordinal) ? "gai_strerror" : "strerror")}({info.Name}));"))}}
            return 0; }
            """);
        if (SocketOptionTableTests.Run("cc", directory.File("p.c"), "-o", directory.File("p")) is null)
        {
            output.WriteLine("Not tested: there is no C compiler (cc).");
            return;
        }

        string[] lines = SocketOptionTableTests.Run(directory.File("p"))!.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(known.Length, lines.Length);
        Assert.Equal(known.Select(info => string.Create(CultureInfo.InvariantCulture, $"{info.Name}|{info.Number}")), lines.Select(line => line[..line.LastIndexOf('|')]));
        // The text of the table, which a system without texts has.
        Assert.Equal(
            known.Where(info => !info.Name.StartsWith("EAI_S", StringComparison.Ordinal)).Select(info => info.Message),
            lines.Where(line => !line.StartsWith("EAI_S", StringComparison.Ordinal)).Select(line => line[(line.LastIndexOf('|') + 1)..]),
            StringComparer.OrdinalIgnoreCase);
    }
}
