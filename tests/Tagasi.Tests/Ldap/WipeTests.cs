using System.Text;
using Tagasi.Ldap;
using Tagasi.Ldap.Wire;

namespace Tagasi.Tests.Ldap;

/// <summary>What held a secret on its way out holds nothing afterwards.</summary>
public sealed class WipeTests
{
    private static readonly byte[] Secret = Encoding.UTF8.GetBytes("correct horse battery staple");

    [Fact]
    public async Task The_message_of_a_bind_and_of_a_modify_is_wiped_when_it_is_sent()
    {
        var stream = new WatchedStream();
        await using (var connection = LdapConnection.Over(stream, ScriptedServer.Options))
        {
            stream.Answer = Answers.Result(1, Answers.BindResponse);
            await connection.BindAsync(LdapCredential.Simple("CN=x", Secret));
            stream.Answer = Answers.Result(2, Answers.ModifyResponse);
            await connection.ModifyAsync("CN=x", [LdapModification.Replace("unicodePwd", Secret)]);
        }

        Assert.Equal(2, stream.Secrets);
        Assert.All(stream.Written, memory => Assert.False(memory.Span.ContainsAnyExcept((byte)0)));
        Assert.Equal("correct horse battery staple", Encoding.UTF8.GetString(Secret));
    }

    [Fact]
    public async Task It_is_wiped_also_when_sending_fails()
    {
        var stream = new WatchedStream { IsBroken = true };
        await using var connection = LdapConnection.Over(stream, ScriptedServer.Options);
        await Assert.ThrowsAsync<LdapConnectionException>(() => connection.ModifyAsync("CN=x", [LdapModification.Replace("unicodePwd", Secret)]));
        Assert.Equal(1, stream.Secrets);
        Assert.All(stream.Written, memory => Assert.False(memory.Span.ContainsAnyExcept((byte)0)));
    }

    [Fact]
    public void A_buffer_that_grows_moves_or_is_read_leaves_nothing_behind()
    {
        using var buffer = new WipedBuffer(16);
        var views = new List<Memory<byte>>();
        for (var i = 0; i < 200; i++)
        {
            views.Add(buffer.GetMemory(Secret.Length));
            Secret.CopyTo(views[^1]);
            buffer.Advance(Secret.Length);
            if (i % 3 == 2)
            {
                buffer.Consume(2 * Secret.Length);
            }
        }

        while (buffer.Length > 0)
        {
            Assert.Equal(Secret, buffer.Span[..Secret.Length]);
            buffer.Consume(Secret.Length);
        }

        Assert.All(views, view => Assert.True(view.Span.IndexOf(Secret.AsSpan(0, 8)) < 0));
    }

    /// <summary>Keeps the very memory that it was handed to write, and looks at it again later.</summary>
    private sealed class WatchedStream : Stream
    {
        private readonly SemaphoreSlim _asked = new(0);
        private readonly CancellationTokenSource _closed = new();

        public List<ReadOnlyMemory<byte>> Written { get; } = [];

        public int Secrets { get; private set; }

        public byte[] Answer { get; set; } = [];

        public bool IsBroken { get; init; }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position { get; set; }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Written.Add(buffer);
            Secrets += buffer.Span.IndexOf(Secret) >= 0 ? 1 : 0;
            _asked.Release();
            return IsBroken ? ValueTask.FromException(new IOException("Broken.")) : ValueTask.CompletedTask;
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _closed.Token);
            await _asked.WaitAsync(either.Token);
            Answer.CopyTo(buffer);
            return Answer.Length;
        }

        public override void Flush()
        {
        }

        public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            _closed.Cancel();
            base.Dispose(disposing);
        }
    }
}
