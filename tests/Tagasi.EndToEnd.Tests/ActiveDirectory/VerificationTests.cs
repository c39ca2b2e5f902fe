using Tagasi.ActiveDirectory;

namespace Tagasi.EndToEnd.Tests.ActiveDirectory;

/// <summary>A real domain controller asked whether a password is somebody's.</summary>
public sealed class VerificationTests(North north) : IClassFixture<North>
{
    public static TheoryData<string, PasswordVerification> RightPassword { get; } = new()
    {
        { "anna", new PasswordVerification.Right(false, false) },
        { "comma", new PasswordVerification.Right(false, false) },
        { "backslash", new PasswordVerification.Right(false, false) },
        { "trailing", new PasswordVerification.Right(false, false) },
        { "emoji", new PasswordVerification.Right(false, false) },
        { "mustchange", new PasswordVerification.Right(true, false) },
        { "passwordexpired", new PasswordVerification.Right(false, true) },
        { "disabled", new PasswordVerification.Disabled() },
        { "accountexpired", new PasswordVerification.AccountExpired() },
        { "locked", new PasswordVerification.LockedOut() },
    };

    [Theory]
    [MemberData(nameof(RightPassword), DisableDiscoveryEnumeration = true)]
    public async Task A_right_password_meets_the_state_of_the_account(string name, PasswordVerification expected) =>
        Assert.Equal(expected, await north.VerifyAsync(name, Lab.UserPassword));

    [Theory]
    [InlineData("bert")]
    [InlineData("mustchange")]
    [InlineData("passwordexpired")]
    [InlineData("disabled")]
    [InlineData("accountexpired")]
    public async Task A_wrong_password_is_wrong_in_every_state_but_locked_out(string name) =>
        Assert.IsType<PasswordVerification.Wrong>(await north.VerifyAsync(name, "Not-My-Passw0rd"));

    [Fact]
    public async Task Of_a_locked_account_nothing_is_said() =>
        Assert.IsType<PasswordVerification.LockedOut>(await north.VerifyAsync("locked", "Not-My-Passw0rd"));

    [Fact]
    public async Task An_empty_password_is_not_let_in_by_an_unauthenticated_bind() =>
        Assert.IsType<PasswordVerification.Wrong>(await north.VerifyAsync("stud01", ""));

    [Fact]
    public async Task A_wrong_password_counts_and_moves_the_update_sequence_number_but_not_the_stamp()
    {
        var before = await north.ReadAsync("stud02");
        for (var tries = 0; tries < 5; tries++)
        {
            Assert.IsType<PasswordVerification.Wrong>(await north.VerifyAsync("stud02", "Not-My-Passw0rd"));
        }

        var after = await north.ReadAsync("stud02");
        Assert.True(after.IsLockedOut);
        Assert.True(after.UpdateSequenceNumber > before.UpdateSequenceNumber);
        Assert.Equal((before.PasswordStamp, before.RawPasswordLastSet), (after.PasswordStamp, after.RawPasswordLastSet));
    }

    [Fact]
    public async Task The_former_password_passes_for_a_while_so_that_a_bind_with_it_proves_nothing()
    {
        const string fine = "Quite-Fine-2026-Passw0rd";
        Assert.IsType<PasswordWrite.Applied>(await north.ResetAsync("stud03", fine));
        Assert.IsType<PasswordVerification.Right>(await north.VerifyAsync("stud03", fine));
        Assert.IsType<PasswordVerification.Right>(await north.VerifyAsync("stud03", Lab.UserPassword));
    }

    [Fact]
    public async Task A_user_moved_meanwhile_is_found()
    {
        var before = await north.ReadAsync("stud19");
        await Lab.RunAsync(
            "exec", "samba-tool", "user", "move", "stud19", "OU=Staff,OU=People", "-H", "ldap://dc1.north.example", "-U", $"Administrator%{Lab.AdministratorPassword}");
        Assert.IsType<PasswordVerification.Right>(await north.Domain.VerifyPasswordAsync(
            before, System.Text.Encoding.Unicode.GetBytes(Lab.UserPassword), North.Enough, TestContext.Current.CancellationToken));
    }
}
