using Tagasi.Ldap.Messages;

namespace Tagasi.Ldap.Requests;

/// <summary>A request that waits for its answers. Its encoder is called once, with the id that the connection gave it.</summary>
internal abstract class PendingRequest(Action<BerWriter, int> encode)
{
    public int Id { get; set; }

    /// <summary>True from just before its first byte may leave. Set and read under the connection's lock.</summary>
    public bool IsSent { get; set; }

    public void Encode(BerWriter writer) => encode(writer, Id);

    /// <summary>Takes an answer that bears this request's id; called by the reader, in order.</summary>
    /// <exception cref="LdapProtocolException">It is not an answer to such a request.</exception>
    public abstract void Accept(LdapMessage message);

    /// <summary>No answer will come any more. Harmless after the final one.</summary>
    public abstract void Fail(LdapConnectionException failure);

    /// <summary>Completes when the reader may go on after an answer to this request.</summary>
    public virtual Task ReadyForMore => Task.CompletedTask;

    protected static LdapProtocolException Unfitting(LdapMessage message) =>
        new($"The answer {message.Id} is of the wrong kind: {(message is ResultMessage result ? $"{result.Tag:X2}" : message.GetType().Name)}.");
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

    public override void Accept(LdapMessage message)
    {
        switch (message)
        {
            case ResultMessage result when result.Tag == responseTag:
                _answer.TrySetResult(result);
                break;
            case IntermediateMessage:
                break;
            default:
                throw Unfitting(message);
        }
    }

    public override void Fail(LdapConnectionException failure)
    {
        _answer.TrySetException(failure);
        // Whoever gave up waiting does not come back to look.
        _ = _answer.Task.Exception;
    }
}
