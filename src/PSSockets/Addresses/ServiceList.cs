using PSSockets.Native;

namespace PSSockets.Addresses;

/// <summary>The names in the services file, for completion: services(5). What a name means is asked of the system.</summary>
internal static class ServiceList
{
    /// <summary>Each name once, with its ports and protocols; none where the system has no such file.</summary>
    public static IEnumerable<(string Name, string Meaning)> All()
    {
        if (!File.Exists(SystemNumbers.ServicesFile))
        {
            return [];
        }

        return from line in File.ReadLines(SystemNumbers.ServicesFile)
               let words = line.Split('#')[0].Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries)
               where words.Length >= 2
               group words[1] by words[0] into service
               select (service.Key, $"{service.Key}: {string.Join(", ", service)}");
    }
}
