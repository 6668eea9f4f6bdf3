"""The page of everybody with a role, and the two pages of one person: what they have, and why they may."""

from flask import request
from flask_login import current_user

from app.blueprints.doors import company_transaction, requires
from app.blueprints.pages import render_page
from app.blueprints.people import blueprint
from app.blueprints.people.drawing import draw_person
from app.domain.access.explaining import rights_of
from app.domain.access.people import people_of_the_group, people_page, person_here, roles_in_words
from app.domain.tenancy.companies import customers_here

LONGEST_SEARCH = 100


@blueprint.get("/people")
@requires("people", "read")
def index() -> str:
    given = request.args.get
    search = given("search", "")[:LONGEST_SEARCH].strip()
    with company_transaction():
        page = people_page(search=search, before=given("before", ""), after=given("after", ""))
        of_the_group, roles, places = people_of_the_group(), roles_in_words(), customers_here()
    return render_page(
        "people/index.html", page=page, search=search, of_the_group=of_the_group, roles=roles, places=places
    )


@blueprint.get("/people/<int:user_id>")
@requires("people", "read")
def show(user_id: int) -> str:
    return draw_person(user_id)


@blueprint.get("/people/<int:user_id>/rights")
@requires("people", "read")
def show_rights(user_id: int) -> str:
    with company_transaction():
        person, tasks = person_here(user_id), rights_of(user_id)
    return render_page("people/rights.html", person=person, tasks=tasks, own=user_id == current_user.id)
