using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using PSSockets.Options;
using PSSockets.Sockets;
using PSSockets.Transport;
using Xunit.Abstractions;

namespace PSSockets.UnitTests;

public sealed class SocketOptionTableTests(ITestOutputHelper output) : IDisposable
{
    private readonly Socket _socket4 = SocketFactory.Create(SocketTransport.Quiet, AddressFamily.InterNetwork, SocketType.Dgram);
    private readonly Socket _socket6 = SocketFactory.Create(SocketTransport.Quiet, AddressFamily.InterNetworkV6, SocketType.Stream);
    private readonly Lazy<Socket> _unix = new(() => SocketFactory.Create(SocketTransport.Quiet, AddressFamily.Unix, SocketType.Stream));

    public void Dispose()
    {
        _socket4.Dispose();
        _socket6.Dispose();
        if (_unix.IsValueCreated)
        {
            _unix.Value.Dispose();
        }
    }

    [Fact]
    public void NoNameOrNumberStandsTwiceInALevel()
    {
        Assert.NotEmpty(SocketOptionTable.All);
        Assert.Empty(Twice(option => (option.LevelName, option.Name.ToUpperInvariant())));
        Assert.Empty(Twice(option => (option.LevelName, option.Number)));
        Assert.Empty(Twice(option => option.CName.ToUpperInvariant()));
    }

    [Fact]
    public void AFriendlyNameThatStandsTwiceTellsTheFamilies()
    {
        foreach (IGrouping<string, SocketOptionInfo> same in SocketOptionTable.All.GroupBy(option => option.Name).Where(group => group.Count() > 1))
        {
            Assert.Equal([AddressFamily.InterNetwork, AddressFamily.InterNetworkV6], same.Select(option => option.Family ?? AddressFamily.Unspecified).Order());
        }
    }

    [Fact]
    public void NoFriendlyNameIsAnothersCName()
    {
        Assert.Empty(SocketOptionTable.All.Select(option => option.Name).Intersect(SocketOptionTable.All.Select(option => option.CName), StringComparer.OrdinalIgnoreCase));
    }

    [Fact]
    public void EachSaysWhatItDoesAndWhereThatStands()
    {
        Assert.All(SocketOptionTable.All, option =>
        {
            Assert.NotEmpty(option.Meaning);
            Assert.Matches(@"^(socket|ip|ipv6|tcp|udp)\(7\)$", option.ManPage);
            Assert.Equal(option.Name, option.ToString());
        });
    }

