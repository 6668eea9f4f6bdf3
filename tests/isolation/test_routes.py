"""Every route of a company, tried by everybody who must not get through it (T-IDOR, with test_beside)."""

import re
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import text

from app.domain.access.policies import ROLES
from app.unit_of_work import across_companies, session
from tests import people
from tests.figures import Figure
from tests.isolation.matrix import NO_IDS, TABLE_OF, Door, Walk, keeps_quiet
from tests.isolation.planting_whole import belongings, contents, tables_of_a_company
from tests.isolation.world import CLINIC, SCHOOLS, UTILITY, World, change

NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
FEWEST_WORDS = 40
# What the walks may leave behind in one's own company, where one is known by name: that one was refused.
REFUSALS = "trail"


def test_every_door_has_its_place_in_the_matrix(world: World, figure: Figure) -> None:
    kinds = Counter(door.kind for door in world.doors)
    assert set(kinds) <= {"company", "programs", "person", "platform", "public"}
    for door in world.doors:
        unknown = door.rule.arguments - TABLE_OF.keys() - NO_IDS.keys()
        assert not unknown, f"{door.rule} has {unknown}: say in TABLE_OF which table's ids these are."
        if door.kind == "public":
            assert not door.ids, f"{door.rule} is open to everybody and takes a row's number."
    beside = {door.rule.endpoint.partition(".")[0] for door in world.doors if door.kind != "company"}
    people_have, others_have = {"account", "sign_in", "support", "platform"}, {"api", "callbacks", "health"}
    assert beside <= people_have | others_have | {"demo", "reports", "styleguide"}
    figure("T-IDOR", len(world.doors), "doors")


def test_there_is_prey_in_every_table_of_a_company(world: World, figure: Figure) -> None:
    story = world.clinic.story
    rows = contents(story.company_id)
    assert [table for table in tables_of_a_company() if not rows[table]] == []
    told = str((rows, belongings(story.ids["users"])))
    words = set(re.findall(story.canary + r"[\w.@-]*", told)) | set(re.findall(re.escape(story.phone), told))
    assert len(words) >= FEWEST_WORDS
    figure("T-IDOR", f"{len(words)} canaries a company")


def test_the_administrator_of_another_company_finds_nothing_at_any_address(
    world: World, figure: Figure
) -> None:
    walk = Walk(world.enter(people.UTILITY_ADMIN), world.clinic)
    before = contents(world.clinic.story.company_id)
    for door, address, answer in walk.through(world.company_doors, CLINIC):
        assert answer.status_code == 404, f"{door.method} {address}: {answer.status}"
        keeps_quiet(answer, world.clinic.story, "Riverside")
    assert contents(world.clinic.story.company_id) == before
    walk.tell(figure)


def test_a_foreign_company_looks_like_one_that_does_not_exist(world: World) -> None:
    client = world.enter(people.UTILITY_OPERATOR)
    differs = re.compile(r'reference <code>\w+</code>|"X-CSRFToken": "[^"]+"|value="[^"]+"|-left="\d+"')
    asked = (CLINIC, "no-such-company", f"{world.clinic.story.canary}-former")
    pages = {alias: client.get(f"/c/{alias}/") for alias in asked}
    assert {page.status_code for page in pages.values()} == {404}
    assert len({differs.sub("", page.text.replace(alias, "asked")) for alias, page in pages.items()}) == 1


def test_an_address_of_ones_own_company_does_not_open_the_rows_of_another(
    world: World, figure: Figure
) -> None:
    walk = Walk(world.enter(people.UTILITY_ADMIN), world.clinic, thorough=True)
    before = contents(world.clinic.story.company_id)
    foreign = set(world.clinic.story.ids.values())
    for door, address, answer in walk.through(world.company_doors, UTILITY, world.utility.story):
        keeps_quiet(answer, world.clinic.story, "Riverside")
        if not foreign.isdisjoint(_numbers_in(address)):
            # Of two numbers the first may be one's own, and then what was typed may be refused before.
            wanted = (404, 422) if len(door.ids) > 1 and door.method != "GET" else (404,)
            assert answer.status_code in wanted, f"{door.method} {address}: {answer.status}"
    assert contents(world.clinic.story.company_id) == before
    walk.tell(figure)


