"""Runs every test against the release build, and again against the build with sanitizers."""
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
AGENT_DIR = os.path.dirname(HERE)

if os.geteuid() != 0:
    sys.exit("the agent's tests run as root: they check that privileges are given up")
failed = False
for name in ("agent", "agent-asan"):
    print(f"== {name}", flush=True)
    environment = dict(os.environ, AGENT=os.path.join(AGENT_DIR, name), PYTHONDONTWRITEBYTECODE="1",
                       ASAN_OPTIONS="abort_on_error=1", UBSAN_OPTIONS="print_stacktrace=1")
    command = [sys.executable, "-m", "unittest", "discover", "-s", HERE, "-t", HERE, *sys.argv[1:]]
    failed |= subprocess.run(command, env=environment, check=False).returncode != 0
sys.exit(1 if failed else 0)
