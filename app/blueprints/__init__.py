"""The doors opened by HTTP: one folder per area, one file per noun."""

from flask import Flask

from app.blueprints import (
    assets,
    compression,
    doors,
    drawings,
    headers,
    limits,
    origins,
    pages,
    problems,
    visiting,
)
from app.blueprints.account import blueprint as account
from app.blueprints.api import blueprint as api
from app.blueprints.callbacks import blueprint as callbacks
from app.blueprints.company_settings import blueprint as company_settings
from app.blueprints.health import blueprint as health
from app.blueprints.home import blueprint as home
from app.blueprints.ingest import blueprint as ingest
from app.blueprints.messages import blueprint as messages
from app.blueprints.people import blueprint as people
from app.blueprints.platform import blueprint as platform
from app.blueprints.replies import blueprint as replies
from app.blueprints.reports import blueprint as reports
from app.blueprints.scheduling import blueprint as scheduling
from app.blueprints.sign_in import blueprint as sign_in
from app.blueprints.sign_in.shown_codes import blueprint as demo
from app.blueprints.styleguide import blueprint as styleguide
from app.blueprints.support import blueprint as support
from app.blueprints.wording import blueprint as wording

OF_A_COMPANY = (home, ingest, scheduling, messages, support, wording, replies, people, company_settings)
BESIDE_COMPANIES = (sign_in, account, health, callbacks, reports, styleguide, platform, api)


def register(app: Flask) -> None:
    """Register all doors, and what stands at each: who is asking, headers, problems, the shell of a page."""
    doors.attend(app)
    visiting.attend(app)
    origins.attend(app)
    compression.attend(app)
    headers.attend(app)
    problems.attend(app)
    pages.attend(app)
    drawings.attend(app)
    assets.attend(app)
    for blueprint in OF_A_COMPANY:
        app.register_blueprint(blueprint, url_prefix="/c/<alias>")
    for blueprint in BESIDE_COMPANIES:
        app.register_blueprint(blueprint)
    if app.extensions["settings"].is_demo:
        app.register_blueprint(demo)
    limits.attend(app)  # after the blueprints: it stands before their views
