"""A shard is found by hand, then by ZIP code, then by state, and each answer says why."""

import pytest
from flask import Flask

from app.domain.tenancy import shards
from app.domain.tenancy.shards import FoundShard, ShardRules
from app.errors import Conflict, Rejected
from app.unit_of_work import transaction

RULES = ShardRules({"60601": "loop"}, {"IL": "midwest", "NY": "east"})


@pytest.mark.parametrize(
    ("zip_code", "state", "override", "name", "why"),
    [
        ("60601", "IL", "by-hand", "by-hand", "Set by hand for this one."),
        ("60601", "", "", "loop", "ZIP code 60601 has a shard of its own."),
        ("60601-1234", "", "", "loop", "ZIP code 60601 has a shard of its own."),
        ("62701", "", "", "midwest", "ZIP code 62701 lies in Illinois, which has a shard."),
        ("62701", "NY", "", "midwest", "ZIP code 62701 lies in Illinois, which has a shard."),
        ("", "ny", "", "east", "It is in New York, which has a shard."),
        ("94105", "", "", "", "Neither ZIP code 94105 nor California has a shard."),
        ("00000", "NY", "", "east", "It is in New York, which has a shard."),
        ("00000", "", "", "", "ZIP code 00000 is not in the list, and no state is given."),
        ("", "", "", "", "Neither a ZIP code nor a state is given."),
    ],
)
def test_the_rule(zip_code: str, state: str, override: str, name: str, why: str) -> None:
    assert RULES.find(zip_code=zip_code, state=state, override=override) == FoundShard(name, why)


def test_a_record_has_the_shard_of_its_own_address_else_its_customers() -> None:
    of_customer = RULES.find(state="NY")
    assert RULES.of_record({"zip": "62701"}, of_customer=of_customer).name == "midwest"
    assert RULES.of_record({"zip": None}, of_customer=of_customer).name == "east"
    assert RULES.of_record({}).name == ""


def test_a_region_has_one_shard_and_a_zip_code_finds_its_state(app: Flask) -> None:
    with transaction(platform=True):
        made = shards.add_shard(name="loop", zip_code="60601")
        shards.add_shard(name="midwest", state="IL")
        assert (made.state, made.zip) == ("IL", "60601")
        with pytest.raises(Conflict, match="ZIP code 60601 has a shard already"):
            shards.add_shard(name="other", zip_code="60601-1234")
        with pytest.raises(Conflict, match="Illinois has a shard already"):
            shards.add_shard(name="other", state="illinois")
        shards.remove_shard(made.id)
        assert shards.shard_rules().find(zip_code="60601").name == "midwest"


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": "Mid West", "state": "IL"},
        {"name": "midwest"},
        {"name": "midwest", "state": "ZZ"},
        {"name": "midwest", "zip_code": "00000"},
        {"name": "midwest", "zip_code": "60601", "state": "NY"},
    ],
)
def test_what_is_no_region_is_refused(app: Flask, wrong: dict[str, str]) -> None:
    with transaction(platform=True), pytest.raises(Rejected):
        shards.add_shard(**wrong)
