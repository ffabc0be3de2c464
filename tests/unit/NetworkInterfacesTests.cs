using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using PSSockets.Addresses;

namespace PSSockets.UnitTests;

public sealed class NetworkInterfacesTests
{
    [Fact]
    public void AnInterfaceIsFoundByItsName()
    {
        Assert.Equal(TestSockets.LoopbackIndex, NetworkInterfaces.Find(TestSockets.LoopbackName));
        Assert.Equal(TestSockets.LoopbackIndex, NetworkInterfaces.FindIndex(TestSockets.LoopbackName));
    }

    [Fact]
    public void AnInterfaceIsFoundByItsNumber()
    {
        Assert.Equal(TestSockets.LoopbackIndex, NetworkInterfaces.Find(TestSockets.LoopbackIndex.ToString(CultureInfo.InvariantCulture)));
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public void AnInterfaceIsFoundByItsAddress(string address)
    {
        Assert.Equal(TestSockets.LoopbackIndex, NetworkInterfaces.Find(address));
    }

    [Fact]
    public void EveryInterfaceIsFoundByItsNameAndAddresses()
    {
        foreach (NetworkInterface candidate in NetworkInterface.GetAllNetworkInterfaces())
        {
            if (IndexOf(candidate) is not int index)
            {
                Assert.Null(NetworkInterfaces.FindIndex(candidate.Name));
                continue;
            }

            Assert.Equal(index, NetworkInterfaces.Find(candidate.Name));
            foreach (IPAddress address in candidate.GetIPProperties().UnicastAddresses.Select(own => own.Address))
            {
                Assert.Equal(index, NetworkInterfaces.Find(address.ToString()));
            }
        }
    }

    // One without IPv4 and IPv6 has no number on Windows.
    private static int? IndexOf(NetworkInterface candidate) => OperatingSystem.IsLinux()
        ? int.Parse(File.ReadAllText($"/sys/class/net/{candidate.Name}/ifindex"), CultureInfo.InvariantCulture)
        : candidate.Supports(NetworkInterfaceComponent.IPv4) ? candidate.GetIPProperties().GetIPv4Properties().Index : null;

    [Fact]
    public void ZeroLetsTheSystemChoose()
    {
        Assert.Equal(0, NetworkInterfaces.Find("0"));
    }

    [Theory]
    [InlineData("nonesuch0")]
    [InlineData("192.0.2.99")]
    [InlineData("2001:db8::99")]
    [InlineData("-1")]
    [InlineData("")]
    [InlineData("99999999999")]
    public void AnUnknownOneIsInterfaceNotFound(string text)
    {
        SocketInputException exception = Assert.Throws<SocketInputException>(() => NetworkInterfaces.Find(text));
        Assert.Equal("InterfaceNotFound", exception.ErrorId);
        Assert.Equal($"no network interface has the name, number or address '{text}'", exception.Message);
        Assert.Equal(text, exception.Target);
    }

    [Fact]
    public void NoNameIsNoIndex()
    {
        Assert.Null(NetworkInterfaces.FindIndex("nonesuch0"));
    }

    [Fact]
    public void AllAreListedWithWhatTheyAre()
    {
        (string Name, string Meaning)[] all = [.. NetworkInterfaces.All()];
        Assert.Equal(NetworkInterface.GetAllNetworkInterfaces().Select(one => one.Name).Order(), all.Select(one => one.Name).Order());
        (string _, string meaning) = all.Single(one => one.Name == TestSockets.LoopbackName);
        Assert.StartsWith($"{TestSockets.LoopbackName}: Loopback, ", meaning, StringComparison.Ordinal);
        Assert.Contains("127.0.0.1", meaning, StringComparison.Ordinal);
    }
}
