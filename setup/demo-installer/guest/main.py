"""Start of the installer proper: see demo_installer/install.py."""

import sys

sys.path.insert(0, "/usr/lib/demo-installer")

from demo_installer.install import main  # noqa: E402

main()
