using System.ComponentModel.DataAnnotations;

namespace Tagasi.Agent.Settings;

/// <summary>The agent's one settings file. See agent.json for an example that explains each line.</summary>
/// <remarks>Nothing in it can be changed from the service: it is this host's last word on whose password may be reset.</remarks>
internal sealed class AgentSettings
{
    [Required(ErrorMessage = "is missing: how to reach the service")]
    public ServiceSettings? Service { get; set; }

    /// <summary>Keys, enrolment and journal; readable to the agent alone.</summary>
    [Required(ErrorMessage = "is missing: a folder for keys and journal, such as /var/lib/tagasi")]
    public string StateFolder { get; set; } = "/var/lib/tagasi";

    [Required(ErrorMessage = "is missing: the Active Directory domains that this agent serves")]
    [MinLength(1, ErrorMessage = "must name a domain at least")]
    public IReadOnlyList<DomainSettings>? Domains { get; set; }

    [Required(ErrorMessage = "is missing: the OUs whose accounts may be reset; there is no default, on purpose")]
    public ScopeSettings? Scope { get; set; }

    public ProtectedSettings Protected { get; set; } = new();

    /// <summary>Ids of the identity keys of the tenant's other agents: who else may be able to open what is sealed to this one.</summary>
    [MaxLength(100, ErrorMessage = "must name 100 agents at the most")]
    public IReadOnlyList<string> KnownAgents { get; set; } = [];

    public LimitSettings Limits { get; set; } = new();

    public ImportSettings Import { get; set; } = new();

    public TelemetrySettings Telemetry { get; set; } = new();
}

internal sealed class ServiceSettings : IValidatableObject
{
    [Required(ErrorMessage = "is missing: the service's address, such as https://reset.example.com")]
    public Uri? Address { get; set; }

    /// <summary>PEM file with the roots to accept for the service's certificate, and no others; null: those of the system.</summary>
    public string? Authority { get; set; }

    /// <summary>HTTP proxy; null: the system's own (https_proxy, no_proxy).</summary>
    public Uri? Proxy { get; set; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Address is { } address && address.Scheme != Uri.UriSchemeHttps)
        {
            yield return new ValidationResult("must begin with https://: the service is never spoken to unprotected", ["address"]);
        }

        if (Proxy is { } proxy && proxy.Scheme != Uri.UriSchemeHttp)
        {
            yield return new ValidationResult("must begin with http:// (the connection through it is still HTTPS)", ["proxy"]);
        }
        else if (Proxy is { UserInfo.Length: > 0 })
        {
            yield return new ValidationResult("must not name a user: a proxy that asks who comes is not supported; let it pass this host without", ["proxy"]);
        }
    }
}

internal sealed class DomainSettings
{
    /// <summary>DNS name.</summary>
    [Required(ErrorMessage = "is missing: the domain's DNS name, such as corp.example.com")]
    [RegularExpression(@"^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*$", ErrorMessage = "must be a DNS name, such as corp.example.com")]
    public string? Name { get; set; }

    /// <summary>address or address:port of each DNS server to ask; empty: the system's.</summary>
    public IReadOnlyList<string> DnsServers { get; set; } = [];

    /// <summary>Host names to begin with instead of those in DNS. Writes go to the PDC emulator all the same.</summary>
    public IReadOnlyList<string> DomainControllers { get; set; } = [];

    /// <summary>Whether another writable domain controller may be written to while the PDC emulator cannot be reached; what is set there works elsewhere only after replication.</summary>
    public bool AllowFallback { get; set; }

    /// <summary>PEM file with the roots to accept for domain controllers; null: those of the system.</summary>
    public string? Authority { get; set; }

    [Required(ErrorMessage = "is missing: the account to sign in with")]
    public SignInSettings? SignIn { get; set; }

    /// <summary>LDAP name of the attribute whose address gets the codes; null: nobody can be sent any.</summary>
    [RegularExpression("^[A-Za-z][A-Za-z0-9-]*$", ErrorMessage = "must be the LDAP name of an attribute, such as otherMailbox")]
    public string? RecoveryMailAttribute { get; set; }
}

internal sealed class SignInSettings : IValidatableObject
{
    public SignInMethod Method { get; set; } = SignInMethod.Password;

    [Required(ErrorMessage = "is missing: the agent's own account, such as svc-tagasi@corp.example.com")]
    public string? Account { get; set; }

    /// <summary>File of mode 0600 with the account's password, or the name of a systemd credential.</summary>
    public string? SecretFile { get; set; }

    /// <summary>File of mode 0600 with the account's Kerberos keys, or the name of a systemd credential.</summary>
    public string? Keytab { get; set; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Method is SignInMethod.Password && SecretFile is null)
        {
            yield return new ValidationResult("is missing: the file with the account's password", ["secretFile"]);
        }

        if (Method is SignInMethod.Kerberos && Keytab is null)
        {
            yield return new ValidationResult("is missing: the file with the account's Kerberos keys", ["keytab"]);
        }
    }
}

internal enum SignInMethod
{
    /// <summary>A simple bind inside TLS.</summary>
    Password,

    /// <summary>Kerberos with a keytab, sealed.</summary>
    Kerberos,
}

internal sealed class ScopeSettings
{
    [Required(ErrorMessage = "is missing: the OUs whose accounts may be reset")]
    [MinLength(1, ErrorMessage = "must name an OU at least")]
    public IReadOnlyList<string>? Include { get; set; }

    public IReadOnlyList<string> Exclude { get; set; } = [];
}

internal sealed class ProtectedSettings
{
    /// <summary>SIDs of groups whose members, direct or nested, are not touched; besides the built-in list.</summary>
    public IReadOnlyList<string> Groups { get; set; } = [];

    /// <summary>objectGUIDs of accounts that are not touched.</summary>
    public IReadOnlyList<string> Accounts { get; set; } = [];
}

internal sealed class LimitSettings
{
    /// <summary>More writes than this within five minutes are refused, whoever asks. A morning after the holidays stays below it.</summary>
    [Range(1, 10_000, ErrorMessage = "must be 1 to 10,000")]
    public int ResetsPerFiveMinutes { get; set; } = 50;
}

internal sealed class ImportSettings : IValidatableObject
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMinutes(1);

    public bool Enabled { get; set; } = true;

    public TimeSpan Every { get; set; } = TimeSpan.FromMinutes(30);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Every < Shortest)
        {
            yield return new ValidationResult("must be a minute at least", ["every"]);
        }
    }
}

internal sealed class TelemetrySettings : IValidatableObject
{
    /// <summary>An OpenTelemetry collector (OTLP over HTTP) that gets the agent's events, besides the platform's own log; null: none.</summary>
    public Uri? Otlp { get; set; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Otlp is { } address && address.Scheme != Uri.UriSchemeHttp && address.Scheme != Uri.UriSchemeHttps)
        {
            yield return new ValidationResult("must begin with https:// or http://", ["otlp"]);
        }
    }
}
