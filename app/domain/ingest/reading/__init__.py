"""The reader: what runs in a child process under limits and turns any spreadsheet into a rows file.

It imports nothing outside this room's own package, so the child starts quickly and has no settings,
no secrets and no database in its memory. `app.domain.ingest.read` is the door to it.
"""
