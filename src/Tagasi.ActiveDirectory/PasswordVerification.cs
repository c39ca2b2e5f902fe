namespace Tagasi.ActiveDirectory;

/// <summary>What the directory said to a person's password. Closed: switch over the nested kinds.</summary>
/// <remarks>
/// All but <see cref="Wrong"/>, <see cref="LockedOut"/> and <see cref="Unavailable"/> come with the right password only: Microsoft says so
/// of 530, 531, 532, 533, 701 and 773, and Samba 4.24.7, measured, answers a wrong password with 52e in each of the states it knows.
/// </remarks>
public abstract record PasswordVerification
{
    private PasswordVerification()
    {
    }

    /// <summary>It is the person's password. For an hour after a change the former one may pass for it too (OldPasswordAllowedPeriod).</summary>
    /// <param name="MustChange">It has to be changed before a sign-in (773).</param>
    /// <param name="IsExpired">Its age is past the policy's limit (532).</param>
    public sealed record Right(bool MustChange, bool IsExpired) : PasswordVerification;

    /// <summary>It is not (52e), and counts as a wrong try; or it is none that an account can have, and was not sent.</summary>
    public sealed record Wrong : PasswordVerification;

    /// <summary>The account is locked out (775), whatever the password: nothing is known of that.</summary>
    public sealed record LockedOut : PasswordVerification;

    /// <summary>The account is disabled (533).</summary>
    public sealed record Disabled : PasswordVerification;

    /// <summary>The account, not the password, has expired (701).</summary>
    public sealed record AccountExpired : PasswordVerification;

    /// <summary>Outside the account's sign-in hours (530), or from a host that it may not sign in from (531).</summary>
    public sealed record NotPermittedNow : PasswordVerification;

    /// <summary>The directory could not be asked, or answered something else. Nothing is known of the password.</summary>
    /// <param name="Failure">Why.</param>
    /// <param name="MayHaveCounted">The bind may have reached the domain controller: had the password been wrong, it would count towards lockout.</param>
    public sealed record Unavailable(DirectoryFailure Failure, bool MayHaveCounted) : PasswordVerification;
}
