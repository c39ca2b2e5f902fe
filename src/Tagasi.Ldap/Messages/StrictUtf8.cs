using System.Text;

namespace Tagasi.Ldap.Messages;

/// <summary>UTF-8 that refuses what it cannot say, in both directions: a mended name would be another name.</summary>
internal static class StrictUtf8
{
    public static Encoding Encoding { get; } = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
}
