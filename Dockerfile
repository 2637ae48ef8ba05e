# The worker and the command line, from the lock. Without the embedded broker: a cluster has its own Kafka.
FROM python:3.11.14-slim-bookworm AS build
ENV UV_LINK_MODE=copy UV_COMPILE_BYTECODE=1 UV_PYTHON_DOWNLOADS=never UV_PROJECT_ENVIRONMENT=/opt/freshet
RUN pip install --no-cache-dir uv==0.13.9
WORKDIR /src
COPY pyproject.toml uv.lock ./
RUN uv sync --frozen --no-dev --extra notify --no-install-project --no-cache
COPY README.md LICENSE ./
COPY config config
COPY detectors detectors
COPY streams streams
RUN uv sync --frozen --no-dev --extra notify --no-editable --no-cache

FROM python:3.11.14-slim-bookworm
RUN useradd --system --uid 10001 --create-home --home-dir /var/lib/freshet freshet
COPY --from=build /opt/freshet /opt/freshet
ENV PATH=/opt/freshet/bin:$PATH PYTHONUNBUFFERED=1 FRESHET_LOGS__FORMAT=json
USER 10001
# Faust makes its data directory where it starts.
WORKDIR /var/lib/freshet
EXPOSE 6066
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:6066/healthz', timeout=4)"]
ENTRYPOINT ["freshet"]
CMD ["worker"]
