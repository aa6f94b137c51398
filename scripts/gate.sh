#!/usr/bin/env bash
# Attacks real sandboxes and a real server in many ways, and shows for each that it succeeds where the one defence is off.
#   scripts/gate.sh                         every case
#   scripts/gate.sh --kind KIND [CASE...]   those of a kind, and these
#   scripts/gate.sh --runtime RUNTIME       those on docker, process or server (whatever runs its sandboxes)
#   scripts/gate.sh --list                  what there is
# Prints a table, and fails where anything escaped or a control did not succeed; docs/security.md says what the cases are for.
# The server's log goes to target/gate.log.
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

readonly LOG=$ROOT/target/gate.log

find_jdk
# What the attacks need on the host: attacks on archives, disks and swap space have something to compare with.
need python3 python3
need zip zip
need bwrap bubblewrap
need losetup mount
need mkswap util-linux
if [[ " $* " != *" --list "* ]]; then
  "$ROOT/scripts/engine.sh"
  "$ROOT/scripts/images.sh"
  "$ROOT/scripts/launcher.sh"
fi
build_tests src/main src/test/java/ai/bharatbuild/gate src/test/java/ai/bharatbuild/it
read -ra flags <<<"$(jvm_flags)"
status=0
# The secret stands for whatever a server has in its environment.
GATE_SECRET=$(cksum </proc/sys/kernel/random/uuid | cut -d' ' -f1) "$JDK/bin/java" "${flags[@]}" -Xmx2g \
  -cp "$ROOT/target/test-classes:$ROOT/target/classes:$(<"$TEST_CLASSPATH")" ai.bharatbuild.gate.Gate "$@" 2>"$LOG" || status=$?
((status != 2)) || tail -n 1 "$LOG" >&2
exit "$status"