def test_a_principal_finds_nothing_of_the_other_school(world: World, figure: Figure) -> None:
    walk = Walk(world.enter(people.BIRCH_PRINCIPAL), world.cedar, thorough=True)
    before = _without_refusals(world.cedar.story.company_id)
    foreign = {*world.cedar.story.ids.values()} - {*world.birch.story.ids.values()}
    for door, address, answer in walk.through(world.company_doors, SCHOOLS, world.birch.story):
        keeps_quiet(answer, world.cedar.story, "Cedar")
        if not foreign.isdisjoint(_numbers_in(address)):
            wanted = 404 if _may("principal", door) else 403
            assert answer.status_code == wanted, f"{door.method} {address}: {answer.status}"
    assert _without_refusals(world.cedar.story.company_id) == before
    walk.tell(figure)


def test_what_others_do_not_see_their_own_administrator_does(world: World, figure: Figure) -> None:
    """Else the walks would prove nothing: the same addresses show the planted words to their own."""
    walk = Walk(world.enter(people.DISTRICT_ADMIN), world.cedar, thorough=True)
    pages = [door for door in world.company_doors if door.method == "GET"]
    shown = {
        door.rule.endpoint
        for door, _, answer in walk.through(pages, SCHOOLS, world.cedar.story)
        if world.cedar.story.canary in answer.text
    }
    by_id = {name for door in pages if door.rule.endpoint in shown for name in door.ids}
    assert by_id >= {name for door in pages for name in door.ids}
    figure("T-IDOR", len(shown), "pages show their own what they hide from others")


@pytest.mark.parametrize(
    ("email_address", "role"),
    [(people.CLINIC_VIEWER, "viewer"), (people.CLINIC_OPERATOR, "operator")],
)
def test_what_a_role_does_not_include_is_refused(
    world: World, figure: Figure, email_address: str, role: str
) -> None:
    walk = Walk(world.enter(email_address), world.clinic)
    before = _without_refusals(world.clinic.story.company_id)
    closed = [door for door in world.company_doors if not _may(role, door)]
    assert closed
    for door, address, answer in walk.through(closed, CLINIC):
        assert answer.status_code == 403, f"{door.method} {address}: {answer.status}"
        keeps_quiet(answer, world.clinic.story)
    assert _without_refusals(world.clinic.story.company_id) == before
    walk.tell(figure)


def test_a_viewer_changes_nothing_whatever_they_send(world: World, figure: Figure) -> None:
    """Every POST is refused, but for the counting that only looks."""
    walk = Walk(world.enter(people.CLINIC_VIEWER), world.clinic)
    writes = [door for door in world.company_doors if door.method != "GET"]
    answers = list(walk.through(writes, CLINIC))
    allowed = {door.rule.endpoint for door, _, answer in answers if answer.status_code != 403}
    assert allowed <= {"ingest.counts_create"}
    walk.tell(figure)


@pytest.mark.parametrize("email_address", [people.SUPPORT, people.PLATFORM_ADMIN])
def test_our_own_people_open_no_company_without_a_visit(
    world: World, figure: Figure, email_address: str
) -> None:
    walk = Walk(world.enter(email_address), world.clinic)
    before = contents(world.clinic.story.company_id)
    for door, address, answer in walk.through(world.company_doors, CLINIC):
        assert answer.status_code in (302, 303, 403, 404), f"{door.method} {address}: {answer.status}"
        keeps_quiet(answer, world.clinic.story)
    assert contents(world.clinic.story.company_id) == before
    walk.tell(figure)


def test_a_stranger_is_sent_to_the_sign_in_page(world: World, figure: Figure) -> None:
    walk = Walk(world.stranger(), world.clinic)
    _finds_the_sign_in_page(world, walk)
    walk.tell(figure)


def test_a_strangers_fragment_moves_the_whole_page(world: World, figure: Figure) -> None:
    walk = Walk(world.stranger(), world.clinic, {"HX-Request": "true"})
    for door, address, answer in walk.through(world.company_doors, CLINIC):
        said = (answer.status_code, answer.headers["HX-Redirect"], answer.data)
        assert said == (401, "/sign-in", b""), f"{door.method} {address}"
    walk.tell(figure)


