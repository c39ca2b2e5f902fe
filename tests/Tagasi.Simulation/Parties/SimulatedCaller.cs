using System.Security.Claims;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.SignalR;
using Tagasi.Simulation.Network;

namespace Tagasi.Simulation.Parties;

/// <summary>A connection as the hub sees it, its agent admitted by its key.</summary>
internal sealed class SimulatedCaller(Connection connection, Action abort) : HubCallerContext, IDisposable
{
    private readonly CancellationTokenSource aborted = new();

    public override string ConnectionId => connection.Id;

    public override string? UserIdentifier => null;

    public override ClaimsPrincipal? User { get; } = new(new ClaimsIdentity([new(ClaimTypes.NameIdentifier, connection.Agent.Id.ToString())]));

    public override IDictionary<object, object?> Items { get; } = new Dictionary<object, object?>();

    public override IFeatureCollection Features { get; } = new FeatureCollection();

    public override CancellationToken ConnectionAborted => aborted.Token;

    public override void Abort() => abort();

    public void End() => aborted.Cancel();

    public void Dispose() => aborted.Dispose();
}
