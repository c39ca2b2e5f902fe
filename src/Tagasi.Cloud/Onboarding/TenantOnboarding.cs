using Microsoft.EntityFrameworkCore;
using Tagasi.Cloud.Administrators;
using Tagasi.Cloud.Audit;
using Tagasi.Cloud.Storage;
using Tagasi.Protocol;

namespace Tagasi.Cloud.Onboarding;

/// <summary>Who decides on a tenant's writeback, and with what proof.</summary>
/// <param name="AgentId">The agent on whose host it is asked for; null: on the service's own.</param>
internal sealed record Asker(Guid TenantId, string Administrator, string Password, Guid? AgentId)
{
    /// <summary>Never the password.</summary>
    public override string ToString() => Administrator;
}

/// <summary>How the tenant's writeback stands after the decision, or why there was none.</summary>
internal sealed record Decision(Problem? Problem, TenantState? State, bool IsChanged);

/// <summary>Enables and disables a tenant's writeback and sets its toggles, for cloud administrators of the tenant alone.</summary>
/// <remarks>Invariant: each enabling makes the epoch grow, so that no key, ticket or lease from before is of use after it.</remarks>
internal sealed class TenantOnboarding(IDbContextFactory<CloudDb> databases, AdministratorSignIn signIn, AuditLog audit, OnboardingWatch watch)
{
    /// <summary>How it stands.</summary>
    public Task<Decision> ShowAsync(Asker asker, CancellationToken cancellation) =>
        DecideAsync(asker, Activities.WritebackShown, _ => Task.FromResult<string?>(null), cancellation);

    /// <summary>Enables writeback in a new epoch. Where it is enabled nothing changes.</summary>
    public Task<Decision> EnableAsync(Asker asker, CancellationToken cancellation) => DecideAsync(
        asker,
        Activities.WritebackEnabled,
        async db => await db.Tenants.Where(tenant => tenant.Id == asker.TenantId && !tenant.IsWritebackEnabled).ExecuteUpdateAsync(set => set
            .SetProperty(tenant => tenant.IsWritebackEnabled, true)
            .SetProperty(tenant => tenant.Epoch, tenant => tenant.Epoch + 1)) == 1 ? OnboardingTexts.NewKeys : null,
        cancellation);

    /// <summary>Disables writeback. Where it is disabled nothing changes.</summary>
    public Task<Decision> DisableAsync(Asker asker, CancellationToken cancellation) => DecideAsync(
        asker,
        Activities.WritebackDisabled,
        async db => await db.Tenants.Where(tenant => tenant.Id == asker.TenantId && tenant.IsWritebackEnabled)
            .ExecuteUpdateAsync(set => set.SetProperty(tenant => tenant.IsWritebackEnabled, false)) == 1 ? OnboardingTexts.Ended : null,
        cancellation);

    /// <summary>Sets the toggles; null leaves one as it is.</summary>
    public Task<Decision> SetAsync(Asker asker, bool? writesPasswords, bool? allowsUnlock, CancellationToken cancellation) => DecideAsync(
        asker,
        Activities.WritebackSet,
        async db => await db.Tenants.Where(tenant => tenant.Id == asker.TenantId).ExecuteUpdateAsync(set => set
            .SetProperty(tenant => tenant.WritesPasswords, tenant => writesPasswords ?? tenant.WritesPasswords)
            .SetProperty(tenant => tenant.AllowsUnlock, tenant => allowsUnlock ?? tenant.AllowsUnlock)) == 1 ? "" : null,
        cancellation);

    // The change gives what the audit log should say of it, or null when it changed nothing. It and its entry stand or fall together.
    private async Task<Decision> DecideAsync(Asker asker, string activity, Func<CloudDb, Task<string?>> change, CancellationToken cancellation)
    {
        var (fault, name) = await signIn.FindFaultAsync(asker.TenantId, asker.Administrator, asker.Password, cancellation);
        if (fault is { } problem)
        {
            await audit.WriteAsync(Event(asker with { Administrator = name }, activity, problem, null));
            return new Decision(problem, null, false);
        }

        await using var db = await databases.CreateDbContextAsync(CancellationToken.None);
        await using var transaction = await db.Database.BeginTransactionAsync(CancellationToken.None);
        var said = await change(db);
        var state = await db.ReadOnboardingAsync(asker.TenantId, CancellationToken.None);
        if (said is null)
        {
            return new Decision(null, state, false);
        }

        await audit.WriteAsync(db, Event(asker, activity, null, string.Join("; ", new[] { OnboardingTexts.Describe(state), said }.Where(part => part.Length > 0))));
        await transaction.CommitAsync(CancellationToken.None);
        try
        {
            await watch.LookAsync(CancellationToken.None);
        }
        catch (Exception)
        {
            // It is decided, whatever this meets; the watch looks again in two seconds, and says what it met.
        }

        return new Decision(null, state, true);
    }

    private static AuditEvent Event(Asker asker, string activity, Problem? problem, string? detail) => new()
    {
        TenantId = asker.TenantId,
        Activity = activity,
        IsSuccess = problem is null,
        Actor = asker.Administrator,
        AgentId = asker.AgentId,
        Problem = problem?.Code,
        Detail = detail,
    };
}

/// <summary>What command line and audit log say alike.</summary>
internal static class OnboardingTexts
{
    public const string NewKeys = "every agent makes a new sealing key, which also mends a key mismatch (event 32004)";
    public const string Ended = "no tickets are issued and open leases are ended; enabling it again makes new sealing keys";

    public static string Describe(TenantState state) =>
        $"writeback {(state.IsEnabled ? "enabled" : "disabled")}, epoch {state.Epoch}, write back passwords {Word(state.WritesPasswords)}, unlock without reset {Word(state.AllowsUnlock)}";

    private static string Word(bool isOn) => isOn ? "on" : "off";
}
