#!/usr/bin/env bash
# Builds the Debian packages of a release: one per service and one for what they share, judged by lintian.
#
#   build.sh [--revision N] [FOLDER]   N is the 1 of version 0.1.0-1; FOLDER is build/release/packages if not given
# Installs what it needs from Debian (through sudo when not root). Set DEBFULLNAME and DEBEMAIL to say who maintains them.
set -euo pipefail
root=$(dirname "$(dirname "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")")")
# shellcheck source=../lib/common.sh
. "$root/deploy/lib/common.sh"

revision=1
folder=$root/build/release/packages
while [ $# -gt 0 ]; do
  case $1 in
    --revision) revision=${2:?which revision?}; shift 2 ;;
    -*) sed -n '2,/^set -/{/^set -/d;s/^# \{0,1\}//;p}' "$0"; exit 2 ;;
    *) folder=$(realpath -m "$1"); shift ;;
  esac
done

"$root/deploy/lib/packages.sh" ensure build packages
cd "$root"
# The same sources make the same packages, whenever that is.
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2> /dev/null || stat -c %Y CHANGELOG.md)}
export SOURCE_DATE_EPOCH
maintainer=()
[ -z "${DEBEMAIL:-}" ] || maintainer=(-D "PIZZA_MAINTAINER=${DEBFULLNAME:-Where\'s My Pizza} <$DEBEMAIL>")
cmake --preset release -U PIZZA_MAINTAINER "${maintainer[@]}" > /dev/null
cmake --build --preset release --target \
  order-service kitchen-worker tracking-service notification-subscriber restaurant-system
mkdir -p "$folder"
(cd build/release && cpack -G DEB -D CPACK_DEBIAN_PACKAGE_RELEASE="$revision" -B "$folder" > cpack.log 2>&1) ||
  { show_log build/release/cpack.log 30; die "cpack failed (whole log: build/release/cpack.log)"; }
rm -rf "$folder/_CPack_Packages"
lintian --allow-root --fail-on error "$folder"/*"-${revision}_"*.deb
(cd "$folder" && ls -sh -- *"-${revision}_"*.deb)
