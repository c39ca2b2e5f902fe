using System.Text.Json;
using System.Text.Json.Nodes;
using Tagasi.Protocol;
using Tagasi.Protocol.Envelopes;
using Tagasi.Protocol.Relay;

namespace Tagasi.Tests.Protocol;

/// <summary>Peers of version 1 refuse members that they do not know: these are the forms that they know.</summary>
public sealed class VersionTests
{
    private static readonly DateTimeOffset Time = new(2026, 11, 25, 9, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(99, ProtocolVersion.Current)]
    public void The_common_version_is_the_older_of_the_two_newest(int theirs, int common) => Assert.Equal(common, ProtocolVersion.CommonWith(theirs));

    [Fact]
    public void The_first_hello_has_the_form_of_version_1() =>
        Assert.Equal(
            ["agentVersion", "domains", "hostName", "protocolVersion", "sealingKey", "time"],
            Members(JsonSerializer.Serialize(new AgentHello(ProtocolVersion.Current, "1.0", "host", [], new SealingKey("k", []), Time), ProtocolJson.Default.AgentHello)));

    [Fact]
    public void An_answer_to_version_1_has_its_form() =>
        Assert.Equal(["accepted", "problem", "time"], Members(JsonSerializer.Serialize(new HelloReply(true, null, Time), ProtocolJson.Default.HelloReply)));

    [Fact]
    public void A_hello_of_version_1_is_read() =>
        Assert.Null(JsonSerializer.Deserialize(
            """{"protocolVersion":1,"agentVersion":"0.1.0","hostName":"host","domains":[],"sealingKey":{"keyId":"k","point":""},"time":"2026-11-25T09:00:00+00:00"}""",
            ProtocolJson.Default.AgentHello)!.Epoch);

    [Fact]
    public void An_answer_of_version_1_is_read()
    {
        var reply = JsonSerializer.Deserialize("""{"accepted":true,"problem":null,"time":"2026-11-25T09:00:00+00:00"}""", ProtocolJson.Default.HelloReply)!;
        Assert.Equal((true, null, null), (reply.Accepted, reply.State, reply.Detail));
    }

    private static IEnumerable<string> Members(string json) => JsonNode.Parse(json)!.AsObject().Select(member => member.Key).Order();
}
