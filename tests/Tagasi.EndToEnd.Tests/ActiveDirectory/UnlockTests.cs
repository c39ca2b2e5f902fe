using Tagasi.ActiveDirectory;

namespace Tagasi.EndToEnd.Tests.ActiveDirectory;

/// <summary>Lockouts ended at a real domain controller.</summary>
public sealed class UnlockTests(North north) : IClassFixture<North>
{
    [Theory]
    [InlineData("locked")]
    [InlineData("stud01")]
    [InlineData("disabled")]
    [InlineData("mustchange")]
    [InlineData("comma")]
    public async Task An_unlocked_account_shows_a_lockoutTime_of_zero_and_keeps_its_password(string name)
    {
        var before = await north.ReadAsync(name);
        var applied = Assert.IsType<PasswordWrite.Applied>(await north.UnlockAsync(name));
        Assert.Equal((WriteWarning.None, 0), (applied.Warning, applied.After.RawLockoutTime));
        var after = await north.ReadAsync(name);
        Assert.False(after.IsLockedOut);
        Assert.Equal((before.PasswordStamp, before.RawPasswordLastSet), (after.PasswordStamp, after.RawPasswordLastSet));
    }

    [Fact]
    public async Task Who_was_locked_out_can_sign_in_again()
    {
        Assert.IsType<PasswordWrite.Applied>(await north.UnlockAsync("locked"));
        Assert.IsType<PasswordVerification.Right>(await north.VerifyAsync("locked", Lab.UserPassword));
    }

    [Theory]
    [InlineData("olaf", RefusalCause.NoRights, "Missing on CN=olaf,OU=Outside,DC=north,DC=example: Write lockoutTime. Grant this on OU=Outside")]
    [InlineData("pat.admin", RefusalCause.Protected, "in a protected group")]
    [InlineData("stale.admin", RefusalCause.Protected, "no protected group any more")]
    public async Task Where_the_service_account_has_no_rights_the_missing_one_is_named(string name, RefusalCause cause, string words)
    {
        var refused = Assert.IsType<PasswordWrite.Refused>(await north.UnlockAsync(name));
        Assert.Equal(cause, refused.Cause);
        Assert.Contains(words, refused.Diagnostics, StringComparison.Ordinal);
    }
}
