using System.Net;
using System.Net.Sockets;
using PSSockets.Options;
using PSSockets.Sockets;
using PSSockets.Transport;
using PSSockets.Waiting;

namespace PSSockets.UnitTests;

public sealed class MulticastMembershipTests : IDisposable
{
    // Of the range for documentation, RFC 6676.
    private static readonly IPAddress Group = IPAddress.Parse("233.252.0.42");
    private static readonly IPAddress OtherSource = IPAddress.Parse("127.0.0.2");

    private readonly Socket _receiver = SocketFactory.Create(SocketTransport.Quiet, AddressFamily.InterNetwork, SocketType.Dgram);
    private readonly Socket _sender = Sender(IPAddress.Loopback);
    private readonly IPEndPoint _destination;

    public MulticastMembershipTests()
    {
        if (OperatingSystem.IsLinux())
        {
            _receiver.SetRawSocketOption(0, 49, BitConverter.GetBytes(0)); // IP_MULTICAST_ALL: only groups of its own
        }

        _receiver.Bind(new IPEndPoint(IPAddress.Any, 0));
        _destination = new IPEndPoint(Group, ((IPEndPoint)_receiver.LocalEndPoint!).Port);
    }

    public void Dispose()
    {
        _receiver.Dispose();
        _sender.Dispose();
    }

    [Fact]
    public void AMemberHearsTheGroupUntilItLeaves()
    {
        NotHeard(_sender);
        Assert.Equal(Here("MCAST_JOIN_GROUP"), Join());
        Heard(_sender);
        Assert.Equal(Here("MCAST_LEAVE_GROUP"), Leave());
        NotHeard(_sender);
    }

    [Fact]
    public void AMemberHearsEverySource()
    {
        Join();
        using Socket other = Sender(OtherSource);
        Heard(_sender);
        Heard(other);
    }

    [Fact]
    [Trait("Wine", "Wine 8 takes the source of a group for the interface")]
    public void AMemberOfOneSourceHearsNoOther()
    {
        using Socket other = Sender(OtherSource);
        Assert.Equal(Here("MCAST_JOIN_SOURCE_GROUP"), Join(OtherSource));
        NotHeard(_sender);
        Heard(other);
        Join(IPAddress.Loopback);
        Heard(_sender);
        Assert.Equal(Here("MCAST_LEAVE_SOURCE_GROUP"), Leave(OtherSource));
        NotHeard(other);
        Heard(_sender);
        Leave(IPAddress.Loopback);
        NotHeard(_sender);
    }

    [Fact]
    public void AnotherGroupIsNotHeard()
    {
        MulticastMembership.Change(SocketTransport.Quiet, _receiver, isJoin: true, IPAddress.Parse("233.252.0.43"), TestSockets.LoopbackIndex, null);
        NotHeard(_sender);
    }

    [Fact]
    public void ADualModeSocketJoinsGroupsOfIPv4()
    {
        using Socket dual = SocketFactory.Create(SocketTransport.Quiet, AddressFamily.InterNetworkV6, SocketType.Dgram, dualMode: true);
        dual.Bind(new IPEndPoint(IPAddress.IPv6Any, 0));
        MulticastMembership.Change(SocketTransport.Quiet, dual, isJoin: true, Group, TestSockets.LoopbackIndex, null);
        _sender.SendTo("hello"u8.ToArray(), new IPEndPoint(Group, ((IPEndPoint)dual.LocalEndPoint!).Port));
        Assert.Equal("hello", TestSockets.Hear(dual));
    }

    [Fact]
    public void GroupsOfIPv6AreJoinedToo()
    {
        IPAddress group = IPAddress.Parse("ff01::db8:42");
        using Socket receiver = SocketFactory.Create(SocketTransport.Quiet, AddressFamily.InterNetworkV6, SocketType.Dgram);
        receiver.Bind(new IPEndPoint(IPAddress.IPv6Any, 0));
        Assert.Equal(Here("MCAST_JOIN_GROUP", isIPv6: true), Change(receiver, isJoin: true, group, TestSockets.LoopbackIndex, null));
        // The loopback interface need not have a route for it, but knows the member.
        SocketCallException failure = Assert.Throws<SocketCallException>(() => MulticastMembership.Change(SocketTransport.Quiet, receiver, isJoin: true, group, TestSockets.LoopbackIndex, null));
        Assert.StartsWith($"setsockopt {Here("MCAST_JOIN_GROUP", isIPv6: true)} {group}: EADDRINUSE", failure.Message, StringComparison.Ordinal);
        Assert.Equal(Here("MCAST_LEAVE_GROUP", isIPv6: true), Change(receiver, isJoin: false, group, TestSockets.LoopbackIndex, null));
    }

    [Fact]
    public void JoiningTwiceIsAnError()
    {
        Join();
        Refused("MCAST_JOIN_GROUP", "EADDRINUSE", () => Join());
        Heard(_sender);
    }

    [Fact]
    [Trait("Wine", "Wine 8 answers EINVAL to a group that was not joined")]
    public void LeavingWithoutHavingJoinedIsAnError()
    {
        Refused("MCAST_LEAVE_GROUP", "EADDRNOTAVAIL", () => Leave());
        Refused("MCAST_LEAVE_SOURCE_GROUP", "E", () => Leave(OtherSource));
    }

