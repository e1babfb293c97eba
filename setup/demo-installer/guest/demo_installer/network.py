"""The installer's own network: DHCP on the first interface, asked for only when something must be fetched."""

import os
import subprocess
import time

from . import console
from .failure import InstallError

_up = False


def bring_up():
    """Gets an address by DHCP, once. InstallError when there is no interface or no answer."""
    global _up
    if _up:
        return
    interfaces = sorted(name for name in os.listdir("/sys/class/net") if os.path.exists(_device(name)))
    if not interfaces:
        raise InstallError("this machine has no network interface that the installer knows")
    for name in interfaces:
        console.say("network: asking for an address on %s" % name)
        subprocess.run(["ip", "link", "set", name, "up"], check=False)
        _wait_for_carrier(name)
        command = ["udhcpc", "-i", name, "-n", "-q", "-f", "-t", "5", "-T", "1", "-s", "/usr/lib/demo-installer/udhcpc"]
        if subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True).returncode == 0:
            _up = True
            return
    raise InstallError("no answer by DHCP on %s" % ", ".join(interfaces))


def _device(name):
    return "/sys/class/net/%s/device" % name


def _wait_for_carrier(name):
    for _ in range(30):
        try:
            with open("/sys/class/net/%s/carrier" % name) as file:
                if file.read().strip() == "1":
                    return
        except OSError:
            pass
        time.sleep(0.1)
