using System.Reflection;

namespace Tagasi.Protocol;

/// <summary>The problem catalogue: everything that can stop a person, with what they read and what the administrator does.</summary>
/// <remarks>A code never changes its meaning and is never used again. Each is described in <c>docs/problems.md</c> and raised by a test.</remarks>
public static class Problems
{
#pragma warning disable CS1591 // the texts are the documentation

    // The password: the person can choose another.
    public static readonly Problem PasswordTooShort = new("password-too-short", "This password is too short for your organisation's policy.", "None: the person chooses a longer password.");
    public static readonly Problem PasswordTooLong = new("password-too-long", "This password is too long. Active Directory takes up to 256 characters.", "None: the person chooses a shorter password.");
    public static readonly Problem PasswordNotComplex = new("password-not-complex", "This password needs characters of at least three kinds: capital letters, small letters, digits, symbols.", "None: the person chooses another password.");
    public static readonly Problem PasswordContainsName = new("password-contains-name", "This password contains your account name or a part of your name.", "None: the person chooses another password.");
    public static readonly Problem PasswordInHistory = new("password-in-history", "You have used this password before, or your organisation does not accept it. Choose another one.", "None: the person chooses another password. Active Directory answers the same when a password filter refuses: if it goes on, the domain controller's log says which it was.");
    public static readonly Problem PasswordTooRecent = new("password-too-recent", "Your password was changed too recently to be changed again.", "Wait for the minimum password age, lower it in the policy, or reset the password in Active Directory.");
    public static readonly Problem PasswordRefused = new("password-refused", "Your organisation does not accept this password. Choose a less common one.", "A password filter on the domain controller or a rule beyond length, complexity, history and age refused it. Its log says which.");
    public static readonly Problem CurrentPasswordWrong = new("current-password-wrong", "This is not your current password.", "None. The directory counts it towards lockout; the agent lets three through at the most in half an hour, or in the directory's own window if that is longer.");
    public static readonly Problem PasswordMustChange = new("password-must-change", "Your password is right, but it has to be changed before you can sign in.", "None: the password has expired, or must be changed at the next logon.");

    // The account.
    public static readonly Problem AccountDisabled = new("account-disabled", "Your account is disabled. Your helpdesk can tell you why.", "Enable the account in Active Directory if the person should have it.");
    public static readonly Problem AccountExpired = new("account-expired", "Your account has expired. Your helpdesk can tell you why.", "Extend accountExpires in Active Directory if the person should have it.");
    public static readonly Problem AccountProtected = new("account-protected", "This account cannot be managed here. Your helpdesk can help you.", "The account is privileged: adminCount is 1, or it belongs to a protected group, directly or through another. If it once did and no longer does, clear adminCount and restore inheritance on the object.");
    public static readonly Problem AccountOutOfScope = new("account-out-of-scope", "This account is not managed here. Your helpdesk can help you.", "The account lies outside the organisational units that the agent's own settings allow (scope).");
    public static readonly Problem DomainNotServed = new("domain-not-served", "This account is not managed here. Your helpdesk can help you.", "The agent that was asked does not serve the user's domain or forest: add it to 'domains' in the agent's settings, or run an agent that has it.");
    public static readonly Problem AccountNotFound = new("account-not-found", "Your account was not found in your organisation's directory.", "The account was deleted or moved to another domain since the last import, or the agent's account may not see it. The next import notices, every 30 minutes unless the agent's settings say otherwise (import), and when the agent starts.");
    public static readonly Problem AccountCannotChange = new("account-cannot-change", "Your organisation does not let the password of this account be changed.", "'User cannot change password' is set on the account. Clear it if it was not meant.");
    public static readonly Problem AccountLocked = new("account-locked", "Your account is locked. Set a new password without the current one, which also unlocks it, or unlock it first where that is offered.", "None: a reset or an unlock ends the lockout. Look for devices that still use an old password.");
    public static readonly Problem AccountStillLocked = new("account-still-locked", "Your account is still locked: something keeps trying an old password. Your helpdesk can unlock it.", "The domain controller still shows a lockout after the write: most likely something signed in with an old password at once. Find the device, then unlock the account.");
    public static readonly Problem LogonRestricted = new("logon-restricted", "Your account may not sign in now or from here. Your helpdesk can tell you why.", "Logon hours or workstations of the account forbid it. The password itself was right.");

