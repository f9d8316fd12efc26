#!/bin/sh
# Makes the files in secrets/ that are not there yet; those that are stay as they are.
set -eu
cd "$(dirname "$0")/.."

# The folder keeps others on this machine out; the files must be readable for the containers' users.
mkdir -p secrets
chmod 700 secrets
umask 022

password() {
    if [ ! -e "secrets/$1" ]; then
        head -c 24 /dev/urandom | base64 | tr '+/' '-_' >"secrets/$1"
    fi
}

# Of the superuser, for whoever looks after the database, and of the server's own role.
password postgres_password
password database_password
if [ ! -e secrets/database_url ]; then
    echo "postgres://nonlinear_server:$(cat secrets/database_password)@postgres/nonlinear" >secrets/database_url
fi
password redis_password
if [ ! -e secrets/redis_url ]; then
    echo "redis://nonlinear:$(cat secrets/redis_password)@redis:6379/0" >secrets/redis_url
fi
if [ ! -e secrets/redis_acl ]; then
    sed "s/PASSWORD/$(cat secrets/redis_password)/" docker/redis.acl >secrets/redis_acl
fi
# Empty means that there is none.
if [ ! -e secrets/openai_api_key ]; then
    : >secrets/openai_api_key
fi
