#!/bin/sh
# Makes the files in secrets/ that are not there yet; those that are stay as they are.
set -eu
cd "$(dirname "$0")/.."

# The folder keeps others on this machine out; the files must be readable for the containers' users.
mkdir -p secrets
chmod 700 secrets
umask 022

if [ ! -e secrets/postgres_password ]; then
    head -c 24 /dev/urandom | base64 | tr '+/' '-_' >secrets/postgres_password
fi
if [ ! -e secrets/database_url ]; then
    echo "postgres://nonlinear:$(cat secrets/postgres_password)@postgres/nonlinear" >secrets/database_url
fi
# Empty means that there is none.
if [ ! -e secrets/openai_api_key ]; then
    : >secrets/openai_api_key
fi
