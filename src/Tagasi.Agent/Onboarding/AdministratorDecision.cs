using Microsoft.Extensions.Logging;
using Tagasi.Agent.Service;
using Tagasi.Agent.State;
using Tagasi.Protocol;
using Tagasi.Protocol.Onboarding;

namespace Tagasi.Agent.Onboarding;

/// <summary>Brings an administrator's decision on writeback to the service, with this agent's proof of the tenant that it is for.</summary>
/// <remarks>Invariant: the password goes to the service that this agent is enrolled with and to no other.</remarks>
internal sealed class AdministratorDecision(ServiceCalls service, EnrolmentRecord enrolment, ILogger logger)
{
    /// <exception cref="ServiceException">The service is another one, cannot be reached, or refused.</exception>
    public async Task<OnboardingReply> DecideAsync(OnboardingRequest request, CancellationToken cancellation)
    {
        LogStart(request.Action);
        var isSent = false;
        try
        {
            await CheckServiceAsync(cancellation);
            var challenge = await service.GetChallengeAsync(cancellation);
            isSent = request.Action is OnboardingAction.Enable or OnboardingAction.Disable;
            var reply = await service.DecideAsync(request, enrolment.Prove(challenge.Value), cancellation);
            OnboardingLog.AuthTokenSuccess(logger, request.Administrator);
            return reply;
        }
        catch (ServiceException e) when (isSent && (e.Problem == Problems.ServiceUnreachable || e.Problem == Problems.InternalError))
        {
            // The service may have decided all the same: nobody is told that it did not.
            OnboardingLog.DecisionUnknown(logger, request.Action, enrolment.Service, e.Problem.Code, e.Detail);
            throw new ServiceException(e.Problem, e.Detail + "; whether it was done is not known: 'tagasi writeback status' says how it stands", e);
        }
        catch (ServiceException e)
        {
            LogFailure(request, e);
            throw;
        }
    }

    private async Task CheckServiceAsync(CancellationToken cancellation)
    {
        var key = await service.GetKeyAsync(cancellation);
        if (!enrolment.ServiceKey.AsSpan().SequenceEqual(key.PublicKey))
        {
            throw new ServiceException(Problems.ServiceKeyMismatch, "the password was not sent to it");
        }

        if (key.Version < ProtocolVersion.Onboarding)
        {
            throw new ServiceException(Problems.ProtocolUnsupported, $"the service speaks version {key.Version}; onboarding came with version {ProtocolVersion.Onboarding}");
        }
    }

    private void LogStart(OnboardingAction action)
    {
        if (action is OnboardingAction.Enable)
        {
            OnboardingLog.OnboardingEventStart(logger, $"an administrator enables writeback at {enrolment.Service}");
        }
        else if (action is OnboardingAction.Disable)
        {
            OnboardingLog.OffboardingEventStart(logger, $"an administrator disables writeback at {enrolment.Service}");
        }
    }

    private void LogFailure(OnboardingRequest request, ServiceException e)
    {
        var problem = e.Problem;
        if (problem == Problems.AdministratorRequired || problem == Problems.AdministratorSignInFailed)
        {
            OnboardingLog.AuthTokenError(logger, problem.Code);
        }
        else if (problem == Problems.ProtocolUnsupported)
        {
            OnboardingLog.ValidationError(logger, enrolment.Service, e.Detail);
        }
        else if (request.Action is OnboardingAction.Disable)
        {
            OnboardingLog.OffBoardingError(logger, enrolment.Service, problem.Code, e.Detail);
        }
        else if (request.Action is OnboardingAction.Enable)
        {
            OnboardingLog.OnBoardingServiceError(logger, enrolment.Service, problem.Code, e.Detail);
        }

        if (request.Action is OnboardingAction.Disable)
        {
            OnboardingLog.OffboardingEventFail(logger, problem.Code, e.Detail);
        }
    }
}
