using System.Net.Sockets;
using PSSockets.Sockets;

namespace PSSockets.UnitTests;

public sealed class NameTableTests
{
    [Theory]
    [InlineData("IPv4", AddressFamily.InterNetwork)]
    [InlineData("AF_INET", AddressFamily.InterNetwork)]
    [InlineData("PF_INET", AddressFamily.InterNetwork)]
    [InlineData("InterNetwork", AddressFamily.InterNetwork)]
    [InlineData("IPv6", AddressFamily.InterNetworkV6)]
    [InlineData("AF_INET6", AddressFamily.InterNetworkV6)]
    [InlineData("PF_INET6", AddressFamily.InterNetworkV6)]
    [InlineData("InterNetworkV6", AddressFamily.InterNetworkV6)]
    [InlineData("Unix", AddressFamily.Unix)]
    [InlineData("AF_UNIX", AddressFamily.Unix)]
    [InlineData("PF_UNIX", AddressFamily.Unix)]
    [InlineData("AF_LOCAL", AddressFamily.Unix)]
    [InlineData("PF_LOCAL", AddressFamily.Unix)]
    [InlineData("AppleTalk", AddressFamily.AppleTalk)]
    public void ReadsFamilies(string name, AddressFamily expected)
    {
        AllCases(SocketNameTables.Families, name, expected);
    }

    [Theory]
    [InlineData("Datagram", SocketType.Dgram)]
    [InlineData("Dgram", SocketType.Dgram)]
    [InlineData("SOCK_DGRAM", SocketType.Dgram)]
    [InlineData("Stream", SocketType.Stream)]
    [InlineData("SOCK_STREAM", SocketType.Stream)]
    [InlineData("SeqPacket", SocketType.Seqpacket)]
    [InlineData("SOCK_SEQPACKET", SocketType.Seqpacket)]
    [InlineData("Raw", SocketType.Raw)]
    [InlineData("SOCK_RAW", SocketType.Raw)]
    [InlineData("Rdm", SocketType.Rdm)]
    public void ReadsTypes(string name, SocketType expected)
    {
        AllCases(SocketNameTables.Types, name, expected);
    }

    [Theory]
    [InlineData("Default", ProtocolType.Unspecified)]
    [InlineData("Unspecified", ProtocolType.Unspecified)]
    [InlineData("IPPROTO_IP", ProtocolType.Unspecified)]
    [InlineData("Udp", ProtocolType.Udp)]
    [InlineData("IPPROTO_UDP", ProtocolType.Udp)]
    [InlineData("Tcp", ProtocolType.Tcp)]
    [InlineData("IPPROTO_TCP", ProtocolType.Tcp)]
    [InlineData("Icmp", ProtocolType.Icmp)]
    [InlineData("IPPROTO_ICMP", ProtocolType.Icmp)]
    [InlineData("IcmpV6", ProtocolType.IcmpV6)]
    [InlineData("IPPROTO_ICMPV6", ProtocolType.IcmpV6)]
    [InlineData("Raw", ProtocolType.Raw)]
    [InlineData("IPPROTO_RAW", ProtocolType.Raw)]
    [InlineData("Igmp", ProtocolType.Igmp)]
    public void ReadsProtocols(string name, ProtocolType expected)
    {
        AllCases(SocketNameTables.Protocols, name, expected);
    }

    [Theory]
    [InlineData("")]
    [InlineData("IPv5")]
    [InlineData("2")]
    [InlineData("-1")]
    [InlineData("InterNetwork, InterNetworkV6")]
    public void RefusesOtherFamilies(string name)
    {
        Refuses(SocketNameTables.Families, name, "an address family", "IPv4, IPv6, Unix");
    }

    [Theory]
    [InlineData("SOCK_DGRM")]
    [InlineData("2")]
    [InlineData("Stream,Dgram")]
    public void RefusesOtherTypes(string name)
    {
        Refuses(SocketNameTables.Types, name, "a socket type", "Datagram, Stream, SeqPacket, Raw");
    }

    [Theory]
    [InlineData("UPD")]
    [InlineData("17")]
    [InlineData("Udp,Tcp")]
    public void RefusesOtherProtocols(string name)
    {
        Refuses(SocketNameTables.Protocols, name, "a protocol", "Default, Udp, Tcp, Icmp, IcmpV6, Raw");
    }

    [Fact]
    public void KnowsFriendlyNames()
    {
        Assert.Equal("IPv6", SocketNameTables.Families.FriendlyName(AddressFamily.InterNetworkV6));
        Assert.Equal("Datagram", SocketNameTables.Types.FriendlyName(SocketType.Dgram));
        Assert.Equal("AppleTalk", SocketNameTables.Families.FriendlyName(AddressFamily.AppleTalk));
    }

    [Fact]
    public void CompletesFriendlyNamesUntilSomethingIsTyped()
    {
        Assert.Equal(["Datagram", "Stream", "SeqPacket", "Raw"], SocketNameTables.Types.Completions(string.Empty).Select(completion => completion.Name));
        string[] names = [.. SocketNameTables.Types.Completions("S").Select(completion => completion.Name)];
        Assert.Contains("SOCK_DGRAM", names);
        Assert.Contains("Stream", names);
        Assert.Equal(names.Length, names.Distinct().Count());
    }

    [Fact]
    public void EveryCompletionCanBeRead()
    {
        foreach ((string name, string meaning) in SocketNameTables.Families.Completions("A"))
        {
            Assert.Contains(SocketNameTables.Families.FriendlyName(SocketNameTables.Families.Parse(name)), meaning, StringComparison.Ordinal);
        }
    }

    private static void AllCases<T>(NameTable<T> table, string name, T expected)
        where T : struct, Enum
    {
        Assert.Equal(expected, table.Parse(name));
        Assert.Equal(expected, table.Parse(name.ToUpperInvariant()));
#pragma warning disable CA1308 // lower case is what is tested
        Assert.Equal(expected, table.Parse(name.ToLowerInvariant()));
#pragma warning restore CA1308
    }

    private static void Refuses<T>(NameTable<T> table, string name, string what, string usual)
        where T : struct, Enum
    {
        SocketInputException exception = Assert.Throws<SocketInputException>(() => table.Parse(name));
        Assert.Equal("InvalidArgument", exception.ErrorId);
        Assert.Equal($"'{name}' is not {what}: the usual ones are {usual}", exception.Message);
        Assert.Equal(name, exception.Target);
    }
}
