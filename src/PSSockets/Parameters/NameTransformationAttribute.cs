using System.Management.Automation;
using System.Net.Sockets;

namespace PSSockets.Parameters;

/// <summary>Lets an enumeration parameter take every name of a <see cref="NameTable{T}"/>.</summary>
/// <typeparam name="T">The enumeration.</typeparam>
internal abstract class NameTransformationAttribute<T>(NameTable<T> table) : ArgumentTransformationAttribute
    where T : struct, Enum
{
    /// <inheritdoc />
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        object? value = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        if (value is not string text)
        {
            return inputData;
        }

        try
        {
            return table.Parse(text);
        }
        catch (ArgumentException exception)
        {
            throw new ArgumentTransformationMetadataException(exception.Message, exception);
        }
    }
}

/// <summary>Takes <c>IPv6</c>, <c>AF_INET6</c>, <c>InterNetworkV6</c> and the like.</summary>
internal sealed class AddressFamilyTransformationAttribute() : NameTransformationAttribute<AddressFamily>(SocketNameTables.Families);

/// <summary>Takes <c>Datagram</c>, <c>SOCK_DGRAM</c>, <c>Dgram</c> and the like.</summary>
internal sealed class SocketTypeTransformationAttribute() : NameTransformationAttribute<SocketType>(SocketNameTables.Types);

/// <summary>Takes <c>Udp</c>, <c>IPPROTO_UDP</c> and the like.</summary>
internal sealed class ProtocolTypeTransformationAttribute() : NameTransformationAttribute<ProtocolType>(SocketNameTables.Protocols);
