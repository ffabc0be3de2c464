using System.Collections.ObjectModel;
using System.Globalization;
using System.Management.Automation;

namespace PSSockets.Views;

/// <summary>The time of a Datagram or SocketData: its text is the same in every culture and can be read again, in files of CSV too.</summary>
public static class TimestampView
{
    /// <summary>The time, which is written as ISO 8601 has it where nobody asks for another form: <c>2026-11-27T14:52:00.9354381+00:00</c>.</summary>
    public static object? Of(PSObject instance)
    {
        ArgumentNullException.ThrowIfNull(instance);
        DateTimeOffset? known = instance.BaseObject switch
        {
            Datagram datagram => datagram.Timestamp,
            SocketData data => data.Timestamp,
            _ => null,
        };
        if (known is not DateTimeOffset time)
        {
            return null;
        }

        PSObject shown = new(time);
        shown.Members.Add(new TextMethod(time));
        return shown;
    }

    /// <summary>ToString, with all that .NET's takes.</summary>
    /// <remarks>A method of the type data has one form only: with it <c>ToString('HH:mm')</c> and <c>-f</c> would lose their formats.</remarks>
    private sealed class TextMethod : PSMethodInfo
    {
        private readonly DateTimeOffset _time;

        public TextMethod(DateTimeOffset time)
        {
            _time = time;
            SetMemberName(nameof(ToString));
        }

        public override Collection<string> OverloadDefinitions =>
            ["string ToString()", "string ToString(string format)", "string ToString(System.IFormatProvider formatProvider)", "string ToString(string format, System.IFormatProvider formatProvider)"];

        public override PSMemberTypes MemberType => PSMemberTypes.CodeMethod;

        public override string TypeNameOfValue => typeof(string).FullName!;

        public override PSMemberInfo Copy() => new TextMethod(_time);

        public override object Invoke(params object[] arguments)
        {
            object?[] given = Array.ConvertAll(arguments ?? [], static argument => argument is PSObject wrapped ? wrapped.BaseObject : argument);
            string? format = given.OfType<string>().FirstOrDefault(static text => text.Length > 0);
            IFormatProvider? provider = given.OfType<IFormatProvider>().FirstOrDefault();
            // PowerShell gives a provider and no format where it writes an object to a file.
            return format is null && (provider is null || given.Length > 1) ? _time.ToString("O", CultureInfo.InvariantCulture) : _time.ToString(format, provider);
        }
    }
}
