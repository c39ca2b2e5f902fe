namespace Tagasi.Cloud.Audit;

/// <summary>Text that came from outside, for terminals and logs: a line of a log stays a line.</summary>
internal static class PlainText
{
    public static string Of(string text) => text.Any(IsUnfit) ? string.Concat(text.Where(letter => !IsUnfit(letter))) : text;

    // Line ends that are no control characters, and what turns the direction of writing: with it a line can show what it does not say.
    private static bool IsUnfit(char letter) =>
        char.IsControl(letter) || letter is '\u2028' or '\u2029' or '\u200E' or '\u200F' or '\u061C' or (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069');

    /// <summary>The same, of a hundred characters at the most.</summary>
    public static string Clip(string text) => Of(text) is { Length: > 100 } plain ? plain[..100] : Of(text);
}
