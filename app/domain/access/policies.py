"""Every single thing that can be done, and the roles that ship with them."""

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
    PolicyDeclaration("broadcasts", "cancel", "Stop a sending"),
    PolicyDeclaration("broadcasts", "compose", "Write to people, now or later"),
    PolicyDeclaration("broadcasts", "read", "See what was and will be sent"),
    PolicyDeclaration("home", "read", "Open the company's home page"),
    PolicyDeclaration("ingest", "map", "Say which column means what"),
    PolicyDeclaration("ingest", "read", "See imports"),
    PolicyDeclaration("ingest", "run", "Run an import"),
    PolicyDeclaration("ingest", "upload", "Upload a file"),
    PolicyDeclaration("messages", "read", "See messages and what became of them"),
    PolicyDeclaration("people", "read", "See who works here and what each may do"),
    PolicyDeclaration("platform", "read", "See how the platform is doing"),
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
_PEOPLE: Final = frozenset({("people", "read")})
_SETTINGS: Final = frozenset({("settings", "read")})
_SUPPORT: Final = frozenset({("support", "companies"), ("trail", "read")})
_PLATFORM: Final = frozenset({("platform", "read")})

ROLES: Final = (
    RoleDeclaration(
        "platform_administrator", "Platform administrator", "Looks after the platform", _SUPPORT | _PLATFORM
    ),
    RoleDeclaration("support", "Support", "Finds out what happened, one company at a time", _SUPPORT),
    RoleDeclaration(
        "group_administrator", "Group administrator", "Acts for all companies of a group",
        _SEE | _IMPORT | _SEND | _TRAIL | _PEOPLE | _SETTINGS,
    ),
    RoleDeclaration(
        "company_administrator", "Administrator", "Does and sees everything in the company",
        _SEE | _IMPORT | _SEND | _TRAIL | _PEOPLE | _SETTINGS,
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
