using System.Text.Json;
using System.Text.Json.Serialization;
using Tagasi.ActiveDirectory;
using Tagasi.Protocol.Tickets;

namespace Tagasi.Agent.Journal;

/// <summary>What a line of the journal says.</summary>
internal enum JournalKind
{
    /// <summary>A write is about to be sent.</summary>
    Intent = 1,

    /// <summary>What became of a request: the signed result as it was, or will be, answered.</summary>
    Outcome = 2,

    /// <summary>The highest sequence of an account, kept when the requests themselves are forgotten.</summary>
    Mark = 3,

    /// <summary>How far back the journal remembers: <see cref="JournalEntry.At"/> is when it began, <see cref="JournalEntry.NotAfter"/> the latest ticket's end that it has dropped.</summary>
    Horizon = 4,
}

/// <summary>One line of the journal. It holds no secret: whoever reads it learns who was reset and when.</summary>
/// <param name="At">This host's clock.</param>
/// <param name="Intent">With an intent: what the directory showed just before.</param>
/// <param name="Result">With an outcome: the signed result.</param>
/// <param name="Operation">What is done; lines from before there was more than one say nothing of it.</param>
internal sealed record JournalEntry(
    JournalKind Kind,
    Guid RequestId,
    byte[] TicketHash,
    string Domain,
    Guid Account,
    long Sequence,
    DateTimeOffset NotAfter,
    DateTimeOffset At,
    WriteIntent? Intent = null,
    string? Result = null,
    Operation Operation = Operation.Reset);

/// <summary>The account as one domain controller showed it just before the write: what a later look is compared with.</summary>
/// <param name="PasswordLastSet">pwdLastSet as stored.</param>
/// <param name="PasswordStamp">Where it may be read; lines of earlier versions have none.</param>
/// <param name="IsAtPdcEmulator">False: at the one that stands in for it; lines of earlier versions do not say.</param>
/// <param name="LockoutTime">lockoutTime as stored; null: never set, or not to be read, and in lines of earlier versions.</param>
/// <param name="WasLockedOut">By what the domain controller itself reckons; in lines of earlier versions false.</param>
internal sealed record WriteIntent(
    string Server, DateTimeOffset ServerTime, long PasswordLastSet, long UpdateSequenceNumber, PasswordStamp? PasswordStamp = null, Guid? ServerInvocationId = null, bool? IsAtPdcEmulator = null,
    long? LockoutTime = null, bool WasLockedOut = false)
{
    public static WriteIntent Of(Account account) => new(
        account.Server, account.ServerTime, account.RawPasswordLastSet, account.UpdateSequenceNumber, account.PasswordStamp, account.ServerInvocationId, account.IsAtPdcEmulator,
        account.RawLockoutTime, account.IsLockedOut);

    /// <summary>As a proof, to compare a later one with.</summary>
    public WriteProof ToProof() => new()
    {
        Server = Server,
        ServerTime = ServerTime,
        RawPasswordLastSet = PasswordLastSet,
        IsLockedOut = WasLockedOut,
        RawLockoutTime = LockoutTime,
        UpdateSequenceNumber = UpdateSequenceNumber,
        PasswordStamp = PasswordStamp,
        ServerInvocationId = ServerInvocationId,
    };
}

[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    UseStringEnumConverter = true,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(JournalEntry))]
internal sealed partial class JournalJson : JsonSerializerContext;
