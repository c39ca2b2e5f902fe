using System.Text.Json.Serialization;

namespace Tagasi.Agent.Doctor;

/// <summary>How grave a finding is.</summary>
internal enum Grade
{
    [JsonStringEnumMemberName("pass")]
    Pass,

    /// <summary>Works, and should be mended all the same.</summary>
    [JsonStringEnumMemberName("warn")]
    Warn,

    /// <summary>Resets fail, or some do.</summary>
    [JsonStringEnumMemberName("fail")]
    Fail,

    /// <summary>Could not be checked, because something before it failed.</summary>
    [JsonStringEnumMemberName("skip")]
    Skip,
}

/// <summary>What one check found.</summary>
/// <param name="Check">In lower-kebab-case; where it concerns one of several, that follows in parentheses.</param>
/// <param name="Remedy">What to do; null where all is well.</param>
internal sealed record Finding(string Check, Grade Grade, string Message, string? Remedy = null)
{
    public static Finding Pass(string check, string message) => new(check, Grade.Pass, message);

    public static Finding Warn(string check, string message, string remedy) => new(check, Grade.Warn, message, remedy);

    public static Finding Fail(string check, string message, string remedy) => new(check, Grade.Fail, message, remedy);

    public static Finding Skip(string check, string because) => new(check, Grade.Skip, because);
}

[JsonSourceGenerationOptions(System.Text.Json.JsonSerializerDefaults.Web, WriteIndented = true, UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(IReadOnlyList<Finding>))]
internal sealed partial class DoctorJson : JsonSerializerContext;
