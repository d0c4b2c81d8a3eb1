"""Documents under way at once hold a bounded memory."""

import asyncio

from debiai_studio.exports.methods.room import Room


def test_no_more_than_fits_is_under_way_and_one_that_is_larger_goes_alone():
    sizes = [30, 30, 30, 30, 500, 10, 60, 60, 100]
    under_way: list[int] = []
    seen: list[list[int]] = []

    async def send(room: Room, size: int) -> None:
        async with room.take("m1", size):
            under_way.append(size)
            seen.append([*under_way])
            await asyncio.sleep(0)
            under_way.remove(size)

    async def main() -> None:
        room = Room(100)
        await asyncio.gather(*(send(room, size) for size in sizes))

    asyncio.run(main())

    assert sorted(moment[-1] for moment in seen) == sorted(sizes)
    assert all(sum(moment) <= 100 or len(moment) == 1 for moment in seen)
    assert max(map(len, seen)) > 1


def test_who_is_cancelled_while_waiting_takes_no_room():
    async def main() -> None:
        room = Room(100)
        async with room.take("m1", 90):
            waiting = asyncio.create_task(room.take("m1", 50).__aenter__())
            await asyncio.sleep(0)
            waiting.cancel()
        async with asyncio.timeout(5), room.take("m1", 100):
            pass

    asyncio.run(main())


def test_what_one_method_holds_up_leaves_another_its_first_document():
    async def main() -> None:
        room = Room(100)
        async with asyncio.timeout(5), room.take("dead", 60), room.take("dead", 40):
            more_of_the_dead = asyncio.create_task(room.take("dead", 1).__aenter__())
            async with room.take("healthy", 80):
                second = asyncio.create_task(room.take("healthy", 1).__aenter__())
                await asyncio.sleep(0)
                assert not second.done()
            await second
            assert not more_of_the_dead.done()
            more_of_the_dead.cancel()

    asyncio.run(main())
