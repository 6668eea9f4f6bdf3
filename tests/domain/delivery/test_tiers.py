"""What a tier allows is asked when a message is sent, and not only when the company was saved."""

import pytest

from app.config import Settings
from tests.domain.delivery.test_dispatch import dispatch_all
from tests.domain.delivery.world import Sender
from tests.simulator.process import RunningSimulator

HTML = (
    """UPDATE queue SET message_data = message_data || '{"html": "<p>Hello</p>"}' """
    "WHERE company_id = :company"
)


@pytest.mark.parametrize(("tier", "own_address"), [(1, True), (2, False), (3, False)])
def test_the_tier_of_the_moment_decides_on_address_and_html(
    sender: Sender, sending: Settings, simulator: RunningSimulator, tier: int, own_address: bool
) -> None:
    """The rows were rendered while the company was of tier 1, and the tier was changed since."""
    to = f"tier-{tier}@example.org"
    sender.add_people({"email": to})
    sender.send_off("email")
    sender.sql(HTML)
    sender.sql("UPDATE companies SET tier = :tier WHERE id = :company", tier=tier)
    dispatch_all(sender)
    (arrived,) = simulator.ledger("email", to=to)
    (alias,) = sender.sql("SELECT alias FROM companies WHERE id = :company")[0]
    expected = "hello@testing.example" if own_address else f"{alias}@{sending.mail_domain}"
    assert arrived["from"] == expected
    assert arrived["text"].startswith("Hello ")
    assert arrived["html"] == ("<p>Hello</p>" if tier < 3 else None)
    assert sender.message().contact_status == "accepted"


@pytest.mark.parametrize("address", ["front-desk@{ours}", "front-desk@mail.{ours}"])
def test_an_address_of_ours_goes_with_any_tier(
    sender: Sender, sending: Settings, simulator: RunningSimulator, address: str
) -> None:
    ours, to = address.format(ours=sending.mail_domain), f"ours-{len(address)}@example.org"
    sender.sql("UPDATE companies SET tier = 3, from_email = :ours WHERE id = :company", ours=ours)
    sender.add_people({"email": to})
    sender.send_off("email")
    dispatch_all(sender)
    (arrived,) = simulator.ledger("email", to=to)
    assert arrived["from"] == ours


def test_a_company_without_an_address_sends_from_one_of_ours(
    sender: Sender, sending: Settings, simulator: RunningSimulator
) -> None:
    sender.sql("UPDATE companies SET from_email = '' WHERE id = :company")
    sender.add_people({"email": "nameless@example.org"})
    sender.send_off("email")
    dispatch_all(sender)
    (arrived,) = simulator.ledger("email", to="nameless@example.org")
    assert arrived["from"].endswith(f"@{sending.mail_domain}")


def test_the_brands_name_is_the_senders(
    sender: Sender, sending: Settings, simulator: RunningSimulator
) -> None:
    sender.sql("""UPDATE companies SET details = '{"shown_name": "The Bells"}' WHERE id = :company""")
    sender.add_people({"email": "brand@example.org"})
    sender.send_off("email")
    dispatch_all(sender)
    (arrived,) = simulator.ledger("email", to="brand@example.org")
    assert arrived["from_name"] == "The Bells"
