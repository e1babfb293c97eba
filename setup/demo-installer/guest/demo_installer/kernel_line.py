"""The installer's options on the kernel line, by the names that Anaconda gives them."""

import shlex


def options(text):
    """Options of the installer as a dict, `inst.` taken off; the last of equal names wins, flags are empty strings."""
    found = {}
    for word in shlex.split(text.replace("\\", "\\\\").replace("'", "\\'")):
        name, _, value = word.partition("=")
        found[name[len("inst.") :] if name.startswith("inst.") else name] = value
    return found
