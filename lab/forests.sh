# shellcheck shell=bash
# forests.sh (sourced by lab): making the two forests from nothing, keeping them as the pristine copy, going back to it.

PRISTINE=$STATE/pristine

# Changes when what the forests are made of changes: then they are made anew.
fingerprint() { (cd "$HERE" && cat topology.sh forests.sh pki.sh seed.py dns.py | sha256sum; cat "$ROOT/.built"); }

make_forests() {
  [ "$(fingerprint)" != "$(cat "$PRISTINE/made-of" 2>/dev/null)" ] || return 0
  [ ! -e "$PRISTINE/made-of" ] || say "these scripts make the forests differently now: making them anew"
  each kill_dc "${NAMES[@]}"
  rm -rf "$STATE"/{dc,pristine,pki,secrets}
  mkdir -p "$STATE"/{dc,pristine,pki,secrets}
  local name; for name in "${NAMES[@]}"; do write_dc "$name"; done
  write_hosts
  write_krb5
  (umask 077; printf %s "$ADMINPW" > "$STATE/secrets/admin.password"; printf %s "$SVCPW" > "$STATE/secrets/svc-tagasi.password")

  step "making certificates"
  local certificates=()
  for name in "${NAMES[@]}"; do dc "$name"; certificates+=("$NAME:$FQDN,$DOMAIN"); done
  quietly inside north-dc1 bash /lab/pki.sh "$STATE/pki" "${certificates[@]}"

  step "provisioning and seeding north.example and south.example"
  each provision north-dc1 south-dc1
  write_hosts
  start_dc north-dc1
  wait_dc north-dc1
  step "joining a second DC to north.example"
  join north-dc2

  step "keeping the pristine copy"
  each stop_dc north-dc1 north-dc2
  for name in "${NAMES[@]}"; do cp -a --reflink=auto "$STATE/dc/$name/lib" "$PRISTINE/$name"; done
  give_to_caller
  fingerprint > "$PRISTINE/made-of"
}

replication_name() {
  inside "$1" ldbsearch -H /var/lib/samba/private/sam.ldb -s base objectGUID \
    -b "CN=NTDS Settings,CN=${FQDN%%.*},CN=Servers,CN=Default-First-Site-Name,CN=Sites,CN=Configuration,$BASE" |
    awk -v domain="$DOMAIN" '/^objectGUID:/ { print $2 "._msdcs." domain }' > "$DIR/replication-name"
  # Without the names this registers, other DCs cannot pull from this one (WERR_INVALID_PARAMETER).
  quietly inside "$1" samba_spnupdate
}

provision() {
  dc "$1"
  quietly inside "$1" samba-tool domain provision --realm="$REALM" --domain="$NETBIOS" --server-role=dc \
    --dns-backend=SAMBA_INTERNAL --host-name="${FQDN%%.*}" --host-ip="$IP" --adminpass="$ADMINPW"
  replication_name "$1"
  quietly inside "$1" python3 /lab/seed.py "$DOMAIN" "$USERPW" "$SVCPW"
  quietly inside "$1" samba-tool domain exportkeytab "$STATE/secrets/svc-tagasi.${NAME%%-*}.keytab" --principal="svc-tagasi@$REALM"
}

join() {
  local first=${1%-*}-dc1
  dc "$1"
  quietly inside "$1" samba-tool domain join "$DOMAIN" DC -U "$ADMIN" --server="dc1.$DOMAIN" \
    --dns-backend=SAMBA_INTERNAL
  replication_name "$1"
  write_hosts
  start_dc "$1"
  wait_dc "$1"
  dc "$1"
  quietly inside "$first" python3 /lab/dns.py "dc1.$DOMAIN" "$ADMIN" register "$FQDN" "$IP" "$(cat "$DIR/replication-name")"
  # The first DC learns of the second when it next computes the topology: do it now.
  quietly inside "$first" samba-tool drs kcc "dc1.$DOMAIN" -U "$ADMIN"
  replicates "$first" "$1" || die "$first does not replicate to $1"
  replicates "$1" "$first" || die "$1 does not replicate to $first"
  # DNS is in partitions of its own: the new DC's server has to know the new DC before this becomes the pristine state.
  dc "$1"
  local _; for _ in {1..100}; do
    [[ $(srv "$1" "$IP" "_ldap._tcp.dc._msdcs.$DOMAIN") != *"$FQDN"* ]] || return 0
    sleep 0.1
  done
  die "the DNS records of $1 do not replicate to it"
}

reset_forests() {
  [ -e "$PRISTINE/made-of" ] || die "there is no pristine copy yet: run 'lab/lab up'"
  local name
  # Killed, not stopped: their databases are thrown away.
  each kill_dc "${NAMES[@]}"
  for name in "${NAMES[@]}"; do
    rm -rf "$STATE/dc/$name/lib"
    cp -a --reflink=auto "$PRISTINE/$name" "$STATE/dc/$name/lib"
  done
  start_all
  keep_young
}

# The user young is refused for a password younger than a day. In a lab older than that, it is made young again.
keep_young() {
  [ -n "$(find "$PRISTINE/made-of" -mmin +1200)" ] || return 0
  dc north-dc1
  local value
  for value in 0 -1; do
    printf 'dn: CN=young,OU=Staff,OU=People,%s\nchangetype: modify\nreplace: pwdLastSet\npwdLastSet: %s\n' "$BASE" "$value" |
      as_admin north-dc1 ldapmodify >> "$LOG"
  done
  replicates north-dc1 north-dc2 || die "north-dc1 does not replicate to north-dc2"
}
