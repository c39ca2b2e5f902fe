using System.Security.Cryptography;
using Microsoft.AspNetCore.SignalR;
using Tagasi.Cloud.Enrolment;
using Tagasi.Protocol;
using Tagasi.Protocol.Relay;

namespace Tagasi.Cloud.Directory;

/// <summary>The users of an import, part by part, as the agent signed them. Only agents of version 1, which cannot sign, are believed without.</summary>
internal static class SignedImport
{
    // Far beyond what Active Directory takes for any of these.
    private const int MostNameLength = 1024;

    /// <param name="begun">What this connection was given for its import; null: nothing.</param>
    /// <exception cref="HubException">A part is missing, of another import, or not the agent's.</exception>
    public static async IAsyncEnumerable<IReadOnlyList<ImportedUser>> OpenAsync(Agent agent, string domain, string? begun, IAsyncEnumerable<ImportPage> pages)
    {
        using var identity = agent.ImportIdentityKey();
        var (number, isWhole) = (0, agent.IsOfVersion1);
        await foreach (var page in pages)
        {
            var users = agent.IsOfVersion1 ? page.Users : Open(identity, page, new ImportPart(begun ?? throw Refused("the import was not begun"), domain, number, false, []), out isWhole);
            number++;
            yield return users.All(IsSound) ? users : throw Refused("a name is too long");
        }

        if (!isWhole)
        {
            throw Refused("the last part did not come");
        }
    }

    private static IReadOnlyList<ImportedUser> Open(ECDsa identity, ImportPage page, ImportPart expected, out bool isLast)
    {
        if (page.Part is not { } signed || AgentIdentity.ReadPart(identity, signed) is not { } part || (part with { IsLast = false, Users = expected.Users }) != expected)
        {
            throw Refused("a part is not signed by the agent, or not for this import");
        }

        isLast = part.IsLast;
        return part.Users;
    }

    private static bool IsSound(ImportedUser user) =>
        new[] { user.UserPrincipalName, user.SamAccountName, user.DisplayName, user.Mail, user.RecoveryMail }.All(text => text is null || text.Length <= MostNameLength);

    private static HubException Refused(string why) => new($"{Problems.InputInvalid.Code}: {why}");
}
