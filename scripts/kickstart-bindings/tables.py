"""Prints, as JSON, what pykickstart's own command tables say of the dialects named on the command line.

Usage: tables.py DIALECT=VERSION...   e.g. rhel9=RHEL9 fedora44=F44
Only facts are printed: names, kinds, choices, what is required, and the versions that added, deprecated or removed them.
"""

import json
import shlex
import sys
import warnings

warnings.simplefilter("ignore")

from pykickstart import __version__
from pykickstart.base import DeprecatedCommand, RemovedCommand
from pykickstart.options import ExtendAction, commaSplit, ksboolean
from pykickstart.parser import KickstartParser
from pykickstart.version import makeVersion

# Callbacks that look a value up, and the attribute that holds what they accept.
LOOKUPS = {"_level_cb": "levelMap", "level_cb": "levelMap", "_type_cb": "typeMap", "_when_cb": "whenMap"}


def class_version(cls):
    return cls.__name__.split("_")[0]


def kind(action):
    """How an option takes its value."""
    name = type(action).__name__
    if name == "_AppendConstAction":
        return "adds"
    if action.nargs == 0:
        return "flag"
    if action.nargs == "?":
        return "maybe"
    if isinstance(action, ExtendAction) or action.type is commaSplit:
        return "list"
    if name == "_AppendAction":
        return "each"
    if action.type is int:
        return "number"
    if action.type is ksboolean:
        return "yesno"
    return "text"


# The shortest line of a command that takes no bare name.
SHORTEST = {"repo": "repo --name=x"}


PROBES = {}


def accepts(dialect, line):
    """Whether a kickstart of this one line parses."""
    handler = PROBES.get(dialect) or PROBES.setdefault(dialect, makeVersion(dialect))
    name = line.split()[0]
    handler.resetCommand(name)
    try:
        handler.dispatcher(shlex.split(line), 1)
        return True
    except Exception:  # pylint: disable=broad-except
        return False
    finally:
        for command in handler.commands.values():
            command.seen = False


def choices(action, command, dialect, name):
    """The closed set of values that an option takes, or None. What the release's parser then refuses is left out."""
    if action.choices:
        return [str(choice) for choice in action.choices]
    attribute = LOOKUPS.get(getattr(action.type, "__name__", ""))
    if attribute is None:
        return None
    values = getattr(command, attribute)
    found = sorted({str(v) if isinstance(v, str) and v in values else k for k, v in values.items()})
    if name == "autopart":
        found = [c for c in found if accepts(dialect, "autopart --type=%s" % c)]
    return found


def option(action, command, dialect, name):
    fact = {
        "names": list(action.option_strings),
        "dest": action.dest,
        "kind": kind(action),
        "constant": type(action).__name__ in ("_StoreConstAction", "_StoreTrueAction", "_StoreFalseAction"),
        "required": bool(action.required),
        "deprecated": bool(action.deprecated),
    }
    found = choices(action, command, dialect, name)
    if found:
        fact["choices"] = found
    return fact


def since(command, base):
    """The version whose class first was one of `base`, or None."""
    found = None
    for cls in type(command).__mro__:
        if issubclass(cls, base) and cls.__module__.startswith("pykickstart.commands"):
            found = class_version(cls)
    return found


def command_facts(name, command, dialect):
    fact = {
        "class": type(command).__name__,
        "order": command.writePriority,
        "many": command.dataList() is not None,
        "conflicts": list(command.conflictingCommands),
        "removed": since(command, RemovedCommand),
        "deprecated": since(command, DeprecatedCommand),
        "table": getattr(command, "op", None) is not None,
        "values": [],
        "options": [],
        "oneOf": [opt for _attr, opt in getattr(command, "exclusive_required_options", [])],
        "bare": accepts(dialect, SHORTEST.get(name, name)),
    }
    if fact["removed"] or fact["deprecated"] or not fact["table"]:
        return fact
    for action in command.op._actions:
        if action.option_strings:
            fact["options"].append(option(action, command, dialect, name))
        else:
            fact["values"].append({"dest": action.dest, "nargs": action.nargs, "choices": action.choices})
    return fact


def dialect_facts(dialect):
    handler = makeVersion(dialect)
    parser = KickstartParser(handler)
    commands = {name: command_facts(name, command, dialect) for name, command in sorted(handler.commands.items())}
    sections = {}
    for name, section in sorted(parser._sections.items()):
        if hasattr(section, "_getParser"):
            sections[name] = [option(action, section, dialect, name) for action in section._getParser()._actions]
        else:
            sections[name] = []
    return {
        "version": dialect,
        "commands": commands,
        "sections": sections,
    }


def main():
    result = {"pykickstart": __version__, "dialects": {}}
    for argument in sys.argv[1:]:
        name, _, number = argument.partition("=")
        result["dialects"][name] = dialect_facts(number)
    json.dump(result, sys.stdout, indent=1, sort_keys=True)


if __name__ == "__main__":
    main()
