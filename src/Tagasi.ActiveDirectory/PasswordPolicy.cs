namespace Tagasi.ActiveDirectory;

/// <summary>Rules that a domain, or a password settings object (PSO), sets for passwords.</summary>
public sealed record PasswordPolicy
{
    /// <summary>Name of the PSO (its cn); null: the domain's own policy.</summary>
    public string? PasswordSettingsName { get; init; }

    /// <summary>Characters at the least; 0 to 255.</summary>
    public required int MinimumLength { get; init; }

    /// <summary>Three of five character categories, and neither account name nor parts of the display name.</summary>
    public required bool RequiresComplexity { get; init; }

    /// <summary>How many former passwords may not come back; 0 for none.</summary>
    public required int HistoryLength { get; init; }

    /// <summary>Time before a password may be set again. Zero: none.</summary>
    public required TimeSpan MinimumAge { get; init; }

    /// <summary>Time after which a password expires; null: never.</summary>
    public TimeSpan? MaximumAge { get; init; }

    /// <summary>Wrong tries before the account locks; 0: never.</summary>
    public required int LockoutThreshold { get; init; }

    /// <summary>How long a lockout lasts; null: until an administrator unlocks.</summary>
    public TimeSpan? LockoutDuration { get; init; }

    /// <summary>The time in which wrong tries are counted together; null: not known.</summary>
    public TimeSpan? LockoutObservationWindow { get; init; }
}

/// <summary>The policy in force for one account. Closed: switch over the nested kinds.</summary>
public abstract record EffectivePolicy
{
    private EffectivePolicy()
    {
    }

    /// <summary>It could be read.</summary>
    public sealed record Known(PasswordPolicy Policy) : EffectivePolicy;

    /// <summary>
    /// A PSO applies (msDS-ResultantPSO), but the service account may not read it; the domain's policy does not hold here.
    /// Remedy: allow it to read the objects in CN=Password Settings Container,CN=System.
    /// </summary>
    /// <param name="PasswordSettingsDn">Distinguished name of the PSO.</param>
    public sealed record Unreadable(string PasswordSettingsDn) : EffectivePolicy;
}
