#!/usr/bin/env bash
# Plays fifty tasks with a scripted model on a real server with real sandboxes: right and wrong solutions, repairs, broken
# answers, cancels and kills. No network and no key is needed.
#   scripts/harness.sh                                       everything
#   scripts/harness.sh --scenario SCENARIO... [TASK...]      those scenarios, and these tasks
#   scripts/harness.sh --list                                what there is
# Prints a scoreboard, and fails where a run did not come to what it must; docs/agents.md says what it counts.
# What the harness itself logs goes to target/harness.log.
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

readonly LOG=$ROOT/target/harness.log

find_jdk
if [[ " $* " != *" --list "* ]]; then
  "$ROOT/scripts/engine.sh"
  "$ROOT/scripts/images.sh"
  "$ROOT/scripts/launcher.sh"
fi
build_tests src/main src/test/java/ai/bharatbuild/harness src/test/java/ai/bharatbuild/it src/test/resources/harness
read -ra flags <<<"$(jvm_flags)"
status=0
"$JDK/bin/java" "${flags[@]}" -Xmx1g -cp "$ROOT/target/test-classes:$ROOT/target/classes:$(<"$TEST_CLASSPATH")" \
  ai.bharatbuild.harness.Harness "$@" 2>"$LOG" || status=$?
((status == 0)) || tail -n 1 "$LOG" >&2
exit "$status"
