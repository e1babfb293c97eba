"""What pykickstart knows after reading a kickstart, as JSON can hold it: two kickstarts are equal if this is."""

from pykickstart.ko import KickstartObject

# Attributes that say where something stood, not what it says, and those that lead back to the whole.
NOT_STATE = {"op", "handler", "lineno", "currentLine", "currentCmd", "writePriority", "_writeOrder"}


def plain(value):
    """A value as JSON can hold it; objects by their attributes."""
    if isinstance(value, KickstartObject):
        return {key: plain(item) for key, item in sorted(vars(value).items()) if key not in NOT_STATE}
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items() if key not in NOT_STATE}
    if isinstance(value, set):
        return sorted(plain(item) for item in value)
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if value is None or isinstance(value, (str, int, float, bool)):
        return value
    return repr(type(value))


def plain_command(command):
    state = plain(command)
    # Duplicates are weeded out by a set, which has no order.
    if isinstance(state.get("ntpservers"), list):
        state["ntpservers"] = sorted(state["ntpservers"])
    return state


def script_state(script):
    return {
        "type": script.type,
        "interpreter": script.interp,
        "inChroot": script.inChroot,
        "log": script.logfile,
        "errorOnFail": script.errorOnFail,
        "body": script.script,
    }


def state_of(handler):
    commands = {}
    for name, command in sorted(handler.commands.items()):
        commands.setdefault(id(command), (name, command))
    packages = plain(handler.packages)
    packages["groupList"] = [{"name": g.name, "include": g.include} for g in handler.packages.groupList]
    packages["excludedGroupList"] = [{"name": g.name, "include": g.include} for g in handler.packages.excludedGroupList]
    return {
        "commands": {name: plain_command(command) for name, command in commands.values() if command.seen},
        "packages": packages,
        "scripts": [script_state(script) for script in handler.scripts],
        "certificates": [plain(vars(item)) for item in handler.certificates],
        "sections": list(handler._null_section_strings),
        "platform": handler.platform,
    }
