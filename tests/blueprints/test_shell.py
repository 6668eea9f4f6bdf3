"""The shell around every page: where one may go, which company it is, what is running, and what is wrong."""

import re

import pytest
from flask.testing import FlaskClient
from redis.exceptions import ConnectionError as RedisIsGone
from sqlalchemy import select, text

from app import queue
from app.blueprints import degraded
from app.domain.access import grants
from app.domain.tenancy import companies
from app.models import User
from app.queue import JobName
from app.unit_of_work import across_companies, session
from tests import people
from tests.isolation.planting import plant
from tests.people import sign_in, sign_out

CLINIC = "/c/riverside-clinic"
SCHOOLS = "/c/maplewood-schools"
HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def nothing_seen_before() -> None:
    degraded.look_again()


@pytest.mark.parametrize(
    ("email_address", "address", "there", "not_there"),
    [
        (people.CLINIC_ADMIN, CLINIC, {"Home", "Imports", "Messages", "Trail"}, {"Support", "Companies"}),
        (people.CLINIC_OPERATOR, CLINIC, {"Home", "Imports", "Scheduled"}, {"Trail", "Support"}),
        (people.BIRCH_PRINCIPAL, SCHOOLS, {"Home", "Scheduled", "Messages"}, {"Imports", "Trail"}),
    ],
)
def test_the_navigation_has_what_one_may_do_and_nothing_else(
    client: FlaskClient, email_address: str, address: str, there: set[str], not_there: set[str]
) -> None:
    sign_in(client, email_address)
    found = _navigation(client.get(f"{address}/").text)
    assert there <= found
    assert not found & not_there


def test_every_destination_that_is_shown_opens(client: FlaskClient) -> None:
    sign_in(client, people.CLINIC_ADMIN)
    addresses = re.findall(r'class="nav-item" href="([^"]+)"', client.get(f"{CLINIC}/").text)
    assert len(addresses) >= 5
    assert {client.get(address).status_code for address in addresses} == {200}


def test_the_destination_one_is_at_is_marked_once(client: FlaskClient) -> None:
    sign_in(client, people.CLINIC_ADMIN)
    for address in ("/imports", "/broadcasts", "/trail"):
        nav = _nav(client.get(f"{CLINIC}{address}").text)
        marked = re.findall(r'class="nav-item" href="([^"]+)" aria-current="page"', nav)
        assert marked == [f"{CLINIC}{address}"]


def test_the_search_is_at_no_destination(client: FlaskClient) -> None:
    sign_in(client, people.CLINIC_ADMIN)
    assert 'aria-current="page"' not in _nav(client.get(f"{CLINIC}/search").text)


def test_a_phone_has_at_most_five_things_in_its_bar(client: FlaskClient) -> None:
    sign_in(client, people.CLINIC_ADMIN)
    nav = _nav(client.get(f"{CLINIC}/").text)
    near = len(re.findall(r"<li><a class=\"nav-item\"", nav))
    assert near == 4
    assert "nav-more" in nav


def test_the_switcher_lists_only_the_companies_one_has_a_role_at(client: FlaskClient) -> None:
    sign_in(client, people.CLINIC_ADMIN)
    answer = client.get("/companies/switcher?here=riverside-clinic", headers=HTMX)
    assert re.findall(r'href="(/c/[^"]+)"', answer.text) == [f"{CLINIC}/"]
    assert 'aria-current="true"' in answer.text
    assert "All companies" not in answer.text
    assert 'type="search"' not in answer.text


def test_many_companies_can_be_searched(client: FlaskClient) -> None:
    _widen(people.CLINIC_VIEWER, 11)
    sign_in(client, people.CLINIC_VIEWER)
    whole = client.get("/companies/switcher", headers=HTMX).text
    assert len(re.findall(r'href="/c/', whole)) == 12
    assert 'type="search"' in whole
    found = client.get("/companies/switcher?q=chain+7", headers=HTMX).text
    assert re.findall(r'href="(/c/[^"]+)"', found) == ["/c/chain-7/"]
    assert "No company of yours" in client.get("/companies/switcher?q=Lakeside", headers=HTMX).text


def test_support_is_led_to_all_companies(client: FlaskClient) -> None:
    sign_in(client, people.SUPPORT)
    answer = client.get("/companies/switcher", headers=HTMX).text
    assert 'href="/companies"' in answer
    assert "/c/" not in answer


def test_without_javascript_the_switcher_is_a_link_to_the_companies(client: FlaskClient) -> None:
    sign_in(client, people.SUPPORT)
    people.visit(client, "riverside-clinic")
    assert client.get("/companies/switcher").location == "/companies"
    assert 'href="/companies"' in client.get(f"{CLINIC}/trail").text


