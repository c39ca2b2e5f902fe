namespace Tagasi.Protocol;

/// <summary>One entry of the problem catalogue.</summary>
/// <param name="Code">Stable; what logs, audit, support and <c>docs/problems.md</c> call it.</param>
/// <param name="Text">What the person reads, in English; safe for anyone. Other languages are in the portal's resources under the code.</param>
/// <param name="Remedy">What the administrator does next.</param>
public sealed record Problem(string Code, string Text, string Remedy)
{
    /// <summary>The <c>type</c> of the problem details of RFC 9457.</summary>
    public string Type => "urn:tagasi:problem:" + Code;
}