    // The way to the directory.
    public static readonly Problem AgentOffline = new("agent-offline", "Your organisation's directory cannot be reached at the moment. Nothing was changed. Try again in a few minutes.", "No agent for the user's domain is connected, or it waits for the tenant's others: 'tagasi-cloud agent list'; the audit entry 'Agent connected' names an agent's domains. Start it, or run 'tagasi doctor' on its host.");
    public static readonly Problem WritebackDisabled = new("writeback-disabled", "Your organisation has turned this service off at the moment. Nothing was changed. Your helpdesk can help you.", "Writeback is disabled for the tenant, or its toggle 'write back passwords' is off: tagasi-cloud writeback status. Enable it with 'tagasi writeback enable' on an agent's host, or on the service's with 'tagasi-cloud writeback enable'; turn the toggle on with 'tagasi-cloud writeback set --write-back-passwords on'.");
    public static readonly Problem AgentTimeout = new("agent-timeout", "Your organisation's directory did not answer in time. Try again in a few minutes.", "The agent is connected but did not answer within its deadline. Run 'tagasi doctor' on its host.");
    public static readonly Problem OutcomeUnknown = new("outcome-unknown", "It is not known yet whether this was carried out. This page will tell you as soon as it is.", "The connection broke while the directory was writing. The agent looks at the domain controller as soon as it can; nothing is written again.");
    public static readonly Problem RequestOpen = new("request-open", "Another request for your account is not finished yet. Try again in a few minutes.", "None: an outcome that is unknown is resolved as soon as the agent can look; ten minutes later it no longer stands in the way.");
    public static readonly Problem NotCarriedOut = new("not-carried-out", "This was not carried out. Nothing was changed. Please try again.", "The request ended before the directory was asked to write: the connection or the agent stopped on the way.");
    public static readonly Problem DirectoryUnavailable = new("directory-unavailable", "Your organisation's directory cannot be reached at the moment. Nothing was changed. Try again in a few minutes.", "The agent could not reach the PDC emulator: stopped, frozen, or a firewall. Run 'tagasi doctor' on the agent's host.");
    public static readonly Problem DirectoryNotWritable = new("directory-not-writable", "Your organisation's directory cannot be changed at the moment. Nothing was changed. Your helpdesk has to mend it.", "The domain controller that was asked is a read-only one, or referred to another domain, which the agent never follows: the audit entry says which, or, where a page asked beforehand, event 5016 in the agent's log. The agent needs a writable domain controller of the user's own domain; 'tagasi doctor' shows which it finds.");
    public static readonly Problem DirectoryUntrusted = new("directory-untrusted", "Your organisation's directory cannot be reached securely. Nothing was changed. Your helpdesk has to mend it.", "The domain controller's certificate was refused: wrong authority, wrong name or expired. 'tagasi doctor' says which.");
    public static readonly Problem DirectorySignInFailed = new("directory-sign-in-failed", "Your organisation's directory cannot be used at the moment. Nothing was changed. Your helpdesk has to mend it.", "The domain controller refused the agent's own account. Check its password or keytab in the agent's settings.");
    public static readonly Problem DirectoryRights = new("directory-rights", "Your organisation's directory does not let this service do that for your account. Nothing was changed. Your helpdesk has to mend it.", "The agent's account lacks a right on the user: Reset Password, Change Password, write of lockoutTime or pwdLastSet, or to read the account. The audit entry says which, as far as it may read the permissions, or, where a page asked beforehand, event 5016 in the agent's log. Check the delegation on the OU and that the object inherits.");
    public static readonly Problem DirectoryPolicyHints = new("directory-policy-hints", "Your organisation's directory cannot be used for this. Nothing was changed. Your helpdesk has to mend it.", "The domain controller supports neither policy hints control (1.2.840.113556.1.4.2239, …2066), so that a reset would bypass history. Update it.");
    public static readonly Problem DirectoryRefused = new("directory-refused", "Your organisation's directory refused this. Nothing was changed. Your helpdesk can find out why.", "The domain controller refused for a reason outside the catalogue; the audit entry holds its words, or, where a page asked beforehand, event 5016 in the agent's log.");
    public static readonly Problem PasswordExpiresAtOnce = new("password-expires-at-once", "Your password was changed, but you will have to change it again when you sign in.", "The agent's account lacks 'Unexpire Password' on the domain: grant it.");
    public static readonly Problem Superseded = new("password-superseded", "Somebody else set the password of this account at the same time, so yours may not count. If you cannot sign in with it, set a new one.", "Two writes of the same password within seconds. The domain controller's security log says by whom.");
    public static readonly Problem MustChangeNotSet = new("must-change-not-set", "The password is set, but need not be changed at the next logon.", "The password of this user never expires, or the agent's account may not write pwdLastSet on the user. Clear the one or check the delegation, and set 'must change' by hand.");
    public static readonly Problem NotYetEverywhere = new("not-yet-everywhere", "This was carried out. It can take some minutes until it counts everywhere.", "The PDC emulator could not be reached, so another domain controller was written to (fallback). Replication brings it to the others.");

