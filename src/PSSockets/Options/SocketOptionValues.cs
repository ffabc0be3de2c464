using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using PSSockets.Addresses;
using PSSockets.Errors;
using PSSockets.Native;
using PSSockets.Sockets;

namespace PSSockets.Options;

/// <summary>The values of options, between the bytes of the kernel and what people write.</summary>
internal static class SocketOptionValues
{
    /// <summary>Reads an option: a bool, an int, seconds as a double, text, or a name.</summary>
    /// <exception cref="SocketCallException">The system refuses.</exception>
    public static object? Get(ISocketTransport transport, Socket socket, SocketOptionInfo option)
    {
        OptionText text = new(option.CName, $"{option.LevelName}, {option.CName}", bytes => Read(option, bytes));
        return Read(option, transport.GetOption(socket, text, option.Level, option.Number));
    }

    private static object? Read(SocketOptionInfo option, byte[] bytes)
    {
        return option.Kind switch
        {
            SocketOptionKind.Switch => Integer(bytes) != 0,
            SocketOptionKind.Time => Seconds(bytes),
            SocketOptionKind.Linger => LingerSeconds(bytes),
            SocketOptionKind.Text => Encoding.UTF8.GetString(bytes).TrimEnd('\0'),
            SocketOptionKind.Name => NameOf(option, Integer(bytes)),
            SocketOptionKind.Interface when option.Family == AddressFamily.InterNetwork => MulticastLayout.Own.InterfaceOf(bytes) is int index
                ? NetworkInterfaces.IPv4AddressOf(index)
                : new IPAddress(bytes.AsSpan(0, 4)),
            _ => Integer(bytes),
        };
    }

    /// <summary>Sets an option to a value as people write it.</summary>
    /// <exception cref="SocketInputException"><c>InvalidOptionValue</c>: the message says what the option takes; or the option can only be read.</exception>
    /// <exception cref="SocketCallException">The system refuses.</exception>
    public static void Set(ISocketTransport transport, Socket socket, SocketOptionInfo option, object? value)
    {
        if (option.IsReadOnly)
        {
            throw new SocketInputException(ErrorIds.InvalidArgument, $"setsockopt {option.CName}: the option can only be read", "Leave it as it is.", socket);
        }

        byte[] bytes = option.Kind switch
        {
            SocketOptionKind.Switch => BitConverter.GetBytes(Switch(option, value) ? 1 : 0),
            SocketOptionKind.Time => Number(option, value) is >= 0 and <= int.MaxValue and double seconds ? TimeValue(seconds) : throw Unusable(option, value),
            SocketOptionKind.Linger => Linger(option, value),
            SocketOptionKind.Text => Encoding.UTF8.GetBytes(Convert.ToString(value, CultureInfo.InvariantCulture) ?? string.Empty),
            SocketOptionKind.Interface => Interface(option, value),
            _ => BitConverter.GetBytes(Integer(option, value)),
        };
        transport.SetOption(socket, new OptionText(option.CName, $"{option.LevelName}, {option.CName}, {value}"), option.Level, option.Number, bytes);
    }

    private static int Integer(byte[] bytes) => bytes.Length switch
    {
        0 => 0,
        < sizeof(int) => bytes[0],
        _ => MemoryMarshal.Read<int>(bytes),
    };

    // Windows has milliseconds, others struct timeval.
    private static double Seconds(byte[] bytes) => bytes.Length == sizeof(int)
        ? MemoryMarshal.Read<uint>(bytes) / 1e3
        : MemoryMarshal.Read<nint>(bytes) + (MemoryMarshal.Read<nint>(bytes.AsSpan(nint.Size)) / 1e6);

    private static byte[] TimeValue(double seconds)
    {
        if (SystemNumbers.HasWinsock)
        {
            // 0 would mean no limit.
            return BitConverter.GetBytes((uint)Math.Min(Math.Ceiling(seconds * 1e3), uint.MaxValue));
        }

        byte[] bytes = new byte[2 * nint.Size];
        (long wholeSeconds, long rest) = Math.DivRem((long)Math.Round(seconds * 1e6), 1_000_000);
        nint whole = (nint)wholeSeconds;
        nint microseconds = (nint)rest;
        MemoryMarshal.Write(bytes, in whole);
        MemoryMarshal.Write(bytes.AsSpan(nint.Size), in microseconds);
        return bytes;
    }

