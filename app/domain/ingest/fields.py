"""The fields that every company has (DESIGN.md §6a): what they are called and what their values are."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Field:
    """One target of a column: `{data.<key>}` in a wording, `label` on a screen, `kind` for cleaning."""

    key: str
    label: str
    kind: str
    group: str


FIELDS: tuple[Field, ...] = (
    Field("first_name", "First name", "name", "Person"),
    Field("middle_name", "Middle name", "name", "Person"),
    Field("last_name", "Last name", "name", "Person"),
    Field("full_name", "Full name", "full_name", "Person"),
    Field("phone_number", "Phone number", "phone", "Contact"),
    Field("mobile_phone", "Mobile phone", "phone", "Contact"),
    Field("home_phone", "Home phone", "phone", "Contact"),
    Field("email_address", "E-mail address", "email", "Contact"),
    Field("appointment_date", "Appointment date", "date", "Appointment"),
    Field("appointment_time", "Appointment time", "time", "Appointment"),
    Field("provider", "Provider", "text", "Appointment"),
    Field("location", "Location", "text", "Appointment"),
    Field("external_id", "External id", "id", "Person"),
    Field("address_1", "Address, line 1", "text", "Address"),
    Field("address_2", "Address, line 2", "text", "Address"),
    Field("city", "City", "text", "Address"),
    Field("state", "State", "state", "Address"),
    Field("zip", "ZIP code", "zip", "Address"),
    Field("date_of_birth", "Date of birth", "date", "Person"),
    Field("language", "Language", "text", "Person"),
    Field("guardian_name", "Guardian's name", "text", "Person"),
    Field("notes", "Notes", "text", "Other"),
)
BY_KEY: dict[str, Field] = {field.key: field for field in FIELDS}
# The order in which a person is called: the mobile one where there is one.
PHONES = ("mobile_phone", "phone_number", "home_phone")
