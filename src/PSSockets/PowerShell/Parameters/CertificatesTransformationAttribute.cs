using System.Collections;
using System.Management.Automation;
using System.Security.Cryptography.X509Certificates;
using PSSockets.Certificates;

namespace PSSockets.Parameters;

/// <summary>Lets a parameter for certificates take the paths of files with certificates too.</summary>
internal sealed class CertificatesTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc />
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        object? value = PayloadInput.Unwrap(inputData);
        List<X509Certificate2> all = [];
        foreach (object? item in value is IEnumerable several and not string ? several : new[] { value })
        {
            switch (PayloadInput.Unwrap(item))
            {
                case X509Certificate2 certificate:
                    all.Add(certificate);
                    break;
                case string path:
                    try
                    {
                        all.AddRange(OwnCertificate.LoadAll(UserPath.ResolveFile(engineIntrinsics.SessionState, path)));
                    }
                    catch (SocketInputException exception)
                    {
                        throw new ArgumentTransformationMetadataException(exception.Message, exception);
                    }

                    break;
                default:
                    return inputData;
            }
        }

        return all.ToArray();
    }
}
