using Tagasi.Agent.Journal;

namespace Tagasi.EndToEnd.Tests.Reliability;

/// <summary>Where on its way a request stands still when the blow falls.</summary>
internal enum Point
{
    /// <summary>Leased; the order has left the service and has not reached the agent.</summary>
    OrderOnItsWay,

    /// <summary>The agent has the order and waits for the account that it asked the domain controller for.</summary>
    AccountOnItsWay,

    /// <summary>The intent is on the agent's disk; the modify has left it and has not reached the domain controller.</summary>
    ModifyOnItsWay,

    /// <summary>The domain controller has carried the modify out; its answer has not reached the agent.</summary>
    DirectoryAnswerOnItsWay,

    /// <summary>The outcome is on the agent's disk; the answer has not reached the service.</summary>
    AgentAnswerOnItsWay,
}

/// <summary>How a request is brought to stand still at a point: by holding the one message that would take it on.</summary>
internal static class Points
{
    // SignalR's pings and acknowledgements take less than a hundred bytes on the wire; a signed result takes some 700, an order more than 2000.
    private const int SmallestAnswer = 300;
    private const int SmallestOrder = 1000;

    /// <summary>In the order in which requests are to be brought there: the first ones must not be in the way of the later ones.</summary>
    public static IReadOnlyList<Point> All { get; } =
        [Point.AgentAnswerOnItsWay, Point.DirectoryAnswerOnItsWay, Point.ModifyOnItsWay, Point.AccountOnItsWay, Point.OrderOnItsWay];

    /// <summary>Whether the domain controller has written already, whatever the blow does.</summary>
    public static bool IsWritten(Point point) => point is Point.DirectoryAnswerOnItsWay or Point.AgentAnswerOnItsWay;

    /// <summary>
    /// Holds the message. The agent flushes intent and outcome to its disk before it sends what follows from them, so that the first bytes
    /// that come when the line is there are that message; nothing else is on the way meanwhile.
    /// </summary>
    public static Hold Hold(this LinkedProduct product, Point point, Guid request) => point switch
    {
        Point.OrderOnItsWay => product.Relay.Back.HoldFrom(count => count >= SmallestOrder),
        Point.AccountOnItsWay => product.Controller.Back.HoldFrom(_ => true),
        Point.ModifyOnItsWay => product.Controller.Onward.HoldFrom(_ => product.HasKept(JournalKind.Intent, request)),
        Point.DirectoryAnswerOnItsWay => product.Controller.Back.HoldFrom(_ => product.HasKept(JournalKind.Intent, request)),
        Point.AgentAnswerOnItsWay => product.Relay.Onward.HoldFrom(count => count >= SmallestAnswer && product.HasKept(JournalKind.Outcome, request)),
        _ => throw new ArgumentOutOfRangeException(nameof(point), point, "No such point."),
    };
}
