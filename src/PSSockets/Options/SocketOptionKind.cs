namespace PSSockets;

/// <summary>How the value of a socket option is written.</summary>
public enum SocketOptionKind
{
    /// <summary><c>$true</c> or <c>$false</c>.</summary>
    Switch,

    /// <summary>A whole number.</summary>
    Number,

    /// <summary>Seconds, with fractions (<c>struct timeval</c>); 0 means no limit.</summary>
    Time,

    /// <summary>Seconds that a close waits for unsent data, or <c>off</c> (<c>struct linger</c>).</summary>
    Linger,

    /// <summary>Text.</summary>
    Text,

    /// <summary>A name of socket(2): a family, type or protocol.</summary>
    Name,

    /// <summary>A network interface, by name, number or address.</summary>
    Interface,
}