    // What the agent refuses by itself.
    public static readonly Problem TicketInvalid = new("ticket-invalid", "Something went wrong with this request. Nothing was changed. Start again.", "The ticket was not signed by the service that the agent is enrolled with, or was altered. If it happens again, enrol the agent anew and find out who sends such tickets.");
    public static readonly Problem TicketExpired = new("ticket-expired", "This took too long. Nothing was changed. Please try again.", "The ticket reached the directory after its time. If it happens often, compare the agent's clock with the service's.");
    public static readonly Problem TicketReplayed = new("ticket-replayed", "This request was already handled, or a newer one came before it. Start again.", "A ticket came twice, or after a newer one for the same account. The first was carried out as reported; this one was not.");
    public static readonly Problem EnvelopeUnreadable = new("envelope-unreadable", "Something went wrong with this request. Nothing was changed. Start again.", "The envelope was not sealed to this agent for this ticket: altered, moved from another request, or sealed to an old key.");
    public static readonly Problem RecipientUnknown = new("recipient-unknown", "This was not carried out, to be on the safe side. Nothing was changed. Do not use the password that you typed, here or elsewhere, and tell your helpdesk.", "The password was sealed to a key of an agent that the agent asked does not know. If it is yours, put its key into knownAgents; if not, somebody has put in a key of his own: 'tagasi-cloud agent list' shows all, and 'agent revoke' shuts one out.");
    public static readonly Problem RateLimited = new("agent-rate-limited", "Your organisation's directory is being asked for too many changes at the moment. Try again in a few minutes.", "The agent's own limit (limits.resetsPerFiveMinutes) was reached; every operation that writes counts. If you did not expect so many, find out who asks for them.");
    public static readonly Problem WrongPasswordLimited = new("agent-wrong-password-limited", "Too many wrong passwords. Try again later, or set a new password without the current one.", "The agent lets no more wrong passwords through, so that nobody can lock the account from outside: three in half an hour or in the directory's own window, whichever is longer.");

