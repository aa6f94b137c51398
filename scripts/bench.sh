#!/usr/bin/env bash
# Measures the server against baselines taken beside it in the same run.
#   scripts/bench.sh NAME...   these benchmarks; without a name, says which there are
#   scripts/bench.sh all       every one
# Standard output is one JSON line per figure, standard error is notes for people; docs/benchmarks.md says what they mean.
# BENCH_ROUNDS (5) is the number of rounds whose median is told.
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# wants WORD...: whether one of the benchmarks asked for is among these words.
wants() {
  local name
  for name in "${NAMES[@]}"; do
    [[ " $* all " != *" $name "* ]] || return 0
  done
  return 1
}

NAMES=("$@")
find_jdk
# The server's build prints to standard output where it fails, and that is for figures only.
build_server >&2
build_aot_cache >&2
build_tests src/test/java/ai/bharatbuild/bench
server_command
! wants zip || need zip zip >&2
! wants pty-echo || need python3 python3 >&2
# Without an engine the benchmarks themselves say so; installing one is not a measurement's business.
if wants create-latency create-burst exec-latency exec-rate exec-stream pty-echo sse-fanout && engine_answers; then
  "$ROOT/scripts/images.sh" node >&2
fi

! wants oneshot || "$ROOT/scripts/launcher.sh" >&2

# All but the java command itself and the jar.
flags=("${SERVER_COMMAND[@]:1:${#SERVER_COMMAND[@]}-3}")
read -ra code_flags <<<"$(jvm_flags)"
exec "$JDK/bin/java" "${code_flags[@]}" -Xms512m -Xmx2g \
  -Dbench.java="${SERVER_COMMAND[0]}" -Dbench.flags="${flags[*]}" -Dbench.jar="$JAR" -Dbench.target="$ROOT/target" \
  -cp "$ROOT/target/test-classes:$ROOT/target/classes:$(<"$TEST_CLASSPATH")" ai.bharatbuild.bench.Bench "$@"
