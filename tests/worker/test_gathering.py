"""Calls that arrive together are made together, and each gets its own result or error."""

import asyncio

import pytest

from debiai_studio.worker.gathering import Gathering


def gathered(numbers, fails=lambda _number: False):
    """The results of all, errors in their places, and what each call was given."""
    calls = []

    async def call(given):
        calls.append(list(given))
        await asyncio.sleep(0)
        if any(map(fails, given)):
            raise ValueError([number for number in given if fails(number)])
        return [number * 10 for number in given]

    async def main():
        gathering = Gathering(call)
        return await asyncio.gather(*map(gathering.add, numbers), return_exceptions=True)

    return asyncio.run(main()), calls


def test_those_that_wait_go_as_one():
    results, calls = gathered(range(1200))

    assert results == [number * 10 for number in range(1200)]
    assert sorted(map(len, calls), reverse=True) == [500, 500, 200]


def test_one_that_fails_takes_no_other_with_it():
    results, _ = gathered(range(5), fails=lambda number: number == 3)

    assert results[:3] + results[4:] == [0, 10, 20, 40]
    assert isinstance(results[3], ValueError)
    assert results[3].args == ([3],)


def test_who_gave_up_waiting_disturbs_nobody():
    async def call(given):
        await asyncio.sleep(0.01)
        return given

    async def main():
        gathering = Gathering(call)
        impatient, patient = (asyncio.create_task(gathering.add(n)) for n in (1, 2))
        await asyncio.sleep(0)
        impatient.cancel()
        assert await patient == 2
        assert await gathering.add(3) == 3
        with pytest.raises(asyncio.CancelledError):
            await impatient

    asyncio.run(main())
