"""Parses kickstart files with pykickstart, many in one process, and tells what it found as data.

Reads one JSON object from stdin: {"files": [{"path", "text", "version"}]}; `version` is pykickstart's name of a
syntax ("RHEL9", "F44"), `path` names the file in messages and is where relative %include files are looked for.
Writes one JSON object to stdout: {"library": {...}, "files": [...]}, one answer per file in the same order; their
fields are those of `ParsedKickstart` in parsed.ts. Never touches the network and reads no file outside the folder of
the kickstart that includes it.
"""

import argparse
import copy
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import types
import warnings

# pykickstart imports `requests` only to follow URLs, which is never done here; without it the start is twice as quick.
sys.modules["requests"] = types.ModuleType("requests")
sys.modules["requests.exceptions"] = types.ModuleType("requests.exceptions")
for _name in ("SSLError", "RequestException"):
    setattr(sys.modules["requests.exceptions"], _name, type(_name, (Exception,), {}))

import pykickstart  # noqa: E402
from pykickstart import parser as ks  # noqa: E402
from pykickstart.errors import KickstartDeprecationWarning, KickstartError  # noqa: E402
from pykickstart.version import makeVersion, versionMap  # noqa: E402

# Messages in English whatever the user's language; and argparse looks its catalogue up anew for every parser it makes.
argparse._ = str

MAX_INCLUDE_DEPTH = 20
MAX_RESTARTS = 25
# Splitting a line into words takes time that grows faster than its length.
MAX_COMMAND_LINE = 32768
MAX_MESSAGE = 400
# No kickstart has as many; pykickstart compares each partition with all before it.
MAX_COMMANDS = 5000
SCRIPTS = {"%pre", "%pre-install", "%post", "%onerror", "%traceback"}
SHELL_SECONDS = 5


class TooMany(Exception):
    """The file goes on after MAX_COMMANDS."""
# What pykickstart keeps for itself in a command or data object.
INTERNAL = {"handler", "op", "currentCmd", "currentLine", "lineno", "seen", "writePriority"}


class Lines:
    """The lines of one file with their numbers, which pykickstart does not tell in all of its errors."""

    def __init__(self, owner, path, text, blanked):
        self.owner, self.path, self.blanked, self.back = owner, path, blanked, None
        self.lines, self.number = iter(numbered(text)), 1

    def __iter__(self):
        return self

    def put(self, line):
        self.back = (self.number, line)

    def __next__(self):
        (self.number, line), self.back = self.back or next(self.lines), None
        if (self.path, self.number) in self.blanked:
            return "\n"
        if self.owner._state == ks.STATE_COMMANDS:
            if len(line) > MAX_COMMAND_LINE:
                self.owner.problem("error", f"the line has {len(line)} characters: write at most {MAX_COMMAND_LINE}")
                return "\n"
            if line.lstrip().startswith("%ksappend"):
                self.owner.unfollowed(line.split()[-1], "ksappend")
        return line


def numbered(text):
    """pykickstart also ends lines at form feeds and the like, which editors do not count."""
    number = 1
    for line in text.splitlines(True):
        yield number, line
        number += line.endswith("\n")
    yield number, ""


