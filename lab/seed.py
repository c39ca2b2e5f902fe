"""seed.py DOMAIN USER-PASSWORD SERVICE-PASSWORD

Fills a freshly provisioned domain, offline on its database: policy, organisational units, users, groups, password
settings objects (PSOs), and the rights of the service accounts. README.md lists the result. South gets the first part.
"""
import sys
import time

import ldb
from samba import dsdb
from samba.auth import system_session
from samba.dcerpc import security
from samba.ndr import ndr_pack, ndr_unpack
from samba.param import LoadParm
from samba.samdb import SamDB

domain, user_password, service_password = sys.argv[1:]
parameters = LoadParm()
parameters.load_default()
db = SamDB(lp=parameters, session_info=system_session(parameters))
base = str(db.domain_dn())
settings = f"CN=Password Settings Container,CN=System,{base}"

DAY = 86400 * 10**7                     # in AD's units of 100 ns; durations are stored negative
NORMAL, DISABLED, NEVER_EXPIRES = 512, 514, 66048


def ad_time(seconds):
    return str(int((seconds + 11644473600) * 10**7))


def named(rdn, parent):
    """The DN of a child, with the characters escaped that need it."""
    dn = ldb.Dn(db, parent)
    dn.add_child(ldb.Dn(db, "CN=x"))
    dn.set_component(0, "CN", rdn)
    return dn


def modify(dn, controls=(), **values):
    message = ldb.Message(dn if isinstance(dn, ldb.Dn) else ldb.Dn(db, dn))
    for name, value in values.items():
        message[name] = ldb.MessageElement(value, ldb.FLAG_MOD_REPLACE, name)
    db.modify(message, list(controls))


def account(sam, where, password, cn=None, upn=None, flags=NORMAL, **more):
    dn = named(cn or sam, f"{where},{base}")
    db.add({"dn": dn, "objectClass": "user", "sAMAccountName": sam, "userPrincipalName": f"{upn or sam}@{domain}",
            "displayName": cn or sam, "unicodePwd": f'"{password}"'.encode("utf-16-le"), "userAccountControl": str(flags), **more})
    return dn


def person(sam, where="OU=Staff,OU=People", upn=None, **more):
    return account(sam, where, user_password, upn=upn, mail=f"{upn or sam}@{domain}", otherMailbox=f"{sam}@recovery.example", **more)


def group(name, *members):
    dn = named(name, f"OU=Groups,{base}")
    db.add({"dn": dn, "objectClass": "group", "sAMAccountName": name, **({"member": [str(m) for m in members]} if members else {})})
    return dn


def join_group(name, member):
    modify_member = ldb.Message(ldb.Dn(db, f"CN={name},CN=Users,{base}"))
    modify_member["member"] = ldb.MessageElement(str(member), ldb.FLAG_MOD_ADD, "member")
    db.modify(modify_member)


def descriptor(dn):
    found = db.search(dn, scope=ldb.SCOPE_BASE, attrs=["nTSecurityDescriptor"])
    return ndr_unpack(security.descriptor, found[0]["nTSecurityDescriptor"][0])


def grant(dn, *aces):
    """Puts the ACEs first in the object's DACL."""
    sid = security.dom_sid(db.get_domain_sid())
    sddl = descriptor(dn).as_sddl(sid)
    first = sddl.index("(", sddl.index("D:"))
    modify(dn, nTSecurityDescriptor=ndr_pack(security.descriptor.from_sddl(sddl[:first] + "".join(aces) + sddl[first:], sid)))


def sid_of(dn):
    return str(ndr_unpack(security.dom_sid, db.search(dn, scope=ldb.SCOPE_BASE, attrs=["objectSid"])[0]["objectSid"][0]))


def protect(dn):
    """What SDProp does within an hour on Windows and never on Samba: AdminSDHolder's security descriptor, not inheriting."""
    held = descriptor(f"CN=AdminSDHolder,CN=System,{base}")
    held.type |= security.SEC_DESC_DACL_PROTECTED
    modify(dn, adminCount="1", nTSecurityDescriptor=ndr_pack(held))


def pso(name, precedence, applies_to, min_length=10, history=5, min_age=0, lockout_minutes=30):
    db.add({"dn": named(name, settings), "objectClass": "msDS-PasswordSettings", "msDS-PasswordSettingsPrecedence": str(precedence),
            "msDS-PasswordReversibleEncryptionEnabled": "FALSE", "msDS-PasswordComplexityEnabled": "TRUE",
            "msDS-MinimumPasswordLength": str(min_length), "msDS-PasswordHistoryLength": str(history),
            "msDS-MinimumPasswordAge": str(-min_age * DAY), "msDS-MaximumPasswordAge": str(-90 * DAY),
            "msDS-LockoutThreshold": "5", "msDS-LockoutObservationWindow": str(-30 * 60 * 10**7),
            "msDS-LockoutDuration": str(-lockout_minutes * 60 * 10**7), "msDS-PSOAppliesTo": str(applies_to)})


