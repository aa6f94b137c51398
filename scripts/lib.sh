# shellcheck shell=bash
# Shared by the scripts beside it; sourced, never run. Messages say what is missing and what to do.

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
readonly ROOT
readonly JAR=$ROOT/target/bharatbuild.jar
readonly TEST_CLASSPATH=$ROOT/target/tests.classpath
readonly MIN_JDK=25

say() { printf '%s\n' "==> $*" >&2; }

fail() {
  printf '%s\n' "error: $1" "${@:2}" >&2
  exit 1
}

have() { command -v "$1" >/dev/null 2>&1; }

# Runs a command as root: directly, or through sudo when somebody else runs the script.
as_root() {
  if [[ $EUID -eq 0 ]]; then
    "$@"
  elif have sudo; then
    sudo "$@"
  else
    fail "this needs root: $*" "Run the script as root, or install sudo."
  fi
}

is_debian() { [[ -r /etc/debian_version ]] && have apt-get; }

# need COMMAND PACKAGE...: makes sure of a command, installing Debian's packages for it where that is possible.
need() {
  local command=$1
  shift
  have "$command" && return
  is_debian || fail "'$command' is missing." "Install it with your system's package manager (on Debian: apt-get install $*)."
  install_packages "$@"
  have "$command" || fail "'$command' is still missing after installing $*."
}

install_packages() {
  say "installing $* from Debian's packages"
  local log
  log=$(mktemp)
  if ! { as_root apt-get update -qq && as_root env DEBIAN_FRONTEND=noninteractive \
      apt-get install -y -qq --no-install-recommends "$@"; } >"$log" 2>&1; then
    tail -n 20 "$log" >&2
    fail "could not install $*; the lines above say why (whole log: $log)."
  fi
  rm -f "$log"
}

# Debian's daemons and debootstrap live where an ordinary user's PATH does not look.
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin

# Prints the major version of the JDK in a folder, or nothing; reads its release file, as starting java is slow.
jdk_major() {
  [[ -x $1/bin/java && -x $1/bin/javac && -r $1/release ]] || return 0
  sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release"
}

