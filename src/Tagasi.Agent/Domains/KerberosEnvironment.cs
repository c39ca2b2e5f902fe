using System.Runtime.InteropServices;

namespace Tagasi.Agent.Domains;

/// <summary>Gives libkrb5 the agent's keytab and a ticket cache in memory.</summary>
/// <remarks>
/// libkrb5 takes both from the process's environment alone. It is set through libc, because .NET keeps a copy of its own of the environment
/// and changes to that never reach native libraries; and before the first bind, because GSSAPI reads it when it is first used. With a client
/// keytab libkrb5 fetches and renews tickets by itself; in memory, nobody finds them on the disk.
/// </remarks>
internal static partial class KerberosEnvironment
{
    public static void Use(string keytab)
    {
        if (!OperatingSystem.IsLinux())
        {
            return; // On Windows the service's own account signs in.
        }

        _ = Set("KRB5_CLIENT_KTNAME", "FILE:" + keytab, 1);
        _ = Set("KRB5CCNAME", "MEMORY:tagasi", 1);
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Set(string name, string value, int overwrite);
}
