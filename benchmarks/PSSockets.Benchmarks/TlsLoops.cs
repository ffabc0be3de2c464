using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace PSSockets.Benchmarks;

/// <summary>
/// What a C# program does with <see cref="SslStream"/>: the other side of each row about TLS, on a thread of its own, and
/// what ours is compared with.
/// </summary>
public static class TlsLoops
{
    private const int PieceSize = 256 * 1024;

    /// <summary>Begins the handshakes of servers, one after another.</summary>
    /// <returns>Their streams.</returns>
    public static Task<SslStream[]> BeginServers(Socket[] sockets, X509Certificate2 certificate) => Begin(() =>
    {
        SslStreamCertificateContext context = SslStreamCertificateContext.Create(certificate, null, offline: true);
        return Array.ConvertAll(sockets, socket =>
        {
            SslStream stream = new(new NetworkStream(socket));
            stream.AuthenticateAsServer(new SslServerAuthenticationOptions { ServerCertificateContext = context });
            return stream;
        });
    });

    /// <summary>Does the handshakes of clients, one after another.</summary>
    /// <returns>Their streams.</returns>
    public static SslStream[] OpenClients(Socket[] sockets, X509Certificate2 trusted)
    {
        ArgumentNullException.ThrowIfNull(sockets);
        return Array.ConvertAll(sockets, socket =>
        {
            X509ChainPolicy policy = new() { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            policy.CustomTrustStore.Add(trusted);
            SslStream stream = new(new NetworkStream(socket));
            stream.AuthenticateAsClient(new SslClientAuthenticationOptions { TargetHost = "localhost", CertificateChainPolicy = policy });
            return stream;
        });
    }

    /// <summary>Begins to read a stream to its end, and keeps nothing.</summary>
    /// <returns>How many bytes there were.</returns>
    public static Task<long> BeginDrain(SslStream stream) => Begin(() =>
    {
        byte[] buffer = new byte[PieceSize];
        long total = 0;
        int count;
        while ((count = stream.Read(buffer)) > 0)
        {
            total += count;
        }

        return total;
    });

    /// <summary>Begins to write so many bytes and to end the stream.</summary>
    public static Task<long> BeginFill(SslStream stream, long total) => Begin(() =>
    {
        byte[] piece = new byte[PieceSize];
        new Random(1).NextBytes(piece);
        for (long left = total; left > 0; left -= piece.Length)
        {
            stream.Write(piece.AsSpan(0, (int)Math.Min(left, piece.Length)));
        }

        stream.ShutdownAsync().GetAwaiter().GetResult();
        return total;
    });

    /// <summary>Sends a file and ends the stream.</summary>
    public static void SendFile(SslStream stream, string path)
    {
        ArgumentNullException.ThrowIfNull(stream);
        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        file.CopyTo(stream, PieceSize);
        stream.ShutdownAsync().GetAwaiter().GetResult();
    }

    /// <summary>Receives a file to the end of the stream.</summary>
    public static void ReceiveFile(SslStream stream, string path)
    {
        ArgumentNullException.ThrowIfNull(stream);
        using FileStream file = new(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 0);
        stream.CopyTo(file, PieceSize);
    }

    private static Task<T> Begin<T>(Func<T> work) =>
        Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
