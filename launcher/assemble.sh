#!/bin/sh
# Makes the distribution folder from what Maven built: lib/*.jar, a class path for each program, bin/, AOT caches.
# Usage: assemble.sh CHECKOUT DIST. The old distribution stays whole until the new one is.
set -eu
root=$1
dist=$2
new="$dist.new"

rm -rf "$new"
mkdir -p "$new/lib" "$new/classpath" "$new/bin" "$new/aot"

for program in server cli proxy; do
  module="$root/$program"
  names=""
  for jar in "$module/target/tandem-$program"-*.jar $(tr ':' '\n' <"$module/target/classpath.txt"); do
    name=$(basename "$jar")
    [ -f "$new/lib/$name" ] || cp -p "$jar" "$new/lib/$name"
    names="$names $name"
  done
  printf '%s\n' $names >"$new/classpath/$program"
done

cp "$root/launcher/find-jdk.sh" "$new/bin/find-jdk.sh"
cp "$root/launcher/tandem.sh" "$new/bin/tandem"
cp -R "$root/sample" "$new/sample"
chmod -R a+rX "$new"
chmod +x "$new/bin/tandem"

rm -rf "$dist.old"
[ ! -d "$dist" ] || mv "$dist" "$dist.old"
mv "$new" "$dist"
rm -rf "$dist.old"

if ! "$dist/bin/tandem" train; then
  rm -f "$dist"/aot/*
  echo "No AOT cache could be made; Tandem works without, and starts slower." >&2
fi
touch "$dist/built"
