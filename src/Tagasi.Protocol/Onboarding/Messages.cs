namespace Tagasi.Protocol.Onboarding;

/// <summary>What an administrator can ask for.</summary>
public enum OnboardingAction
{
    /// <summary>How it stands.</summary>
    Show = 1,

    /// <summary>Enable writeback, in a new epoch unless it is enabled already.</summary>
    Enable = 2,

    /// <summary>Disable writeback.</summary>
    Disable = 3,
}

/// <summary>POST /api/agents/onboarding, with the agent's proof of identity as for a connection: an administrator decides on writeback for the agent's tenant.</summary>
/// <param name="Action">What to do.</param>
/// <param name="Administrator">Name of a cloud administrator of the tenant.</param>
/// <param name="Password">The administrator's password.</param>
public sealed record OnboardingRequest(OnboardingAction Action, string Administrator, string Password)
{
    /// <summary>Never the password.</summary>
    public override string ToString() => $"{Action} by {Administrator}";
}

/// <summary>How it stands now.</summary>
/// <param name="TenantName">For the administrator to read.</param>
/// <param name="IsEnabled">Whether writeback is enabled.</param>
/// <param name="Epoch">Grows with each enabling.</param>
/// <param name="IsChanged">Whether this request changed it.</param>
/// <param name="WritesPasswords">The service's toggle 'write back passwords'.</param>
/// <param name="AllowsUnlock">The service's toggle 'unlock without reset'.</param>
public sealed record OnboardingReply(string TenantName, bool IsEnabled, long Epoch, bool IsChanged, bool WritesPasswords, bool AllowsUnlock);
