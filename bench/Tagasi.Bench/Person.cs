using System.Security.Cryptography;
using Tagasi.Cloud.Directory;

namespace Tagasi.Bench;

/// <summary>Somebody of the lab, and the password of the moment.</summary>
internal sealed class Person(User user)
{
    public User User => user;

    public string Password { get; private set; } = "";

    /// <summary>Makes another password theirs: one that no password history holds, and that keeps the domain's rules.</summary>
    public string TakeNew() => Password = "aZ9-" + RandomNumberGenerator.GetHexString(20);
}
