using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using PSSockets.Errors;
using PSSockets.Sockets;
using PSSockets.Waiting;

namespace PSSockets.Channels;

/// <summary>
/// Asks a proxy for its target: RFC 1928 and 1929 (SOCKS5), SOCKS4 and 4A, RFC 9110 section 9.3.6 (CONNECT). Not one byte
/// more than the proxy's own answer is taken, since the target may speak right after it.
/// </summary>
/// <param name="transport">The system.</param>
/// <param name="record">The stream to the proxy.</param>
/// <param name="proxy">The proxy.</param>
/// <param name="name">What the proxy is told: a name or an address.</param>
/// <param name="target">What the user asked for, for messages.</param>
/// <param name="limit">The limit that the deadline is of, for messages.</param>
internal sealed class ProxyHandshake(ISocketTransport transport, SocketRecord record, Proxy proxy, EndPoint name, EndPoint target, TimeLimit limit)
{
    private const int LongestField = 255;
    private const int LongestHeader = 64 * 1024;
    private const int LookAhead = 4096;
    private const int MostShown = 40;
    private const byte NoAuthentication = 0;
    private const byte PasswordAuthentication = 2;
    private const byte IPv4Address = 1;
    private const byte HostName = 3;
    private const byte IPv6Address = 4;

    private readonly ByteChannel _channel = ByteChannel.Of(record);

    /// <summary>Asks, and reads the answer.</summary>
    /// <exception cref="SocketInputException">The proxy refuses, or its answer is none.</exception>
    /// <exception cref="SocketCallException">The connection failed, or the deadline passed.</exception>
    public void Run(Deadline deadline)
    {
        switch (proxy.Kind)
        {
            case ProxyKind.Http:
                AskHttp(deadline);
                break;
            case ProxyKind.Socks5 or ProxyKind.Socks5h:
                AskSocks5(deadline);
                break;
            default:
                AskSocks4(deadline);
                break;
        }
    }

    private string Where => $"connect {EndPointText.Describe(target)} through {proxy.Text}";

    private void AskSocks5(Deadline deadline)
    {
        bool hasUser = proxy.UserName is not null;
        byte[] user = Field("user name", proxy.UserName);
        byte[] password = Field("password", proxy.Password);
        Send(hasUser ? [5, 2, NoAuthentication, PasswordAuthentication] : [5, 1, NoAuthentication], deadline);
        byte[] choice = ReadAnswer(2, 5, "SOCKS5", deadline);
        if (choice[1] == PasswordAuthentication && hasUser)
        {
            Send([1, (byte)user.Length, .. user, (byte)password.Length, .. password], deadline);
            // RFC 1929: the version of this part is 1, and not everybody says so.
            if (Read(2, deadline)[1] is byte status and not 0)
            {
                throw Refused(ErrorIds.ProxyAuthenticationFailed, $"SOCKS5 status {status}: the proxy does not take the user name and password", "Check -ProxyCredential.");
            }
        }
        else if (choice[1] == 0xFF)
        {
            throw hasUser
                ? Refused(ErrorIds.ProxyAuthenticationFailed, "SOCKS5 method 255: the proxy takes none of the ways to say who asks, neither without a password nor with one", "Ask whoever runs the proxy which way it takes.")
                : Refused(ErrorIds.ProxyAuthenticationRequired, "SOCKS5 method 255: the proxy does not serve a user without a name", "Give the user and the password with -ProxyCredential.");
        }
        else if (choice[1] != NoAuthentication)
        {
            throw Garbage(choice, $"it chooses the SOCKS5 method {choice[1]}, which was not offered");
        }

        byte[] address = name switch
        {
            IPEndPoint { AddressFamily: AddressFamily.InterNetwork } four => [IPv4Address, .. four.Address.GetAddressBytes()],
            IPEndPoint { Address.IsIPv4MappedToIPv6: true } mapped => [IPv4Address, .. mapped.Address.MapToIPv4().GetAddressBytes()],
            IPEndPoint six => [IPv6Address, .. six.Address.GetAddressBytes()],
            _ => [HostName, (byte)Host().Length, .. Host()],
        };
        Send([5, 1, 0, .. address, .. Port()], deadline);
        byte[] answer = ReadAnswer(4, 5, "SOCKS5", deadline);
        if (answer[1] != 0)
        {
            throw Socks5Refusal(answer[1]);
        }

        // The address from which the proxy connects, which says nothing here.
        int length = answer[3] switch
        {
            IPv4Address => 4,
            IPv6Address => 16,
            HostName => Read(1, deadline)[0],
            byte other => throw Garbage(answer, $"its answer has an address of type {other}"),
        };
        Read(length + 2, deadline);
    }

