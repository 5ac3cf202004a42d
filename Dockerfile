# The portal's image: one image for web, worker, scheduler and the one-shot jobs. Built from the lock, runs as nobody's root.
# Build: docker build -t procurement-portal .

FROM python:3.13.16-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PYTHONDONTWRITEBYTECODE=1
WORKDIR /portal
COPY pyproject.toml requirements.lock manage.py ./
COPY procurement_portal/__init__.py procurement_portal/__init__.py
COPY procurement_portal/local procurement_portal/local
# Only what the runtime needs of the lock, every package checked against its hash.
RUN python -m procurement_portal.local.lock > /tmp/runtime.lock \
    && python -m venv /opt/portal \
    && /opt/portal/bin/pip install --only-binary :all: --require-hashes -r /tmp/runtime.lock
# The design system is fetched and compiled in a second environment that does not reach the image.
RUN python -m procurement_portal.local.lock build > /tmp/build.lock \
    && python -m venv /opt/build \
    && /opt/build/bin/pip install --only-binary :all: --require-hashes -r /tmp/build.lock
COPY . .
RUN /opt/build/bin/python -m procurement_portal.web.assets \
    && PORTAL_MODE=production SECRET_KEY=only-for-this-step PORTAL_HOSTS=localhost PORTAL_VAULT_KEYS=/dev/null \
       PORTAL_SCANNER=clamd://nowhere:3310 DATABASE_URL=postgresql://nobody@localhost/none REDIS_URL=redis://localhost/0 \
       /opt/portal/bin/python manage.py collectstatic --noinput \
    && rm -rf var tests docs

FROM python:3.13.16-slim-bookworm
ENV PATH=/opt/portal/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PORTAL_MODE=production \
    DJANGO_SETTINGS_MODULE=procurement_portal.settings
RUN groupadd --gid 10001 portal && useradd --uid 10001 --gid portal --home-dir /nonexistent --no-create-home portal
COPY --from=build /opt/portal /opt/portal
COPY --from=build /portal /portal
WORKDIR /portal
USER 10001:10001
EXPOSE 8000
ENTRYPOINT ["sh", "/portal/deploy/entrypoint.sh"]
CMD ["gunicorn", "-c", "python:procurement_portal.serving", "procurement_portal.wsgi:application", \
     "-b", "0.0.0.0:8000", "--graceful-timeout", "25"]
