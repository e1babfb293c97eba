"""Writes into the new system what the kickstart says of host name, network, time zone, language and services."""

import os

from . import console
from .failure import InstallError
from .run import TARGET, run


def configure(handler):
    """All of it, in the order of a reader's expectation. InstallError for a time zone that the image has not."""
    _host_name(handler.network)
    for data in handler.network.network:
        _network(data)
    if handler.timezone.seen and handler.timezone.timezone:
        _time_zone(handler.timezone)
    if handler.lang.seen:
        _language(handler.lang.lang)
    if handler.keyboard.seen:
        _keyboard(handler.keyboard)
    for name in handler.services.disabled:
        _service("disable", name)
    for name in handler.services.enabled:
        _service("enable", name)


def network_file(data):
    """One network command as the text of a systemd.network file, or None when it says nothing of an interface."""
    static = data.bootProto == "static" or (data.ip and data.ip != "dhcp")
    if not static and not data.device and not data.mtu:
        return None
    named = data.device if data.device not in ("", "link", "bootif") else "en* eth*"
    lines = ["[Match]", "MACAddress=%s" % named if named.count(":") == 5 else "Name=%s" % named]
    if data.mtu:
        lines += ["[Link]", "MTUBytes=%s" % data.mtu]
    lines += ["[Network]"]
    if static:
        lines.append("Address=%s/%d" % (data.ip, prefix_length(data.netmask or "255.255.255.0")))
        if data.gateway:
            lines.append("Gateway=" + data.gateway)
    else:
        lines.append("DHCP=" + ("no" if data.noipv4 else "ipv4" if data.noipv6 else "yes"))
    lines += ["DNS=" + server for server in (data.nameserver or "").split(",") if server]
    if data.noipv6:
        lines.append("LinkLocalAddressing=no\nIPv6AcceptRA=no")
    if not static:
        lines += ["[DHCPv4]", "ClientIdentifier=mac"]
    return "\n".join(lines) + "\n"


def prefix_length(netmask):
    """24 for 255.255.255.0. InstallError for what is no netmask."""
    try:
        bits = "".join("{:08b}".format(int(byte)) for byte in netmask.split("."))
    except ValueError:
        bits = ""
    if len(bits) != 32 or "01" in bits:
        raise InstallError('network --netmask=%s is no netmask; write one like 255.255.255.0' % netmask)
    return bits.count("1")


def write(path, text, mode=0o644):
    """Writes a file of the new system; the folder is made."""
    os.makedirs(os.path.dirname(TARGET + path), exist_ok=True)
    with open(TARGET + path, "w", encoding="utf-8", errors="surrogateescape") as file:
        file.write(text)
    os.chmod(TARGET + path, mode)


def _host_name(network):
    names = [data.hostname for data in network.network if data.hostname]
    name = names[-1] if names else "localhost"
    short = name.split(".")[0]
    write("/etc/hostname", name + "\n")
    own = "" if name == "localhost" else "127.0.1.1 %s\n" % (name if name == short else name + " " + short)
    write("/etc/hosts", "127.0.0.1 localhost\n%s::1 localhost ip6-localhost ip6-loopback\n" % own)


def _network(data):
    text = network_file(data)
    if text:
        name = (data.device or "default").replace(":", "-")
        write("/etc/systemd/network/50-%s.network" % name, text)


def _time_zone(timezone):
    zone = "/usr/share/zoneinfo/" + timezone.timezone
    if not os.path.isfile(TARGET + zone):
        raise InstallError(
            'kickstart line %d: the image has no time zone "%s"; write one like Europe/Berlin or UTC'
            % (timezone.lineno, timezone.timezone)
        )
    local = TARGET + "/etc/localtime"
    if os.path.lexists(local):
        os.unlink(local)
    os.symlink(zone, local)
    write("/etc/timezone", timezone.timezone + "\n")


def _language(name):
    # The image is Debian's with the one locale that needs no file.
    if name.split(".")[0] in ("C", "POSIX"):
        write("/etc/default/locale", "LANG=%s\n" % name)
        return
    write("/etc/default/locale", "LANG=C.UTF-8\n")
    console.note("lang %s: the image has no such locale and uses C.UTF-8" % name)


def _keyboard(keyboard):
    layout = (keyboard.x_layouts or [keyboard.vc_keymap or keyboard.keyboard])[0]
    write("/etc/default/keyboard", 'XKBMODEL="pc105"\nXKBLAYOUT="%s"\n' % layout.split(" ")[0])


def _service(verb, name):
    unit = name if "." in name else name + ".service"
    # An alias, such as Debian's sshd.service for ssh.service, is a link that systemctl does not take for a unit.
    link = "%s/etc/systemd/system/%s" % (TARGET, unit)
    if os.path.islink(link):
        unit = os.path.basename(os.readlink(link))
    try:
        run(["systemctl", verb, unit], root=TARGET)
    except InstallError as problem:
        console.note("services: %s cannot be %sd in this image: %s" % (name, verb, problem))
