using Tagasi.ActiveDirectory.Accounts;

namespace Tagasi.Tests.ActiveDirectory;

public sealed class AdTimeTests
{
    [Fact]
    public void Ticks_count_from_1601() =>
        Assert.Equal(new DateTimeOffset(2026, 11, 24, 18, 19, 11, TimeSpan.Zero), AdTime.FromTicks(134400179510000000));

    [Theory]
    [InlineData(0)]
    [InlineData(long.MaxValue)]
    [InlineData(-1)]
    public void Never_has_more_than_one_spelling(long ticks) => Assert.Null(AdTime.FromTicks(ticks));

    [Fact]
    public void Intervals_are_stored_negative() => Assert.Equal(TimeSpan.FromDays(1), AdTime.Interval(-864000000000));

    [Theory]
    [InlineData(0)]
    [InlineData(long.MinValue)]
    public void An_interval_without_end_is_null(long ticks) => Assert.Null(AdTime.Interval(ticks));

    [Fact]
    public void Generalized_time_is_UTC() =>
        Assert.Equal(new DateTimeOffset(2026, 11, 24, 18, 36, 3, TimeSpan.Zero), AdTime.FromGeneralized("20261124183603.0Z"));

    [Fact]
    public void Nonsense_is_no_time() => Assert.Null(AdTime.FromGeneralized("yesterday"));
}
