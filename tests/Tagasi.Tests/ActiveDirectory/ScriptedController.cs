using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Tagasi.ActiveDirectory;
using Tagasi.Tests.Ldap;

namespace Tagasi.Tests.ActiveDirectory;

/// <summary>A domain controller that answers as one does, and lies where the test tells it to.</summary>
internal sealed class ScriptedController : IAsyncDisposable
{
    public const string DomainDn = "DC=scripted,DC=test";
    public static readonly Guid Anna = new("1e4a062a-8657-4ebc-8dc3-dda118441df4");

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _over = new();
    private readonly ConcurrentBag<Task> _clients = [];
    private readonly Task _accepting;

    public ScriptedController(string host = ScriptedServer.Host)
    {
        Host = host;
        Certificate = host == ScriptedServer.Host ? TestCertificates.Good : TestCertificates.OfOtherHost;
        RoleOwner = ServiceDn;
        OnModify = SetPasswordAsync;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public string Host { get; }

    /// <summary>What it proves itself with.</summary>
    public X509Certificate2 Certificate { get; set; }

    public string ServiceDn => ServiceDnOf(Host);

    public IPEndPoint Address => (IPEndPoint)_listener.LocalEndpoint;

    public string[] Controls { get; set; } = ["1.2.840.113556.1.4.319", "1.2.840.113556.1.4.2239", "1.2.840.113556.1.4.2066"];

    public string[] Capabilities { get; set; } = ["1.2.840.113556.1.4.800"];

    public string? Vendor { get; set; }

    public string RoleOwner { get; set; }

    /// <summary>Anna as she is shown; a test may take attributes away.</summary>
    public Dictionary<string, byte[][]> User { get; } = ScriptedUser.New();

    /// <summary>The domain head's policy, and a PSO where there is one.</summary>
    public Dictionary<string, byte[][]> Head { get; } = ScriptedUser.Policy();

    public Dictionary<string, byte[][]>? Pso { get; set; }

    public long PasswordLastSet
    {
        get => long.Parse(ScriptedUser.Text(User["pwdLastSet"]), CultureInfo.InvariantCulture);
        set => User["pwdLastSet"] = ScriptedUser.Value(value.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>What happens to a modify; by default it is done, and answered with success.</summary>
    public Func<ServerEnd, Request, Task> OnModify { get; set; }

    /// <summary>In place of a success for the service account's bind.</summary>
    public (int Code, string Diagnostic)? BindRefusal { get; set; }

    /// <summary>In place of what is there, for a search of the account.</summary>
    public (int Code, string Diagnostic)? ReadRefusal { get; set; }

    /// <summary>What happens to a bind by anybody but the service account; by default it succeeds.</summary>
    public Func<ServerEnd, Request, Task> OnSignIn { get; set; } = (end, request) => end.SendAsync(Answers.Result(request.Id, Answers.BindResponse));

    /// <summary>What happens before a search is answered.</summary>
    public Func<ServerEnd, string, Task> OnSearch { get; set; } = (_, _) => Task.CompletedTask;

    /// <summary>Answers to a search of a whole subtree.</summary>
    public Func<ServerEnd, Request, Task> OnSubtree { get; set; } = (end, request) => end.SendAsync(Answers.Done(request.Id));

    public ConcurrentQueue<Request> Modifies { get; } = [];

    public ConcurrentQueue<Request> SignIns { get; } = [];

    public int Connections => _clients.Count;

    public DomainOptions OptionsWith(params ScriptedController[] others) => new()
    {
        DnsName = "scripted.test",
        Credential = new DirectoryCredential.Simple("svc@scripted.test", _ => new("secret"u8.ToArray())),
        DomainControllers = [Host],
        HostAddresses = new[] { this }.Concat(others).ToDictionary(c => c.Host, c => c.Address),
        TrustedRoots = [TestCertificates.Authority],
    };

    public static string ServiceDnOf(string host) => $"CN=NTDS Settings,CN={host.Split('.')[0].ToUpperInvariant()},CN=Servers,CN=Configuration,{DomainDn}";

    /// <summary>An <see cref="OnModify"/> that refuses.</summary>
    public static Func<ServerEnd, Request, Task> Refuse(int code, string diagnostic) =>
        (end, request) => end.SendAsync(Answers.Result(request.Id, Answers.ModifyResponse, code, diagnostic));

    /// <summary>An <see cref="OnModify"/> that answers success, and does nothing.</summary>
    public static Task LieAsync(ServerEnd end, Request request) => end.SendAsync(Answers.Result(request.Id, Answers.ModifyResponse));

    /// <summary>Gives the password another stamp, where one is shown at all.</summary>
    public void Stamp(uint version, Guid invocationId)
    {
        if (User.ContainsKey("replPropertyMetaData"))
        {
            User["replPropertyMetaData"] = [ScriptedUser.Metadata(version, invocationId)];
        }
    }

    public async Task SetPasswordAsync(ServerEnd end, Request request)
    {
        PasswordLastSet += TimeSpan.TicksPerMinute;
        User["uSNChanged"] = ScriptedUser.Value("2000");
        Stamp(2, ScriptedUser.InvocationIdOf(Host));
        await LieAsync(end, request);
    }

    /// <summary>Gone for good: nothing listens any more.</summary>
    public async Task StopAsync()
    {
        await _over.CancelAsync();
        _listener.Dispose();
        await _accepting;
        await Task.WhenAll(_clients);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _over.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_over.Token);
                client.NoDelay = true;
                _clients.Add(ServeAsync(client));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        try
        {
            await using var end = new ServerEnd(client, _over.Token);
            await end.StartTlsAsync(Certificate);
            while (true)
            {
                await AnswerAsync(end, await end.NextAsync());
            }
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // The client went its way, or the test is over; what the client saw is what the test asserts.
        }
    }

    private async Task AnswerAsync(ServerEnd end, Request request)
    {
        switch (request.Tag)
        {
            case 0x60:
                await BindAsync(end, request);
                break;
            case 0x63:
                await SearchAsync(end, request);
                break;
            case 0x66:
                Modifies.Enqueue(request);
                await OnModify(end, request);
                break;
        }
    }

    private async Task BindAsync(ServerEnd end, Request request)
    {
        if (request.Text().Contains("svc", StringComparison.Ordinal))
        {
            if (BindRefusal is { } refusal)
            {
                await end.SendAsync(Answers.Result(request.Id, Answers.BindResponse, refusal.Code, refusal.Diagnostic));
                return;
            }

            await end.SendAsync(Answers.Result(request.Id, Answers.BindResponse));
            return;
        }

        SignIns.Enqueue(request);
        await OnSignIn(end, request);
    }

    private async Task SearchAsync(ServerEnd end, Request request)
    {
        var fields = request.Fields();
        var dn = System.Text.Encoding.UTF8.GetString(fields.ReadOctetString());
        await OnSearch(end, dn);
        if (fields.ReadEnumeratedBytes().Span[0] == 2)
        {
            await OnSubtree(end, request);
            return;
        }

        if (ReadRefusal is { } refusal && dn.StartsWith('<'))
        {
            await end.SendAsync(Answers.Result(request.Id, Answers.SearchDone, refusal.Code, refusal.Diagnostic));
            return;
        }

        var found = ScriptedUser.Shown(this, dn);
        if (found is null)
        {
            await end.SendAsync(Answers.Result(request.Id, Answers.SearchDone, 32, "0000208D: NameErr: DSID-03100245, problem 2001 (NO_OBJECT)"));
            return;
        }

        await end.SendAsync(
            Answers.EntryOfBytes(request.Id, dn.StartsWith('<') ? "CN=Anna Arendt,OU=Staff,DC=scripted,DC=test" : dn, [.. found.Select(a => (a.Key, a.Value))]),
            Answers.Done(request.Id));
    }
}
