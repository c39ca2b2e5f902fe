namespace Tagasi.Cloud.Recovery;

/// <summary>Names the texts of the recovery's pages (RecoveryTexts.resx).</summary>
internal sealed class RecoveryTexts;
