using System.Threading.Channels;

namespace Tagasi.Cloud.Mail;

/// <summary>A message to send; one without an address is dropped at the far end of the queue. Its text may hold a code: it is never logged.</summary>
internal sealed record OutgoingMail(string? To, string Subject, string Body)
{
    public override string ToString() => "***";
}

/// <summary>Messages that wait for the mail server, so that no page waits for it.</summary>
/// <remarks>In memory: a code that is lost with the process is asked for again by starting again.</remarks>
internal sealed class MailQueue
{
    /// <summary>When the server is away, the newest messages wait and the oldest, whose codes expire first, go.</summary>
    private const int Capacity = 10_000;

    private readonly Channel<OutgoingMail> channel = Channel.CreateBounded<OutgoingMail>(new BoundedChannelOptions(Capacity) { FullMode = BoundedChannelFullMode.DropOldest });

    public void Enqueue(OutgoingMail mail) => channel.Writer.TryWrite(mail);

    public IAsyncEnumerable<OutgoingMail> ReadAllAsync(CancellationToken cancellation) => channel.Reader.ReadAllAsync(cancellation);
}
