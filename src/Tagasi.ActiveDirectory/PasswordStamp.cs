namespace Tagasi.ActiveDirectory;

/// <summary>
/// The replication stamp of an account's password (of unicodePwd), [MS-ADTS] 3.1.1.1.9. It replicates with the value, so it is the same
/// at every domain controller that has the same password, and moves with nothing but a written password.
/// </summary>
/// <param name="Version">How often a password was written, by whomever; 0: never.</param>
/// <param name="OriginatingInvocationId">invocationId of the domain controller that was written to; empty with version 0.</param>
/// <param name="OriginatingTime">When, by that one's clock, in whole seconds; null with version 0.</param>
public sealed record PasswordStamp(long Version, Guid OriginatingInvocationId, DateTimeOffset? OriginatingTime);
