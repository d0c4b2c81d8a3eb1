"""DebiAI's REST API v0, at ``/`` and ``/api/v0``: what its Python client needs, as it needs it."""

from debiai_studio.http.v0 import (
    algo_providers,
    layouts,
    models,
    projects,
    providers,
    samples,
    selections,
)

ROUTERS = (
    providers.router,
    projects.router,
    samples.router,
    models.router,
    selections.router,
    layouts.router,
    algo_providers.router,
)
