"""The roles that ship, as platform administrators see them: to read, for they are declared in code."""

from app.blueprints.doors import requires
from app.blueprints.pages import render_page
from app.blueprints.platform import blueprint
from app.domain.access import roles
from app.domain.access.policies import matrix
from app.unit_of_work import transaction


@blueprint.get("/platform/roles")
@requires("platform", "read")
def roles_index() -> str:
    with transaction(platform=True):
        found = roles.shipped_roles()
    return render_page("platform/roles.html", roles=found, tasks=matrix(of_the_platform=True))
