using System.Collections.Frozen;
using System.Reflection;
using System.Text.Json;
using Microsoft.Net.Http.Headers;

namespace Tagasi.Cloud.Look;

/// <summary>One file that the browser gets.</summary>
/// <param name="File">Its name with its hash; what lies behind the name never changes.</param>
/// <param name="Integrity">For the page that refers to it (Subresource Integrity).</param>
/// <param name="Sha256">Hex; what the manifest publishes.</param>
internal sealed record Asset(string File, string Integrity, string Sha256)
{
    public string Path => Assets.Folder + File;
}

/// <summary>The bundles that node made, held in the assembly, so that the service is one file wherever it is started.</summary>
/// <remarks>Their hashes are published at <c>/assets/manifest.json</c>: whoever builds the same commit can see whether a service hands out something else.</remarks>
internal sealed class Assets
{
    public const string Folder = "/assets/";
    private const string Manifest = "manifest.json";
    private static readonly Assembly Holder = typeof(Assets).Assembly;
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    private readonly FrozenDictionary<string, Asset> byName;
    private readonly FrozenSet<string> hashed;

    public Assets()
    {
        using var manifest = Holder.GetManifestResourceStream("assets/" + Manifest)!;
        byName = JsonSerializer.Deserialize<Dictionary<string, Asset>>(manifest, Json)!.ToFrozenDictionary(StringComparer.Ordinal);
        hashed = byName.Values.Select(asset => asset.File).ToFrozenSet(StringComparer.Ordinal);
    }

    /// <summary>The file that a bundle's plain name stands for.</summary>
    public Asset this[string name] => byName[name];

    /// <summary>Hands out one file: for ever, if its name carries its hash.</summary>
    public IResult Get(string file, HttpContext context)
    {
        var isHashed = hashed.Contains(file);
        var takesBrotli = isHashed && context.Request.GetTypedHeaders().AcceptEncoding.Any(encoding => encoding.Value == "br" && encoding.Quality is not 0);
        if (ContentType(file) is not { } type || Holder.GetManifestResourceStream("assets/" + file + (takesBrotli ? ".br" : "")) is not { } content)
        {
            return TypedResults.NotFound();
        }

        var headers = context.Response.Headers;
        headers.CacheControl = isHashed ? "public, max-age=31536000, immutable" : "no-cache";
        headers.Vary = HeaderNames.AcceptEncoding;
        if (takesBrotli)
        {
            headers.ContentEncoding = "br";
        }

        return TypedResults.Stream(content, type);
    }

    private static string? ContentType(string file) => Path.GetExtension(file) switch
    {
        ".css" => "text/css; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        ".svg" => "image/svg+xml",
        ".json" => "application/json",
        ".txt" => "text/plain; charset=utf-8",
        _ => null,
    };
}
