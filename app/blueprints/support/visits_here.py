"""What a company reads about the visits of support: who came, when and why, and the way to what they saw."""

from app.blueprints.doors import company_transaction, requires
from app.blueprints.pages import render_page
from app.blueprints.support import blueprint
from app.domain.access import visits


@blueprint.get("/support-visits", endpoint="visits_here")
@requires("trail", "read")
def index() -> str:
    with company_transaction():
        found = visits.visits_here()
    return render_page("support/visits_here.html", visits=found)
