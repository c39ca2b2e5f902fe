using Tagasi.ActiveDirectory;
using Tagasi.Tests.Ldap;

namespace Tagasi.Tests.ActiveDirectory;

/// <summary>A domain controller that is still at a write when its time is over.</summary>
public sealed class LateAnswerTests : ScriptedDomain
{
    [Fact]
    public async Task While_a_domain_controller_is_still_at_a_write_no_look_at_it_tells_anything()
    {
        var anna = await AnnaAsync();
        var filter = new TaskCompletionSource();
        Dc.OnModify = async (end, request) =>
        {
            Time.Advance(Enough);
            await filter.Task;
            await Dc.SetPasswordAsync(end, request);
        };
        var unknown = Assert.IsType<PasswordWrite.Unknown>(await ResetAsync(anna));
        Assert.IsType<WriteLook.Unavailable>(await LookAsync());

        filter.SetResult();
        Assert.Equal(WriteComparison.Written, WriteProof.Compare(unknown.Before, Assert.IsType<WriteLook.Seen>(await UntilToldAsync()).Proof));
        Assert.Single(Dc.Modifies);
    }

    [Fact]
    public async Task When_the_tickets_time_is_over_the_write_is_taken_back_from_a_domain_controller_that_has_not_answered()
    {
        var anna = await AnnaAsync();
        Dc.OnModify = (end, _) =>
        {
            Time.Advance(Enough);
            return end.StallAsync();
        };
        Assert.IsType<PasswordWrite.Unknown>(await ResetAsync(anna));
        Assert.IsType<WriteLook.Unavailable>(await LookAsync());
        Time.Advance(TimeSpan.FromMinutes(1));
        await UntilToldAsync();
    }

    private Task<PasswordWrite> ResetAsync(Account account) =>
        Domain.ResetPasswordAsync(account, Utf16("Perfectly-Fine-2026"), false, Time.GetUtcNow().AddMinutes(1), Enough, Ct);

    private async Task<WriteLook> UntilToldAsync()
    {
        WriteLook look;
        while ((look = await LookAsync()) is WriteLook.Unavailable)
        {
            await Task.Delay(10, Ct);
        }

        return look;
    }

    private Task<WriteLook> LookAsync() => Domain.LookAsync(ScriptedController.Anna, Dc.Host, Enough, Ct);
}
