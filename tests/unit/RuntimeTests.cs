using System.Reflection;
using System.Runtime.Versioning;

namespace PSSockets.UnitTests;

public sealed class RuntimeTests
{
    // A newer runtime would run these assemblies too, and nobody would see that the claimed one was never tried.
    [Fact]
    public void TheTestsRunOnTheRuntimeTheyAreBuiltFor()
    {
        object attribute = Assert.Single(typeof(RuntimeTests).Assembly.GetCustomAttributes(typeof(TargetFrameworkAttribute), inherit: false));
        FrameworkName framework = new(((TargetFrameworkAttribute)attribute).FrameworkName);
        Assert.Equal(framework.Version, new Version(Environment.Version.Major, Environment.Version.Minor));
    }

    // What the tests of stops rely on: such a thread would end within their limit of 100 ms.
    [Fact]
    [Trait("Windows", "Not run: the state of a thread is read from /proc, which is Linux's")]
    public void AThreadThatLooksEvery100MillisecondsIsNotTakenForStill()
    {
        using ManualResetEventSlim end = new();
        Background looks = Background.Run(() =>
        {
            while (!end.IsSet)
            {
                Thread.Sleep(100);
            }
        });
        Exception failure = Assert.ThrowsAny<Exception>(() => looks.WaitUntilBlocked(TestSockets.Still, TimeSpan.FromSeconds(1)));
        end.Set();
        looks.Join();
        Assert.Contains("the thread does not wait", failure.Message, StringComparison.Ordinal);
        using ManualResetEventSlim other = new();
        Background waits = Background.Run(other.Wait);
        waits.WaitUntilBlocked(TestSockets.Still);
        other.Set();
        waits.Join();
    }

    // dotnet test has no filter for a trait of any value: build.ps1 finds those named Windows by these words.
    [Fact]
    public void WhatCannotPassOnWindowsNamesASystem()
    {
        string[] reasons = [.. typeof(RuntimeTests).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods().Cast<MemberInfo>().Append(type))
            .SelectMany(member => member.GetCustomAttributesData())
            .Where(data => data.AttributeType == typeof(TraitAttribute) && data.ConstructorArguments[0].Value is "Windows")
            .Select(data => (string)data.ConstructorArguments[1].Value!)];
        Assert.NotEmpty(reasons);
        Assert.All(reasons, reason => Assert.True(reason.Contains("Windows", StringComparison.Ordinal) || reason.Contains("Linux", StringComparison.Ordinal), reason));
    }
}
