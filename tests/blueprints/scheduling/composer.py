"""Writes to people as a browser would: page after page, with the hidden fields each page carries."""

import re

from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from app.domain.scheduling.planning import plan_next
from app.unit_of_work import transaction
from tests.people import Form, forms

SCHOOLS = "/c/maplewood-schools"
CLINIC = "/c/riverside-clinic"


def answer(client: FlaskClient, page: TestResponse, **values: object) -> TestResponse:
    """Answer the question of one page and follow to the next."""
    form = form_to(page, "/broadcasts/new")
    query = {**form.hidden, **values, "go": "1"}
    return client.get(form.action, query_string=query, follow_redirects=True)


def choose(page: TestResponse, name: str, words: str) -> str:
    """Return the value of the radio button with these words beside it."""
    found = re.search(
        rf'name="{name}"[^>]*value="([^"]+)"[^>]*>\s*<span[^>]*><strong>{words}</strong>', page.text
    )
    assert found, f"The page offers no “{words}”."
    return found[1]


def check_page(
    client: FlaskClient, audience: str, *, at: str = SCHOOLS, template: str = "School closure", **time: str
) -> TestResponse:
    """Walk to the page that asks to check all answers."""
    page = client.get(f"{at}/broadcasts/new")
    page = answer(client, page, template=choose(page, "template", template))
    page = answer(client, page, audience=choose(page, "audience", audience))
    return answer(client, page, channels=["sms", "email"], **(time or {"when": "now"}))


def confirm(client: FlaskClient, page: TestResponse) -> TestResponse:
    """Press the button of the check page; return the redirect."""
    return client.post(form_to(page, "/broadcasts").action, data=confirmation(page))


def confirmation(page: TestResponse) -> MultiDict[str, str]:
    """Return all that the check page's form carries: the channels stand in it once each."""
    values = MultiDict(form_to(page, "/broadcasts").hidden)
    values.setlist("channels", re.findall(r'name="channels" value="(\w+)"', page.text))
    return values


def send(client: FlaskClient, audience: str, **more: str) -> int:
    """Send a message to an audience; return the broadcast's id."""
    sent = confirm(client, check_page(client, audience, **more))
    assert sent.status_code == 303, sent.text[-2000:]
    return int(sent.location.rpartition("/")[2])


def plan(company_id: int, broadcast_id: int) -> None:
    """Turn a due broadcast into messages, as the worker would."""
    more = True
    while more:
        with transaction(company_id):
            more = plan_next(broadcast_id)


def form_to(page: TestResponse, ending: str) -> Form:
    """Return the page's form whose address ends so, or whose address begins a step of it."""
    found = [one for one in forms(page.text) if one.action.endswith(ending) or f"{ending}/" in one.action]
    assert found, f"The page has no form to {ending}: {page.text[-2000:]}"
    return found[0]
