"""The command `dgrid-translate` (extra: cli); one module a command.

`group.py` lists the commands. `source.py` tells what is in an input, `report.py` says what was lost, `samples/` holds
the bodies that `demo` and `losses` work on.
"""

from __future__ import annotations

import sys
from importlib.util import find_spec


def main() -> None:
    """Run the command line."""
    if find_spec("click") is None:
        sys.exit("the command needs the extra 'cli': pip install 'dgrid-translate[cli]'")
    from dgrid_translate.cli.group import dgrid_translate

    dgrid_translate(prog_name="dgrid-translate")
