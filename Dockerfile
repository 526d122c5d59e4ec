# The program without its database and broker. Debian, because wheels for musl do not exist for everything we use.
FROM python:3.12-slim AS packages
COPY requirements.lock /
RUN python -m venv /venv \
 && /venv/bin/pip install --no-cache-dir --disable-pip-version-check --only-binary :all: --require-hashes -r /requirements.lock

FROM python:3.12-slim
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 BETWEEN_RUN_DIR=/between/run
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin between
WORKDIR /between
COPY --from=packages /venv /venv
COPY manage.py LICENSE* ./
COPY deploy/healthcheck.py deploy/
COPY accounts accounts
COPY clinic clinic
COPY homework homework
COPY locale locale
COPY templates templates
COPY static static
# Static files and translations belong to the code, so they are made here; they need neither database nor real secrets.
RUN mkdir run && chown between run && python -m compileall -q accounts clinic homework
USER between
RUN BETWEEN_MODE=production BETWEEN_BASE_URL=https://build.invalid BETWEEN_SECRET_KEY=only-for-building DJANGO_SETTINGS_MODULE=clinic.settings \
    sh -c 'python manage.py collectstatic --noinput -v0 && python -c "import django; django.setup(); \
    from clinic.management.commands.prepare import compile_translations; compile_translations()"'
CMD ["gunicorn", "clinic.wsgi", "--bind=0.0.0.0:8000", "--no-control-socket"]
