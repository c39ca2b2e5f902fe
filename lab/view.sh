#!/usr/bin/env bash
# view.sh DC CMD... - runs CMD in the lab's root as if on the machine DC. Started by root.sh and dcs.sh in a mount
# namespace of its own. Files under the state directory and /lab (this folder) have the same content inside.
set -euo pipefail
dc=$STATE/dc/$1; shift
root=$STATE/root
# As process 1 of a new pid namespace this is a DC starting: note the pid the host knows it by. /proc is still the host's.
if [ $$ = 1 ]; then
  read -r pid _ < /proc/self/stat
  echo "$pid $(readlink "/proc/$pid/ns/pid")" > "$dc/pid"
fi
over() { mount --bind "$1" "$root$2"; }
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
mount -t tmpfs tmpfs "$root/run"       # smbd, winbindd and ldapi look for each other in /run/samba, whatever smb.conf says
over "$STATE" "$STATE"
over "$HERE" /lab
over "$STATE/hosts" /etc/hosts
over "$STATE/krb5.conf" /etc/krb5.conf
over "$dc/resolv.conf" /etc/resolv.conf
over "$dc/smb.conf" /etc/samba/smb.conf
over "$dc/lib" /var/lib/samba
over "$dc/log" /var/log/samba
mkdir -p "$root/run/samba"
export PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 LDAPTLS_CACERT=$STATE/pki/ca.pem KRB5_CONFIG=/etc/krb5.conf
exec chroot "$root" "$@"
