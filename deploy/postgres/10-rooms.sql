-- One database a room, and one for the identity provider. The image of PostgreSQL runs this once, on an empty volume.
-- The passwords come from files: /run/secrets, or the folder in SECRETS_DIR. The script stops at its first error.
\set ON_ERROR_STOP on
SET log_statement = 'none';

REVOKE CONNECT, TEMPORARY ON DATABASE postgres FROM PUBLIC;
REVOKE CONNECT, TEMPORARY ON DATABASE template1 FROM PUBLIC;

\set room intake
\set owner_password `cat "${SECRETS_DIR:-/run/secrets}/ketenradar_intake_owner"`
\set app_password `cat "${SECRETS_DIR:-/run/secrets}/ketenradar_intake_app"`
\ir per-room/room.sql

\set room triage
\set owner_password `cat "${SECRETS_DIR:-/run/secrets}/ketenradar_triage_owner"`
\set app_password `cat "${SECRETS_DIR:-/run/secrets}/ketenradar_triage_app"`
\ir per-room/room.sql

\set room handover
\set owner_password `cat "${SECRETS_DIR:-/run/secrets}/ketenradar_handover_owner"`
\set app_password `cat "${SECRETS_DIR:-/run/secrets}/ketenradar_handover_app"`
\ir per-room/room.sql

\set room monitoring
\set owner_password `cat "${SECRETS_DIR:-/run/secrets}/ketenradar_monitoring_owner"`
\set app_password `cat "${SECRETS_DIR:-/run/secrets}/ketenradar_monitoring_app"`
\ir per-room/room.sql

-- The identity provider keeps its own tables, as the owner of its own database.
\set identity_password `cat "${SECRETS_DIR:-/run/secrets}/ketenradar_identity_owner"`
CREATE ROLE ketenradar_identity_owner
    LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD :'identity_password';
CREATE DATABASE ketenradar_identity OWNER ketenradar_identity_owner TEMPLATE template0;
REVOKE ALL ON DATABASE ketenradar_identity FROM PUBLIC;
