using System.Net;

namespace Tagasi.Tests.Cloud;

/// <summary>Nothing that an address or a form says leads a browser elsewhere.</summary>
public sealed class DestinationTests
{
    private static readonly string[] Names = ["ReturnUrl", "returnUrl", "next", "redirect", "redirect_uri", "url", "page"];
    private static readonly string[] Addresses = ["/", "/code", "/password", "/done", "/stopped", "/again", "/admin", "/admin/sign-in"];

    [Theory]
    [InlineData("https://evil.example/")]
    [InlineData("//evil.example/")]
    [InlineData(@"/\evil.example/")]
    [InlineData("https:evil.example")]
    [InlineData("\t//evil.example/")]
    [InlineData("javascript:alert('evil.example')")]
    public async Task A_destination_in_an_address_or_a_form_is_never_gone_to(string destination)
    {
        await using var service = await AdministrationTests.StartAsync();
        await service.AddUserAsync("anna@north.example");
        using var browser = new PortalClient(service);
        var query = "?" + string.Join('&', Names.Select(name => $"{name}={Uri.EscapeDataString(destination)}"));
        List<Page> pages = [];
        foreach (var address in Addresses)
        {
            pages.Add(await browser.GetAsync(address + query));
        }

        var fields = Names.Select(name => (name, destination)).ToArray();
        await browser.GetAsync("/admin/sign-in" + query);
        pages.Add(await browser.PostAsync("/admin/sign-in" + query, [.. fields, ("Name", AdministrationTests.Name), ("Password", AdministrationTests.Password)]));
        Assert.Equal("/admin", pages[^1].Location);
        await browser.GetAsync("/" + query);
        pages.Add(await browser.PostAsync("/" + query, [.. fields, ("Name", "anna@north.example")]));
        Assert.Equal("/code?sent", pages[^1].Location);

        Assert.All(pages, page =>
        {
            Assert.DoesNotContain("evil", page.Location ?? "", StringComparison.Ordinal);
            Assert.DoesNotContain("evil", page.Text, StringComparison.Ordinal);
        });
    }

    [Theory]
    [InlineData("//evil.example/")]
    [InlineData("//evil.example/admin")]
    [InlineData(@"/\evil.example/..")]
    [InlineData("/%2F/evil.example/")]
    public async Task An_address_that_a_browser_may_take_for_another_host_leads_nowhere(string address)
    {
        await using var service = await AdministrationTests.StartAsync();
        using var browser = new PortalClient(service);
        var page = await browser.GetAsync(service.Address.GetLeftPart(UriPartial.Authority) + address);
        Assert.Equal((HttpStatusCode.NotFound, null), (page.Status, page.Location));
    }
}
