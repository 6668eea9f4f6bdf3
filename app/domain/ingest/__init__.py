"""Ingest: from a client's spreadsheet to cleaned records, each row with a fate and a reason.

`read` → `suggest` → `evaluate` → `load`, in that order; each writes a file that the next one reads.
"""
