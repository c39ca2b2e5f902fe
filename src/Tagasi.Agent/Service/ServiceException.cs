using Tagasi.Protocol;

namespace Tagasi.Agent.Service;

/// <summary>The service could not be reached, or refused.</summary>
internal sealed class ServiceException(Problem problem, string detail, Exception? inner = null) : Exception($"{problem.Code}: {detail}. {problem.Remedy}", inner)
{
    public Problem Problem => problem;

    public string Detail => detail;
}
