#!/usr/bin/env bash
# Builds the images that sandboxes run in; does nothing for those whose inputs have not changed.
#   scripts/images.sh                    every runtime image
#   scripts/images.sh node python ...    only these
#   scripts/images.sh server             the server's own image, from the jar that was built
#   scripts/images.sh test-postgres test-redis   what tests stop and start beside the server
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

readonly TYPES=(base node python java go rust ruby php static)
readonly TEST_TYPES=(test-postgres test-redis)
readonly RUNTIME=$ROOT/docker/runtime
readonly TEST=$ROOT/docker/test
readonly AGENT=$ROOT/docker/agent
readonly DEBIAN=debian:bookworm-slim
# What the server's libraries use: found with jdeps, and the parts that are looked up by name while it runs.
readonly SERVER_MODULES=java.se,jdk.unsupported,jdk.crypto.ec,jdk.management,jdk.net,jdk.zipfs,jdk.jfr,jdk.naming.dns
readonly LABEL=ai.bharatbuild.inputs
readonly LOGS=$ROOT/target/images

# BuildKit where its plugin is there; the builder inside the engine otherwise. The files work with both.
choose_builder() {
  docker buildx version >/dev/null 2>&1 || export DOCKER_BUILDKIT=0
}

# The agent's sources without what its own build leaves beside them.
agent_sources() { (cd "$AGENT" && find . -maxdepth 1 -type f \( -name '*.c' -o -name '*.h' -o -name Makefile \) | LC_ALL=C sort); }

# inputs_of NAME: a hash over every file that goes into an image, those it builds on included.
inputs_of() {
  local files
  mapfile -t files < <(find "$RUNTIME/base" "$RUNTIME/$1" -type f | LC_ALL=C sort -u)
  if [[ $1 != system ]]; then
    files+=("$RUNTIME/agent/Dockerfile")
    mapfile -t -O "${#files[@]}" files < <(agent_sources | sed "s|^\.|$AGENT|")
  fi
  (cd "$ROOT" && sha256sum "${files[@]#"$ROOT/"}") | sha256sum | cut -c1-32
}

built_inputs() { docker image inspect --format "{{index .Config.Labels \"$LABEL\"}}" "bharatbuild/$1" 2>/dev/null || true; }

# Docker passes on the proxy variables that are set; apt's own proxy setting is known only to this machine's apt.
proxy_arguments() {
  local name apt_proxy=
  for name in http_proxy https_proxy no_proxy HTTP_PROXY HTTPS_PROXY NO_PROXY; do
    [[ -z ${!name:-} ]] || printf '%s\n' --build-arg "$name"
  done
  have apt-config && eval "$(apt-config shell apt_proxy Acquire::http::Proxy)"
  [[ -z $apt_proxy || -n ${http_proxy:-} ]] || printf '%s\n' --build-arg "http_proxy=$apt_proxy"
}

# build NAME ARGUMENT...: docker build with its output kept in a log that is shown only when it fails.
build() {
  local name=$1 log=$LOGS/$1.log started=$SECONDS
  shift
  if ! docker build "${PROXIES[@]}" --tag "bharatbuild/$name" "$@" >"$log" 2>&1; then
    tail -n 25 "$log" >&2
    fail "building the image bharatbuild/$name failed; the lines above say why (whole log: $log)."
  fi
  say "built bharatbuild/$name in $((SECONDS - started)) s"
}

debian_image() {
  ! docker image inspect "$DEBIAN" >/dev/null 2>&1 || return 0
  # A registry that answers at all answers the first bytes quickly; where none can be reached, the packages make the same image.
  if timeout 60 docker pull -q "$DEBIAN" >/dev/null 2>&1; then
    say "pulled $DEBIAN"
    return
  fi
  import_debian
}

import_debian() {
  need debootstrap debootstrap debian-archive-keyring
  say "no image registry answers: making $DEBIAN from Debian's packages"
  local work mirror
  # Not /tmp, which some systems mount without device files.
  work=$(mktemp -d -p /var/tmp)
  # shellcheck disable=SC2064 # the folder's name of now is meant
  trap "as_root rm -rf --one-file-system '$work'" EXIT
  as_root debootstrap --variant=minbase bookworm "$work/root" >"$LOGS/debian.log" 2>&1 \
    || { tail -n 20 "$LOGS/debian.log" >&2; fail "debootstrap failed; the lines above say why."; }
  # debootstrap names only the first release; fixes come from the two archives beside it.
  mirror=$(awk '/^deb /{print $2; exit}' "$work/root/etc/apt/sources.list")
  printf 'deb %s bookworm main\ndeb %s bookworm-updates main\ndeb %s-security bookworm-security main\n' \
    "$mirror" "$mirror" "$mirror" | as_root tee "$work/root/etc/apt/sources.list" >/dev/null
  as_root tar -C "$work/root" --exclude='./var/cache/apt/archives/*.deb' --exclude='./var/lib/apt/lists/*' \
    --exclude='./usr/share/doc/*' --exclude='./usr/share/man/*' --exclude='./usr/share/locale/*' -c . \
    | docker import --change 'CMD ["bash"]' - "$DEBIAN" >/dev/null
  as_root rm -rf --one-file-system "$work"
  trap - EXIT
}

