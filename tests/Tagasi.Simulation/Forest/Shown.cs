using Tagasi.ActiveDirectory;

namespace Tagasi.Simulation.Forest;

/// <summary>An account in the words of Tagasi.ActiveDirectory, as a domain controller shows it now.</summary>
internal static class Shown
{
    public static bool HasMoved(WriteProof before, WriteProof after) =>
        after.RawPasswordLastSet != before.RawPasswordLastSet || (after.RawPasswordLastSet == 0 && after.UpdateSequenceNumber > before.UpdateSequenceNumber);

    public static WriteProof Proof(Guid account, DomainController server)
    {
        var replica = server.Show(account);
        return new WriteProof
        {
            Server = server.Name,
            ServerTime = server.WholeSeconds,
            RawPasswordLastSet = replica.PasswordLastSet,
            PasswordLastSet = replica.PasswordLastSet == 0 ? null : DateTimeOffset.FromFileTime(replica.PasswordLastSet),
            IsLockedOut = false,
            UpdateSequenceNumber = replica.UpdateSequenceNumber,
        };
    }

    public static Account Account(SimulatedUser user, DomainController server)
    {
        var replica = server.Show(user.ObjectGuid);
        return new Account
        {
            ObjectGuid = user.ObjectGuid,
            DistinguishedName = user.DistinguishedName,
            Sid = $"{SimulatedDomain.Sid}-{user.Rid}",
            SamAccountName = user.Name,
            UserPrincipalName = user.Name + "@" + SimulatedDomain.Name,
            DisplayName = user.Name,
            Kind = AccountKind.Person,
            IsDisabled = user.IsDisabled,
            IsLockedOut = false,
            IsExpired = false,
            IsPasswordExpired = false,
            MustChangePassword = replica.PasswordLastSet == 0,
            CannotChangePassword = false,
            PasswordNeverExpires = false,
            HasAdminCount = user.HasAdminCount,
            GroupSids = user.PrivilegedGroup is { } group ? [SimulatedDomain.Sid + "-513", $"{SimulatedDomain.Sid}-{group}"] : [SimulatedDomain.Sid + "-513"],
            RawPasswordLastSet = replica.PasswordLastSet,
            PasswordLastSet = replica.PasswordLastSet == 0 ? null : DateTimeOffset.FromFileTime(replica.PasswordLastSet),
            Policy = new EffectivePolicy.Known(new PasswordPolicy { MinimumLength = 10, RequiresComplexity = true, HistoryLength = 12, MinimumAge = TimeSpan.Zero, LockoutThreshold = 5 }),
            UpdateSequenceNumber = replica.UpdateSequenceNumber,
            Server = server.Name,
            ServerTime = server.WholeSeconds,
        };
    }
}
