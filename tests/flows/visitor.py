"""An interpreter as a visitor has it: only what the base lock names can be imported.

Made without any network: the packages of the base lock are linked out of the developers' environment into one of its own. So a part
of the product that leans on a developers' package fails in the stories, not on the visitor's machine.
"""

from __future__ import annotations

import sysconfig
import venv
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from kaimen.config.checks import REQUIREMENTS, pins

ROOT = Path(__file__).parents[2]


def interpreter(folder: Path) -> Path:
    """The path of the interpreter of an environment that holds the base lock and nothing else."""
    venv.create(folder, with_pip=False, symlinks=True)
    version = sysconfig.get_python_version()
    site = folder / "lib" / f"python{version}" / "site-packages"
    for name in pins(REQUIREMENTS / "base.txt"):
        try:
            found = distribution(name)
        except PackageNotFoundError:
            continue  # for another platform
        home = Path(str(found.locate_file("")))
        for part in {file.parts[0] for file in found.files or () if file.parts[0] not in {"..", "__pycache__"}}:
            target = site / part
            if not target.exists():
                target.symlink_to(home / part)
    return folder / "bin" / "python"
