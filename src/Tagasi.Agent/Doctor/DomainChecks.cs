using Tagasi.ActiveDirectory;
using Tagasi.Agent.Domains;
using Tagasi.Agent.Writeback;
using Tagasi.Ldap;

namespace Tagasi.Agent.Doctor;

/// <summary>Whether a domain's controllers are reached, trusted and signed in to, and whether the scope names what is there.</summary>
internal sealed class DomainChecks(ServedDomain domain, Scope scope, IReadOnlyList<string> exclude)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(8);

    // Kerberos' own tolerance; a ticket's second witness (PasswordWriter) allows less.
    private static readonly TimeSpan LargestSkew = TicketGate.ClockTolerance;

    public async Task<IReadOnlyList<Finding>> RunAsync(CancellationToken cancellation)
    {
        switch (await domain.Directory.ReadFactsAsync(Timeout, cancellation))
        {
            case FactsReading.Found(var facts):
                var scopes = await Task.WhenAll(
                    domain.Bases.Select(dn => CheckIncludedAsync(dn, cancellation))
                        .Concat(exclude.Select(LdapDn.Parse).Where(dn => domain.Bases.Any(dn.IsAtOrUnder)).Select(dn => CheckExcludedAsync(dn, cancellation))));
                return [CheckDns(facts), .. facts.DomainControllers.SelectMany(Check), CheckPdcEmulator(facts), CheckRole(facts), CheckSignIn(null), .. scopes];
            case FactsReading.Unavailable(var failure, var controllers):
                return
                [
                    failure.Cause is FailureCause.NameResolution && controllers.Count == 0 ? Broken("dns", failure) : Finding.Pass(Named("dns"), $"{controllers.Count} domain controllers"),
                    .. controllers.SelectMany(Check),
                    Broken("pdc-emulator", failure),
                    failure.Cause is FailureCause.CredentialRefused ? CheckSignIn(failure) : Finding.Skip(Named("sign-in"), "the PDC emulator is not reached"),
                    Finding.Skip(Named("scope"), "the PDC emulator is not reached"),
                ];
            default:
                throw new InvalidOperationException("facts are found or unavailable");
        }
    }

    private string Named(string check, string? of = null) => $"{check} ({of ?? domain.Name})";

    private Finding Broken(string check, DirectoryFailure failure) =>
        Finding.Fail(Named(check), DirectoryProblems.Words(failure), FailureRemedies.Of(failure));

    private Finding CheckDns(DirectoryFacts facts) => facts.PdcEmulatorInDns switch
    {
        null => Finding.Warn(Named("dns"), $"no _ldap._tcp.pdc._msdcs.{facts.DnsName}", "Restart Netlogon on the PDC emulator so that it registers its records, or name dnsServers that know the domain."),
        var name when !name.Equals(facts.PdcEmulator, StringComparison.OrdinalIgnoreCase) =>
            Finding.Warn(Named("dns"), $"DNS names {name} as PDC emulator, the directory {facts.PdcEmulator}", "The role was moved and DNS has not caught up: restart Netlogon on both. The agent goes by the directory."),
        var name => Finding.Pass(Named("dns"), $"{facts.DomainControllers.Count} domain controllers; PDC emulator {name}"),
    };

    private static Finding CheckPdcEmulator(DirectoryFacts facts) => Finding.Pass($"pdc-emulator ({facts.DnsName})", $"{facts.PdcEmulator} has the role");

    // Policy hints matter where passwords are written.
    private static Finding CheckRole(DirectoryFacts facts)
    {
        var check = $"policy-hints ({facts.DnsName})";
        var pdc = facts.DomainControllers.FirstOrDefault(controller => controller.Name.Equals(facts.PdcEmulator, StringComparison.OrdinalIgnoreCase));
        return pdc switch
        {
            { PolicyHintsControl: { } control } => Finding.Pass(check, $"{pdc.Name} knows {control}: resets heed the password history"),
            { Failure: null } => Finding.Fail(check, $"{pdc.Name} knows no policy hints control", Protocol.Problems.DirectoryPolicyHints.Remedy),
            _ => Finding.Skip(check, "the PDC emulator was not looked at"),
        };
    }

    private Finding CheckSignIn(DirectoryFailure? failure) =>
        failure is null ? Finding.Pass(Named("sign-in"), "the agent's account signs in") : Broken("sign-in", failure);

    private static IEnumerable<Finding> Check(DomainControllerFacts controller)
    {
        var check = $"domain-controller ({controller.Name})";
        if (controller.Failure is { } failure)
        {
            yield return Finding.Fail(check, DirectoryProblems.Words(failure), FailureRemedies.Of(failure));
            yield break;
        }

        yield return Finding.Pass(check, $"answers in {controller.RoundTrip?.TotalMilliseconds:0.0} ms{(controller.IsReadOnly ? "; read-only" : "")}");
        var skew = controller.ClockSkew ?? TimeSpan.Zero;
        yield return skew.Duration() <= LargestSkew
            ? Finding.Pass($"clock ({controller.Name})", $"differs by {skew.Duration().TotalSeconds:0.0} s")
            : Finding.Fail($"clock ({controller.Name})", $"differs by {skew.Duration().TotalSeconds:0} s", "Synchronise the clocks of this host and the domain controller: tickets are refused otherwise, and Kerberos fails at five minutes.");
    }

    private async Task<Finding> CheckIncludedAsync(LdapDn dn, CancellationToken cancellation)
    {
        var check = $"scope ({dn})";
        var (user, failure) = await FindFirstAsync(dn, cancellation);
        return failure is not null ? Finding.Fail(check, failure, "Correct scope.include, or let the agent's account read the OU.")
            : user is null ? Finding.Warn(check, "no users are to be seen in it", "If there are some, the agent's account may not read them.")
            : scope.Include.Any(LdapDn.Parse(user.DistinguishedName).IsUnder) ? Finding.Pass(check, "is there, with users in it")
            : Finding.Fail(check, $"the directory writes it otherwise: {user.DistinguishedName}", "Write the name in scope.include as the directory does.");
    }

    // Active Directory takes more spellings for one name than this program does. An exclusion that is spelt otherwise would exclude nobody.
    private async Task<Finding> CheckExcludedAsync(LdapDn dn, CancellationToken cancellation)
    {
        var check = $"scope-exclude ({dn})";
        var (user, failure) = await FindFirstAsync(dn, cancellation);
        return failure is not null ? Finding.Warn(check, failure, "Correct scope.exclude: what is not there excludes nobody.")
            : user is null || LdapDn.Parse(user.DistinguishedName).IsUnder(dn) ? Finding.Pass(check, "is there")
            : Finding.Fail(check, $"the directory writes it otherwise: {user.DistinguishedName}", "Write the name in scope.exclude as the directory does.");
    }

    private async Task<(DirectoryUser? User, string? Failure)> FindFirstAsync(LdapDn dn, CancellationToken cancellation)
    {
        try
        {
            await foreach (var user in domain.Directory.ReadUsersAsync(new UserReading { BaseDns = [dn.ToString()], PageSize = 1, PageTimeout = Timeout }, cancellation))
            {
                return (user, null);
            }

            return (null, null);
        }
        catch (DirectoryException e)
        {
            return (null, e.Failure.Detail);
        }
    }
}
