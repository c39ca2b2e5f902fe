using System.Text;
using Tagasi.ActiveDirectory;
using Tagasi.ActiveDirectory.Passwords;

namespace Tagasi.Tests.ActiveDirectory;

public sealed class NewPasswordTests
{
    [Fact]
    public void The_value_is_quoted_UTF_16_little_endian()
    {
        using var password = new NewPassword(Encoding.Unicode.GetBytes("Ä€😀"));

        Assert.Equal(Encoding.Unicode.GetBytes("\"Ä€😀\""), password.Quoted.ToArray());
        Assert.Equal("Ä€😀", password.Characters.ToString());
    }

    [Fact]
    public void Nothing_is_left_of_it_after_disposal()
    {
        var password = new NewPassword(Encoding.Unicode.GetBytes("Secret!1"));
        password.Dispose();

        Assert.All(password.Quoted.ToArray(), octet => Assert.Equal(0, octet));
        Assert.All(password.Characters.ToArray(), character => Assert.Equal('\0', character));
    }

    [Fact]
    public void Two_hundred_and_fifty_six_characters_are_the_most()
    {
        Assert.Equal(RefusalCause.None, NewPassword.FaultOf(Encoding.Unicode.GetBytes(new string('a', 256))));
        Assert.Equal(RefusalCause.TooLong, NewPassword.FaultOf(Encoding.Unicode.GetBytes(new string('a', 257))));
    }

    [Theory]
    [InlineData("")]
    [InlineData("61")]
    [InlineData("610062")]
    [InlineData("61000000")] // NUL
    [InlineData("61003dd8")] // a high surrogate alone
    [InlineData("3dd86100")]
    [InlineData("00de6100")] // a low surrogate alone
    public void What_nobody_could_type_is_malformed(string hex) =>
        Assert.Equal(RefusalCause.Malformed, NewPassword.FaultOf(Convert.FromHexString(hex)));
}
