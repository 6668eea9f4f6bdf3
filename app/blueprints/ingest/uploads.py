"""Step 1: a file is taken in, streamed to disk, and its reading is promised."""

import secrets

from flask import g, redirect, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from app.blueprints.doors import company_transaction, requires
from app.blueprints.ingest import blueprint
from app.blueprints.ingest.forms import UploadForm
from app.blueprints.options import options
from app.blueprints.pages import render_page
from app.domain.ingest import packets, store
from app.domain.tenancy.companies import customers_here


@blueprint.get("/imports/new", endpoint="uploads_new")
@requires("ingest", "upload")
def new() -> str:
    return _page(_form())


@blueprint.post("/imports", endpoint="uploads_create")
@requires("ingest", "upload")
def create() -> Response | tuple[str, int]:
    form = _form()
    if not form.validate_on_submit():
        return _page(form), 422
    with store.received(form.file.data.stream) as arrived, company_transaction():
        packet = packets.take_in(
            arrived,
            filename=form.file.data.filename,
            by=current_user.id,
            customer_id=_customer(form),
            upload_key=form.request_key.data or None,
        )
    return redirect(url_for("ingest.readings_show", packet_id=packet.id), 303)


def _form() -> UploadForm:
    """Return the form; a person with several customers names one, one with a single customer is not asked."""
    with company_transaction():
        known = customers_here()
    if g.customers is not None:
        known = [one for one in known if one.id in g.customers]
    form = UploadForm(request_key=secrets.token_urlsafe(18))
    whole = [("", "The whole company")] if g.customers is None else []
    form.customer_id.choices = options([*whole, *((str(one.id), one.name) for one in known)])
    if len(form.customer_id.choices) < 2:
        del form.customer_id
    return form


def _customer(form: UploadForm) -> int | None:
    field = form.customer_id
    return int(field.data) if field is not None and field.data else None


def _page(form: UploadForm) -> str:
    return render_page("ingest/new.html", form=form, megabytes=packets.MAX_BYTES >> 20, rows=packets.MAX_ROWS)
