"""What keeps one's account one's own: the second factors, recovery codes and sessions."""

from app.blueprints.account import blueprint
from app.blueprints.doors import signed_in
from app.blueprints.pages import render_page


@blueprint.get("/account/security")
@signed_in()
def security() -> str:
    return render_page("account/security.html")
