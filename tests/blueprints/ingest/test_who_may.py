"""Who may see and run imports, and that a stranger's numbers lead nowhere."""

import io
from collections.abc import Callable

import pytest
from sqlalchemy import select

from app.domain.access import grants
from app.models import ContactRecord, Customer, Packet, User
from app.unit_of_work import across_companies, transaction
from tests.blueprints.ingest.conftest import PEOPLE, Wizard
from tests.people import BIRCH_PRINCIPAL, CLINIC_VIEWER, UTILITY_OPERATOR

DOUBTFUL = (
    "Name,Contact,Appt Date\nAda Larkspur,ada@example.org,03/04/2027\nBo Lind,bo@example.org,05/06/2027\n"
)
Enter = Callable[[str, str], Wizard]
PATHS = (
    "", "/reading", "/reading/progress", "/reading/edit", "/match", "/preview", "/counts", "/confirm",
    "/result", "/result/progress", "/problems", "/problems.csv",
)  # fmt: skip


def test_a_viewer_looks_and_changes_nothing(wizard: Wizard, wizard_of: Enter) -> None:
    packet_id = wizard.read(PEOPLE)
    viewer = wizard_of(CLINIC_VIEWER, "riverside-clinic")
    assert "people.csv" in viewer.get("/imports").text
    assert "Upload a file" not in viewer.get("/imports").text
    assert viewer.get("/imports/new").status_code == 403
    viewer.post("/imports", expect=403, file=(io.BytesIO(b"a,b"), "a.csv"))
    viewer.post(f"/imports/{packet_id}/match", expect=403, go="on")
    viewer.confirm(packet_id, expect=403)


def test_a_viewer_reads_what_columns_mean_and_is_offered_nothing_that_answers_403(
    wizard: Wizard, wizard_of: Enter
) -> None:
    packet_id = wizard.read(DOUBTFUL)
    viewer = wizard_of(CLINIC_VIEWER, "riverside-clinic")
    page = viewer.get(f"/imports/{packet_id}/match").text
    assert "<strong>E-mail address</strong>" in page
    assert "Say whether “Contact” is right" in page
    for offered in ('name="target-', 'name="order-', 'name="go"', 'name="yes"', 'id="undo"', "#target-"):
        assert offered in wizard.get(f"/imports/{packet_id}/match").text
        assert offered not in page
    reading = viewer.get(f"/imports/{packet_id}/reading/edit").text
    assert "Read it this way" not in reading
    assert 'type="radio"' not in reading
    wizard.preview(packet_id, yes="1")
    preview = viewer.get(f"/imports/{packet_id}/preview").text
    assert f"/imports/{packet_id}/confirm" in wizard.get(f"/imports/{packet_id}/preview").text
    assert f"/imports/{packet_id}/confirm" not in preview


@pytest.mark.parametrize("path", PATHS)
def test_a_strangers_import_is_not_there(wizard: Wizard, wizard_of: Enter, path: str) -> None:
    packet_id = wizard.read(PEOPLE)
    stranger = wizard_of(UTILITY_OPERATOR, "lakeside-utility")
    assert stranger.get(f"/imports/{packet_id}{path}").status_code == 404
    stranger.alias = "riverside-clinic"
    assert stranger.get(f"/imports/{packet_id}{path}").status_code == 404


def test_a_delegated_persons_upload_belongs_to_their_customer(wizard_of: Enter) -> None:
    with across_companies(reason="a test gives a principal the role to import") as session:
        person = session.scalars(select(User).where(User.email_address == BIRCH_PRINCIPAL)).one()
        birch = session.scalars(select(Customer).where(Customer.name == "Birch Elementary")).one()
        grants.grant_role(person.id, "operator", company_id=birch.company_id, customer_ids=[birch.id])
    principal = wizard_of(BIRCH_PRINCIPAL, "maplewood-schools")
    packet_id = principal.imported(PEOPLE)
    with transaction(birch.company_id) as session:
        assert session.get_one(Packet, (birch.company_id, packet_id)).customer_id == birch.id
        mine = select(ContactRecord).where(ContactRecord.packet_id == packet_id)
        assert {record.customer_id for record in session.scalars(mine)} == {birch.id}
