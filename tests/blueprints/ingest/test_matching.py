"""Matching columns: one decision at a time, seen at once in the sample, and taken back as easily."""

import re

from tests.blueprints.ingest.conftest import PEOPLE, Wizard

DOUBTFUL = "Name,Contact\nAda Larkspur,ada@example.org\nBo Lind,bo@example.org\n"
DATES = "First,Cell,Appt Date\nAda,212 555 0142,03/04/2027\nBo,212 555 0143,{second}\n"


def chosen(page: str, column: int) -> str:
    """The target that a column's select shows."""
    select = re.search(rf'<select[^>]*id="target-{column}".*?</select>', page, re.DOTALL)
    assert select
    found = re.search(r'value="([^"]+)" selected', select[0])
    assert found
    return found[1]


def test_a_changed_column_answers_with_its_row_the_panel_and_the_sample(wizard: Wizard) -> None:
    packet_id = wizard.read(PEOPLE)
    path = f"/imports/{packet_id}/match?template={wizard.template('We have moved')}"
    assert "Hello Ada" in wizard.get(path).text
    answer = wizard.client.post(
        wizard.url(path),
        data={"csrf_token": wizard.token, "target-0": "keep"},
        headers={"HX-Request": "true"},
    )
    assert answer.status_code == 200
    assert "<html" not in answer.text
    assert 'id="match-side"' in answer.text
    assert 'id="column-0" hx-swap-oob=' in answer.text
    assert 'id="column-1"' not in answer.text
    assert "Hello Ada" not in answer.text
    assert "Hello ," in answer.text


def test_a_gap_in_a_sample_is_named(wizard: Wizard) -> None:
    packet_id = wizard.read("First Name,Mobile\nAda,(212) 555-0142\n,(212) 555-0143\n")
    path = f"/imports/{packet_id}/match?template={wizard.template('We have moved')}"
    assert "gap-note" not in wizard.get(path).text
    assert "gap-note" not in wizard.preview(packet_id, template=wizard.template("We have moved")).text
    row = f"/imports/{packet_id}/preview?row=3&template={wizard.template('We have moved')}"
    assert re.search(
        r"A gap:.*<strong>First name</strong>, and it is empty in this row", wizard.get(row).text
    )
    wizard.post(f"/imports/{packet_id}/match", **{"target-0": "ignore"})
    assert re.search(r"A gap:.*First name</strong>, and no column is matched with it", wizard.get(path).text)


def test_a_choice_says_what_speaks_for_it_and_which_column_has_it_now(wizard: Wizard) -> None:
    packet_id = wizard.read("First Name,Last Name,Pt Cell\nAda,Larkspur,(212) 555-0142\n")
    page = wizard.get(f"/imports/{packet_id}/match").text
    of_first = page[page.index('id="target-0"') : page.index('id="target-1"')]
    assert re.search(r'value="first_name" selected data-hint="[^"]*First Name', of_first)
    assert 'value="last_name" data-hint="Now “Last Name”"' in of_first
    assert 'value="keep" data-hint="As {data.first_name_2}"' in of_first


def test_a_field_taken_by_another_column_is_given_up_there(wizard: Wizard) -> None:
    packet_id = wizard.read(PEOPLE)
    wizard.post(f"/imports/{packet_id}/match", **{"target-1": "first_name"})
    page = wizard.get(f"/imports/{packet_id}/match").text
    assert chosen(page, 1) == "first_name"
    assert chosen(page, 0) == "keep"


def test_undo_brings_back_what_was_before_and_no_more(wizard: Wizard) -> None:
    packet_id = wizard.read(PEOPLE)
    wizard.post(f"/imports/{packet_id}/match", **{"target-0": "keep"})
    wizard.post(f"/imports/{packet_id}/match", **{"target-1": "ignore"})
    wizard.undo(packet_id)
    page = wizard.get(f"/imports/{packet_id}/match").text
    assert (chosen(page, 0), chosen(page, 1)) == ("keep", "last_name")
    wizard.undo(packet_id)
    assert chosen(wizard.get(f"/imports/{packet_id}/match").text, 0) == "first_name"
    wizard.undo(packet_id, expect=422)


