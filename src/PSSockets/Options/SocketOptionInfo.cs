using System.Net.Sockets;

namespace PSSockets;

/// <summary>An option of a socket: its names, number, kind and meaning.</summary>
public sealed class SocketOptionInfo
{
    internal SocketOptionInfo(string name, string cName, string levelName, int level, int number, SocketOptionKind kind, bool isReadOnly, string unit, string meaning, string manPage, AddressFamily? family)
    {
        Name = name;
        CName = cName;
        LevelName = levelName;
        Level = level;
        Number = number;
        Kind = kind;
        IsReadOnly = isReadOnly;
        Unit = unit;
        Meaning = meaning;
        ManPage = manPage;
        Family = family;
    }

    /// <summary>The friendly name.</summary>
    public string Name { get; }

    /// <summary>The C name: <c>SO_REUSEADDR</c>.</summary>
    public string CName { get; }

    /// <summary>The level's C name: <c>SOL_SOCKET</c>.</summary>
    public string LevelName { get; }

    /// <summary>The level's number on this operating system.</summary>
    public int Level { get; }

    /// <summary>The option's number on this operating system.</summary>
    public int Number { get; }

    /// <summary>How the value is written.</summary>
    public SocketOptionKind Kind { get; }

    /// <summary>Whether it can only be read.</summary>
    public bool IsReadOnly { get; }

    /// <summary>The unit of the value; empty where it has none.</summary>
    public string Unit { get; }

    /// <summary>What it does.</summary>
    public string Meaning { get; }

    /// <summary>Where it is described: <c>socket(7)</c>.</summary>
    public string ManPage { get; }

    /// <summary>The family whose sockets the friendly name means; null for every family.</summary>
    internal AddressFamily? Family { get; }

    /// <summary>The friendly name.</summary>
    public override string ToString() => Name;
}
