#!/usr/bin/env bash
# Drives the main job against a running server with curl alone: a Vite project goes into a job, is installed, tested and
# built in a sandbox with live output, is previewed, comes out as a ZIP, and is built once more from that ZIP.
# Fails unless each of these really happened.
#   scripts/demo.sh                     that
#   scripts/demo.sh --prompt "PROMPT"   from a prompt instead: agents plan, write, install, build, test and run a project, which is
#                                       then previewed and comes out as a ZIP; without a language model it is a template
# Settings: BASE_URL (default http://127.0.0.1:8000), EXAMPLE (the project's
# folder, default docs/examples/react-vite), KEEP=1 (leave the jobs for a look around).
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

BASE_URL=${BASE_URL:-http://127.0.0.1:8000}
BASE_URL=${BASE_URL%/}
API=$BASE_URL/api/v1
EXAMPLE=${EXAMPLE:-$ROOT/docs/examples/react-vite}
PREVIEW_WAIT_SECONDS=60
# Times are cut out of EPOCHREALTIME, whose decimal mark follows the locale.
export LC_NUMERIC=C

PROMPT=
case ${1:-} in
  '') ;;
  --prompt) PROMPT=${2:-} ;;
  *) fail "unknown argument: $1" "Use scripts/demo.sh, or scripts/demo.sh --prompt \"a todo app in React\"." ;;
