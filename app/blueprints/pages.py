"""What every page is drawn with: the shell around it, and one way to answer page or fragment."""

from typing import Any

from flask import Flask, g, render_template, request, url_for
from flask_login import current_user

from app.blueprints.degraded import degraded
from app.blueprints.doors import settings
from app.blueprints.finds import search_url
from app.blueprints.navigation import navigation


def attend(app: Flask) -> None:
    """Give every template what the shell needs; what costs something is asked for only where it is drawn."""

    @app.context_processor
    def shell() -> dict[str, Any]:
        configured = settings()
        return {
            "company": g.get("company"),
            "customer_scope": g.get("customer_scope"),
            "tried_on": g.get("tried_on"),
            "visit": current_user.platform.visit if current_user.is_authenticated else None,
            "navigation": navigation,
            "search_url": search_url,
            "degraded": degraded,
            "home_url": url_for("home.show") if g.get("company") else url_for("sign_in.companies"),
            "simulator_url": configured.simulator_url,
            "is_demo": configured.is_demo,
            **_looks(),
        }


def render_page(template: str, *, fragment: str | None = None, **context: Any) -> str:
    """Render the page, or only `fragment` where htmx asked for a part of it (boosted links get the page)."""
    partial = request.headers.get("HX-Request") and not request.headers.get("HX-Boosted")
    return render_template(fragment if fragment and partial else template, **context)


def _looks() -> dict[str, Any]:
    """Return how who looks likes it; their times are in the company's zone where they chose none."""
    own = current_user.time_zone if current_user.is_authenticated else ""
    companys = g.company.time_zone if g.get("company") else None
    return {
        "time_zone": own or companys,
        "theme": current_user.theme if current_user.is_authenticated else "system",
        "density": current_user.density if current_user.is_authenticated else "comfortable",
        "shortcuts_off": current_user.is_authenticated and not current_user.shortcuts,
    }
