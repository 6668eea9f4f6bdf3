"""What was sent: every accepted message, on disk for good and the newest ones in memory."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

KEEP = 200_000
"""Messages in memory; older ones stay in the file."""

TAIL_BYTES = 128 * 1024 * 1024
"""How much of the file's end is read at a start."""

LONGEST_LINE = 32 * 1024 * 1024
"""An e-mail of the largest size allowed, and room around it."""


@dataclass(slots=True)
class Message:
    """One text or e-mail. `direction` is out (from the portal) or in (from a simulated person)."""

    channel: str
    direction: str
    sid: str
    account: str
    to: str
    from_: str
    body: str
    at: float
    status: str = "queued"
    service: str | None = None
    error: int | None = None
    updated: float = 0.0
    place: tuple[int, int] = field(default=(0, 0))  # offset and length of its line in the file

    @property
    def person(self) -> str:
        """The number or address of the simulated person."""
        return self.to if self.direction == "out" else self.from_

    @property
    def when(self) -> datetime:
        """When it was accepted."""
        return datetime.fromtimestamp(self.at, UTC)


class Ledger:
    """An append-only JSONL file and an index of its newest messages."""

    def __init__(self, path: Path, keep: int = KEEP) -> None:
        self._keep = keep
        self._lines: list[bytes] = []
        self._newest: deque[Message] = deque()
        self.by_sid: dict[str, Message] = {}
        self.people: dict[str, dict[str, list[Message]]] = {"sms": {}, "email": {}}
        self._file = path.open("a+b")
        self._end = self._mend()
        self._reload()

    def add(self, message: Message, **details: Any) -> None:
        """Note an accepted message; `details` go to the file alone."""
        line = orjson.dumps(
            {
                "channel": message.channel,
                "direction": message.direction,
                "sid": message.sid,
                "account": message.account,
                "to": message.to,
                "from": message.from_,
                "service": message.service,
                "body": message.body,
                "at": message.when.isoformat(timespec="milliseconds"),
                **details,
            },
            option=orjson.OPT_APPEND_NEWLINE,
        )
        message.place = (self._end, len(line))
        self._end += len(line)
        self._lines.append(line)
        self._index(message)

    def flush(self) -> None:
        """Write what is buffered; called several times a second and before every reading back."""
        if self._lines:
            self._file.write(b"".join(self._lines))
            self._file.flush()
            self._lines.clear()

    def close(self) -> None:
        """Write what is buffered and close the file."""
        self.flush()
        self._file.close()

    def entry(self, message: Message) -> dict[str, Any]:
        """Return the whole entry of a message, with its present status."""
        self.flush()
        offset, length = message.place
        self._file.seek(offset)
        line: dict[str, Any] = orjson.loads(self._file.read(length))
        return line | {"status": message.status, "error": message.error}

    def newest(self, channel: str | None = None) -> Iterator[Message]:
        """Go through the messages in memory, newest first."""
        return (
            message for message in reversed(self._newest) if channel is None or message.channel == channel
        )

    def _index(self, message: Message) -> None:
        self._newest.append(message)
        self.by_sid[message.sid] = message
        people = self.people[message.channel]
        # Taken out and put back, so that the people are in the order of their newest message.
        messages = people.pop(message.person, None) or []
        messages.append(message)
        people[message.person] = messages
        if len(self._newest) > self._keep:
            self._forget(self._newest.popleft())

    def _forget(self, oldest: Message) -> None:
        self.by_sid.pop(oldest.sid, None)
        people = self.people[oldest.channel]
        messages = people[oldest.person]
        messages.pop(0)
        if not messages:
            del people[oldest.person]

    def _mend(self) -> int:
        """Cut off a line that a crash left unfinished; returns the length of the file."""
        end = self._file.seek(0, 2)
        start = max(0, end - LONGEST_LINE)
        self._file.seek(start)
        tail = self._file.read()
        whole = start + tail.rfind(b"\n") + 1
        if whole < end:
            self._file.truncate(whole)
        return whole

    def _reload(self) -> None:
        start = max(0, self._end - TAIL_BYTES)
        self._file.seek(start)
        offset = start + len(self._file.readline()) if start else 0
        self._file.seek(offset)
        for line in self._file:
            message = read_line(orjson.loads(line))
            message.place = (offset, len(line))
            offset += len(line)
            self._index(message)


def read_line(entry: dict[str, Any]) -> Message:
    """Read an entry of the file back; what was under way when the simulator stopped counts as arrived."""
    at = datetime.fromisoformat(entry["at"]).timestamp()
    return Message(
        channel=entry["channel"],
        direction=entry["direction"],
        sid=entry["sid"],
        account=entry["account"],
        to=entry["to"],
        from_=entry["from"],
        service=entry["service"],
        body=entry["body"],
        at=at,
        updated=at,
        status="delivered" if entry["direction"] == "out" else "received",
    )
