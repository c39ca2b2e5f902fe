"""dns.py SERVER USER%PASSWORD register FQDN IP REPLICATION-NAME | pdc FQDN

Writes the DNS records of a DC that joined (samba-tool leaves out loopback addresses, so the join registers none), and
moves the record that names the PDC emulator, which on Windows netlogon does.
"""
import sys

from samba import WERRORError, werror
from samba.credentials import Credentials
from samba.dcerpc import dnsserver
from samba.dnsserver import ARecord, CNAMERecord, SRVRecord
from samba.param import LoadParm

SITE = "Default-First-Site-Name._sites"


class Zone:
    def __init__(self, server, credentials, name):
        parameters = LoadParm()
        parameters.load_default()
        who = Credentials()
        who.guess(parameters)
        who.parse_string(credentials)
        self.server, self.name = server, name
        self.rpc = dnsserver.dnsserver(f"ncacn_ip_tcp:{server}[sign]", parameters, who)

    def update(self, name, new=None, old=None):
        def buffer(record):
            if record is None:
                return None
            held = dnsserver.DNS_RPC_RECORD_BUF()
            held.rec = record
            return held
        try:
            self.rpc.DnssrvUpdateRecord2(dnsserver.DNS_CLIENT_VERSION_LONGHORN, 0, self.server, self.name, name, buffer(new), buffer(old))
        except WERRORError as e:
            if e.args[0] not in (werror.WERR_DNS_ERROR_RECORD_ALREADY_EXISTS, werror.WERR_DNS_ERROR_RECORD_DOES_NOT_EXIST):
                raise


def service(fqdn, port):
    return SRVRecord(fqdn, port, 0, 100)


def register(domain, msdcs, fqdn, address, replication_name):
    domain.update(fqdn.split(".")[0], ARecord(address))
    domain.update(domain.name, ARecord(address))
    msdcs.update("gc", ARecord(address))
    msdcs.update(replication_name.split(".")[0], CNAMERecord(fqdn))
    for name, port in (("_ldap._tcp", 389), ("_kerberos._tcp", 88), ("_gc._tcp", 3268)):
        domain.update(name, service(fqdn, port))
        domain.update(f"{name}.{SITE}", service(fqdn, port))
    for name, port in (("_kerberos._udp", 88), ("_kpasswd._tcp", 464), ("_kpasswd._udp", 464)):
        domain.update(name, service(fqdn, port))
    for name, port in (("_ldap._tcp", 389), ("_kerberos._tcp", 88)):
        msdcs.update(f"{name}.dc", service(fqdn, port))
        msdcs.update(f"{name}.{SITE}.dc", service(fqdn, port))
    msdcs.update("_ldap._tcp.gc", service(fqdn, 3268))
    msdcs.update(f"_ldap._tcp.{SITE}.gc", service(fqdn, 3268))


def pdc(msdcs, fqdn):
    for host in ("dc1", "dc2"):
        other = f"{host}.{fqdn.split('.', 1)[1]}"
        if other != fqdn:
            msdcs.update("_ldap._tcp.pdc", old=service(other, 389))
    msdcs.update("_ldap._tcp.pdc", service(fqdn, 389))


server, credentials, verb, fqdn, *rest = sys.argv[1:]
zone = fqdn.split(".", 1)[1]
records = Zone(server, credentials, f"_msdcs.{zone}")
if verb == "register":
    register(Zone(server, credentials, zone), records, fqdn, *rest)
else:
    pdc(records, fqdn)
