# Sourced by ./run, ./test and .ci/run: installs what is missing, and configures builds.
# Debian 12, as root or with sudo. Reasons for each package: docs/dependencies.md.

entente_packages="g++ cmake ninja-build ccache pkg-config libfmt-dev libcli11-dev nlohmann-json3-dev libcmark-dev libsodium-dev libssl-dev libsqlite3-dev libpq-dev libgtest-dev libbenchmark-dev strace"

# entente_install PACKAGE...: installs those that are not there.
entente_install() {
  missing=""
  for package in "$@"; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q "install ok installed" || missing="$missing $package"
  done
  [ -z "$missing" ] && return 0
  as_root=""
  [ "$(id -u)" -eq 0 ] || as_root="sudo"
  echo "installing:$missing" >&2
  $as_root apt-get update -qq >&2 || true
  # shellcheck disable=SC2086
  DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends $missing >/dev/null
}

# entente_build DIR TARGET [cmake options...]: configures and builds quietly; says so on stderr.
entente_build() {
  dir=$1
  target=$2
  shift 2
  log=$dir/build.log
  mkdir -p "$dir"
  # So that a copy of the sources under build/ finds what was compiled of them here.
  export CCACHE_BASEDIR=$PWD
  if ! cmake -S . -B "$dir" -G Ninja -DCMAKE_CXX_COMPILER_LAUNCHER=ccache -DENTENTE_WERROR=ON "$@" >"$log" 2>&1 ||
     ! ninja -C "$dir" "$target" >>"$log" 2>&1; then
    tail -n 40 "$log" >&2
    echo "the build failed; the whole log is $log" >&2
    return 1
  fi
}

# entente_suites DIR LOG: runs the tests of a build, two things at a time; what they say goes to LOG and on.
# The crosscheck, which takes longest, is dealt out in shards; the others run one after another, since
# some of them end the database's server.
entente_shards=9
entente_suites() {
  suites_status=0
  { echo others; seq 0 $((entente_shards - 1)); } |
    xargs -P 2 -I {} bash -c '. scripts/setup.sh; entente_suite "$0" "$1" {}' "$1" "$2" || suites_status=1
  for suite in others $(seq 0 $((entente_shards - 1))); do
    tee -a "$2" <"$2.$suite"
    rm "$2.$suite"
  done
  return $suites_status
}

# entente_suite DIR LOG WHICH: one part of that, a shard of the crosscheck or all others.
entente_suite() {
  suite_status=0
  if [ "$3" = others ]; then
    for suite in "$1"/tests/*_test; do
      case $suite in */crosscheck_test) continue ;; esac
      "$suite" --gtest_brief=1 >>"$2.$3" 2>&1 || suite_status=1
    done
  else
    GTEST_TOTAL_SHARDS=$entente_shards GTEST_SHARD_INDEX=$3 "$1/tests/crosscheck_test" --gtest_brief=1 >"$2.$3" 2>&1 || suite_status=1
  fi
  return $suite_status
}
