# Tidewatch for many machines; docker-compose.yml starts one container per process from it.
FROM node:20-bookworm-slim AS libraries
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund

FROM python:3.11-slim-bookworm
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_DISABLE_PIP_VERSION_CHECK=1 \
    TIDEWATCH_HOME=/state STATIC_ROOT=/app/collected
WORKDIR /app
COPY requirements.txt ./
RUN pip install --no-cache-dir --require-hashes -r requirements.txt \
    && useradd --system --uid 10001 --home-dir /nonexistent tidewatch \
    && install -d -o tidewatch -m 0700 /state /keys /paper
COPY --from=libraries /app/node_modules ./node_modules
COPY manage.py pyproject.toml ./
COPY exchange ./exchange
COPY dashboard ./dashboard
COPY templates ./templates
COPY static ./static
RUN python manage.py collectstatic --no-input --verbosity 0 && rm -rf /state/* node_modules \
    && chown -R tidewatch /state
USER tidewatch
EXPOSE 8000
HEALTHCHECK NONE
CMD ["daphne", "--bind", "0.0.0.0", "--port", "8000", "-v", "0", "--no-server-name", "--websocket_timeout", "-1", "--websocket-max-message-size", "65536", "--websocket-max-frame-size", "65536", "dashboard.asgi:application"]
