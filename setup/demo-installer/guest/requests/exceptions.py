"""The two errors of `requests` that pykickstart catches."""


class RequestException(Exception):
    pass


class SSLError(RequestException):
    pass
