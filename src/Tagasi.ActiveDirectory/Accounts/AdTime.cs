using System.Globalization;

namespace Tagasi.ActiveDirectory.Accounts;

/// <summary>Active Directory's three ways to write times: ticks since 1601, negative intervals, and generalized time.</summary>
internal static class AdTime
{
    /// <summary>A time of 100 ns ticks since 1601-01-01 UTC; null for 0 and for 0x7FFFFFFFFFFFFFFF, both of which mean never.</summary>
    public static DateTimeOffset? FromTicks(long ticks) =>
        ticks <= 0 || ticks > DateTimeOffset.MaxValue.ToFileTime() ? null : new DateTimeOffset(DateTime.FromFileTimeUtc(ticks));

    /// <summary>An interval of negative 100 ns ticks; null for 0 and for the smallest long, both of which mean without end.</summary>
    public static TimeSpan? Interval(long ticks) => ticks is 0 or long.MinValue ? null : TimeSpan.FromTicks(Math.Abs(ticks));

    /// <summary>GeneralizedTime as in currentTime and whenChanged: <c>20261124183603.0Z</c>, whole seconds.</summary>
    public static DateTimeOffset? FromGeneralized(string? text) =>
        DateTimeOffset.TryParseExact(
            text, ["yyyyMMddHHmmss.0'Z'", "yyyyMMddHHmmss'Z'"], CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
            ? time
            : null;
}
