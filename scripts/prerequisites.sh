# What building, testing and the demo need on Debian 12 or 13; installs what is missing. To be sourced.
# need dotnet node browser lab …: each name is one thing that a script cannot do without.

# What is written by the scripts and programs under them may be changed by nobody else: an agent refuses settings that may be.
umask 022

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }

apt_fresh=no
# apt's and dpkg's own talk is shown when they fail, and only then.
quietly() { local out code=0; out=$(mktemp); "$@" >"$out" 2>&1 || { code=$?; cat "$out" >&2; }; rm -f "$out"; return $code; }
apt_update() { [ $apt_fresh = yes ] || { quietly as_root apt-get update -q && apt_fresh=yes; }; }
apt_install() { apt_update && quietly as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$@"; }

need() {
  local what
  for what in "$@"; do
    "need_$what" || { echo "Could not install what '$what' stands for in scripts/prerequisites.sh." >&2; return 1; }
  done
}

# ICU for cultures, GSSAPI for the agent's Kerberos, OpenSSL for certificates. ldconfig is on root's path alone.
need_base() {
  local missing=() icu
  command -v openssl >/dev/null || missing+=(openssl)
  command -v curl >/dev/null || missing+=(curl ca-certificates)
  /sbin/ldconfig -p | grep libgssapi_krb5.so.2 >/dev/null || missing+=(libgssapi-krb5-2)
  if ! /sbin/ldconfig -p | grep libicuuc >/dev/null; then
    # Its name carries a version, which apt knows once it has its lists.
    apt_update || return 1
    icu=$(apt-cache search --names-only '^libicu[0-9]+$' | cut -d' ' -f1 | sort -V | tail -n 1)
    [ -n "$icu" ] || { echo "apt knows no libicu: is Debian's main archive among its sources?" >&2; return 1; }
    missing+=("$icu")
  fi
  [ ${#missing[@]} = 0 ] || apt_install "${missing[@]}"
}

# The SDK from Microsoft's own packages, as they document it for Debian.
need_dotnet() {
  dotnet --list-sdks 2>/dev/null | grep >/dev/null '^10\.' && return 0
  need_base || return 1
  echo "installing the .NET 10 SDK from packages.microsoft.com" >&2
  local release deb; release=$(. /etc/os-release && echo "$VERSION_ID"); deb=$(mktemp --suffix .deb)
  curl -fsSL "https://packages.microsoft.com/config/debian/$release/packages-microsoft-prod.deb" -o "$deb" && quietly as_root dpkg -i "$deb"
  rm -f "$deb"; apt_fresh=no; apt_install dotnet-sdk-10.0
}

# Builds the portal's script and style; 18 is what Debian 12 has.
need_node() {
  local missing=()
  [ "$(node --version 2>/dev/null | sed 's/^v\([0-9]*\).*/\1/')" -ge 18 ] 2>/dev/null || missing+=(nodejs)
  command -v npm >/dev/null || missing+=(npm)
  [ ${#missing[@]} = 0 ] || apt_install "${missing[@]}"
}

need_browser() { command -v chromium >/dev/null || apt_install chromium fonts-dejavu-core; }

# Moves an agent's clock in the tests.
need_faketime() { command -v faketime >/dev/null || apt_install faketime; }

# Tries on the bugs that the simulator must find.
need_patch() { command -v patch >/dev/null || apt_install patch; }
