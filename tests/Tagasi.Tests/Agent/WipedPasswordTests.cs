using Tagasi.ActiveDirectory;
using Tagasi.Protocol.Tickets;

namespace Tagasi.Tests.Agent;

/// <summary>However an operation ends, the passwords that it took are gone from memory when it has.</summary>
public sealed class WipedPasswordTests : IDisposable
{
    private readonly ScriptedAgent agent = new();

    public void Dispose() => agent.Dispose();

    public static TheoryData<Operation, int> Operations => new()
    {
        { Operation.Reset, 1 },
        { Operation.AdministratorReset, 1 },
        { Operation.Change, 2 },
        { Operation.ForcedChange, 2 },
        { Operation.Verify, 1 },
    };

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task The_passwords_of_every_operation_are_wiped_when_it_has_ended(Operation operation, int passwords)
    {
        await agent.CarryOutAsync(agent.Order(operation));
        AssertWiped(passwords);
    }

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task They_are_wiped_when_the_directory_refuses(Operation operation, int passwords)
    {
        agent.Directory.Write = () => new PasswordWrite.Refused(RefusalCause.WrongOldPassword, "as the directory says");
        agent.Directory.Verification = () => new PasswordVerification.Wrong();
        await agent.CarryOutAsync(agent.Order(operation));
        AssertWiped(passwords);
    }

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task They_are_wiped_when_there_is_no_answer(Operation operation, int passwords)
    {
        agent.Directory.Write = () => agent.Directory.Lose(isApplied: false);
        agent.Directory.Verification = () => new PasswordVerification.Unavailable(new DirectoryFailure(FailureCause.TimedOut, "no answer", ScriptedDirectory.Server), true);
        await agent.CarryOutAsync(agent.Order(operation));
        AssertWiped(passwords);
    }

    private void AssertWiped(int passwords)
    {
        Assert.Equal(passwords, agent.Directory.Memories.Count);
        Assert.All(agent.Directory.Memories, memory =>
        {
            Assert.NotEqual(0, memory.Length);
            Assert.False(memory.Span.ContainsAnyExcept((byte)0));
        });
    }
}
