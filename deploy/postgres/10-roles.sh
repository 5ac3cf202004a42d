#!/bin/sh
# Runs once, when PostgreSQL makes its data folder. Three roles beside the administrator:
#   portal_owner  owns the database and its tables; `migrate` alone connects as it; no superuser
#   portal_app    reads and writes rows; owns nothing; nobody connects as it
#   portal_login  what web, worker and scheduler connect as: it may do nothing but become portal_app
set -eu
secrets=${PORTAL_SECRETS:-/run/secrets}
owner=$(cat "$secrets/owner_password")
login=$(cat "$secrets/app_password")
psql -v ON_ERROR_STOP=1 -v owner="$owner" -v login="$login" --username postgres --dbname postgres <<'SQL'
CREATE ROLE portal_app NOLOGIN;
CREATE ROLE portal_owner LOGIN PASSWORD :'owner';
CREATE ROLE portal_login LOGIN NOINHERIT PASSWORD :'login' IN ROLE portal_app;
CREATE DATABASE portal OWNER portal_owner;
REVOKE ALL ON DATABASE portal FROM PUBLIC;
GRANT CONNECT ON DATABASE portal TO portal_login;
\connect portal
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO portal_app;
ALTER DEFAULT PRIVILEGES FOR ROLE portal_owner GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO portal_app;
ALTER DEFAULT PRIVILEGES FOR ROLE portal_owner GRANT USAGE, SELECT ON SEQUENCES TO portal_app;
SQL
