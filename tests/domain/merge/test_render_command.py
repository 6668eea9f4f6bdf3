"""`carillon render` at a terminal."""

import argparse
import json

import pytest

from app.cli import render


def run(*words):
    parser = argparse.ArgumentParser()
    render.register(parser.add_subparsers())
    arguments = parser.parse_args(["render", *words])
    return arguments.run(arguments)


def shown(capsys, *words):
    assert run(*words, "--json") == 0
    return json.loads(capsys.readouterr().out)


def test_a_text_message_is_shown_with_its_segments(capsys):
    data = json.dumps({"first_name": "JOSÉ", "appointment_date": "2026-12-03T09:30:00-05:00"})
    wording = "Hi {data.first_name}, {data.appointment_date|date|MMM D}…"
    assert shown(capsys, "--wording", wording, "--data", data, "--channel", "sms") == {
        "text": "Hi José, Dec 3…",
        "encoding": "UCS-2",
        "segments": 1,
        "errors": [],
    }


@pytest.mark.parametrize("channel", ["phone", "email"])
def test_only_text_messages_have_segments(capsys, channel):
    result = shown(capsys, "--wording", "Hi {data.city}", "--data", '{"city": "Rome"}', "--channel", channel)
    assert result == {"text": "Hi Rome", "encoding": None, "segments": None, "errors": []}


def test_errors_do_not_stop_the_preview(capsys):
    result = shown(
        capsys, "--wording", "{data.shoe_size}\n{data.frist_name} {x", "--data", '{"shoe_size": 7}'
    )
    assert result["text"] == "7\n ⟦x⟧"
    assert result["errors"] == [
        {
            "code": "unknown_field",
            "line": 2,
            "column": 2,
            "message": "“data.frist_name” is not a field.",
            "suggestion": "data.first_name",
        },
        {
            "code": "unclosed_tag",
            "line": 2,
            "column": 19,
            "message": "This tag is not closed: a } is missing.",
            "suggestion": None,
        },
    ]


def test_control_characters_do_not_reach_a_text_message(capsys):
    assert shown(capsys, "--wording", "a{data.city}", "--data", '{"city": "\\u0000\\u202eb"}')["text"] == "ab"


def test_the_company_s_own_words_can_be_given_with_the_record(capsys):
    data = '{"data": {"city": "Rome"}, "company": {"name": "Acme"}}'
    assert shown(capsys, "--wording", "{data.city} {company.name}", "--data", data)["text"] == "Rome Acme"


def test_the_words_of_a_named_company_are_looked_up(capsys, monkeypatch):
    monkeypatch.setattr(render, "company_values", lambda alias: {"name": f"The {alias}"})
    words = ("--wording", "{company.name}", "--company", "clinic")
    assert shown(capsys, *words)["text"] == "The clinic"


def test_without_json_the_words_are_on_standard_output_and_the_rest_beside(capsys):
    assert run("--wording", "Hi {x") == 0
    printed = capsys.readouterr()
    assert printed.out == "Hi ⟦x⟧\n"
    assert "Line 1, column 4: This tag is not closed" in printed.err


@pytest.mark.parametrize("data", ["", "{", "[]", "3", '{"data": {}, "company": 3}'])
def test_data_that_are_no_record_are_wrong_use(capsys, data):
    with pytest.raises(SystemExit) as stopped:
        run("--wording", "Hi", "--data", data)
    assert stopped.value.code == 2
    assert "--data" in capsys.readouterr().err
