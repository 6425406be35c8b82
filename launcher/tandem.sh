#!/bin/sh
# The tandem command of a distribution: picks the class path and the flags of the program that was asked for.
set -eu

self=$(readlink -f -- "$0")
TANDEM_HOME=$(CDPATH='' cd -- "$(dirname -- "$self")/.." && pwd -P)
export TANDEM_HOME
if [ -n "${TANDEM_JAVA:-}" ]; then
  JAVA_HOME=$TANDEM_JAVA
else
  . "$TANDEM_HOME/bin/find-jdk.sh"
  JAVA_HOME=$(find_jdk) || exit 2
fi
export JAVA_HOME

class_path() { # $1 program
  sed "s#^#$TANDEM_HOME/lib/#" "$TANDEM_HOME/classpath/$1" | paste -s -d:
}

# The flags are part of what an AOT cache is made for; `train` runs the very same ones.
common="-XX:+UseSerialGC -XX:+UseCompactObjectHeaders --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow"
cache() { # $1 program; prints the flags that use, or in training write, its cache
  if [ -n "${TANDEM_TRAIN:-}" ]; then
    printf '%s' "-XX:AOTCacheOutput=$TANDEM_HOME/aot/$1.aot -Xlog:aot=off -Xlog:cds=off"
  elif [ -f "$TANDEM_HOME/aot/$1.aot" ]; then
    printf '%s' "-XX:AOTCache=$TANDEM_HOME/aot/$1.aot"
  fi
}

case "${1:-help}" in
  server)
    shift
    # Few malloc arenas: with one per thread the C library keeps tens of megabytes that nobody uses.
    MALLOC_ARENA_MAX="${MALLOC_ARENA_MAX:-2}"
    export MALLOC_ARENA_MAX
    # shellcheck disable=SC2046,SC2086
    exec "$JAVA_HOME/bin/java" $common $(cache server) -Xms32m -Xmx256m -Xss512k "-Dtandem.proxy.classpath=$(class_path proxy)" \
      ${TANDEM_SERVER_FLAGS:-} \
      -cp "$(class_path server)" dev.tandem.server.TandemServer "$@"
    ;;
  train)
    unset TANDEM_TRAIN
    # shellcheck disable=SC2046,SC2086
    exec "$JAVA_HOME/bin/java" $common -cp "$(class_path cli)" dev.tandem.cli.Tandem train
    ;;
  *)
    # shellcheck disable=SC2046,SC2086
    exec "$JAVA_HOME/bin/java" $common $(cache cli) -XX:TieredStopAtLevel=1 -Xmx192m \
      -cp "$(class_path cli)" dev.tandem.cli.Tandem "$@"
    ;;
esac
