using System.Globalization;
using System.Security.Cryptography;
using Microsoft.Extensions.Localization;
using Tagasi.Cloud.Mail;

namespace Tagasi.Cloud.Recovery;

/// <summary>The email code: eight digits that prove that the person reads the recovery address.</summary>
internal sealed class EmailCodes(MailQueue mail, IStringLocalizer<EmailCodes> texts)
{
    private const int Digits = 8;

    public static string Create() => RandomNumberGenerator.GetInt32(100_000_000).ToString("D8", CultureInfo.InvariantCulture);

    /// <summary>Stands for the session's secret where no code may be right.</summary>
    public static string Unguessable() => Convert.ToHexString(RandomNumberGenerator.GetBytes(32));

    /// <summary>What a person typed, without the spaces that the message shows for reading.</summary>
    public static string Clean(string typed) => string.Concat(typed.Where(char.IsAsciiDigit).Take(Digits + 1));

    /// <summary>Queues the message; without an address one is queued all the same and dropped, so that the time tells nothing.</summary>
    public void Send(string? address, string code)
    {
        var spaced = $"{code[..4]} {code[4..]}";
        var body = texts["mail.body", spaced, (int)RecoverySession.CodeLifetime.TotalMinutes];
        mail.Enqueue(new OutgoingMail(address, texts["mail.subject"], body));
    }
}
