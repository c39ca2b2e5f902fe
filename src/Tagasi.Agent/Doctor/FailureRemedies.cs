using Tagasi.ActiveDirectory;

namespace Tagasi.Agent.Doctor;

/// <summary>What to do when a domain controller cannot be asked.</summary>
internal static class FailureRemedies
{
    // The sub-codes of a refused bind. [MS-ERREF]; Active Directory gives those beyond 52e only with the right password.
    private static readonly (string Code, string Remedy)[] RefusedBinds =
    [
        ("data 525", "There is no such account: check domains[].signIn.account."),
        ("data 52e", "Wrong account name or password: check domains[].signIn.account and its secretFile."),
        ("data 530", "The account may not log on at this hour."),
        ("data 531", "The account may not log on from this host."),
        ("data 532", "The account's password has expired: set a new one, and 'password never expires' for a service account."),
        ("data 533", "The account is disabled: enable it."),
        ("data 701", "The account has expired: extend accountExpires."),
        ("data 773", "The account must change its password at next logon: clear that."),
        ("data 775", "The account is locked out: unlock it, and find out who tries wrong passwords."),
    ];

    public static string Of(DirectoryFailure failure) =>
        failure.Cause is FailureCause.CredentialRefused && Array.Find(RefusedBinds, bind => failure.Detail.Contains(bind.Code, StringComparison.OrdinalIgnoreCase)) is { Remedy: { } remedy }
            ? remedy
            : Of(failure.Cause);

    private static string Of(FailureCause cause) => cause switch
    {
        FailureCause.NameResolution => "Name DNS servers that know the domain (domains[].dnsServers), and let this host reach them on port 53.",
        FailureCause.Unreachable => "Is the domain controller up? Let this host reach it: TCP 636 with a password, 389 (and 88 to the KDC) with Kerberos.",
        FailureCause.Referral => "The domain controller refers to another domain: name the domain of the users, and domain controllers of it, in domains[].",
        FailureCause.TimedOut => "The port is open or filtered and nothing answers: a frozen domain controller, or a firewall that drops without a word.",
        FailureCause.Tls => "Wrong authority: domains[].authority must hold the root that issued its certificate. Wrong name: the certificate needs the DNS host name. Expired, or none: issue a new one.",
        FailureCause.CredentialRefused => "Check the account's password or keytab (domains[].signIn), and that the account is enabled, not locked and not expired.",
        FailureCause.PdcEmulatorNotFound => "Check with 'netdom query fsmo' that a domain controller holds the PDC emulator role and is up.",
        FailureCause.Busy => "The domain controller says that it is busy. If it stays so, look at its load and its log.",
        FailureCause.NotReadable => Protocol.Problems.DirectoryRights.Remedy + " The account must read all properties of users: Pre-Windows 2000 Compatible Access, or a delegation.",
        _ => "The domain controller's own words say what it refused; its log has more.",
    };
}