# Sets JDK to a JDK that is new enough.
find_jdk() {
  local home major on_path=
  have javac && on_path=$(dirname "$(dirname "$(readlink -f "$(command -v javac)")")")
  for home in "${JAVA_HOME:-}" "$on_path" /usr/lib/jvm/* "${HOME:-}"/.sdkman/candidates/java/* "${HOME:-}"/.jdks/* /opt/*jdk*; do
    [[ -n $home ]] || continue
    major=$(jdk_major "$home")
    if [[ -n $major && $major -ge $MIN_JDK ]]; then
      # shellcheck disable=SC2034 # used by the scripts that source this
      JDK=$home
      # Where Maven's own search for toolchains does not look, this name tells it.
      export JAVA25_HOME=$home
      return
    fi
  done
  fail "no JDK $MIN_JDK or newer was found (looked at JAVA_HOME, the PATH, /usr/lib/jvm, ~/.sdkman, ~/.jdks, /opt)." \
    "Debian 12 has none in its packages: install one, for example Eclipse Temurin $MIN_JDK, and put it under /usr/lib/jvm" \
    "or set JAVA_HOME to its folder. Maven itself may go on running on an older one."
}

# The server is told of another engine by DOCKER_SOCKET; the command line must speak to the same one.
[[ -z ${DOCKER_SOCKET:-} || -n ${DOCKER_HOST:-} ]] || export DOCKER_HOST=unix://$DOCKER_SOCKET

engine_answers() { have docker && docker version --format '{{.Server.APIVersion}}' >/dev/null 2>&1; }

# The flags that the code itself needs are named once, in the build, and used by its tests too.
jvm_flags() { sed -n 's|.*<jvm.flags>\(.*\)</jvm.flags>.*|\1|p' "$ROOT/pom.xml"; }

# True when the jar is missing or anything that goes into it is newer.
build_is_stale() {
  [[ -f $JAR && -d $ROOT/target/lib ]] || return 0
  [[ -n $(find "$ROOT/pom.xml" "$ROOT/src/main" "$ROOT/conf" -newer "$JAR" -print -quit 2>/dev/null) ]]
}

build_server() {
  build_is_stale || return 0
  need mvn maven
  say "building the server (the first time fetches its libraries)"
  (cd "$ROOT" && mvn -q -B -DskipTests package) || fail "the build failed; the lines above say why."
  # Maven leaves a jar alone when nothing in it changed; its time would make the next start build again.
  touch "$JAR"
}

# build_tests FOLDER...: compiles the tests where one of the folders is newer than the last time, and leaves the names of the
# tests' libraries in TEST_CLASSPATH.
build_tests() {
  local stamp
  stamp=$ROOT/target/tests-$(printf '%s' "$*" | cksum | cut -d' ' -f1).compiled
  if [[ ! -f $TEST_CLASSPATH || $ROOT/pom.xml -nt $TEST_CLASSPATH ]]; then
    need mvn maven
    (cd "$ROOT" && mvn -q -B dependency:build-classpath -Dmdep.includeScope=test -Dmdep.outputFile="$TEST_CLASSPATH" >&2) \
      || fail "the tests' libraries could not be found."
  fi
  if [[ ! -f $stamp || -n $(cd "$ROOT" && find pom.xml "$@" -newer "$stamp" -print -quit) ]]; then
    need mvn maven
    say "compiling the tests"
    (cd "$ROOT" && mvn -q -B test-compile >&2) || fail "the tests do not compile; the lines above say why."
    touch "$stamp"
  fi
}

# Sets SERVER_COMMAND to what starts the server. Needs find_jdk and build_server first.
server_command() {
  local flags cache
  read -ra flags <<<"$(jvm_flags) ${JAVA_FLAGS:-}"
  cache=$(aot_cache_file)
  [[ ! -f $cache ]] || flags+=("-XX:AOTCache=$cache")
  # shellcheck disable=SC2034 # used by the scripts that source this
  SERVER_COMMAND=("$JDK/bin/java" "${flags[@]}" -jar "$JAR")
}

# A cache is good for one JDK only, so its name has that JDK in it.
aot_cache_file() { printf '%s/target/bharatbuild-%s.aot' "$ROOT" "$(cksum <"$JDK/release" | cut -d' ' -f1)"; }

# Runs the server once for a moment, so that the JVM can keep what it loaded and linked; later starts take less than
# half the time. Without this cache everything works, only slower, so a failure here is not one of the script.
build_aot_cache() {
  local cache work flags pid i
  cache=$(aot_cache_file)
  [[ ! -f $cache || $JAR -nt $cache ]] || return 0
  say "preparing the server for fast starts"
  work=$(mktemp -d)
  : >"$work/log"
  read -ra flags <<<"$(jvm_flags)"
  # Nothing of a server that may be running is touched: this one has other ports and other files. It may ask the engine
  # where one answers, as the code for that is much of what a start loads: sandboxes go by the place of their server's
  # files, so it finds none, and it makes none.
  (cd "$work" && exec env PORT=0 METRICS_PORT=-1 JOBS_BASE_PATH="$work/jobs" WARM_POOL_MAX=0 \
    "$JDK/bin/java" "${flags[@]}" -XX:AOTCacheOutput="$work/cache" -jar "$JAR") >"$work/log" 2>&1 &
  pid=$!
  for ((i = 0; i < 300; i++)); do
    ! grep -q 'is ready on' "$work/log" || break
    kill -0 "$pid" 2>/dev/null || break
    sleep 0.1
  done
  train "$work/log"
  kill "$pid" 2>/dev/null || true
  wait "$pid" || true
  rm -f "$ROOT"/target/bharatbuild-*.aot
  if [[ -s $work/cache ]]; then
    mv "$work/cache" "$cache"
  else
    say "this did not work and was left out; starts take longer (log: $ROOT/target/aot.log)"
    cp "$work/log" "$ROOT/target/aot.log"
  fi
  rm -rf "$work"
}

# What a starting server is asked first.
train() {
  local address page
  address=$(sed -n 's|.*is ready on \(http://[^ ]*\).*|\1|p' "$1")
  [[ -n $address ]] && have curl || return 0
  for page in /health /openapi.json /api/v1/jobs; do
    curl -s -m 5 -o /dev/null "$address$page" || true
  done
}

# Disks of their own for workspaces; the server does without them (and says so in /health) where they cannot be.
need_volumes() {
  ! is_debian || [[ $EUID -ne 0 ]] || need mkfs.ext4 e2fsprogs
}

# Everything that the server needs, in the order in which a failure is cheapest to find.
set_up() {
  find_jdk
  need_volumes
  "$ROOT/scripts/engine.sh"
  "$ROOT/scripts/images.sh"
  "$ROOT/scripts/launcher.sh"
}
