#!/usr/bin/env bash
# Sets up what is missing and runs every test: the process agent's, then the server's against the real engine.
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# Testcontainers would fetch a helper image of its own to clean up; no registry is needed without it.
export TESTCONTAINERS_RYUK_DISABLED=true TESTCONTAINERS_CHECKS_DISABLE=true

step() {
  local started=$SECONDS
  say "$1"
  "${@:2}" || fail "$1: failed."
  say "$1: passed in $((SECONDS - started)) s"
}

# beside NAME COMMAND...: starts a step that mostly waits; what it prints is kept for `join`.
beside() {
  BESIDE_NAME=$1
  BESIDE_LOG=$(mktemp)
  (step "$@") >"$BESIDE_LOG" 2>&1 &
  BESIDE_PID=$!
  # Also where another step fails before its end.
  trap join EXIT
}

# Waits for the step that runs beside, shows what it printed, and fails as it did.
join() {
  local status=0
  trap - EXIT
  wait "$BESIDE_PID" || status=$?
  cat "$BESIDE_LOG" >&2
  rm -f "$BESIDE_LOG"
  ((status == 0)) || fail "$BESIDE_NAME: failed."
}

native_tests() { make -C docker/launcher test && make -C docker/agent test; }

need gcc gcc libc6-dev
need make make
need mvn maven
need python3 python3
need ip iproute2
need losetup mount
need curl curl ca-certificates
# The browser that looks at previews.
need chromium chromium
need bwrap bubblewrap
# A store of their own for the tests of what servers share.
need redis-server redis-server
set_up
"$ROOT/scripts/images.sh" test-postgres test-redis
"$ROOT/scripts/gvisor.sh"
cd "$ROOT"
# Maven on the JDK that the code is for: Surefire looks into the classes itself when several JVMs share them.
# How the sources are laid out is looked at where they are written, and not here.
export JAVA_HOME=$JDK
beside "the tests of launcher and process agent" native_tests
step "the server's tests" mvn -B -P '!format' -Dtest.forks=2 verify
join
step "the containment gate" scripts/gate.sh
say "all tests passed in $SECONDS s"
