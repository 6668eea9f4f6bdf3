"""The page of everybody with a role, and of the roles in words."""

from app.blueprints.doors import company_transaction, requires
from app.blueprints.pages import render_page
from app.blueprints.people import blueprint
from app.domain.access.people import people_here, people_of_the_group, roles_in_words


@blueprint.get("/people")
@requires("people", "read")
def index() -> str:
    with company_transaction():
        people, of_the_group, roles = people_here(), people_of_the_group(), roles_in_words()
    return render_page("people/index.html", people=people, of_the_group=of_the_group, roles=roles)
