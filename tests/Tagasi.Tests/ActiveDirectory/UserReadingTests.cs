using System.Text;
using Tagasi.ActiveDirectory;
using Tagasi.Tests.Ldap;

namespace Tagasi.Tests.ActiveDirectory;

public sealed class UserReadingTests : IAsyncDisposable
{
    private readonly ScriptedController _dc = new();
    private readonly ActiveDirectoryDomain _domain;

    public UserReadingTests() => _domain = new ActiveDirectoryDomain(_dc.OptionsWith(), TimeProvider.System);

    public async ValueTask DisposeAsync()
    {
        await _domain.DisposeAsync();
        await _dc.DisposeAsync();
    }

    [Fact]
    public async Task Texts_come_without_NULs_and_every_recovery_address_comes()
    {
        _dc.OnSubtree = (end, request) => end.SendAsync(
            Entry(request.Id, ("displayName", ScriptedUser.Value("Anna\0")), ("otherMailbox", ScriptedUser.Values("a@x.example\0", "b@x.example"))),
            Answers.Done(request.Id));
        var user = Assert.Single(await ReadAsync(new UserReading { RecoveryMailAttribute = "otherMailbox" }));
        Assert.Equal(("Anna", "a@x.example,b@x.example"), (user.DisplayName, string.Join(',', user.RecoveryMail)));
        Assert.Equal((ScriptedController.Anna, "anna"), (user.ObjectGuid, user.SamAccountName));
    }

    [Fact]
    public async Task An_OU_below_another_that_is_read_is_not_read_again()
    {
        var bases = new List<string>();
        _dc.OnSubtree = (end, request) =>
        {
            bases.Add(Encoding.UTF8.GetString(request.Fields().ReadOctetString()));
            return end.SendAsync(Answers.Done(request.Id));
        };
        await ReadAsync(new UserReading { BaseDns = [$"OU=Staff,OU=People,{ScriptedController.DomainDn}", $"OU=People,{ScriptedController.DomainDn}", $"ou=people,{ScriptedController.DomainDn}"] });
        Assert.Equal($"OU=People,{ScriptedController.DomainDn}", Assert.Single(bases), ignoreCase: true);
    }

    [Fact]
    public async Task A_missing_OU_is_not_read_as_an_empty_one()
    {
        var failure = await Assert.ThrowsAsync<DirectoryException>(() => ReadAsync(new UserReading { BaseDns = ["CN=Nowhere"] }));
        Assert.Equal(FailureCause.Refused, failure.Failure.Cause);
    }

    [Fact]
    public async Task A_reading_that_breaks_off_says_so()
    {
        _dc.OnSubtree = async (end, request) =>
        {
            await end.SendAsync(Entry(request.Id));
            await end.DisposeAsync();
        };
        await Assert.ThrowsAsync<DirectoryException>(() => ReadAsync(new UserReading()));
    }

    [Theory]
    [InlineData(4, FailureCause.Refused)] // sizeLimitExceeded: not all
    [InlineData(51, FailureCause.Busy)]
    public async Task A_reading_that_the_server_cuts_short_says_so(int code, FailureCause cause)
    {
        _dc.OnSubtree = (end, request) => end.SendAsync(Entry(request.Id), Answers.Result(request.Id, Answers.SearchDone, code));
        Assert.Equal(cause, (await Assert.ThrowsAsync<DirectoryException>(() => ReadAsync(new UserReading()))).Failure.Cause);
    }

    [Fact]
    public async Task A_user_whose_state_may_not_be_seen_is_not_taken_for_enabled()
    {
        _dc.OnSubtree = (end, request) => end.SendAsync(Entry(request.Id, ("userAccountControl", [])), Answers.Done(request.Id));
        var failure = (await Assert.ThrowsAsync<DirectoryException>(() => ReadAsync(new UserReading()))).Failure;
        Assert.Equal(FailureCause.NotReadable, failure.Cause);
        Assert.Contains("userAccountControl", failure.Detail, StringComparison.Ordinal);
    }

    private static byte[] Entry(int id, params (string Name, byte[][] Values)[] more)
    {
        var attributes = ScriptedUser.New();
        attributes["objectGUID"] = [ScriptedController.Anna.ToByteArray()];
        foreach (var (name, values) in more)
        {
            attributes[name] = values;
        }

        return Answers.EntryOfBytes(id, "CN=Anna,OU=People,DC=scripted,DC=test", [.. attributes.Where(a => a.Value.Length > 0).Select(a => (a.Key, a.Value))]);
    }

    private async Task<List<DirectoryUser>> ReadAsync(UserReading reading)
    {
        var users = new List<DirectoryUser>();
        await foreach (var user in _domain.ReadUsersAsync(reading, TestContext.Current.CancellationToken))
        {
            users.Add(user);
        }

        return users;
    }
}
