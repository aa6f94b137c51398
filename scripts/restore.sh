#!/usr/bin/env bash
# Puts a backup in the place of the embedded database, which is kept beside it. Stop the server first.
#   scripts/restore.sh FILE
# Takes the settings (DATA_PATH, JOBS_BASE_PATH, conf/config.json) that the server takes, and must run as the server's user.
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

(($# == 1)) || fail "name the file of the backup: scripts/restore.sh FILE"
file=$(realpath -m "$1")
[[ -f $file ]] || fail "there is no file $file."
find_jdk
build_server
cd "$ROOT"
read -ra flags <<<"$(jvm_flags)"
LOG_LEVEL=${LOG_LEVEL:-WARN} exec "$JDK/bin/java" "${flags[@]}" -cp "$JAR" ai.bharatbuild.DatabaseCopy restore "$file"
