using System.Management.Automation;
using System.Net.Sockets;

namespace PSSockets.Parameters;

/// <summary>Says what has become of a socket that went to a job or another session: only what it looked like arrives there.</summary>
internal sealed class LiveSocketAttribute : ArgumentTransformationAttribute
{
    private static readonly string s_savedName = $"Deserialized.{typeof(Socket).FullName}";

    /// <inheritdoc />
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        if (IsSaved(inputData) || (PayloadInput.Unwrap(inputData) is object[] several && Array.Exists(several, IsSaved)))
        {
            throw new ArgumentTransformationMetadataException(
                "This was a socket in another process (a job's, a remote session's or a file's), and only what it looked like has come over. Make the socket where it is used; Start-ThreadJob and ForEach-Object -Parallel share the sockets of this process.");
        }

        return inputData;
    }

    private static bool IsSaved(object? item) => item is PSObject wrapped && wrapped.TypeNames.Contains(s_savedName);
}
