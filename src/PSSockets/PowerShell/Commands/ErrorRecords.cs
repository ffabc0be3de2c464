using System.Management.Automation;
using System.Net;
using System.Net.Sockets;
using PSSockets.Addresses;
using PSSockets.Errors;

namespace PSSockets.Commands;

/// <summary>The one place where an exception becomes the error record that a PowerShell user sees.</summary>
internal static class ErrorRecords
{
    /// <summary>Makes the record of a failed call or of unusable input.</summary>
    public static ErrorRecord From(SocketCallException exception) =>
        Create(exception, exception.SocketErrorCode.ToString(), CategoryOf(exception.SocketErrorCode), exception.Target, exception.Error.RecommendedAction);

    /// <inheritdoc cref="From(SocketCallException)" />
    public static ErrorRecord From(SocketInputException exception) =>
        Create(exception, exception.ErrorId, CategoryOf(exception.ErrorId), exception.Target, exception.RecommendedAction);

    /// <summary>
    /// Makes the record of an error whose message has a line of text and a mark below it. Where the error comes from a script file PowerShell shows
    /// the message without its line breaks, so that the mark has to stand in the line.
    /// </summary>
    public static ErrorRecord OnOneLine(SocketInputException exception)
    {
        ErrorRecord record = From(exception);
        if (exception.Message.Split('\n') is [var problem, var line, var mark] && mark.Length - 1 is var place && place >= 0 && place <= line.Length)
        {
            record.ErrorDetails = new ErrorDetails($"{problem}, after the ^ in: {line[..place]}^{line[place..]}") { RecommendedAction = exception.RecommendedAction };
        }

        return record;
    }

    // A name is shown as it was typed, which .NET's own text of it is not.
    private static ErrorRecord Create(Exception exception, string id, ErrorCategory category, object? target, string action) =>
        new(exception, id, category, target is DnsEndPoint { AddressFamily: AddressFamily.Unspecified } name ? new HostEndPoint(name.Host, name.Port) : target)
        {
            ErrorDetails = new ErrorDetails(exception.Message) { RecommendedAction = action },
        };

    private static ErrorCategory CategoryOf(string errorId) => errorId switch
    {
        ErrorIds.SocketClosed or ErrorIds.SocketNotBound or ErrorIds.UnreadData => ErrorCategory.InvalidOperation,
        ErrorIds.SocketNotFound or ErrorIds.OptionNotFound or ErrorIds.InterfaceNotFound or ErrorIds.SocketErrorNotFound
            or ErrorIds.FieldNotFound => ErrorCategory.ObjectNotFound,
        ErrorIds.NotSupported => ErrorCategory.NotImplemented,
        ErrorIds.FileNotUsable => ErrorCategory.OpenError,
        ErrorIds.EndOfStream or ErrorIds.StreamBroken or ErrorIds.HandshakeFailed => ErrorCategory.ConnectionError,
        ErrorIds.FrameTooLong => ErrorCategory.LimitsExceeded,
        ErrorIds.CertificateRejected => ErrorCategory.SecurityError,
        ErrorIds.ProxyAuthenticationRequired or ErrorIds.ProxyAuthenticationFailed or ErrorIds.ProxyIdentFailed => ErrorCategory.AuthenticationError,
        ErrorIds.ProxyNotAllowed => ErrorCategory.PermissionDenied,
        ErrorIds.ProxyTargetTimedOut => ErrorCategory.OperationTimeout,
        ErrorIds.ProxyNotSupported => ErrorCategory.NotImplemented,
        ErrorIds.ProxyConnectionRefused or ErrorIds.ProxyHostUnreachable or ErrorIds.ProxyNetworkUnreachable or ErrorIds.ProxyRefused => ErrorCategory.ConnectionError,
        ErrorIds.InvalidProxyAnswer => ErrorCategory.ProtocolError,
        _ => ErrorCategory.InvalidArgument,
    };

    private static ErrorCategory CategoryOf(SocketError error) => error switch
    {
        SocketError.TimedOut => ErrorCategory.OperationTimeout,
        SocketError.AccessDenied => ErrorCategory.PermissionDenied,
        SocketError.AddressAlreadyInUse => ErrorCategory.ResourceExists,
        SocketError.TooManyOpenSockets or SocketError.NoBufferSpaceAvailable => ErrorCategory.ResourceUnavailable,
        SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain or SocketError.NoRecovery
            or SocketError.TypeNotFound or SocketError.AddressNotAvailable => ErrorCategory.ObjectNotFound,
        SocketError.ConnectionRefused or SocketError.ConnectionReset or SocketError.ConnectionAborted
            or SocketError.HostUnreachable or SocketError.HostDown or SocketError.NetworkUnreachable
            or SocketError.NetworkDown or SocketError.NetworkReset or SocketError.Shutdown => ErrorCategory.ConnectionError,
        SocketError.NotConnected or SocketError.IsConnected or SocketError.AlreadyInProgress
            or SocketError.InProgress => ErrorCategory.InvalidOperation,
        SocketError.MessageSize => ErrorCategory.LimitsExceeded,
        SocketError.OperationNotSupported or SocketError.ProtocolNotSupported or SocketError.SocketNotSupported
            or SocketError.ProtocolFamilyNotSupported or SocketError.ProtocolOption => ErrorCategory.NotImplemented,
        SocketError.InvalidArgument or SocketError.DestinationAddressRequired or SocketError.AddressFamilyNotSupported
            or SocketError.ProtocolType => ErrorCategory.InvalidArgument,
        _ => ErrorCategory.NotSpecified,
    };
}
