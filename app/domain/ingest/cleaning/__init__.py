"""Cleaning, column by column: SQL for what is plain, Python for the distinct values that are not."""
