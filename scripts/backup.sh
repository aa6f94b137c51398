#!/usr/bin/env bash
# Copies the embedded database into one file, while the server runs or while it does not.
#   scripts/backup.sh [FILE]     the default is bharatbuild-<time>.backup.tar.gz in this folder
# Takes the settings (DATA_PATH, JOBS_BASE_PATH, conf/config.json) that the server takes, and must run as the server's user.
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

file=$(realpath -m "${1:-bharatbuild-$(date -u +%Y%m%dT%H%M%SZ).backup.tar.gz}")
find_jdk
build_server
cd "$ROOT"
read -ra flags <<<"$(jvm_flags)"
LOG_LEVEL=${LOG_LEVEL:-WARN} exec "$JDK/bin/java" "${flags[@]}" -cp "$JAR" ai.bharatbuild.DatabaseCopy backup "$file"
