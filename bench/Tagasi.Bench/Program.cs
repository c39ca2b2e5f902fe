using Tagasi.Bench;

// The agent's log is a part of its work, and belongs elsewhere than between the figures.
Environment.SetEnvironmentVariable("Logging__Console__LogToStandardErrorThreshold", "Trace");

var isJson = args.Contains("--json");
var names = args.Where(argument => argument != "--json").ToList();
if (names is ["--list"])
{
    Catalogue.Names.ToList().ForEach(Console.WriteLine);
    return 0;
}

var wanted = names switch
{
    [] => Catalogue.Names,
    [var name] => [.. Catalogue.Names.Where(known => known.StartsWith(name, StringComparison.Ordinal))],
    _ => [],
};
if (wanted.Count == 0)
{
    await Console.Error.WriteLineAsync("Usage: bench/run [NAME] [--json] | --list");
    return 2;
}

if (!isJson)
{
    Console.WriteLine($"{"",-32} {"value",10} {"",-9} {"baseline",10} {"ratio",8} {"aim",8}");
}

await foreach (var figure in Catalogue.MeasureAsync(wanted))
{
    Console.WriteLine(isJson ? figure.ToJson() : figure.ToRow());
}

return 0;
