namespace Tagasi.Cloud.Look;

internal sealed class PortalSettings
{
    /// <summary>Where people sign in once they have a new password; shown on the last page.</summary>
    public Uri? SignInAddress { get; set; }
}
