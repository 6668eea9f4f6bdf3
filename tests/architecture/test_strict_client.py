"""The strict reader must see what it is there for: each kind of mistake, and nothing where there is none."""

import pytest

from tests.strict_client import mistakes

FRAME = (
    '<!DOCTYPE html><html lang="en"><head><title>A page</title></head><body><h1>A page</h1>{}</body></html>'
)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("<p><div></div></p>", "Unexpected end tag"),
        ("<span><div></div></span>", "<div> stands inside <span>"),
        ("<table><div></div></table>", "table context"),
        ("<ul><li></ul></li>", "Unexpected end tag"),
        ('<p id="a"></p><p id="a"></p>', "the id “a” stands 2 times"),
        ('<p id="a b"></p>', "has a space in it"),
        ("<form></form>", "where it goes"),
        ('<form method="post" action="/x"></form>', "carries no CSRF token"),
        ('<label for="a">A</label>', "which is not there"),
        ("<button>A</button>", "what it does"),
        ('<p style="color: red"></p>', "has style"),
        ('<p onclick="x()"></p>', "has onclick"),
        ('<p hx-on:click="x()"></p>', "has hx-on:click"),
        ("<script>x()</script>", "stands in the page"),
        ("<h1>Another</h1>", "2 main headings"),
        ('<p a="1" a="2"></p>', "duplicate attribute"),
    ],
)
def test_a_mistake_in_a_page_is_seen(body: str, said: str) -> None:
    assert any(said in mistake for mistake in mistakes(FRAME.format(body)))


@pytest.mark.parametrize(
    ("html", "said"),
    [
        (FRAME.replace("<title>A page</title>", "").format(""), "no title"),
        (FRAME.replace(' lang="en"', "").format(""), "which language"),
    ],
)
def test_a_page_without_title_or_language_is_seen(html: str, said: str) -> None:
    assert any(said in mistake for mistake in mistakes(html))


@pytest.mark.parametrize(
    "html",
    [
        FRAME.format('<svg viewBox="0 0 1 1" class="icon"><use href="#a"></use></svg>'),
        FRAME.format("<details><summary>x</summary><p>y</p></details>"),
        FRAME.format('<form action="/x"><label for="a">A</label><input id="a" name="a"></form>'),
        FRAME.format('<template id="t"><div>later</div></template><dialog id="d"><p>x</p></dialog>'),
        "<tr><td>one</td></tr><tr><td>two</td></tr>",
        '<div id="progress">half</div>',
    ],
)  # fmt: skip
def test_a_right_page_or_fragment_has_no_mistakes(html: str) -> None:
    assert list(mistakes(html)) == []
