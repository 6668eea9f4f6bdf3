"""What every page is drawn with: the shell's navigation by job, and one way to answer page or fragment."""

from dataclasses import dataclass
from typing import Any

from flask import Flask, g, render_template, request, url_for
from flask_login import current_user

from app.blueprints.doors import settings


@dataclass(frozen=True, slots=True)
class Destination:
    """One job in the navigation, shown to those who may do it."""

    label: str
    icon: str
    endpoint: str
    policy: tuple[str, str]


@dataclass(frozen=True, slots=True)
class NavigationItem:
    label: str
    icon: str
    url: str
    current: bool


DESTINATIONS = (
    Destination("Home", "house", "home.show", ("home", "read")),
    Destination("Imports", "file-spreadsheet", "ingest.index", ("ingest", "read")),
    Destination("Scheduled", "calendar-clock", "scheduling.index", ("broadcasts", "read")),
    Destination("Messages", "message-square", "messages.index", ("messages", "read")),
    Destination("Trail", "history", "support.index", ("trail", "read")),
)


def attend(app: Flask) -> None:
    """Give every template the company, the navigation and the demo's simulator."""

    @app.context_processor
    def shell() -> dict[str, Any]:
        configured = settings()
        return {
            "company": g.get("company"),
            "customer_scope": g.get("customer_scope"),
            "navigation": _navigation(),
            "home_url": url_for("home.show") if g.get("company") else url_for("sign_in.companies"),
            "account_links": [
                {"label": "Companies", "url": url_for("sign_in.companies"), "icon": "building-2"}
            ],
            "time_zone": _viewer_zone(),
            "simulator_url": configured.simulator_url,
            "is_demo": configured.is_demo,
        }


def render_page(template: str, *, fragment: str | None = None, **context: Any) -> str:
    """Render the page, or only `fragment` where htmx asked for a part of it (boosted links get the page)."""
    partial = request.headers.get("HX-Request") and not request.headers.get("HX-Boosted")
    return render_template(fragment if fragment and partial else template, **context)


def _navigation() -> list[NavigationItem]:
    if g.get("company") is None:
        return []
    here = request.blueprint
    return [
        NavigationItem(one.label, one.icon, url_for(one.endpoint), one.endpoint.partition(".")[0] == here)
        for one in DESTINATIONS
        if g.access.may(*one.policy)
    ]


def _viewer_zone() -> str | None:
    zone = g.company.time_zone if g.get("company") else None
    return zone or (current_user.time_zone if current_user.is_authenticated else None)
