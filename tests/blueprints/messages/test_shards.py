"""A message's page says which shard serves the person: by hand, by their own address, by their school's."""

from flask.testing import FlaskClient
from sqlalchemy import select, text

from app.domain.tenancy import shards
from app.models import Message
from app.unit_of_work import session, transaction
from tests import people
from tests.blueprints.scheduling.composer import SCHOOLS, plan, send

DISTRICT = 2


def test_the_shard_and_its_reason_stand_on_the_message(client: FlaskClient) -> None:
    people.sign_in(client, people.DISTRICT_ADMIN)
    plan(DISTRICT, send(client, "Birch Elementary"))
    with transaction(DISTRICT):
        key = session().scalar(select(Message.id).order_by(Message.id).limit(1))
    page = f"{SCHOOLS}/messages/{key}"
    _record("zip", "62701")
    assert "The common one. Neither ZIP code 60601 nor Illinois has a shard." in client.get(page).text
    with transaction(platform=True):
        shards.add_shard(name="loop", zip_code="60601")
    assert "loop. ZIP code 60601 has a shard of its own." in client.get(page).text
    with transaction(platform=True):
        shards.add_shard(name="midwest", state="IL")
    assert "midwest. ZIP code 62701 lies in Illinois, which has a shard." in client.get(page).text
    with transaction(DISTRICT):
        session().execute(
            text("UPDATE customers SET shard = 'by-hand' WHERE company_id = 2 AND name = 'Birch Elementary'")
        )
    assert "by-hand. Set by hand for Birch Elementary." in client.get(page).text


def _record(field: str, value: str) -> None:
    with transaction(DISTRICT):
        session().execute(
            text(
                "UPDATE messages SET data = data || jsonb_build_object(CAST(:field AS text), "
                "CAST(:value AS text)) WHERE company_id = 2"
            ),
            {"field": field, "value": value},
        )