@pytest.mark.parametrize("whose", ["utility", "clinic"])
def test_a_key_of_a_program_opens_no_page(world: World, figure: Figure, whose: str) -> None:
    """Not even its own company's: what programs may ask is under /api alone."""
    key = getattr(world, whose).key
    walk = Walk(world.stranger(), world.clinic, {"Authorization": f"Bearer {key}"})
    _finds_the_sign_in_page(world, walk)
    walk.tell(figure)


def test_who_is_turned_off_is_sent_to_the_sign_in_page_at_once(world: World, figure: Figure) -> None:
    walk = Walk(world.enter(people.CLINIC_NEWCOMER), world.clinic)
    assert walk.client.get(f"/c/{CLINIC}/").status_code == 200
    change("UPDATE users SET active = false WHERE email_address = :email", email=people.CLINIC_NEWCOMER)
    _finds_the_sign_in_page(world, walk)
    walk.tell(figure)


@pytest.mark.parametrize("statement", ["UPDATE user_roles SET active = false", "DELETE FROM user_roles"])
def test_whose_grant_is_turned_off_or_taken_away_finds_nothing_at_once(
    world: World, figure: Figure, statement: str
) -> None:
    walk = Walk(world.enter(people.UTILITY_OPERATOR), world.utility)
    person = people.user_id_of(people.UTILITY_OPERATOR)
    change("UPDATE user_roles SET active = true WHERE user_id = :id", id=person)
    assert walk.client.get(f"/c/{UTILITY}/messages").status_code == 200
    change(f"{statement} WHERE user_id = :id", id=person)
    before = contents(world.utility.story.company_id)
    for door, address, answer in walk.through(world.company_doors, UTILITY):
        assert answer.status_code == 404, f"{door.method} {address}: {answer.status}"
        keeps_quiet(answer, world.utility.story)
    assert contents(world.utility.story.company_id) == before
    walk.tell(figure)


def test_a_company_that_is_turned_off_is_closed(world: World, figure: Figure) -> None:
    walk = Walk(world.enter(people.CLINIC_ADMIN), world.clinic)
    change("UPDATE companies SET active = false WHERE id = :id", id=world.clinic.story.company_id)
    try:
        for door, address, answer in walk.through(world.company_doors, CLINIC):
            assert answer.status_code == 404, f"{door.method} {address}: {answer.status}"
            keeps_quiet(answer, world.clinic.story)
    finally:
        change("UPDATE companies SET active = true WHERE id = :id", id=world.clinic.story.company_id)
    walk.tell(figure)


def test_a_poll_alone_keeps_nobody_signed_in(world: World) -> None:
    polls = [door for door in world.company_doors if door.guard.poll]
    assert polls
    with time_machine.travel(NOON, tick=False) as clock:
        walk = Walk(world.enter(people.CLINIC_OPERATOR), world.clinic)
        clock.shift(timedelta(minutes=10))
        for door in polls:
            for address in door.addresses(CLINIC, world.clinic.story):
                walk.client.get(address)
                assert _last_seen() == NOON, address
        walk.client.get(f"/c/{CLINIC}/")
        assert _last_seen() == NOON + timedelta(minutes=10)


def _finds_the_sign_in_page(world: World, walk: Walk) -> None:
    before = contents(world.clinic.story.company_id)
    for door, address, answer in walk.through(world.company_doors, CLINIC):
        assert answer.status_code == 302, f"{door.method} {address}: {answer.status}"
        assert answer.location.startswith("/sign-in"), address
        keeps_quiet(answer, world.clinic.story, "Riverside Main")
    assert contents(world.clinic.story.company_id) == before


def _may(role: str, door: Door) -> bool:
    policies = next(one.policies for one in ROLES if one.key == role)
    return (door.guard.module, door.guard.function) in policies


def _numbers_in(address: str) -> set[int]:
    return {int(part) for part in address.split("/") if part.isdigit()}


def _without_refusals(company_id: int) -> dict[str, list[str]]:
    return {table: rows for table, rows in contents(company_id).items() if table != REFUSALS}


def _last_seen() -> datetime:
    query = text("SELECT max(last_seen_at) FROM user_sessions WHERE user_id = :id AND last_seen_at < :then")
    given = {"id": people.user_id_of(people.CLINIC_OPERATOR), "then": NOON + timedelta(days=1)}
    with across_companies(reason="looking at a session in a test"):
        found = session().scalar(query, given)
        assert isinstance(found, datetime)
        return found
