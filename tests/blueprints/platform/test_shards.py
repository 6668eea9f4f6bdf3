"""The platform's page of shards: a region is added and removed in words, and a place is asked about."""

import re

import pytest
from flask.testing import FlaskClient

from tests import people
from tests.people import csrf_token, sign_in


def test_regions_are_added_asked_about_and_removed(client: FlaskClient) -> None:
    sign_in(client, people.PLATFORM_ADMIN)
    assert _add(client, name="midwest", state="IL") == 303
    assert _add(client, name="loop", zip="60601") == 303
    page = client.get("/platform/shards?place=60601").text
    assert "ZIP code 60601, IL" in page
    assert "<strong>loop</strong>. ZIP code 60601 has a shard of its own." in page
    state = client.get("/platform/shards?place=62701").text
    assert "<strong>midwest</strong>. ZIP code 62701 lies in Illinois, which has a shard." in state
    for key in re.findall(r'id="shard-(\d+)"', page):
        sent = {"csrf_token": csrf_token(client)}
        assert client.post(f"/platform/shards/{key}/removal", data=sent).status_code == 303
        assert client.post(f"/platform/shards/{key}/removal", data=sent).status_code == 404
    page = client.get("/platform/shards?place=60601").text
    assert "No regions yet: the common shard serves everybody." in page
    assert "Neither ZIP code 60601 nor Illinois has a shard." in page


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({"name": "Mid West", "state": "IL"}, 422),
        ({"name": "x" * 41, "state": "IL"}, 422),
        ({"name": "west", "zip": "00000"}, 422),
        ({"name": "west", "zip": "60601", "state": "NY"}, 422),
        ({"name": "west"}, 422),
        ({"name": "", "state": "IL"}, 422),
        ({"name": "west", "state": "XX"}, 422),
        ({"name": "other", "state": "CA"}, 409),
    ],
)
def test_what_is_no_region_is_refused(client: FlaskClient, given: dict[str, str], status: int) -> None:
    sign_in(client, people.PLATFORM_ADMIN)
    assert _add(client, name="pacific", state="CA") == 303
    assert _add(client, **given) == status
    assert len(re.findall(r'id="shard-\d+"', client.get("/platform/shards").text)) == 1


@pytest.mark.parametrize("place", ["x" * 300, "%00", "'; DROP TABLE shards", "６０６０１", "<b>"])
def test_a_strange_place_gets_an_answer_in_words(client: FlaskClient, place: str) -> None:
    sign_in(client, people.PLATFORM_ADMIN)
    page = client.get("/platform/shards", query_string={"place": place})
    assert page.status_code == 200
    assert 'id="found-shard"' in page.text
    assert "<b>" not in page.text


def _add(client: FlaskClient, **given: str) -> int:
    return client.post(
        "/platform/shards", data={"csrf_token": csrf_token(client), "state": "", "zip": ""} | given
    ).status_code
