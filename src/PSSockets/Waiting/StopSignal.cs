using System.Runtime.InteropServices;
using PSSockets.Errors;
using PSSockets.Native;

namespace PSSockets.Waiting;

/// <summary>
/// The wish of the pipeline to stop. It exists before the first wait, is set from another thread, and wakes a wait
/// without touching the sockets that are waited on.
/// </summary>
internal sealed class StopSignal : IDisposable
{
    private readonly object _gate = new();
    private EventDescriptor? _descriptor;
    private CancellationTokenSource? _source;
    private volatile bool _isSet;
    private bool _isDisposed;

    /// <summary>Whether the pipeline is to stop.</summary>
    public bool IsSet => _isSet;

    /// <summary>Becomes readable when the signal is set (Linux); made when first asked for.</summary>
    public EventDescriptor Descriptor
    {
        get
        {
            lock (_gate)
            {
                ObjectDisposedException.ThrowIf(_isDisposed, this);
                if (_descriptor is null)
                {
                    _descriptor = EventDescriptor.TryCreate() ?? throw CallFailure.Of("eventfd", null, Marshal.GetLastPInvokeError(), null);
                    // The signal may have come while nobody could hear it.
                    if (_isSet)
                    {
                        _descriptor.Signal();
                    }
                }

                return _descriptor;
            }
        }
    }

    /// <summary>Is cancelled when the signal is set; made when first asked for.</summary>
    public CancellationToken Token
    {
        get
        {
            lock (_gate)
            {
                ObjectDisposedException.ThrowIf(_isDisposed, this);
                if (_source is null)
                {
                    _source = new CancellationTokenSource();
                    if (_isSet)
                    {
                        _source.Cancel();
                    }
                }

                return _source.Token;
            }
        }
    }

    /// <summary>Ends every wait that uses this signal, now and from now on.</summary>
    public void Set()
    {
        lock (_gate)
        {
            _isSet = true;
            if (!_isDisposed)
            {
                _descriptor?.Signal();
                _source?.Cancel();
            }

            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Makes whoever waits with the descriptor look again, without a stop.</summary>
    public void Wake()
    {
        lock (_gate)
        {
            if (!_isDisposed)
            {
                _descriptor?.Signal();
            }
        }
    }

    /// <summary>Waits a while where no event tells that another attempt is worth while. It needs no descriptor, so it can wait for one.</summary>
    /// <exception cref="OperationCanceledException">The pipeline is to stop.</exception>
    public void Pause(TimeSpan time)
    {
        Deadline end = Deadline.After(time.TotalSeconds);
        lock (_gate)
        {
            while (!_isSet && !end.IsPast)
            {
                Monitor.Wait(_gate, end.Milliseconds);
            }
        }

        ThrowIfSet();
    }

    /// <summary>Throws when the signal is set.</summary>
    /// <exception cref="OperationCanceledException">The pipeline is to stop.</exception>
    public void ThrowIfSet()
    {
        if (_isSet)
        {
            throw new OperationCanceledException();
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            _descriptor?.Dispose();
            _source?.Dispose();
        }
    }
}
