"""From the kickstart's text to pykickstart's handler, with the parser that Anaconda uses and its messages."""

import importlib
import warnings

from pykickstart.errors import KickstartError, KickstartParseError
from pykickstart.parser import KickstartParser, preprocessFromStringToString
from pykickstart.sections import NullSection, PreScriptSection
from pykickstart.parser import Script

from . import commands
from .failure import InstallError

DEFAULT_DIALECT = "RHEL9"


def pre_scripts(text, dialect=DEFAULT_DIALECT):
    """The %pre scripts alone: they run before the rest is parsed, since they may write files that it includes."""
    parser = _PreParser(_handler(dialect))
    _parse(parser, text)
    return parser.handler.scripts


def parse(text, tell=lambda message: None, dialect=DEFAULT_DIALECT):
    """The whole kickstart as pykickstart's handler object; `tell` gets one message for each thing without effect.

    InstallError with the line and pykickstart's message, also for a command that this installer does not support.
    """
    parser = _Parser(_handler(dialect), tell)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        _parse(parser, text)
    for warning in caught:
        tell(" ".join(str(warning.message).split()))
    if not parser.handler.liveimg.seen:
        raise InstallError("the kickstart has no liveimg command: this installer installs an image and no packages")
    if parser.handler.packages.seen:
        tell("the section %packages has no effect: liveimg installs an image and no packages")
    return parser.handler


class _Parser(KickstartParser):
    """Refuses, with its line, what pykickstart knows and this installer does not."""

    def __init__(self, handler, tell):
        super().__init__(handler)
        self.tell = tell

    def handleCommand(self, lineno, args):
        super().handleCommand(lineno, args)
        verdict, message = commands.judge(args[0], args[1:])
        if verdict == "error":
            raise KickstartParseError(message, lineno=lineno)
        if verdict == "note":
            self.tell("line %d: %s" % (lineno, message))


class _PreParser(KickstartParser):
    """Sees %pre sections and nothing else; a file to be included may not exist yet."""

    def __init__(self, handler):
        super().__init__(handler, missingIncludeIsFatal=False)

    def handleCommand(self, lineno, args):
        pass

    def setupSections(self):
        super().setupSections()
        for name in list(self._sections):
            self.registerSection(NullSection(self.handler, sectionOpen=name))
        self.registerSection(PreScriptSection(self.handler, dataObj=Script))


def _handler(dialect):
    name = dialect.lower()
    try:
        module = importlib.import_module("pykickstart.handlers." + name)
    except ImportError:
        raise InstallError('this medium has no kickstart dialect "%s"' % dialect) from None
    return getattr(module, module.__all__[0])()


def _parse(parser, text):
    try:
        if "%ksappend" in text:
            text = preprocessFromStringToString(text).decode("utf-8", "surrogateescape")
        parser.readKickstartFromString(text)
    except KickstartError as problem:
        raise InstallError(_message(problem)) from problem
    except (ValueError, UnicodeError) as problem:
        # shlex raises it for a quotation that is not closed.
        raise InstallError("kickstart: %s: %s" % (problem, parser._line.strip())) from problem


def _message(problem):
    message = problem.message if isinstance(problem.message, str) else str(problem)
    if problem.lineno:
        return "kickstart line %d: %s" % (problem.lineno, message)
    return "kickstart: %s" % message
