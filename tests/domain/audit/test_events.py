"""Every semantic event has its keys and its sentence, and a value in it is only a value."""

from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as some

from app.domain.audit import events
from app.domain.audit.reading import TrailFilters, page
from app.unit_of_work import NoContext, transaction

ACTIONS = sorted(events.SENTENCES)


@given(some.sampled_from(ACTIONS), some.text())
def test_a_value_is_inserted_as_it_stands(action: str, value: str) -> None:
    inserted = len(events.keys_of(action) - events.ASIDE.get(action, frozenset()))
    said = events.sentence(action, dict.fromkeys(events.keys_of(action), value))
    assert said.count(value) >= inserted
    assert not inserted or value in said


@pytest.mark.parametrize("value", ["{filename}", "{0}", "{reason.__class__}", "{", "}}", "%s"])
def test_a_value_that_looks_like_a_gap_stays_text(value: str) -> None:
    assert events.sentence("lane.paused", {"channel": "sms", "reason": value}).endswith(f": {value}")


@pytest.mark.parametrize("action", ACTIONS)
def test_a_sentence_never_has_a_hole(action: str) -> None:
    said = events.sentence(action, None)
    assert "{" not in said
    assert ("…" in said) == ("{" in events.SENTENCES[action])


def test_an_action_that_is_no_longer_declared_is_shown_by_its_name() -> None:
    assert events.sentence("gone.long_ago", {"x": 1}) == "gone.long_ago"


@pytest.mark.parametrize(
    ("action", "details"),
    [("signed_in", {}), ("signed_in", {"network": "x", "more": "y"}), ("signed_out", {"network": "x"})],
)
def test_other_keys_than_declared_raise(app: Flask, action: str, details: dict[str, Any]) -> None:
    with transaction(1), pytest.raises(ValueError, match=f"{action} takes"):
        events.record(action, **details)


def test_an_undeclared_action_raises(app: Flask) -> None:
    with transaction(1), pytest.raises(KeyError):
        events.record("invented")


def test_an_event_needs_an_open_transaction(app: Flask) -> None:
    with pytest.raises(NoContext):
        events.record("signed_out")


def test_an_event_is_read_back_as_its_sentence(app: Flask) -> None:
    with transaction(1, user=2):
        events.record("packet.uploaded", "data_packets", 7, filename="people.csv")
    with transaction(1):
        line = page(TrailFilters(thing="data_packets", thing_id=7)).lines[0]
    assert (line.who, line.sentence) == ("Oscar Reyes", "uploaded “people.csv”")
    assert (line.old, line.new) == (None, None)
