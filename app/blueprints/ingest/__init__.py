"""The import wizard: upload, what we read, match columns, preview messages, confirm, progress and result."""

from flask import Blueprint, request

from app.domain.ingest.packets import MAX_BYTES

blueprint = Blueprint("ingest", __name__)
# A multipart request carries a little more than its file.
ENVELOPE = 64 * 1024


@blueprint.url_value_preprocessor
def allow_large_uploads(endpoint: str | None, _values: object) -> None:
    """Let the one route that takes files take large ones, before anything reads the request's body."""
    if endpoint == "ingest.uploads_create":
        request.max_content_length = MAX_BYTES + ENVELOPE


from app.blueprints.ingest import confirmations, counts, discards, matches, packets  # noqa: E402, F401, I001
from app.blueprints.ingest import previews, problem_rows, readings, runs  # noqa: E402, F401
from app.blueprints.ingest import sample_files, undos, uploads  # noqa: E402, F401
