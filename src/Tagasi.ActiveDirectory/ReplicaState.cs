namespace Tagasi.ActiveDirectory;

/// <summary>What one writable domain controller shows of an account. Closed: switch over the nested kinds.</summary>
/// <param name="Server">DNS host name.</param>
public abstract record ReplicaState(string Server)
{
    /// <summary>It has the account; <see cref="WriteProof.HasArrived"/> tells whether it has a certain password.</summary>
    public sealed record Shown(string Server, WriteProof Proof) : ReplicaState(Server);

    /// <summary>It answered that there is no such object: not yet, or not any more.</summary>
    public sealed record Missing(string Server) : ReplicaState(Server);

    /// <summary>It could not be asked.</summary>
    public sealed record Unavailable(string Server, DirectoryFailure Failure) : ReplicaState(Server);
}
