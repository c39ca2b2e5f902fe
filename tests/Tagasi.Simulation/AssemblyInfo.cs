using Xunit;

// Each test uses every processor by itself.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
