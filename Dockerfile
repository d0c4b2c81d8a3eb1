# syntax=docker/dockerfile:1
# The page is built and the wheel made in the first stage; only what runs is in the second.
FROM python:3.11-slim-bookworm AS build
WORKDIR /source
COPY . .
# The build hook brings Node along as a package where there is none.
RUN pip wheel --no-cache-dir --no-deps --wheel-dir /wheels . \
    && pip wheel --no-cache-dir --require-hashes --wheel-dir /wheels --requirement requirements/run.txt

FROM python:3.11-slim-bookworm
RUN --mount=type=bind,from=build,source=/wheels,target=/wheels \
    pip install --no-cache-dir --no-index /wheels/*.whl \
    && useradd --uid 10001 --create-home studio \
    && install --directory --owner studio --group studio /data
# Compiled kernels are kept, since the packages cannot be written to.
ENV DEBIAI_DATA_FOLDER=/data \
    NUMBA_CACHE_DIR=/data/studio/kernels \
    DEBIAI_HOST=0.0.0.0 \
    DEBIAI_PORT=3000 \
    DEBIAI_BROWSER=false
USER 10001
WORKDIR /data
VOLUME /data
EXPOSE 3000
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:3000/health', timeout=4)"]
ENTRYPOINT ["debiai"]
CMD ["start"]
