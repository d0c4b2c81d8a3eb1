"""A plugin of pytest that runs coroutine tests; name it in ``pytest_plugins``."""

from __future__ import annotations

import asyncio
import inspect
from typing import Any

import pytest


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Run it on a loop of its own, then close its fixture ``sender`` on the same loop."""
    if not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    wanted = inspect.signature(pyfuncitem.obj).parameters
    arguments: dict[str, Any] = {name: pyfuncitem.funcargs[name] for name in wanted}

    async def body() -> None:
        try:
            await pyfuncitem.obj(**arguments)
        finally:
            if "sender" in arguments:
                await arguments["sender"].close()

    asyncio.run(body())
    return True
