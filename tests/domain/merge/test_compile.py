"""What a wording says for a record."""

import html

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.merge.compile import compile_wording
from app.domain.merge.remembered import Remembered
from app.domain.merge.wording import parse
from tests.domain.merge.test_wording import SYNTAX

VALUES = {
    "data": {
        "first_name": "JANE",
        "last_name": "o'brien",
        "location": "ST. MARY'S",
        "provider": "dr. smith",
        "appointment_date": "2026-12-03T09:30:05-05:00",
        "appointment_time": "14:05",
        "city": "AUSTIN",
        "Shoe Size": 7,
        "nickname": "  ",
        "vip": True,
        "tags": ["a", None, 3],
    },
    "company": {"name": "ACME clinic", "phone_number": "+15125550100"},
    "customer": {"name": "NORTH school"},
}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@pytest.mark.parametrize(
    ("wording", "said"),
    [
        ("", ""),
        ("Hi {data.first_name} {data.last_name}", "Hi Jane O'Brien"),
        ("{ data.first_name | upper }", "JANE"),
        ("{data.first_name|asis} {data.last_name|asis}", "JANE o'brien"),
        ("{data.last_name|upper}", "O'BRIEN"),
        ("{data.first_name|lower}", "jane"),
        ("{data.location}", "St. Mary's"),
        ("{data.location|name}", "St. Mary's"),
        ("{data.location|asis}", "ST. MARY'S"),
        ("{data.provider}", "dr. smith"),
        ("{data.provider|name}", "Dr. Smith"),
        ("{data.provider|name|upper}", "DR. SMITH"),
        ("{data.city}", "AUSTIN"),
        ("{data.appointment_date|date|MM-DD-YYYY HH:MM:ss}", "12-03-2026 09:30:05"),
        ("{data.appointment_date|date|dddd, MMMM D|upper}", "THURSDAY, DECEMBER 3"),
        ("{data.appointment_date|time|h:mm A}", "9:30 AM"),
        ("{data.appointment_time|time|h:mm A}", "2:05 PM"),
        ("{data.nickname|default|there}", "there"),
        ("{data.missing|default|}", ""),
        ("{data.missing|default|a||b {{c}} }", "a|b {c} "),
        ("{data.missing|default|there|upper}", "THERE"),
        ("{data.missing|default|||upper}", "|upper"),
        ("{data.zip|default||upper}", ""),
        ("{data.first_name|default|there}", "Jane"),
        ("{data.missing}{data.missing|date|MM}{customer.missing|default|x}", "⟦customer.missing|default|x⟧"),
        (
            "{company.name}, {company.phone_number}, {customer.name}",
            "ACME clinic, +15125550100, NORTH school",
        ),
        ("{company.name|lower}", "acme clinic"),
        (
            "{data.Shoe Size} {data.Shoe Size|upper} {data.vip} {data.tags} {data.tags|upper}",
            "7 7 true a, , 3 A, , 3",
        ),
        ("{{data.first_name}}", "{data.first_name}"),
        ("{{{data.first_name}}}", "{Jane}"),
        ("a || b | c", "a || b | c"),
        ("100 % {{0}} %s {{x.__class__}}", "100 % {0} %s {x.__class__}"),
    ],
)
def test_a_wording_says(wording, said):
    assert compile_wording(wording)(VALUES) == said


@pytest.mark.parametrize(
    ("wording", "shown"),
    [
        ("Hi {data.first_name|uper}!", "Hi ⟦data.first_name|uper⟧!"),
        ("Hi {data.first_name\nbye", "Hi ⟦data.first_name⟧\nbye"),
        ("{nothing} {data.first_name}", "⟦nothing⟧ Jane"),
        ("a } b", "a ⟦}⟧ b"),
        ("{if data.x}yes{end}", "⟦if data.x⟧yes⟦end⟧"),
        ("{}", "⟦{}⟧"),
    ],
)
def test_a_broken_tag_is_shown_and_the_rest_is_said(wording, shown):
    assert compile_wording(wording)(VALUES) == shown


@pytest.mark.parametrize(
    "values", [{}, {"data": {}}, {"data": None, "company": {}}, {"data": {"first_name": None}}]
)
def test_a_missing_field_says_nothing(values):
    wording = "[{data.first_name}|{data.city}|{data.provider|name}|{company.name}|{customer.name}]"
    assert compile_wording(wording)(values) == "[||||]"


@given(st.text() | SYNTAX)
def test_a_value_that_contains_a_tag_stays_text(value):
    render = compile_wording("<{data.city}|{data.first_name|asis}|{data.zip|default|x}>")
    data = {"city": value, "first_name": "{data.city}", "zip": "{data.city|upper}{{}}"}
    assert render({"data": data}) == f"<{value}|{{data.city}}|{{data.city|upper}}{{{{}}}}>"


def test_escaping_reaches_values_and_not_the_wording():
    values = {"data": {"first_name": "<b>jo", "city": "R&D", "zip": ["<"]}, "company": {"name": "A&B"}}
    wording = "<p>{data.first_name} {data.city} {data.zip} {company.name} {data.x|default|<i>} {<}</p>"
    said = "<p>&lt;B&gt;jo R&amp;D &lt; A&amp;B &lt;i&gt; ⟦&lt;⟧</p>"
    assert compile_wording(wording, escape=html.escape)(values) == said
    assert compile_wording("{data.city}")(values) == "R&D"


def test_values_that_are_equal_but_not_the_same_text_are_told_apart():
    render = compile_wording("{data.x|upper}")
    assert [render({"data": {"x": x}}) for x in (1, True, 1.0, "1", None, 0)] == [
        "1",
        "TRUE",
        "1.0",
        "1",
        "",
        "0",
    ]


@given(SYNTAX, st.dictionaries(st.sampled_from(["first_name", "x"]), JSON))
def test_rendering_is_total(text, data):
    assert isinstance(compile_wording(text)({"data": data}), str)


@given(st.dictionaries(st.sampled_from(["first_name", "location", "city"]), JSON))
def test_any_value_can_be_said_by_every_function(data):
    wording = "".join(
        f"{{data.{field}|{call}}}"
        for field in ("first_name", "location", "city")
        for call in ("date|MM/DD/YYYY h:mm A", "time|HH:mm", "name", "upper", "lower", "default|x", "asis")
    )
    assert parse(wording).errors == ()
    assert isinstance(compile_wording(wording)({"data": data}), str)


def test_what_is_remembered_is_bounded_and_right_after_forgetting():
    asked = []
    memory = Remembered(lambda text: asked.append(text) or text.upper(), size=3)
    assert [memory[letter] for letter in "abcabcda"] == list("ABCABCDA")
    assert len(memory) <= 3
    assert memory[None] == ""
    assert asked.count("a") < 4
