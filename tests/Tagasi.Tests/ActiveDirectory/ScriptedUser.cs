using System.Text;

namespace Tagasi.Tests.ActiveDirectory;

/// <summary>The objects that a scripted domain controller shows.</summary>
internal static class ScriptedUser
{
    public const string PsoDn = "CN=pso-strict,CN=Password Settings Container,CN=System,DC=scripted,DC=test";
    public const string Sid = "010500000000000515000000fe935db4f09dbbb7196b418f6c040000";

    public const string ServiceSid = "010500000000000515000000fe935db4f09dbbb7196b418f7f040000";

    public static Guid InvocationIdOf(string host) => new($"d929{host[2]}328-7560-4187-9f23-c96610c37971");

    /// <summary>replPropertyMetaData with an attribute before the password, and one after.</summary>
    public static byte[] Metadata(uint version, Guid invocationId) =>
        [1, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, .. Stamp(3, 1, invocationId), .. Stamp(0x9005A, version, invocationId), .. Stamp(0x90060, 7, invocationId)];

    private static byte[] Stamp(uint attribute, uint version, Guid invocationId) =>
        [.. BitConverter.GetBytes(attribute), .. BitConverter.GetBytes(version), .. BitConverter.GetBytes(13440099433L), .. invocationId.ToByteArray(), .. new byte[16]];

    public static Dictionary<string, byte[][]> New() => new(StringComparer.OrdinalIgnoreCase)
    {
        ["objectClass"] = Values("top", "person", "organizationalPerson", "user"),
        ["objectSid"] = [Convert.FromHexString(Sid)],
        ["sAMAccountName"] = Value("anna"),
        ["userPrincipalName"] = Value("anna@scripted.test"),
        ["displayName"] = Value("Anna Arendt"),
        ["userAccountControl"] = Value("512"),
        ["msDS-User-Account-Control-Computed"] = Value("0"),
        ["pwdLastSet"] = Value("134400179519250727"),
        ["lockoutTime"] = Value("0"),
        ["accountExpires"] = Value("9223372036854775807"),
        ["tokenGroups"] = [Convert.FromHexString("01020000000000052000000021020000")],
        ["uSNChanged"] = Value("1000"),
    };

    public static Dictionary<string, byte[][]> Policy() => new(StringComparer.OrdinalIgnoreCase)
    {
        ["minPwdLength"] = Value("10"),
        ["pwdProperties"] = Value("1"),
        ["pwdHistoryLength"] = Value("5"),
        ["minPwdAge"] = Value("0"),
        ["maxPwdAge"] = Value("-77760000000000"),
        ["lockoutThreshold"] = Value("5"),
        ["lockoutDuration"] = Value("-18000000000"),
    };

    public static Dictionary<string, byte[][]> StrictPso() => new(StringComparer.OrdinalIgnoreCase)
    {
        ["cn"] = Value("pso-strict"),
        ["msDS-MinimumPasswordLength"] = Value("16"),
        ["msDS-PasswordComplexityEnabled"] = Value("TRUE"),
        ["msDS-PasswordHistoryLength"] = Value("12"),
        ["msDS-MinimumPasswordAge"] = Value("-864000000000"),
        ["msDS-MaximumPasswordAge"] = Value("-9223372036854775808"),
        ["msDS-LockoutThreshold"] = Value("3"),
        ["msDS-LockoutDuration"] = Value("-9223372036854775808"),
    };

    /// <summary>What is at a name; null: nothing.</summary>
    public static IEnumerable<KeyValuePair<string, byte[][]>>? Shown(ScriptedController controller, string dn) => dn switch
    {
        "" => Root(controller),
        ScriptedController.DomainDn => controller.Head.Append(new("fSMORoleOwner", Value(controller.RoleOwner))),
        PsoDn => controller.Pso,
        _ when dn == $"<GUID={ScriptedController.Anna:D}>" => controller.User,
        _ when dn == controller.ServiceDn => [new("invocationId", [InvocationIdOf(controller.Host).ToByteArray()])],
        _ when dn.StartsWith("CN=DC", StringComparison.Ordinal) => [new("dNSHostName", Value(dn[3..6].ToLowerInvariant() + ".scripted.test"))],
        _ when dn.StartsWith("OU=", StringComparison.OrdinalIgnoreCase) => [],
        _ => null,
    };

    public static byte[][] Value(string text) => [Encoding.UTF8.GetBytes(text)];

    public static byte[][] Values(params string[] texts) => [.. texts.Select(Encoding.UTF8.GetBytes)];

    public static string Text(byte[][] value) => Encoding.UTF8.GetString(value[0]);

    private static Dictionary<string, byte[][]> Root(ScriptedController controller) => new()
    {
        ["currentTime"] = Value("20261124120000.0Z"),
        ["dsServiceName"] = Value(controller.ServiceDn),
        ["defaultNamingContext"] = Value(ScriptedController.DomainDn),
        ["supportedControl"] = Values(controller.Controls),
        ["supportedCapabilities"] = Values(controller.Capabilities),
        ["domainControllerFunctionality"] = Value("7"),
        ["vendorName"] = controller.Vendor is null ? [] : Value(controller.Vendor),
        ["tokenGroups"] = [Convert.FromHexString(ServiceSid)],
    };
}
