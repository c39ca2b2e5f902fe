using Tagasi.ActiveDirectory;
using Tagasi.ActiveDirectory.Accounts;

namespace Tagasi.Tests.ActiveDirectory;

/// <summary>What two looks at one domain controller prove.</summary>
public sealed class WriteProofTests
{
    private static readonly Guid Here = new("d9291328-7560-4187-9f23-c96610c37971");
    private static readonly Guid There = new("d9292328-7560-4187-9f23-c96610c37971");
    private static readonly WriteProof Plain = new() { Server = "dc1.test", RawPasswordLastSet = 5, IsLockedOut = false, UpdateSequenceNumber = 10, ServerInvocationId = Here };
    private static readonly WriteProof Stamped = Plain with { PasswordStamp = new PasswordStamp(3, Here, Accounts.Now) };

    [Fact]
    public void One_version_more_from_this_server_is_one_write() =>
        Assert.Equal(WriteComparison.Written, WriteProof.Compare(Stamped, Stamped with { PasswordStamp = new PasswordStamp(4, Here, Accounts.Now) }));

    [Fact]
    public void The_same_stamp_is_no_write_whatever_else_has_moved() =>
        Assert.Equal(WriteComparison.Unchanged, WriteProof.Compare(Stamped, Stamped with { RawPasswordLastSet = 0, UpdateSequenceNumber = 11 }));

    [Fact]
    public void Two_versions_more_are_more_than_one_write() =>
        Assert.Equal(WriteComparison.WrittenMoreThanOnce, WriteProof.Compare(Stamped, Stamped with { PasswordStamp = new PasswordStamp(5, Here, Accounts.Now) }));

    [Theory]
    [InlineData(3)] // two wrote at once, and the other won
    [InlineData(4)]
    public void A_stamp_from_another_domain_controller_is_not_this_ones_write(long version) =>
        Assert.Equal(WriteComparison.WrittenElsewhere, WriteProof.Compare(Stamped, Stamped with { PasswordStamp = new PasswordStamp(version, There, Accounts.Now) }));

    [Fact]
    public void What_a_server_wrote_before_it_was_restored_or_moved_is_its_write() =>
        Assert.Equal(WriteComparison.Written, WriteProof.Compare(Stamped, Stamped with { PasswordStamp = new PasswordStamp(4, Here, Accounts.Now), ServerInvocationId = There }));

    [Theory]
    [InlineData(2)]
    [InlineData(3)] // an older state, and a write after that
    public void A_stamp_that_has_not_moved_on_says_nothing_of_a_write(long version) =>
        Assert.Equal(WriteComparison.PutBack, WriteProof.Compare(Stamped, Stamped with { PasswordStamp = new PasswordStamp(version, Here, Accounts.Now.AddDays(-1)) }));

    [Theory]
    [InlineData(false, 7L, false)] // it had run out, and stands there until the next sign-in
    [InlineData(false, 8L, true)]
    [InlineData(true, 7L, true)]
    public void A_lockout_that_had_run_out_is_none(bool wasLockedOut, long lockoutTime, bool isLockedOut) =>
        Assert.Equal(isLockedOut, (Plain with { IsLockedOut = true, RawLockoutTime = lockoutTime }).IsLockedOutAfter(Plain with { IsLockedOut = wasLockedOut, RawLockoutTime = 7 }));

    [Fact]
    public void Where_the_server_does_not_tell_its_own_id_a_version_more_is_one_write() =>
        Assert.Equal(
            WriteComparison.Written,
            WriteProof.Compare(Stamped, Stamped with { PasswordStamp = new PasswordStamp(4, There, Accounts.Now), ServerInvocationId = null }));

    [Fact]
    public void A_first_password_is_a_write() =>
        Assert.Equal(WriteComparison.Written, WriteProof.Compare(Plain with { PasswordStamp = new PasswordStamp(0, Guid.Empty, null) }, Stamped with { PasswordStamp = new PasswordStamp(1, Here, Accounts.Now) }));

    [Fact]
    public void Without_stamps_pwdLastSet_decides()
    {
        Assert.Equal(WriteComparison.Written, WriteProof.Compare(Plain, Plain with { RawPasswordLastSet = 6 }));
        Assert.Equal(WriteComparison.Unchanged, WriteProof.Compare(Plain, Plain with { UpdateSequenceNumber = 11 }));
        Assert.Equal(WriteComparison.Written, WriteProof.Compare(Plain, Stamped with { RawPasswordLastSet = 6 }));
    }

    [Fact]
    public void Without_stamps_and_with_pwdLastSet_zero_throughout_the_update_sequence_number_decides()
    {
        var zero = Plain with { RawPasswordLastSet = 0 };
        Assert.Equal(WriteComparison.Unchanged, WriteProof.Compare(zero, zero));
        Assert.Equal(WriteComparison.Written, WriteProof.Compare(zero, zero with { UpdateSequenceNumber = 11 }));
    }

    [Fact]
    public void Proofs_of_two_servers_are_not_compared() =>
        Assert.Throws<ArgumentException>(() => WriteProof.Compare(Plain, Plain with { Server = "dc2.test" }));

    [Fact]
    public void A_password_has_arrived_where_its_stamp_shows_or_a_later_one()
    {
        var written = Stamped with { PasswordStamp = new PasswordStamp(4, Here, Accounts.Now) };
        var replica = Stamped with { Server = "dc2.test" };
        Assert.False(replica.HasArrived(written));
        Assert.True((replica with { PasswordStamp = written.PasswordStamp }).HasArrived(written));
        Assert.True((replica with { PasswordStamp = new PasswordStamp(5, There, Accounts.Now) }).HasArrived(written));
        Assert.False((replica with { PasswordStamp = new PasswordStamp(4, There, Accounts.Now) }).HasArrived(written));
        Assert.True((Plain with { Server = "dc2.test" }).HasArrived(Plain));
        Assert.False((Plain with { Server = "dc2.test", RawPasswordLastSet = 4 }).HasArrived(Plain));
    }

    [Fact]
    public void The_stamp_is_found_among_those_of_all_attributes() =>
        Assert.Equal(
            new PasswordStamp(4, Here, new DateTimeOffset(2026, 11, 25, 16, 57, 13, TimeSpan.Zero)),
            ReplicationMetadata.PasswordStampOf(ScriptedUser.Metadata(4, Here)));

    [Fact]
    public void An_account_without_a_password_has_version_zero() =>
        Assert.Equal(new PasswordStamp(0, Guid.Empty, null), ReplicationMetadata.PasswordStampOf([1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]));

    [Fact]
    public void Every_cut_of_the_metadata_is_borne()
    {
        var whole = ScriptedUser.Metadata(4, Here);
        for (var length = 0; length < whole.Length; length++)
        {
            Assert.Null(ReplicationMetadata.PasswordStampOf(whole.AsSpan(0, length)));
        }
    }
}
