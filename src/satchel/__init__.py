"""satchel: course notebooks become a book whose cells run in the browser."""

import sys

__version__ = "0.1.0"

# jsonschema tries to bring checkers of formats that no schema here names. One of them works out its grammar while it is
# imported, which takes a second of every start; without it, that format goes unchecked.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
