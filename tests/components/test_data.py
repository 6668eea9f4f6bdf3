"""The components that show data, drawn by the app's own templates and read strictly, in all their states."""

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as some

from app.blueprints.drawings import HEIGHT, WIDTH, spark, word_diff
from tests.strict_client import mistakes

Draw = Callable[..., str]
MOMENT = datetime(2027, 3, 25, 14, 30, tzinfo=UTC)


@pytest.fixture
def draw(app: Flask) -> Draw:
    """Draw one expression of a template with macros of these components; fail where the HTML is not right."""

    def drawn(component: str, names: str, source: str, **given: object) -> str:
        whole = f'{{% from "components/{component}.html" import {names} %}}{source}'
        with app.test_request_context("/"):
            html = app.jinja_env.from_string(whole).render(**given)
        assert list(mistakes(html)) == []
        return html

    return drawn


@pytest.mark.parametrize(
    ("sort", "way", "next_key"),
    [("name", "ascending", "-name"), ("-name", "descending", "name"), ("date", None, "name")],
)
def test_a_sorted_heading_says_its_way_and_leads_to_the_other(
    draw: Draw, sort: str, way: str | None, next_key: str
) -> None:
    html = draw(
        "table",
        "sort_header, table",
        '{% call table("People", "people") %}<thead><tr>{{ sort_header("Name", "name", sort, url) }}</tr>'
        "</thead>{% endcall %}",
        sort=sort,
        url=lambda key: f"/people?sort={key}",
    )
    assert re.findall(r'aria-sort="(\w+)"', html) == ([way] if way else [])
    assert f'href="/people?sort={next_key}"' in html


def test_rows_can_be_chosen_without_javascript(draw: Draw) -> None:
    html = draw(
        "table",
        "row_select, select_all, selection_bar, table",
        '<form action="/">{% call table("People", "people") %}<thead><tr>{{ select_all("all") }}</tr></thead>'
        '<tbody><tr>{{ row_select(41, "Select Ada") }}</tr></tbody>{% endcall %}'
        '{% call selection_bar("bar", "people") %}<button type="submit">Go</button>{% endcall %}</form>',
    )
    assert re.search(r'name="ids" value="41" aria-label="Select Ada"', html)
    assert re.search(r"data-select-all hidden", html)
    assert not re.search(r'id="bar"[^>]*hidden', html)


def test_a_sparkline_says_every_value_and_every_gap(draw: Draw) -> None:
    html = draw("sparkline", "sparkline", '{{ sparkline([1200, none, 7], "Sent", "s", tone="bad") }}')
    assert 'aria-label="Sent: 1,200, nothing known, 7"' in html
    assert "tone-bad" in html
    assert "spark-line" not in html
    assert html.count("spark-dot") == 2


@pytest.mark.parametrize("values", [[], [None], [None, None]])
def test_a_sparkline_of_nothing_says_so(draw: Draw, values: list[None]) -> None:
    html = draw("sparkline", "sparkline", '{{ sparkline(values, "Sent", "s") }}', values=values)
    assert "Nothing yet" in html
    assert "<svg" not in html


def test_a_sparkline_with_labels_has_a_table_for_readers(draw: Draw) -> None:
    html = draw(
        "sparkline", "sparkline", '{{ sparkline([1, 2], "Sent", "s", labels=["Monday", "Tuesday"]) }}'
    )
    assert re.findall(r'<th scope="row">(\w+)</th><td>(\d)</td>', html) == [("Monday", "1"), ("Tuesday", "2")]


@given(some.lists(some.none() | some.floats(-1e6, 1e6), max_size=12))
def test_a_line_stays_within_its_field(values: list[float | None]) -> None:
    drawn = spark(values)
    for path in (*drawn.lines, *drawn.areas, *drawn.dots):
        numbers = [float(one) for one in re.findall(r"-?\d+\.?\d*(?:e-?\d+)?", path.removesuffix("h0"))]
        assert all(0 <= x <= WIDTH for x in numbers[::2]), path
        assert all(0 <= y <= HEIGHT for y in numbers[1::2]), path


def test_bars_are_as_long_as_their_numbers_and_stand_in_a_table_as_well(draw: Draw) -> None:
    bars = [
        {"label": "Mon", "value": 50, "href": "/mon"},
        {"label": "Tue", "value": 100, "tone": "bad"},
        {"label": "Wed", "value": 0},
        {"label": "Thu", "value": None},
    ]
    html = draw("bar_chart", "bar_chart", '{{ bar_chart(bars, "Sent", "c", unit=" %") }}', bars=bars)
    assert re.findall(r'<rect y="([\d.]+)%"[^>]*height="([\d.]+)%"', html) == [
        ("50.0", "50.0"),
        ("0.0", "100.0"),
    ]
    assert re.findall(r'<td class="number">([^<]+)</td>', html) == ["50 %", "100 %", "0 %", "–"]
    assert re.search(r'<a class="bar-one" href="/mon">', html)
    assert 'class="tone-bad"' in html


def test_a_chart_of_nothing_says_so(draw: Draw) -> None:
    assert "Nothing to show yet." in draw("bar_chart", "bar_chart", '{{ bar_chart([], "Sent", "c") }}')
    assert "<rect" not in draw("bar_chart", "stacked_bar", '{{ stacked_bar([], "Sent", "c") }}')


