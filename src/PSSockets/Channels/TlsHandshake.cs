using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using PSSockets.Errors;
using PSSockets.Sockets;
using PSSockets.Waiting;

namespace PSSockets.Channels;

/// <summary>Makes a plain stream a TLS session.</summary>
/// <param name="transport">The system.</param>
/// <param name="record">The stream.</param>
/// <param name="options">What the session is to be like.</param>
internal sealed class TlsHandshake(ISocketTransport transport, SocketRecord record, TlsOptions options)
{
    private const int MostShown = 40;

    private readonly CertificateCheck _check = new(options);

    /// <summary>Does the handshake. Where it does not succeed nothing can pass any more, neither plain nor encrypted.</summary>
    /// <param name="limit">The longest time for it.</param>
    /// <exception cref="SocketInputException"><c>CertificateRejected</c>, <c>HandshakeFailed</c>, <c>UnreadData</c>.</exception>
    /// <exception cref="SocketCallException"><c>TimedOut</c>.</exception>
    public TlsInfo Run(TimeLimit limit)
    {
        Deadline deadline = limit.Next();
        if (!transport.IsConnected(record))
        {
            throw CallFailure.Of("TLS handshake", null, SocketError.NotConnected, record.Socket);
        }

        if (!record.WriteGate.Wait(0) && !record.WriteGate.Wait(deadline.Milliseconds, transport.Stop.Token))
        {
            throw Late("another sender's message was still on its way");
        }

        try
        {
            TlsSource source = Begin();
            try
            {
                return Run(source, deadline, limit);
            }
            catch (Exception exception)
            {
                GiveUp(source, exception);
                throw;
            }
        }
        finally
        {
            record.WriteGate.Release();
        }
    }

    private string Where => EndPointText.Describe(transport.AddressForErrors(record)) is { Length: > 0 } address ? $" with {address}" : string.Empty;

    // From here on nobody reads or writes but the handshake.
    private TlsSource Begin()
    {
        ByteChannel channel = ByteChannel.Of(record);
        lock (record.ReadGate)
        {
            if (channel.Source.IsProtected)
            {
                if (record.Tls is null)
                {
                    throw NotProtected();
                }

                throw new SocketInputException(ErrorIds.InvalidArgument, "the socket speaks TLS already", "A TLS session inside another is not possible; property Tls tells of the one there is.", record.Socket);
            }

            if (record.IsBroken)
            {
                throw new SocketInputException(ErrorIds.StreamBroken, "an earlier message was sent only in part, and what follows would be taken for its rest", "Close the socket and connect again.", record.Socket);
            }

            // A client speaks first: what is there is plain. To a server its client may have spoken already, but what was
            // taken from the system would not be there for the session.
            int unread = channel.Held;
            if (unread == 0 && (!options.IsServer || channel.HasDecrypted))
            {
                unread = channel.Look(transport, MostShown) ?? 0;
            }

            if (unread > 0)
            {
                if (TlsFailure.IsClientHello(channel.Seen))
                {
                    throw TlsFailure.OfTwoClients(ErrorIds.UnreadData, $"TLS handshake{Where}", record);
                }

                string shown = PrintableText.From(System.Text.Encoding.Latin1.GetString(channel.Seen[..Math.Min(unread, MostShown)]).TrimEnd());
                throw new SocketInputException(
                    ErrorIds.UnreadData,
                    $"TLS handshake{Where}: plain bytes have come and were not read: '{shown}'",
                    "Read the peer's last plain message to its end first. A peer that speaks before its client does not begin with TLS.",
                    record.Socket);
            }

            TlsSource source = new(record);
            channel.Source = source;
            return source;
        }
    }

