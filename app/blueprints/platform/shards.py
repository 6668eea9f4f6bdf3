"""Shards: which part of the machinery serves a state or a ZIP code, and which one a given place would get."""

from flask import flash, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from app.blueprints.doors import requires
from app.blueprints.edits import refuse
from app.blueprints.pages import render_page
from app.blueprints.platform import blueprint
from app.blueprints.platform.forms import ShardForm
from app.domain.tenancy import shards
from app.domain.tenancy.zip_codes import STATES
from app.errors import Conflict, Rejected
from app.unit_of_work import across_companies, transaction


@blueprint.get("/platform/shards", endpoint="shards_index")
@requires("platform", "shards")
def index() -> str:
    return _page(ShardForm(formdata=None))


@blueprint.post("/platform/shards", endpoint="shards_create")
@requires("platform", "shards")
def create() -> Response | tuple[str, int]:
    form = ShardForm()
    if not form.validate_on_submit():
        return _page(form), 422
    try:
        with transaction(platform=True, user=current_user.id):
            made = shards.add_shard(
                name=form.name.data, state=form.state.data or "", zip_code=form.zip.data or ""
            )
    except (Rejected, Conflict) as problem:
        refuse(form, problem)
        return _page(form), problem.status
    flash(f"“{made.name}” serves {made.zip or made.state} now.", "success")
    return redirect(url_for("platform.shards_index"), 303)


@blueprint.post("/platform/shards/<int:shard_id>/removal", endpoint="shards_destroy")
@requires("platform", "shards")
def destroy(shard_id: int) -> Response:
    with transaction(platform=True, user=current_user.id):
        gone = shards.remove_shard(shard_id)
    flash(f"“{gone.name}” no longer serves {gone.zip or gone.state}.", "success")
    return redirect(url_for("platform.shards_index"), 303)


def _page(form: ShardForm) -> str:
    asked = request.args.get("place", "")[:20].strip()
    with transaction(platform=True):
        rows, rules = shards.all_shards(), shards.shard_rules()
    with across_companies(reason="a platform administrator looks at the shards"):
        by_hand = shards.customers_by_override()
    found = rules.find(zip_code=asked, state=asked) if asked else None
    return render_page(
        "platform/shards.html", form=form, rows=rows, by_hand=by_hand, asked=asked, found=found,
        states=STATES,
    )  # fmt: skip
