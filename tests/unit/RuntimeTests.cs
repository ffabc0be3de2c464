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
}
