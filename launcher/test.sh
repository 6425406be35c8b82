#!/bin/sh
# The whole test suite. `test` keeps crash, load and soak tests small and seeded; `prove` runs them with full counts.
# A count of `prove` can be set by its variable (PROVE_ROUNDS=2 ./tandem prove).
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
mode=$1
shift
counts=""
if [ "$mode" = prove ]; then
  rounds=${PROVE_ROUNDS:-50}
  crashes=${PROVE_CRASHES:-30}
  tries=${PROVE_TRIES:-20000}
  requests=${PROVE_REQUESTS:-5000}
  fuzz=${PROVE_FUZZ_SECONDS:-3600}
  deployments=${PROVE_DEPLOYMENTS:-50}
  counts="-Dtandem.prove=true -Dtandem.rounds=$rounds -Dtandem.crashes=$crashes -Dtandem.tries=$tries -Dtandem.requests=$requests -Dtandem.deployments=$deployments"
fi
command -v mvn >/dev/null 2>&1 || {
  echo "The tests run with Maven, and 'mvn' is not on the PATH. Debian: apt-get install maven" >&2
  exit 2
}
# Built with all checks; what was built so is not compiled once more.
BUILD_TANDEM_WITH='' "$root/tandem" version >/dev/null
if [ -f "$root/dist/checked" ] && [ -d "$root/server/target/classes" ]; then # not after mvn clean
  counts="$counts -Dmaven.main.skip=true -Dspring-boot.aot.skip=true -Dtandem.beans=true"
fi
cd "$root"
rm -rf ./*/target/surefire-reports
code=0
# An hour on one thread goes on beside everything else, with the processor time that is left over.
# shellcheck disable=SC2086
if [ "$mode" = prove ]; then
  mvn -B -q -pl pipeline $counts test-compile
  nice -n 19 mvn -B -pl pipeline $counts -Dtandem.fuzz="$fuzz" -Dtest=FuzzTest -Dsurefire.reportNameSuffix=full \
    surefire:test >target/fuzz.log 2>&1 &
  fuzzing=$!
fi
# shellcheck disable=SC2086
mvn -B -T 2 $counts "$@" verify || code=$?
if [ "$mode" = prove ] && ! wait "$fuzzing"; then
  code=1
  cat target/fuzz.log
fi

# What ran, from the reports of this run.
find . -path '*/surefire-reports/TEST-*.xml' | while read -r report; do
  sed -n 's/^.*<testsuite .*/&/p' "$report" | head -n 1 | awk -v module="$(echo "$report" | cut -d/ -f2)" '
    function value(key) { return match($0, " " key "=\"[^\"]*\"") ? substr($0, RSTART + length(key) + 3, RLENGTH - length(key) - 4) : "" }
    { print module, value("name"), value("tests"), value("failures") + value("errors"), value("skipped"), value("time") }'
done | sort -k6 -n -r | awk '
  { tests += $3; failed += $4; skipped += $5; time += $6; if (NR <= 10) slowest[NR] = sprintf("  %7.1f s  %s %s", $6, $1, $2) }
  END {
    printf "%d tests in %d classes: %d failed, %d skipped, %.0f s in tests; the slowest:\n", tests, NR, failed, skipped, time
    for (i = 1; i <= NR && i <= 10; i++) print slowest[i]
  }'
if [ "$mode" = prove ]; then
  echo "Full counts: $rounds rounds of kill -9 at random moments, $crashes kills of an agent, $tries tries of each random property, $requests requests per change of the proxy's routes, $fuzz s of damaged pipeline configurations, $deployments deployments in a row under load."
fi
exit "$code"
