using Tagasi.Cloud.Recovery;
using Tagasi.Protocol;

namespace Tagasi.Tests.Cloud;

/// <summary>From the name to the accepted code.</summary>
public sealed class RecoveryGateTests
{
    private static CancellationToken None => CancellationToken.None;

    [Fact]
    public async Task The_right_code_proves_the_person_once()
    {
        await using var service = await RunningService.StartAsync();
        await service.AddUserAsync("anna@north.example");
        var session = await service.Recovery.StartAsync(" Anna@NORTH.example ", None);
        var code = await service.ReadCodeAsync();

        Assert.Null(await service.Recovery.ProveAsync(session, code!, None));
        Assert.Equal(RecoveryStep.Proven, (await service.Recovery.ViewAsync(session, None))!.Step);
        Assert.Equal(Problems.SessionExpired, await service.Recovery.ProveAsync(session, code!, None));
    }

    [Theory]
    [InlineData("P@ssw0rd!2025", "?@?")]
    [InlineData("S3cret-word@north.example", "?@north.example")]
    public async Task A_password_that_is_typed_for_a_name_is_kept_nowhere(string typed, string actor)
    {
        await using var service = await RunningService.StartAsync();
        var session = await service.Recovery.StartAsync(typed, None);
        await service.Recovery.ProveAsync(session, "12345678", None);

        Assert.Equal(typed, (await service.Recovery.ViewAsync(session, None))!.UserPrincipalName);
        Assert.All(await service.AuditAsync(), e => Assert.Equal(actor, e.Actor));
        Assert.DoesNotContain(typed, await service.ReadDatabaseAsync(), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_name_that_two_people_have_is_told_as_such_to_the_administrator()
    {
        await using var service = await RunningService.StartAsync();
        await service.AddUserAsync("anna@north.example");
        await service.AddUserAsync("Anna@north.example");
        await service.Recovery.StartAsync("anna@north.example", None);
        Assert.Contains(await service.AuditAsync(), e => e is { Actor: "anna@north.example", UserId: null } && e.Detail!.Contains("ambiguous", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("anna\uFFFE@north.example")]
    [InlineData("anna\uD800@north.example")]
    public async Task A_name_that_is_no_text_means_nobody(string name)
    {
        await using var service = await RunningService.StartAsync();
        Assert.Null(await service.Recovery.FindClosedAsync(name, None));
        await service.Recovery.StartAsync(name, None);
        Assert.Null(await service.ReadCodeAsync());
    }

    [Fact]
    public async Task A_disabled_tenant_is_found_by_any_spelling_of_its_domain_by_which_its_users_are()
    {
        await using var service = await RunningService.StartAsync();
        await service.AddTenantAsync("Bank", "bank.example");
        await using (var db = await service.OpenAsync())
        {
            db.Tenants.Single(tenant => tenant.Name == "Bank").IsWritebackEnabled = false;
            await db.SaveChangesAsync(TestContext.Current.CancellationToken);
        }

        Assert.Equal(Problems.WritebackDisabled, await service.Recovery.FindClosedAsync("anna@BAN\u212A.example", None));
    }

    [Fact]
    public async Task A_code_is_of_no_use_in_another_session()
    {
        await using var service = await RunningService.StartAsync();
        await service.AddUserAsync("anna@north.example");
        await service.Recovery.StartAsync("anna@north.example", None);
        var code = await service.ReadCodeAsync();
        var other = await service.Recovery.StartAsync("anna@north.example", None);

        Assert.Equal(Problems.CodeWrong, await service.Recovery.ProveAsync(other, code!, None));
    }

    [Fact]
    public async Task The_fifth_wrong_code_ends_the_recovery_and_the_right_one_comes_too_late()
    {
        await using var service = await RunningService.StartAsync();
        await service.AddUserAsync("anna@north.example");
        var session = await service.Recovery.StartAsync("anna@north.example", None);
        var code = await service.ReadCodeAsync();
        for (var i = 1; i < RecoverySession.MaxTries; i++)
        {
            Assert.Equal(Problems.CodeWrong, await service.Recovery.ProveAsync(session, "x", None));
        }

        Assert.Equal(Problems.TooManyTries, await service.Recovery.ProveAsync(session, "00000000x", None));
        Assert.NotNull(await service.Recovery.ProveAsync(session, code!, None));
        var view = await service.Recovery.ViewAsync(session, None);
        Assert.Equal((RecoveryStep.Ended, Problems.TooManyTries), (view!.Step, view.Problem));
        Assert.Contains(await service.AuditAsync(), e => e is { Activity: "Blocked from self-service password reset", Problem: "too-many-tries" });
    }

    [Fact]
    public async Task Fifty_guesses_at_the_same_time_count_as_fifty()
    {
        await using var service = await RunningService.StartAsync();
        await service.AddUserAsync("anna@north.example");
        var session = await service.Recovery.StartAsync("anna@north.example", None);

        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => service.Recovery.ProveAsync(session, "00000000x", None)));

        Assert.True(answers.Count(answer => answer == Problems.CodeWrong) < RecoverySession.MaxTries);
        Assert.Equal(RecoveryStep.Ended, (await service.Recovery.ViewAsync(session, None))!.Step);
    }

    [Fact]
    public async Task A_name_that_means_nobody_looks_like_any_other_and_is_never_proven()
    {
        await using var service = await RunningService.StartAsync();
        await service.AddUserAsync("twin@north.example");
        await service.AddUserAsync("twin@north.example");
        await service.AddUserAsync("nomail@north.example", recoveryMail: null);

        foreach (var name in new[] { "nobody@north.example", "nobody@nowhere.example", "no at sign", "", "twin@north.example", "nomail@north.example" })
        {
            var session = await service.Recovery.StartAsync(name, None);
            Assert.Null(await service.ReadCodeAsync());
            Assert.Equal(new RecoveryView(RecoveryStep.CodeSent, name, null, null, null, null, false), await service.Recovery.ViewAsync(session, None));
            Assert.Equal(Problems.CodeWrong, await service.Recovery.ProveAsync(session, "12345678", None));
        }
    }

    [Fact]
    public async Task A_code_and_a_session_expire()
    {
        await using var service = await RunningService.StartAsync();
        await service.AddUserAsync("anna@north.example");
        var session = await service.Recovery.StartAsync("anna@north.example", None);
        var code = await service.ReadCodeAsync();

        service.Time.Advance(RecoverySession.CodeLifetime + TimeSpan.FromSeconds(1));
        Assert.Equal(Problems.CodeWrong, await service.Recovery.ProveAsync(session, code!, None));

        service.Time.Advance(RecoverySession.Lifetime);
        Assert.Null(await service.Recovery.ViewAsync(session, None));
        Assert.Equal(Problems.SessionExpired, await service.Recovery.ProveAsync(session, code!, None));
    }

    [Fact]
    public async Task The_eleventh_code_of_a_day_is_not_sent_and_cannot_be_guessed_and_nothing_shows_it()
    {
        await using var service = await RunningService.StartAsync();
        await service.AddUserAsync("anna@north.example");
        for (var i = 0; i < RecoverySession.MaxCodesPerDay; i++)
        {
            await service.Recovery.StartAsync("anna@north.example", None);
            Assert.NotNull(await service.ReadCodeAsync());
        }

        var session = await service.Recovery.StartAsync("anna@north.example", None);
        Assert.Equal(Problems.CodeWrong, await service.Recovery.ProveAsync(session, await service.ReadUnsentCodeAsync(), None));
        Assert.Equal(RecoveryStep.CodeSent, (await service.Recovery.ViewAsync(session, None))!.Step);
    }

    [Fact]
    public async Task Starts_side_by_side_get_no_more_codes_than_others()
    {
        await using var service = await RunningService.StartAsync();
        await service.AddUserAsync("anna@north.example");
        await Task.WhenAll(Enumerable.Range(0, 3 * RecoverySession.MaxCodesPerDay).Select(_ => Task.Run(() => service.Recovery.StartAsync("anna@north.example", None))));
        Assert.Equal(RecoverySession.MaxCodesPerDay, (await service.AuditAsync()).Count(e => e.Detail == "email code sent"));
    }

    [Fact]
    public async Task Recoveries_that_led_to_nothing_are_deleted_after_two_days()
    {
        await using var service = await RunningService.StartAsync();
        await service.Recovery.StartAsync("stranger@nowhere.example", None);
        // As if the host had slept: two days of every timer's ticks would take minutes.
        service.Time.AdjustTime(service.Time.GetUtcNow() + TimeSpan.FromDays(2));
        await service.UntilAsync(
            async () =>
            {
                await using var db = await service.OpenAsync();
                return !db.RecoverySessions.Any();
            },
            TimeSpan.FromHours(1));
    }

    [Fact]
    public async Task Neither_the_database_nor_the_audit_log_holds_a_code_or_a_session()
    {
        await using var service = await RunningService.StartAsync();
        await service.AddUserAsync("anna@north.example");
        var session = await service.Recovery.StartAsync("anna@north.example", None);
        var code = (await service.ReadCodeAsync())!;
        await service.Recovery.ProveAsync(session, code, None);

        await using var db = await service.OpenAsync();
        var file = Microsoft.EntityFrameworkCore.RelationalDatabaseFacadeExtensions.GetConnectionString(db.Database)!.Split(';')[0].Split('=')[1];
        foreach (var path in System.IO.Directory.GetFiles(Path.GetDirectoryName(file)!, "tagasi.db*"))
        {
            await using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var reader = new StreamReader(stream, System.Text.Encoding.Latin1);
            var content = await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
            Assert.DoesNotContain(session, content, StringComparison.Ordinal);
            Assert.DoesNotContain(code, content, StringComparison.Ordinal);
            Assert.DoesNotContain(code.Replace(" ", "", StringComparison.Ordinal), content, StringComparison.Ordinal);
        }
    }
}
