using Tagasi.Ldap;

namespace Tagasi.ActiveDirectory.Accounts;

/// <summary>How attributes of Active Directory are read, beyond what any directory has.</summary>
internal static class EntryReading
{
    extension(LdapEntry entry)
    {
        /// <summary>Text without NULs: Active Directory stores and returns some, and neither JSON nor PostgreSQL takes them.</summary>
        public string? Plain(string attribute) => entry.Text(attribute) is { } text ? WithoutNuls(text) : null;

        public IReadOnlyList<string> PlainAll(string attribute) => [.. entry.Texts(attribute).Select(WithoutNuls).Where(t => t.Length > 0)];

        public int Number(string attribute) => (int)(entry.Int64(attribute) ?? 0);

        /// <summary>A 32-bit field, which comes as a signed number; null where it is not shown.</summary>
        public AccountFlags? Flags(string attribute) => entry.Int64(attribute) is { } bits ? (AccountFlags)unchecked((uint)bits) : null;

        public PasswordStamp? PasswordStamp() =>
            entry.Bytes(ReplicationMetadata.Attribute) is { } metadata ? ReplicationMetadata.PasswordStampOf(metadata.Span) : null;

        public string? Sid(string attribute) => entry.Bytes(attribute) is { } sid ? SecurityIdentifiers.ToText(sid.Span) : null;
    }

    private static string WithoutNuls(string text) => text.Contains('\0') ? text.Replace("\0", "", StringComparison.Ordinal) : text;
}
