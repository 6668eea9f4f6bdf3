"""An event loop in a thread of its own, so that plain functions can do many things at a time."""

import asyncio
import os
import threading
from collections.abc import Callable, Coroutine
from typing import Any, Generic, TypeVar

Tools = TypeVar("Tools")
Result = TypeVar("Result")


class LoopThread(Generic[Tools]):
    """Runs coroutines with tools (connections, clients) that live as long as the loop.

    A worker forks for every job: a thread does not survive that, and two processes must not share a
    connection. So loop and tools are kept under the process's id, and a child begins anew.
    """

    def __init__(self, open_tools: Callable[[], Tools], close_tools: Callable[[Tools], None]) -> None:
        self._open = open_tools
        self._close = close_tools
        self._running: dict[int, _Running[Tools]] = {}

    def run(self, work: Callable[[Tools], Coroutine[Any, Any, Result]]) -> Result:
        """Run `work(tools)` on the loop and wait for what it returns or raises."""
        running = self._running.setdefault(os.getpid(), _Running(self._open, self._close))
        promised = asyncio.run_coroutine_threadsafe(running.work(work), running.started())
        try:
            return promised.result()
        except BaseException:
            # A job that is stopped from outside must not go on sending behind its back.
            promised.cancel()
            raise

    def close(self) -> None:
        """Close the tools and end the thread; the next run begins anew."""
        running = self._running.pop(os.getpid(), None)
        if running is not None:
            running.stop()


class _Running(Generic[Tools]):
    def __init__(self, open_tools: Callable[[], Tools], close_tools: Callable[[Tools], None]) -> None:
        self._open = open_tools
        self._close = close_tools
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._tools: Tools | None = None

    def started(self) -> asyncio.AbstractEventLoop:
        """Return the loop; the first caller starts it."""
        with self._lock:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                self._thread = threading.Thread(target=self._loop.run_forever, name="providers", daemon=True)
                self._thread.start()
            return self._loop

    async def work(self, work: Callable[[Tools], Coroutine[Any, Any, Result]]) -> Result:
        """Open the tools on the loop they belong to, once, and use them."""
        if self._tools is None:
            self._tools = self._open()
        return await work(self._tools)

    def stop(self) -> None:
        """Close the tools on their loop, then the loop."""
        if self._loop is None or self._thread is None:
            return
        if self._tools is not None:
            self._loop.call_soon_threadsafe(self._close, self._tools)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
