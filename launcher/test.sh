#!/bin/sh
# The whole test suite. `test` keeps crash, load and soak tests small and seeded; `prove` runs them with full counts.
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
mode=$1
shift
counts=""
[ "$mode" = prove ] && counts="-Dtandem.prove=true"
command -v mvn >/dev/null 2>&1 || {
  echo "The tests run with Maven, and 'mvn' is not on the PATH. Debian: apt-get install maven" >&2
  exit 2
}
"$root/tandem" version >/dev/null
cd "$root"
# shellcheck disable=SC2086
exec mvn -B $counts "$@" verify
