using System.Formats.Asn1;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using Tagasi.ActiveDirectory;
using Tagasi.Tests.Ldap;

namespace Tagasi.Tests.ActiveDirectory;

/// <summary>What tests of one write or sign-in begin with: a scripted domain controller, a clock, and the domain that uses both.</summary>
public abstract class ScriptedDomain : IAsyncDisposable
{
    private protected static readonly TimeSpan Enough = TimeSpan.FromSeconds(20);

    private protected ScriptedDomain() => Domain = new ActiveDirectoryDomain(Dc.OptionsWith(), Time);

    private protected ScriptedController Dc { get; } = new();

    private protected FakeTimeProvider Time { get; } = new(TimeProvider.System.GetUtcNow());

    private protected ActiveDirectoryDomain Domain { get; }

    private protected static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await Domain.DisposeAsync();
        await Dc.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private protected static byte[] Utf16(string text) => Encoding.Unicode.GetBytes(text);

    private protected async Task<Account> AnnaAsync() =>
        Assert.IsType<AccountReading.Found>(await Domain.ReadAccountAsync(ScriptedController.Anna, Enough, Ct)).Account;

    /// <summary>Operation (RFC 4511, 4.6: add 0, delete 1, replace 2), attribute and value of each change.</summary>
    private protected static IEnumerable<(int Operation, string Attribute, byte[] Value)> ChangesOf(Request modify)
    {
        var fields = modify.Fields();
        fields.ReadOctetString();
        var changes = fields.ReadSequence();
        while (changes.HasData)
        {
            var change = changes.ReadSequence();
            var operation = change.ReadEnumeratedBytes().Span[0];
            var attribute = change.ReadSequence();
            yield return (operation, Encoding.UTF8.GetString(attribute.ReadOctetString()), attribute.ReadSetOf().ReadOctetString());
        }
    }
}
