#!/bin/sh
# Runs the solutions in tasks/TASK/VARIANT by TASK's commands (the files build, test, run and probe beside them), and says
# for each which one failed, or that it passed: "@@ TASK VARIANT STEP".

step() {
  [ ! -f "../$1" ] || timeout -k 5 120 sh "../$1" >../out 2>&1
}

# What serves is asked until it answers; it is given up when it ends, or after a while.
probe() {
  [ -f ../run ] || return 0
  setsid sh ../run >../out 2>&1 &
  pid=$!
  answered=1
  for _ in $(seq 50); do
    if curl -s -f -m 2 -o /dev/null "$(cat ../probe)"; then
      answered=0
      break
    fi
    kill -0 $pid 2>/dev/null || break
    sleep 0.1
  done
  kill -- -$pid 2>/dev/null
  wait $pid
  return $answered
}

check() {
  step build || { echo build; return; }
  step test || { echo test; return; }
  probe || { echo probe; return; }
  echo passed
}

for directory in tasks/*/*/; do
  (
    cd "$directory" || exit
    found=$(check)
    task=$(basename "$(dirname "$PWD")")
    echo "@@ $task $(basename "$PWD") $found"
    [ "$(basename "$PWD") $found" = "reference passed" ] || tail -n 15 ../out
  )
done
