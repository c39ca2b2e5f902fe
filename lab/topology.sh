# shellcheck shell=bash
# topology.sh (sourced by lab): which domain controllers there are, the passwords, and the files each DC is configured by.

ADMINPW='Lab-Admin-1776'      # Administrator of both forests
SVCPW='Lab-Service-1776'      # every service account
USERPW='Initial-Passw0rd'     # every seeded user; 16 characters, for the strictest policy

#    name       realm          NetBIOS address
DCS="north-dc1  NORTH.EXAMPLE  NORTH   127.0.110.1
     north-dc2  NORTH.EXAMPLE  NORTH   127.0.110.2
     south-dc1  SOUTH.EXAMPLE  SOUTH   127.0.120.1"
NAMES=(north-dc1 north-dc2 south-dc1)

# dc NAME: sets NAME REALM NETBIOS IP and what follows from them
dc() {
  read -r NAME REALM NETBIOS IP < <(awk -v name="$1" '$1 == name' <<<"$DCS") || die "no such DC: '$1' (there are ${NAMES[*]})"
  DIR=$STATE/dc/$NAME
  DOMAIN=${REALM,,}
  BASE=DC=${DOMAIN//./,DC=}
  FQDN=${NAME#*-}.$DOMAIN
  ADMIN=Administrator@$REALM%$ADMINPW
}

# Everything a DC needs besides its databases.
write_dc() {
  dc "$1"
  mkdir -p "$DIR"/{lib/private,log}
  # Its own DNS first, then its partner's: a DC that is about to join has none yet.
  { echo "search $DOMAIN"; echo "nameserver $IP"
    awk -v realm="$REALM" -v ip="$IP" '$2 == realm && $4 != ip { print "nameserver " $4 }' <<<"$DCS"; } > "$DIR/resolv.conf"
  # No s3fs and no winbindd: nothing here speaks SMB, and without them a DC starts and stops faster.
  cat > "$DIR/smb.conf" <<CONF
[global]
  netbios name = ${FQDN%%.*}
  workgroup = $NETBIOS
  realm = $REALM
  server role = active directory domain controller
  server services = rpc, ldap, cldap, kdc, drepl, kcc, dns
  interfaces = $IP/8
  bind interfaces only = yes
  disable netbios = yes
  dns forwarder =
  tls keyfile = $STATE/pki/$NAME.key
  tls certfile = $STATE/pki/$NAME.pem
  tls cafile = $STATE/pki/ca.pem
  load printers = no
  prefork children = 2
  # Replicate after 1 s instead of 5, look for missed changes every 5 s instead of 300, compute the topology at once.
  dreplsrv:notify_interval = 1
  dreplsrv:periodic_interval = 5
  dreplsrv:periodic_startup_interval = 0
  kccsrv:periodic_startup_interval = 1
[sysvol]
  path = /var/lib/samba/sysvol
  read only = no
[netlogon]
  path = /var/lib/samba/sysvol/$DOMAIN/scripts
  read only = no
CONF
}

# DCs replicate under names made of their object ids. They are in hosts, so that a DC finds the others before any DNS
# answers. Written in place: running DCs have this very file mounted.
write_hosts() {
  local name
  echo "127.0.0.1 localhost" > "$STATE/hosts"
  for name in "${NAMES[@]}"; do
    dc "$name"
    echo "$IP $FQDN $(cat "$DIR/replication-name" 2>/dev/null || true)" >> "$STATE/hosts"
  done
}

write_krb5() {
  local name
  # No DNS in here: it has to work on the host too, whose resolver does not know the lab.
  printf '%s\n' '[libdefaults]' ' default_realm = NORTH.EXAMPLE' ' dns_lookup_realm = false' ' dns_lookup_kdc = false' \
    ' rdns = false' ' dns_canonicalize_hostname = false' ' udp_preference_limit = 0' '[realms]' > "$STATE/krb5.conf"
  for name in north-dc1 south-dc1; do
    dc "$name"
    echo " $REALM = {"
    awk -v realm="$REALM" '$2 == realm { print "  kdc = " $4; print "  kpasswd_server = " $4 }' <<<"$DCS"
    echo " }"
  done >> "$STATE/krb5.conf"
  printf '%s\n' '[domain_realm]' ' .north.example = NORTH.EXAMPLE' ' north.example = NORTH.EXAMPLE' \
    ' .south.example = SOUTH.EXAMPLE' ' south.example = SOUTH.EXAMPLE' >> "$STATE/krb5.conf"
}
