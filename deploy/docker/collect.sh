#!/usr/bin/env bash
# Puts one executable and all it needs at run time into a folder: the root file system of its image.
#   collect.sh EXECUTABLE FOLDER
set -euo pipefail
executable=$1 root=$2
mkdir -p "$root"/{etc/ssl/certs,etc/wheres-my-pizza,run/secrets,tmp,usr/bin,usr/lib/ssl,var/lib/dpkg/status.d}
chmod 1777 "$root/tmp"
ln -s usr/lib "$root/lib"
ln -s usr/lib64 "$root/lib64"

# Line numbers for the stacks in the log stay, compressed to about a third.
objcopy --compress-debug-sections "$executable" "$root/usr/bin/${executable##*/}"

# Scanners read what is installed from here.
note_package() {
  local package
  # Some packages still name their files as they were before /lib became a link to /usr/lib.
  package=$({ dpkg-query -S "$1" || dpkg-query -S "${1#/usr}"; } 2> /dev/null | head -n 1)
  package=${package%%:*}
  [ -e "$root/var/lib/dpkg/status.d/$package" ] || dpkg-query -s "$package" > "$root/var/lib/dpkg/status.d/$package"
  install -D -m 644 -t "$root/usr/share/doc/$package" "/usr/share/doc/$package/copyright"
}

# Every library under the name that the loader asks for, and the loader itself.
while read -r library; do
  file=$(readlink -f "$library")
  install -D -m 755 "$file" "$root/usr${library#/usr}"
  note_package "$file"
done < <(ldd "$executable" | grep -oE '/[^ ]+')

cp /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/"
ln -s /etc/ssl/certs/ca-certificates.crt "$root/usr/lib/ssl/cert.pem"   # where OpenSSL looks
printf 'pizza:x:65532:65532:pizza:/nonexistent:/sbin/nologin\n' > "$root/etc/passwd"
printf 'pizza:x:65532:\n' > "$root/etc/group"
printf 'hosts: files dns\n' > "$root/etc/nsswitch.conf"
