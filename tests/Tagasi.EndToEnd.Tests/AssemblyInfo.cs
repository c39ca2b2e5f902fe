using System.Runtime.Versioning;
using Tagasi.EndToEnd.Tests.Portal;

// There is one Active Directory, and tests spoil it: one at a time.
[assembly: CollectionBehavior(DisableTestParallelization = true)]

// Closed after the last test.
[assembly: AssemblyFixture(typeof(Browser))]

// The lab is a Debian machine's.
[assembly: SupportedOSPlatform("linux")]
