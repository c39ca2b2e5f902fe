using System.Globalization;
using System.Text;

namespace Tagasi.ActiveDirectory.Passwords;

/// <summary>
/// "Password must meet complexity requirements", recomputed, because Active Directory says only 0000052D whichever rule failed.
/// Source: Microsoft's description of that security policy setting.
/// </summary>
internal static class ComplexityRule
{
    private const int CategoriesNeeded = 3;
    private const int ShortestNamePart = 3;

    // The setting's own list. Euro and pound signs "aren't counted as special characters for this policy setting".
    private const string Special = "~!@#$%^&*_-+=`|\\(){}[]:;\"'<>,.?/";

    // "commas, periods, dashes or hyphens, underscores, spaces, pound signs, and tabs"; read in Britain as in America.
    private const string NameDelimiters = ",.-_ #£\t";

    [Flags]
    private enum Categories
    {
        None = 0,
        Uppercase = 1,
        Lowercase = 2,
        Digit = 4,
        Special = 8,
        OtherLetter = 16,
    }

    public static bool HasEnoughCategories(ReadOnlySpan<char> password)
    {
        var found = Categories.None;
        foreach (var rune in password.EnumerateRunes())
        {
            found |= CategoryOf(rune);
        }

        return int.PopCount((int)found) >= CategoriesNeeded;
    }

    /// <summary>The account name as a whole, or a part of the display name; parts under three characters do not count.</summary>
    public static bool ContainsName(ReadOnlySpan<char> password, string samAccountName, string? displayName)
    {
        if (ContainsPart(password, samAccountName))
        {
            return true;
        }

        foreach (var range in displayName.AsSpan().SplitAny(NameDelimiters))
        {
            if (ContainsPart(password, displayName.AsSpan()[range]))
            {
                return true;
            }
        }

        return false;
    }

    private static bool ContainsPart(ReadOnlySpan<char> password, ReadOnlySpan<char> part) =>
        part.Length >= ShortestNamePart && password.Contains(part, StringComparison.OrdinalIgnoreCase);

    private static Categories CategoryOf(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.UppercaseLetter => Categories.Uppercase,
        UnicodeCategory.LowercaseLetter => Categories.Lowercase,
        UnicodeCategory.OtherLetter or UnicodeCategory.ModifierLetter or UnicodeCategory.TitlecaseLetter => Categories.OtherLetter,
        _ when rune.Value is >= '0' and <= '9' => Categories.Digit,
        _ when rune.IsAscii && Special.Contains((char)rune.Value) => Categories.Special,
        _ => Categories.None,
    };
}
