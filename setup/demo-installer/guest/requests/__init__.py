"""Stand-in for the few names of the `requests` library with which pykickstart reads the URLs of %include and %ksappend."""

from demo_installer import fetch
from demo_installer.failure import InstallError

from .exceptions import RequestException


class codes:
    ok = 200


class _Response:
    def __init__(self, content):
        self.status_code = codes.ok
        self.text = content.decode("utf-8", "surrogateescape")


def get(url, verify=True, timeout=None):
    """Reads an http URL. RequestException with the reason when that fails."""
    try:
        return _Response(fetch.read_url(url))
    except InstallError as problem:
        raise RequestException(str(problem)) from problem
