"""An import says which of its rows wait, since sending for the clinic they belong to is turned off."""

from app.domain.delivery import switching
from app.domain.scheduling.naming import merge_parts
from app.domain.tenancy.companies import customers_here
from app.unit_of_work import transaction
from tests.blueprints.ingest.conftest import Wizard


def test_rows_of_a_clinic_that_is_turned_off_wait_and_keep_its_name_and_zone(wizard: Wizard) -> None:
    with transaction(1):
        clinic = customers_here()[0]
        switching.turn_off(clinic.id)
    rows = "First Name,Mobile,Location\nAda,(212) 555-0142,RMS\n"
    assert "Riverside Main Street is turned off; messages wait" in wizard.preview(wizard.read(rows)).text
    elsewhere = "First Name,Mobile,Location\nAda,(212) 555-0142,RPE\n"
    assert "is turned off" not in wizard.preview(wizard.read(elsewhere)).text
    with transaction(1):
        assert merge_parts().by_customer[clinic.id]["customer"]["name"] == "Riverside Main Street"
