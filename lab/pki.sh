#!/usr/bin/env bash
# pki.sh DIR NAME:HOST,HOST... - runs inside the root: makes the lab's certificate authority and a server certificate
# NAME.pem for each argument, and what tests need to see certificates refused.
set -euo pipefail
cd "$1"; shift
umask 022

new_key() { (umask 077; openssl genpkey -quiet -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1.key"); }

# authority FILE SUBJECT
authority() {
  new_key "$1"
  openssl req -x509 -new -key "$1.key" -days 3650 -subj "/CN=$2" -out "$1.pem" \
    -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign
}

# server FILE HOSTS VALIDITY...: signed by the lab's authority; an address becomes an IP name
server() {
  local file=$1 names='' n; local -a hosts; IFS=, read -ra hosts <<<"$2"; shift 2
  for n in "${hosts[@]}"; do
    case $n in *:*|[0-9]*) names+=",IP:$n";; *) names+=",DNS:$n";; esac
  done
  new_key "$file"
  openssl req -new -key "$file.key" -subj "/CN=${hosts[0]}" |
    openssl x509 -req -CA ca.pem -CAkey ca.key "$@" -out "$file.pem" -extfile <(
      printf 'subjectAltName=%s\nextendedKeyUsage=serverAuth\nbasicConstraints=CA:FALSE\n' "${names#,}")
}

authority ca "Tagasi lab CA"
authority other-ca "Somebody else's CA"
# The form in which OpenSSL, and .NET's LDAP client on Linux, take a directory of trusted authorities.
mkdir -p trusted
cp ca.pem "trusted/$(openssl x509 -hash -noout -in ca.pem).0"
for certificate in "$@"; do server "${certificate%%:*}" "${certificate#*:}" -days 825; done
server localhost localhost,127.0.0.1,::1 -days 825
server wrong-name elsewhere.example -days 825
server expired dc1.north.example,north.example -not_before 20200101000000Z -not_after 20210101000000Z
