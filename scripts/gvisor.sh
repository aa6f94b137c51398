#!/usr/bin/env bash
# Tells the Docker engine of gVisor, as the runtime `runsc`, for the tests that run under it: installs Debian's where it is
# missing, and adds it to the engine's settings. Nothing else on the machine uses it then. Without it those tests are skipped,
# so where it cannot be had this says so and is no failure.
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

readonly WAIT_SECONDS=10

without() {
  say "the tests under gVisor will be skipped: $1"
  exit 0
}

known() { docker info --format '{{range $name, $runtime := .Runtimes}}{{$name}} {{end}}' 2>/dev/null | grep -qw runsc; }

# Makes the engine read its settings again; what runs in it goes on.
reload_engine() {
  local pid
  if [[ -d /run/systemd/system ]] && have systemctl; then
    as_root systemctl reload docker
    return
  fi
  pid=$(cat /var/run/docker.pid 2>/dev/null) && as_root kill -HUP "$pid"
}

! known || exit 0
[[ -z ${DOCKER_HOST:-} ]] || without "the engine at DOCKER_HOST=$DOCKER_HOST knows no runtime runsc."
have runsc || is_debian || without "runsc is not installed."
[[ $EUID -eq 0 ]] || have sudo || without "adding it to the engine's settings needs root."
if ! have runsc; then
  # In a shell of its own, as a package that is not there ends the script.
  (install_packages runsc) || without "Debian's package runsc could not be installed."
fi
# ptrace needs no virtualisation of the processor; there is no network, as the single commands that it runs have none.
as_root runsc install --runtime runsc -- --platform=ptrace --network=none >/dev/null 2>&1 \
  || without "runsc could not be added to the engine's settings."
reload_engine || without "the engine could not be told of it; restart it and run this again."
for ((i = 0; i < WAIT_SECONDS * 10; i++)); do
  ! known || { say "the Docker engine knows gVisor"; exit 0; }
  sleep 0.1
done
without "the engine did not take it up; restart it and run this again."
