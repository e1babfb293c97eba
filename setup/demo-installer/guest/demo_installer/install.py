"""The way of one installation, from the kernel line to the reboot."""

import os
import subprocess
import time
import traceback

from . import (
    accounts,
    bootloader,
    configure,
    console,
    disk,
    image,
    kernel_line,
    kickstart,
    layout,
    media,
    network,
    results,
    scripts,
    source,
)
from .failure import InstallError
from .run import TARGET, run

# Debian 12's cloud kernel has CONFIG_SATA_AHCI off.
_NO_SATA = (
    "the CD is out of reach: this machine's drives are on a SATA (AHCI) controller, for which this kernel has no driver; "
    "use the machine type pc, or give the CD drive a virtio-scsi controller"
)


def main():
    """Installs, or says why not and waits: this function does not return."""
    console.open_outputs()
    console.progress("Starting installer, one moment...")
    console.say("start (the project's own demo installer; not Anaconda)")
    handler = None
    try:
        options = kernel_line.options(_read("/proc/cmdline"))
        handler = _parse(options)
        _install(handler, options)
        _end(handler)
    except InstallError as problem:
        console.error(str(problem))
    except Exception as problem:
        console.raw(traceback.format_exc())
        console.error("a defect of the demo installer: %r" % problem)
    if handler:
        _on_error(handler)
    _wait()


def _parse(options):
    unseen_drives = media.sata_without_driver()
    if "rd.live.check" in options:
        console.note("rd.live.check has no effect: the medium holds no checksum of its own")
    console.say("kickstart: looking for it")
    # As in dracut: a kickstart that the kernel line names is read before the medium is looked for, any other after that.
    found = source.named(options)
    is_mounted = media.mount_medium(options, 1 if unseen_drives else 10)
    if not is_mounted:
        console.note("the medium is on no CD drive: file:///run/install/repo/... is not there")
    found = found or source.on_oemdrv()
    if not found:
        if unseen_drives and not is_mounted:
            raise InstallError(_NO_SATA)
        console.say(
            "question: no kickstart was given (inst.ks=http://..., or a volume labelled %s with /ks.cfg)" % source.OEMDRV
        )
        _wait()
    where, content = found
    console.say("kickstart: read %s (%d bytes)" % (where, len(content)))
    dialect = options.get("demo.dialect") or kickstart.DEFAULT_DIALECT
    text = content.decode("utf-8", "surrogateescape")
    os.makedirs("/run/install", exist_ok=True)
    with open("/run/install/ks.cfg", "wb") as file:
        file.write(content)
    if "%pre" in text:
        scripts.run_all(kickstart.pre_scripts(text, dialect), scripts.PRE)
    console.say("kickstart: parsing it as %s" % dialect)
    handler = kickstart.parse(text, console.note, dialect)
    if unseen_drives and not is_mounted and media.REPO in handler.liveimg.url:
        raise InstallError(_NO_SATA)
    return handler


def _install(handler, options):
    console.progress("Starting automated install")
    console.progress("Setting up the installation environment")
    _activate_network(handler)
    uefi = os.path.isdir("/sys/firmware/efi")
    plan = layout.plan(handler, disk.find(), uefi)
    console.progress("Configuring storage")
    scripts.run_all(handler.scripts, scripts.PREINSTALL)
    console.say("partitioning /dev/%s" % plan.disk)
    disk.partition(plan)
    console.say("making file systems")
    uuids = disk.make_file_systems(plan)
    disk.mount(plan)
    console.say("installing the image %s" % handler.liveimg.url)
    image.install(handler.liveimg.url, handler.liveimg.checksum)
    console.say("configuring the system")
    configure.write("/etc/fstab", disk.fstab(plan, uuids))
    with _chroot_mounts():
        configure.configure(handler)
        accounts.create(handler)
        console.progress("Installing boot loader")
        console.say("installing the boot loader")
        if handler.bootloader.location != "none":
            bootloader.install(handler, plan, uuids, uefi)
        console.progress("Performing post-installation setup tasks")
        console.progress("Running post-installation scripts")
        scripts.run_all(handler.scripts, scripts.POST)
        results.save(options)
    console.say("writing everything to the disk")
    disk.unmount(plan)
    run(["sync"])


def _activate_network(handler):
    """For the scripts. A machine without network can be installed all the same."""
    if any(getattr(data, "activate", False) for data in handler.network.network):
        try:
            network.bring_up()
        except InstallError as problem:
            console.note("network --activate: %s" % problem)


class _chroot_mounts:
    """The kernel's file systems and the name servers, for programs that run inside the new system."""

    folders = ("/proc", "/sys", "/dev", "/run")

    def __enter__(self):
        self.resolver = None
        for folder in self.folders:
            os.makedirs(TARGET + folder, exist_ok=True)
            run(["mount", "--rbind", folder, TARGET + folder])
        path = TARGET + "/etc/resolv.conf"
        if os.path.islink(path):
            self.resolver = os.readlink(path)
            os.unlink(path)
            configure.write("/etc/resolv.conf", _read("/etc/resolv.conf"))

    def __exit__(self, *problem):
        if self.resolver and os.path.exists(TARGET + "/etc/resolv.conf"):
            os.unlink(TARGET + "/etc/resolv.conf")
            os.symlink(self.resolver, TARGET + "/etc/resolv.conf")
        for folder in reversed(self.folders):
            run(["umount", "-l", TARGET + folder])


def _end(handler):
    command = handler.reboot.currentCmd if handler.reboot.seen else ""
    if command == "reboot":
        console.say("done: restarting")
        _stop("reboot")
    if command in ("poweroff", "shutdown"):
        console.say("done: switching off")
        _stop("poweroff")
    console.say("done: the machine waits, as halt or a kickstart without reboot or poweroff says")
    _wait()


def _stop(how):
    subprocess.run(["umount", media.REPO], capture_output=True)
    subprocess.run(["busybox", how, "-f"])
    _wait()


def _on_error(handler):
    try:
        scripts.run_all(handler.scripts, scripts.ONERROR)
    except InstallError as problem:
        console.error(str(problem))


def _wait():
    while True:
        time.sleep(3600)


def _read(path):
    try:
        with open(path) as file:
            return file.read()
    except OSError:
        return ""