build_agent() {
  [[ -f $AGENT/Makefile ]] || fail "docker/agent is missing from this copy of the project."
  local sources
  mapfile -t sources < <(agent_sources)
  tar -c -C "$RUNTIME/agent" Dockerfile -C "$AGENT" --transform 's|^\./|src/|' "${sources[@]}" \
    | build agent --label "$LABEL=$1" -
}

# Toolchains are independent of each other and each spends half its time waiting, so one is built per core.
build_types() {
  local type running=0 failed=0
  for type in "$@"; do
    if ((running >= $(nproc))); then
      wait -n || failed=1
      running=$((running - 1))
    fi
    build "$type" --label "$LABEL=$(inputs_of "$type")" "$RUNTIME/$type" &
    running=$((running + 1))
  done
  while ((running-- > 0)); do wait -n || failed=1; done
  return "$failed"
}

build_runtimes() {
  local type stale=() agent_inputs
  for type in "$@"; do
    [[ $(inputs_of "$type") == "$(built_inputs "$type")" ]] || stale+=("$type")
  done
  ((${#stale[@]} > 0)) || return 0
  say "building ${#stale[@]} runtime images: ${stale[*]}"
  debian_image
  build system --target system "$RUNTIME/base"
  agent_inputs=$(inputs_of agent)
  [[ $agent_inputs == "$(built_inputs agent)" ]] || build_agent "$agent_inputs"
  build_types "${stale[@]}" || fail "some images could not be built."
  # What a new image replaced is only disk space; the engine keeps those that a container still uses.
  docker image prune --force --filter "label=$LABEL" >/dev/null
}

# Images that tests alone use; each is Debian with one more package.
build_test_images() {
  local name inputs
  for name in "$@"; do
    inputs=$(cat "$TEST/${name#test-}/Dockerfile" "$RUNTIME/base/install-packages" | sha256sum | cut -c1-32)
    [[ $inputs != "$(built_inputs "$name")" ]] || continue
    debian_image
    tar -c -C "$TEST/${name#test-}" Dockerfile -C "$RUNTIME/base" install-packages | build "$name" --label "$LABEL=$inputs" -
  done
}

# The JDK is not in Debian's packages, so the image gets a runtime linked from the one that builds the server.
build_server_image() {
  find_jdk
  build_server
  debian_image
  local context=$ROOT/target/server-image
  rm -rf "$context"
  mkdir -p "$context/app"
  "$JDK/bin/jlink" --add-modules "$SERVER_MODULES" --strip-debug --no-header-files --no-man-pages --output "$context/jdk"
  cp -r "$JAR" "$ROOT/target/lib" "$context/app/"
  [[ ! -d $ROOT/conf ]] || cp -r "$ROOT/conf" "$context/app/"
  cp "$ROOT/docker/server/Dockerfile" "$RUNTIME/base/install-packages" "$context/"
  build server --build-arg "JVM_FLAGS=$(jvm_flags)" "$context"
}

main() {
  local name runtimes=() tests=() server=no
  (($# > 0)) || set -- "${TYPES[@]}"
  for name in "$@"; do
    case " ${TYPES[*]} " in
      *" $name "*)
        runtimes+=("$name")
        continue ;;
    esac
    case " ${TEST_TYPES[*]} " in
      *" $name "*) tests+=("$name") ;;
      *) [[ $name == server ]] || fail "there is no image '$name'." "There are: ${TYPES[*]} ${TEST_TYPES[*]} server."
        server=yes ;;
    esac
  done
  engine_answers || "$ROOT/scripts/engine.sh"
  mkdir -p "$LOGS"
  # Two scripts started together build each image once.
  exec 8>"$LOGS/lock"
  flock 8
  choose_builder
  mapfile -t PROXIES < <(proxy_arguments)
  ((${#runtimes[@]} == 0)) || build_runtimes "${runtimes[@]}"
  ((${#tests[@]} == 0)) || build_test_images "${tests[@]}"
  [[ $server == no ]] || build_server_image
}

main "$@"
