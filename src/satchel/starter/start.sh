#!/bin/sh
# Starts this course on your own computer, with the Python 3.8 or newer that it finds.
cd "$(dirname "$0")" || exit 1
for python in python3 python; do
  if "$python" -c 'import sys; sys.exit(sys.version_info < (3, 8))' >/dev/null 2>&1; then
    exec "$python" start.py "$@"
  fi
done
echo 'This course needs Python 3.8 or newer, and there is none on this computer.' >&2
case "$(uname)" in
  Darwin) echo 'What helps: install it from https://www.python.org/downloads/ (free), then double-click start.command again.' >&2 ;;
  *) echo 'What helps: install the package python3 with the software centre of your system, then start again.' >&2 ;;
esac
exit 1
