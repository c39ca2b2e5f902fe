using Tagasi.ActiveDirectory.Connections;
using Tagasi.Ldap;

namespace Tagasi.ActiveDirectory.Passwords;

/// <summary>From the directory's answer to a reset to what became of it.</summary>
internal static class WriteOutcome
{
    private static readonly string[] EffectiveRights = ["allowedAttributesEffective"];

    public static Task<PasswordWrite> OfAsync(
        LdapResult result, DirectoryConnection connection, Account account, NewPassword password, Deadline deadline) =>
        result.IsSuccess
            ? OfSuccessAsync(connection, account, deadline)
            : OfRefusalAsync(result, connection, account, password, deadline);

    // A success that nothing shows is not passed on as one: the person would be sent away with a password that does not work.
    private static async Task<PasswordWrite> OfSuccessAsync(DirectoryConnection connection, Account account, Deadline deadline)
    {
        var before = ProofReader.Of(account);
        var (after, failure) = await LookAsync(connection, account.ObjectGuid, deadline);
        if (after is null)
        {
            return new PasswordWrite.Unknown($"{connection.Server} answered success, and could then not be read: {failure}", before);
        }

        return HasMoved(before, after)
            ? new PasswordWrite.Applied(before, after, WarningOf(after))
            : new PasswordWrite.Unknown($"{connection.Server} answered success, and shows no new pwdLastSet.", before);
    }

    private static async Task<PasswordWrite> OfRefusalAsync(
        LdapResult result, DirectoryConnection connection, Account account, NewPassword password, Deadline deadline)
    {
        var cause = ErrorReading.CauseOf(result);
        var detail = $"{connection.Server}: {result}";
        switch (cause)
        {
            case RefusalCause.RefusedByFilterOrUnspecified:
                return new PasswordWrite.Refused(PolicyVerdict.Explain(password.Characters, account), detail, account.EarliestNextChange);
            case RefusalCause.TooRecent:
                return new PasswordWrite.Refused(cause, detail, account.EarliestNextChange);
            case RefusalCause.NoRights:
                var missing = await MissingRightAsync(connection, account.ObjectGuid, deadline);
                return new PasswordWrite.Refused(account.HasAdminCount ? RefusalCause.Protected : cause, $"{detail} {missing}");
            case RefusalCause.Other:
                return await OfOtherAsync(detail, connection, account, deadline);
            default:
                return new PasswordWrite.Refused(cause, detail);
        }
    }

    // An answer that is not understood is not taken for "nothing was written" without having looked.
    private static async Task<PasswordWrite> OfOtherAsync(string detail, DirectoryConnection connection, Account account, Deadline deadline)
    {
        var before = ProofReader.Of(account);
        var (after, failure) = await LookAsync(connection, account.ObjectGuid, deadline);
        if (after is null)
        {
            return new PasswordWrite.Unknown($"{detail}; and then could not be read: {failure}", before);
        }

        return HasMoved(before, after)
            ? new PasswordWrite.Unknown($"{detail}; and yet pwdLastSet is another now.", before)
            : new PasswordWrite.Refused(RefusalCause.Other, detail);
    }

    // Where pwdLastSet is 0 before and after, only the object's uSNChanged tells that something was written.
    private static bool HasMoved(WriteProof before, WriteProof after) =>
        after.RawPasswordLastSet != before.RawPasswordLastSet
        || (after.RawPasswordLastSet == 0 && after.UpdateSequenceNumber > before.UpdateSequenceNumber);

    private static WriteWarning WarningOf(WriteProof after) =>
        after.RawPasswordLastSet == 0 ? WriteWarning.ExpiredAtOnce : after.IsLockedOut ? WriteWarning.StillLockedOut : WriteWarning.None;

    private static async Task<(WriteProof? Proof, string Failure)> LookAsync(DirectoryConnection connection, Guid objectGuid, Deadline deadline)
    {
        try
        {
            return (await ProofReader.ReadAsync(connection, objectGuid, deadline), "there is no such object");
        }
        catch (Exception e) when (Failures.IsOne(e, deadline))
        {
            return (null, e.Message);
        }
    }

    // lockoutTime in the same modify needs a right of its own, which is easily forgotten, and the error names neither.
    private static async Task<string> MissingRightAsync(DirectoryConnection connection, Guid objectGuid, Deadline deadline)
    {
        try
        {
            var entry = await connection.ReadAsync(LdapDn.ForGuid(objectGuid), EffectiveRights, deadline);
            return entry?.Texts(EffectiveRights[0]).Contains("lockoutTime", StringComparer.OrdinalIgnoreCase) == true
                ? "(lockoutTime may be written: what is missing is Reset Password.)"
                : "(lockoutTime may not be written; Reset Password may be missing too.)";
        }
        catch (Exception e) when (Failures.IsOne(e, deadline))
        {
            return "";
        }
    }
}
