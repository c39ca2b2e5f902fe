using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tagasi.Bench;

/// <summary>One measured figure, with what it is held against.</summary>
/// <param name="Name">Stable: scripts ask for it.</param>
/// <param name="Baseline">The same done bare, measured in the same minutes.</param>
/// <param name="Ratio">Value by baseline.</param>
/// <param name="Aim">What the ratio should be, such as <c>&gt;= 0.95</c>; null: nothing is asked of it.</param>
internal sealed record Figure(string Name, double Value, string Unit, double? Baseline = null, double? Ratio = null, string? Aim = null, bool? Ok = null)
{
    /// <summary>More is better.</summary>
    public static Figure AtLeast(double aim, string name, double value, string unit, double baseline) =>
        new(name, Round(value), unit, Round(baseline), Round(value / baseline), Say(">=", aim), value / baseline >= aim);

    /// <summary>Less is better.</summary>
    public static Figure AtMost(double aim, string name, double value, string unit, double baseline) =>
        new(name, Round(value), unit, Round(baseline), Round(value / baseline), Say("<=", aim), value / baseline <= aim);

    /// <summary>For information.</summary>
    public static Figure Told(string name, double value, string unit, double? baseline = null) =>
        new(name, Round(value), unit, baseline is { } bare ? Round(bare) : null, baseline is { } by ? Round(value / by) : null);

    public string ToJson() => JsonSerializer.Serialize(this, FigureJson.Default.Figure);

    public string ToRow() => string.Create(
        CultureInfo.InvariantCulture, $"{Name,-32} {Value,10:0.###} {Unit,-9} {Baseline,10:0.###} {Ratio,8:0.###} {Aim,8} {Ok switch { true => "ok", false => "short", _ => "" }}");

    private static string Say(string relation, double aim) => string.Create(CultureInfo.InvariantCulture, $"{relation} {aim:0.00}");

    private static double Round(double value) => Math.Round(value, 3);
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(Figure))]
internal sealed partial class FigureJson : JsonSerializerContext;
