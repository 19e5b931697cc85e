#!/bin/sh
# Sets up everything the tests need on a Debian machine, then runs all of them. Arguments go to pytest.
set -eu
cd "$(dirname "$0")/.."

[ -x .venv/bin/python ] || python3 -m venv .venv
.venv/bin/pip install --quiet --disable-pip-version-check -e '.[test]'

missing=""
command -v chromium >/dev/null || command -v google-chrome >/dev/null || missing="chromium"
command -v firefox-esr >/dev/null || command -v firefox >/dev/null || missing="$missing firefox-esr"
# Compiles and runs the zip's web server for Windows.
command -v mcs >/dev/null || missing="$missing mono-mcs mono-runtime"
if [ -n "$missing" ]; then
  become=""
  [ "$(id -u)" = 0 ] || become=sudo
  $become apt-get update -qq
  DEBIAN_FRONTEND=noninteractive $become apt-get install -y -qq $missing fonts-dejavu-core
fi

# Files are shared out between two processes: most of the time goes into waiting for builds and browsers.
exec .venv/bin/python -m pytest -n 2 --dist loadfile "$@"