class Reader(ks.KickstartParser):
    """A parser that goes on after errors, and notes commands and sections with the place where they stand."""

    def __init__(self, handler, path, blanked):
        self.path, self.blanked = path, blanked
        self.root = os.path.realpath(os.path.dirname(os.path.abspath(path)))
        self.stack, self.commands, self.sections, self.problems, self.includes, self.unresolved = [], [], [], [], [], []
        self.used = set()
        super().__init__(handler, errorsAreFatal=False, unknownSectionIsFatal=False)

    def place(self):
        lines = self.stack[-1]
        return {"file": lines.path, "line": lines.number}

    def problem(self, kind, message, **more):
        self.problems.append({"kind": kind, **self.place(), "message": one_line(message), **more})

    def unfollowed(self, target, reason):
        self.unresolved.append({**self.place(), "target": target, "reason": reason})

    def read(self, text):
        self._reset()
        self.read_text(self.path, text)

    def read_text(self, path, text):
        self.stack.append(Lines(self, path, text, self.blanked))
        self._stateMachine(self.stack[-1])
        self.stack.pop()

    def _tryFunc(self, fn):
        try:
            fn()
        except TooMany:
            raise
        except Exception as error:  # others than KickstartError: a value that pykickstart does not expect
            self.problem("error", explain(error))

    def handleCommand(self, lineno, args):
        if len(self.commands) >= MAX_COMMANDS:
            raise TooMany()
        name = args[0]
        record = {"name": name, **self.place(), "args": args[1:], "accepted": False, "values": {}}
        self.commands.append(record)
        self.used.add(name)
        command = self.handler.commands.get(name)
        options = getattr(getattr(command, "op", None), "_option_string_actions", {})
        record["unknown"] = [] if command else [{"word": name, "known": sorted(self.handler.commands)}]
        words = [arg.split("=")[0] for arg in args[1:] if arg.startswith("--") and " " not in arg.split("=")[0]]
        strange = [{"word": word, "known": sorted(options)} for word in words if options and word not in options]
        try:
            parsed = super().handleCommand(lineno, args)
        except Exception:
            record["unknown"] += strange
            raise
        record["accepted"] = True
        record["abbreviated"] = strange
        record["values"] = plain(parsed)

    def registerSection(self, obj):
        super().registerSection(obj)
        header, line, end = obj.handleHeader, obj.handleLine, obj.finalize
        if hasattr(obj, "_getParser"):
            make = obj._getParser
            key = (type(obj), self.version)
            obj._getParser = lambda: OPTION_PARSERS.get(key) or OPTION_PARSERS.setdefault(key, make())

        def handle_header(lineno, args):
            self.sections.append({"name": args[0], **self.place(), "args": args[1:], "body": "", "closed": False})
            if obj.sectionOpen not in KNOWN_SECTIONS:
                known = sorted(KNOWN_SECTIONS)
                self.problem("error", f"unknown section {args[0]}", unknown=[{"word": args[0], "known": known}])
            return header(lineno, args)

        def handle_line(text):
            if self.sections:
                self.sections[-1]["body"] += text
            return line(text)

        def finalize():
            if self.sections:
                self.sections[-1]["closed"] = True
            return end()

        obj.handleHeader, obj.handleLine, obj.finalize = handle_header, handle_line, finalize

    def _handleInclude(self, f):
        if "://" in f or f.startswith("nfs:"):
            return self.unfollowed(f, "url")
        if f.startswith("/"):
            return self.unfollowed(f, "runtime")
        here = os.path.dirname(os.path.abspath(self.stack[-1].path))
        target = os.path.realpath(os.path.join(here, f))
        if os.path.commonpath([self.root, target]) != self.root:
            return self.problem("escape", f"%include {f} leaves the folder of the kickstart")
        if target in [os.path.realpath(lines.path) for lines in self.stack]:
            return self.problem("recursive", f"%include {f} includes itself")
        if len(self.stack) > MAX_INCLUDE_DEPTH:
            return self.problem("recursive", f"%include {f} is nested more than {MAX_INCLUDE_DEPTH} deep")
        try:
            with open(target, "rb") as file:
                raw = file.read()
            text = raw.decode("utf-8")
        except OSError as error:
            return self.unfollowed(f, "missing" if isinstance(error, FileNotFoundError) else "unreadable")
        except UnicodeDecodeError:
            return self.problem("error", f"%include {f}: the file is not UTF-8")
        self.includes.append({"path": target, "sha256": hashlib.sha256(raw).hexdigest()})
        self._includeDepth += 1
        self.read_text(os.path.join(os.path.dirname(self.stack[-1].path), f), text)
        self._includeDepth -= 1


KNOWN_SECTIONS = set()
OPTION_PARSERS = {}


def one_line(message):
    text = " ".join(str(message).split())
    return text if len(text) <= MAX_MESSAGE else text[:MAX_MESSAGE] + "..."


def explain(error):
    if isinstance(error, KickstartError):
        return error.message or error
    if isinstance(error, IndexError):
        return "a word is missing on this line"
    if isinstance(error, TooMany):
        return f"the file has more than {MAX_COMMANDS} commands and is read no further: write fewer"
    if "quotation" in str(error):
        return "a quotation mark on this line is not closed"
    return f"pykickstart cannot read this line ({type(error).__name__}: {error})"


def plain(value):
    """The attributes of a command or data object that JSON can hold, without those that are empty, false or zero."""
    if value is None:
        return {}
    return {
        key: item
        for key, item in vars(value).items()
        if item and key not in INTERNAL and not key.startswith("_") and is_plain(item)
    }


def is_plain(item):
    if isinstance(item, (list, tuple, set)):
        return all(is_plain(one) for one in item)
    return item is None or isinstance(item, (str, int, float, bool))


