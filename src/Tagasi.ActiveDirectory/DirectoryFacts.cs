namespace Tagasi.ActiveDirectory;

/// <summary>What a diagnosis wants to know of a domain.</summary>
public sealed record DirectoryFacts
{
    /// <summary>DNS name of the domain.</summary>
    public required string DnsName { get; init; }

    /// <summary>Distinguished name of the domain head, such as <c>DC=north,DC=example</c>.</summary>
    public required string DomainDn { get; init; }

    /// <summary>Every domain controller that DNS lists or that was given, each looked at.</summary>
    public required IReadOnlyList<DomainControllerFacts> DomainControllers { get; init; }

    /// <summary>Host name of the PDC emulator, by fSMORoleOwner of the domain head.</summary>
    public required string PdcEmulator { get; init; }

    /// <summary>Host name that the SRV record _ldap._tcp.pdc._msdcs gives; null where there is none. Should be <see cref="PdcEmulator"/>.</summary>
    public string? PdcEmulatorInDns { get; init; }

    /// <summary>The policy on the domain head.</summary>
    public required PasswordPolicy DomainPolicy { get; init; }

    /// <summary>Domain functional level: 0 = 2000 … 4 = 2008 R2, 7 = 2016, 10 = 2025.</summary>
    public int? DomainFunctionality { get; init; }

    /// <summary>Forest functional level, as above.</summary>
    public int? ForestFunctionality { get; init; }
}

/// <summary>What a diagnosis wants to know of one domain controller.</summary>
public sealed record DomainControllerFacts
{
    /// <summary>DNS host name.</summary>
    public required string Name { get; init; }

    /// <summary>Why it could not be asked; null where all is well. The other properties are then unset.</summary>
    public DirectoryFailure? Failure { get; init; }

    /// <summary>Its clock minus ours, to within half a second and half the round trip. Positive: it is ahead.</summary>
    public TimeSpan? ClockSkew { get; init; }

    /// <summary>Time that the rootDSE search took on an open connection.</summary>
    public TimeSpan? RoundTrip { get; init; }

    /// <summary>supportedControl of its rootDSE.</summary>
    public IReadOnlyList<string> SupportedControls { get; init; } = [];

    /// <summary>The policy-hints control that a reset there would carry; null: resets are refused there.</summary>
    public string? PolicyHintsControl { get; init; }

    /// <summary>A read-only domain controller.</summary>
    public bool IsReadOnly { get; init; }

    /// <summary>Functional level of the domain controller itself.</summary>
    public int? Functionality { get; init; }

    /// <summary>It says that it has finished its first replication (isSynchronized); null where it did not say.</summary>
    public bool? IsSynchronized { get; init; }
}

/// <summary>What gathering facts gave. Closed: switch over the nested kinds.</summary>
public abstract record FactsReading
{
    private FactsReading()
    {
    }

    /// <summary>The domain answered.</summary>
    public sealed record Found(DirectoryFacts Facts) : FactsReading;

    /// <summary>No PDC emulator answered.</summary>
    /// <param name="Failure">Why.</param>
    /// <param name="DomainControllers">What each domain controller that could be found said.</param>
    public sealed record Unavailable(DirectoryFailure Failure, IReadOnlyList<DomainControllerFacts> DomainControllers) : FactsReading;
}
