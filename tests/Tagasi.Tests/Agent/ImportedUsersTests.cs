using System.Security.Cryptography;
using System.Text.Json;
using Tagasi.ActiveDirectory;
using Tagasi.Agent.Import;
using Tagasi.Protocol;
using Tagasi.Protocol.Relay;

namespace Tagasi.Tests.Agent;

/// <summary>Users on their way to the service.</summary>
public sealed class ImportedUsersTests
{
    [Fact]
    public void A_user_without_a_name_of_its_own_has_the_one_that_active_directory_implies()
    {
        var user = ImportedUsers.From(User() with { UserPrincipalName = null, DisplayName = null, GivenName = "Anna", Surname = "Mets" }, "north.example");
        Assert.Equal(("anna@north.example", "Anna Mets"), (user.UserPrincipalName, user.DisplayName));
    }

    [Fact]
    public void The_first_usable_recovery_address_is_taken()
    {
        var user = ImportedUsers.From(User() with { RecoveryMail = ["", "none", "anna@home.example", "b@home.example"] }, "north.example");
        Assert.Equal("anna@home.example", user.RecoveryMail);
    }

    [Theory]
    [InlineData("x")]
    [InlineData("õ")]
    public void No_page_is_larger_than_the_relay_takes(string letter)
    {
        var builder = new PageBuilder();
        var name = string.Concat(Enumerable.Repeat(letter, 250));
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var pages = new List<IReadOnlyList<ImportedUser>?>();
        for (var i = 0; i < 2000; i++)
        {
            pages.Add(builder.Add(ImportedUsers.From(User() with { DisplayName = name, UserPrincipalName = name, Mail = name + "@x" }, "north.example")));
        }

        pages.Add(builder.Take());
        Assert.Equal(2000, pages.Sum(page => page?.Count ?? 0));
        Assert.All(pages.OfType<IReadOnlyList<ImportedUser>>(), users =>
        {
            var page = new ImportPage([], AgentIdentity.Sign(new ImportPart(new string('A', 32), "north.example", 4000, true, users), key));
            Assert.InRange(JsonSerializer.SerializeToUtf8Bytes(page, ProtocolJson.Default.ImportPage).Length, 1, RelayWire.MaxMessageBytes - 1000);
        });
    }

    private static DirectoryUser User() => new()
    {
        ObjectGuid = Guid.NewGuid(),
        Sid = "S-1-5-21-1-2-3-1104",
        DistinguishedName = "CN=Anna,OU=People,DC=north,DC=example",
        SamAccountName = "anna",
        RecoveryMail = [],
        IsDisabled = false,
        HasAdminCount = false,
    };
}
