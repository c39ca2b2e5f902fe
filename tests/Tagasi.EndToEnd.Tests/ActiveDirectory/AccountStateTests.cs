using Tagasi.ActiveDirectory;

namespace Tagasi.EndToEnd.Tests.ActiveDirectory;

/// <summary>Every kind of account of the lab, as a real domain controller shows it.</summary>
public sealed class AccountStateTests(North north) : IClassFixture<North>
{
    [Fact]
    public async Task An_ordinary_account_is_none_of_the_extraordinary_things()
    {
        var anna = await north.ReadAsync("anna");
        Assert.Equal(AccountKind.Person, anna.Kind);
        Assert.False(anna.IsDisabled || anna.IsLockedOut || anna.IsExpired || anna.IsPasswordExpired || anna.MustChangePassword || anna.PasswordNeverExpires || anna.HasAdminCount);
        Assert.False(anna.CannotChangePassword);
        Assert.Null(anna.EarliestNextChange);
        Assert.Equal("dc1.north.example", anna.Server);
        Assert.InRange(anna.ServerTime - TimeProvider.System.GetUtcNow(), TimeSpan.FromSeconds(-2), TimeSpan.FromSeconds(2));
        var policy = Assert.IsType<EffectivePolicy.Known>(anna.Policy).Policy;
        Assert.Equal((null, 10, true, 5, TimeSpan.Zero, 5), (policy.PasswordSettingsName, policy.MinimumLength, policy.RequiresComplexity, policy.HistoryLength, policy.MinimumAge, policy.LockoutThreshold));
        Assert.Equal((TimeSpan.FromDays(90), TimeSpan.FromMinutes(30)), (policy.MaximumAge, policy.LockoutDuration));
    }

    [Theory]
    [InlineData("disabled", nameof(Account.IsDisabled))]
    [InlineData("locked", nameof(Account.IsLockedOut))]
    [InlineData("accountexpired", nameof(Account.IsExpired))]
    [InlineData("passwordexpired", nameof(Account.IsPasswordExpired))]
    [InlineData("mustchange", nameof(Account.MustChangePassword))]
    [InlineData("neverexpires", nameof(Account.PasswordNeverExpires))]
    [InlineData("cannotchange", nameof(Account.CannotChangePassword))]
    [InlineData("stale.admin", nameof(Account.HasAdminCount))]
    [InlineData("pat.admin", nameof(Account.HasAdminCount))]
    public async Task Each_state_shows_on_the_account_that_has_it_and_not_on_an_ordinary_one(string name, string state)
    {
        var property = typeof(Account).GetProperty(state)!;
        Assert.Equal(true, property.GetValue(await north.ReadAsync(name)));
        Assert.Equal(false, property.GetValue(await north.ReadAsync("bert")));
    }

    [Fact]
    public async Task Membership_in_a_protected_group_shows_through_nesting()
    {
        var nested = await north.ReadAsync("nested.admin");
        Assert.False(nested.HasAdminCount);
        var domainAdmins = nested.Sid[..nested.Sid.LastIndexOf('-')] + "-512";
        Assert.Contains(domainAdmins, nested.GroupSids);
        Assert.DoesNotContain(domainAdmins, (await north.ReadAsync("anna")).GroupSids);
    }

    [Theory]
    [InlineData("strict", "pso-strict", 16, 12, 1)]
    [InlineData("young", "pso-young", 10, 5, 1)]
    public async Task The_policy_in_force_is_that_of_the_password_settings_object(string name, string pso, int length, int history, int days)
    {
        var policy = Assert.IsType<EffectivePolicy.Known>((await north.ReadAsync(name)).Policy).Policy;
        Assert.Equal((pso, length, history, TimeSpan.FromDays(days)), (policy.PasswordSettingsName, policy.MinimumLength, policy.HistoryLength, policy.MinimumAge));
    }

    [Fact]
    public async Task The_earliest_next_change_is_a_minimum_age_after_the_last()
    {
        Assert.Null((await north.ReadAsync("strict")).EarliestNextChange);
        var young = await north.ReadAsync("young");
        Assert.Equal(young.PasswordLastSet + TimeSpan.FromDays(1), young.EarliestNextChange);
    }

