using System.Net;
using System.Net.Sockets;
using PSSockets.Addresses;

namespace PSSockets.UnitTests;

public sealed class AddressLookupTests
{
    [Theory]
    [InlineData("127.0.0.1", AddressFamily.InterNetwork)]
    [InlineData("192.0.2.1", AddressFamily.InterNetwork)]
    [InlineData("::1", AddressFamily.InterNetworkV6)]
    [InlineData("2001:db8::1", AddressFamily.InterNetworkV6)]
    public void DigitsAreTheirAddress(string host, AddressFamily family)
    {
        ResolvedAddress only = Assert.Single(Find(host, "8080", type: SocketType.Stream, isNumericHost: true));
        Assert.Equal(family, only.AddressFamily);
        Assert.Equal(new IPEndPoint(IPAddress.Parse(host), 8080), only.EndPoint);
        Assert.Equal(SocketType.Stream, only.SocketType);
        Assert.Equal(ProtocolType.Tcp, only.ProtocolType);
        Assert.Equal(host, only.CanonicalName);
    }

    [Fact]
    public void LocalhostIsThisMachine()
    {
        IReadOnlyList<ResolvedAddress> found = Find("localhost", "80", type: SocketType.Stream);
        Assert.NotEmpty(found);
        Assert.All(found, one =>
        {
            IPEndPoint endPoint = Assert.IsType<IPEndPoint>(one.EndPoint);
            Assert.True(IPAddress.IsLoopback(endPoint.Address));
            Assert.Equal(80, endPoint.Port);
            Assert.Equal("localhost", one.CanonicalName);
        });
        Assert.Contains(Find("localhost", null, AddressFamily.InterNetwork), one => one.EndPoint.Equals(new IPEndPoint(IPAddress.Loopback, 0)));
    }

    [Theory]
    [InlineData("http", SocketType.Stream, 80)]
    [InlineData("domain", SocketType.Dgram, 53)]
    [InlineData("domain", SocketType.Stream, 53)]
    [InlineData("https", SocketType.Stream, 443)]
    [InlineData("0", SocketType.Stream, 0)]
    [InlineData("1", SocketType.Stream, 1)]
    [InlineData("256", SocketType.Stream, 256)]
    [InlineData("65535", SocketType.Dgram, 65535)]
    public void ServicesArePortsInTheHostsOrder(string service, SocketType type, int expected)
    {
        foreach (string host in new[] { "127.0.0.1", "::1" })
        {
            ResolvedAddress only = Assert.Single(Find(host, service, type: type));
            Assert.Equal(expected, ((IPEndPoint)only.EndPoint).Port);
            Assert.Equal(type, only.SocketType);
            Assert.Equal(type == SocketType.Stream ? ProtocolType.Tcp : ProtocolType.Udp, only.ProtocolType);
        }
    }

    [Fact]
    public void WithoutATypeThereIsOneResultOfEach()
    {
        SocketType[] types = [.. Find("127.0.0.1", "domain").Select(one => one.SocketType)];
        Assert.Contains(SocketType.Stream, types);
        Assert.Contains(SocketType.Dgram, types);
        Assert.Equal(types.Distinct(), types);
    }

    // What is done where the system gives addresses of no type: Windows.
    [Theory]
    [InlineData("127.0.0.1", "80")]
    [InlineData("127.0.0.1", "domain")]
    [InlineData("::1", null)]
    [InlineData("localhost", "http")]
    [InlineData("localhost", "65535")]
    public void AskingForEachTypeGivesTheSame(string host, string? service)
    {
        IReadOnlyList<ResolvedAddress> each = AddressLookup.Find(host, service, AddressFamily.Unspecified, SocketType.Unknown, isPassive: false, isNumericHost: false, asksForEachType: true);
        Assert.Equal(Find(host, service).Select(Describe), each.Select(Describe));
        Assert.Equal(each.Distinct(), each);
        Assert.DoesNotContain(each, address => address.SocketType == SocketType.Unknown);
        Assert.All(each, address => Assert.Equal(
            address.SocketType switch { SocketType.Stream => ProtocolType.Tcp, SocketType.Dgram => ProtocolType.Udp, _ => ProtocolType.Unspecified }, address.ProtocolType));

        static string Describe(ResolvedAddress address) => $"{address.EndPoint} {address.SocketType} {address.ProtocolType} {address.CanonicalName}";
    }

