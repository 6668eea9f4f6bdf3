"""What each page is called where a company reads that support looked at it."""

from typing import Final

PAGES: Final = {
    "home.show": "the home page",
    "home.jobs_index": "what is running",
    "home.searches_index": "the search",
    "ingest.index": "the list of imports",
    "ingest.show": "an import",
    "ingest.readings_show": "how a file was read",
    "ingest.readings_edit": "how a file is to be read",
    "ingest.matches_show": "the columns of an import",
    "ingest.previews_show": "the preview of an import",
    "ingest.problem_rows_index": "the problem rows of an import",
    "ingest.confirmations_new": "the last step of an import",
    "ingest.runs_show": "the result of an import",
    "messages.index": "the messages page",
    "messages.show": "a message",
    "people.index": "the page People & access",
    "people.show": "the page of a person",
    "people.show_rights": "what a person may do",
    "people.roles_index": "the page of roles",
    "replies.index": "the replies page",
    "scheduling.index": "the list of sendings",
    "scheduling.show": "a sending",
    "settings.show": "the settings",
    "settings.customers_index": "the list of customers",
    "settings.locations_index": "the list of locations",
    "settings.customers_show": "a customer",
    "support.index": "the trail",
    "support.visits_here": "the visits of support",
    "wording.index": "the list of wordings",
    "wording.show": "a wording",
}


def page_words(endpoint: str) -> str:
    """Return what a page is called; one that has no words yet is named by where it stands."""
    return PAGES.get(endpoint) or f"the page {endpoint}"
