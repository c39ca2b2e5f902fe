using Tagasi.ActiveDirectory.Connections;
using Tagasi.Ldap;

namespace Tagasi.ActiveDirectory.Passwords;

/// <summary>From the directory's answer to a write to what became of it.</summary>
internal sealed class WriteOutcome(DirectoryConnection connection, Account account, WriteOperation operation)
{
    private readonly WriteProof _before = ProofReader.Of(account);

    public Task<PasswordWrite> OfAsync(LdapResult result, Deadline deadline) =>
        result.IsSuccess ? OfSuccessAsync(deadline) : OfRefusalAsync(result, deadline);

    // A success that nothing shows is not passed on as one: the person would be sent away with a password that does not work.
    private async Task<PasswordWrite> OfSuccessAsync(Deadline deadline)
    {
        var (after, failure) = await LookAsync(deadline);
        if (after is null)
        {
            return new PasswordWrite.Unknown($"{connection.Server} answered success, and could then not be read: {failure}", _before);
        }

        return operation.Compare(_before, after) switch
        {
            WriteComparison.Unchanged => new PasswordWrite.Unknown($"{connection.Server} answered success, and shows no {operation.ExpectedSight}.", _before),
            WriteComparison.PutBack => new PasswordWrite.Unknown($"{connection.Server} answered success, and shows an older stamp than before.", _before),
            WriteComparison.Written => new PasswordWrite.Applied(_before, after, WarningOf(after)),
            _ => new PasswordWrite.Applied(_before, after, WriteWarning.WrittenMoreThanOnce),
        };
    }

    private WriteWarning WarningOf(WriteProof after) =>
        operation.WarningOf(_before, after) is var warning and not WriteWarning.None ? warning
        : account.IsAtPdcEmulator ? WriteWarning.None
        : WriteWarning.NotYetEverywhere;

    private async Task<PasswordWrite> OfRefusalAsync(LdapResult result, Deadline deadline)
    {
        var cause = operation.CauseOf(result);
        var detail = $"{connection.Server}: {result}";
        switch (cause)
        {
            case RefusalCause.RefusedByFilterOrUnspecified:
                return new PasswordWrite.Refused(operation.Explain(account), detail, account.EarliestNextChange);
            case RefusalCause.TooRecent:
                return new PasswordWrite.Refused(cause, detail, account.EarliestNextChange);
            case RefusalCause.NoRights:
                var missing = await MissingRights.ExplainAsync(connection, account, operation.Rights, deadline);
                return new PasswordWrite.Refused(account.HasAdminCount ? RefusalCause.Protected : cause, $"{detail} {missing}");
            case RefusalCause.Other:
                return await OfOtherAsync(detail, deadline);
            default:
                return new PasswordWrite.Refused(cause, detail);
        }
    }

    // An answer that is not understood is not taken for "nothing was written" without having looked.
    private async Task<PasswordWrite> OfOtherAsync(string detail, Deadline deadline)
    {
        var (after, failure) = await LookAsync(deadline);
        if (after is null)
        {
            return new PasswordWrite.Unknown($"{detail}; and then could not be read: {failure}", _before);
        }

        return operation.Compare(_before, after) == WriteComparison.Unchanged
            ? new PasswordWrite.Refused(RefusalCause.Other, detail)
            : new PasswordWrite.Unknown($"{detail}; and yet the account is not as it was before.", _before);
    }

    private async Task<(WriteProof? Proof, string Failure)> LookAsync(Deadline deadline)
    {
        try
        {
            return (await ProofReader.ReadAsync(connection, account.ObjectGuid, deadline), "there is no such object");
        }
        catch (Exception e) when (Failures.IsOne(e, deadline))
        {
            return (null, e.Message);
        }
    }
}
