"""Builds the course: `python build.py [COURSE_DIR]`; `python build.py --help` tells the rest."""

import sys

try:
    from satchel.cli import main
except ModuleNotFoundError as error:
    sys.exit(
        f"{error.name} is not installed in this Python ({sys.executable}).\n"
        "Set up once: python3 -m venv .venv && .venv/bin/pip install -e .\n"
        "Then build with: .venv/bin/python build.py"
    )

if __name__ == "__main__":
    sys.exit(main())
