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
  if ! cmake -S . -B "$dir" -G Ninja -DCMAKE_CXX_COMPILER_LAUNCHER=ccache "$@" >"$log" 2>&1 ||
     ! ninja -C "$dir" "$target" >>"$log" 2>&1; then
    tail -n 40 "$log" >&2
    echo "the build failed; the whole log is $log" >&2
    return 1
  fi
}
