"""Reads kickstarts with pykickstart and says what is in them.

One process for many files: a request is one line of JSON on standard input, its answer one line on standard output.
  {"op": "read", "dialect": "RHEL9", "text": "..."}   items with lines, option values and comments, and the state
  {"op": "state", "dialect": "RHEL9", "text": "..."}  the state alone: all that pykickstart knows after reading
Answers: {"ok": true, ...} or {"ok": false, "line": 3, "message": "..."}. Included files are not followed.
"""

import json
import shlex
import sys
import warnings

warnings.simplefilter("ignore")

from pykickstart.base import DeprecatedCommand
from pykickstart.options import ExtendAction, commaSplit, ksboolean
from pykickstart.parser import KickstartParser, PutBackIterator
from pykickstart.version import makeVersion

from state import plain, plain_command, script_state, state_of

# Callbacks that look a value up, and the attribute that holds what they accept.
LOOKUPS = {"_level_cb": "levelMap", "level_cb": "levelMap", "_type_cb": "typeMap", "_when_cb": "whenMap"}

HANDLERS = {}


def fresh_handler(dialect):
    """A handler in its first state. Making one takes 30 ms, so that one is kept and what was used of it is renewed."""
    handler = HANDLERS.get(dialect)
    if handler is None:
        handler = HANDLERS[dialect] = makeVersion(dialect)
        return handler
    for used in {id(c): c for c in handler.commands.values() if c.seen or c.__class__.__name__.endswith("Method")}.values():
        renewed = used.__class__()
        handler._setCommand(renewed)
        renewed.handler = handler
        for name, command in handler.commands.items():
            if command is used:
                handler.commands[name] = renewed
    handler.packages = handler.packages.__class__()
    handler.scripts, handler.certificates, handler._null_section_strings, handler.platform = [], [], [], ""
    return handler


class CountingLines(PutBackIterator):
    """Knows the line that was read last."""

    count = 0

    def put(self, s):
        self.count -= 1
        super().put(s)

    def next(self):
        line = super().next()
        self.count += 1
        return line


class Recorder(KickstartParser):
    """Reads a kickstart and keeps what each line said."""

    def __init__(self, handler):
        super().__init__(handler, followIncludes=False)
        self.lines = []
        self.position = CountingLines([])
        self.commands = []
        self.sections = []

    def readKickstartFromString(self, s, reset=True):
        if reset:
            self._reset()
        self.lines = s.splitlines(True)
        self.position = CountingLines(self.lines + [""])
        self._stateMachine(self.position)

    def handleCommand(self, lineno, args):
        command = self.handler.commands.get(args[0])
        found = Recorded(command)
        with found:
            result = super().handleCommand(lineno, args)
        self.commands.append(
            {
                "kind": "command",
                "line": lineno,
                "name": args[0],
                "options": found.options,
                "values": found.values,
                "key": key_of(self.handler, command),
                "text": self._line.rstrip("\r\n"),
                "rest": self._line.strip()[len(args[0]) :].strip(),
                "ignored": isinstance(command, DeprecatedCommand),
                "comment": comment_of(self._line),
                "single": command.dataList() is None,
                "command": command,
                "words": found.words,
                "args": args[1:],
            }
        )
        return result

    def _readSection(self, lineIter, lineno):
        name, start = self._state, lineno
        handler = self.handler
        before = (len(handler.scripts), len(handler.certificates), len(handler._null_section_strings))
        end = super()._readSection(lineIter, lineno)
        item = {"kind": "section", "name": name, "line": start, "end": end}
        item["arguments"] = shlex.split(self.lines[start - 1], comments=True)[1:]
        item["comment"] = comment_of(self.lines[start - 1])
        item["text"] = "".join(self.lines[start : end - 1])
        if len(handler.scripts) > before[0]:
            item["script"] = script_state(handler.scripts[-1])
        if len(handler.certificates) > before[1]:
            item["certificate"] = plain(vars(handler.certificates[-1]))
        item["kept"] = before != (len(handler.scripts), len(handler.certificates), len(handler._null_section_strings))
        self.sections.append(item)
        return end


class Recorded:
    """Notes which options and arguments the parser of a command finds in a line."""

    def __init__(self, command):
        self.command = command
        self.parser = getattr(command, "op", None)
        self.options, self.values, self.words = [], [], []

    def __enter__(self):
        if self.parser is None:
            return
        get_values, parse = self.parser._get_values, self.parser.parse_known_args

        def note(action, strings):
            if action.option_strings:
                self.options.append(self.option(action, strings))
                name = action.option_strings[0]
                self.words.append((name, "%s=%s" % (name, strings[0]) if strings else name))
            else:
                self.values.extend(arguments(strings))
            return get_values(action, strings)

        def begin(*args, **kwargs):
            self.options, self.values, self.words = [], [], []
            namespace, extra = parse(*args, **kwargs)
            # Arguments that argparse could not place are taken by the command itself.
            self.values.extend(arguments(extra))
            return namespace, extra

        self.parser._get_values, self.parser.parse_known_args = note, begin

    def __exit__(self, *_):
        if self.parser is not None:
            del self.parser._get_values, self.parser.parse_known_args

    def option(self, action, strings):
        if type(action).__name__ == "_AppendConstAction":
            # The order in the list that it adds to is the line's, so it is given as an item of that list.
            for other in self.parser._actions:
                if isinstance(other, ExtendAction) and other.dest == action.dest:
                    return {"option": other.option_strings[0], "value": [action.const], "extends": True}
        extends = isinstance(action, ExtendAction)
        return {"option": action.option_strings[0], "value": self.value(action, strings), "extends": extends}

    def value(self, action, strings):
        if not strings:
            return True
        text = strings[0]
        callback = getattr(action.type, "__name__", "")
        if callback in LOOKUPS:
            known = getattr(self.command, LOOKUPS[callback])
            key = next((key for key in known if key.lower() == text.lower()), text)
            found = known.get(key)
            return found if isinstance(found, str) and found in known else key
        if action.type in (int, commaSplit, ksboolean) or isinstance(action, ExtendAction):
            return action.type(text)
        return text


