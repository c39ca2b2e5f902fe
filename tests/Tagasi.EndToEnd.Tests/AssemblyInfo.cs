// There is one Active Directory, and tests spoil it: one at a time.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
