"""The library of templates, and the page of one."""

from app.blueprints.doors import company_transaction, requires
from app.blueprints.pages import render_page
from app.blueprints.wording import blueprint
from app.domain.merge import published
from app.domain.scheduling.samples import samples, waiting_sendings


@blueprint.get("/wording")
@requires("templates", "read")
def index() -> str:
    with company_transaction():
        entries = published.library()
        shown = samples([entry.template for entry in entries])
    return render_page("wording/index.html", entries=entries, samples=shown)


@blueprint.get("/wording/<int:template_id>")
@requires("templates", "read")
def show(template_id: int) -> str:
    with company_transaction():
        entry, history = published.library_entry(template_id)
        shown = samples([entry.template])[template_id]
        waiting = waiting_sendings(template_id)
    return render_page("wording/show.html", entry=entry, history=history, samples=shown, waiting=waiting)
