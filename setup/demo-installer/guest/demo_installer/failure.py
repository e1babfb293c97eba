"""The error that ends an installation."""


class InstallError(Exception):
    """Its text is one sentence: what is wrong, the value got, where. Printed on every console; the machine waits."""