def test_an_undo_that_does_not_say_what_it_saw_is_refused(wizard: Wizard) -> None:
    packet_id = wizard.read(PEOPLE)
    wizard.post(f"/imports/{packet_id}/match", **{"target-0": "keep"})
    for unclear in ({}, {"seen": ""}, {"seen": "the last"}):
        assert "Reload the page" in wizard.post(f"/imports/{packet_id}/undo", expect=422, **unclear).text
    assert chosen(wizard.get(f"/imports/{packet_id}/match").text, 0) == "keep"


def test_what_was_undone_is_not_in_force_after_a_new_decision(wizard: Wizard) -> None:
    packet_id = wizard.read(PEOPLE)
    wizard.post(f"/imports/{packet_id}/match", **{"target-0": "keep"})
    wizard.undo(packet_id)
    wizard.post(f"/imports/{packet_id}/match", **{"target-1": "ignore"})
    page = wizard.get(f"/imports/{packet_id}/match").text
    assert (chosen(page, 0), chosen(page, 1)) == ("first_name", "ignore")


def test_a_doubtful_address_needs_a_yes_before_one_goes_on(wizard: Wizard) -> None:
    packet_id = wizard.read(DOUBTFUL)
    page = wizard.post(f"/imports/{packet_id}/match", expect=422, go="on").text
    assert "1 thing to match before you go on" in page
    assert "Say whether “Contact” is right" in page
    wizard.post(f"/imports/{packet_id}/match", yes="1")
    assert "Hello Ada" in wizard.preview(packet_id).text


def test_nobody_goes_on_without_a_way_to_reach_people(wizard: Wizard) -> None:
    packet_id = wizard.read("First,Last\nAda,Larkspur\n")
    page = wizard.post(f"/imports/{packet_id}/match", expect=422, go="on").text
    assert "A phone number or an e-mail address" in page
    assert wizard.get(f"/imports/{packet_id}/preview").status_code == 303


def test_the_order_of_dates_is_proven_where_only_one_fits(wizard: Wizard) -> None:
    packet_id = wizard.read(DATES.format(second="25/04/2027"))
    page = wizard.get(f"/imports/{packet_id}/match").text
    assert "25/04/2027 can only be day, month, year" in page
    assert re.search(r'value="DMY" selected', page)


def test_the_order_of_dates_is_asked_where_several_fit(wizard: Wizard) -> None:
    packet_id = wizard.read(DATES.format(second="05/06/2027"))
    assert "please say which it is" in wizard.get(f"/imports/{packet_id}/match").text
    wizard.post(f"/imports/{packet_id}/match", **{"order-2": "DMY"})
    assert re.search(r'value="DMY" selected', wizard.get(f"/imports/{packet_id}/match").text)


def test_a_target_that_does_not_exist_is_refused(wizard: Wizard) -> None:
    packet_id = wizard.read(PEOPLE)
    wizard.post(f"/imports/{packet_id}/match", expect=422, **{"target-0": "password_hash"})


def test_a_value_that_contains_markup_or_a_tag_stays_text(wizard: Wizard) -> None:
    packet_id = wizard.read("First,Cell\n<script>alert(1)</script>{company.name},212 555 0142\n")
    page = wizard.get(f"/imports/{packet_id}/match").text
    assert "<script>alert" not in page
    assert "{company.name}" in page


def test_another_header_row_reads_the_file_anew(wizard: Wizard) -> None:
    packet_id = wizard.read("Our list,,\nFirst,Last,Cell\nAda,Larkspur,212 555 0142\nBo,Lind,212 555 0143\n")
    wizard.post(f"/imports/{packet_id}/reading", header_row="1")
    wizard.work(packet_id)
    assert "Our list" in wizard.get(f"/imports/{packet_id}/match").text
    wizard.post(f"/imports/{packet_id}/reading", header_row="2")
    wizard.work(packet_id)
    assert chosen(wizard.get(f"/imports/{packet_id}/match").text, 2) == "mobile_phone"
    wizard.undo(packet_id, expect=422)