    [Fact]
    public async Task A_password_settings_object_that_may_not_be_read_is_said_to_be_unreadable()
    {
        await using var domain = new ActiveDirectoryDomain(North.Options("svc-nothing"), TimeProvider.System);
        Assert.IsType<EffectivePolicy.Unreadable>((await north.ReadAsync("strict", domain)).Policy);
        Assert.IsType<EffectivePolicy.Known>((await north.ReadAsync("anna", domain)).Policy);
    }

    [Fact]
    public async Task Nobody_is_found_by_a_GUID_that_is_nobodys() =>
        Assert.IsType<AccountReading.NotFound>(await north.Domain.ReadAccountAsync(Guid.NewGuid(), North.Enough, TestContext.Current.CancellationToken));

    [Fact]
    public async Task Wrong_service_credentials_are_told_from_a_server_that_is_away()
    {
        var options = North.Options() with { Credential = new DirectoryCredential.Simple("svc-tagasi@north.example", _ => new("wrong"u8.ToArray())) };
        await using var domain = new ActiveDirectoryDomain(options, TimeProvider.System);
        var reading = await domain.ReadAccountAsync(north.Users["anna"].ObjectGuid, North.Enough, TestContext.Current.CancellationToken);
        Assert.Equal(FailureCause.CredentialRefused, Assert.IsType<AccountReading.Unavailable>(reading).Failure.Cause);
    }

    [Theory]
    [InlineData("comma", "Smith, John (ext)")]
    [InlineData("umlauts", "Ödön Äö Õun")]
    [InlineData("emoji", "Grinning 😀 Face")]
    [InlineData("backslash", "Back\\slash")]
    [InlineData("trailing", "Trailing Space ")]
    public void The_full_reading_keeps_awkward_names_as_they_are(string name, string display) => Assert.Equal(display, north.Users[name].DisplayName);

    [Fact]
    public void The_full_reading_has_persons_with_their_recovery_addresses_and_nothing_of_the_systems()
    {
        Assert.Equal("anna@recovery.example", Assert.Single(north.Users["anna"].RecoveryMail));
        Assert.True(north.Users["disabled"].IsDisabled);
        Assert.True(north.Users["pat.admin"].HasAdminCount);
        Assert.DoesNotContain(north.Users.Keys, name => name is "krbtgt" or "Administrator" or "Guest" || name.EndsWith('$'));
    }

    [Fact]
    public async Task A_reading_can_be_limited_to_OUs()
    {
        var reading = new UserReading { BaseDns = ["OU=Students,OU=People,DC=north,DC=example", "OU=People,DC=north,DC=example"], PageSize = 7 };
        var guids = new List<Guid>();
        await foreach (var user in north.Domain.ReadUsersAsync(reading, TestContext.Current.CancellationToken))
        {
            Assert.EndsWith("OU=People,DC=north,DC=example", user.DistinguishedName, StringComparison.Ordinal);
            guids.Add(user.ObjectGuid);
        }

        Assert.Equal(north.Users.Values.Count(user => user.DistinguishedName.EndsWith("OU=People,DC=north,DC=example", StringComparison.Ordinal)), guids.Count);
        Assert.Distinct(guids);
    }

    [Fact]
    public async Task The_facts_of_the_domain_are_gathered()
    {
        var facts = Assert.IsType<FactsReading.Found>(await north.Domain.ReadFactsAsync(North.Enough, TestContext.Current.CancellationToken)).Facts;
        Assert.Equal(("dc1.north.example", "dc1.north.example", "DC=north,DC=example"), (facts.PdcEmulator, facts.PdcEmulatorInDns, facts.DomainDn));
        Assert.Equal(["dc1.north.example", "dc2.north.example"], facts.DomainControllers.Select(dc => dc.Name).Order());
        Assert.All(facts.DomainControllers, dc =>
        {
            Assert.Null(dc.Failure);
            Assert.Equal("1.2.840.113556.1.4.2239", dc.PolicyHintsControl);
            Assert.InRange(dc.ClockSkew!.Value, TimeSpan.FromSeconds(-2), TimeSpan.FromSeconds(2));
        });
    }
}
