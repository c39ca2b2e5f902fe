using Tagasi.Cloud.Audit;

namespace Tagasi.Tests.Cloud;

/// <summary>What came from outside shows as what it is.</summary>
public sealed class PlainTextTests
{
    [Theory]
    [InlineData("host\u001b[2Jname", "host[2Jname")]
    [InlineData("a\u202Ebc\u2028d\u2066e", "abcde")]
    [InlineData("\u0645\u06CC\u200C\u062E\u0648\u0627\u0647\u0645", "\u0645\u06CC\u200C\u062E\u0648\u0627\u0647\u0645")]
    [InlineData("Küllike Õun", "Küllike Õun")]
    public void Neither_ends_of_lines_nor_turns_of_direction_are_kept(string text, string plain) => Assert.Equal(plain, PlainText.Of(text));
}
