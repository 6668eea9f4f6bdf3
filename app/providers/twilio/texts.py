"""Hands texts over to Twilio: the official client builds the requests, our wire carries many at a time."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from time import monotonic

from twilio.base.exceptions import (  # type: ignore[import-untyped]
    TwilioRestException,
    TwilioServiceException,
)
from twilio.rest import Client  # type: ignore[import-untyped]
from twilio.rest.api.v2010.account.message import (  # type: ignore[import-untyped]
    MessageInstance,
    MessageList,
)

from app.providers.contract import (
    CannotAsk,
    FoundMessage,
    HandedOver,
    Outcome,
    OutgoingText,
    TwilioAccount,
)
from app.providers.loop import LoopThread
from app.providers.twilio.codes import verdict
from app.providers.twilio.transport import WireClient
from app.providers.wire import FateUnknown, NeverSent, Wire, give_up_at

REAL = "https://api.twilio.com"
MOST_FOUND = 5_000


class TwilioTexts:
    """A TextProvider for one account. Safe to share between threads and to carry over a fork."""

    def __init__(self, account: TwilioAccount) -> None:
        self._account = account
        self._loop = LoopThread(self._open, Wire.close)

    def send_many(
        self, messages: Sequence[OutgoingText], *, give_up_after: float | None = None
    ) -> list[HandedOver]:
        """See the contract; `account.concurrency` requests are on their way at a time."""
        last_moment = None if give_up_after is None else monotonic() + give_up_after
        return self._loop.run(lambda wire: self._send_all(wire, messages, last_moment))

    def find(self, *, to: str, created_after: datetime) -> list[FoundMessage]:
        """See the contract. Twilio filters by number; the moment is compared here, because a message
        that still waits there has no DateSent to filter by.
        """
        return self._loop.run(lambda wire: self._find(wire, to, created_after))

    def close(self) -> None:
        """See the contract."""
        self._loop.close()

    def _open(self) -> Wire:
        return Wire(
            self._account.base_url or REAL,
            connect_timeout=self._account.connect_timeout,
            read_timeout=self._account.read_timeout,
        )

    def _list(self, wire: Wire) -> MessageList:
        client = Client(self._account.account_sid, self._account.auth_token, http_client=WireClient(wire))
        return client.messages

    async def _send_all(
        self, wire: Wire, messages: Sequence[OutgoingText], last_moment: float | None
    ) -> list[HandedOver]:
        give_up_at.set(last_moment)
        resource = self._list(wire)
        waiting = iter(enumerate(messages))
        results: dict[int, HandedOver] = {}

        async def work() -> None:
            # All workers draw from one iterator: no task per message, and never two for one.
            for number, message in waiting:
                results[number] = await hand_over(resource, message)

        workers = min(self._account.concurrency, len(messages))
        await asyncio.gather(*[work() for _ in range(workers)])
        return [results[number] for number in range(len(messages))]

    async def _find(self, wire: Wire, to: str, created_after: datetime) -> list[FoundMessage]:
        try:
            listed = await self._list(wire).list_async(to=to, limit=MOST_FOUND, page_size=1000)
        except Exception as error:  # No list, or one that nobody can read: the client raises what it likes.
            raise CannotAsk(f"{type(error).__name__}: {error}") from error
        return [
            found(message)
            for message in listed
            if message.direction != MessageInstance.Direction.INBOUND
            and message.date_created is not None
            # Twilio gives whole seconds.
            and message.date_created >= created_after.replace(microsecond=0)
        ]


async def hand_over(resource: MessageList, message: OutgoingText) -> HandedOver:
    """Hand one text over once and say what came of it; nothing is raised."""
    service = message.from_.startswith("MG")
    options: dict[str, object] = {"messaging_service_sid" if service else "from_": message.from_}
    if message.validity_seconds is not None:
        options["validity_period"] = message.validity_seconds
    try:
        accepted = await resource.create_async(
            to=message.to, body=message.body, status_callback=message.callback_url, **options
        )
    except NeverSent as error:
        return result(message, Outcome.RETRY, error.code, str(error))
    except FateUnknown as error:
        return result(message, Outcome.AMBIGUOUS, error.code, str(error))
    except (TwilioRestException, TwilioServiceException) as error:
        judged = verdict(error.code, error.status)
        return result(message, judged.outcome, str(error.code), f"{judged.words} {judged.advice}")
    except Exception as error:  # An answer that nobody can read may still be a yes.
        return result(message, Outcome.AMBIGUOUS, "unreadable_answer", f"{type(error).__name__}: {error}")
    if not isinstance(accepted.sid, str) or not accepted.sid:
        return result(message, Outcome.AMBIGUOUS, "unreadable_answer", "Twilio's answer names no message.")
    return HandedOver(message.attempt_token, Outcome.ACCEPTED, accepted.sid, None, accepted.status or "")


def result(message: OutgoingText, outcome: Outcome, code: str, words: str) -> HandedOver:
    """Say that Twilio did not take a text, or may not have."""
    return HandedOver(message.attempt_token, outcome, None, code, words)


def found(message: MessageInstance) -> FoundMessage:
    """Put a listed message into our words; of a Messaging Service the SID stands as sender."""
    if message.sid is None or message.date_created is None:
        raise CannotAsk("Twilio listed a message without SID or date.")
    return FoundMessage(
        provider_id=message.sid,
        to=message.to or "",
        from_=message.messaging_service_sid or message.from_ or "",
        body=message.body or "",
        created_at=message.date_created,
        status=str(message.status or ""),
    )
