using Tagasi.ActiveDirectory.Connections;
using Tagasi.ActiveDirectory.Locating;
using Tagasi.ActiveDirectory.Policies;

namespace Tagasi.ActiveDirectory.Diagnosis;

/// <summary>Looks at every domain controller of the domain, afresh.</summary>
internal sealed class FactsReader(DomainOptions options, NameResolver names, PdcLocator locator, Controllers controllers, TimeProvider time)
{
    // currentTime comes in whole seconds, cut off.
    private static readonly TimeSpan HalfSecond = TimeSpan.FromMilliseconds(500);

    public async Task<FactsReading> ReadAsync(TimeSpan timeout, CancellationToken ct)
    {
        using var deadline = new Deadline(time, timeout, ct);
        var found = ControllersAsync(timeout, ct);
        try
        {
            locator.ForgetAll();
            var pdc = await locator.LocateAsync(deadline);
            await using var lease = await controllers.LeaseAsync(pdc, deadline);
            var root = lease.Connection.Root;
            var head = await lease.Connection.ReadAsync(root.DomainDn, PolicyMapping.DomainAttributes, deadline);
            lease.IsGood();
            return new FactsReading.Found(new DirectoryFacts
            {
                DnsName = options.DnsName,
                DomainDn = root.DomainDn,
                DomainControllers = await WithAsync(pdc, await found, timeout, ct),
                PdcEmulator = pdc,
                PdcEmulatorInDns = await names.PdcEmulatorAsync(ct),
                DomainPolicy = PolicyMapping.FromDomain(head!),
                DomainFunctionality = root.DomainFunctionality,
                ForestFunctionality = root.ForestFunctionality,
            });
        }
        catch (Exception e) when (Failures.IsOne(e, deadline))
        {
            return new FactsReading.Unavailable(Failures.Of(e, null, deadline), await found);
        }
    }

    private async Task<IReadOnlyList<DomainControllerFacts>> ControllersAsync(TimeSpan timeout, CancellationToken ct)
    {
        using var deadline = new Deadline(time, timeout, ct);
        try
        {
            var known = await names.ControllersAsync(deadline.Token);
            return await Task.WhenAll(known.Select(name => ControllerAsync(name, timeout, ct)));
        }
        catch (Exception e) when (Failures.IsOne(e, deadline))
        {
            // The locator fails for the same reason, and says so.
            return [];
        }
    }

    // The PDC emulator may be one that DNS does not list, or that was not given.
    private async Task<IReadOnlyList<DomainControllerFacts>> WithAsync(
        string pdc, IReadOnlyList<DomainControllerFacts> found, TimeSpan timeout, CancellationToken ct) =>
        found.Any(f => string.Equals(f.Name, pdc, StringComparison.OrdinalIgnoreCase)) ? found : [.. found, await ControllerAsync(pdc, timeout, ct)];

    private async Task<DomainControllerFacts> ControllerAsync(string name, TimeSpan timeout, CancellationToken ct)
    {
        using var deadline = new Deadline(time, timeout, ct);
        try
        {
            await using var connection = await controllers.ConnectAsync(name, deadline);
            var (asked, start) = (time.GetUtcNow(), time.GetTimestamp());
            var serverTime = await connection.ReadTimeAsync(deadline);
            var roundTrip = time.GetElapsedTime(start);
            var root = connection.Root;
            return new DomainControllerFacts
            {
                Name = name,
                ClockSkew = serverTime + HalfSecond - (asked + (roundTrip / 2)),
                RoundTrip = roundTrip,
                SupportedControls = root.SupportedControls,
                PolicyHintsControl = root.PolicyHintsControl,
                IsReadOnly = root.IsReadOnly,
                Functionality = root.Functionality,
                IsSynchronized = root.IsSynchronized,
            };
        }
        catch (Exception e) when (Failures.IsOne(e, deadline))
        {
            return new DomainControllerFacts { Name = name, Failure = Failures.Of(e, name, deadline) };
        }
    }
}
