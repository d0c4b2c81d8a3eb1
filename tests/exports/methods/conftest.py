"""Real receivers for the senders' tests, and a runner for coroutines."""

from __future__ import annotations

import asyncio
import inspect

import pytest
from tests.real.fixtures import kafka_broker, receiver

__all__ = ["kafka_broker", "receiver"]


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem):
    """Run coroutine tests on a loop of their own, then close their sender on it."""
    if not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    wanted = inspect.signature(pyfuncitem.obj).parameters
    arguments = {name: pyfuncitem.funcargs[name] for name in wanted}

    async def body():
        try:
            await pyfuncitem.obj(**arguments)
        finally:
            if "sender" in arguments:
                await arguments["sender"].close()

    asyncio.run(body())
    return True
