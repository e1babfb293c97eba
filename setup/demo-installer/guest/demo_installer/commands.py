"""Which kickstart commands and options this installer honours. What is in none of the tables is an error."""

# Command -> options that do something.
HONOURED = {
    "autopart": {"--type", "--nolvm", "--fstype", "--nohome", "--noboot", "--noswap"},
    "bootloader": {"--append", "--timeout", "--location", "--boot-drive"},
    "clearpart": {"--all", "--none", "--drives", "--initlabel"},
    "halt": {"--eject"},
    "ignoredisk": {"--only-use", "--drives"},
    "keyboard": {"--vckeymap", "--xlayouts"},
    "lang": set(),
    "liveimg": {"--url", "--checksum"},
    "network": {
        "--activate",
        "--bootproto",
        "--device",
        "--gateway",
        "--hostname",
        "--ip",
        "--nameserver",
        "--netmask",
        "--mtu",
        "--noipv4",
        "--noipv6",
    },
    "part": {"--size", "--grow", "--maxsize", "--fstype", "--ondisk", "--ondrive", "--asprimary", "--label"},
    "poweroff": {"--eject"},
    "reboot": {"--eject"},
    "rootpw": {"--plaintext", "--iscrypted", "--lock", "--allow-ssh"},
    "services": {"--enabled", "--disabled"},
    "shutdown": {"--eject"},
    "sshkey": {"--username"},
    "timezone": {"--utc"},
    "user": {
        "--name",
        "--groups",
        "--homedir",
        "--password",
        "--iscrypted",
        "--plaintext",
        "--lock",
        "--uid",
        "--gid",
        "--shell",
        "--gecos",
    },
    "zerombr": set(),
}
HONOURED["partition"] = HONOURED["part"]

# Accepted, and said on the console to have no effect: the image decides these things, or there is nothing to decide.
WITHOUT_EFFECT = {
    "auth",
    "authconfig",
    "authselect",
    "cmdline",
    "eula",
    "firewall",
    "firstboot",
    "graphical",
    "install",
    "logging",
    "selinux",
    "skipx",
    "text",
}

# Command -> options of honoured commands that are accepted and said to have no effect.
OPTIONS_WITHOUT_EFFECT = {
    "liveimg": {"--noverifyssl"},
    "network": {"--no-activate", "--onboot"},
    "reboot": {"--kexec"},
    "timezone": {"--nontp", "--ntpservers", "--isUtc"},
}


def judge(command, arguments):
    """What to say of one parsed command: ("ok" | "note" | "error", text)."""
    if command in WITHOUT_EFFECT:
        return "note", "%s has no effect in the demo installer" % command
    if command not in HONOURED:
        return "error", "the demo installer does not support the command %s" % command
    options = [argument.split("=", 1)[0] for argument in arguments if argument.startswith("--")]
    silent = OPTIONS_WITHOUT_EFFECT.get(command, set())
    for option in options:
        if option not in HONOURED[command] and option not in silent:
            return "error", "the demo installer does not support the option %s of the command %s" % (option, command)
    without = [option for option in options if option in silent]
    if without:
        return "note", "%s of %s has no effect in the demo installer" % (", ".join(without), command)
    return "ok", ""
