using System.Text;

namespace Tagasi.Simulation.Forest;

/// <summary>What one write would do to an account.</summary>
/// <param name="New">The password that it sets; null: it ends a lockout and leaves the password alone.</param>
/// <param name="Old">Where it is a change: the password that the account must have for it.</param>
internal sealed record Modify(string? New, string? Old, bool MustChange)
{
    public static readonly Modify Unlock = new(null, null, false);

    public static Modify Reset(ReadOnlyMemory<byte> password, bool mustChange) => new(Encoding.Unicode.GetString(password.Span), null, mustChange);

    public static Modify Change(ReadOnlyMemory<byte> old, ReadOnlyMemory<byte> password) => new(Encoding.Unicode.GetString(password.Span), Encoding.Unicode.GetString(old.Span), false);

    /// <summary>A reset unlocks too; a change does not.</summary>
    public bool Unlocks => Old is null;

    public override string ToString() => New is null ? "an unlock" : Old is null ? New : $"{New} for {Old}";
}
