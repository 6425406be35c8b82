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

# An AOT cache fits one JDK, one set of flags and one class path; all three are in its name. `train` writes it with the
# very flags that later use it, but for one: it leaves out the second compiler. A cache that remembers what that one
# compiled has it do so again at each start, which took 2 of 5 s of CPU.
# Archives are mapped where they want to be: moving them elsewhere patches, and so copies, all of their pages.
common="-XX:+UnlockDiagnosticVMOptions -XX:ArchiveRelocationMode=0 -XX:+UseSerialGC -XX:+UseCompactObjectHeaders --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow"
cache() { # $1 program, $2 its own flags; prints the flags that use, or in training write, its cache
  key=$( (cat "$JAVA_HOME/release" "$TANDEM_HOME/classpath/$1" && ls -l "$TANDEM_HOME/lib" && echo "$common $2") | cksum | tr ' ' '-')
  if [ -n "${TANDEM_TRAIN:-}" ]; then
    printf '%s' "-XX:AOTCacheOutput=$TANDEM_HOME/aot/$1-$key.aot -Xlog:aot=off -Xlog:cds=off -XX:TieredStopAtLevel=1"
  elif [ -r "$TANDEM_HOME/aot/$1-$key.aot" ]; then
    printf '%s' "-XX:AOTCache=$TANDEM_HOME/aot/$1-$key.aot"
  elif [ "$1" = server ]; then
    echo "tandem: no AOT cache for this JDK, these flags and jars; starting slower without (bin/tandem train makes one)" >&2
  fi
}

case "${1:-help}" in
  server)
    shift
    # Few malloc arenas: with one per thread the C library keeps tens of megabytes that nobody uses.
    MALLOC_ARENA_MAX="${MALLOC_ARENA_MAX:-2}"
    export MALLOC_ARENA_MAX
    # A small young generation is used over and over instead of touching ever more memory; trimming returns what the
    # compilers took at the start.
    flags="-Xms32m -Xmx256m -Xmn16m -Xss512k -XX:TrimNativeHeapInterval=5000"
    # shellcheck disable=SC2046,SC2086
    exec "$JAVA_HOME/bin/java" $common $(cache server "$flags") $flags "-Dtandem.proxy.classpath=$(class_path proxy)" \
      ${TANDEM_SERVER_FLAGS:-} \
      -Dspring.aot.enabled=true -cp "$(class_path server)" dev.tandem.server.TandemServer "$@"
    ;;
  backup | restore)
    # shellcheck disable=SC2086
    exec "$JAVA_HOME/bin/java" $common -Xmx256m -cp "$(class_path server)" dev.tandem.server.platform.backup.BackupProgram "$@"
    ;;
  doctor)
    # shellcheck disable=SC2086
    exec "$JAVA_HOME/bin/java" $common -Xmx256m -cp "$(class_path server)" dev.tandem.server.platform.doctor.DoctorProgram "$@"
    ;;
  rotate-key)
    # shellcheck disable=SC2086
    exec "$JAVA_HOME/bin/java" $common -Xmx256m -cp "$(class_path server)" dev.tandem.server.platform.RotateKeyProgram "$@"
    ;;
  train)
    mkdir -p "$TANDEM_HOME/aot"
    rm -f "$TANDEM_HOME"/aot/*
    # shellcheck disable=SC2086
    exec "$JAVA_HOME/bin/java" $common -cp "$(class_path cli)" dev.tandem.cli.Tandem train
    ;;
  *)
    flags="-XX:TieredStopAtLevel=1 -Xmx192m"
    proxy=""
    [ "${1:-}" != agent ] || proxy="-Dtandem.proxy.classpath=$(class_path proxy)"
    # shellcheck disable=SC2046,SC2086
    exec "$JAVA_HOME/bin/java" $common $(cache cli "$flags") $flags $proxy \
      -cp "$(class_path cli)" dev.tandem.cli.Tandem "$@"
    ;;
esac
