using System.Collections;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Text.Json;

namespace Tagasi.Protocol.Settings;

/// <summary>Reads a side's one settings file (JSON with comments) into its options and finds all its faults at once.</summary>
/// <remarks>
/// It stands here because both sides must read their files, and report the faults, in the same way, and share nothing else.
/// Options are classes with settable properties, whose defaults are the file's defaults; <c>[Required]</c>, <c>[Range]</c> and the like
/// hold the values. Durations are written 30s, 15m, 24h, 7d.
/// </remarks>
public static class SettingsReader
{
    private static readonly JsonDocumentOptions Json = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, MaxDepth = 8 };

    /// <summary>Reads the file.</summary>
    /// <param name="path">Where it is.</param>
    /// <param name="example">The name of the example that lies beside the program.</param>
    /// <param name="faults">As of <see cref="Read"/>.</param>
    public static T? ReadFile<T>(string path, string example, ICollection<string> faults)
        where T : class, new()
    {
        try
        {
            return Read<T>(File.ReadAllText(path), faults);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            faults.Add($"there is no such file; copy the example {Path.Combine(AppContext.BaseDirectory, example)} there and change what differs, or name another file with --config");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            faults.Add(e.Message);
        }

        return null;
    }

    /// <summary>Reads the text.</summary>
    /// <param name="text">The file's content.</param>
    /// <param name="faults">Each fault with the path of the setting; the result is of use only when there is none.</param>
    /// <returns>Null when the text is no JSON: what is not known to be missing is not to be looked for.</returns>
    public static T? Read<T>(string text, ICollection<string> faults)
        where T : class, new()
    {
        try
        {
            using var document = JsonDocument.Parse(text, Json);
            var settings = new T();
            Fill(settings, document.RootElement, "", faults);
            return settings;
        }
        catch (JsonException e)
        {
            faults.Add($"line {e.LineNumber + 1}, column {e.BytePositionInLine + 1}: not valid JSON");
            return null;
        }
    }

    /// <summary>All faults of a file, for who has to mend them.</summary>
    public static string Describe(string path, IReadOnlyList<string> faults) =>
        faults.Count == 1 ? $"{path}: {faults[0]}" : $"{path} has {faults.Count} faults:{string.Concat(faults.Select(fault => "\n  " + fault))}";

    private static void Fill(object target, JsonElement element, string path, ICollection<string> faults)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            faults.Add($"{(path.Length == 0 ? "the file" : path)}: must be an object in braces");
            return;
        }

        var known = target.GetType().GetProperties().Where(property => property.CanWrite).ToDictionary(p => JsonNamingPolicy.CamelCase.ConvertName(p.Name), StringComparer.Ordinal);
        var wrong = new HashSet<string>(StringComparer.Ordinal);
        foreach (var item in element.EnumerateObject())
        {
            var at = Join(path, item.Name);
            if (!known.TryGetValue(item.Name, out var property))
            {
                faults.Add($"{at}: there is no such setting here; known are {string.Join(", ", known.Keys)}");
            }
            else if (Convert(property.PropertyType, item.Value, at, faults) is { } value)
            {
                property.SetValue(target, value);
            }
            else
            {
                wrong.Add(property.Name);
            }
        }

        Validate(target, known, wrong, path, faults);
    }

    // What could not be read has its fault already; what follows from its absence is no second one.
    private static void Validate(object target, Dictionary<string, PropertyInfo> known, HashSet<string> wrong, string path, ICollection<string> faults)
    {
        foreach (var (name, property) in known.Where(pair => !wrong.Contains(pair.Value.Name)))
        {
            var value = property.GetValue(target);
            var results = new List<ValidationResult>();
            Validator.TryValidateProperty(value, new ValidationContext(target) { MemberName = property.Name, DisplayName = name }, results);
            foreach (var result in results)
            {
                faults.Add($"{Join(path, name)}: {result.ErrorMessage}");
            }
        }

        if (wrong.Count == 0 && target is IValidatableObject whole)
        {
            foreach (var result in whole.Validate(new ValidationContext(target)))
            {
                faults.Add($"{Join(path, string.Join(", ", result.MemberNames))}: {result.ErrorMessage}");
            }
        }
    }

    private static object? Convert(Type type, JsonElement value, string path, ICollection<string> faults)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>))
        {
            return ConvertList(type.GetGenericArguments()[0], value, path, faults);
        }

        if (type.IsClass && type != typeof(string) && type != typeof(Uri))
        {
            var nested = Activator.CreateInstance(type)!;
            Fill(nested, value, path, faults);
            return nested;
        }

        var converted = ConvertScalar(type, value);
        if (converted is null)
        {
            faults.Add($"{path}: {value.GetRawText()} is not {Describe(type)}");
        }

        return converted;
    }

    private static object? ConvertList(Type item, JsonElement value, string path, ICollection<string> faults)
    {
        if (value.ValueKind != JsonValueKind.Array)
        {
            faults.Add($"{path}: must be a list in brackets");
            return null;
        }

        var list = (IList)Activator.CreateInstance(typeof(List<>).MakeGenericType(item))!;
        var whole = true;
        foreach (var element in value.EnumerateArray())
        {
            var converted = Convert(item, element, $"{path}[{list.Count}]", faults);
            whole &= converted is not null;
            list.Add(converted ?? (item.IsValueType ? Activator.CreateInstance(item) : null));
        }

        return whole ? list : null;
    }

    private static object? ConvertScalar(Type type, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String when type == typeof(string) => value.GetString(),
        JsonValueKind.String when type == typeof(TimeSpan) => Duration(value.GetString()!),
        JsonValueKind.String when type == typeof(Uri) => Uri.TryCreate(value.GetString(), UriKind.Absolute, out var uri) ? uri : null,
        JsonValueKind.String when type.IsEnum => Enum.TryParse(type, value.GetString(), ignoreCase: true, out var named) && Enum.IsDefined(type, named) ? named : null,
        JsonValueKind.Number when type == typeof(int) => value.TryGetInt32(out var number) ? number : null,
        JsonValueKind.True or JsonValueKind.False when type == typeof(bool) => value.GetBoolean(),
        _ => null,
    };

    private static object? Duration(string text)
    {
        if (text.Length < 2 || !int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return null;
        }

        return text[^1] switch
        {
            's' => TimeSpan.FromSeconds(number),
            'm' => TimeSpan.FromMinutes(number),
            'h' => TimeSpan.FromHours(number),
            'd' => TimeSpan.FromDays(number),
            _ => (object?)null,
        };
    }

    private static string Describe(Type type) =>
        type == typeof(TimeSpan) ? "a duration such as 30s, 15m, 24h or 7d"
        : type == typeof(Uri) ? "a full address"
        : type.IsEnum ? "one of " + string.Join(", ", Enum.GetNames(type).Select(JsonNamingPolicy.CamelCase.ConvertName))
        : type == typeof(int) ? "a whole number"
        : type == typeof(bool) ? "true or false"
        : "a text in quotes";

    private static string Join(string path, string name) => path.Length == 0 ? name : path + "." + name;
}
