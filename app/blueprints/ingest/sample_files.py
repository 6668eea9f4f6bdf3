"""A small file to try the wizard with, made of the fields that every company has."""

from flask import Response

from app.blueprints.doors import requires
from app.blueprints.ingest import blueprint
from app.domain.ingest.sample_file import sample_csv


@blueprint.get("/imports/sample.csv", endpoint="sample_files_show")
@requires("ingest", "read", bulk=True)
def show() -> Response:
    answer = Response(sample_csv(), mimetype="text/csv")
    answer.headers["Content-Disposition"] = 'attachment; filename="sample-import.csv"'
    return answer
