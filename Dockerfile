# One image for web, worker, beat and migrate; compose says which it is.
FROM node:22-bookworm-slim AS front
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --loglevel=error

FROM python:3.12-slim-bookworm
ENV PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    PIP_NO_CACHE_DIR=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    DJANGO_SETTINGS_MODULE=il2ward.settings \
    IL2WARD_MODE=production \
    IL2WARD_HOME=/var/lib/il2ward \
    IL2WARD_STATIC_ROOT=/app/static_collected
RUN groupadd --system --gid 10001 il2ward \
    && useradd --system --uid 10001 --gid il2ward --home-dir /var/lib/il2ward --create-home il2ward
WORKDIR /app
COPY requirements/runtime.txt requirements/runtime.txt
RUN pip install --require-hashes -r requirements/runtime.txt
COPY --from=front /app/node_modules node_modules
COPY manage.py ./
COPY il2ward il2ward
COPY dosing dosing
COPY monitoring monitoring
COPY templates templates
COPY static static
# Gathering static files needs settings, and settings need a key and a host: both are thrown away here.
RUN IL2WARD_SECRET_KEY="$(python -c 'import secrets; print(secrets.token_hex(40))')" \
    IL2WARD_ALLOWED_HOSTS=localhost \
    python manage.py collectstatic --noinput --verbosity 0
USER il2ward
EXPOSE 8000
CMD ["uvicorn", "il2ward.asgi:application", "--host", "0.0.0.0", "--port", "8000", "--lifespan", "on", \
     "--ws-ping-interval", "5", "--ws-ping-timeout", "10", "--ws-max-size", "65536", \
     "--no-access-log", "--no-server-header", "--no-proxy-headers", "--timeout-graceful-shutdown", "10"]
