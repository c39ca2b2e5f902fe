using Tagasi.ActiveDirectory.Passwords;

namespace Tagasi.Tests.ActiveDirectory;

public sealed class ComplexityRuleTests
{
    [Theory]
    [InlineData("Passw0rd", true)]
    [InlineData("passw0rd", false)]
    [InlineData("passw0rd!", true)]
    [InlineData("PASSWORD!", false)]
    [InlineData("пароль1Ж", true)] // Cyrillic has both cases
    [InlineData("漢字abc1", true)] // letters without case are a category of their own
    [InlineData("漢字漢字1", false)]
    [InlineData("abc1€£", false)] // "currency symbols … aren't counted as special characters"
    [InlineData("abc1😀", false)]
    [InlineData("abc1 ", false)]
    [InlineData("٣٤abc!", false)] // base 10 digits are 0 to 9
    public void Three_of_five_categories_are_enough(string password, bool enough) =>
        Assert.Equal(enough, ComplexityRule.HasEnoughCategories(password));

    [Theory]
    [InlineData("Anna!2345678", "anna", null, true)]
    [InlineData("xANNAx", "anna", null, true)]
    [InlineData("An!2345678", "an", null, false)] // names under three characters are not checked
    [InlineData("Müller-2026", "mm17", "Müller, Änne", true)]
    [InlineData("Berta!2026x", "b1", "van den Berta#Smith", true)]
    [InlineData("Smith!2026x", "b1", "van den Berta#Smith", true)]
    [InlineData("x-de-2026!A", "b1", "Li de La", false)]
    [InlineData("anne.meier!1", "anne.meier", null, true)]
    [InlineData("anne2026!Xy", "anne.meier", null, false)] // the account name is checked as a whole, never in parts
    [InlineData("Tab2026!Xyz", "b1", "a\tTab", true)]
    public void Names_are_looked_for_whole_and_display_names_in_parts(string password, string sam, string? display, bool contains) =>
        Assert.Equal(contains, ComplexityRule.ContainsName(password, sam, display));
}
