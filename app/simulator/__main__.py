"""`python -m app.simulator --port 8401 --data DIR`: runs the simulator until SIGTERM or Ctrl-C."""

import argparse
import asyncio
import os
import signal
import sys
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path

from app.simulator.resume import resume
from app.simulator.routes import answer
from app.simulator.server import Conversation
from app.simulator.state import FAULT_TYPES, Faults
from app.simulator.world import World, open_world

FLUSH_EVERY = 0.1


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the options and serve; exit code 0 after a clean stop, 1 when the start fails."""
    options = parser().parse_args(arguments)
    try:
        asyncio.run(serve(options))
    except OSError as error:
        sys.stderr.write(f"The simulator cannot start: {error}\n")
        return 1
    return 0


def parser() -> argparse.ArgumentParser:
    """Describe the options; each fault setting is one."""
    described = argparse.ArgumentParser(prog="python -m app.simulator", description=__doc__)
    described.add_argument("--port", type=int, default=8401, help="0 takes a free one")
    described.add_argument("--bind", default="127.0.0.1")
    described.add_argument("--data", type=Path, required=True, help="folder for ledger, keys and settings")
    described.add_argument("--twilio-token", default=os.environ.get("SIMULATOR_TWILIO_TOKEN"))
    described.add_argument("--sendgrid-key", default=os.environ.get("SIMULATOR_SENDGRID_KEY"))
    for name, kind in FAULT_TYPES.items():
        option = f"--{name.replace('_', '-')}"
        if kind is bool:
            described.add_argument(option, action=argparse.BooleanOptionalAction, default=None)
        else:
            described.add_argument(option, type=kind, default=None)
    return described


async def serve(options: argparse.Namespace) -> None:
    """Serve until told to stop, then write everything down."""
    loop = asyncio.get_running_loop()
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    world = open_world(options.data, twilio_token=options.twilio_token, sendgrid_key=options.sendgrid_key)
    chosen = {known.name: getattr(options, known.name) for known in fields(Faults)}
    wrong = world.state.change_faults({name: value for name, value in chosen.items() if value is not None})
    if wrong:
        raise OSError(" ".join(wrong))
    server = await loop.create_server(
        lambda: Conversation(lambda request: answer(world, request)), options.bind, options.port, backlog=4096
    )
    port = server.sockets[0].getsockname()[1]
    sys.stdout.write(
        f"Carillon simulator: nothing here reaches a real person. http://{options.bind}:{port}\n"
    )
    sys.stdout.flush()
    resume(world)
    await keep(world, stopping)
    server.close()
    await world.courier.stop()
    world.ledger.close()


async def keep(world: World, stopping: asyncio.Event) -> None:
    """Carry callbacks and write the ledger out several times a second until told to stop."""
    world.courier.start()
    while not stopping.is_set():
        world.ledger.flush()
        try:
            await asyncio.wait_for(stopping.wait(), FLUSH_EVERY)
        except TimeoutError:
            continue


if __name__ == "__main__":
    sys.exit(main())
