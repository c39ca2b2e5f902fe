using Tagasi.Ldap.Messages;

namespace Tagasi.Ldap.Requests;

/// <summary>A request that waits for its answers. Its encoder is called once, with the id that the connection gave it.</summary>
internal abstract class PendingRequest(Action<BerWriter, int> encode)
{
    public int Id { get; set; }

    /// <summary>True from just before its first byte may leave. Set and read under the connection's lock.</summary>
    public bool IsSent { get; set; }

    public void Encode(BerWriter writer) => encode(writer, Id);

    /// <summary>Whether a message with this request's id can be an answer to it.</summary>
    public abstract bool Fits(LdapMessage message);

    /// <summary>Takes an answer that fits; called by the reader, in order.</summary>
    public abstract void Accept(LdapMessage message);

    /// <summary>No answer will come any more. Harmless after the final one.</summary>
    public abstract void Fail(LdapConnectionException failure);

    /// <summary>Completes when the reader may go on after an answer to this request.</summary>
    public virtual Task ReadyForMore => Task.CompletedTask;
}

/// <summary>A request with one answer: a bind or a modify.</summary>
internal sealed class PendingResult(Action<BerWriter, int> encode, byte responseTag) : PendingRequest(encode)
{
    // Continuations run elsewhere: the reader must not end up running its callers' code.
    private readonly TaskCompletionSource<ResultMessage> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _resume = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<ResultMessage> Answer => _answer.Task;

    /// <summary>After a bind's answer the reader waits: what comes next may be sealed, and only the binder knows.</summary>
    public override Task ReadyForMore => responseTag == Tag.BindResponse && _answer.Task.IsCompleted ? _resume.Task : Task.CompletedTask;

    public void Resume() => _resume.TrySetResult();

    public override bool Fits(LdapMessage message) => message is IntermediateMessage || (message is ResultMessage result && result.Tag == responseTag);

    public override void Accept(LdapMessage message)
    {
        if (message is ResultMessage result)
        {
            _answer.TrySetResult(result);
        }
    }

    public override void Fail(LdapConnectionException failure)
    {
        _answer.TrySetException(failure);
        // Whoever gave up waiting does not come back to look.
        _ = _answer.Task.Exception;
    }
}