    [Fact]
    public void AskingForEachTypeFailsAsOneQuestionDoes()
    {
        SocketCallException failure = Assert.Throws<SocketCallException>(() =>
            AddressLookup.Find("127.0.0.1", "no-such-service", AddressFamily.Unspecified, SocketType.Unknown, isPassive: false, isNumericHost: false, asksForEachType: true));
        Assert.StartsWith("getaddrinfo 127.0.0.1:no-such-service: ", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(AddressFamily.InterNetwork, false, "127.0.0.1")]
    [InlineData(AddressFamily.InterNetwork, true, "0.0.0.0")]
    [InlineData(AddressFamily.InterNetworkV6, false, "::1")]
    [InlineData(AddressFamily.InterNetworkV6, true, "::")]
    public void WithoutAHostItIsThisMachineOrAnyAddress(AddressFamily family, bool isPassive, string expected)
    {
        ResolvedAddress only = Assert.Single(Find(null, "80", family, SocketType.Stream, isPassive));
        Assert.Equal(new IPEndPoint(IPAddress.Parse(expected), 80), only.EndPoint);
        Assert.Null(only.CanonicalName);
    }

    [Fact]
    public void AHostMakesPassiveMeaningless()
    {
        Assert.Equal(new IPEndPoint(IPAddress.Loopback, 80), Assert.Single(Find("127.0.0.1", "80", type: SocketType.Stream, isPassive: true)).EndPoint);
    }

    [Fact]
    public void AScopeComesAlong()
    {
        IPEndPoint endPoint = Assert.IsType<IPEndPoint>(Assert.Single(Find($"fe80::1%{TestSockets.LoopbackName}", "80", type: SocketType.Stream)).EndPoint);
        Assert.Equal(TestSockets.LoopbackIndex, endPoint.Address.ScopeId);
    }

    [Theory]
    [InlineData("no.such.host.invalid", null, true, SocketError.HostNotFound, "EAI_NONAME")]
    [InlineData("localhost", null, true, SocketError.HostNotFound, "EAI_NONAME")]
    [InlineData("127.0.0.1", "no-such-service", false, SocketError.TypeNotFound, "EAI_SERVICE")]
    public void WhatIsNotKnownIsAnError(string host, string? service, bool isNumericHost, SocketError error, string name)
    {
        SocketCallException failure = Assert.Throws<SocketCallException>(() => Find(host, service, type: SocketType.Stream, isNumericHost: isNumericHost));
        Assert.Equal(error, failure.SocketErrorCode);
        Assert.Equal(name, failure.Error.Name);
        string asked = service is null ? host : $"{host}:{service}";
        Assert.StartsWith($"getaddrinfo {asked}: {name} ", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("127.0.0.1", AddressFamily.InterNetworkV6)]
    [InlineData("::1", AddressFamily.InterNetwork)]
    [Trait("Wine", "Wine 8 answers NoRecovery")]
    public void AnAddressOfAnotherFamilyIsAnError(string host, AddressFamily family)
    {
        SocketCallException failure = Assert.Throws<SocketCallException>(() => Find(host, null, family));
        Assert.Contains(failure.SocketErrorCode, new[] { SocketError.NoData, SocketError.HostNotFound });
    }

    [Fact]
    public void AnAddressHasItsNames()
    {
        ResolvedName name = Name("127.0.0.1", 80);
        Assert.Equal("localhost", name.HostName);
        Assert.Equal("http", name.Service);
        Assert.Equal(new IPEndPoint(IPAddress.Loopback, 80), name.EndPoint);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    [InlineData("2001:db8::1")]
    public void NumericIsDigits(string address)
    {
        ResolvedName name = Name(address, 80, isNumericHost: true, isNumericService: true);
        Assert.Equal(address, name.HostName);
        Assert.Equal("80", name.Service);
        Assert.Equal("http", Name(address, 80, isNumericHost: true).Service);
        Assert.Equal("256", Name(address, 256, isNumericHost: true, isNumericService: true).Service);
    }

    // 514 is shell of streams and syslog of datagrams, 512 exec and biff.
    [Theory]
    [InlineData(514, "shell", "syslog")]
    [InlineData(512, "exec", "biff")]
    public void AServiceOfDatagramsMayHaveAnotherName(int port, string stream, string datagram)
    {
        Assert.Equal(stream, Name("127.0.0.1", port, isNumericHost: true).Service);
        Assert.Equal(datagram, Name("127.0.0.1", port, isNumericHost: true, isDatagram: true).Service);
    }

    [Fact]
    public void ARequiredNameAndDigitsExcludeEachOther()
    {
        SocketCallException failure = Assert.Throws<SocketCallException>(() => Name("127.0.0.1", 80, isNumericHost: true, isNameRequired: true));
        Assert.StartsWith("getnameinfo 127.0.0.1:80: EAI_NONAME", failure.Message, StringComparison.Ordinal);
        Assert.Equal(SocketError.HostNotFound, failure.SocketErrorCode);
        Assert.Equal("localhost", Name("127.0.0.1", 80, isNameRequired: true).HostName);
    }

    private static IReadOnlyList<ResolvedAddress> Find(
        string? host, string? service, AddressFamily family = AddressFamily.Unspecified, SocketType type = SocketType.Unknown, bool isPassive = false, bool isNumericHost = false) =>
        AddressLookup.Find(host, service, family, type, isPassive, isNumericHost);

    private static ResolvedName Name(
        string address, int port, bool isNumericHost = false, bool isNumericService = false, bool isNameRequired = false, bool isDatagram = false) =>
        AddressLookup.NameOf(new IPEndPoint(IPAddress.Parse(address), port), isNumericHost, isNumericService, isNameRequired, isDatagram);
}
