# shellcheck shell=bash
# dcs.sh (sourced by lab): starting, stopping, freezing and asking domain controllers.
#
# A DC is a pid namespace. The pid file holds the host's pid of its first process and the namespace's id, which
# together cannot be mistaken for a later process; when the first process ends, the kernel ends all others.

# pid_of DC: prints the host's pid of its first process, or fails
pid_of() {
  local pid namespace
  read -r pid namespace 2>/dev/null < "$STATE/dc/$1/pid" || return 1
  [ "$(readlink "/proc/$pid/ns/pid" 2>/dev/null)" = "$namespace" ] && echo "$pid"
}

# to_all SIGNAL DC: sends it to every process of the DC
to_all() {
  local pid; pid=$(pid_of "$2") || die "$2 is not running"
  pgrep --ns "$pid" --nslist pid | xargs -r kill "-$1" 2>/dev/null || true
}

start_dc() {
  dc "$1"
  pid_of "$1" >/dev/null && return 0
  ! (exec 3<>"/dev/tcp/$IP/389") 2>/dev/null || die "something else listens on $IP:389 (a lab with another TAGASI_LAB_STATE?)"
  # The shell, not samba, is the first process: it reaps the orphans.
  setsid unshare --mount --propagation private --pid --fork bash "$HERE/view.sh" "$1" \
    sh -c 'samba --foreground --model=prefork --no-process-group; exit $?' </dev/null >>"$DIR/log/stdout" 2>&1 9>&- &
  disown
}

# wait_dc DC: until it answers on every port. ldapsearch comes last and checks the certificate too.
wait_dc() {
  dc "$1"
  # shellcheck disable=SC2016
  inside "$1" timeout 30 bash -c '
    for port in 53 88 135 389 464 636 3268; do
      until (exec 3<>"/dev/tcp/$0/$port") 2>/dev/null; do sleep 0.05; done
    done
    until timeout 4 ldapsearch -LLL -x -H "ldaps://$1" -b "" -s base dnsHostName >/dev/null 2>&1; do sleep 0.05; done' \
    "$IP" "$FQDN" || { tail -n 5 "$DIR"/log/{stdout,log.samba} >&2; die "$1 does not answer on $IP"; }
}

stop_dc() {
  local pid _; pid=$(pid_of "$1") || return 0
  to_all CONT "$1"
  pkill -TERM -P "$pid" 2>/dev/null || true
  for _ in {1..60}; do pid_of "$1" >/dev/null || return 0; sleep 0.05; done
  kill_dc "$1"
}

kill_dc() {
  local pid; pid=$(pid_of "$1") || return 0
  kill -KILL "$pid" 2>/dev/null || true
  while pid_of "$1" >/dev/null; do sleep 0.01; done
}

# each FUNCTION DC...: on all of them at once
each() {
  local function=$1 name pid pids=(); shift
  for name in "$@"; do "$function" "$name" & pids+=($!); done
  for pid in "${pids[@]}"; do wait "$pid" || exit 1; done
}

start_all() { local name; for name in "${NAMES[@]}"; do start_dc "$name"; done; each wait_dc "${NAMES[@]}"; }

# as_admin DC ldapsearch|ldapmodify...: timeout, because libldap waits for ever for a frozen DC's TLS handshake
as_admin() {
  dc "$1"
  inside "$1" timeout 5 "$2" -x -H "ldaps://$FQDN" -D "Administrator@$DOMAIN" -y "$STATE/secrets/admin.password" "${@:3}"
}

pdc_of() { dc "$1"; as_admin "$1" ldapsearch -LLL -o ldif-wrap=no -b "$BASE" -s base fSMORoleOwner | sed -n 's/^fSMO.*Settings,CN=\([^,]*\),.*/\L\1/p'; }

# replicates FROM TO: a change made on one DC of north arrives at the other
replicates() {
  local mark _; mark="$1 $(date +%s%N)"; dc "$1"
  printf 'dn: OU=Groups,%s\nchangetype: modify\nreplace: description\ndescription: %s\n' "$BASE" "$mark" |
    as_admin "$1" ldapmodify >/dev/null || return 1
  for _ in {1..100}; do
    as_admin "$2" ldapsearch -LLL -b "OU=Groups,$BASE" -s base description 2>/dev/null | grep -qF "$mark" && return 0
    sleep 0.1
  done
  return 1
}

# srv DC ADDRESS NAME: the targets of an SRV record, according to the DNS server at ADDRESS
srv() {
  inside "$1" python3 -c 'import sys, dns.resolver
asked = dns.resolver.Resolver(configure=False)
asked.nameservers = [sys.argv[1]]
print(*sorted(f"{r.target}:{r.port}" for r in asked.resolve(sys.argv[2], "SRV")))' "$2" "$3"
}
