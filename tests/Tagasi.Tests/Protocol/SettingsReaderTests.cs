using System.ComponentModel.DataAnnotations;
using Tagasi.Protocol.Settings;

namespace Tagasi.Tests.Protocol;

/// <summary>A settings file is read whole, and all its faults are told at once, each with its place.</summary>
public sealed class SettingsReaderTests
{
    private enum Colour
    {
        Red,
        DarkBlue,
    }

    [Fact]
    public void Every_kind_of_setting_is_read_with_comments_and_trailing_commas()
    {
        var settings = ReadWell("""
            {
              // why
              "name": "n", "count": 3, "isOn": true, "wait": "15m", "address": "https://a.example/", "colour": "darkBlue",
              "names": ["a", "b",],
              "inner": { "port": 636 }, /* and why not */
              "inners": [{ "port": 1 }, { "port": 2 }],
            }
            """);
        Assert.Equal(("n", 3, true, TimeSpan.FromMinutes(15), Colour.DarkBlue), (settings.Name, settings.Count, settings.IsOn, settings.Wait, settings.Colour));
        Assert.Equal(new Uri("https://a.example/"), settings.Address);
        Assert.Equal(["a", "b"], settings.Names);
        Assert.Equal(636, settings.Inner.Port);
        Assert.Equal([1, 2], settings.Inners.Select(inner => inner.Port));
    }

    [Fact]
    public void What_is_not_said_keeps_its_default()
    {
        var settings = ReadWell("""{ "name": "n" }""");
        Assert.Equal((5, TimeSpan.FromSeconds(30), 389), (settings.Count, settings.Wait, settings.Inner.Port));
    }

    [Theory]
    [InlineData("30s", 30)]
    [InlineData("15m", 900)]
    [InlineData("24h", 86_400)]
    [InlineData("7d", 604_800)]
    public void Durations_are_written_with_their_unit(string text, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), ReadWell($$"""{ "name": "n", "wait": "{{text}}" }""").Wait);

    [Theory]
    [InlineData("\"30\"")]
    [InlineData("30")]
    [InlineData("\"-1s\"")]
    [InlineData("\"1.5h\"")]
    [InlineData("\"s\"")]
    [InlineData("\"1w\"")]
    public void What_is_no_duration_is_told_with_examples(string value) =>
        Assert.Equal([$"wait: {value} is not a duration such as 30s, 15m, 24h or 7d"], Faults($$"""{ "name": "n", "wait": {{value}} }"""));

    [Fact]
    public void All_faults_are_told_at_once_each_with_its_place()
    {
        var faults = Faults("""{ "count": "three", "colour": "green", "inner": { "port": 70000, "prot": 1 }, "inners": [{ "port": 1 }, { "port": 0 }], "names": ["a", 1] }""");
        Assert.Contains("count: \"three\" is not a whole number", faults);
        Assert.Contains("colour: \"green\" is not one of red, darkBlue", faults);
        Assert.Contains("inner.prot: there is no such setting here; known are port", faults);
        Assert.Contains(faults, fault => fault.StartsWith("inner.port: ", StringComparison.Ordinal));
        Assert.Contains(faults, fault => fault.StartsWith("inners[1].port: ", StringComparison.Ordinal));
        Assert.Contains("names[1]: 1 is not a text in quotes", faults);
        Assert.Contains("name: is missing", faults);
        Assert.Equal(7, faults.Count);
    }

    [Fact]
    public void A_wrong_value_is_one_fault_and_not_also_a_missing_one() =>
        Assert.Equal(["name: 1 is not a text in quotes"], Faults("""{ "name": 1 }"""));

    [Fact]
    public void What_is_not_JSON_is_told_with_line_and_column_and_nothing_else_is()
    {
        var fault = Assert.Single(Faults("{\n  \"name\" \"n\"\n}"));
        Assert.StartsWith("line 2, column ", fault, StringComparison.Ordinal);
        Assert.EndsWith("not valid JSON", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_not_there_is_told_with_the_example_to_copy()
    {
        var faults = new List<string>();
        Assert.Null(SettingsReader.ReadFile<Sample>("/does/not/exist.json", "sample.json", faults));
        Assert.Contains($"copy the example {Path.Combine(AppContext.BaseDirectory, "sample.json")} there", Assert.Single(faults), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("1")]
    public void A_file_that_is_no_object_is_a_fault(string text) => Assert.Contains("the file: must be an object in braces", Faults(text));

    private static Sample ReadWell(string text)
    {
        var faults = new List<string>();
        var settings = SettingsReader.Read<Sample>(text, faults);
        Assert.Empty(faults);
        return settings!;
    }

    private static List<string> Faults(string text)
    {
        var faults = new List<string>();
        SettingsReader.Read<Sample>(text, faults);
        return faults;
    }

    private sealed class Sample
    {
        [Required(ErrorMessage = "is missing")]
        public string? Name { get; set; }

        [Range(1, 10)]
        public int Count { get; set; } = 5;

        public bool IsOn { get; set; }

        public TimeSpan Wait { get; set; } = TimeSpan.FromSeconds(30);

        public Uri? Address { get; set; }

        public Colour Colour { get; set; }

        public IReadOnlyList<string> Names { get; set; } = [];

        public Inner Inner { get; set; } = new();

        public IReadOnlyList<Inner> Inners { get; set; } = [];
    }

    private sealed class Inner
    {
        [Range(1, 65535)]
        public int Port { get; set; } = 389;
    }
}
