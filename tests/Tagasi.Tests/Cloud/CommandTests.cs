using Tagasi.Cloud.Commands;

namespace Tagasi.Tests.Cloud;

/// <summary>What an administrator types on the service's host.</summary>
public sealed class CommandTests
{
    [Theory]
    [InlineData("example.com", true)]
    [InlineData("corp", true)]
    [InlineData("straße.example", true)]
    [InlineData("not a domain", false)]
    [InlineData("anna@example.com", false)]
    [InlineData("https://example.com", false)]
    [InlineData("192.0.2.1", false)]
    [InlineData("", false)]
    public void A_domain_is_what_can_stand_after_the_at_sign(string text, bool isDomain) => Assert.Equal(isDomain, TenantCommand.IsDomain(text));
}
