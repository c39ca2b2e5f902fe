using Tagasi.Protocol.Tickets;

namespace Tagasi.Protocol.Envelopes;

/// <summary>What an envelope held, in the clear. Zeroed on disposal.</summary>
/// <param name="New">The new password, where one was sealed.</param>
/// <param name="Current">The current password, where one was sealed.</param>
public sealed record SealedPasswords(Password? New, Password? Current) : IDisposable
{
    /// <summary>Whether these are the passwords that the operation takes, no fewer and no more: a change without the current password must not pass for a reset.</summary>
    public bool Fit(Operation operation) => New is not null == operation.NeedsNewPassword() && Current is not null == operation.NeedsCurrentPassword();

    /// <inheritdoc/>
    public void Dispose()
    {
        New?.Dispose();
        Current?.Dispose();
    }

    /// <summary>Never the passwords.</summary>
    public override string ToString() => "***";
}
