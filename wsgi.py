"""The web process: `granian --interface wsgi wsgi:app`."""

from app.factory import create_app

app = create_app()
