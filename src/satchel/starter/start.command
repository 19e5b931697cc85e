#!/bin/sh
# Starts this course on a Mac by a double click.
exec sh "$(dirname "$0")/start.sh" "$@"
