#!/bin/sh
# The main job on the embedded platform: validate, plan, apply, and a plan that finds nothing left to do.
set -eu
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp "$here"/quickstart/*.yaml "$work"
cd "$work"

show() {
  printf '\n$ %s\n' "$*"
  "$@"
}

show reconciler validate
show reconciler plan --sandbox
show reconciler apply --sandbox --yes
show reconciler plan --sandbox
