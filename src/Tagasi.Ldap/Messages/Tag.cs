namespace Tagasi.Ldap.Messages;

/// <summary>The identifier octets of RFC 4511. LDAP needs no tag of more than one octet.</summary>
internal static class Tag
{
    public const byte Boolean = 0x01;
    public const byte Integer = 0x02;
    public const byte OctetString = 0x04;
    public const byte Enumerated = 0x0A;
    public const byte Sequence = 0x30;
    public const byte Set = 0x31;

    public const byte BindRequest = 0x60;
    public const byte BindResponse = 0x61;
    public const byte UnbindRequest = 0x42;
    public const byte SearchRequest = 0x63;
    public const byte SearchResultEntry = 0x64;
    public const byte SearchResultDone = 0x65;
    public const byte ModifyRequest = 0x66;
    public const byte ModifyResponse = 0x67;
    public const byte AbandonRequest = 0x50;
    public const byte SearchResultReference = 0x73;
    public const byte ExtendedResponse = 0x78;
    public const byte IntermediateResponse = 0x79;

    public const byte Controls = 0xA0;
    public const byte Referral = 0xA3;
    public const byte SimpleAuthentication = 0x80;
    public const byte SaslAuthentication = 0xA3;
    public const byte ServerSaslCredentials = 0x87;
    public const byte ExtendedResponseName = 0x8A;

    /// <summary>A primitive context-specific tag.</summary>
    public static byte Context(int number) => (byte)(0x80 | number);

    /// <summary>A constructed context-specific tag.</summary>
    public static byte ConstructedContext(int number) => (byte)(0xA0 | number);
}
