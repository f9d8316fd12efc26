-- The role that the server connects as: it owns the database it is run in, and nothing else.
--
-- Postgres runs this once, on an empty folder. On a database that an earlier compose file made, run it by hand:
--   docker compose exec postgres psql -U nonlinear -f /docker-entrypoint-initdb.d/role.sql
\set ON_ERROR_STOP on
\if :{?role}
\else
  \set role nonlinear_server
\endif
\if :{?password}
\else
  \set password `cat /run/secrets/database_password`
\endif

SELECT format('CREATE ROLE %I', :'role')
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'role') \gexec
ALTER ROLE :"role" LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD :'password';

SELECT format('ALTER DATABASE %I OWNER TO %I', current_database(), :'role') \gexec
SELECT format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database()) \gexec
SELECT format('ALTER TABLE %I.%I OWNER TO %I', schemaname, tablename, :'role')
FROM pg_tables WHERE schemaname = 'public' \gexec
