using PSSockets.Native;
using PSSockets.Waiting;

namespace PSSockets.UnitTests;

[Trait("Windows", "asks for an eventfd of Linux's libc")]
public sealed class StopSignalTests
{
    [Fact]
    public void IsNotSetAtFirst()
    {
        using StopSignal stop = new();
        Assert.False(stop.IsSet);
        stop.ThrowIfSet();
        Assert.False(stop.Token.IsCancellationRequested);
        Assert.False(IsReadable(stop.Descriptor));
    }

    [Fact]
    public void SettingReachesEveryForm()
    {
        using StopSignal stop = new();
        CancellationToken token = stop.Token;
        EventDescriptor descriptor = stop.Descriptor;
        stop.Set();
        Assert.True(stop.IsSet);
        Assert.Throws<OperationCanceledException>(stop.ThrowIfSet);
        Assert.True(token.IsCancellationRequested);
        Assert.True(IsReadable(descriptor));
    }

    [Fact]
    public void WhatIsMadeAfterwardsIsSetToo()
    {
        using StopSignal stop = new();
        stop.Set();
        Assert.True(stop.Token.IsCancellationRequested);
        Assert.True(IsReadable(stop.Descriptor));
    }

    [Fact]
    public void StaysSet()
    {
        using StopSignal stop = new();
        stop.Set();
        stop.Set();
        Assert.True(IsReadable(stop.Descriptor));
        Assert.True(IsReadable(stop.Descriptor));
        Assert.Throws<OperationCanceledException>(stop.ThrowIfSet);
    }

    [Fact]
    public void EachFormIsMadeOnce()
    {
        using StopSignal stop = new();
        Assert.Same(stop.Descriptor, stop.Descriptor);
        Assert.Equal(stop.Token, stop.Token);
    }

    [Fact]
    public void MaySetAfterTheEnd()
    {
        StopSignal stop = new();
        EventDescriptor descriptor = stop.Descriptor;
        _ = stop.Token;
        stop.Dispose();
        stop.Set();
        Assert.True(stop.IsSet);
        Assert.True(descriptor.IsClosed);
        Assert.Throws<ObjectDisposedException>(() => stop.Descriptor);
        Assert.Throws<ObjectDisposedException>(() => stop.Token);
        stop.Dispose();
    }

    [Fact]
    public void SettingAndAskingAtOnceLosesNothing()
    {
        for (int round = 0; round < 200; round++)
        {
            using StopSignal stop = new();
            using Barrier start = new(2);
            Background setter = Background.Run(() =>
            {
                start.SignalAndWait();
                stop.Set();
            });
            start.SignalAndWait();
            EventDescriptor descriptor = stop.Descriptor;
            CancellationToken token = stop.Token;
            setter.Join();
            Assert.True(IsReadable(descriptor));
            Assert.True(token.IsCancellationRequested);
        }
    }

    private static unsafe bool IsReadable(EventDescriptor descriptor)
    {
        Poll.Entry entry = new() { Descriptor = (int)descriptor.DangerousGetHandle(), Requested = PollEvents.Read };
        return Poll.Wait(&entry, 1, 0) == 1;
    }
}
