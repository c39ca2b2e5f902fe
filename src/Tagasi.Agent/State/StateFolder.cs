using System.Text.Json;

namespace Tagasi.Agent.State;

/// <summary>The state folder cannot be used as it is.</summary>
internal sealed class StateFolderException(string message) : Exception(message);

/// <summary>What an agent keeps: its enrolment with its keys, and the journal. One agent at a time.</summary>
internal sealed class StateFolder : IDisposable
{
    // Of an IOException: what Windows, and Linux for flock(2) (EWOULDBLOCK), say of a file that somebody else has.
    private const int SharingViolation = unchecked((int)0x80070020);
    private const int WouldBlock = 11;

    private readonly FileStream theOnly;

    private StateFolder(string path, FileStream theOnly) => (Path, this.theOnly) = (path, theOnly);

    public string Path { get; }

    public string JournalPath => System.IO.Path.Combine(Path, "journal");

    /// <summary>Makes the folder if need be and takes it for this process.</summary>
    /// <exception cref="StateFolderException">Others can read it, or another agent has it.</exception>
    public static StateFolder Take(string path)
    {
        try
        {
            PrivateFiles.EnsureFolder(path);
            if (PrivateFiles.FindFault(path) is { } fault)
            {
                throw new StateFolderException("the state folder holds the agent's keys: " + fault);
            }

            return new StateFolder(path, new FileStream(System.IO.Path.Combine(path, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (UnauthorizedAccessException e)
        {
            throw new StateFolderException($"{e.Message} Run this as the account that the agent runs as.");
        }
        catch (IOException e) when (e.HResult is SharingViolation or WouldBlock)
        {
            throw new StateFolderException($"another agent uses {path}; stop it first: two with one identity would not know of each other's writes ({e.Message})");
        }
        catch (IOException e)
        {
            throw new StateFolderException($"the state folder {path} cannot be used: {e.Message} Free space there, or mend its disk.");
        }
    }

    /// <summary>The enrolment that a folder holds; null: none. Needs no right to the folder's lock.</summary>
    /// <exception cref="StateFolderException">It cannot be read.</exception>
    public static EnrolmentRecord? ReadEnrolment(string path)
    {
        var file = EnrolmentPath(path);
        try
        {
            return File.Exists(file) ? JsonSerializer.Deserialize(File.ReadAllBytes(file), StateJson.Default.EnrolmentRecord) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new StateFolderException($"the enrolment in {file} cannot be read: {e.Message}");
        }
    }

    /// <summary>Keeps a new enrolment, wholly or not at all, in the place of an older one.</summary>
    public void Write(EnrolmentRecord enrolment) =>
        PrivateFiles.Write(EnrolmentPath(Path), JsonSerializer.SerializeToUtf8Bytes(enrolment, StateJson.Default.EnrolmentRecord));

    public void Dispose() => theOnly.Dispose();

    private static string EnrolmentPath(string folder) => System.IO.Path.Combine(folder, "enrolment.json");
}
