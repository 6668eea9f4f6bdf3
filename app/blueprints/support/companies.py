"""Support's home: the companies, those with something wrong first. It stands beside all companies."""

from flask import request
from flask.blueprints import BlueprintSetupState

from app.blueprints.doors import requires
from app.blueprints.pages import render_page
from app.blueprints.support import blueprint
from app.domain.delivery import anomalies
from app.unit_of_work import across_companies

LONGEST_SEARCH = 100


@requires("support", "companies")
def companies() -> str:
    search = request.args.get("search", "")[:LONGEST_SEARCH].strip()
    with across_companies(reason="support looks which companies need a look"):
        states, more = anomalies.company_states(search)
    return render_page("support/companies.html", states=states, more=more, search=search)


@blueprint.record
def beside_all_companies(state: BlueprintSetupState) -> None:
    """Open this page at an address of its own: the rest of the room lies under a company's."""
    state.app.add_url_rule("/support", "support.companies", companies)
