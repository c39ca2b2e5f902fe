using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.RegularExpressions;
using Tagasi.Cloud.Look;
using Tagasi.Protocol;

namespace Tagasi.Tests.Cloud;

/// <summary>What holds for every page: strict headers, nothing inline, nothing kept, errors in the same look.</summary>
public sealed partial class LookTests
{
    [Fact]
    public async Task Every_page_forbids_what_it_does_not_need_and_has_nothing_inline()
    {
        await using var service = await PortalPageTests.StartAsync();
        await service.AddUserAsync("anna@north.example");
        using var browser = new PortalClient(service);
        List<Page> pages = [await browser.GetAsync("/"), await browser.GetAsync("/no-such-page"), await browser.GetAsync("/cookies-refused")];
        await browser.PostAsync("/", ("Name", "anna@north.example"));
        pages.Add(await browser.GetAsync("/code"));
        await browser.PostAsync("/code", ("Code", (await service.ReadCodeAsync())!));
        pages.Add(await browser.GetAsync("/password"));

        Assert.All(pages, page =>
        {
            Assert.Equal(SecurityHeaders.ContentSecurityPolicy, page.Header("Content-Security-Policy"));
            Assert.Equal("nosniff", page.Header("X-Content-Type-Options"));
            Assert.Equal("no-referrer", page.Header("Referrer-Policy"));
            Assert.Equal("same-origin", page.Header("Cross-Origin-Opener-Policy"));
            Assert.Equal("no-store", page.Header("Cache-Control"));
            Assert.Contains("""<html lang="en" dir="ltr">""", page.Raw, StringComparison.Ordinal);
            Assert.DoesNotMatch(Inline(), page.Raw);
        });
        Assert.Equal(
            [HttpStatusCode.OK, HttpStatusCode.NotFound, HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.OK], pages.Select(page => page.Status));
    }

    [Fact]
    public async Task An_asset_is_what_its_page_and_the_manifest_say_and_is_kept_for_ever()
    {
        await using var service = await PortalPageTests.StartAsync();
        var cancellation = TestContext.Current.CancellationToken;
        using var http = new HttpClient { BaseAddress = service.Address };
        using var manifest = JsonDocument.Parse(await http.GetStringAsync("/assets/manifest.json", cancellation));
        Assert.Equal(["admin-reset.js", "logo.svg", "look-rtl.css", "look.css", "password.js", "portal.js"], manifest.RootElement.EnumerateObject().Select(entry => entry.Name));
        foreach (var entry in manifest.RootElement.EnumerateObject())
        {
            using var reply = await http.GetAsync("/assets/" + entry.Value.GetProperty("file").GetString(), cancellation);
            var content = await reply.Content.ReadAsByteArrayAsync(cancellation);
            Assert.Equal(entry.Value.GetProperty("sha256").GetString(), Convert.ToHexStringLower(SHA256.HashData(content)));
            Assert.Equal(entry.Value.GetProperty("integrity").GetString(), "sha384-" + Convert.ToBase64String(SHA384.HashData(content)));
            Assert.Equal("public, max-age=31536000, immutable", reply.Headers.CacheControl!.ToString());
        }
    }

    [Theory]
    [InlineData("/assets/nothing.js")]
    [InlineData("/assets/..%2f..%2fappsettings.json")]
    [InlineData("/assets/manifest.json.br")]
    public async Task Nothing_else_is_handed_out(string path)
    {
        await using var service = await PortalPageTests.StartAsync();
        using var browser = new PortalClient(service);
        Assert.Equal(HttpStatusCode.NotFound, (await browser.GetAsync(path)).Status);
    }

    [Fact]
    public async Task An_error_of_an_endpoint_is_problem_details_and_that_of_a_page_a_page()
    {
        await using var service = await PortalPageTests.StartAsync();
        using var browser = new PortalClient(service);
        var endpoint = await browser.GetAsync("/api/no-such-thing");
        Assert.Equal((HttpStatusCode.NotFound, "application/problem+json"), (endpoint.Status, endpoint.ContentType));
        using var problem = JsonDocument.Parse(endpoint.Raw);
        Assert.Equal(Problems.InputInvalid.Code, problem.RootElement.GetProperty("code").GetString());
        Assert.NotEqual("", problem.RootElement.GetProperty("correlationId").GetString());

        var page = await browser.GetAsync("/no-such-page");
        Assert.Equal((HttpStatusCode.NotFound, "text/html"), (page.Status, page.ContentType));
        Assert.Contains("This page does not exist", page.Text, StringComparison.Ordinal);

        // Nobody makes an error page come up by its address.
        Assert.Equal(HttpStatusCode.NotFound, (await browser.GetAsync("/error/500")).Status);
    }

    [Fact]
    public async Task Too_many_starts_are_told_to_wait()
    {
        await using var service = await RunningService.StartAsync(settings => (settings.TrustedProxies, settings.Portal.StartsPerMinute) = (["127.0.0.1", "::1"], 1));
        using var browser = new PortalClient(service);
        await browser.GetAsync("/");
        await browser.PostAsync("/", ("Name", "anna@north.example"));
        var refused = await browser.PostAsync("/", ("Name", "anna@north.example"));
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.Status);
        Assert.Contains(Problems.TooManyRequests.Text, refused.Text, StringComparison.Ordinal);
    }

    // A script without a source, a style, a handler, a javascript: address.
    [GeneratedRegex("""<script(?![^>]*\ssrc=)|<style|\sstyle=|\son[a-z]+=|javascript:""", RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Inline();
}