esac
[[ $# -eq 0 || -n $PROMPT ]] || fail "--prompt needs what is to be made, such as --prompt \"a todo app in React\"."

WORK=$(mktemp -d)
JOBS=()

# --- talking to the server -------------------------------------------------------------------------------------------

# Removes what the demo made, also after a failure; the exit status stays what it was.
clean_up() {
  local job
  for job in "${JOBS[@]}"; do
    if [[ ${KEEP:-} == 1 ]]; then
      printf 'kept: %s/jobs/%s\n' "$API" "$job"
    else
      curl -s -o "$WORK/deleted" -X DELETE "$API/containers/$job" || true
      curl -s -o "$WORK/deleted" -X DELETE "$API/jobs/$job" || true
    fi
  done
  rm -rf "$WORK"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# call METHOD URL [curl arguments]: the answer goes to $WORK/body; anything but 2xx ends the demo with what the server said.
call() {
  local method=$1 url=$2 status
  shift 2
  status=$(curl -sS -X "$method" -o "$WORK/body" -w '%{http_code}' "$@" "$url") ||
    fail "$method $url: the connection failed."
  [[ $status == 2?? ]] || fail "$method $url answered $status:" "$(cat "$WORK/body")"
}

call_json() { call "$1" "$2" -H 'Content-Type: application/json' --data-binary "$3"; }

# member NAME FILE: the first string, number or word with that name in a JSON file, or nothing. Enough for the flat members
# read here.
member() {
  { grep -o "\"$1\" *: *\(\"[^\"]*\"\|[-a-z0-9.]*\)" "$2" || true; } | head -n 1 | sed 's/^[^:]*: *//; s/^"//; s/"$//'
}

# expect NAME WANTED: checks a member of the last answer.
expect() {
  local got
  got=$(member "$1" "$WORK/body")
  [[ $got == "$2" ]] || fail "expected $1 to be '$2', got '$got' in:" "$(cat "$WORK/body")"
}

# A file's text as a JSON string.
json_string() {
  local text
  # The x keeps the newlines at the end, which $(...) would drop.
  text=$(cat "$1" && printf x)
  text=${text%x}
  text=${text//\\/\\\\}
  text=${text//\"/\\\"}
  text=${text//$'\n'/\\n}
  text=${text//$'\r'/\\r}
  text=${text//$'\t'/\\t}
  printf '"%s"' "$text"
}

# A relative path as it stands in a URL.
url_path() {
  local LC_ALL=C path=$1 i char
  for ((i = 0; i < ${#path}; i++)); do
    char=${path:i:1}
    case $char in
      [a-zA-Z0-9./_~-]) printf '%s' "$char" ;;
      *) printf '%%%02X' "'$char" ;;
    esac
  done
}

# --- telling the user ------------------------------------------------------------------------------------------------

now_ms() { printf '%s' "$((${EPOCHREALTIME/./} / 1000))"; }

STARTED=$(now_ms)
STEP_STARTED=$STARTED

step() { STEP_STARTED=$(now_ms); }

# ok TEXT: one line with the time since the step began.
ok() {
  local ms=$(($(now_ms) - STEP_STARTED))
  printf '%4d.%03d s  %s\n' $((ms / 1000)) $((ms % 1000)) "$1"
  step
}

# --- running commands in the sandbox ---------------------------------------------------------------------------------

# Reads an event stream: output goes to stdout as it comes, the exit event to $WORK/exit, anything that is no event
# (a problem document) to $WORK/problem.
print_events() {
  local line json text_pattern='"data" *: *"(([^"\\]|\\.)*)"'
  while IFS= read -r line || [[ -n $line ]]; do
    line=${line%$'\r'}
    case $line in
      'data:'*) json=${line#data:} ;;
      'id:'* | 'event:'* | 'retry:'* | ':'* | '') continue ;;
      *)
        printf '%s\n' "$line" >>"$WORK/problem"
        continue
        ;;
    esac
    if [[ $json =~ \"type\"\ *:\ *\"(stdout|stderr|error)\" && $json =~ $text_pattern ]]; then
      # All other escapes of JSON are printf's, too.
      printf '%b' "${BASH_REMATCH[1]//'\"'/'"'}"
    elif [[ $json =~ \"type\"\ *:\ *\"exit\" ]]; then
      printf '%s\n' "$json" >"$WORK/exit"
    fi
  done
}

# run_in JOB COMMAND: runs it with its output on the terminal and ends the demo unless it succeeded.
run_in() {
  local job=$1 command=$2 status=0
  rm -f "$WORK/exit" "$WORK/problem"
  printf '           $ %s\n' "$command"
  printf '%s' "$command" >"$WORK/command"
  curl -sSN --fail-with-body -X POST -H 'Content-Type: application/json' \
    --data-binary "{\"command\":$(json_string "$WORK/command"),\"timeout\":600}" "$API/containers/$job/exec" |
    print_events | sed -u 's/^/           | /' || status=$?
  [[ ! -s $WORK/problem ]] || fail "'$command' was not run:" "$(cat "$WORK/problem")"
  [[ -s $WORK/exit ]] || fail "the output of '$command' ended without an exit event (curl: $status)."
  [[ $(member success "$WORK/exit") == true && $(member data "$WORK/exit") == 0 ]] ||
    fail "'$command' failed: $(cat "$WORK/exit")"
}

# new_job NAME: sets JOB.
new_job() {
  call_json POST "$API/jobs/create" "{\"project_name\":\"$1\"}"
  JOB=$(member job_id "$WORK/body")
  [[ -n $JOB ]] || fail "the new job has no id:" "$(cat "$WORK/body")"
  JOBS+=("$JOB")
  expect status generating
}

new_sandbox() {
  call_json POST "$API/containers/$1/create" '{"project_type":"node","config":{"memory_limit":"1g","cpu_limit":2}}'
  expect status running
}

# upload JOB FOLDER: sends every file of the folder as it is, but not what is installed or built. Sets COUNT.
upload() {
  local job=$1 folder=$2 path
  COUNT=0
  while IFS= read -r -d '' path; do
    call PUT "$API/jobs/$job/raw/$(url_path "$path")" -H 'Content-Type: application/octet-stream' \
      --data-binary "@$folder/$path"
    COUNT=$((COUNT + 1))
  done < <(project_files "$folder")
  ((COUNT > 0)) || fail "there is nothing to upload in $folder."
}

project_files() {
  (cd "$1" && find . \( -path ./node_modules -o -path ./dist \) -prune -o -type f -printf '%P\0' | sort -z)
}

unpack() {
  if have unzip; then
    unzip -q "$1" -d "$2"
  elif have python3; then
    python3 -m zipfile -e "$1" "$2"
  else
    fail "nothing to unpack a ZIP with: install unzip."
  fi
}

# --- looking at the preview ------------------------------------------------------------------------------------------

# preview URL [curl arguments]: a request to the preview's origin. It goes to the server's own address, since not every
# resolver knows names below localhost, and keeps the cookie that a ticket in the address is turned into.
preview() {
  local url=$1 server=${BASE_URL#*://}
  shift
  [[ $server =~ :[0-9]+$ ]] || server+=:
  curl -sS -L --connect-to "::$server" -b "$WORK/cookies" -c "$WORK/cookies" "$@" "$url"
}

# wait_for_preview JOB EXEC: sets PREVIEW once the app's page is there; gives up when its server ended or after a while.
wait_for_preview() {
  local job=$1 exec_id=$2 deadline=$(($(now_ms) + PREVIEW_WAIT_SECONDS * 1000)) status=none
  while (($(now_ms) < deadline)); do
    call GET "$API/containers/$job/preview"
    PREVIEW=$(member preview_url "$WORK/body")
    if [[ $(member status "$WORK/body") == running ]]; then
      status=$(preview "$PREVIEW" -o "$WORK/page.html" -w '%{http_code}') || status=none
      [[ $status == 200 ]] && return
    fi
    call GET "$API/containers/$job/execs/$exec_id"
    [[ $(member state "$WORK/body") == running ]] || fail_with_output "$job" "$exec_id" "the app's server ended early."
    sleep 0.2
  done
  fail_with_output "$job" "$exec_id" "nothing at $PREVIEW after $PREVIEW_WAIT_SECONDS s (last status: $status)."
}

fail_with_output() {
  curl -sN -m 5 "$API/containers/$1/execs/$2/events" | print_events >"$WORK/output" || true
  fail "$3" "Its output was:" "$(tail -n 20 "$WORK/output")"
}

# Checks that the page is the built one: the title of the sources, and a script that is, byte by byte, the one in dist/.
check_preview() {
  local job=$1 asset origin
  grep -q '<title>Task board</title>' "$WORK/page.html" ||
    fail "the preview is not the project's page:" "$(head -c 2000 "$WORK/page.html")"
  asset=$(grep -o 'assets/index-[A-Za-z0-9_-]*\.js' "$WORK/page.html" | head -n 1) ||
    fail "the page names no built script:" "$(cat "$WORK/page.html")"
  [[ $PREVIEW =~ ^https?://[^/]+ ]] || fail "the preview's address is no URL: $PREVIEW"
  origin=${BASH_REMATCH[0]}
  preview "$origin/$asset" --fail -o "$WORK/served.js" || fail "$origin/$asset cannot be loaded."
  [[ -s $WORK/served.js ]] || fail "$origin/$asset is empty."
  call GET "$API/jobs/$job/raw/dist/$asset"
  cmp -s "$WORK/served.js" "$WORK/body" || fail "$origin/$asset is not the file that the build wrote."
  ASSET=$asset
}

check_redirect() {
  local answer
  answer=$(curl -sS -o "$WORK/body" -w '%{http_code} %{redirect_url}' "$API/preview/$1/")
  [[ $answer == "307 http"*"//$1."* ]] || fail "$API/preview/$1/ should lead to the preview, but answered: $answer"
}

# --- from a prompt ---------------------------------------------------------------------------------------------------

# Reads a run's events and tells them; the last one goes to $WORK/end.
print_run() {
  local line type
  while IFS= read -r line; do
    line=${line%$'\r'}
    case $line in
      'data:'*) printf '%s\n' "${line#data:}" >"$WORK/event" ;;
      'id:'* | ':'* | '') continue ;;
      *)
        printf '%s\n' "$line" >>"$WORK/problem"
        continue
        ;;
    esac
    type=$(member type "$WORK/event")
    case $type in
      status) printf '%s\n' "$(member message "$WORK/event")" ;;
      plan) printf '  plan by %s: %s\n' "$(member author "$WORK/event")" "$(member name "$WORK/event")" ;;
      file) printf '  %s %s (%s bytes)\n' "$(member action "$WORK/event")" "$(member path "$WORK/event")" "$(member bytes "$WORK/event")" ;;
      command) printf '  $ %s\n' "$(member line "$WORK/event")" ;;
      command_end) tell_command ;;
      probe) printf '  port %s answered %s\n' "$(member port "$WORK/event")" "$(member status "$WORK/event")" ;;
      fixing) printf '  repairing: %s\n' "$(member message "$WORK/event")" ;;
      complete | failed | cancelled) cp "$WORK/event" "$WORK/end" ;;
    esac
  done
}

tell_command() {
  local passed
  if [[ $(member cause "$WORK/event") == serving ]]; then
    printf '    serving after %s ms\n' "$(member millis "$WORK/event")"
    return
  fi
  passed=$(member passed "$WORK/event")
  printf '    exit code %s after %s ms%s\n' "$(member exit_code "$WORK/event")" "$(member millis "$WORK/event")" \
    "${passed:+, $passed tests passed}"
}

from_prompt() {
  local run exec_id
  printf '%s' "$PROMPT" >"$WORK/prompt"
  curl -sSN -D "$WORK/head" -X POST -H 'Content-Type: application/json' \
    --data-binary "{\"prompt\":$(json_string "$WORK/prompt")}" "$API/orchestrator/generate" |
    print_run | sed -u 's/^/           /'
  [[ ! -s $WORK/problem ]] || fail "the prompt was refused:" "$(cat "$WORK/problem")"
  JOB=$(sed -n 's/^[Xx]-[Jj]ob-[Ii]d: *\([^[:space:]]*\).*/\1/p' "$WORK/head")
  run=$(sed -n 's/^[Xx]-[Rr]un-[Ii]d: *\([^[:space:]]*\).*/\1/p' "$WORK/head")
  JOBS+=("$JOB")
  [[ -s $WORK/end ]] || fail "the events of run $run ended without a last one."
  [[ $(member type "$WORK/end") == complete ]] || fail "run $run did not succeed: $(member message "$WORK/end")"
  ok "run $run is complete: the project installs, builds, passes its tests and answers"

  call GET "$API/orchestrator/runs/$run/plan"
  cp "$WORK/body" "$WORK/plan"
  if [[ $(member run "$WORK/plan") != null ]]; then
    printf '%s' "$(member run "$WORK/plan")" >"$WORK/command"
    call_json POST "$API/containers/$JOB/exec" "{\"command\":$(json_string "$WORK/command"),\"detach\":true,\"timeout\":0}"
    exec_id=$(member exec_id "$WORK/body")
    wait_for_preview "$JOB" "$exec_id"
    ok "the preview answers at ${PREVIEW%%\?*} ($(wc -c <"$WORK/page.html") bytes)"
  fi

  call GET "$API/jobs/$JOB/download"
  mv "$WORK/body" "$WORK/project.zip"
  unpack "$WORK/project.zip" "$WORK/unpacked"
  COUNT=$(find "$WORK/unpacked" -type f | wc -l)
  ((COUNT > 0)) || fail "the ZIP is empty."
  ok "the ZIP holds $COUNT files ($(wc -c <"$WORK/project.zip") bytes)"
  call GET "$API/orchestrator/runs/$run/verification"
  grep -q . "$WORK/body" || fail "there is no report of what was verified."
  ok "GET /api/v1/orchestrator/runs/$run/verification says what was seen"
}

# Removes what was made, unless KEEP asks for it.
delete_jobs() {
  local job
  [[ ${KEEP:-} != 1 ]] || return 0
  for job in "${JOBS[@]}"; do
    call DELETE "$API/containers/$job"
    call DELETE "$API/jobs/$job"
  done
  JOBS=()
  ok "deleted what was made"
}

# --- the demo --------------------------------------------------------------------------------------------------------

have curl || fail "curl is missing." "Install it with your system's package manager (on Debian: apt-get install curl)."
[[ -n $PROMPT || -f $EXAMPLE/package.json ]] || fail "$EXAMPLE holds no package.json."
curl -sS -m 10 --fail -o "$WORK/body" "$BASE_URL/health" ||
  fail "no server answers at $BASE_URL." "Start it with scripts/run.sh, or name another one in BASE_URL."
if [[ -n $PROMPT ]]; then
  printf '"%s" on %s (health: %s)\n' "$PROMPT" "$BASE_URL" "$(member status "$WORK/body")"
  step
  from_prompt
  delete_jobs
  STEP_STARTED=$STARTED
  ok "in all. From the prompt to a project that was seen to work."
  exit
fi
printf 'The main job on %s (health: %s)\n' "$BASE_URL" "$(member status "$WORK/body")"

step
new_job task-board
FIRST=$JOB
ok "created the job $FIRST"

call_json POST "$API/jobs/$FIRST/plan" '{
  "tasks": [
    {"name": "Set up", "files": ["package.json", "tsconfig.json", "vite.config.ts", "index.html"]},
    {"name": "Build the board", "files": ["src/main.tsx", "src/App.tsx", "src/board.ts"]}
  ],
  "metadata": {"framework": "react", "language": "typescript"}
}'
expect success true
ok "saved the plan"

call_json POST "$API/jobs/$FIRST/files/batch" "[
  {\"path\": \"package.json\", \"content\": $(json_string "$EXAMPLE/package.json")},
  {\"path\": \"src/App.tsx\", \"content\": $(json_string "$EXAMPLE/src/App.tsx")}
]"
[[ $(member total "$WORK/body") == 2 && $(grep -o '"success" *: *true' "$WORK/body" | wc -l) -eq 2 ]] ||
  fail "the batch was not written:" "$(cat "$WORK/body")"
ok "wrote 2 files in one batch"

upload "$FIRST" "$EXAMPLE"
ok "uploaded the project's $COUNT files"

new_sandbox "$FIRST"
ok "created a Node sandbox on it"

run_in "$FIRST" 'npm install && npm run build'
ok "installed and built"

run_in "$FIRST" 'npm test'
ok "the project's tests pass"

call_json POST "$API/containers/$FIRST/exec" '{"command":"npm run preview","detach":true,"timeout":0}'
wait_for_preview "$FIRST" "$(member exec_id "$WORK/body")"
ok "the preview answers at ${PREVIEW%%\?*}"
check_preview "$FIRST"
check_redirect "$FIRST"
ok "it serves the built page and $ASSET ($(wc -c <"$WORK/served.js") bytes)"

call POST "$API/jobs/$FIRST/complete"
expect status complete
ok "completed the job"

call GET "$API/jobs/$FIRST/download"
mv "$WORK/body" "$WORK/project.zip"
ok "downloaded the ZIP ($(wc -c <"$WORK/project.zip") bytes)"

unpack "$WORK/project.zip" "$WORK/unpacked"
while IFS= read -r -d '' path; do
  cmp "$EXAMPLE/$path" "$WORK/unpacked/$path" || fail "$path in the ZIP is not what was written."
done < <(project_files "$EXAMPLE")
[[ -s $WORK/unpacked/dist/$ASSET ]] || fail "the ZIP holds no dist/$ASSET."
[[ ! -e $WORK/unpacked/node_modules ]] || fail "the ZIP holds node_modules."
ok "it unpacks to the same $COUNT files, and the build's"

new_job task-board-again
SECOND=$JOB
upload "$SECOND" "$WORK/unpacked"
new_sandbox "$SECOND"
ok "put the ZIP's $COUNT files into a second job and sandbox"

run_in "$SECOND" 'npm install && npm run build'
ok "the project from the ZIP builds again"

delete_jobs

STEP_STARTED=$STARTED
ok "in all. The main job works."
