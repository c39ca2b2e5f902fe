using Tagasi.ActiveDirectory.Accounts;
using static Tagasi.Tests.ActiveDirectory.Permissions;

namespace Tagasi.Tests.ActiveDirectory;

public sealed class SecurityDescriptorTests
{
    [Fact]
    public void A_denial_to_SELF_is_user_cannot_change_password() =>
        Assert.True(Denies(Descriptor(Entry(5, ChangePassword, Users), Entry(6, ChangePassword, Self))));

    [Fact]
    public void An_allowance_is_no_denial() =>
        Assert.False(Denies(Descriptor(Entry(5, ChangePassword, Self))));

    [Fact]
    public void A_denial_of_another_right_or_to_another_group_does_not_count() =>
        Assert.False(Denies(Descriptor(Entry(6, Guid.Empty, Self), Entry(6, ChangePassword, Users))));

    [Fact]
    public void A_descriptor_without_a_list_denies_nothing() => Assert.False(Denies(new byte[20]));

    [Fact]
    public void Every_cut_of_a_descriptor_is_borne()
    {
        var whole = Descriptor(Entry(5, ChangePassword, Users), Entry(6, ChangePassword, Self));
        for (var length = 0; length < whole.Length; length++)
        {
            Assert.NotEqual(true, Denies(whole.AsSpan(0, length)));
        }
    }

    [Theory]
    [InlineData("010500000000000515000000fe935db4f09dbbb7196b418f6c040000", "S-1-5-21-3026031614-3082526192-2403429145-1132")]
    [InlineData("01020000000000052000000021020000", "S-1-5-32-545")]
    [InlineData("0105000000", null)]
    public void SIDs_are_written_as_text(string hex, string? text) => Assert.Equal(text, SecurityIdentifiers.ToText(Convert.FromHexString(hex)));

    private static bool? Denies(ReadOnlySpan<byte> descriptor) => SecurityDescriptor.Read(descriptor)?.DeniesPasswordChange;
}
