namespace Tagasi.Cloud.Look;

/// <summary>Names the texts of the frame and of the error pages (LookTexts.resx).</summary>
internal sealed class LookTexts;
