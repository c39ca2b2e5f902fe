using Tagasi.ActiveDirectory;

namespace Tagasi.EndToEnd.Tests.ActiveDirectory;

/// <summary>Resets after which the password has to be changed.</summary>
public sealed class MustChangeTests(North north) : IClassFixture<North>
{
    private const string Fine = "Quite-Fine-2026-Passw0rd";

    [Theory]
    [InlineData("stud14")]
    [InlineData("mustchange")]
    [InlineData("strict")]
    public async Task A_reset_can_demand_that_the_password_be_changed_at_the_next_sign_in(string name)
    {
        var applied = Assert.IsType<PasswordWrite.Applied>(await north.WriteAsync(await north.ReadAsync(name), Fine + "-Temporary", mustChange: true));
        Assert.Equal((WriteWarning.None, 0), (applied.Warning, applied.After.RawPasswordLastSet));
        Assert.True((await north.ReadAsync(name)).MustChangePassword);
        Assert.Equal(new PasswordVerification.Right(MustChange: true, IsExpired: false), await north.VerifyAsync(name, Fine + "-Temporary"));
        Assert.IsType<PasswordWrite.Applied>(await north.ChangeAsync(name, Fine + "-Temporary", Fine + "-Own"));
        Assert.Equal(new PasswordVerification.Right(MustChange: false, IsExpired: false), await north.VerifyAsync(name, Fine + "-Own"));
    }

    [Fact]
    public async Task A_refused_reset_demands_no_change()
    {
        var refused = Assert.IsType<PasswordWrite.Refused>(await north.WriteAsync(await north.ReadAsync("stud15"), "Sh0rt!", mustChange: true));
        Assert.Equal(RefusalCause.TooShort, refused.Cause);
        Assert.False((await north.ReadAsync("stud15")).MustChangePassword);
    }
}
