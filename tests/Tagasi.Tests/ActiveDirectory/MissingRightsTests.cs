using Tagasi.ActiveDirectory;
using Tagasi.ActiveDirectory.Accounts;
using Tagasi.ActiveDirectory.Passwords;
using static Tagasi.Tests.ActiveDirectory.Permissions;

namespace Tagasi.Tests.ActiveDirectory;

/// <summary>Which right the service account lacks, and where it would have to be granted.</summary>
public sealed class MissingRightsTests
{
    private static readonly string[] Mine = ["S-1-5-21-1-2-3-1151", "S-1-5-32-545"];
    private static readonly byte[] Everything = Plain(0, 0xF01FF, Users);

    [Fact]
    public void All_that_is_missing_is_named() =>
        Assert.Equal(
            "Missing on CN=Anna Arendt,OU=Staff,DC=test,DC=example: Reset Password, Write lockoutTime. Grant this on OU=Staff,DC=test,DC=example for the user objects below.",
            Explain(Accounts.Anna, Descriptor(Entry(5, ChangePassword, Users))));

    [Fact]
    public void A_right_that_an_inherited_entry_of_the_service_accounts_group_grants_is_not_missing() =>
        Assert.Contains("Missing on CN=Anna Arendt,OU=Staff,DC=test,DC=example: Write lockoutTime.", Explain(Accounts.Anna, Descriptor(Entry(5, ResetPassword, Users, flags: 0x10))), StringComparison.Ordinal);

    [Fact]
    public void An_entry_for_objects_below_or_for_others_grants_nothing_here()
    {
        Assert.False(Grants(AccessRight.ResetPassword, Entry(5, ResetPassword, Users, flags: 8)));
        Assert.False(Grants(AccessRight.ResetPassword, Entry(5, ResetPassword, Self)));
        Assert.False(Grants(AccessRight.ResetPassword, Entry(5, ResetPassword, Users, mask: WriteProperty)));
    }

    [Fact]
    public void The_first_entry_about_a_right_decides()
    {
        Assert.False(Grants(AccessRight.ResetPassword, Entry(6, ResetPassword, Users), Everything));
        Assert.True(Grants(AccessRight.ResetPassword, Everything, Entry(6, ResetPassword, Users)));
        Assert.False(Grants(AccessRight.WriteLockoutTime, Plain(1, WriteProperty, Users), Everything));
    }

    [Fact]
    public void A_property_set_grants_its_attributes()
    {
        Assert.True(Grants(AccessRight.WritePasswordLastSet, Allow(WriteProperty, AccountRestrictions, Users)));
        Assert.False(Grants(AccessRight.WriteLockoutTime, Allow(WriteProperty, AccountRestrictions, Users)));
    }

    [Fact]
    public void Without_a_list_everybody_may_do_everything() =>
        Assert.True(SecurityDescriptor.Read(new byte[20])!.Grants(AccessRight.ResetPassword, Mine));

    [Fact]
    public void Inheritance_that_is_off_is_named() =>
        Assert.Contains("does not inherit permissions: let it inherit, and grant this on OU=Staff,DC=test,DC=example", Explain(Accounts.Anna, Protected(Descriptor())), StringComparison.Ordinal);

    [Fact]
    public void A_stale_adminCount_is_told_from_protection()
    {
        var stale = Accounts.Anna with { HasAdminCount = true, GroupSids = ["S-1-5-32-545"] };
        Assert.True(stale.HasStaleAdminCount);
        Assert.Contains("no protected group any more: clear it and let the object inherit from OU=Staff", Explain(stale, Protected(Descriptor())), StringComparison.Ordinal);

        var admin = stale with { GroupSids = ["S-1-5-21-1-2-3-512"] };
        Assert.False(admin.HasStaleAdminCount);
        Assert.Equal("S-1-5-21-1-2-3-512", admin.ProtectingGroup);
        Assert.Contains("in a protected group (S-1-5-21-1-2-3-512)", Explain(admin, Protected(Descriptor())), StringComparison.Ordinal);
    }

    [Fact]
    public void Permissions_that_cannot_be_read_or_grant_all_are_said_to_be_that()
    {
        Assert.Contains("cannot be read; Reset Password, Write lockoutTime would be needed", Explain(Accounts.Anna, [1, 2, 3]), StringComparison.Ordinal);
        Assert.Contains("By its permissions nothing is missing", Explain(Accounts.Anna, Descriptor(Everything)), StringComparison.Ordinal);
    }

    private static bool Grants(AccessRight right, params byte[][] entries) => SecurityDescriptor.Read(Descriptor(entries))!.Grants(right, Mine);

    private static string Explain(Account account, byte[] descriptor) =>
        MissingRights.Explain(SecurityDescriptor.Read(descriptor), Mine, account, [AccessRight.ResetPassword, AccessRight.WriteLockoutTime]);
}
