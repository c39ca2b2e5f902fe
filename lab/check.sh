# shellcheck shell=bash
# check.sh (sourced by lab, verb check): tries out what tests and the demo rely on, then resets the lab.

FAILED=0
NEW=Check-$(date +%s)-Passw0rd
# expect WHAT PATTERN CMD...: CMD's output has to match
expect() {
  local what=$1 pattern=$2 out; shift 2
  if out=$("$@" 2>&1 </dev/null) ; [[ $out =~ $pattern ]]; then say "ok    $what"
  else say "FAIL  $what: expected /$pattern/, got: ${out:0:300}"; FAILED=1; fi
}

# as ACCOUNT DC TOOL...: an LDAP tool with a service account's simple bind over LDAPS
as() { local who=$1; dc "$2"; inside "$2" timeout 10 "$3" -x -H "ldaps://$FQDN" -D "$who@$DOMAIN" -y "$STATE/secrets/svc-tagasi.password" "${@:4}"; }
# resets ACCOUNT DC USER-RDN-AND-OU [PASSWORD]: a reset that honours policy hints, as the agent does it
resets() {
  local password=${4:-$NEW}
  dc "$2"
  inside "$2" bash -c 'ldapmodify -x -H "ldaps://$0" -D "$1" -y "$2" <<<"$3" && echo applied' \
    "$FQDN" "$1@$DOMAIN" "$STATE/secrets/svc-tagasi.password" \
    "dn: $3,$BASE
control: 1.2.840.113556.1.4.2239 true:: MAMCAQE=
changetype: modify
replace: unicodePwd
unicodePwd:: $(printf '"%s"' "$password" | iconv -t UTF-16LE | base64 -w0)
-"
}
bind_as() { dc "$1"; inside "$1" ldapsearch -LLL -x -H "ldaps://$FQDN" -D "$2@$DOMAIN" -w "$3" -s base -b "$BASE" dc; }
kerberos() {
  dc "$1"
  inside "$1" env KRB5CCNAME=/run/check KRB5_CONFIG="$STATE/krb5.conf" bash -c \
    'kinit -kt "$0" "$1" && kvno -S ldap "$2" && ldapsearch -LLL -Q -Y GSSAPI -N -H "ldap://$2" -s base -b "" dnsHostName' \
    "$STATE/secrets/svc-tagasi.${1%%-*}.keytab" "svc-tagasi@$REALM" "$FQDN"
}
certificate() { inside north-dc1 openssl verify -CAfile "$STATE/pki/ca.pem" "$STATE/pki/$1.pem"; }

ANNA="CN=Anna Aal,OU=Staff,OU=People"
reset_forests
for name in "${NAMES[@]}"; do
  expect "$name honours policy hints" 113556.1.4.2239 as svc-tagasi "$name" ldapsearch -LLL -b '' -s base supportedControl
  expect "$name: svc-tagasi signs in with its keytab and searches over GSSAPI" "dnsHostName: dc" kerberos "$name"
done
expect "both DCs name the PDC emulator" "dc1 dc1" echo "$(pdc_of north-dc1) $(pdc_of north-dc2)"
for ip in 127.0.110.1 127.0.110.2; do
  expect "DNS at $ip: PDC" "^dc1.north.example.:389$" srv north-dc1 $ip _ldap._tcp.pdc._msdcs.north.example
  expect "DNS at $ip: DCs of the site" "^dc1.north.example.:389 dc2.north.example.:389$" \
    srv north-dc1 $ip _ldap._tcp.Default-First-Site-Name._sites.dc._msdcs.north.example
done
expect "DNS of south.example" "^dc1.south.example.:389$" srv south-dc1 127.0.120.1 _ldap._tcp.dc._msdcs.south.example

expect "svc-tagasi resets anna" applied resets svc-tagasi north-dc1 "$ANNA"
expect "anna signs in with the new password" "dc: north" bind_as north-dc1 anna "$NEW"
expect "her old password is still in history: policy hints refuse it" "already used" resets svc-tagasi north-dc1 "$ANNA" "$USERPW"
expect "svc-tagasi resets in south" applied resets svc-tagasi south-dc1 "$ANNA"
expect "svc-tagasi may not reset olaf" "insufficient access" resets svc-tagasi north-dc1 "CN=olaf,OU=Outside"
expect "svc-tagasi may not reset pat.admin" "insufficient access" resets svc-tagasi north-dc1 "CN=pat.admin,OU=Staff,OU=People"
expect "svc-noreset may not reset bert" "insufficient access" resets svc-noreset north-dc1 "CN=Bert Bos,OU=Staff,OU=People"
expect "svc-nothing may not reset bert" "insufficient access" resets svc-nothing north-dc1 "CN=Bert Bos,OU=Staff,OU=People"
expect "strict needs 16 characters" "equal to or longer than 16" resets svc-tagasi north-dc1 "CN=strict,OU=Staff,OU=People" Short-Passw0rd
expect "strict's password may be reset" applied resets svc-tagasi north-dc1 "CN=strict,OU=Staff,OU=People"
expect "young's password is too young" "too young" resets svc-tagasi north-dc1 "CN=young,OU=Staff,OU=People"
expect "svc-tagasi reads PSOs" "MinimumPasswordLength: 16" as svc-tagasi north-dc1 ldapsearch -LLL \
  -b "CN=Password Settings Container,CN=System,DC=north,DC=example" cn=pso-strict msDS-MinimumPasswordLength
for user in disabled:533 locked:775 mustchange:773 accountexpired:701 passwordexpired:532; do
  expect "${user%:*} is refused with ${user#*:}" "data ${user#*:}" bind_as north-dc1 "${user%:*}" "$USERPW"
done
expect "replication north-dc1 to north-dc2" "^$" replicates north-dc1 north-dc2
expect "replication north-dc2 to north-dc1" "^$" replicates north-dc2 north-dc1
transfer_pdc north-dc2
expect "the PDC emulator moves" "dc2 dc2" echo "$(pdc_of north-dc1) $(pdc_of north-dc2)"
expect "DNS follows it" "^dc2.north.example.:389$" srv north-dc2 127.0.110.2 _ldap._tcp.pdc._msdcs.north.example
to_all STOP north-dc2
expect "a frozen DC does not answer" "^$" as_admin north-dc2 ldapsearch -LLL -b '' -s base dnsHostName
to_all CONT north-dc2
expect "a thawed one does" "dc2.north" as_admin north-dc2 ldapsearch -LLL -b '' -s base dnsHostName

expect "the certificate of localhost" OK certificate localhost
expect "the expired certificate" expired certificate expired
expect "somebody else's authority" "self-signed|verification failed" certificate other-ca

started=$(date +%s%N)
reset_forests
milliseconds=$(( ($(date +%s%N) - started) / 1000000 ))
expect "reset in less than 5 s ($milliseconds ms)" "^(.|..|...|[1-4]...)$" echo $milliseconds
expect "anna has her first password again" "dc: north" bind_as north-dc1 anna "$USERPW"
expect "the PDC emulator is back" "dc1 dc1" echo "$(pdc_of north-dc1) $(pdc_of north-dc2)"
[ $FAILED = 0 ] || die "something failed (above)"
say "all well"
