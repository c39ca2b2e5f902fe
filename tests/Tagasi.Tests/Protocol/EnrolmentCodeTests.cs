using System.Security.Cryptography;
using Tagasi.Protocol.Enrolment;

namespace Tagasi.Tests.Protocol;

/// <summary>The code survives being read out, typed and pasted; what is not a code is not taken for one.</summary>
public sealed class EnrolmentCodeTests
{
    private static readonly byte[] Key = RandomNumberGenerator.GetBytes(91);

    [Fact]
    public void A_code_is_thirteen_groups_of_four()
    {
        var groups = EnrolmentCode.Create(Key).Format().Split('-');
        Assert.Equal(13, groups.Length);
        Assert.All(groups, group => Assert.Matches("^[0-9A-HJKMNP-TV-Z]{4}$", group));
    }

    [Fact]
    public void A_code_is_read_back_whatever_its_bytes()
    {
        for (var i = 0; i < 200; i++)
        {
            var code = EnrolmentCode.Create(RandomNumberGenerator.GetBytes(91));
            var read = EnrolmentCode.Parse(code.Format())!;
            Assert.Equal([.. code.Secret, .. code.Fingerprint], (byte[])[.. read.Secret, .. read.Fingerprint]);
        }
    }

    [Fact]
    public void Case_hyphens_spaces_and_letters_taken_for_digits_do_not_matter()
    {
        var code = EnrolmentCode.Create(Key);
        var text = code.Format();
        Assert.Equal(code.Secret, EnrolmentCode.Parse(text.ToLowerInvariant())!.Secret);
        Assert.Equal(code.Secret, EnrolmentCode.Parse(text.Replace("-", "", StringComparison.Ordinal))!.Secret);
        Assert.Equal(code.Secret, EnrolmentCode.Parse("  " + text.Replace('-', ' ') + "\n")!.Secret);
        Assert.Equal(code.Secret, EnrolmentCode.Parse(text.Replace('0', 'o').Replace('1', 'l'))!.Secret);
        Assert.Equal(code.Secret, EnrolmentCode.Parse(text.Replace('0', 'O').Replace('1', 'I'))!.Secret);
    }

    [Fact]
    public void What_is_too_short_too_long_or_has_a_strange_character_is_no_code()
    {
        var text = EnrolmentCode.Create(Key).Format();
        Assert.Null(EnrolmentCode.Parse(""));
        Assert.Null(EnrolmentCode.Parse(text[..^1]));
        Assert.Null(EnrolmentCode.Parse(text + "0"));
        Assert.Null(EnrolmentCode.Parse("U" + text[1..]));
        Assert.Null(EnrolmentCode.Parse("é" + text[1..]));
    }

    [Fact]
    public void A_code_knows_its_services_key_and_no_other()
    {
        var code = EnrolmentCode.Parse(EnrolmentCode.Create(Key).Format())!;
        Assert.True(code.Pins(Key));
        Assert.False(code.Pins(RandomNumberGenerator.GetBytes(91)));
    }

    [Fact]
    public void Two_codes_are_never_alike_and_none_is_printed_by_accident()
    {
        var (one, two) = (EnrolmentCode.Create(Key), EnrolmentCode.Create(Key));
        Assert.NotEqual(one.Secret, two.Secret);
        Assert.Equal("***", one.ToString());
    }
}
