using Tagasi.Agent.Domains;
using Tagasi.Agent.Hosting;
using Tagasi.Agent.Settings;
using Tagasi.Agent.State;

namespace Tagasi.Agent.Doctor;

/// <summary>Runs all checks: first what is on this host, then the service and each domain side by side.</summary>
/// <remarks>It changes nothing and takes no lock, so that it can run beside the agent.</remarks>
internal sealed class Examination(TimeProvider time)
{
    public async Task<IReadOnlyList<Finding>> RunAsync(string config, CancellationToken cancellation)
    {
        AgentSettings settings;
        try
        {
            settings = SettingsFile.Read(config);
        }
        catch (SettingsInvalidException e)
        {
            return
            [
                .. e.Faults.Select(fault => Finding.Fail("settings", fault, $"Mend this in {config}.")),
                Finding.Skip("everything-else", "the settings come first"),
            ];
        }

        var (enrolled, enrolment) = CheckEnrolled(settings.StateFolder);
        var service = new ServiceChecks(settings.Service!, enrolment, time).RunAsync(cancellation);
        await using var domains = ServedDomains.Create(settings, time);
        var scope = ServedDomains.ScopeOf(settings.Scope!);
        var directories = domains.All.Select(domain => new DomainChecks(domain, scope, settings.Scope!.Exclude).RunAsync(cancellation)).ToList();
        return
        [
            Finding.Pass("settings", $"{config} has no faults"),
            CheckStateFolder(settings.StateFolder),
            enrolled,
            CheckCoreDumps(),
            .. settings.Domains!.Select(CheckRecoveryAddress),
            .. await service,
            .. (await Task.WhenAll(directories)).SelectMany(findings => findings),
        ];
    }

    private static Finding CheckStateFolder(string path)
    {
        const string check = "state-folder";
        if (!Directory.Exists(path))
        {
            return Finding.Fail(check, $"there is no {path}", "'tagasi enrol' makes it.");
        }

        try
        {
            var fault = Directory.GetFiles(path).Where(file => Path.GetFileName(file) is "enrolment.json" or "journal").Prepend(path).Select(PrivateFiles.FindFault).FirstOrDefault(found => found is not null);
            return fault is null ? Finding.Pass(check, $"{path} is the agent's alone") : Finding.Fail(check, fault, "It holds the agent's keys: close it to others.");
        }
        catch (UnauthorizedAccessException)
        {
            return Finding.Fail(check, $"{path} cannot be read by this account", "Run this as the account that the agent runs as, or as root.");
        }
    }

    private static (Finding Finding, EnrolmentRecord? Enrolment) CheckEnrolled(string path)
    {
        const string check = "enrolled";
        try
        {
            return StateFolder.ReadEnrolment(path) is { } enrolment
                ? (Finding.Pass(check, $"{enrolment}, since {enrolment.EnrolledAt:yyyy-MM-dd}"), enrolment)
                : (Finding.Fail(check, "this host is not enrolled", "Make a code at the service (tagasi-cloud agent code), then run 'tagasi enrol'."), null);
        }
        catch (StateFolderException e)
        {
            return (Finding.Fail(check, e.Message, "Run this as the account that the agent runs as; if the file is damaged, 'tagasi enrol --replace'."), null);
        }
    }

    private static Finding CheckRecoveryAddress(DomainSettings domain)
    {
        var check = $"recovery-address ({domain.Name})";
        return domain.RecoveryMailAttribute is { } attribute
            ? Finding.Pass(check, $"codes go to the address in {attribute}")
            : Finding.Warn(check, "no recoveryMailAttribute, so that nobody can be sent a code", "Name the attribute that holds a private address, such as otherMailbox, in domains[].recoveryMailAttribute.");
    }

    private static Finding CheckCoreDumps()
    {
        const string check = "core-dumps";
        return CoreDumps.AreDisabled switch
        {
            true => Finding.Pass(check, "the agent turns them off for itself"),
            false => Finding.Warn(check, "they cannot be turned off, so that a crash could write a password to the disk", "Set LimitCORE=0 in the agent's unit, or kernel.core_pattern to nothing."),
            null => Finding.Skip(check, "not checked on this system"),
        };
    }
}
