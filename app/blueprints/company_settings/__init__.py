"""Settings: what is kept about one company, its customers and their places, to read and to change."""

from flask import Blueprint, request

from app.domain.ingest.ids_file import MEGABYTES

blueprint = Blueprint("settings", __name__)
# A multipart request carries a little more than its file, and one that is a little larger gets a sentence.
ENVELOPE = 1 << 20


@blueprint.url_value_preprocessor
def allow_files_of_ids(endpoint: str | None, _values: object) -> None:
    """Let the one route that takes files take larger ones, before anything reads the request's body."""
    if endpoint == "settings.ids_files_create":
        request.max_content_length = (MEGABYTES << 20) + ENVELOPE


from app.blueprints.company_settings import (  # noqa: E402
    api_keys,
    apps,
    company_settings,
    customers,
    external_ids,
    locations,
    switches,
)

__all__ = ["api_keys", "apps", "company_settings", "customers", "external_ids", "locations", "switches"]
