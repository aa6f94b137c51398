"""Builds the misbehaving commands and control groups that tests need."""
import atexit
import contextlib
import os
import shutil
import subprocess
import tempfile

from driver import wait_for

HERE = os.path.dirname(os.path.abspath(__file__))
_directory = None


def hostile():
    """Path of the compiled hostile.c, where the sandbox's user can execute it."""
    global _directory
    if _directory is None:
        _directory = tempfile.mkdtemp()
        os.chmod(_directory, 0o755)
        atexit.register(shutil.rmtree, _directory)
        subprocess.run(["gcc", "-O1", "-o", os.path.join(_directory, "hostile"),
                        os.path.join(HERE, "hostile.c")], check=True)
    return os.path.join(_directory, "hostile")


@contextlib.contextmanager
def group(controller, settings):
    """A control group below our own; gives the wrapper that starts a program in it. Works on both versions."""
    path = _make_group(controller)
    try:
        for setting, value in settings.items():
            # Kernels that do not account for swap space lack its setting.
            if os.path.exists(os.path.join(path, setting)):
                with open(os.path.join(path, setting), "w") as file:
                    file.write(str(value))
        procs = os.path.join(path, "cgroup.procs")
        yield ("/bin/sh", "-c", f'echo $$ >"{procs}" && exec "$@"', "sh")
    finally:
        # The keeper is still about to end when its report has been read.
        wait_for(lambda: _removed(path), what="the end of the group's processes")


@contextlib.contextmanager
def disk(options):
    """A small disk that everybody may write to; gives its directory."""
    directory = tempfile.mkdtemp()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"mode=777,{options}", "agent-test", directory], check=True)
    try:
        yield directory
    finally:
        # A keeper that is about to end still holds it.
        subprocess.run(["umount", "--lazy", directory], check=True)
        os.rmdir(directory)


def _removed(path):
    try:
        os.rmdir(path)
        return True
    except OSError:
        return False


def _make_group(controller):
    with open("/proc/self/cgroup") as file:
        lines = [line.rstrip("\n").split(":", 2) for line in file]
    own = {name: path for _, names, path in lines for name in names.split(",")}
    base = f"/sys/fs/cgroup/{controller}{own[controller]}" if controller in own else "/sys/fs/cgroup" + own[""]
    path = os.path.join(base, f"agent-test-{os.getpid()}")
    os.mkdir(path)
    return path


def memory_limit(limit):
    """The settings that keep a group to so many bytes, swap space included where the machine has any."""
    if os.path.isdir("/sys/fs/cgroup/memory"):
        return {"memory.limit_in_bytes": limit, "memory.memsw.limit_in_bytes": limit}
    return {"memory.max": limit, "memory.swap.max": 0}
