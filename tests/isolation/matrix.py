"""The doors of the portal by what guards them, and walks through them with foreign numbers."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from app.blueprints.doors import GUARD, Guard
from tests.figures import Figure
from tests.isolation.planting import Story
from tests.isolation.planting_whole import Prey
from tests.people import csrf_token

# Which table an id in an address belongs to. A new kind of id needs a line here, and a planted row.
TABLE_OF = {
    "packet_id": "data_packets",
    "broadcast_id": "broadcasts",
    "message_id": "messages",
    "template_id": "templates",
    "customer_id": "customers",
    "location_id": "company_locations",
    "grant_id": "user_roles",
    "role_id": "roles",
    "user_id": "users",
    "app_id": "company_apps",
    "key_id": "company_api_keys",
    "visit_id": "support_visits",
    "company_id": "companies",
    "group_id": "groups",
    "shard_id": "shards",
    "passkey_id": "user_passkeys",
    "session_id": "user_sessions",
}
# What else may stand in an address: no number of a row, and why it opens nothing.
NO_IDS = {
    "alias": "says which company is meant; whose it is not, is told 404",
    "token": "the one-time secret of a link; another person's is tried in test_beside",
    "public_id": "only with the provider's signature, which tests/blueprints/test_callbacks tries",
    "filename": "files of the portal's own",
    "mark": "files of the portal's own",
    "name": "invented words of the style guide",
    "status": "invented problems of the style guide",
}
LARGER_THAN_ANY = 10**19


@dataclass(frozen=True, slots=True)
class Door:
    """One route and one of its methods."""

    rule: Rule
    method: str
    guard: Guard

    @property
    def ids(self) -> list[str]:
        """The names of the numbers in its address that say which row is meant."""
        return sorted(self.rule.arguments - NO_IDS.keys())

    @property
    def kind(self) -> str:
        """Where it belongs in the matrix: to a company, programs, the platform, a person, or to everybody."""
        if self.guard.why_public:
            return "public"
        if "alias" in self.rule.arguments:
            return "company"
        if self.rule.rule.startswith("/api/"):
            return "programs"
        return "person" if (self.guard.module, self.guard.function) == ("self", "use") else "platform"

    def addresses(
        self, alias: str, foreign: Story, own: Story | None = None, token: str = ""
    ) -> Iterator[str]:
        """Its addresses: all ids foreign, one of them foreign, the first row there is, and no row at all."""
        theirs, ours = self._numbers(foreign), self._numbers(own) if own else {}
        choices = [theirs]
        if len(theirs) > 1 and own:
            choices += [{**ours, name: number} for name, number in theirs.items()]
        if theirs:
            choices += [dict.fromkeys(theirs, number) for number in (1, LARGER_THAN_ANY)]
        for values in choices:
            built = self.rule.build({"alias": alias, "token": token, **values}, append_unknown=False)
            assert built is not None, f"{self.rule} cannot be built with {values}"
            yield built[1]

    def _numbers(self, story: Story) -> dict[str, int]:
        ids = {**story.ids, "companies": story.company_id}
        return {name: ids[TABLE_OF[name]] for name in self.ids}


@dataclass(slots=True)
class Walk:
    """A walk of one person through doors; it counts what it asks.

    Where nothing at all may open, one try at each door will do. A `thorough` walk goes through doors that
    do open: it also asks for each page as it stands, and mixes in numbers of one's own, small and too large.
    """

    client: FlaskClient
    prey: Prey
    headers: dict[str, str] = field(default_factory=dict)
    thorough: bool = False
    requests: int = 0

    def through(
        self, doors: Iterable[Door], alias: str = "", own: Story | None = None
    ) -> Iterator[tuple[Door, str, TestResponse]]:
        """Try each door at each address, with all answers that a form or a query could name."""
        answers = foreign_answers(self.prey.story)
        sent = {"X-CSRFToken": csrf_token(self.client), **self.headers}
        for door in doors:
            # A key in an address is refused at the door of programs, before anything is looked for.
            given = {name: answers[name] for name in answers if name != "key" or door.kind != "programs"}
            addresses = list(door.addresses(alias, self.prey.story, own, self.prey.link))
            for address in addresses if self.thorough else addresses[:1]:
                extra: dict[str, Any] = {"query_string": given} if door.method == "GET" else {"data": given}
                self.requests += 1
                yield door, address, self.client.open(address, method=door.method, headers=sent, **extra)
                if door.method == "GET" and self.thorough:
                    self.requests += 1
                    yield door, address, self.client.get(address, headers=self.headers)

    def tell(self, figure: Figure) -> None:
        """Add this walk to the figures, once nothing leaked in it."""
        figure("T-IDOR", 1, "walks")
        figure("T-IDOR", self.requests, "requests")
        figure("T-IDOR", 0, "leaks")


def doors_of(app: Flask) -> list[Door]:
    """All doors of the portal, but for its files."""
    return [
        Door(rule, method, getattr(app.view_functions[rule.endpoint], GUARD))
        for rule in app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
        if rule.endpoint != "static"
    ]


def foreign_answers(story: Story) -> dict[str, Any]:
    """What a form or a query could name of a foreign story."""
    ids, customer = story.ids, story.customer_id or 0
    return {
        "template": ids["templates"], "template_id": ids["templates"], "broadcast": ids["broadcasts"],
        "audience": f"packet-{ids['data_packets']}", "packet": ids["data_packets"],
        "record": ids["contact_records"], "opened": "1",
        "channels": "sms", "when": "now", "key": "k" * 20, "go": "1", "then": "send", "saving": "nothing",
        "grants": ids["user_roles"], "role_id": ids["roles"], "role": ids["roles"], "reach": "company",
        "policies": "people/manage", "name": "Taken over", "user": ids["users"], "user_id": ids["users"],
        "customer": customer, "customer_id": customer, "customers": customer, "customer_ids": customer,
        "company": story.company_id, "company_id": story.company_id, "group": ids.get("groups", 0),
        "location_id": ids["company_locations"], "app_id": ids.get("company_apps", 0),
    }  # fmt: skip


def keeps_quiet(answer: TestResponse, story: Story, *names: str) -> None:
    """Nothing of a story stands in an answer: no word, no number, none of these names."""
    asked = f"{answer.request.method} {answer.request.path}"
    for said in (answer.text, str(answer.headers)):
        for planted in (story.canary, *story.numbers, *names):
            assert planted not in said, f"{asked} ({answer.status}) told “{planted}”"