class Handlers:
    """One handler per syntax, used again: making one costs as much as reading four kickstarts."""

    def __init__(self):
        self.made, self.fresh = {}, {}

    def get(self, version):
        if version not in self.made:
            handler = self.made[version] = makeVersion(version)
            self.fresh[version] = {id(obj): copied(vars(obj)) for obj in handler.commands.values() if obj}
            if not KNOWN_SECTIONS:
                KNOWN_SECTIONS.update(ks.KickstartParser(handler)._sections)
        return self.made[version]

    def clean(self, version, used):
        """Takes back all that a file has set."""
        handler = self.made[version]
        for name, obj in handler.commands.items():
            if obj and (name in used or vars(obj).get("seen")):
                vars(obj).clear()
                vars(obj).update(copied(self.fresh[version][id(obj)]))
        handler.packages = ks.Packages()
        handler.scripts, handler.certificates, handler._null_section_strings = [], [], []


def copied(attributes):
    return {key: copy.copy(item) if isinstance(item, (list, dict, set)) else item for key, item in attributes.items()}


HANDLERS = Handlers()


def read_file(path, text, version):
    handler = HANDLERS.get(version)
    blanked, fatal = set(), []
    while True:
        reader = Reader(handler, path, blanked)

        def on_warning(message, category, *_rest, reader=reader, **_more):
            if reader.stack and not str(message).startswith("Potentially unknown section"):
                deprecated = issubclass(category, KickstartDeprecationWarning)
                reader.problem("deprecated" if deprecated else "warning", message)

        with warnings.catch_warnings():
            warnings.simplefilter("always")
            warnings.showwarning = on_warning
            stopped = None
            try:
                reader.read(text)
                ended = False
            except Exception as error:  # raised past _tryFunc: quotes that do not close, a section that does not end
                stopped = {"kind": "error", **reader.place(), "message": one_line(explain(error))}
                ended = isinstance(error, TooMany)
            packages = packages_of(handler)
            HANDLERS.clean(version, reader.used)
        if stopped is None:
            break
        fatal.append(stopped)
        unclosed = "does not end with %end" in stopped["message"]
        if unclosed:
            opened = reader.sections[-1]
            stopped.update(kind="unterminated", file=opened["file"], line=opened["line"], word=opened["name"])
        if unclosed or ended or len(blanked) >= MAX_RESTARTS:
            break
        blanked.add((stopped["file"], stopped["line"]))
    return {
        "problems": fatal + reader.problems,
        "commands": reader.commands,
        "sections": reader.sections,
        "packages": packages,
        "includes": reader.includes,
        "unresolved": reader.unresolved,
        "complete": stopped is None,
    }


BASH = shutil.which("bash")


def check_shell(sections):
    """Notes what bash says of the scripts that it cannot read to their end. It runs nothing.

    All are read by one process, since starting one takes longer than reading; only if that finds an error, the halves.
    """
    error = shell_error("\n".join(section["body"] for section in sections)) if sections else None
    if error is None:
        return
    if len(sections) == 1:
        sections[0]["shellError"] = error
        return
    half = len(sections) // 2
    check_shell(sections[:half])
    check_shell(sections[half:])


def shell_error(script):
    try:
        run = subprocess.run(
            [BASH, "--norc", "-n"],
            input=script,
            capture_output=True,
            env={"LC_ALL": "C"},
            text=True,
            timeout=SHELL_SECONDS,
        )
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return None
    found = re.search(r"line (\d+): (.*)", run.stderr)
    if found is None:
        return None
    opened = re.search(r"here-document at line (\d+)", run.stderr)
    return {"line": int((opened or found)[1]), "message": one_line(found[2])}


def is_shell_script(section):
    return section["name"] in SCRIPTS and section["body"].strip() != "" and is_shell(section["args"])


def is_shell(args):
    words = [arg.partition("=")[2] or following for arg, following in zip(args, args[1:] + [""]) if arg.startswith("--interp")]
    return not words or os.path.basename(words[0]) in ("sh", "bash")


def packages_of(handler):
    found = handler.packages
    return {
        **plain(found),
        "groups": [group.name for group in found.groupList],
        "excludedGroups": [group.name for group in found.excludedGroupList],
    }


def main():
    request = json.load(sys.stdin)
    answers = []
    for file in request["files"]:
        if file["version"] not in versionMap:
            answers.append({"unknownVersion": file["version"]})
        else:
            answers.append(read_file(file["path"], file["text"], file["version"]))
    if BASH is not None:
        check_shell([section for answer in answers for section in answer.get("sections", []) if is_shell_script(section)])
    module = os.path.abspath(pykickstart.__file__)
    library = {"version": pykickstart.__version__, "module": module, "modifiedMs": int(os.stat(module).st_mtime * 1000)}
    json.dump({"library": library, "files": answers}, sys.stdout, default=sorted)


if __name__ == "__main__":
    main()