    // The portal.
    public static readonly Problem SessionExpired = new("session-expired", "This recovery has ended or expired. Start again.", "None.");
    public static readonly Problem CookiesRefused = new("cookies-refused", "Your browser refused the cookie that this page needs. Allow cookies for this site and start again.", "None.");
    public static readonly Problem CodeWrong = new("code-wrong", "This code is not right. Check the newest message and try again.", "None.");
    public static readonly Problem TooManyTries = new("too-many-tries", "Too many wrong codes, so the code is no longer good.", "None: five wrong codes end a recovery.");
    public static readonly Problem TooManyRequests = new("too-many-requests", "Too many requests. Wait a few minutes and try again.", "The portal's limit for one address or one account was reached.");
    public static readonly Problem NameInvalid = new("name-invalid", "Enter your user name in the form name@organisation, such as anna@example.com; not DOMAIN\\name.", "None.");
    public static readonly Problem InputInvalid = new("input-invalid", "The request could not be read. Start again.", "The browser sent something that this version of the portal does not send. A stale page, or somebody trying.");
    public static readonly Problem InternalError = new("internal-error", "Something went wrong on our side. Try again in a few minutes.", "A fault in the service. Its log has it under the correlation id.");

    // Agents and the service.
    public static readonly Problem EnrolmentCodeInvalid = new("enrolment-code-invalid", "The enrolment code is not valid, was used before, or is older than 15 minutes.", "Make a new code at the service: tagasi-cloud agent code.");
    public static readonly Problem ServiceKeyMismatch = new("service-key-mismatch", "The service's key is not the one that the agent expects.", "The address leads to another service, or something between pretends to be it. Check the address; if the service's key was really replaced, enrol the agent anew.");
    public static readonly Problem ServiceUnreachable = new("service-unreachable", "The service cannot be reached.", "Check the address, the proxy and that outbound HTTPS (443) is open.");
    public static readonly Problem AgentUnknown = new("agent-unknown", "The service does not know this agent.", "It was revoked, or enrolled with another service. Enrol it anew.");
    public static readonly Problem AgentKeyUnsigned = new("agent-key-unsigned", "The agent's sealing key is not signed by the agent.", "If the agent is up to date, something between it and the service has put in a key of its own: find out what ends TLS on the way, such as a proxy with an authority of its own.");
    public static readonly Problem AgentWaiting = new("agent-waiting", "The agent gets no requests until the organisation's other agents know it.", "'tagasi-cloud agent list' says whom it waits for. Put each one's key, compared on its own host, into knownAgents of the other's agent.json and restart both. An agent that is not yours, or is no more, is to be revoked: tagasi-cloud agent revoke.");
    public static readonly Problem UnlockNotAllowed = new("unlock-not-allowed", "Your organisation does not unlock accounts alone. Set a new password, which also unlocks.", "Unlocking without a reset is turned off for the tenant: tagasi-cloud writeback set.");
    public static readonly Problem OperationUnsupported = new("operation-unsupported", "Your organisation's directory cannot do this yet. Set a new password instead, or ask your helpdesk.", "The connected agents of the user's domain are older than this operation. Update them.");
    public static readonly Problem AgentTooOld = new("agent-too-old", "The agent is older than the service allows.", "Update the agent. The service's settings name the oldest version that it takes (agents.minimumVersion), and a built-in floor counts if that is newer.");
    public static readonly Problem AdministratorRequired = new("administrator-required", "Only a cloud administrator of this organisation may do this.", "Sign in with an account that was made with 'tagasi-cloud admin create' for this tenant. Accounts that are synchronized from Active Directory, and administrators of other tenants, may not.");
    public static readonly Problem AdministratorSignInFailed = new("administrator-sign-in-failed", "Name or password is not right.", "Check the name and the password. 'tagasi-cloud admin create' makes a cloud administrator.");
    public static readonly Problem ProtocolUnsupported = new("protocol-unsupported", "Agent and service do not speak the same protocol version.", "Update the older of the two.");
    public static readonly Problem SettingsInvalid = new("settings-invalid", "The settings file has faults.", "Mend the lines that are listed.");

#pragma warning restore CS1591

    /// <summary>The whole catalogue, by code.</summary>
    public static IReadOnlyDictionary<string, Problem> All { get; } = typeof(Problems)
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => field.GetValue(null)).OfType<Problem>()
        .ToDictionary(problem => problem.Code, StringComparer.Ordinal);

    /// <summary>The entry for a code that came over the wire; a code from a newer peer is an internal error here.</summary>
    public static Problem ByCode(string code) => All.GetValueOrDefault(code, InternalError);
}
