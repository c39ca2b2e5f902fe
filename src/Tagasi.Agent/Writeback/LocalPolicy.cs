using Tagasi.ActiveDirectory;
using Tagasi.Protocol;
using Tagasi.Protocol.Tickets;

namespace Tagasi.Agent.Writeback;

/// <summary>What this host allows, whatever the service signs. It comes from the host's own settings alone.</summary>
internal sealed class LocalPolicy(Scope scope, ProtectedAccounts protectedAccounts)
{
    /// <returns>Why the operation may not be carried out here; null: it may.</returns>
    public Verdict.Refused? Judge(Account account, Operation operation)
    {
        Verdict.Refused Refuse(Problem problem, string? detail = null) => new(problem, detail, Server: account.Server);

        if (account.Kind is AccountKind.Other)
        {
            return Refuse(Problems.AccountNotFound, "the object is no account");
        }

        if (!scope.Contains(account.DistinguishedName))
        {
            return Refuse(Problems.AccountOutOfScope, account.DistinguishedName);
        }

        // Every account is in its primary group at least. That nothing came means that it could not be read, which must not allow.
        if (account.GroupSids.Count == 0)
        {
            return Refuse(Problems.DirectoryRights, "the account's groups (tokenGroups) cannot be read");
        }

        if (protectedAccounts.FindReason(account) is { } reason)
        {
            return Refuse(Problems.AccountProtected, reason);
        }

        return account.IsDisabled ? Refuse(Problems.AccountDisabled)
            : account.IsExpired ? Refuse(Problems.AccountExpired)
            : !operation.NeedsNewPassword() ? null
            : account.CannotChangePassword switch
            {
                true => Refuse(Problems.AccountCannotChange),
                null => Refuse(Problems.DirectoryRights, "the account's security descriptor cannot be read, so that 'User cannot change password' is not known"),
                false => null,
            };
    }
}
