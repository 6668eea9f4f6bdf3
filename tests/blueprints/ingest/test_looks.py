"""What the wizard's pages look up: fresh after each decision, undo and template, and rebuilt when removed."""

import io
import re
from shutil import rmtree

from sqlalchemy import func, select

from app.domain.ingest import store
from app.domain.merge.templates import create_template, publish_version
from app.models import Packet
from app.unit_of_work import transaction
from tests.blueprints.ingest.conftest import PEOPLE, Wizard


def sample(wizard: Wizard, packet_id: int, template: int, page: str = "match", row: str = "") -> str:
    """The part of a page that shows messages, without what differs from one view to the next."""
    text = wizard.get(f"/imports/{packet_id}/{page}?template={template}&row={row}").text
    text = re.sub(r"[\w-]{20,}\.[\w-]{6}\.[\w-]{20,}", "a token, signed at a second", text)
    return re.sub(
        r'<a class="chip"[^>]*>At random</a>', "", text[text.index("<main") : text.index("</main>")]
    )


def forget(wizard: Wizard, packet_id: int) -> int:
    """Remove everything kept about the packet's files and return how many folders that were."""
    folders = list(store.packet_folder(wizard.company_id(), packet_id).glob("*.kept"))
    for folder in folders:
        rmtree(folder)
    return len(folders)


def test_a_decision_and_its_undo_are_seen_at_once(wizard: Wizard) -> None:
    packet_id, template = wizard.read(PEOPLE), wizard.template("We have moved")
    before = sample(wizard, packet_id, template)
    assert "Hello Ada" in before
    wizard.post(f"/imports/{packet_id}/match", **{"target-1": "first_name"})
    assert "Hello Larkspur" in sample(wizard, packet_id, template)
    wizard.undo(packet_id)
    after = sample(wizard, packet_id, template)
    wizard.post(f"/imports/{packet_id}/match", **{"target-0": "keep"})
    assert "Hello ," in sample(wizard, packet_id, template)
    assert re.findall(r"Hello \w+", after) == re.findall(r"Hello \w+", before)


def test_what_was_kept_and_removed_is_shown_all_the_same(wizard: Wizard) -> None:
    packet_id, template = wizard.read(PEOPLE), wizard.template("We have moved")
    wizard.preview(packet_id)
    for page, row in (("match", ""), ("preview", ""), ("preview", "3")):
        shown = [sample(wizard, packet_id, template, page, row) for _ in range(2)]
        assert forget(wizard, packet_id) > 0
        assert shown == [sample(wizard, packet_id, template, page, row)] * 2


def test_another_template_and_a_new_version_of_it_are_counted_anew(wizard: Wizard) -> None:
    packet_id = wizard.read(PEOPLE)
    wizard.preview(packet_id)
    with transaction(wizard.company_id()):
        template = create_template(name="Long").id
        publish_version(template, "sms", "Short for {data.first_name}")
    assert "Short for Ada" in sample(wizard, packet_id, template, "preview")
    with transaction(wizard.company_id()):
        publish_version(template, "sms", "Long for {data.first_name} " + "and so on " * 60)
    page = sample(wizard, packet_id, template, "preview")
    assert "Long for Ada" in page
    assert "5 segments" in page


def test_a_file_sent_twice_by_one_press_makes_one_import(wizard: Wizard) -> None:
    page = wizard.get("/imports/new").text
    key = re.search(r'name="request_key" value="([^"]+)"', page)
    assert key
    first = wizard.upload(PEOPLE, request_key=key[1])
    assert wizard.upload(PEOPLE, request_key=key[1]) == first
    other = wizard.upload(PEOPLE.replace("Ada", "Eva"), request_key=key[1])
    assert other != first
    assert wizard.upload(PEOPLE, request_key=f"{key[1]} of another page") not in (first, other)
    assert wizard.upload(PEOPLE) != wizard.upload(PEOPLE)
    with transaction(wizard.company_id()) as session:
        assert session.scalar(select(func.count()).select_from(Packet)) == 5


def test_a_discarded_import_does_not_stand_in_the_way_of_its_file(wizard: Wizard) -> None:
    first = wizard.upload(PEOPLE, request_key="one")
    wizard.post(f"/imports/{first}/discard")
    assert wizard.upload(PEOPLE, request_key="one") != first


def test_a_key_that_is_no_key_of_ours_is_refused(wizard: Wizard) -> None:
    file = (io.BytesIO(PEOPLE.encode()), "people.csv")
    wizard.post("/imports", expect=422, file=file, request_key="k" * 65)
