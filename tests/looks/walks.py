"""Which pages there are to look at: a new page needs a line here, and is then seen by the walks beside it."""

STRANGER = ["/sign-in", "/sign-in?next=/c/riverside-clinic/"]
STAFF = [
    "/", "/imports", "/imports/new", "/imports/{data_packets}/result", "/broadcasts",
    "/broadcasts/{broadcasts}", "/broadcasts/new", "/messages", "/messages?status=delivered&q=x",
    "/messages/{messages}", "/wording", "/wording/{templates}", "/replies", "/replies?view=all",
    "/settings", "/jobs", "/search", "/search?q=a",
]  # fmt: skip
ADMINISTRATOR = ["/", "/people", "/trail", "/trail?thing=broadcasts"]
WIZARD = ["match", "preview", "problems", "confirm"]

# The endpoints that the walks open.
VISITED = {
    "home.show", "ingest.index", "ingest.uploads_new", "ingest.readings_show", "ingest.readings_edit",
    "ingest.matches_show", "ingest.previews_show", "ingest.problem_rows_index", "ingest.confirmations_new",
    "ingest.runs_show", "messages.index", "messages.show", "scheduling.index", "scheduling.show",
    "scheduling.new", "scheduling.new_audience", "scheduling.new_time", "scheduling.check",
    "sign_in.new", "sign_in.code", "sign_in.enrolment", "sign_in.companies", "support.index",
    "wording.index", "wording.show", "replies.index", "people.index", "settings.show",
    "home.searches_index", "account.searches_index", "styleguide.index", "styleguide.show",
    "home.jobs_index", "account.show", "platform.show", "support.companies", "styleguide.problem",
}  # fmt: skip
NOT_PAGES = {
    "sign_in.front_door": "only sends one on",
    "ingest.show": "only sends one on",
    "health.alive": "for machines",
    "health.ready": "for machines",
    "demo.show": "a part of the page of the code",
    "ingest.problem_rows_show": "a download",
    "ingest.sample_files_show": "a download",
    "ingest.counts_show": "a part that a page polls",
    "ingest.readings_progress": "a part that a page polls",
    "ingest.runs_progress": "a part that a page polls",
    "scheduling.show_progress": "a part that a page polls",
    "home.jobs_progress": "a part that a page polls",
    "home.jobs_count": "a part that the shell polls",
    "account.switcher": "a part that the shell fetches",
    "scheduling.count_audience": "a part that a page fetches",
    "messages.since": "a part that a page polls",
    "sign_in.session_time": "for the page that counts the time left",
}
