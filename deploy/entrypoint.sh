#!/bin/sh
# Reads secrets from files: for each variable NAME_FILE, NAME becomes the content of that file. Then runs the command.
# A secret in a file is in no process list, no `docker inspect` and no crash report.
set -eu
for pair in $(env | grep -E '^[A-Z_]+_FILE=' || true); do
    name=${pair%%_FILE=*}
    file=${pair#*=}
    [ -r "$file" ] || { echo "entrypoint: $file (for $name) cannot be read" >&2; exit 1; }
    value=$(cat "$file")
    export "$name=$value"
    unset "${name}_FILE"
done
exec "$@"
