#!/usr/bin/env bash
# Measures the server against baselines taken beside it in the same run.
#   scripts/bench.sh NAME...   these benchmarks; without a name, says which there are
#   scripts/bench.sh all       every one
# Standard output is one JSON line per figure, standard error is notes for people; docs/benchmarks.md says what they mean.
# BENCH_ROUNDS (5) is the number of rounds whose median is told.
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

readonly BENCH_SOURCES=$ROOT/src/test/java/ai/bharatbuild/bench
readonly BENCH_STAMP=$ROOT/target/bench.compiled
readonly BENCH_CLASSPATH=$ROOT/target/bench.classpath

build_benchmarks() {
  if [[ ! -f $BENCH_CLASSPATH || $ROOT/pom.xml -nt $BENCH_CLASSPATH ]]; then
    need mvn maven
    (cd "$ROOT" && mvn -q -B dependency:build-classpath -Dmdep.includeScope=test -Dmdep.outputFile="$BENCH_CLASSPATH" >&2) \
      || fail "the benchmarks' libraries could not be found."
  fi
  if [[ ! -f $BENCH_STAMP || -n $(find "$ROOT/pom.xml" "$BENCH_SOURCES" -newer "$BENCH_STAMP" -print -quit) ]]; then
    need mvn maven
    say "compiling the benchmarks"
    (cd "$ROOT" && mvn -q -B test-compile >&2) || fail "the benchmarks do not compile; the lines above say why."
    touch "$BENCH_STAMP"
  fi
}

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
build_benchmarks
server_command
! wants zip || need zip zip >&2
# Without an engine the benchmarks themselves say so; installing one is not a measurement's business.
if wants create-latency create-burst exec-latency exec-rate exec-stream sse-fanout && engine_answers; then
  "$ROOT/scripts/images.sh" node >&2
fi

# All but the java command itself and the jar.
flags=("${SERVER_COMMAND[@]:1:${#SERVER_COMMAND[@]}-3}")
read -ra code_flags <<<"$(jvm_flags)"
exec "$JDK/bin/java" "${code_flags[@]}" -Xms512m -Xmx2g \
  -Dbench.java="${SERVER_COMMAND[0]}" -Dbench.flags="${flags[*]}" -Dbench.jar="$JAR" -Dbench.target="$ROOT/target" \
  -cp "$ROOT/target/test-classes:$(<"$BENCH_CLASSPATH")" ai.bharatbuild.bench.Bench "$@"
