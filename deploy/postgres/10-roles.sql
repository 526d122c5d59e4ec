-- The database of Between and the two roles that use it. Run by a superuser, as often as you like.
--
--   between_owner  owns the tables; `manage.py prepare` changes the schema as this role and nothing else does
--   between_app    the running program: may read and write rows, owns nothing, is always under row-level security
--
-- Both the production container and ./dev run this file, so that tests and demo have exactly production's rights.
\set ON_ERROR_STOP on
SET client_min_messages = warning;

SELECT 'CREATE ROLE between_owner LOGIN' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'between_owner') \gexec
SELECT 'CREATE ROLE between_app LOGIN' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'between_app') \gexec
ALTER ROLE between_owner NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOREPLICATION;
ALTER ROLE between_app NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOCREATEDB NOREPLICATION NOINHERIT;

-- Nobody waits for ever: a person sees "please try again" and keeps the text, a worker's next sweep finds the work again.
ALTER ROLE between_app SET statement_timeout = '15s';
ALTER ROLE between_app SET lock_timeout = '5s';
ALTER ROLE between_app SET idle_in_transaction_session_timeout = '30s';
-- A migration that cannot get its lock gives up before requests pile up behind it.
ALTER ROLE between_owner SET lock_timeout = '10s';

SELECT 'CREATE DATABASE "between" OWNER between_owner' WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'between') \gexec
REVOKE ALL ON DATABASE "between" FROM PUBLIC;
GRANT CONNECT ON DATABASE "between" TO between_app;

\connect "between"
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO between_app;
