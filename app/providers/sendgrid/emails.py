"""Hands e-mails over to SendGrid: the official client makes the calls, up to 1,000 people in each."""

import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from time import monotonic

import orjson
from python_http_client.exceptions import HTTPError
from sendgrid import SendGridAPIClient

from app.providers.contract import HandedOver, Outcome, OutgoingEmail, SendGridAccount
from app.providers.loop import LoopThread
from app.providers.sendgrid.batches import batches, body
from app.providers.sendgrid.codes import verdict
from app.providers.sendgrid.transport import WireClient
from app.providers.wire import FateUnknown, NeverSent, Reply, Wire, give_up_at

REAL = "https://api.sendgrid.com"
GUILTY = re.compile(r"personalizations\.(\d+)")
COMMON = ("from", "reply_to", "categories", "send_at")
LINE_BREAK = re.compile(r"[\r\n\x00]")


class SendGridEmails:
    """An EmailProvider for one API key. Safe to share between threads and to carry over a fork."""

    def __init__(self, account: SendGridAccount) -> None:
        self._account = account
        self._loop = LoopThread(self._open, Wire.close)

    def send_many(
        self, messages: Sequence[OutgoingEmail], *, give_up_after: float | None = None
    ) -> list[HandedOver]:
        """See the contract; `account.concurrency` calls are on their way at a time."""
        last_moment = None if give_up_after is None else monotonic() + give_up_after
        unsafe = [email for email in messages if has_line_break(email)]
        results = {email.attempt_token: refused_for_line_break(email) for email in unsafe}
        calls = list(batches([email for email in messages if email.attempt_token not in results]))
        if calls:
            with ThreadPoolExecutor(max_workers=min(self._account.concurrency, len(calls))) as pool:
                for answers in pool.map(lambda batch: self._send(batch, last_moment), calls):
                    results |= {answer.attempt_token: answer for answer in answers}
        return [results[email.attempt_token] for email in messages]

    def close(self) -> None:
        """See the contract."""
        self._loop.close()

    def _open(self) -> Wire:
        return Wire(
            self._account.base_url or REAL,
            connect_timeout=self._account.connect_timeout,
            read_timeout=self._account.read_timeout,
        )

    def _send(self, batch: list[OutgoingEmail], last_moment: float | None) -> list[HandedOver]:
        """Make one call; after a 400, which processes nothing, set the guilty ones apart and try again."""
        try:
            response = self._client(last_moment).client.mail.send.post(
                request_body=orjson.dumps(body(batch)).decode()
            )
        except NeverSent as error:
            return same_for(batch, Outcome.RETRY, error.code, str(error))
        except FateUnknown as error:
            return same_for(batch, Outcome.AMBIGUOUS, error.code, str(error))
        except HTTPError as error:
            parts = set_apart(batch, error.status_code, errors(error.body))
            if parts:
                return [answer for part in parts for answer in self._send(part, last_moment)]
            return refused(batch, error)
        message_id = response.headers.get("X-Message-Id")
        return [HandedOver(e.attempt_token, Outcome.ACCEPTED, message_id, None, "") for e in batch]

    def _client(self, last_moment: float | None) -> SendGridAPIClient:
        """Return an official client over our wire.

        Its body is written by orjson, ten times faster than json: the client takes a ready text as
        soon as the content type is not exactly `application/json`.
        """

        def carry(method: str, target: str, headers: bytes, sent: bytes) -> Reply:
            async def request(wire: Wire) -> Reply:
                give_up_at.set(last_moment)
                return await wire.request(method, target, headers, sent)

            return self._loop.run(request)

        api = SendGridAPIClient(self._account.api_key, host=REAL)
        api.client = WireClient(
            carry,
            host=REAL,
            version=3,
            request_headers={**api.client.request_headers, "Content-Type": "application/json; charset=utf-8"},
        )
        return api


def has_line_break(email: OutgoingEmail) -> bool:
    """Tell whether a header would contain a line break, which could add headers of its own."""
    headers = (email.to, email.from_address, email.from_name, email.reply_to or "", email.subject)
    return any(LINE_BREAK.search(value) for value in headers)


def refused_for_line_break(email: OutgoingEmail) -> HandedOver:
    """Refuse one e-mail before anything is sent."""
    words = "The subject, a name or an address contains a line break. Take it out."
    return HandedOver(email.attempt_token, Outcome.REFUSED, None, "line_break", words)


def same_for(batch: Sequence[OutgoingEmail], outcome: Outcome, code: str, words: str) -> list[HandedOver]:
    """Say the same of each e-mail of a call."""
    return [HandedOver(email.attempt_token, outcome, None, code, words) for email in batch]


def refused(batch: Sequence[OutgoingEmail], error: HTTPError) -> list[HandedOver]:
    """Say what SendGrid refused, in our words and its own."""
    judged = verdict(error.status_code)
    its_words = next((message for message, _ in errors(error.body)), "")
    words = f"{judged.words} {judged.advice} {its_words}".strip()
    return same_for(batch, judged.outcome, str(error.status_code), words)


def set_apart(
    batch: list[OutgoingEmail], status: int, found: list[tuple[str, str]]
) -> list[list[OutgoingEmail]]:
    """Divide a refused call into smaller ones; nothing when the same answer would come for each.

    Where SendGrid names the guilty ones (`personalizations.17.to`), each gets a call of its own and the
    others go together. Where it names what all have in common, dividing is of no use. Else it is halved.
    """
    if len(batch) == 1 or status not in (400, 413):
        return []
    named = [GUILTY.match(field) for _, field in found]
    guilty = {int(match[1]) for match in named if match and int(match[1]) < len(batch)}
    if guilty and len(guilty) < len(batch):
        innocent = [email for number, email in enumerate(batch) if number not in guilty]
        return [[batch[number]] for number in sorted(guilty)] + [innocent]
    if status == 400 and any(field.startswith(COMMON) for _, field in found):
        return []
    return [batch[: len(batch) // 2], batch[len(batch) // 2 :]]


def errors(answer: bytes) -> list[tuple[str, str]]:
    """Return SendGrid's words and fields; a 413 comes as a page and has none."""
    try:
        found = orjson.loads(answer)["errors"]
        return [(str(one.get("message") or ""), str(one.get("field") or "")) for one in found]
    except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError):
        return []
