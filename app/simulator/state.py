"""What the simulator is told and keeps over a restart: faults, accounts, and where callbacks go."""

from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

import orjson


@dataclass(slots=True)
class Faults:
    """How the far end misbehaves. Times in milliseconds; `…_every` n means each nth, 0 means never."""

    latency_ms: int = 0
    drop_rate: float = 0.0  # accept, then cut the connection: this share of the sends
    drop_every: int = 0  # … or exactly every nth
    too_many_every: int = 0  # 429: not processed
    error_every: int = 0  # 500: not processed, though the caller cannot know
    callback_delay_ms: int = 300  # between two states of a message
    list_lag_ms: int = 0  # how long an accepted message stays out of the list
    callbacks: bool = True


@dataclass(slots=True)
class State:
    """The simulator's settings, saved as one JSON file on every change."""

    path: Path
    faults: Faults = field(default_factory=Faults)
    accounts: dict[str, str] = field(default_factory=dict)
    numbers: dict[str, list[str]] = field(default_factory=dict)
    inbound: dict[str, str] = field(default_factory=dict)
    webhooks: dict[str, str] = field(default_factory=dict)
    stopped: set[str] = field(default_factory=set)

    def save(self) -> None:
        """Write the file so that a reader, or a crash, never meets half of it."""
        saved = {name: getattr(self, name) for name in SAVED}
        saved |= {"faults": asdict(self.faults), "stopped": sorted(self.stopped)}
        draft = self.path.with_suffix(".new")
        draft.touch(mode=0o600)
        draft.write_bytes(orjson.dumps(saved, option=orjson.OPT_INDENT_2))
        draft.replace(self.path)

    def change_faults(self, given: dict[str, Any]) -> list[str]:
        """Set the named faults and save; returns what is wrong with them, and then changes nothing."""
        wrong = [problem for name, value in given.items() if (problem := fault_problem(name, value))]
        if not wrong:
            for name, value in given.items():
                setattr(self.faults, name, value)
            self.save()
        return wrong


SAVED = ("accounts", "numbers", "inbound", "webhooks")
FAULT_TYPES: dict[str, type[Any]] = {known.name: type(known.default) for known in fields(Faults)}


def load_state(data: Path) -> State:
    """Read what an earlier run saved, or begin anew."""
    data.mkdir(parents=True, exist_ok=True)
    state = State(path=data / "settings.json")
    if state.path.exists():
        saved = orjson.loads(state.path.read_bytes())
        for name in SAVED:
            setattr(state, name, saved.get(name, {}))
        state.stopped = set(saved.get("stopped", ()))
        known = {name: value for name, value in saved.get("faults", {}).items() if name in FAULT_TYPES}
        state.faults = Faults(**known)
    return state


def fault_problem(name: str, value: Any) -> str | None:
    """Say what is wrong with one setting, or None."""
    wanted = FAULT_TYPES.get(name)
    if wanted is None:
        return f"There is no setting {name}; there are {', '.join(FAULT_TYPES)}."
    if wanted is bool or isinstance(value, bool):
        return None if wanted is bool and isinstance(value, bool) else f"{name} must be true or false."
    if not isinstance(value, (int, wanted)) or value < 0:
        return f"{name} must be a number, 0 or more."
    return f"{name} is a share between 0 and 1." if wanted is float and value > 1 else None
