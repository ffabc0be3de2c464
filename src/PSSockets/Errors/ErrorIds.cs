namespace PSSockets.Errors;

/// <summary>The module's own error identifiers, beside the names of .NET's <c>SocketError</c>.</summary>
internal static class ErrorIds
{
    /// <summary>The socket has been closed.</summary>
    public const string SocketClosed = nameof(SocketClosed);

    /// <summary>Text that is not an end point, or an end point that cannot be used here.</summary>
    public const string InvalidEndPoint = nameof(InvalidEndPoint);

    /// <summary>Input that is not a message.</summary>
    public const string InvalidMessage = nameof(InvalidMessage);

    /// <summary>The peer closed within a frame.</summary>
    public const string EndOfStream = nameof(EndOfStream);

    /// <summary>A file that cannot be read or written.</summary>
    public const string FileNotUsable = nameof(FileNotUsable);

    /// <summary>A message was sent only in part.</summary>
    public const string StreamBroken = nameof(StreamBroken);

    /// <summary>A frame is longer than the user allows.</summary>
    public const string FrameTooLong = nameof(FrameTooLong);

    /// <summary>No socket option has this name.</summary>
    public const string OptionNotFound = nameof(OptionNotFound);

    /// <summary>A socket option does not take this value.</summary>
    public const string InvalidOptionValue = nameof(InvalidOptionValue);

    /// <summary>No network interface has this name, number or address.</summary>
    public const string InterfaceNotFound = nameof(InterfaceNotFound);

    /// <summary>An argument that makes no sense here.</summary>
    public const string InvalidArgument = nameof(InvalidArgument);

    /// <summary>A number that its width cannot hold.</summary>
    public const string ValueOutOfRange = nameof(ValueOutOfRange);

    /// <summary>A diagram that cannot be read.</summary>
    public const string InvalidDiagram = nameof(InvalidDiagram);

    /// <summary>A field of a message format that cannot be as it is written.</summary>
    public const string InvalidField = nameof(InvalidField);

    /// <summary>A value that its field cannot take.</summary>
    public const string InvalidFieldValue = nameof(InvalidFieldValue);

    /// <summary>A length that says another number of bytes than there are.</summary>
    public const string LengthMismatch = nameof(LengthMismatch);

    /// <summary>A field of variable length where nothing tells its length.</summary>
    public const string LengthRequired = nameof(LengthRequired);

    /// <summary>The format has no field of this name.</summary>
    public const string FieldNotFound = nameof(FieldNotFound);

    /// <summary>A width is needed and was not given.</summary>
    public const string WidthRequired = nameof(WidthRequired);

    /// <summary>The operating system lacks this.</summary>
    public const string NotSupported = nameof(NotSupported);

    /// <summary>A receive on a socket that has no address and no peer, to which nothing can ever come.</summary>
    public const string SocketNotBound = nameof(SocketNotBound);

    /// <summary>No open socket has this number.</summary>
    public const string SocketNotFound = nameof(SocketNotFound);

    /// <summary>No error has this number or name.</summary>
    public const string SocketErrorNotFound = nameof(SocketErrorNotFound);

    /// <summary>The peer's certificate is not acceptable.</summary>
    public const string CertificateRejected = nameof(CertificateRejected);

    /// <summary>The two sides did not agree on a TLS session, or one does not speak TLS.</summary>
    public const string HandshakeFailed = nameof(HandshakeFailed);

    /// <summary>Bytes that came before the handshake have not been read.</summary>
    public const string UnreadData = nameof(UnreadData);

    /// <summary>A certificate, or its key, that cannot be used.</summary>
    public const string CertificateNotUsable = nameof(CertificateNotUsable);

    /// <summary>A proxy does not allow this target, or not to this client.</summary>
    public const string ProxyNotAllowed = nameof(ProxyNotAllowed);

    /// <summary>A proxy wants a user name and a password, and none was given.</summary>
    public const string ProxyAuthenticationRequired = nameof(ProxyAuthenticationRequired);

    /// <summary>A proxy does not take the user name and password.</summary>
    public const string ProxyAuthenticationFailed = nameof(ProxyAuthenticationFailed);

    /// <summary>A proxy has tried the target, which refuses.</summary>
    public const string ProxyConnectionRefused = nameof(ProxyConnectionRefused);

    /// <summary>A proxy finds no way to the target's host.</summary>
    public const string ProxyHostUnreachable = nameof(ProxyHostUnreachable);

    /// <summary>A proxy finds no way to the target's network.</summary>
    public const string ProxyNetworkUnreachable = nameof(ProxyNetworkUnreachable);

    /// <summary>A proxy got no answer from the target in time.</summary>
    public const string ProxyTargetTimedOut = nameof(ProxyTargetTimedOut);

    /// <summary>A proxy cannot connect, or not to such an address.</summary>
    public const string ProxyNotSupported = nameof(ProxyNotSupported);

    /// <summary>A proxy could not check who the user is (identd).</summary>
    public const string ProxyIdentFailed = nameof(ProxyIdentFailed);

    /// <summary>A proxy refuses for another reason.</summary>
    public const string ProxyRefused = nameof(ProxyRefused);

    /// <summary>What a proxy answers is not of its protocol.</summary>
    public const string InvalidProxyAnswer = nameof(InvalidProxyAnswer);

    /// <summary>An address of a proxy that cannot be used.</summary>
    public const string InvalidProxy = nameof(InvalidProxy);
}
