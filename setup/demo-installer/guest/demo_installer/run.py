"""Running other programs."""

import os
import subprocess

from .failure import InstallError

# Where the new system is mounted, as in Anaconda: scripts with --nochroot rely on the path.
TARGET = "/mnt/sysimage"


def run(command, text=None, root=None):
    """Runs a program and returns its output. `text` goes to its input; `root` is a folder to chroot into.

    InstallError with the program's last line when it fails.
    """
    done = subprocess.run(
        command,
        input=text.encode("utf-8", "surrogateescape") if text is not None else None,
        stdin=subprocess.DEVNULL if text is None else None,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        preexec_fn=(lambda: enter(root)) if root else None,
    )
    output = done.stdout.decode("utf-8", "replace")
    if done.returncode != 0:
        lines = [line for line in output.splitlines() if line.strip()]
        raise InstallError("%s failed (exit code %d): %s" % (command[0], done.returncode, lines[-1] if lines else ""))
    return output


def enter(root):
    """Makes `root` the root folder of this process."""
    os.chroot(root)
    os.chdir("/")
