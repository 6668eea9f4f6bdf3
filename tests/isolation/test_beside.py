"""The doors beside the companies, tried by whom they are not for (T-IDOR): people, programs, the platform."""

import pytest
from sqlalchemy import text

from app.unit_of_work import across_companies, session
from tests import people
from tests.figures import Figure
from tests.isolation.matrix import TABLE_OF, Door, Walk, keeps_quiet
from tests.isolation.planting_whole import Prey, belongings, contents
from tests.isolation.world import World

OTHERS = [people.CLINIC_VIEWER, people.UTILITY_ADMIN, people.BIRCH_PRINCIPAL, people.PLATFORM_ADMIN]
NOT_OF_THE_PLATFORM = [
    people.UTILITY_ADMIN,
    people.CLINIC_ADMIN,
    people.BIRCH_PRINCIPAL,
    people.CLINIC_VIEWER,
]


@pytest.mark.parametrize("email_address", NOT_OF_THE_PLATFORM)
def test_nobody_of_a_company_opens_a_door_of_the_platform(
    world: World, figure: Figure, email_address: str
) -> None:
    walk = Walk(world.enter(email_address), world.clinic)
    before = _of_the_platform(world.clinic)
    for door, address, answer in walk.through(_doors(world, "platform")):
        assert answer.status_code == 403, f"{door.method} {address}: {answer.status}"
        keeps_quiet(answer, world.clinic.story)
    assert _of_the_platform(world.clinic) == before
    walk.tell(figure)


def test_support_runs_nothing_of_the_platform(world: World, figure: Figure) -> None:
    walk = Walk(world.enter(people.SUPPORT), world.clinic)
    before = _of_the_platform(world.clinic)
    theirs = [door for door in _doors(world, "platform") if door.guard.module == "platform"]
    for door, address, answer in walk.through(theirs):
        assert answer.status_code == 403, f"{door.method} {address}: {answer.status}"
        keeps_quiet(answer, world.clinic.story)
    assert _of_the_platform(world.clinic) == before
    walk.tell(figure)


@pytest.mark.parametrize("headers", [(), ("Authorization",)])
def test_a_stranger_is_sent_away_from_the_platform_and_from_every_account(
    world: World, figure: Figure, headers: tuple[str, ...]
) -> None:
    """One with an API key is a stranger too: keys open what is under /api and nothing else."""
    shown = dict.fromkeys(headers, f"Bearer {world.clinic.key}")
    walk = Walk(world.stranger(), world.clinic, shown)
    before = _of_the_platform(world.clinic), _of_the_person(world.clinic)
    for door, address, answer in walk.through([*_doors(world, "platform"), *_doors(world, "person")]):
        assert answer.status_code == 302, f"{door.method} {address}: {answer.status}"
        assert answer.location.startswith("/sign-in"), address
        keeps_quiet(answer, world.clinic.story)
    assert (_of_the_platform(world.clinic), _of_the_person(world.clinic)) == before
    walk.tell(figure)


@pytest.mark.parametrize("email_address", OTHERS)
def test_nobody_sees_or_changes_what_hangs_on_another_person(
    world: World, figure: Figure, email_address: str
) -> None:
    """Not their sessions, passkeys and links: not of a colleague, nor for the platform's administrator."""
    walk = Walk(world.enter(email_address), world.clinic, thorough=True)
    before = _of_the_person(world.clinic)
    doors = [door for door in _doors(world, "person") if door.rule.arguments or door.method == "GET"]
    for door, address, answer in walk.through(doors):
        keeps_quiet(answer, world.clinic.story)
        if door.rule.arguments:
            wanted = 410 if "token" in door.rule.arguments else 404
            assert answer.status_code == wanted, f"{door.method} {address}: {answer.status}"
    assert _of_the_person(world.clinic) == before
    walk.tell(figure)


def test_what_hangs_on_a_person_is_shown_to_that_person(world: World) -> None:
    """Else the walks above would prove nothing."""
    story = world.clinic.story
    with across_companies(reason="finding a person for a test"):
        query = text("SELECT email_address FROM users WHERE id = :id")
        email_address = session().scalars(query, {"id": story.ids["users"]}).one()
    client = world.enter(email_address)
    security = client.get("/account/security").text
    assert f"{story.canary}-passkey" in security
    assert "192.0.2.7" in security
    links = [door for door in _doors(world, "person") if "token" in door.rule.arguments]
    (page,) = [door for door in links if door.method == "GET"]
    (address,) = page.addresses("", story, token=world.clinic.link)
    assert f"{story.canary}-new@example.org" in client.get(address).text


@pytest.mark.parametrize(
    ("whose", "prey"), [("utility", "clinic"), ("clinic", "utility"), ("utility", "cedar")]
)
def test_a_key_finds_nothing_of_another_company(world: World, figure: Figure, whose: str, prey: str) -> None:
    story = getattr(world, prey).story
    walk = Walk(world.stranger(), getattr(world, prey), _shown(getattr(world, whose)), thorough=True)
    before = contents(story.company_id)
    doors = _doors(world, "programs")
    assert doors
    for door, address, answer in walk.through(doors):
        keeps_quiet(answer, story)
        if any(str(story.ids[TABLE_OF[name]]) in address.split("/") for name in door.ids):
            assert answer.status_code == 404, f"{door.method} {address}: {answer.status}"
    assert contents(story.company_id) == before
    walk.tell(figure)


def test_a_key_finds_what_is_its_companys(world: World) -> None:
    """Else the walk above would prove nothing."""
    client, story = world.stranger(), world.clinic.story
    answers = [
        client.get(address, headers=_shown(world.clinic))
        for door in _doors(world, "programs")
        for address in [next(door.addresses("", story))]
        if door.method == "GET"
    ]
    assert {answer.status_code for answer in answers} == {200}
    assert any(story.canary in answer.text for answer in answers)


def test_without_a_key_a_program_is_refused(world: World, figure: Figure) -> None:
    walk = Walk(world.stranger(), world.clinic)
    for door, address, answer in walk.through(_doors(world, "programs")):
        assert answer.status_code == 401, f"{door.method} {address}: {answer.status}"
        keeps_quiet(answer, world.clinic.story)
    walk.tell(figure)


def _doors(world: World, kind: str) -> list[Door]:
    return [door for door in world.doors if door.kind == kind]


def _shown(prey: Prey) -> dict[str, str]:
    return {"Authorization": f"Bearer {prey.key}"}


def _of_the_platform(prey: Prey) -> dict[str, list[str]]:
    """What the platform's doors could change: the company, groups and shards."""
    with across_companies(reason="reading all rows in a test"):
        query = "SELECT t::text FROM {} t ORDER BY 1"
        beside = {name: list(session().scalars(text(query.format(name)))) for name in ("groups", "shards")}
    return {**contents(prey.story.company_id), **beside}


def _of_the_person(prey: Prey) -> dict[str, list[str]]:
    return belongings(prey.story.ids["users"])
