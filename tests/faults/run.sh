#!/usr/bin/env bash
# Seeds the faults of faults.txt one at a time into a copy of the sources, builds the tests and wants
# them to fail. `all` runs every fault, `share` every thirty-third, a NAME or pattern those.
set -euo pipefail
cd "$(dirname "$0")/../.."
which=${1:-all}
. scripts/setup.sh
root=$PWD
work=build/faults/tree
# What is seeded into is a copy taken now, so that work can go on meanwhile.
clean=build/faults/clean
mkdir -p "$work"
copy() { for part in src tests bench cmake CMakeLists.txt; do rm -rf "${work:?}/$part"; cp -a "$part" "$work/$part"; done; }
copy
rm -rf "$clean" && mkdir -p "$clean" && cp -a "$work"/{src,tests} "$clean"
# What an interrupted run built from a faulty source must not pass for built.
find "$work"/{src,tests} -type f -exec touch {} +
# Built as the tests are, at the same depth and with their paths, so that the compiler's cache has it all.
build=$work/build/release
build() {
  (cd "$work" && CCACHE_BASEDIR=$root ninja -C build/release crosscheck_test language_test unit_test ledger_test faults_test) >build/faults/build.log 2>&1
}
# What a fault leaves unused is not what is to catch it.
printf '#!/bin/sh\nccache "$@" 2>/dev/null || exec "$@" -Wno-error\n' >build/faults/compile
chmod +x build/faults/compile
cmake -S "$work" -B "$build" -G Ninja -DCMAKE_CXX_COMPILER_LAUNCHER="$root/build/faults/compile" -DENTENTE_WERROR=ON -DENTENTE_SOURCE_DIR="$root" >/dev/null
build || { tail -n 20 build/faults/build.log; exit 1; }

# In two halves, one a core.
crosscheck() {
  export ENTENTE_CROSSCHECK_PROGRAMS=3999 ENTENTE_CROSSCHECK_TEXTS=20 ENTENTE_PANELS=100
  seq 0 1 | GTEST_TOTAL_SHARDS=2 xargs -P 2 -I {} env GTEST_SHARD_INDEX={} timeout 600 $build/tests/crosscheck_test --gtest_brief=1
}

# Whether all tests that faults in this file are held against pass; without a file, all there are.
passes() {
  case ${1:-} in src/ledger/*|"")
    timeout 100 $build/tests/ledger_test --gtest_brief=1 >build/faults/test.log 2>&1 &&
      timeout 200 $build/tests/faults_test --gtest_brief=1 >>build/faults/test.log 2>&1 || return 1 ;;
  esac
  case ${1:-} in src/ledger/*) return 0 ;; esac
  timeout 100 $build/tests/language_test --gtest_brief=1 >build/faults/test.log 2>&1 &&
    crosscheck >>build/faults/test.log 2>&1 &&
    timeout 100 $build/tests/unit_test --gtest_brief=1 --gtest_filter='Checker*:Equations*' >>build/faults/test.log 2>&1
}
# A suite that fails anyway would catch everything; a share is run where all tests have just passed, as
# ENTENTE_TESTED says of any other.
[ "$which" = share ] || [ -n "${ENTENTE_TESTED:-}" ] || passes 2>/dev/null || { echo "the tests fail without a fault"; tail -n 20 build/faults/test.log; exit 1; }

caught=0
missed=""
number=0
while IFS= read -r line; do
  case $line in \#*|"") continue ;; esac
  number=$((number + 1))
  name=${line%%|*}
  case $which in
    all) ;;
    share) [ $((number % 33)) -eq 3 ] || continue ;;
    # A pattern, such as `reading-*`, runs all that match it.
    *) [[ $name == $which ]] || continue ;;
  esac
  rest=${line#*|}
  file=${rest%%|*}
  rest=${rest#*|}
  cp -a "$clean/$file" "$work/$file"
  FROM=${rest%%|*} TO=${rest#*|} perl -0pi -e '
    BEGIN { for ($from = $ENV{FROM}, $to = $ENV{TO}) { s/\{or\}/||/g; s/\\n/\n/g } }
    $n = s/\Q$from\E/$to/; END { exit($n ? 0 : 3) }' "$work/$file" || { echo "fault $name: its place is gone"; exit 1; }
  touch "$work/$file"
  if ! build; then
    echo "fault $name does not compile"; tail -n 5 build/faults/build.log; exit 1
  fi
  if passes "$file" 2>/dev/null; then
    missed="$missed $name"
    echo "missed: $name"
  else
    caught=$((caught + 1))
    [ "$which" = share ] || echo "caught: $name"
  fi
  cp -p "$clean/$file" "$work/$file"
  touch "$work/$file"
done < "$clean/tests/faults/faults.txt"
echo "seeded faults: $caught caught, $(echo "$missed" | wc -w) missed"
[ -z "$missed" ]
