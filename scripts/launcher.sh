#!/usr/bin/env bash
# Makes sure that single commands can be run by bubblewrap: installs Debian's where it is missing, and builds the launcher.
# The server does without both, only slower, so where they cannot be had this says so and is no failure.
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

readonly LAUNCHER=$ROOT/target/launcher/launcher
readonly SOURCES=$ROOT/docker/launcher

without() {
  say "single commands will run in containers, which takes longer: $1"
  exit 0
}

stale() { [[ ! -x $LAUNCHER || -n $(find "$SOURCES" -maxdepth 1 -type f -newer "$LAUNCHER" -print -quit) ]]; }

have bwrap || is_debian || without "bubblewrap is not installed; install it with your system's package manager."
need bwrap bubblewrap
stale || exit 0
have gcc && have make || is_debian || without "the launcher needs gcc and make to be built."
need gcc gcc libc6-dev
need make make
log=$(mktemp)
make -C "$SOURCES" >"$log" 2>&1 || { tail -n 20 "$log" >&2; fail "the launcher could not be built; the lines above say why."; }
rm -f "$log"
say "built the launcher of single commands"
