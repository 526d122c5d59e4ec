"""Between on one machine without Docker: Postgres, a broker, a mail sink and the program, started by ``./dev up``.

Nothing here imports Django or the rest of the program, so a broken setting can never keep a server from stopping.
Production does not use this package: there ``docker-compose.yml`` starts the same programs.
"""