def arguments(strings):
    return [text for text in strings if text != "--"]


def comment_of(line):
    """The comment that ends a line, or None: what shlex leaves out, from the first # outside of quotes."""
    quote, escaped = "", False
    for position, character in enumerate(line):
        if escaped:
            escaped = False
        elif character == "\\" and quote != "'":
            escaped = True
        elif quote:
            quote = "" if character == quote else quote
        elif character in "'\"":
            quote = character
        elif character == "#":
            return line[position:].strip()
    return None


def merged(records):
    """One line that leaves a command in the state in which several left it, or None."""
    command = records[-1]["command"]
    want = json.dumps(plain_command(command), sort_keys=True)
    last = records[-1]
    if getattr(command, "op", None) is None:
        trial = renewed(command, last)
        trial.parse(last["args"])
        return last if json.dumps(plain_command(trial), sort_keys=True) == want else None
    flags = [word for _, word in last["words"] if "=" not in word]
    valued = [word for record in records for _, word in record["words"] if "=" in word]
    every = [word for record in records for _, word in record["words"]]
    values = next((record["values"] for record in reversed(records) if record["values"]), [])
    for words, arguments_ in (([word for _, word in last["words"]], last["values"]), (every, values), (flags + valued, values)):
        trial = renewed(command, last)
        found = Recorded(trial)
        try:
            with found:
                trial.parse(arguments_ + words)
        except Exception:  # pylint: disable=broad-except
            continue
        if json.dumps(plain_command(trial), sort_keys=True) == want:
            return dict(last, options=found.options, values=found.values)
    return None


def renewed(command, record):
    """The command as it is before a line of it is parsed."""
    trial = command.__class__()
    trial.handler, trial.currentCmd, trial.currentLine = command.handler, record["name"], record["text"]
    trial.lineno, trial.seen = 0, True
    return trial


def joined(commands):
    """Lines of a command that is given once are joined; where that cannot be, they are marked."""
    result, groups = [], {}
    for item in commands:
        if item["single"] and not item["ignored"]:
            groups.setdefault(id(item["command"]), []).append(item)
    for item in commands:
        group = groups.get(id(item["command"]), [item])
        if len(group) == 1 or not (item["single"] and not item["ignored"]):
            result.append(item)
        elif item is group[-1]:
            one = merged(group)
            if one is None:
                result.extend(dict(member, apart=True) for member in group)
            else:
                result.append(dict(one, replaces=[{"line": m["line"], "name": m["name"], "comment": m["comment"]} for m in group[:-1]]))
    return sorted(result, key=lambda item: item["line"])


def key_of(handler, command):
    """The command's name in the state: the first of those that mean it."""
    return min(name for name, other in handler.commands.items() if other is command)


def other_lines(parser):
    """Comments, empty lines and includes outside of sections."""
    inside = set()
    for section in parser.sections:
        inside.update(range(section["line"], section["end"] + 1))
    items = []
    for number, line in enumerate(parser.lines, 1):
        text = line.strip()
        if number in inside:
            continue
        if text == "":
            items.append({"kind": "blank", "line": number})
        elif text.startswith("#"):
            if not line.startswith("#platform="):
                items.append({"kind": "comment", "line": number, "text": text})
        elif text.startswith("%include"):
            items.append({"kind": "include", "line": number, "file": shlex.split(text, comments=True)[1], "comment": comment_of(line)})
        elif text.startswith("%ksappend"):
            items.append({"kind": "ksappend", "line": number, "file": (text.split(" ") + [""])[1], "comment": None})
    return items


def read(request):
    handler = fresh_handler(request["dialect"])
    parser = Recorder(handler)
    try:
        parser.readKickstartFromString(request["text"])
    except Exception as error:  # pylint: disable=broad-except
        line = getattr(error, "lineno", None) or max(parser.position.count, 1)
        message = " ".join(str(getattr(error, "message", "") or error or "cannot be read").split())
        return {"ok": False, "line": line, "message": message}
    if request["op"] == "state":
        return {"ok": True, "state": state_of(handler)}
    state = state_of(handler)
    count = len(parser.commands)
    items = joined(parser.commands) + parser.sections + other_lines(parser)
    for item in items:
        item.pop("command", None)
        item.pop("words", None)
        item.pop("args", None)
    items.sort(key=lambda item: item["line"])
    return {"ok": True, "items": items, "state": state, "commands": count, "lines": [line.rstrip("\r\n") for line in parser.lines]}


def main():
    for line in sys.stdin:
        try:
            answer = read(json.loads(line))
        except Exception as error:  # pylint: disable=broad-except
            answer = {"ok": False, "line": 1, "message": "%s: %s" % (type(error).__name__, error)}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