    private void AskSocks4(Deadline deadline)
    {
        byte[] user = Field("user name", proxy.UserName);
        if (user.AsSpan().Contains((byte)0))
        {
            throw new SocketInputException(ErrorIds.InvalidProxy, $"{Where}: a user name of SOCKS4 holds no zero byte", "Check -ProxyCredential.", target);
        }

        byte[] request = name is IPEndPoint address
            ? [4, 1, .. Port(), .. address.Address.MapToIPv4().GetAddressBytes(), .. user, 0]
            // An address that cannot be says that a name follows.
            : [4, 1, .. Port(), 0, 0, 0, 1, .. user, 0, .. Host(), 0];
        Send(request, deadline);
        // Some servers write the version of what they were asked.
        byte[] answer = ReadAnswer(2, 0, "SOCKS4", deadline, otherVersion: 4);
        if (answer[1] != 90)
        {
            throw answer[1] switch
            {
                91 => Refused(ErrorIds.ProxyRefused, "SOCKS4 reply 91: request rejected or failed", "SOCKS4 does not say why: check the target, and the rules of the proxy."),
                92 => Refused(ErrorIds.ProxyIdentFailed, "SOCKS4 reply 92: the proxy cannot reach identd on this machine", "Run identd, or use SOCKS5."),
                93 => Refused(ErrorIds.ProxyIdentFailed, "SOCKS4 reply 93: identd names another user than the request", "Give the user that identd names with -ProxyCredential."),
                byte other => Garbage(answer, $"its SOCKS4 reply is {other}"),
            };
        }

        Read(6, deadline);
    }

