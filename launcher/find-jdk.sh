# find_jdk: prints the home of a JDK 25 or newer, or says how to get one. Sourced by the launchers.

jdk_version() { # $1 home; prints the feature version, or nothing
  [ -x "$1/bin/java" ] && [ -x "$1/bin/javac" ] && [ -r "$1/release" ] || return 0
  sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release"
}

find_jdk() {
  on_path=$(command -v javac 2>/dev/null || true)
  [ -z "$on_path" ] || on_path=$(dirname -- "$(dirname -- "$(readlink -f -- "$on_path")")")
  for home in "${JAVA_HOME:-}" "$on_path" /usr/lib/jvm/* /opt/java/* /opt/jdk* "${HOME:-/nonexistent}"/.sdkman/candidates/java/* "${HOME:-/nonexistent}"/.jdks/*; do
    [ -n "$home" ] || continue
    version=$(jdk_version "$home")
    if [ -n "$version" ] && [ "$version" -ge 25 ]; then
      printf '%s\n' "$home"
      return 0
    fi
  done
  cat >&2 <<'TEXT'
Tandem needs a JDK 25 or newer, and none was found (JAVA_HOME, the PATH, /usr/lib/jvm, ~/.sdkman).
  Debian 13:  apt-get install openjdk-25-jdk        (or Temurin 25 from adoptium.net: temurin-25-jdk)
  then:       export JAVA_HOME=/usr/lib/jvm/...     if it lies elsewhere
TEXT
  return 1
}
