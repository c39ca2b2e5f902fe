using System.ComponentModel.DataAnnotations;

namespace Tagasi.Cloud.Settings;

/// <summary>The service's one settings file. See cloud.json for an example that explains each line.</summary>
internal sealed class CloudSettings
{
    /// <summary>The address that browsers and agents use. Links are built from it, never from what a request claims.</summary>
    [Required(ErrorMessage = "is missing: the address that browsers and agents use, such as https://reset.example.com")]
    public Uri? Address { get; set; }

    /// <summary>Where to listen.</summary>
    public string Listen { get; set; } = "https://0.0.0.0:8443";

    /// <summary>The certificate to listen with; not needed for an http listener behind a proxy that ends TLS.</summary>
    public CertificateSettings? Certificate { get; set; }

    /// <summary>Proxies whose forwarded client address is believed.</summary>
    public IReadOnlyList<string> TrustedProxies { get; set; } = [];

    /// <summary>Database and keys; must be the service's own and nobody else's to read.</summary>
    [Required(ErrorMessage = "is missing: a folder for database and keys, such as /var/lib/tagasi-cloud")]
    public string? DataFolder { get; set; }

    /// <summary>The server that sends the codes.</summary>
    [Required(ErrorMessage = "is missing: the SMTP server that sends the codes")]
    public MailSettings? Mail { get; set; }

    public PortalSettings Portal { get; set; } = new();

    public AgentsSettings Agents { get; set; } = new();

    public AdministrationSettings Administration { get; set; } = new();
}

internal sealed class AgentsSettings
{
    /// <summary>Older agents are refused and told so. The service's own floor counts where it is newer; null: the floor alone.</summary>
    [RegularExpression(@"^\d{1,9}\.\d{1,9}(\.\d{1,9})?$", ErrorMessage = "is no version, such as 0.2.0")]
    public string? MinimumVersion { get; set; }
}

internal sealed class AdministrationSettings
{
    /// <summary>
    /// Whether cloud administrators can sign in at /admin and reset passwords. Off, because a password alone guards it so far: turn it on
    /// where only your own network reaches the address.
    /// </summary>
    public bool Enabled { get; set; }
}

internal sealed class CertificateSettings
{
    /// <summary>PEM, the whole chain.</summary>
    [Required(ErrorMessage = "is missing: the certificate with its whole chain (PEM)")]
    public string? File { get; set; }

    /// <summary>PEM.</summary>
    [Required(ErrorMessage = "is missing: the certificate's private key (PEM)")]
    public string? KeyFile { get; set; }
}

internal sealed class MailSettings
{
    [Required(ErrorMessage = "is missing: the SMTP server, such as smtp.example.com")]
    public string? Host { get; set; }

    [Range(1, 65535, ErrorMessage = "must be a port, 1 to 65535")]
    public int Port { get; set; } = 587;

    public MailSecurity Security { get; set; } = MailSecurity.StartTls;

    /// <summary>CA of the mail server when it is a private one; PEM.</summary>
    public string? Authority { get; set; }

    [Required(ErrorMessage = "is missing: the sender's address, such as noreply@example.com")]
    [EmailAddress(ErrorMessage = "must be an email address, such as noreply@example.com")]
    public string? From { get; set; }

    public string? Account { get; set; }

    /// <summary>A file of mode 0600 that holds the account's password.</summary>
    public string? SecretFile { get; set; }
}

internal enum MailSecurity
{
    StartTls,
    Tls,

    /// <summary>Only for a server on this very machine.</summary>
    None,
}

internal sealed class PortalSettings
{
    /// <summary>Where people sign in once they have a new password; shown on the last page.</summary>
    public Uri? SignInAddress { get; set; }

    /// <summary>How many recoveries one network address may begin in a minute. An office behind one address has many people.</summary>
    [Range(1, 100_000, ErrorMessage = "must be 1 to 100,000")]
    public int StartsPerMinute { get; set; } = 30;
}
