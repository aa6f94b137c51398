#!/usr/bin/env bash
# Sets up what is missing, builds the server if its sources changed, and runs it in the foreground on port 8000.
# Arguments are handed to the server; its settings are also read from conf/ and the environment.
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

set_up
build_server
build_aot_cache
server_command
cd "$ROOT"
# The server takes this script's place, so that Ctrl-C and a service manager's signals reach it.
exec "${SERVER_COMMAND[@]}" "$@"