def test_a_delegated_person_reads_for_whom(client: FlaskClient) -> None:
    sign_in(client, people.BIRCH_PRINCIPAL)
    switcher = client.get(f"{SCHOOLS}/").text.partition('class="switcher menu"')[2].partition("</summary>")[0]
    assert "Birch Elementary" in switcher
    sign_out(client)
    sign_in(client, people.DISTRICT_OPERATOR)
    assert "Birch" not in client.get(f"{SCHOOLS}/").text.partition("</header>")[0]


def test_a_support_person_is_told_that_they_look_in(client: FlaskClient) -> None:
    sign_in(client, people.SUPPORT)
    people.visit(client, "riverside-clinic")
    assert 'aria-label="Support visit"' in client.get(f"{CLINIC}/trail").text
    sign_out(client)
    sign_in(client, people.CLINIC_ADMIN)
    assert 'aria-label="Support visit"' not in client.get(f"{CLINIC}/trail").text


def test_what_runs_is_counted_and_shown_with_its_way_there(client: FlaskClient) -> None:
    story = plant("riverside-clinic")
    sign_in(client, people.CLINIC_OPERATOR)
    assert "every 60s" in client.get(f"{CLINIC}/jobs/count", headers=HTMX).text
    assert "Nothing is running" in client.get(f"{CLINIC}/jobs").text
    _run(story.ids)
    count = client.get(f"{CLINIC}/jobs/count", headers=HTMX).text
    assert "2 running" in count
    assert "every 10s" in count
    page = client.get(f"{CLINIC}/jobs").text
    assert f"{CLINIC}/imports/{story.ids['data_packets']}" in page
    assert f"{CLINIC}/broadcasts/{story.ids['broadcasts']}" in page
    assert 'hx-trigger="every 2s"' in page


def test_a_principal_is_not_shown_what_runs_for_another_school(client: FlaskClient) -> None:
    cedar, birch = (
        plant("maplewood-schools", "Cedar High School"),
        plant("maplewood-schools", "Birch Elementary"),
    )
    _run(cedar.ids)
    _run(birch.ids)
    sign_in(client, people.BIRCH_PRINCIPAL)
    page = client.get(f"{SCHOOLS}/jobs/progress", headers=HTMX).text
    assert f"/broadcasts/{birch.ids['broadcasts']}" in page
    assert cedar.canary not in page
    assert "/imports/" not in page  # A principal imports nothing.
    assert "1 running" in client.get(f"{SCHOOLS}/jobs/count", headers=HTMX).text


def test_a_queue_that_does_not_answer_is_said_in_a_sentence(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_in(client, people.CLINIC_OPERATOR)
    assert "Service notice" not in client.get(f"{CLINIC}/").text
    degraded.look_again()
    monkeypatch.setattr(queue, "longest_wait", _gone)
    assert degraded.NO_QUEUE in client.get(f"{CLINIC}/").text


def test_it_is_looked_up_once_for_many_pages(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[str] = []

    def look() -> float:
        looks.append("looked")
        return 0.0

    monkeypatch.setattr(queue, "longest_wait", look)
    for _ in range(3):
        client.get("/sign-in")
    assert looks == ["looked"]


def test_a_job_that_waits_long_is_said(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    queue.ring(JobName.READ_PACKET, 1, 1)
    assert 0.0 <= queue.longest_wait() < degraded.LONG
    monkeypatch.setattr(degraded, "LONG", -1.0)
    degraded.look_again()
    assert degraded.SLOW_QUEUE in client.get("/sign-in").text


def _gone() -> float:
    raise RedisIsGone("no route")


def _run(ids: dict[str, int]) -> None:
    with across_companies(reason="setting a planted story going in a test"):
        session().execute(
            text("UPDATE data_packets SET stage = 'mapped' WHERE id = :id"), {"id": ids["data_packets"]}
        )
        session().execute(
            text("UPDATE broadcasts SET state = 'sending' WHERE id = :id"), {"id": ids["broadcasts"]}
        )


def _widen(email_address: str, count: int) -> None:
    """Give a person a role at so many new companies."""
    with across_companies(reason="making companies for a test"):
        user_id = session().scalar(select(User.id).where(User.email_address == email_address))
        assert user_id is not None
        for number in range(count):
            made = companies.create_company(
                name=f"Chain {number}",
                alias=f"chain-{number}",
                kind="health_care",
                time_zone="America/Chicago",
            )
            grants.grant_role(user_id, "viewer", company_id=made.id)


def _nav(html: str) -> str:
    return html.partition('<nav class="nav"')[2].partition("</nav>")[0]


def _navigation(html: str) -> set[str]:
    return set(re.findall(r'class="nav-item"[^>]*>.*?<span>([^<]+)</span>', _nav(html).replace("&amp;", "&")))
