using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Tagasi.Agent.Hosting;
using Tagasi.Agent.Writeback;
using Tagasi.Protocol.Tickets;

namespace Tagasi.Tests.Agent;

/// <summary>Events reach a collector under the ids and names that administrators watch for.</summary>
public sealed class EventExportTests
{
    [Fact]
    public async Task A_collector_gets_an_event_with_its_id_and_its_name()
    {
        var body = new TaskCompletionSource<byte[]>();
        await using var collector = WebApplication.CreateSlimBuilder().Build();
        collector.Urls.Add("http://127.0.0.1:0");
        collector.MapPost("/v1/logs", async (HttpRequest request) =>
        {
            using var content = new MemoryStream();
            await request.Body.CopyToAsync(content);
            body.TrySetResult(content.ToArray());
        });
        await collector.StartAsync(TestContext.Current.CancellationToken);

        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        EventExport.Add(builder, new Uri(collector.Urls.Single() + "/v1/logs"));
        using (var host = builder.Build())
        {
            WritebackLog.Closed(host.Services.GetRequiredService<ILogger<EventExportTests>>(), Guid.NewGuid(), Operation.Change, new Verdict.Applied("dc1.north.example"));
        }

        var text = Encoding.Latin1.GetString(await body.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
        Assert.Contains("ChangePasswordSuccess", text, StringComparison.Ordinal);
        Assert.Contains("logrecord.event.id", text, StringComparison.Ordinal);
    }
}
