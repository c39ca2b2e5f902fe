using Tagasi.ActiveDirectory;
using Tagasi.Tests.Ldap;

namespace Tagasi.Tests.ActiveDirectory;

/// <summary>A reset that demands that the password be changed at the next sign-in.</summary>
public sealed class MustChangeTests : ScriptedDomain
{
    [Fact]
    public async Task Must_change_goes_into_the_same_modify()
    {
        Dc.OnModify = (end, request) => SetsTo(end, request, 0);
        var write = await ResetAsync();
        Assert.Equal(WriteWarning.None, Assert.IsType<PasswordWrite.Applied>(write).Warning);
        Assert.Equal(["unicodePwd", "lockoutTime", "pwdLastSet"], ChangesOf(Assert.Single(Dc.Modifies)).Select(change => change.Attribute));
    }

    [Fact]
    public async Task Sambas_must_change_follows_in_a_second_modify_once_the_first_is_done()
    {
        Dc.Vendor = "Samba Team (https://www.samba.org)";
        Dc.OnModify = (end, request) => Dc.Modifies.Count == 1 ? Dc.SetPasswordAsync(end, request) : SetsTo(end, request, 0);
        var write = await ResetAsync();
        Assert.Equal(WriteWarning.None, Assert.IsType<PasswordWrite.Applied>(write).Warning);
        Assert.Equal([["unicodePwd", "lockoutTime"], ["pwdLastSet"]], Dc.Modifies.Select(modify => ChangesOf(modify).Select(change => change.Attribute).ToArray()));
    }

    [Fact]
    public async Task A_must_change_that_does_not_show_is_warned_of_and_so_is_the_password_set()
    {
        Dc.Vendor = "Samba Team (https://www.samba.org)";
        Dc.OnModify = (end, request) => Dc.Modifies.Count == 1 ? Dc.SetPasswordAsync(end, request) : ScriptedController.Refuse(50, "00002098: SecErr")(end, request);
        var write = await ResetAsync();
        Assert.Equal(WriteWarning.MustChangeNotSet, Assert.IsType<PasswordWrite.Applied>(write).Warning);
    }

    [Fact]
    public async Task The_second_modify_is_not_sent_once_the_time_is_over()
    {
        Dc.Vendor = "Samba Team (https://www.samba.org)";
        Dc.OnModify = async (end, request) =>
        {
            Time.AdjustTime(Time.GetUtcNow().AddMinutes(2));
            await Dc.SetPasswordAsync(end, request);
        };
        Assert.Equal(WriteWarning.MustChangeNotSet, Assert.IsType<PasswordWrite.Applied>(await ResetAsync()).Warning);
        Assert.Single(Dc.Modifies);
    }

    [Fact]
    public async Task A_refused_reset_is_not_followed_by_a_must_change()
    {
        Dc.Vendor = "Samba Team (https://www.samba.org)";
        Dc.OnModify = ScriptedController.Refuse(53, "0000052D: SvcErr");
        Assert.IsType<PasswordWrite.Refused>(await ResetAsync());
        Assert.Single(Dc.Modifies);
    }

    private async Task<PasswordWrite> ResetAsync() =>
        await Domain.ResetPasswordAsync(await AnnaAsync(), Utf16("Fine-Passw0rd"), true, Time.GetUtcNow().AddMinutes(1), Enough, Ct);

    private async Task SetsTo(ServerEnd end, Request request, long passwordLastSet)
    {
        await Task.Yield();
        Dc.PasswordLastSet = passwordLastSet;
        Dc.User["uSNChanged"] = ScriptedUser.Value("1001");
        await ScriptedController.LieAsync(end, request);
    }
}
