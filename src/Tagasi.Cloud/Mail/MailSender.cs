using System.Security.Cryptography.X509Certificates;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;
using Tagasi.Cloud.Settings;

namespace Tagasi.Cloud.Mail;

/// <summary>Sends the queue through the organisation's SMTP server.</summary>
internal sealed partial class MailSender(MailQueue queue, CloudSettings settings, TimeProvider time, ILogger<MailSender> logger) : BackgroundService
{
    private const int Attempts = 3;
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);
    private readonly MailSettings mail = settings.Mail!;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // A few at once, so that one slow conversation does not hold up everybody's code.
        await Parallel.ForEachAsync(queue.ReadAllAsync(stoppingToken), new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = stoppingToken }, async (message, cancellation) =>
        {
            if (message.To is not null)
            {
                await SendAsync(message, cancellation);
            }
        });
    }

    private async Task SendAsync(OutgoingMail message, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await TrySendAsync(message, cancellation);
                return;
            }
            catch (Exception e) when (!cancellation.IsCancellationRequested)
            {
                // A process edge: whatever one message meets, the next one is sent.
                if (attempt == Attempts || e is ParseException)
                {
                    LogLost(mail.Host!, mail.Port, e);
                    return;
                }

                LogRetry(mail.Host!, mail.Port, e);
                await Task.Delay(Pause, time, cancellation);
            }
        }
    }

    private async Task TrySendAsync(OutgoingMail message, CancellationToken cancellation)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        deadline.CancelAfter(Timeout);
        using var mime = new MimeMessage();
        mime.From.Add(MailboxAddress.Parse(mail.From!));
        mime.To.Add(MailboxAddress.Parse(message.To!));
        mime.Subject = message.Subject;
        // RFC 3834: no out-of-office answers to a code.
        mime.Headers.Add("Auto-Submitted", "auto-generated");
        mime.Body = new TextPart("plain") { Text = message.Body };

        using var client = new SmtpClient();
        if (mail.Authority is not null)
        {
            client.ServerCertificateValidationCallback = (_, certificate, chain, errors) => PrivateAuthority.Accepts(mail.Authority, certificate, errors);
        }

        await client.ConnectAsync(mail.Host!, mail.Port, Security(mail.Security), deadline.Token);
        if (mail.Account is not null)
        {
            await client.AuthenticateAsync(mail.Account, (await File.ReadAllTextAsync(mail.SecretFile!, deadline.Token)).TrimEnd('\r', '\n'), deadline.Token);
        }

        await client.SendAsync(mime, deadline.Token);
        // Sent is sent: how the conversation ends is of no account. Disposing closes it.
    }

    private static SecureSocketOptions Security(MailSecurity security) => security switch
    {
        MailSecurity.StartTls => SecureSocketOptions.StartTls,
        MailSecurity.Tls => SecureSocketOptions.SslOnConnect,
        _ => SecureSocketOptions.None,
    };

    [LoggerMessage(6001, LogLevel.Warning, "A message could not be given to the mail server {Host}:{Port}; it will be tried again")]
    private partial void LogRetry(string host, int port, Exception e);

    [LoggerMessage(6002, LogLevel.Error, "A message could not be given to the mail server {Host}:{Port} and is lost; the person has to start again")]
    private partial void LogLost(string host, int port, Exception e);
}
