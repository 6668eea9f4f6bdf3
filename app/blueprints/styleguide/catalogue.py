"""Which components there are, and in which group the style guide shows them."""

from dataclasses import dataclass
from itertools import chain
from typing import Final


@dataclass(frozen=True, slots=True)
class Entry:
    """One section of the style guide: templates/styleguide/_<name>.html shows components/<name>.html."""

    name: str
    title: str

    @property
    def template(self) -> str:
        return f"styleguide/_{self.name}.html"


GROUPS: Final[dict[str, tuple[Entry, ...]]] = {
    "Foundations": (Entry("tokens", "Type, color, space"),),
    "Actions": (Entry("button", "Button"), Entry("link", "Link"), Entry("code", "Code and tag chip")),
    "Forms": (
        Entry("field", "Field"),
        Entry("choice", "Choice"),
        Entry("combobox", "Combobox"),
        Entry("date_time", "Date and time"),
        Entry("password", "Password"),
        Entry("file_drop", "File drop"),
        Entry("error_summary", "Error summary"),
    ),
    "Data": (
        Entry("table", "Table"),
        Entry("pager", "Pager"),
        Entry("filter_bar", "Filter bar"),
        Entry("chips", "Chips"),
        Entry("tabs", "Tabs"),
        Entry("badge", "Badge and status"),
        Entry("stat", "Stat"),
        Entry("sparkline", "Sparkline"),
        Entry("bar_chart", "Bar chart"),
        Entry("day_bar", "Day bar"),
        Entry("timeline", "Timeline"),
        Entry("diff", "Diff"),
        Entry("time_tag", "Time"),
        Entry("skeleton", "Skeleton"),
        Entry("empty_state", "Empty state"),
    ),
    "Feedback": (
        Entry("banner", "Banner"),
        Entry("toast", "Toast"),
        Entry("progress", "Progress"),
        Entry("problems", "Problems"),
        Entry("dialog", "Dialog"),
        Entry("drawer", "Drawer"),
        Entry("session_warning", "Session warning"),
        Entry("connection_banner", "Connection banner"),
        Entry("tooltip", "Tooltip"),
        Entry("details", "Details"),
        Entry("phone_bubble", "Phone bubble"),
        Entry("email_preview", "E-mail preview"),
    ),
    "Navigation": (
        Entry("company_switcher", "Company switcher"),
        Entry("navigation", "Navigation"),
        Entry("running_jobs", "Running jobs"),
        Entry("account_menu", "Account menu"),
        Entry("mark", "Mark"),
        Entry("page_header", "Page header"),
        Entry("breadcrumbs", "Breadcrumbs"),
        Entry("stepper", "Stepper"),
        Entry("menu", "Menu"),
        Entry("command_menu", "Command menu"),
        Entry("keyboard_help", "Keyboard help"),
        Entry("card", "Card"),
        Entry("answers", "Answers"),
        Entry("avatar", "Avatar"),
        Entry("icon", "Icon"),
    ),
}
ENTRIES: Final = tuple(chain.from_iterable(GROUPS.values()))
