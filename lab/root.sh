# shellcheck shell=bash
# root.sh (sourced by lab): the lab's own Debian root with Samba, and running commands in it.
#
# Samba implements the policy hints control (1.2.840.113556.1.4.2239), without which a reset ignores password
# history and minimum age, only since 4.24. Debian 13 has that in its backports, so the lab brings its own root.
# The host gets no mounts: every command makes its own in a private mount namespace (view.sh), and they end with it.

ROOT=$STATE/root
PACKAGES=samba,samba-ad-dc,samba-ad-provision,samba-dsdb-modules,samba-vfs-modules,python3-samba,python3-dnspython
PACKAGES+=,ldb-tools,ldap-utils,libsasl2-modules-gssapi-mit,krb5-user,openssl,ca-certificates,python3-aiosmtpd

# The Debian archive this host installs from; empty until its first apt-get update.
host_mirror() {
  local uri
  uri=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' 'Label: Debian' | head -n 1)
  # Cloud images keep a list of mirrors in a file.
  case $uri in mirror+file:*) uri=${uri#mirror+file:}; uri=$(grep -m1 -oE 'https?://[^[:space:]]+' "${uri%/}");; esac
  echo "$uri"
}

install_host_tools() {
  local missing=()
  command -v mmdebstrap >/dev/null || missing+=(mmdebstrap)
  command -v pgrep >/dev/null || missing+=(procps)
  # The keyring of an old Debian 12 does not know Debian 13 yet.
  [ -e /usr/share/keyrings/debian-archive-trixie-stable.gpg ] || missing+=(debian-archive-keyring)
  if [ ${#missing[@]} -gt 0 ] || [ -z "$(host_mirror)" ]; then
    quietly apt-get update -q
  fi
  [ ${#missing[@]} = 0 ] || quietly env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${missing[@]}"
}

build_root() {
  [ "$(cat "$ROOT/.built" 2>/dev/null)" != "$PACKAGES" ] || return 0
  step "installing what the host needs (mmdebstrap)" "is this Debian 12 or 13, and does 'apt-get update' work?"
  install_host_tools
  step "building a Debian 13 root with Samba in $ROOT (about a minute)" \
    "is the Debian mirror reachable? TAGASI_LAB_MIRROR=URL names another one"
  local mirror=${TAGASI_LAB_MIRROR:-$(host_mirror)} pin proxy=
  [ -n "$mirror" ] || die "the apt sources of this host name no Debian mirror: set TAGASI_LAB_MIRROR=URL"
  eval "$(apt-config shell proxy Acquire::http::Proxy)"
  # Backports from the first install on: an upgrade inside the root loses files that moved between packages.
  pin='Package: *\nPin: release n=trixie-backports\nPin-Priority: 900\n'
  rm -rf "$ROOT"
  quietly mmdebstrap --variant=minbase --include="$PACKAGES" ${proxy:+--aptopt="Acquire::http::Proxy \"$proxy\""} \
    --setup-hook="mkdir -p \"\$1/etc/apt/preferences.d\"; printf '$pin' > \"\$1/etc/apt/preferences.d/backports\"" \
    trixie "$ROOT" "deb $mirror trixie main" "deb $mirror trixie-backports main"
  # What view.sh mounts over has to exist.
  mkdir -p "$ROOT$STATE" "$ROOT/lab"
  touch "$ROOT"/etc/{hosts,resolv.conf,krb5.conf}
  echo "$PACKAGES" > "$ROOT/.built"
  say "$(chroot "$ROOT" samba --version)"
}

# inside DC CMD...: runs CMD in the root, seeing names, Kerberos realms and Samba's files as that DC sees them.
inside() { unshare --mount --propagation private bash "$HERE/view.sh" "$@"; }
