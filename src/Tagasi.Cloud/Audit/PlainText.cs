namespace Tagasi.Cloud.Audit;

/// <summary>Text that came from outside, for terminals and logs: a line of a log stays a line.</summary>
internal static class PlainText
{
    public static string Of(string text) => text.Any(char.IsControl) ? string.Concat(text.Where(letter => !char.IsControl(letter))) : text;

    /// <summary>The same, of a hundred characters at the most.</summary>
    public static string Clip(string text) => Of(text) is { Length: > 100 } plain ? plain[..100] : Of(text);
}
