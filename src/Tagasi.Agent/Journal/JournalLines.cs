using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Tagasi.Agent.Journal;

/// <summary>The journal could not be read. The agent does not start with it: what it forgot could be denied.</summary>
internal sealed class JournalDamagedException(string message) : Exception(message);

/// <summary>The form of the journal: a checksum, a space or a plus, one JSON object, a line feed. A plus: flushed together with the line before it.</summary>
internal static class JournalLines
{
    private const int ChecksumBytes = 8;
    private const int PrefixChars = (2 * ChecksumBytes) + 1;
    private const byte First = (byte)' ';
    private const byte Further = (byte)'+';

    public static byte[] Format(JournalEntry entry)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(entry, JournalJson.Default.JournalEntry);
        return [.. Encoding.ASCII.GetBytes(Checksum(json)), First, .. json, (byte)'\n'];
    }

    /// <summary>Lines that are written and flushed as one: of those a crash may leave any, not the first of them alone.</summary>
    public static byte[] Join(IEnumerable<ReadOnlyMemory<byte>> lines)
    {
        var joined = new List<byte>();
        foreach (var line in lines)
        {
            var start = joined.Count;
            joined.AddRange(line.Span);
            if (start > 0)
            {
                joined[start + PrefixChars - 1] = Further;
            }
        }

        return [.. joined];
    }

    /// <summary>Reads what a file holds.</summary>
    /// <returns>The entries, and how many bytes of the file they are. What lies behind was cut off by a crash while it was written.</returns>
    /// <exception cref="JournalDamagedException">A line is damaged, and one follows that was flushed later.</exception>
    public static (IReadOnlyList<JournalEntry> Entries, int GoodBytes) Parse(ReadOnlySpan<byte> content)
    {
        var entries = new List<JournalEntry>();
        var good = 0;
        while (good < content.Length)
        {
            var length = content[good..].IndexOf((byte)'\n');
            if (length < 0)
            {
                break; // cut off before its end, were it only the line feed: nobody was told that it is kept
            }

            if (ParseLine(content.Slice(good, length)) is not { } entry)
            {
                RefuseGoodLinesBehind(content[(good + length + 1)..], entries.Count + 1);
                break;
            }

            entries.Add(entry);
            good += length + 1;
        }

        return (entries, good);
    }

    // A crash leaves a torn end, or of lines that were flushed together the later ones without the earlier: neither was told to be kept. Where
    // something was written after that flush, something else damaged the file.
    private static void RefuseGoodLinesBehind(ReadOnlySpan<byte> rest, int number)
    {
        foreach (var line in rest.Split((byte)'\n'))
        {
            if (ParseLine(rest[line]) is not null && rest[line][PrefixChars - 1] == First)
            {
                throw new JournalDamagedException(
                    $"line {number} of the journal is damaged, and whole lines follow it: not a torn end but a fault of the disk, or somebody's edit");
            }
        }
    }

    private static JournalEntry? ParseLine(ReadOnlySpan<byte> line)
    {
        if (line.Length <= PrefixChars || line[PrefixChars - 1] is not (First or Further) || Encoding.ASCII.GetString(line[..(PrefixChars - 1)]) != Checksum(line[PrefixChars..]))
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize(line[PrefixChars..], JournalJson.Default.JournalEntry);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    // Against accidents, not against forgery: who can write here can also read the agent's keys.
    private static string Checksum(ReadOnlySpan<byte> json) => Convert.ToHexString(SHA256.HashData(json), 0, ChecksumBytes);
}
