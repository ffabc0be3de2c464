using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using PSSockets.Addresses;

namespace PSSockets.UnitTests;

public sealed class NetworkInterfacesTests
{
    [Fact]
    [Trait("Wine", "Wine 8 has no data of network adapters")]
    public void AnInterfaceIsFoundByItsName()
    {
        Assert.Equal(TestSockets.LoopbackIndex, NetworkInterfaces.Find(TestSockets.LoopbackName));
        Assert.Equal(TestSockets.LoopbackIndex, NetworkInterfaces.FindIndex(TestSockets.LoopbackName));
    }

    [Fact]
    [Trait("Wine", "Wine 8 has no data of network adapters")]
    public void AnInterfaceIsFoundByItsNumber()
    {
        Assert.Equal(TestSockets.LoopbackIndex, NetworkInterfaces.Find(TestSockets.LoopbackIndex.ToString(CultureInfo.InvariantCulture)));
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    [Trait("Wine", "Wine 8 has no data of network adapters")]
    public void AnInterfaceIsFoundByItsAddress(string address)
    {
        Assert.Equal(TestSockets.LoopbackIndex, NetworkInterfaces.Find(address));
    }

    [Fact]
    [Trait("Wine", "Wine 8 has no data of network adapters")]
    public void EveryInterfaceIsFoundByItsNameAndAddresses()
    {
        foreach (NetworkInterface candidate in NetworkInterface.GetAllNetworkInterfaces())
        {
            int index = NetworkInterfaces.Find(candidate.Name);
            Assert.Equal(File.ReadAllText($"/sys/class/net/{candidate.Name}/ifindex").Trim(), index.ToString(CultureInfo.InvariantCulture));
            foreach (IPAddress address in candidate.GetIPProperties().UnicastAddresses.Select(own => own.Address))
            {
                Assert.Equal(index, NetworkInterfaces.Find(address.ToString()));
            }
        }
    }

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
