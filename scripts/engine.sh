#!/usr/bin/env bash
# Makes sure that a Docker engine answers: finds one, or installs and starts Debian's.
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

readonly LOG=/var/log/bharatbuild-engine.log
readonly WAIT_SECONDS=60

explain_refusal() {
  local answer
  answer=$(docker version 2>&1 >/dev/null || true)
  if [[ $answer == *"permission denied"* ]]; then
    fail "the Docker engine runs, but this user may not use it." \
      "Run the script with sudo, or: sudo usermod -aG docker $(id -un), then log in again."
  fi
}

# A tool that only builds or a newer client may be there without the engine itself.
install_engine() {
  have dockerd && have docker && return
  is_debian || fail "no Docker engine answers and this system is not Debian." \
    "Install Docker, start it, and see that 'docker version' shows a server; then run this again."
  install_packages docker.io iptables ca-certificates
}

runs_systemd() { [[ -d /run/systemd/system ]] && have systemctl; }

start_engine() {
  if runs_systemd; then
    as_root systemctl enable --now docker || fail "systemd could not start Docker." "See: journalctl -u docker"
    return
  fi
  say "starting the Docker engine in the background (log: $LOG)"
  # It must outlive this script and its terminal. The group lets the user who asked for it use it.
  # shellcheck disable=SC2016 # expanded by the inner shell, which runs as root
  as_root setsid --fork bash -c 'exec dockerd --group "$1" >>"$2" 2>&1 </dev/null' bash "$(id -gn)" "$LOG"
}

await_engine() {
  local deadline=$((SECONDS + WAIT_SECONDS))
  until engine_answers; do
    explain_refusal
    if ((SECONDS >= deadline)); then
      as_root tail -n 15 "$LOG" >&2 2>/dev/null || true
      fail "the Docker engine did not answer within $WAIT_SECONDS s." \
        "It needs root, control groups, and the kernel's overlay, bridge and netfilter parts; the log says which is missing."
    fi
    sleep 0.2
  done
}

# A container can reach whatever its host serves on any address but loopback, through the bridge between them.
# Sandboxes have no business there. The rule goes by the prefix of their bridges' names, so it may come before them.
# The mark is set by the server's own rules (nftables), on what its settings open.
shield_host() {
  local rule=(INPUT -i bb-+ -m conntrack --ctstate NEW -m mark ! --mark 0xbb -j DROP) root=()
  local former=(INPUT -i bb-+ -m conntrack --ctstate NEW -j DROP)
  [[ -z ${DOCKER_HOST:-} ]] && have iptables || return 0
  [[ $EUID -eq 0 ]] || root=(sudo -n)
  "${root[@]}" iptables -w -C "${rule[@]}" 2>/dev/null || "${root[@]}" iptables -w -I "${rule[@]}" 2>/dev/null \
    || say "could not keep sandboxes from this machine's own services (iptables needs root); run with sudo to do so"
  "${root[@]}" iptables -w -D "${former[@]}" 2>/dev/null || true
}

# All sandboxes are one user to the kernel, which counts what watches files per user: with its usual limits one sandbox could
# leave no watch to the others. What each takes is charged to its own memory, so with these it is that which bounds it.
share_watches() {
  local limits=(max_user_instances=16777216 max_user_watches=268435456) limit file
  [[ -z ${DOCKER_HOST:-} && -d /proc/sys/fs/inotify ]] || return 0
  for limit in "${limits[@]}"; do
    file=/proc/sys/fs/inotify/${limit%=*}
    (($(<"$file") < ${limit#*=})) || continue
    as_root sh -c "echo ${limit#*=} >$file" 2>/dev/null \
      || say "could not raise fs.inotify.$limit (it needs root): one sandbox can keep others from watching files"
  done
}

# The server keeps the sandboxes' network policies with it.
install_nft() {
  [[ -z ${DOCKER_HOST:-} ]] && ! have nft || return 0
  if is_debian && { [[ $EUID -eq 0 ]] || have sudo; }; then
    install_packages nftables
  else
    say "nft is missing, so that network policies cannot be kept; install nftables"
  fi
}

if ! engine_answers; then
  have docker && explain_refusal
  [[ -z ${DOCKER_HOST:-} ]] || fail "no Docker engine answers at DOCKER_HOST=$DOCKER_HOST." \
    "Start it, or unset DOCKER_HOST and DOCKER_SOCKET to use one on this machine."
  # Two scripts started together must not start two engines.
  lock=/tmp/bharatbuild-engine.$(id -u).lock
  exec 9>"$lock"
  flock 9
  if ! engine_answers; then
    install_engine
    # Installing it starts it where systemd runs.
    engine_answers || 9>&- start_engine
    await_engine
  fi
  say "Docker engine $(docker version --format '{{.Server.Version}}') answers"
fi
shield_host
share_watches
install_nft
