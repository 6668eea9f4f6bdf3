"""The fields a wording can name, and the nearest one to a name that does not exist."""

from collections.abc import Iterable

from rapidfuzz import fuzz

STANDARD_FIELDS = (
    "first_name",
    "middle_name",
    "last_name",
    "full_name",
    "phone_number",
    "mobile_phone",
    "home_phone",
    "email_address",
    "appointment_date",
    "appointment_time",
    "provider",
    "location",
    "external_id",
    "address_1",
    "address_2",
    "city",
    "state",
    "zip",
    "date_of_birth",
    "language",
    "guardian_name",
    "notes",
)
"""What every company has as `{data.…}` (DESIGN.md §6a); a company's own fields come beside them."""

OWN_FIELDS = {"company": ("name", "phone_number"), "customer": ("name",)}
"""What can be said of the company and of the customer a record belongs to."""

_NEAR_ENOUGH = 65.0


def is_possible(name: str) -> bool:
    """Tell whether some company could have this field; any name at all may follow `data.`."""
    root, _, key = name.partition(".")
    return bool(key) if root == "data" else key in OWN_FIELDS.get(root, ())


def all_names(data_fields: Iterable[str]) -> list[str]:
    """List every field that a wording may name, in full, the given ones under `data.`."""
    own = [f"{root}.{key}" for root, keys in OWN_FIELDS.items() for key in keys]
    return [*(f"data.{key}" for key in data_fields), *own]


def nearest_field(name: str, names: Iterable[str]) -> str | None:
    """Return the full name that was most likely meant: of the same root if there is such a root."""
    root, _, key = name.partition(".")
    if root not in ("data", *OWN_FIELDS):
        # No root, as in {first_name}, or a mistyped one, as in {date.first_name}.
        by_key = {full.partition(".")[2]: full for full in reversed(list(names))}
        return by_key.get(nearest(key or root, by_key) or "")
    keys = [full.removeprefix(f"{root}.") for full in names if full.startswith(f"{root}.")]
    found = nearest(key, keys)
    return f"{root}.{found}" if found else None


def nearest(word: str, choices: Iterable[str]) -> str | None:
    """Return the choice that was most likely meant, or None where nothing is near."""
    wanted = word.lower()
    scored = [(_likeness(wanted, choice.lower()), choice) for choice in choices]
    score, choice = max(scored, key=lambda pair: pair[0], default=(0.0, ""))
    return choice if score >= _NEAR_ENOUGH else None


def _likeness(wanted: str, known: str) -> float:
    """Compare two words, 0 to 100; the beginning of one, as `phone` for `phone_number`, counts much."""
    begun = len(wanted) >= 3 and known.startswith(wanted)
    return max(fuzz.ratio(wanted, known), 80.0 if begun else 0.0)
