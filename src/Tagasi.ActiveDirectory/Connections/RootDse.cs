using Tagasi.ActiveDirectory.Accounts;
using Tagasi.Ldap;

namespace Tagasi.ActiveDirectory.Connections;

/// <summary>What a domain controller says of itself to whoever asks, [MS-ADTS] 3.1.1.3.2.</summary>
internal sealed record RootDse
{
    public const string CurrentTime = "currentTime";

    // LDAP_SERVER_POLICY_HINTS_OID and its deprecated twin, which domain controllers of 2008 R2 with KB2386717 have alone.
    public const string PolicyHints = "1.2.840.113556.1.4.2239";
    public const string DeprecatedPolicyHints = "1.2.840.113556.1.4.2066";

    public static readonly string[] Attributes =
    [
        "dsServiceName", "defaultNamingContext", "supportedControl", "supportedCapabilities",
        "domainFunctionality", "forestFunctionality", "domainControllerFunctionality", "isSynchronized", "vendorName", "tokenGroups",
    ];

    // LDAP_CAP_ACTIVE_DIRECTORY_PARTIAL_SECRETS_OID: a read-only domain controller.
    private const string PartialSecrets = "1.2.840.113556.1.4.1920";

    public required string DomainDn { get; init; }

    public required string ServiceDn { get; init; }

    public required IReadOnlyList<string> SupportedControls { get; init; }

    public required bool IsReadOnly { get; init; }

    public required string? PolicyHintsControl { get; init; }

    /// <summary>Samba's, which reads some things another way.</summary>
    public required bool IsSamba { get; init; }

    /// <summary>SIDs of the service account and of all its groups, as this domain controller checks access by them.</summary>
    public required IReadOnlyList<string> TokenSids { get; init; }

    public int? DomainFunctionality { get; init; }

    public int? ForestFunctionality { get; init; }

    public int? Functionality { get; init; }

    public bool? IsSynchronized { get; init; }

    public static RootDse From(LdapEntry entry)
    {
        var controls = entry.Texts("supportedControl").Distinct().ToArray();
        return new RootDse
        {
            DomainDn = entry.Plain("defaultNamingContext") ?? throw NotAController("defaultNamingContext"),
            ServiceDn = entry.Plain("dsServiceName") ?? throw NotAController("dsServiceName"),
            SupportedControls = controls,
            IsReadOnly = entry.Texts("supportedCapabilities").Contains(PartialSecrets),
            PolicyHintsControl = Array.Find([PolicyHints, DeprecatedPolicyHints], controls.Contains),
            IsSamba = entry.Plain("vendorName")?.StartsWith("Samba", StringComparison.OrdinalIgnoreCase) == true,
            TokenSids = [.. entry.Values("tokenGroups").Select(sid => SecurityIdentifiers.ToText(sid.Span)).OfType<string>()],
            DomainFunctionality = (int?)entry.Int64("domainFunctionality"),
            ForestFunctionality = (int?)entry.Int64("forestFunctionality"),
            Functionality = (int?)entry.Int64("domainControllerFunctionality"),
            IsSynchronized = entry.Boolean("isSynchronized"),
        };
    }

    private static DirectoryException NotAController(string attribute) =>
        new(new DirectoryFailure(FailureCause.Refused, $"The root DSE has no {attribute}: this is no domain controller of Active Directory."));
}
