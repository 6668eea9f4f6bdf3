"""Every single thing that can be done, and the roles that ship with them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class PolicyDeclaration:
    """One (module, function) pair, in the words a person reads when roles are edited."""

    module: str
    function: str
    name: str


@dataclass(frozen=True, slots=True)
class RoleDeclaration:
    key: str
    name: str
    description: str
    policies: frozenset[tuple[str, str]]


POLICIES: Final = (
    PolicyDeclaration("apps", "manage", "Let programs in: apps and their API keys"),
    PolicyDeclaration("broadcasts", "cancel", "Stop a sending"),
    PolicyDeclaration("broadcasts", "compose", "Write to people, now or later"),
    PolicyDeclaration("broadcasts", "read", "See what was and will be sent"),
    PolicyDeclaration("customers", "edit", "Add and change customers, and turn them off and on"),
    PolicyDeclaration("home", "read", "Open the company's home page"),
    PolicyDeclaration("ingest", "map", "Say which column means what"),
    PolicyDeclaration("ingest", "read", "See imports"),
    PolicyDeclaration("ingest", "run", "Run an import"),
    PolicyDeclaration("ingest", "upload", "Upload a file"),
    PolicyDeclaration("messages", "read", "See messages and what became of them"),
    PolicyDeclaration("people", "manage", "Invite people and change what each may do"),
    PolicyDeclaration("people", "read", "See who works here and what each may do"),
    PolicyDeclaration("platform", "companies", "Make and change companies and groups"),
    PolicyDeclaration("platform", "people", "Turn a person off at every company, and on again"),
    PolicyDeclaration("platform", "read", "See how the platform is doing"),
    PolicyDeclaration("platform", "shards", "Say which shard serves which region"),
    PolicyDeclaration("roles", "manage", "Make roles of the company's own, and change them"),
    PolicyDeclaration("settings", "edit", "Change the company's settings"),
    PolicyDeclaration("settings", "read", "See the company's settings"),
    PolicyDeclaration("support", "companies", "Choose a company to look into"),
    PolicyDeclaration("templates", "read", "See the wording"),
    PolicyDeclaration("trail", "read", "Read the trail"),
)
_SEE: Final = frozenset(
    {
        ("home", "read"),
        ("broadcasts", "read"),
        ("messages", "read"),
        ("templates", "read"),
        ("ingest", "read"),
    }
)
_IMPORT: Final = frozenset({("ingest", "upload"), ("ingest", "map"), ("ingest", "run")})
_SEND: Final = frozenset({("broadcasts", "compose"), ("broadcasts", "cancel")})
_TRAIL: Final = frozenset({("trail", "read")})
_PEOPLE: Final = frozenset({("people", "read"), ("people", "manage"), ("roles", "manage")})
_SETTINGS: Final = frozenset({("settings", "read")})
# What our own people may do at a company, and only while they visit it: look, and once the visit is raised,
# put what is stuck back on its way. Nothing of this holds beside a visit.
VISIT_READS: Final = _SEE | _TRAIL | _SETTINGS | {("people", "read")}
VISIT_CHANGES: Final = frozenset({("ingest", "map"), ("ingest", "run"), ("broadcasts", "cancel")})
_SUPPORT: Final = VISIT_READS | VISIT_CHANGES | {("support", "companies")}
_SETTING_UP: Final = _SETTINGS | {("settings", "edit"), ("customers", "edit"), ("apps", "manage")}
_PLATFORM: Final = frozenset(("platform", one) for one in ("read", "companies", "people", "shards"))

ROLES: Final = (
    RoleDeclaration(
        "platform_administrator", "Platform administrator", "Looks after the platform", _SUPPORT | _PLATFORM
    ),
    RoleDeclaration("support", "Support", "Finds out what happened, one company at a time", _SUPPORT),
    RoleDeclaration(
        "group_administrator", "Group administrator", "Acts for all companies of a group",
        _SEE | _IMPORT | _SEND | _TRAIL | _PEOPLE | _SETTING_UP,
    ),
    RoleDeclaration(
        "company_administrator", "Administrator", "Does and sees everything in the company",
        _SEE | _IMPORT | _SEND | _TRAIL | _PEOPLE | _SETTING_UP,
    ),
    RoleDeclaration(
        "operator", "Operator", "Imports, matches columns and sends", _SEE | _IMPORT | _SEND | _SETTINGS
    ),
    RoleDeclaration("author", "Author", "Writes the wording", _SEE),
    RoleDeclaration("approver", "Approver", "Approves large sendings", _SEE),
    RoleDeclaration(
        "principal", "Principal", "Writes to the people of the schools handed to them",
        (_SEE | _SEND) - {("ingest", "read")},
    ),
    RoleDeclaration("viewer", "Viewer", "Looks, changes nothing", _SEE),
)  # fmt: skip

# What a person at work would call it, in the order in which work is done; each module belongs to one.
TASKS: Final[Mapping[str, str]] = {
    "home": "Looking around",
    "ingest": "Importing",
    "templates": "Wording",
    "broadcasts": "Sending",
    "messages": "What became of it",
    "people": "People & access",
    "roles": "People & access",
    "settings": "Setting up",
    "customers": "Setting up",
    "apps": "Setting up",
    "trail": "Looking back",
    "platform": "Carillon itself",
    "support": "Carillon itself",
}
OF_THE_PLATFORM: Final = frozenset({"platform_administrator", "support"})
ADMINISTRATOR: Final = "company_administrator"


def task_of(module: str) -> str:
    """Return the heading under which a module's policies stand where roles are read or made."""
    return TASKS.get(module, module.replace("_", " ").capitalize())


def offered() -> frozenset[tuple[str, str]]:
    """Return what a company's own role can hold: whatever its administrator may do, nothing of ours."""
    return next(role.policies for role in ROLES if role.key == ADMINISTRATOR)


def matrix(*, of_the_platform: bool = False) -> list[tuple[str, list[PolicyDeclaration]]]:
    """Return what can be done at a company, by task, in the order in which work is done; or all there is."""
    tasks: dict[str, list[PolicyDeclaration]] = {heading: [] for heading in TASKS.values()}
    for one in POLICIES:
        if of_the_platform or (one.module, one.function) in offered():
            tasks.setdefault(task_of(one.module), []).append(one)
    return [(task, declared) for task, declared in tasks.items() if declared]