# [MS-ADTS] 5.1.3.2.1 (extended rights) and the schemaIDGUIDs of the attributes and of the class user.
USER = "bf967aba-0de6-11d0-a285-00aa003049e2"
RESET_PASSWORD = "00299570-246d-11d0-a768-00aa006e0529"
CHANGE_PASSWORD = "ab721a53-1e2f-11d0-9819-00aa0040529b"
UNEXPIRE_PASSWORD = "ccc2dc7d-a6ad-4a7a-8846-c04e3cc53501"
LOCKOUT_TIME = "28630ebf-41d5-11d1-a9c1-0000f80367c1"
PWD_LAST_SET = "bf967a0a-0de6-11d0-a285-00aa003049e2"


def delegate(sid, reset=True):
    """The rights Microsoft documents for password writeback, on users below OU=People."""
    on_users = [("RPWP", LOCKOUT_TIME), ("RPWP", PWD_LAST_SET)] + ([("CR", RESET_PASSWORD)] if reset else [])
    grant(f"OU=People,{base}", *(f"(OA;CIIO;{right};{what};{USER};{sid})" for right, what in on_users))
    grant(base, f"(OA;CI;CR;{UNEXPIRE_PASSWORD};;{sid})")
    # PSOs are readable by administrators only; the agent reads them to tell the user the rules.
    grant(settings, f"(A;CI;RPLCLORC;;;{sid})")


def policy_and_units():
    # Minutes and days: 5 wrong passwords within 30 minutes lock for 30 minutes.
    modify(base, minPwdLength="10", pwdHistoryLength="5", minPwdAge="0", maxPwdAge=str(-90 * DAY), pwdProperties="1",
           lockoutThreshold="5", lockoutDuration=str(-30 * 60 * 10**7), lockOutObservationWindow=str(-30 * 60 * 10**7))
    for unit in ("OU=Groups", "OU=Service Accounts", "OU=People", "OU=Staff,OU=People", "OU=Students,OU=People", "OU=Outside"):
        db.add({"dn": f"{unit},{base}", "objectClass": "organizationalUnit"})


def service_accounts():
    for name in ("svc-tagasi", "svc-noreset", "svc-nothing"):
        dn = account(name, "OU=Service Accounts", service_password, flags=NEVER_EXPIRES)
        if name != "svc-nothing":
            delegate(sid_of(dn), reset=name == "svc-tagasi")


def people(students):
    members = [person("anna", cn="Anna Aal"), person("bert", cn="Bert Bos")]
    members += [person(f"stud{i:02}", "OU=Students,OU=People") for i in range(1, students + 1)]
    group("tagasi-users", *members)
    person("olaf", "OU=Outside")
    admin = person("pat.admin")
    join_group("Domain Admins", admin)
    protect(admin)


def awkward_names():
    """Names that break naive handling of DNs, filters, UTF-8 and lengths."""
    person("comma", cn="Smith, John (ext)")
    person("plus", cn="Jones + Jones")
    person("hash", cn="Number#Five")
    person("leadinghash", cn="#Hashtag")
    person("backslash", cn="Back\\slash")
    person("quotes", cn='Dwayne "Rock" J')
    person("equals", cn="a=b")
    person("slash", cn="Sales/Marketing")
    person("star", cn="Star * (all)")
    person("umlauts", cn="Ödön Äö Õun")
    person("emoji", cn="Grinning 😀 Face")
    person("ohara", cn="Scarlett O'Hara", upn="o'hara")
    person("longcn", cn="L" * 64)
    person("longupn", upn="u" * 64)
    person("trailing", cn="Trailing Space ")


def account_states():
    now = time.time()
    unhashed = [f"local_oid:{dsdb.DSDB_CONTROL_BYPASS_PASSWORD_HASH_OID}:0"]    # lets pwdLastSet be any time
    person("disabled", flags=DISABLED)
    locked = person("locked")
    modify(locked, lockoutTime=ad_time(now), badPwdCount="5", badPasswordTime=ad_time(now))
    pso("pso-locked", 30, locked, lockout_minutes=0)        # the domain's rules, but locked until somebody unlocks
    modify(person("mustchange"), pwdLastSet="0")
    person("neverexpires", flags=NEVER_EXPIRES)
    grant(person("cannotchange"), *(f"(OD;;CR;{CHANGE_PASSWORD};;{who})" for who in ("PS", "WD")))
    person("accountexpired", accountExpires=ad_time(now - 86400))
    modify(person("passwordexpired"), unhashed, pwdLastSet=ad_time(now - 100 * 86400))
    strict = person("strict")
    modify(strict, unhashed, pwdLastSet=ad_time(now - 10 * 86400))
    pso("pso-strict", 10, group("pso-strict-users", strict), min_length=16, history=12, min_age=1)
    pso("pso-young", 20, person("young"), min_age=1)


def administrators():
    nested = group("tier-zero-operators", person("nested.admin"))
    join_group("Domain Admins", group("tier-zero", nested))
    protect(person("stale.admin"))      # was an administrator once; on Windows, too, the stamp stays


whole = domain == "north.example"
db.transaction_start()
policy_and_units()
service_accounts()
people(students=40 if whole else 3)
if whole:
    awkward_names()
    account_states()
    administrators()
db.transaction_commit()
