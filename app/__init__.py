"""Carillon: the portal that reaches the people in a spreadsheet at the right hour; see `factory`."""
