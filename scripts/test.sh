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
set_up
"$ROOT/scripts/gvisor.sh"
cd "$ROOT"
step "the launcher's tests" make -C docker/launcher test
step "the process agent's tests" make -C docker/agent test
step "the server's tests" mvn -B verify
step "the containment gate" scripts/gate.sh
say "all tests passed in $SECONDS s"
