"""One page that shows all components, and one for each alone."""

from flask import abort, render_template

from app.blueprints.doors import public
from app.blueprints.styleguide import blueprint
from app.blueprints.styleguide.catalogue import ENTRIES, GROUPS, Entry
from app.blueprints.styleguide.specimens import specimens

WHY = "it shows invented words only, and no company's"


@blueprint.get("/")
@public(WHY)
def index() -> str:
    return _page(ENTRIES)


@blueprint.get("/<name>")
@public(WHY)
def show(name: str) -> str:
    entry = next((one for one in ENTRIES if one.name == name), None) or abort(404)
    return _page((entry,))


def _page(shown: tuple[Entry, ...]) -> str:
    return render_template("styleguide/index.html", groups=GROUPS, shown=shown, specimens=specimens())
