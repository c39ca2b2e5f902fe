using System.Runtime.Versioning;

// There is one Active Directory, and tests spoil it: one at a time.
[assembly: CollectionBehavior(DisableTestParallelization = true)]

// The lab is a Debian machine's.
[assembly: SupportedOSPlatform("linux")]
