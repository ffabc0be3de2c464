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