def test_the_parts_of_one_bar_fill_it(draw: Draw) -> None:
    parts = [
        {"label": "Delivered", "value": 3, "tone": "good"},
        {"label": "Waiting", "value": 0, "tone": ""},
        {"label": "Failed", "value": 1, "tone": "bad"},
    ]
    html = draw("bar_chart", "stacked_bar", '{{ stacked_bar(parts, "Messages", "b") }}', parts=parts)
    assert re.findall(r'class="tone-(\w+)" x="([\d.]+)%" width="([\d.]+)%"', html) == [
        ("good", "0", "75.0"),
        ("bad", "75.0", "25.0"),
    ]
    assert 'aria-label="Messages: Delivered 3, Waiting 0, Failed 1"' in html


def test_in_a_long_value_only_the_words_that_changed_are_marked(draw: Draw) -> None:
    old = "Please come to Main Street on Monday, and bring <your> card with you."
    html = draw(
        "diff",
        "diff",
        '{{ diff({"body": old}, {"body": new}, "d") }}',
        old=old,
        new=old.replace("Main Street", "Harbor Avenue"),
    )
    assert re.findall(r"<del>([^<]+)</del>", html) == ["Main Street"]
    assert re.findall(r"<ins>([^<]+)</ins>", html) == ["Harbor Avenue"]
    assert "bring &lt;your&gt; card" in html


def test_a_short_value_is_shown_whole_and_a_missing_one_as_a_dash(draw: Draw) -> None:
    html = draw(
        "diff",
        "diff",
        '{{ diff({"on": true, "way": none}, {"on": false, "way": ["sms", "email"]}, "d") }}',
    )
    assert re.findall(r"<(del|ins)>([^<]+)<", html) == [("del", "yes"), ("ins", "no"), ("ins", "sms, email")]
    assert "<td>–</td>" in html


@given(some.text(max_size=60), some.text(max_size=60))
def test_both_sides_of_a_word_diff_keep_their_text(old: str, new: str) -> None:
    compared = word_diff(old, new)
    assert "".join(words for _, words in compared.before) == old
    assert "".join(words for _, words in compared.after) == new


def test_equal_texts_have_no_changed_word() -> None:
    compared = word_diff("Nothing is new.", "Nothing is new.")
    assert not any(changed for changed, _ in (*compared.before, *compared.after))


def test_filters_are_a_plain_form_and_chips_that_take_them_away(draw: Draw) -> None:
    html = draw(
        "filter_bar",
        "filter_bar, search_input",
        '{% call filter_bar("/log", "f", filters=filters, clear_url="/log") %}'
        '{{ search_input("q", "search", "<b>", "Search") }}{% endcall %}',
        filters=[
            {"name": "Search", "value": "<b>", "remove_url": "/log?status=sent"},
            {"name": "Status", "value": "Sent", "remove_url": "/log?search=b"},
        ],
    )
    assert 'method="get" action="/log"' in html
    assert 'data-hotkey="/"' in html
    assert re.findall(r'href="(/log\?[^"]+)"', html) == ["/log?status=sent", "/log?search=b"]
    assert "Clear all" in html


def test_one_filter_needs_no_clear_all(draw: Draw) -> None:
    html = draw(
        "chips",
        "chips",
        '{{ chips([{"name": "Status", "value": "Sent", "remove_url": "/log"}], clear_url="/log") }}',
    )
    assert "Clear all" not in html


def test_tabs_say_where_one_is_and_how_many_there_are(draw: Draw) -> None:
    items = [
        {"label": "All", "url": "/all", "current": True, "count": 1204},
        {"label": "Problems", "url": "/problems", "current": False},
    ]
    html = draw("tabs", "tabs", '{{ tabs(items, "Rows") }}', items=items)
    assert re.findall(r'href="([^"]+)" aria-current="page"', html) == ["/all"]
    assert "1,204" in html


@pytest.mark.parametrize("kind", ["text", "table", "card", "stat"])
def test_a_skeleton_is_hidden_from_readers(draw: Draw, kind: str) -> None:
    html = draw("skeleton", "skeleton", "{{ skeleton(kind, 2) }}", kind=kind)
    assert 'aria-hidden="true"' in html
    assert html.count("skeleton-row") == 2


def test_a_timeline_tells_what_is_still_to_come_and_that_nothing_was(draw: Draw) -> None:
    entries = [{"title": "Sent", "when": MOMENT, "tone": "good"}, {"title": "Sent again", "ahead": True}]
    html = draw("timeline", "timeline", "{{ timeline(entries) }}", entries=entries)
    assert html.count("<li") == 2
    assert html.count("timeline-ahead") == 1
    assert html.count("<time") == 1
    assert "Nothing has happened yet." in draw("timeline", "timeline", "{{ timeline([]) }}")


def test_a_stat_holds_a_line_below_its_number(draw: Draw) -> None:
    html = draw(
        "stat",
        "stat, stats",
        '{% call stats() %}{{ stat("Rows", "12") }}{% call stat("Sent", "9", tone="good") %}<svg></svg>'
        "{% endcall %}{% endcall %}",
    )
    assert re.search(r"<dd>9<svg></svg></dd>", html)
    assert "tone-good" in html
