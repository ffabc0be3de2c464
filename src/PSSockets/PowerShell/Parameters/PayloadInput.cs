using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Internal;
using System.Net;
using System.Net.Sockets;
using System.Text;
using PSSockets.Errors;

namespace PSSockets.Parameters;

/// <summary>
/// What a user passes as data to be sent or read: text, <c>byte[]</c>, a <see cref="Datagram"/>, <see cref="SocketData"/>. Single bytes that follow each
/// other are one payload, since PowerShell unrolls arrays in the pipeline.
/// </summary>
internal sealed class PayloadInput(Encoding encoding)
{
    private readonly List<byte> _run = [];

    /// <summary>The bytes of one message, and where they came from.</summary>
    /// <param name="Data">Its bytes.</param>
    /// <param name="Source">The datagram it came as, if it did.</param>
    /// <param name="Through">The socket it came through, if it came from one.</param>
    public readonly record struct Payload(byte[] Data, Datagram? Source, Socket? Through)
    {
        /// <summary>Whether it was passed as text.</summary>
        public bool IsText { get; init; }
    }

    /// <summary>The single things in what was passed: an array's elements, but a <c>byte[]</c> as a whole.</summary>
    public static IEnumerable<object?> Items(object? input)
    {
        object? value = Unwrap(input);
        return IsList(value) ? ((IEnumerable)value!).Cast<object?>().Select(Unwrap) : [value];
    }

    /// <summary>Whether what was passed is an array of several things, after which a run of bytes ends.</summary>
    public static bool IsList(object? value) => Unwrap(value) is IList and not byte[];

    /// <summary>Takes what was passed where it is one whole payload with nothing before it, as most are; where it is not, <see cref="AddAll"/> takes it.</summary>
    public bool TryTakeOne(object? input, out Payload payload)
    {
        object? value = Unwrap(input);
        if (_run.Count > 0 || value is not (byte[] or string or Datagram or SocketData))
        {
            payload = default;
            return false;
        }

        payload = ToPayload(value);
        return true;
    }

    /// <summary>Takes what was passed: one thing, or an array of several, after which a run of bytes ends.</summary>
    /// <param name="input">What was passed.</param>
    /// <param name="guard">Does one thing and reports its failure.</param>
    /// <param name="emit">Takes a payload.</param>
    public void AddAll(object? input, Action<Action> guard, Action<Payload> emit)
    {
        object? value = Unwrap(input);
        if (value is byte[] or string || !IsList(value))
        {
            Add(value, guard, emit);
            return;
        }

        // An array of references needs no copy.
        object?[] items = value as object?[] ?? [.. ((IEnumerable)value!).Cast<object?>()];
        if (Array.Exists(items, static item => Unwrap(item) is byte))
        {
            AddBytes(items, guard, emit);
            return;
        }

        // One failure ends a round, and the next goes on after it: cheaper than a round for each of many.
        int next = 0;
        Action round = () =>
        {
            Flush(emit);
            while (next < items.Length)
            {
                emit(ToPayload(Unwrap(items[next++])));
            }
        };
        do
        {
            guard(round);
        }
        while (next < items.Length);
    }

    /// <summary>Takes one thing; what is complete goes to <paramref name="emit"/>.</summary>
    /// <param name="item">The thing.</param>
    /// <param name="guard">Does one thing and reports its failure (<c>InvalidMessage</c> where it is not a message), so that a bad one does not take the next with it.</param>
    /// <param name="emit">Takes a payload.</param>
    public void Add(object? item, Action<Action> guard, Action<Payload> emit)
    {
        if (item is byte single)
        {
            _run.Add(single);
            return;
        }

        if (_run.Count > 0)
        {
            guard(() => Flush(emit));
        }

        guard(() => emit(ToPayload(item)));
    }

    // A message with a hole where an element could not be used would be another message.
    private void AddBytes(object?[] items, Action<Action> guard, Action<Payload> emit)
    {
        object?[] unwrapped = Array.ConvertAll(items, Unwrap);
        if (Array.Exists(unwrapped, static item => !IsPayload(item)))
        {
            guard(() => throw Unusable(Array.Find(unwrapped, static item => !IsPayload(item))));
            return;
        }

        foreach (object? item in unwrapped)
        {
            Add(item, guard, emit);
        }

        guard(() => Flush(emit));
    }

    /// <summary>Ends a run of single bytes.</summary>
    public void Flush(Action<Payload> emit)
    {
        if (_run.Count > 0)
        {
            byte[] bytes = [.. _run];
            _run.Clear();
            emit(new Payload(bytes, null, null));
        }
    }

    /// <summary>The object without PowerShell's wrapper.</summary>
    public static object? Unwrap(object? value) => ReferenceEquals(value, AutomationNull.Value) ? null
        : value is PSObject wrapped && wrapped.BaseObject is not PSCustomObject ? wrapped.BaseObject : value;

    private static bool IsPayload(object? item) => item is byte or byte[] or string or Datagram or SocketData;

    private Payload ToPayload(object? item) => item switch
    {
        byte[] bytes => new Payload(bytes, null, null),
        string text => new Payload(Encode(text), null, null) { IsText = true },
        Datagram datagram => new Payload(datagram.Data, datagram, datagram.Socket),
        SocketData data => new Payload(data.Data, null, data.Socket),
        _ => throw Unusable(item),
    };

    private byte[] Encode(string text)
    {
        try
        {
            return encoding.GetBytes(text);
        }
        catch (EncoderFallbackException exception)
        {
            throw new SocketInputException(
                ErrorIds.InvalidMessage, $"the text has no bytes in {encoding.WebName}: {exception.Message}", "Give another -Encoding, such as utf8, or bytes.", text);
        }
    }

    private static SocketInputException Unusable(object? item)
    {
        string remedy = item switch
        {
            null => "pass text, a byte[], a Datagram or SocketData; an empty message is '' or [byte[]]::new(0)",
            sbyte or short or ushort or int or uint or long or ulong or Enum => "make bytes of integers with ConvertTo-NetworkOrder -AsByteArray, or of a list of small ones with [byte[]]",
            IPAddress or EndPoint => "make bytes of an address with ConvertTo-AddressByte",
            IDictionary or PSObject or BinaryMessage => "make bytes of fields with ConvertTo-BinaryMessage",
            _ => "pass text, a byte[], a Datagram or SocketData; make text of objects with Out-String or ConvertTo-Json",
        };
        return new SocketInputException(ErrorIds.InvalidMessage, $"{InputText.Describe(item)} is not a message: {remedy}", char.ToUpperInvariant(remedy[0]) + remedy[1..] + ".", item);
    }
}
