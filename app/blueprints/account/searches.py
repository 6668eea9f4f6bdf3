"""The search beside any company: for those who choose one, and those who look after all of them."""

from app.blueprints import finds
from app.blueprints.account import blueprint
from app.blueprints.doors import signed_in
from app.blueprints.pages import render_page


@blueprint.get("/search")
@signed_in()
def searches_index() -> str:
    words = finds.sought()
    groups = [finds.places(words), finds.actions(words), finds.other_companies(words)]
    return render_page(
        "home/search.html",
        fragment="home/_found.html",
        words=words,
        groups=finds.those_with_any(groups),
    )
