using System.Net;
using System.Text.RegularExpressions;
using Tagasi.EndToEnd.Tests.Product;

namespace Tagasi.EndToEnd.Tests;

/// <summary>The throw-away Active Directory of <c>lab/</c>: where it is, its secrets, and what can be done to it.</summary>
internal static partial class Lab
{
    private static readonly Lazy<IReadOnlyDictionary<string, string>> Variables = new(ReadVariables);

    /// <summary>Every person's password after a reset of the lab.</summary>
    public static string UserPassword => Value("TAGASI_LAB_USERPW");

    public static string ServicePassword => Value("TAGASI_LAB_SVCPW");

    public static string AdministratorPassword => Value("TAGASI_LAB_ADMINPW");

    public static IPAddress NorthDc1 => IPAddress.Parse(Value("TAGASI_LAB_NORTH_DC1"));

    public static IPAddress NorthDc2 => IPAddress.Parse(Value("TAGASI_LAB_NORTH_DC2"));

    public static IPAddress SouthDc1 => IPAddress.Parse(Value("TAGASI_LAB_SOUTH_DC1"));

    /// <summary>A variable of <c>lab env</c>.</summary>
    public static string Value(string name) => Variables.Value[name];

    /// <summary>Runs a verb of <c>lab/lab</c>; throws with its words when it fails.</summary>
    public static async Task<string> RunAsync(params string[] arguments)
    {
        var (code, output, error) = await ChildProcess.RunAsync(Executables.Lab, arguments);
        return code == 0 ? output : throw new InvalidOperationException($"lab {string.Join(' ', arguments)}: {output}{error}");
    }

    /// <summary>Tries as many wrong passwords as lock an account of north.</summary>
    public static async Task LockOutAsync(string account)
    {
        const int threshold = 5;
        for (var tries = 0; tries < threshold; tries++)
        {
            Assert.False(await CanLogOnAsync(account, "wrong"));
        }

        Assert.False(await CanLogOnAsync(account, UserPassword));
    }

    /// <summary>Whether the PDC emulator of north, or of another forest, gives a Kerberos ticket for this password.</summary>
    public static async Task<bool> CanLogOnAsync(string account, string password, string realm = "NORTH.EXAMPLE")
    {
        var (code, _, _) = await ChildProcess.RunAsync(Executables.Lab, ["exec", "kinit", "-c", "MEMORY:", $"{account}@{realm}"], password + "\n");
        return code == 0;
    }

    /// <summary>Whether the PDC emulator takes this password, though for nothing but to change it.</summary>
    public static async Task<bool> MustChangeAtLogOnAsync(string account, string password)
    {
        var (code, output, error) = await ChildProcess.RunAsync(Executables.Lab, ["exec", "kinit", "-c", "MEMORY:", account + "@NORTH.EXAMPLE"], password + "\n");
        return code != 0 && (output + error).Contains("Password expired", StringComparison.Ordinal);
    }

    /// <summary>Locks an account with wrong passwords, as many as the domain's threshold.</summary>
    public static async Task LockAsync(string account)
    {
        for (var i = 0; i < 5; i++)
        {
            await CanLogOnAsync(account, "not the password");
        }
    }

    private static Dictionary<string, string> ReadVariables()
    {
        var (code, output, error) = ChildProcess.RunAsync(Executables.Lab, ["env"]).GetAwaiter().GetResult();
        return code == 0
            ? Assignment().Matches(output).ToDictionary(match => match.Groups["name"].Value, match => match.Groups["value"].Value, StringComparer.Ordinal)
            : throw new InvalidOperationException("The lab is not up: lab/lab up. " + error);
    }

    [GeneratedRegex(@"(?<name>[A-Z0-9_]+)='(?<value>[^']*)'", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Assignment();
}