    [Fact]
    [Trait("Wine", "Wine 8 takes the source of a group for the interface")]
    public void AnUnknownInterfaceIsENODEV()
    {
        string error = OperatingSystem.IsWindows() ? "E" : TestSockets.Here("ENODEV (19)");
        Refused("MCAST_JOIN_GROUP", error, () => MulticastMembership.Change(SocketTransport.Quiet, _receiver, isJoin: true, Group, 999_999, null));
        Refused("MCAST_JOIN_SOURCE_GROUP", error, () => MulticastMembership.Change(SocketTransport.Quiet, _receiver, isJoin: true, Group, 999_999, OtherSource));
    }

    [Fact]
    public void AClosedSocketIsSocketClosed()
    {
        _receiver.Dispose();
        Assert.Equal("SocketClosed", Assert.Throws<SocketInputException>(() => Join()).ErrorId);
    }

    // The option's name on Windows.
    private static string Here(string option, bool isIPv6 = false) => !OperatingSystem.IsWindows() ? option
        : $"{(isIPv6 ? "IPV6" : "IP")}_{(option.Contains("JOIN", StringComparison.Ordinal) ? "ADD" : "DROP")}{(option.Contains("SOURCE", StringComparison.Ordinal) ? "_SOURCE" : string.Empty)}_MEMBERSHIP";

    private static Socket Sender(IPAddress source)
    {
        Socket socket = SocketFactory.Create(SocketTransport.Quiet, AddressFamily.InterNetwork, SocketType.Dgram);
        SocketOptionValues.Set(SocketTransport.Quiet, socket, SocketOptionTable.Find("MulticastInterface", socket), TestSockets.LoopbackName);
        socket.Bind(new IPEndPoint(source, 0));
        return socket;
    }

    // The option, as whoever listens to the calls is told it.
    private static string Change(Socket socket, bool isJoin, IPAddress group, int interfaceIndex, IPAddress? source)
    {
        RecordingTap tap = new();
        using StopSignal stop = new();
        using ISocketTransport transport = SocketTransport.Create(stop, tap);
        MulticastMembership.Change(transport, socket, isJoin, group, interfaceIndex, source);
        return Assert.Single(tap.Lines).Split(' ', ',')[1];
    }

    private string Join(IPAddress? source = null) => Change(_receiver, isJoin: true, Group, TestSockets.LoopbackIndex, source);

    private string Leave(IPAddress? source = null) => Change(_receiver, isJoin: false, Group, TestSockets.LoopbackIndex, source);

    private void Heard(Socket sender)
    {
        sender.SendTo("hello"u8.ToArray(), _destination);
        Assert.Equal("hello", TestSockets.Hear(_receiver));
    }

    // What is sent after it to the socket itself comes, and nothing before.
    private void NotHeard(Socket sender)
    {
        sender.SendTo("hello"u8.ToArray(), _destination);
        sender.SendTo("marker"u8.ToArray(), new IPEndPoint(IPAddress.Loopback, _destination.Port));
        Assert.Equal("marker", TestSockets.Hear(_receiver));
        Assert.True(TestSockets.IsSilent(_receiver));
    }

    private void Refused(string option, string error, Action action)
    {
        SocketCallException failure = Assert.Throws<SocketCallException>(action);
        Assert.StartsWith($"setsockopt {Here(option)} {Group}: {error}", failure.Message, StringComparison.Ordinal);
        Assert.Same(_receiver, failure.Target);
    }
}

/// <summary>What is refused before the system is asked.</summary>
public sealed class MulticastGroupTests : IDisposable
{
    private readonly Socket _receiver = SocketFactory.Create(SocketTransport.Quiet, AddressFamily.InterNetwork, SocketType.Dgram);

    public void Dispose() => _receiver.Dispose();

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("223.255.255.255")]
    [InlineData("240.0.0.0")]
    [InlineData("255.255.255.255")]
    [InlineData("::1")]
    [InlineData("fe80::1")]
    public void WhatIsNoGroupIsInvalidEndPoint(string address)
    {
        IPAddress group = IPAddress.Parse(address);
        SocketInputException exception = Assert.Throws<SocketInputException>(() => MulticastMembership.Change(SocketTransport.Quiet, _receiver, isJoin: true, group, 0, null));
        Assert.Equal("InvalidEndPoint", exception.ErrorId);
        Assert.Equal($"{address} is not a multicast address", exception.Message);
        Assert.Same(group, exception.Target);
    }

    [Theory]
    [InlineData("233.252.0.42", "::1")]
    [InlineData("ff05::1", "127.0.0.1")]
    public void ASourceOfAnotherFamilyIsInvalidEndPoint(string group, string source)
    {
        IPAddress from = IPAddress.Parse(source);
        SocketInputException exception = Assert.Throws<SocketInputException>(() =>
            MulticastMembership.Change(SocketTransport.Quiet, _receiver, isJoin: true, IPAddress.Parse(group), 1, from));
        Assert.Equal("InvalidEndPoint", exception.ErrorId);
        Assert.Equal($"the source {source} is not of the group's family", exception.Message);
        Assert.Same(from, exception.Target);
    }
}
