"""Which pages there are to look at: a new page needs a line here, and is then seen by the walks beside it."""

STRANGER = ["/sign-in", "/forgotten", "/sign-in?next=/c/riverside-clinic/"]
STAFF = [
    "/", "/imports", "/imports/new", "/imports/{data_packets}/result", "/broadcasts",
    "/broadcasts/{broadcasts}", "/broadcasts/new", "/messages", "/messages?status=delivered&q=x",
    "/messages/{messages}", "/wording", "/wording/{templates}", "/replies", "/replies?view=all",
    "/settings", "/jobs", "/search", "/search?q=a",
]  # fmt: skip
ADMINISTRATOR = [
    "/", "/people", "/people/invite", "/people/{users}", "/people/{users}/rights",
    "/people/{users}/lost-factor", "/people/places/1",
    "/people/roles", "/people/roles/new", "/people/roles/new?copy=4", "/people/roles/{roles}",
    "/trail", "/trail?thing=broadcasts", "/settings", "/settings/edit", "/customers", "/customers/new",
    "/customers?show=off", "/customers/1", "/customers/1/edit",
    "/customers/1/switch", "/customers/1/locations/new",
    "/locations/{company_locations}/edit", "/customers/external-ids/new", "/locations", "/locations?search=x",
    "/locations/new",
    "/settings/apps", "/settings/apps/new", "/settings/apps/{company_apps}",
    "/settings/apps/{company_apps}/edit", "/settings/apps/{company_apps}/keys/new",
]  # fmt: skip
SUPPORT_AREA = ["/companies", "/support", "/support?search=no-such-company", "/support/visits"]
VISIT = ["/", "/trail", "/messages", "/imports", "/people", "/support-visits"]
PLATFORM = [
    "/platform", "/platform/roles", "/platform/companies", "/platform/companies/new", "/platform/companies/1",
    "/platform/companies/1/edit", "/platform/companies/1/switch", "/platform/groups", "/platform/groups/new",
    "/platform/groups/{group}", "/platform/groups/{group}/edit", "/platform/shards?place=10001",
    "/platform/people", "/platform/people/1", "/platform/people/1/lost-factor",
]  # fmt: skip
WIZARD = ["match", "preview", "problems", "confirm"]

# The endpoints that the walks open.
VISITED = {
    "sign_in.new_reset", "sign_in.edit_reset", "sign_in.edit_invitation", "sign_in.show_factor_reset",
    "account.edit_password", "account.edit_email", "account.show_email_change",
    "home.show", "ingest.index", "ingest.uploads_new", "ingest.readings_show", "ingest.readings_edit",
    "ingest.matches_show", "ingest.previews_show", "ingest.problem_rows_index", "ingest.confirmations_new",
    "ingest.runs_show", "messages.index", "messages.show", "scheduling.index", "scheduling.show",
    "scheduling.new", "scheduling.new_audience", "scheduling.new_time", "scheduling.check",
    "sign_in.new", "sign_in.code", "sign_in.enrolment", "sign_in.companies", "support.index",
    "people.show", "people.show_rights", "people.lost_factors_new", "platform.lost_factors_new",
    "people.invitations_new", "people.delegations_show",
    "people.roles_index", "platform.roles_index", "people.roles_new", "people.role_edits_show",
    "wording.index", "wording.show", "replies.index", "people.index", "settings.show",
    "home.searches_index", "account.searches_index", "styleguide.index", "styleguide.show",
    "home.jobs_index", "account.show",
    "settings.edit", "settings.customers_index", "settings.customers_new", "settings.customers_show",
    "settings.customers_edit", "settings.switches_edit", "settings.locations_new",
    "settings.locations_edit", "settings.ids_files_new", "settings.locations_index",
    "settings.own_locations_new", "platform.companies_index",
    "platform.companies_new", "platform.companies_show", "platform.companies_edit",
    "platform.switches_edit", "platform.groups_index", "platform.groups_new", "platform.groups_show",
    "platform.groups_edit", "platform.people_index", "platform.people_show", "platform.shards_index",
    "account.security", "account.new_proof",
    "account.new_passkey", "account.new_authenticator", "account.new_recovery_codes",
    "account.new_text_number", "account.new_number_code", "sign_in.recovery", "sign_in.text_code",
    "settings.apps_index", "settings.apps_new", "settings.apps_show", "settings.apps_edit",
    "settings.api_keys_new",
    "platform.show", "support.companies", "styleguide.problem",
    "support.visits_index", "support.visits_new", "support.visits_edit", "support.visits_here",
}  # fmt: skip
NOT_PAGES = {
    "sign_in.front_door": "only sends one on",
    "ingest.show": "only sends one on",
    "health.alive": "for machines",
    "api.me_show": "for programs",
    "api.customers_index": "for programs",
    "api.messages_show": "for programs",
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
