using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Exporter;
using OpenTelemetry.Logs;
using OpenTelemetry.Resources;
using Tagasi.Agent.Enrolment;

namespace Tagasi.Agent.Hosting;

/// <summary>Sends the agent's events to an OpenTelemetry collector, with the ids and names that they have in the platform's log.</summary>
internal static class EventExport
{
    public static void Add(HostApplicationBuilder builder, Uri collector)
    {
        // Without it a record has the event's name alone, and alerts match on its id.
        builder.Configuration["OTEL_DOTNET_EXPERIMENTAL_OTLP_EMIT_EVENT_LOG_ATTRIBUTES"] = "true";
        builder.Logging.AddOpenTelemetry(options =>
        {
            options.IncludeFormattedMessage = true;
            options.SetResourceBuilder(ResourceBuilder.CreateDefault().AddService("tagasi", serviceVersion: Enroller.Version, serviceInstanceId: Environment.MachineName));
            options.AddOtlpExporter(exporter => (exporter.Endpoint, exporter.Protocol) = (collector, OtlpExportProtocol.HttpProtobuf));
        });
    }
}