    [Fact]
    public void EveryNumberIsThatOfTheSystemsHeaders()
    {
        using TestDirectory directory = new();
        string[] names = [.. SocketOptionTable.All.SelectMany(option => new[] { option.CName, option.LevelName }).Distinct()];
        File.WriteAllText(directory.File("p.c"), $$"""
            #define _GNU_SOURCE
            #include <stdio.h>
            #include <sys/socket.h>
            #include <netinet/in.h>
            #include <netinet/tcp.h>
            #include <netinet/udp.h>
            int main(void) {
            {{string.Join('\n', names.Select(name => $"printf(\"{name} %d\\n\", (int){name});"))}}
            return 0; }
            """);
        if (Run("cc", directory.File("p.c"), "-o", directory.File("p")) is null)
        {
            output.WriteLine("Not tested: there is no C compiler (cc).");
            return;
        }

        string printed = Run(directory.File("p")) ?? string.Empty;
        Dictionary<string, int> numbers = printed.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' '))
            .ToDictionary(parts => parts[0], parts => int.Parse(parts[1], CultureInfo.InvariantCulture));
        Assert.Equal(names.Length, numbers.Count);
        Assert.All(SocketOptionTable.All, option =>
        {
            Assert.Equal((option.CName, numbers[option.CName]), (option.CName, option.Number));
            Assert.Equal((option.LevelName, numbers[option.LevelName]), (option.LevelName, option.Level));
        });
    }

    [Theory]
    [Trait("Windows", "Windows has no IP_MULTICAST_ALL")]
    [InlineData("TimeToLive", "IP_TTL", "IPV6_UNICAST_HOPS")]
    [InlineData("TypeOfService", "IP_TOS", "IPV6_TCLASS")]
    [InlineData("PacketInformation", "IP_PKTINFO", "IPV6_RECVPKTINFO")]
    [InlineData("MulticastInterface", "IP_MULTICAST_IF", "IPV6_MULTICAST_IF")]
    [InlineData("MulticastTimeToLive", "IP_MULTICAST_TTL", "IPV6_MULTICAST_HOPS")]
    [InlineData("MulticastLoopback", "IP_MULTICAST_LOOP", "IPV6_MULTICAST_LOOP")]
    [InlineData("MulticastAll", "IP_MULTICAST_ALL", "IPV6_MULTICAST_ALL")]
    [InlineData("MtuDiscovery", "IP_MTU_DISCOVER", "IPV6_MTU_DISCOVER")]
    [InlineData("Mtu", "IP_MTU", "IPV6_MTU")]
    [InlineData("ReuseAddress", "SO_REUSEADDR", "SO_REUSEADDR")]
    public void AFriendlyNameMeansTheFamilysOwnOption(string name, string expected4, string expected6)
    {
        Assert.Equal(expected4, SocketOptionTable.Find(name, _socket4).CName);
        Assert.Equal(expected6, SocketOptionTable.Find(name, _socket6).CName);
        Assert.Equal(expected6, SocketOptionTable.Find(name.ToUpperInvariant(), _socket6).CName);
        Assert.Equal(expected4, SocketOptionTable.Find(expected4, _socket6).CName);
        Assert.Equal(expected6, SocketOptionTable.Find(expected6, _socket4).CName);
    }

    [Fact]
    [Trait("Wine", "Wine 8 has no AF_UNIX")]
    public void EveryOptionIsFoundByItsCName()
    {
        Assert.All(SocketOptionTable.All, option =>
        {
            Assert.Same(option, SocketOptionTable.Find(option.CName, _socket4));
            Assert.Same(option, SocketOptionTable.Find(option.CName.ToUpperInvariant(), _socket6));
            Assert.Contains(SocketOptionTable.Find(option.Name, _unix.Value), SocketOptionTable.All.Where(other => other.Name == option.Name));
        });
    }

    [Theory]
    [InlineData("TcpKeepAliveTime", "TCP_KEEPIDLE", "TCP_KEEPIDLE")]
    [InlineData("tcpkeepaliveinterval", "TCP_KEEPINTVL", "TCP_KEEPINTVL")]
    [InlineData("TcpKeepAliveRetryCount", "TCP_KEEPCNT", "TCP_KEEPCNT")]
    [InlineData("TTL", "IP_TTL", "IPV6_UNICAST_HOPS")]
    [InlineData("HopLimit", "IP_TTL", "IPV6_UNICAST_HOPS")]
    [InlineData("RCVBUF", "SO_RCVBUF", "SO_RCVBUF")]
    [InlineData("SendBuffer", "SO_SNDBUF", "SO_SNDBUF")]
    [InlineData("KEEPIDLE", "TCP_KEEPIDLE", "TCP_KEEPIDLE")]
    [InlineData("TCLASS", "IPV6_TCLASS", "IPV6_TCLASS")]
    public void TheNamesOfDotNetAndOfLinuxWorkToo(string name, string four, string six)
    {
        Assert.Equal(four, SocketOptionTable.Find(name, _socket4).CName);
        Assert.Equal(six, SocketOptionTable.Find(name, _socket6).CName);
    }

    [Theory]
    [InlineData("KeepAliveTim", "KeepAliveTime")]
    [InlineData("TimeToLife", "TimeToLive")]
    [InlineData("SO_REUSEADR", "SO_REUSEADDR")]
    [InlineData("Loopback", "MulticastLoopback")]
    [InlineData("NoDeley", "NoDelay")]
    [InlineData("Nonsense", null)]
    [InlineData("x", null)]
    public void ASlipIsAnsweredWithTheNearestName(string name, string? nearest)
    {
        SocketInputException exception = Assert.Throws<SocketInputException>(() => SocketOptionTable.Find(name, _socket4));
        Assert.Equal("OptionNotFound", exception.ErrorId);
        Assert.Equal(nearest is null, exception.RecommendedAction.StartsWith("Get-SocketOption", StringComparison.Ordinal));
        Assert.True(nearest is null || exception.RecommendedAction.StartsWith($"Perhaps {nearest} is meant.", StringComparison.Ordinal), exception.RecommendedAction);
    }

    [Theory]
    [InlineData("NoSuchOption")]
    [InlineData("SO_")]
    [InlineData("")]
    [InlineData("ReuseAddress ")]
    public void AnUnknownNameIsOptionNotFound(string name)
    {
        SocketInputException exception = Assert.Throws<SocketInputException>(() => SocketOptionTable.Find(name, _socket4));
        Assert.Equal("OptionNotFound", exception.ErrorId);
        Assert.Equal($"no socket option has the name '{name}'", exception.Message);
        Assert.Equal(name, exception.Target);
        Assert.Contains("-ListAvailable", exception.RecommendedAction, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Wine", "Wine 8 has no AF_UNIX")]
    public void ASocketHasTheOptionsOfItsFamilyAndProtocol()
    {
        Assert.Equal(["IPPROTO_IP", "IPPROTO_UDP", "SOL_SOCKET"], Levels(_socket4));
        Assert.Equal(["IPPROTO_IPV6", "IPPROTO_TCP", "SOL_SOCKET"], Levels(_socket6));
        Assert.Equal(["SOL_SOCKET"], Levels(_unix.Value));

        static IEnumerable<string> Levels(Socket socket) =>
            SocketOptionTable.For(socket).Select(option => option.LevelName).Distinct().Order(StringComparer.Ordinal);
    }

    [Fact]
    [Trait("Wine", "Wine 8 has no AF_UNIX")]
    public void EveryOptionOfASocketCanBeReadOrTheSystemSaysWhyNot()
    {
        foreach (Socket socket in new[] { _socket4, _socket6, _unix.Value })
        {
            int readable = 0;
            foreach (SocketOptionInfo option in SocketOptionTable.For(socket))
            {
                try
                {
                    Assert.NotNull(SocketOptionValues.Get(SocketTransport.Quiet, socket, option));
                    readable++;
                }
                catch (SocketCallException exception)
                {
                    Assert.StartsWith($"getsockopt {option.CName}: E", exception.Message, StringComparison.Ordinal);
                    Assert.Same(socket, exception.Target);
                }
            }

            Assert.True(readable > 15, $"{readable} can be read");
        }
    }

    [Fact]
    public void CompletionsAreTheFriendlyNamesAndTheCNamesOnceSomethingIsTyped()
    {
        (string Name, string Meaning)[] friendly = [.. SocketOptionTable.Completions("")];
        (string Name, string Meaning)[] all = [.. SocketOptionTable.Completions("S")];
        Assert.Equal(SocketOptionTable.All.Select(option => option.Name).Distinct(), friendly.Select(one => one.Name));
        Assert.Equal(friendly.Length + SocketOptionTable.All.Count, all.Length);
        Assert.Contains(all, one => one.Name == "SO_LINGER");
        Assert.Contains(friendly, one => one is { Name: "Linger" } && one.Meaning.StartsWith("SO_LINGER: ", StringComparison.Ordinal) && one.Meaning.EndsWith(" [s]", StringComparison.Ordinal));
    }

    private static IEnumerable<TKey> Twice<TKey>(Func<SocketOptionInfo, TKey> key) =>
        SocketOptionTable.All.GroupBy(key).Where(group => group.Count() > 1).Select(group => group.Key);

    // What it prints; null where there is no such program.
    internal static string? Run(string program, params string[] arguments)
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            Task<string> errors = process.StandardError.ReadToEndAsync();
            string printed = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            Assert.True(process.ExitCode == 0, errors.Result);
            return printed;
        }
        catch (Win32Exception)
        {
            return null;
        }
    }
}
