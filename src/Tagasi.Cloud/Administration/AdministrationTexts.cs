namespace Tagasi.Cloud.Administration;

/// <summary>Names the texts of the administrators' pages (AdministrationTexts.resx).</summary>
internal sealed class AdministrationTexts;
