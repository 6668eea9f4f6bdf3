"""A page about a problem for when no page can be drawn: no database, no session, no template is asked."""

from html import escape
from pathlib import Path
from string import Template
from typing import Final

from flask import Response

from app.blueprints.problem_words import Words

FOLDER: Final = Path(__file__).resolve().parents[1] / "templates"
PAGE: Final = Template((FOLDER / "problems/_plain.html").read_text("utf-8"))
FRAGMENT: Final = Template('<p class="banner banner-bad">$sentence $next_step Reference $reference.</p>')


def draw(*, status: int, said: Words, reference: str, fragment: bool) -> Response:
    """Fill in the words; the file was read when the portal started."""
    values = {
        "status": str(status),
        "title": said.title,
        "sentence": said.sentence,
        "next_step": said.next_step,
        "reference": reference,
        "styles": "/static/dist/app.css",
    }
    page = FRAGMENT if fragment else PAGE
    return Response(page.substitute({name: escape(value) for name, value in values.items()}), status)
