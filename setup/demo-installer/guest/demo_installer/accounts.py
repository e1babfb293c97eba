"""Passwords, users and SSH keys of the new system."""

import os

from .configure import write
from .failure import InstallError
from .run import TARGET, run


def create(handler):
    """rootpw, user and sshkey commands. InstallError when the image's own tools refuse a value."""
    _root(handler.rootpw)
    for data in handler.user.userList:
        _user(data)
    # RHEL 7's dialect has no sshkey.
    sshkey = getattr(handler, "sshkey", None)
    for data in sshkey.sshUserList if sshkey else []:
        _ssh_key(data)


def _root(rootpw):
    if not rootpw.seen:
        return
    if rootpw.password:
        _password("root", rootpw.password, rootpw.isCrypted)
    if rootpw.lock:
        run(["passwd", "-l", "root"], root=TARGET)
    if getattr(rootpw, "allow_ssh", False):
        write("/etc/ssh/sshd_config.d/10-root.conf", "PermitRootLogin yes\n")


def _user(data):
    command = ["useradd", "-m", "-s", data.shell or "/bin/bash"]
    if data.homedir:
        command += ["-d", data.homedir]
    if data.uid is not None:
        command += ["-u", str(data.uid)]
    if data.gid is not None:
        run(["groupadd", "-g", str(data.gid), data.name], root=TARGET)
        command += ["-g", data.name]
    if data.gecos:
        command += ["-c", data.gecos]
    groups = [_group(name) for name in data.groups or []]
    if groups:
        command += ["-G", ",".join(groups)]
    run(command + [data.name], root=TARGET)
    if data.password:
        _password(data.name, data.password, data.isCrypted)
    if data.lock:
        run(["passwd", "-l", data.name], root=TARGET)


def _group(text):
    """Makes a group such as `wheel` or `dba(1500)` if it is missing, and returns its name."""
    name, _, number = text.rstrip(")").partition("(")
    run(["groupadd", "-f"] + (["-g", number] if number else []) + [name], root=TARGET)
    return name


def _password(user, password, crypted):
    run(["chpasswd"] + (["-e"] if crypted else []), text="%s:%s\n" % (user, password), root=TARGET)


def _ssh_key(data):
    entry = _passwd(data.username)
    if not entry:
        raise InstallError(
            'kickstart line %d: sshkey names the user "%s", whom the new system has not' % (data.lineno, data.username)
        )
    owner, group, home = int(entry[2]), int(entry[3]), TARGET + entry[5]
    folder = home + "/.ssh"
    os.makedirs(folder, mode=0o700, exist_ok=True)
    path = folder + "/authorized_keys"
    with open(path, "a", encoding="utf-8", errors="surrogateescape") as file:
        file.write(data.key + "\n")
    os.chmod(path, 0o600)
    for name in (folder, path):
        os.chown(name, owner, group)


def _passwd(user):
    with open(TARGET + "/etc/passwd", encoding="utf-8", errors="surrogateescape") as file:
        for line in file:
            fields = line.rstrip("\n").split(":")
            if fields[0] == user:
                return fields
    return None
