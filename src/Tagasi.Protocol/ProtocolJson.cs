using System.Text.Json;
using System.Text.Json.Serialization;
using Tagasi.Protocol.Envelopes;
using Tagasi.Protocol.Enrolment;
using Tagasi.Protocol.Onboarding;
using Tagasi.Protocol.Relay;
using Tagasi.Protocol.Tickets;

namespace Tagasi.Protocol;

/// <summary>How everything on the wire is written: camelCase, enums by name, unknown members refused.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    UseStringEnumConverter = true,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    MaxDepth = 16)]
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(int))]
[JsonSerializable(typeof(Ticket))]
[JsonSerializable(typeof(Envelope))]
[JsonSerializable(typeof(WritebackResult))]
[JsonSerializable(typeof(AgentHello))]
[JsonSerializable(typeof(AgentStatement))]
[JsonSerializable(typeof(HelloReply))]
[JsonSerializable(typeof(OnboardingState))]
[JsonSerializable(typeof(PreflightRequest))]
[JsonSerializable(typeof(PreflightReply))]
[JsonSerializable(typeof(WritebackOrder))]
[JsonSerializable(typeof(ResolveRequest))]
[JsonSerializable(typeof(ImportPage))]
[JsonSerializable(typeof(ImportPart))]
[JsonSerializable(typeof(EnrolmentRequest))]
[JsonSerializable(typeof(EnrolmentReply))]
[JsonSerializable(typeof(ServiceKey))]
[JsonSerializable(typeof(OnboardingRequest))]
[JsonSerializable(typeof(OnboardingReply))]
[JsonSerializable(typeof(Challenge))]
public sealed partial class ProtocolJson : JsonSerializerContext;
