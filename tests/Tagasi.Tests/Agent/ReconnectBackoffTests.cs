using Tagasi.Agent.Relay;

namespace Tagasi.Tests.Agent;

/// <summary>Agents that lost one service come back spread out, and never give up.</summary>
public sealed class ReconnectBackoffTests
{
    private static readonly TimeSpan Brief = ReconnectBackoff.StableAfter - TimeSpan.FromMilliseconds(1);

    [Fact]
    public void The_longest_wait_doubles_up_to_the_cap()
    {
        var backoff = new ReconnectBackoff(() => 1);
        Assert.Equal([1, 2, 4, 8, 16, 30, 30, 30], Enumerable.Range(0, 8).Select(_ => backoff.Next(TimeSpan.Zero).TotalSeconds));
        for (var i = 0; i < 10_000; i++)
        {
            Assert.Equal(ReconnectBackoff.Cap, backoff.Next(TimeSpan.Zero));
        }
    }

    [Theory]
    [InlineData(0, 5)]
    [InlineData(1, 10)]
    public void What_only_an_update_mends_is_tried_every_few_minutes(double random, double minutes) =>
        Assert.Equal(minutes, new ReconnectBackoff(() => random).NextSlow().TotalMinutes);

    [Fact]
    public void A_thousand_agents_spread_evenly_over_the_whole_wait()
    {
        var waits = Enumerable.Range(0, 1000).Select(i =>
        {
            var backoff = new ReconnectBackoff(() => i / 1000.0);
            backoff.Next(TimeSpan.Zero);
            backoff.Next(TimeSpan.Zero);
            return backoff.Next(TimeSpan.Zero).TotalSeconds;
        }).ToList();
        Assert.All(Enumerable.Range(0, 4), second => Assert.Equal(250, waits.Count(wait => wait >= second && wait < second + 1)));
    }

    [Fact]
    public void Only_a_connection_that_stood_begins_the_count_anew()
    {
        var backoff = new ReconnectBackoff(() => 1);
        backoff.Next(TimeSpan.Zero);
        backoff.Next(TimeSpan.Zero);
        Assert.Equal(4, backoff.Next(Brief).TotalSeconds);
        Assert.Equal(1, backoff.Next(ReconnectBackoff.StableAfter).TotalSeconds);
        Assert.Equal(2, backoff.Next(TimeSpan.Zero).TotalSeconds);
    }
}
