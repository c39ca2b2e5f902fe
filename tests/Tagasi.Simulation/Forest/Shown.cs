using Tagasi.ActiveDirectory;

namespace Tagasi.Simulation.Forest;

/// <summary>An account in the words of Tagasi.ActiveDirectory, as a domain controller shows it now.</summary>
internal static class Shown
{
    public static WriteProof Proof(Guid account, DomainController server, bool withStamps)
    {
        var replica = server.Show(account);
        return new WriteProof
        {
            Server = server.Name,
            ServerTime = server.WholeSeconds,
            RawPasswordLastSet = replica.PasswordLastSet,
            PasswordLastSet = replica.PasswordLastSet == 0 ? null : DateTimeOffset.FromFileTime(replica.PasswordLastSet),
            IsLockedOut = replica.IsLockedOut,
            UpdateSequenceNumber = replica.UpdateSequenceNumber,
            RawLockoutTime = replica.LockoutTime,
            PasswordStamp = withStamps ? replica.PasswordStamp : null,
            ServerInvocationId = server.InvocationId,
        };
    }

    public static Account Account(SimulatedUser user, DomainController server, bool withStamps)
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
            IsLockedOut = replica.IsLockedOut,
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
            RawLockoutTime = replica.LockoutTime,
            PasswordStamp = withStamps ? replica.PasswordStamp : null,
            ServerInvocationId = server.InvocationId,
            Server = server.Name,
            ServerTime = server.WholeSeconds,
        };
    }
}