    private static object LingerSeconds(byte[] bytes) =>
        MemoryMarshal.Read<int>(bytes) == 0 ? "off" : MemoryMarshal.Read<int>(bytes.AsSpan(sizeof(int)));

    private static byte[] Linger(SocketOptionInfo option, object? value)
    {
        bool isOff = value is false || (value is string text && text.Equals("off", StringComparison.OrdinalIgnoreCase));
        int seconds = isOff ? 0 : Integer(option, value);
        if (seconds < 0)
        {
            throw Unusable(option, value);
        }

        return [.. BitConverter.GetBytes(isOff ? 0 : 1), .. BitConverter.GetBytes(seconds)];
    }

    private static bool Switch(SocketOptionInfo option, object? value) => value switch
    {
        bool isOn => isOn,
        string text when text.Equals("on", StringComparison.OrdinalIgnoreCase) || text.Equals("true", StringComparison.OrdinalIgnoreCase) => true,
        string text when text.Equals("off", StringComparison.OrdinalIgnoreCase) || text.Equals("false", StringComparison.OrdinalIgnoreCase) => false,
        _ => Integer(option, value) switch
        {
            0 => false,
            1 => true,
            _ => throw Unusable(option, value),
        },
    };

    private static int Integer(SocketOptionInfo option, object? value)
    {
        double number = Number(option, value);
        return double.IsInteger(number) && number is >= int.MinValue and <= int.MaxValue ? (int)number : throw Unusable(option, value);
    }

    private static double Number(SocketOptionInfo option, object? value)
    {
        if (value is TimeSpan span && option.Unit is "s" or "ms")
        {
            return option.Unit == "s" ? ((TimeSpan)value!).TotalSeconds : ((TimeSpan)value!).TotalMilliseconds;
        }

        try
        {
            return value switch
            {
                // As .NET's DontFragment is written.
                bool isForbidden when option.Name == "MtuDiscovery" => isForbidden ? 2 : 0,
                null or bool => throw Unusable(option, value),
                string text => double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture),
                _ => Convert.ToDouble(value, CultureInfo.InvariantCulture),
            };
        }
        catch (Exception exception) when (exception is FormatException or InvalidCastException or OverflowException)
        {
            throw Unusable(option, value);
        }
    }

    private static byte[] Interface(SocketOptionInfo option, object? value)
    {
        string text = Convert.ToString(value, CultureInfo.InvariantCulture) ?? string.Empty;
        int index = NetworkInterfaces.Find(text);
        return option.Family == AddressFamily.InterNetwork
            ? MulticastLayout.Own.Interface(index, NetworkInterfaces.IPv4AddressOf(index))
            : BitConverter.GetBytes(index);
    }

    private static string NameOf(SocketOptionInfo option, int value) => option.Name switch
    {
        "SocketType" => SocketNameTables.Types.FriendlyName((SocketType)value),
        "SocketProtocol" => SocketNameTables.Protocols.FriendlyName((ProtocolType)value),
        _ => value switch
        {
            1 => "Unix",
            2 => "IPv4",
            10 => "IPv6",
            _ => value.ToString(CultureInfo.InvariantCulture),
        },
    };

    private static SocketInputException Unusable(SocketOptionInfo option, object? value)
    {
        string wanted = option.Kind switch
        {
            SocketOptionKind.Switch => "$true or $false",
            SocketOptionKind.Time => "seconds, such as 2.5",
            SocketOptionKind.Linger => "whole seconds, or off",
            _ => $"a whole number{(option.Unit.Length == 0 ? string.Empty : $" ({option.Unit})")}",
        };
        return new SocketInputException(
            ErrorIds.InvalidOptionValue, $"'{value}' is not a value of {option.Name} ({option.CName}): it takes {wanted}", $"Give {wanted}.", value);
    }
}
