#!/bin/sh
# Makes the secret files that docker-compose.yml mounts, once. Existing files are never replaced: a new vault key or
# database password would lock the data away. Run it in the checkout: sh deploy/make-secrets.sh
set -eu
umask 077
folder=$(dirname "$0")/secrets
mkdir -p "$folder"
cd "$folder"

random() { od -An -N32 -tx1 /dev/urandom | tr -d ' \n'; }
keep() { [ -s "$1" ] || printf '%s' "$2" > "$1"; }

keep secret_key "$(random)$(random)"
keep postgres_password "$(random)"
keep owner_password "$(random)"
keep app_password "$(random)"
keep redis_password "$(random)"
keep storage_access_key "portal$(random | cut -c1-14)"
keep storage_secret_key "$(random)"
keep owner_database_url "postgresql://portal_owner:$(cat owner_password)@postgres:5432/portal"
keep app_database_url "postgresql://portal_login:$(cat app_password)@postgres:5432/portal"
keep redis_url "redis://:$(cat redis_password)@redis:6379/0"
keep redis_acl "user default on >$(cat redis_password) ~* &* +@all"
keep storage_s3.json "{\"identities\": [{\"name\": \"portal\", \"credentials\": [{\"accessKey\": \"$(cat storage_access_key)\", \"secretKey\": \"$(cat storage_secret_key)\"}], \"actions\": [\"Admin\", \"Read\", \"List\", \"Tagging\", \"Write\"]}]}"
[ -s mail_url ] || printf 'smtp+tls://user:password@mail.example.gov:587' > mail_url

# The containers run as users of their own; the folder stays closed to everybody else on this machine.
chmod 0444 ./*
for name in vault_keys.json tls_certificate.pem tls_key.pem; do
    [ -s "$name" ] || echo "still to be provided: $folder/$name (README.md, “In production”)"
done
