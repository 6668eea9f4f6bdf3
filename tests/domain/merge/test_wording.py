"""What the tag language reads, what it refuses, and where it says so."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.merge.functions import FUNCTIONS
from app.domain.merge.wording import STANDARD_FIELDS, check, fields_used, parse

SYNTAX = st.text(st.sampled_from("{}|\n\r ae.M")) | st.lists(
    st.sampled_from(
        ["{", "}", "{{", "}}", "||", "|", "data.first_name", "date", "upper", "default", "if", " ", "x", "\n"]
    )
).map("".join)

# (text, code, line, column, suggestion)
ERRORS = [
    ("Hi {data.frist_name}", "unknown_field", 1, 5, "data.first_name"),
    ("Hi { data.frist_name }", "unknown_field", 1, 6, "data.first_name"),
    ("{first_name}", "unknown_field", 1, 2, "data.first_name"),
    ("{dta.first_name}", "unknown_field", 1, 2, "data.first_name"),
    ("{data.First_Name}", "unknown_field", 1, 2, "data.first_name"),
    ("{data.}", "unknown_field", 1, 2, None),
    ("{data.xqj}", "unknown_field", 1, 2, None),
    ("{data.shoe}", "unknown_field", 1, 2, "data.shoe_size"),
    ("{company.phone}", "unknown_field", 1, 2, "company.phone_number"),
    ("{customer.nam}", "unknown_field", 1, 2, "customer.name"),
    ("{data.city|uper}", "unknown_function", 1, 12, "upper"),
    ("{data.city|Upper}", "unknown_function", 1, 12, "upper"),
    ("{data.city|}", "unknown_function", 1, 12, None),
    ("{data.city|upper|loud}", "unknown_function", 1, 18, None),
    ("{data.city|default}", "missing_argument", 1, 12, "default|there"),
    ("{data.appointment_date|date}", "missing_argument", 1, 24, "date|MMMM D"),
    ("{data.appointment_date|date|}", "unknown_argument", 1, 29, "MM-DD-YYYY"),
    ("{data.appointment_date|date|MM-DD-YYYZ}", "unknown_argument", 1, 35, "MM-DD-YYYY"),
    ("{data.appointment_date|date|mm/dd/yyyy}", "unknown_argument", 1, 32, "MM/DD/YYYY"),
    ("{data.appointment_date|date|mm-DD-YYYY}", "unknown_argument", 1, 29, "MM-DD-YYYY"),
    ("{data.appointment_time|time|h:mm am}", "unknown_argument", 1, 34, "h:mm A"),
    ("{data.appointment_time|time|MMMM D}", "unknown_argument", 1, 29, "h:mm A"),
    ("a\nb {data.city", "unclosed_tag", 2, 3, "{data.city}"),
    ("a\r\nb {data.city and so on", "unclosed_tag", 2, 3, "{data.city}"),
    ("{data.city {data.state}", "unclosed_tag", 1, 1, "{data.city}"),
    ("{data.city|default|a}}", "unclosed_tag", 1, 1, None),
    ("{", "unclosed_tag", 1, 1, None),
    ("a\rb }", "stray_brace", 2, 3, "}}"),
    ("{}", "empty_tag", 1, 2, None),
    ("{|upper}", "empty_tag", 1, 2, None),
    ("{if data.city}", "not_available_yet", 1, 2, None),
    ("{else}", "not_available_yet", 1, 2, None),
    ("{end}", "not_available_yet", 1, 2, None),
    ("😀 {link|https://example.org/prep}", "not_available_yet", 1, 4, None),
    ("{survey|after-visit}", "not_available_yet", 1, 2, None),
]


@pytest.mark.parametrize(("text", "code", "line", "column", "suggestion"), ERRORS)
def test_an_error_says_what_is_wrong_where_and_what_to_write(text, code, line, column, suggestion):
    [error] = check(parse(text), data_fields=[*STANDARD_FIELDS, "shoe_size"])
    assert (error.code, error.line, error.column) == (code, line, column)
    if suggestion is not None or code == "unknown_field":
        assert error.suggestion == suggestion
    assert error.message.endswith(".")


def test_errors_come_in_the_order_of_the_text():
    text = "{data.frist_name|uper}\n} {data.appointment_date|date|mm/dd} {company.fax}"
    found = check(parse(text), data_fields=STANDARD_FIELDS)
    assert [(error.code, error.line, error.column) for error in found] == [
        ("unknown_field", 1, 2),
        ("unknown_function", 1, 18),
        ("stray_brace", 2, 1),
        ("unknown_argument", 2, 34),
        ("unknown_field", 2, 39),
    ]


def test_an_error_does_not_hide_the_tags_after_it():
    wording = parse("{data.city {data.state} {nonsense|x}}} {data.zip}")
    assert fields_used(wording) == ["data.state", "data.zip"]
    assert [error.code for error in wording.errors] == ["unclosed_tag", "unknown_field"]


def test_without_a_list_of_fields_any_field_of_the_data_is_accepted():
    assert check(parse("{data.Shoe Size}"), data_fields=None) == []
    assert [error.code for error in check(parse("{shoe}"), data_fields=None)] == ["unknown_field"]


def test_fields_are_listed_once_in_the_order_of_their_first_use():
    text = "{data.last_name}{company.name}{data.first_name|upper}{data.last_name|asis}{broken"
    assert fields_used(parse(text)) == ["data.last_name", "company.name", "data.first_name"]


@pytest.mark.parametrize("function", FUNCTIONS.values(), ids=lambda function: function.name)
def test_the_example_of_every_function_is_right(function):
    wording = parse(function.example)
    assert check(wording, data_fields=[*STANDARD_FIELDS, "nickname"]) == []
    [call] = wording.nodes[0].calls
    assert call.function == function.name
    assert len(call.arguments) == len(function.arguments)


@given(st.text() | SYNTAX)
def test_reading_never_raises_and_loses_no_character(text):
    wording = parse(text)
    assert str(wording) == text
    for error in check(wording, data_fields=()):
        assert 1 <= error.column <= len(text) + 1
        assert 1 <= error.line <= text.count("\n") + text.count("\r") + 1


@given(st.text())
def test_doubled_braces_make_any_text_harmless(text):
    wording = parse(text.replace("{", "{{").replace("}", "}}"))
    assert wording.errors == ()
    assert "".join(node.text for node in wording.nodes) == text