    private TlsInfo Run(TlsSource source, Deadline deadline, TimeLimit limit)
    {
        SslStream session = new(source.Wire);
        bool isWhole = false;
        try
        {
            Task task = options.IsServer
                ? session.AuthenticateAsServerAsync(options.ForServer(_check.Accept), CancellationToken.None)
                : session.AuthenticateAsClientAsync(options.ForClient(_check.Accept), CancellationToken.None);
            Exchange(source, task, deadline, limit);
            task.GetAwaiter().GetResult();
            if (!source.Flush(transport, deadline))
            {
                throw Late(Unanswered(limit));
            }

            TlsInfo info = Describe(session);
            source.Establish(session, !options.IsServer && session.SslProtocol == SslProtocols.Tls13);
            record.Tls = info;
            isWhole = true;
            return info;
        }
        catch (Exception exception) when (TlsFailure.IsOfSession(exception) || exception is SocketCallException { SocketErrorCode: not SocketError.TimedOut })
        {
            throw _check.IsRejected ? _check.Rejection(record, Where) : TlsFailure.OfHandshake(record, source.Wire, exception, options.IsServer, Where);
        }
        finally
        {
            if (!isWhole)
            {
                // The last words, such as why this side refuses.
                SendLastWords(source);
                source.Wire.Abort();
                session.Dispose();
            }
        }
    }

    private void Exchange(TlsSource source, Task task, Deadline deadline, TimeLimit limit)
    {
        CipherStream wire = source.Wire;
        while (!TlsSource.IsOver(task, wire))
        {
            bool isSent;
            try
            {
                isSent = source.Flush(transport, deadline);
            }
            catch (SocketCallException) when (HearLastWords(wire, task))
            {
                return;
            }

            if (!isSent || transport.ReceiveBytes(record, wire.Room, SocketFlags.None, deadline) is not int count)
            {
                throw Late(Unanswered(limit));
            }

            wire.Supply(count);
        }
    }

    // Whether the peer, which has gone, has said before why: that is the error then.
    private bool HearLastWords(CipherStream wire, Task task)
    {
        try
        {
            while (!TlsSource.IsOver(task, wire))
            {
                if (transport.ReceiveBytes(record, wire.Room, SocketFlags.None, Deadline.Now) is not int count)
                {
                    return false;
                }

                wire.Supply(count);
            }
        }
        catch (SocketCallException)
        {
            return false;
        }

        return task.IsFaulted;
    }

    private void SendLastWords(TlsSource source)
    {
        try
        {
            source.Flush(transport, Deadline.Now);
        }
        catch (Exception exception) when (exception is SocketCallException or SocketInputException or OperationCanceledException)
        {
            // The peer has gone, or the pipeline is to stop.
        }
    }

    // Nobody may take for protected what is not: nothing passes any more, not even by other means than the module's.
    private void GiveUp(TlsSource source, Exception exception)
    {
        string reason = exception is OperationCanceledException ? "it was stopped" : exception.Message;
        source.Fail(NotProtected($": {reason}"));
        try
        {
            transport.Shutdown(record, SocketShutdown.Both);
        }
        catch (Exception failure) when (failure is SocketCallException or SocketInputException)
        {
            // It is closed, or the peer has gone.
        }
    }

    private TlsInfo Describe(SslStream session) => new()
    {
        Protocol = session.SslProtocol,
        CipherSuite = session.NegotiatedCipherSuite.ToString(),
        TargetHost = options.IsServer || options.TargetHost.Length == 0 ? null : options.TargetHost,
        ApplicationProtocol = session.NegotiatedApplicationProtocol.ToString() is { Length: > 0 } protocol ? protocol : null,
        RemoteCertificate = session.RemoteCertificate as X509Certificate2,
        LocalCertificate = session.LocalCertificate is X509Certificate own ? new X509Certificate2(own) : null,
        IsServer = options.IsServer,
        CertificateErrors = _check.Errors,
    };

    private SocketInputException NotProtected(string reason = "") => new(
        ErrorIds.StreamBroken, $"the stream is not protected, since its TLS handshake did not succeed{reason}", "Close the socket and connect again.", record.Socket);

    private static string Unanswered(TimeLimit limit) => $"the peer did not answer {limit.WithinTotal ?? "in time"}";

    private SocketCallException Late(string detail) => CallFailure.Of(
        "TLS handshake", transport.AddressForErrors(record), SocketError.TimedOut, record.Socket, detail);
}