    private void AskHttp(Deadline deadline)
    {
        string authority = name is IPEndPoint address
            ? new IPEndPoint(new IPAddress(address.Address.GetAddressBytes()), address.Port).ToString()
            : string.Create(CultureInfo.InvariantCulture, $"{Encoding.ASCII.GetString(Host())}:{((DnsEndPoint)name).Port}");
        string authorization = string.Empty;
        if (proxy.UserName is not null)
        {
            if (proxy.UserName.Contains(':'))
            {
                throw new SocketInputException(ErrorIds.InvalidProxy, $"{Where}: a user name of basic authentication holds no ':'", "Check -ProxyCredential.", target);
            }

            authorization = $"Proxy-Authorization: Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{proxy.UserName}:{proxy.Password}"))}\r\n";
        }

        Send(Encoding.ASCII.GetBytes($"CONNECT {authority} HTTP/1.1\r\nHost: {authority}\r\n{authorization}\r\n"), deadline);
        int status;
        string line;
        do
        {
            line = ReadHeader(deadline);
            status = StatusOf(line);
            if (status is >= 100 and < 200 && deadline.IsPast)
            {
                // Such answers may come without an end, and none of them has to be waited for.
                throw Late();
            }
        }
        while (status is >= 100 and < 200);
        if (status is >= 200 and < 300)
        {
            return;
        }

        string said = $"HTTP {PrintableText.From(line[(line.IndexOf(' ') + 1)..].Trim(), 2 * MostShown)}";
        throw status switch
        {
            407 when proxy.UserName is null => Refused(ErrorIds.ProxyAuthenticationRequired, said, "Give the user and the password with -ProxyCredential."),
            // tinyproxy answers 401 to a wrong password.
            401 or 407 when proxy.UserName is not null => Refused(ErrorIds.ProxyAuthenticationFailed, said, "Check -ProxyCredential; of the ways to say who asks, basic authentication is the one that is supported."),
            403 => Refused(ErrorIds.ProxyNotAllowed, said, "The rules of the proxy forbid this target or port: ask whoever runs it."),
            405 or 501 => Refused(ErrorIds.ProxyNotSupported, said, "This is a proxy without CONNECT, or no proxy at all: check its address."),
            502 or 503 => Refused(ErrorIds.ProxyHostUnreachable, said, "The proxy does not reach the target: check its name and port."),
            504 => Refused(ErrorIds.ProxyTargetTimedOut, said, "The target did not answer the proxy: check its name and port."),
            _ => Refused(ErrorIds.ProxyRefused, said, "Check the target, and the rules of the proxy."),
        };
    }

    private SocketInputException Socks5Refusal(byte reply) => reply switch
    {
        1 => Refused(ErrorIds.ProxyRefused, "SOCKS5 reply 1: general SOCKS server failure", "The proxy does not say why: check the target, and the log of the proxy."),
        2 => Refused(ErrorIds.ProxyNotAllowed, "SOCKS5 reply 2: connection not allowed by ruleset", "The rules of the proxy forbid this target or port: ask whoever runs it."),
        3 => Refused(ErrorIds.ProxyNetworkUnreachable, "SOCKS5 reply 3: network unreachable", "The proxy knows no way to the target's network."),
        4 => Refused(ErrorIds.ProxyHostUnreachable, "SOCKS5 reply 4: host unreachable", "The proxy does not reach the target: check its name; socks5h:// lets the proxy look it up."),
        5 => Refused(ErrorIds.ProxyConnectionRefused, "SOCKS5 reply 5: connection refused", "Check that a program listens at the target's port."),
        6 => Refused(ErrorIds.ProxyTargetTimedOut, "SOCKS5 reply 6: TTL expired", "The way from the proxy to the target is too long, or goes in a circle."),
        7 => Refused(ErrorIds.ProxyNotSupported, "SOCKS5 reply 7: command not supported", "The proxy does not connect: use another."),
        8 => Refused(ErrorIds.ProxyNotSupported, "SOCKS5 reply 8: address type not supported", "Use socks5h:// to send the name, or socks5:// to send an address."),
        _ => Refused(ErrorIds.ProxyRefused, $"SOCKS5 reply {reply}, which has no meaning", "See the log of the proxy."),
    };

    private byte[] Field(string what, string? text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text ?? string.Empty);
        return bytes.Length <= LongestField ? bytes
            : throw new SocketInputException(ErrorIds.InvalidProxy, $"{Where}: the {what} has {bytes.Length} bytes, and SOCKS carries {LongestField}", "Check -ProxyCredential.", target);
    }

    // As name servers know it, and as every proxy takes it.
    private byte[] Host()
    {
        string host = ((DnsEndPoint)name).Host;
        try
        {
            host = host.All(char.IsAscii) ? host : new IdnMapping().GetAscii(host);
        }
        catch (ArgumentException)
        {
            // What follows says so.
        }

        return host.Length is > 0 and <= LongestField && host.All(static letter => letter is > ' ' and < '\u007F')
            ? Encoding.ASCII.GetBytes(host)
            : throw new SocketInputException(ErrorIds.InvalidEndPoint, $"{Where}: a proxy takes no such host name", "Check the spelling of the name.", target);
    }

    private byte[] Port()
    {
        byte[] port = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(port, (ushort)(name is IPEndPoint address ? address.Port : ((DnsEndPoint)name).Port));
        return port;
    }

    private void Send(byte[] bytes, Deadline deadline)
    {
        for (int sent = 0; sent < bytes.Length;)
        {
            if (_channel.Write(transport, bytes.AsMemory(sent), SocketFlags.None, deadline) is int count)
            {
                sent += count;
            }
            else if (deadline.IsPast)
            {
                throw Late();
            }
        }
    }

    // By its first byte an answer of another protocol is known, which need not become as long.
    private byte[] ReadAnswer(int length, byte version, string protocol, Deadline deadline, byte? otherVersion = null)
    {
        byte[] first = Read(1, deadline);
        if (first[0] != version && first[0] != otherVersion)
        {
            lock (record.ReadGate)
            {
                _channel.Look(transport, MostShown);
                first = [.. first, .. _channel.Seen];
            }

            throw Garbage(first, first[0] is (byte)'H' or (byte)'<' ? $"it speaks HTTP, not {protocol}" : $"it does not speak {protocol}");
        }

        return [.. first, .. Read(length - 1, deadline)];
    }

    private byte[] Read(int length, Deadline deadline)
    {
        byte[] bytes = new byte[length];
        int read = 0;
        while (read < length)
        {
            int? count;
            lock (record.ReadGate)
            {
                count = _channel.Receive(transport, bytes.AsMemory(read));
            }

            if (count == 0)
            {
                throw Closed(bytes.AsSpan(0, read));
            }

            read += count ?? 0;
            if (count is null)
            {
                Wait(deadline);
            }
        }

        return bytes;
    }

    // The lines before the first empty one; all else stays in the stream.
    private string ReadHeader(Deadline deadline)
    {
        while (true)
        {
            int? more;
            lock (record.ReadGate)
            {
                more = _channel.Look(transport, LookAhead);
                ReadOnlySpan<byte> seen = _channel.Seen;
                if (!StartsLikeHttp(seen))
                {
                    throw Garbage(seen, "it does not speak HTTP");
                }

                if (EndOfHeader(seen) is int end and > 0)
                {
                    string header = Encoding.Latin1.GetString(seen[..end]);
                    _channel.Take(transport, end);
                    return header.Split('\n')[0].TrimEnd('\r');
                }

                if (more == 0)
                {
                    throw Closed(seen);
                }

                if (seen.Length > LongestHeader)
                {
                    throw Garbage(seen, $"its answer has more than {LongestHeader / 1024} KiB of header");
                }

                _channel.Keep(transport);
            }

            if (more is null)
            {
                Wait(deadline);
            }
        }
    }

    private static bool StartsLikeHttp(ReadOnlySpan<byte> seen)
    {
        ReadOnlySpan<byte> start = "HTTP/"u8;
        int length = Math.Min(seen.Length, start.Length);
        return seen[..length].SequenceEqual(start[..length]);
    }

    // RFC 9112 section 2.2: a line may end in LF alone.
    private static int? EndOfHeader(ReadOnlySpan<byte> seen)
    {
        for (int start = 0; start < seen.Length;)
        {
            int length = seen[start..].IndexOf((byte)'\n');
            if (length < 0)
            {
                return null;
            }

            ReadOnlySpan<byte> line = seen.Slice(start, length);
            start += length + 1;
            if (line.IsEmpty || line is [(byte)'\r'])
            {
                return start;
            }
        }

        return null;
    }

    private int StatusOf(string line)
    {
        string[] words = line.Split(' ', 3);
        return words.Length >= 2 && words[1].Length == 3 && int.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out int status)
            ? status
            : throw Garbage(Encoding.Latin1.GetBytes(line), "its answer has no HTTP status");
    }

    private void Wait(Deadline deadline)
    {
        if (!_channel.Wait(transport, deadline) && deadline.IsPast)
        {
            throw Late();
        }
    }

    private SocketCallException Late() =>
        CallFailure.Of("connect", proxy.EndPoint, SocketError.TimedOut, target, $"the proxy did not answer {limit.WithinTotal ?? "in time"}");

    private SocketInputException Closed(ReadOnlySpan<byte> got) => new(
        ErrorIds.EndOfStream,
        $"{Where}: the proxy closed the connection before it had answered{(got.IsEmpty ? string.Empty : $", after '{Shown(got)}'")}",
        "It may want another protocol than the one that the scheme names, or forbid this client: check its address and its log.",
        target);

    private SocketInputException Garbage(ReadOnlySpan<byte> got, string problem) => new(
        ErrorIds.InvalidProxyAnswer,
        $"{Where}: what answers is not such a proxy: {problem}{(got.IsEmpty ? string.Empty : $": '{Shown(got)}'")}",
        "Check the scheme, the host and the port of -Proxy.",
        target);

    private SocketInputException Refused(string errorId, string said, string remedy) => new(errorId, $"{Where}: {said}", remedy, target);

    private static string Shown(ReadOnlySpan<byte> got) => PrintableText.From(Encoding.Latin1.GetString(got[..Math.Min(got.Length, MostShown)]).TrimEnd());
}
