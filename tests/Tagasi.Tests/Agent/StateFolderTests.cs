using System.Security.Cryptography;
using Tagasi.Agent.State;

namespace Tagasi.Tests.Agent;

/// <summary>Keys lie where nobody else reads them, and one agent has them at a time.</summary>
public sealed class StateFolderTests : IDisposable
{
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("tagasi-state-");

    private string State => Path.Combine(folder.FullName, "agent");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void Two_agents_cannot_share_a_folder()
    {
        using (StateFolder.Take(State))
        {
            Assert.Contains("another agent", Assert.Throws<StateFolderException>(() => StateFolder.Take(State)).Message, StringComparison.Ordinal);
        }

        StateFolder.Take(State).Dispose();
    }

    [Fact]
    public void Folder_and_enrolment_are_the_owners_alone()
    {
        using var state = StateFolder.Take(State);
        state.Write(Enrolment());
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(Owner | UnixFileMode.UserExecute, File.GetUnixFileMode(State));
            Assert.Equal(Owner, File.GetUnixFileMode(Path.Combine(State, "enrolment.json")));
        }
    }

    [Fact]
    public void A_folder_that_is_open_to_others_is_refused_with_the_command_that_closes_it()
    {
        if (OperatingSystem.IsWindows())
        {
            return; // It has access control lists.
        }

        Directory.CreateDirectory(State, Owner | UnixFileMode.UserExecute | UnixFileMode.GroupRead);
        Assert.Contains("chmod 700", Assert.Throws<StateFolderException>(() => StateFolder.Take(State)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_enrolment_comes_back_as_it_was_written_and_does_not_print_its_keys()
    {
        var enrolment = Enrolment();
        using var state = StateFolder.Take(State);
        Assert.Null(StateFolder.ReadEnrolment(State));
        state.Write(enrolment);
        var read = StateFolder.ReadEnrolment(State)!;
        Assert.Equal(enrolment.IdentityKey, read.IdentityKey);
        Assert.Equal(enrolment.AgentId, read.AgentId);
        Assert.DoesNotContain(Convert.ToBase64String(enrolment.IdentityKey)[..20], read.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_enrolment_is_said_to_be_one()
    {
        using var state = StateFolder.Take(State);
        File.WriteAllText(Path.Combine(State, "enrolment.json"), "{");
        Assert.Throws<StateFolderException>(() => StateFolder.ReadEnrolment(State));
    }

    private static EnrolmentRecord Enrolment()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new EnrolmentRecord(
            Guid.NewGuid(), Guid.NewGuid(), "North", new Uri("https://reset.example"), key.ExportSubjectPublicKeyInfo(), key.ExportPkcs8PrivateKey(), key.ExportPkcs8PrivateKey(), DateTimeOffset.UnixEpoch);
    }
}
