"""The wordings of the demo cast: provided to all, and copied by the companies that use them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class CastTemplate:
    type: str
    category: str
    sms: str
    subject: str
    email: str


TEMPLATES: Final[Mapping[str, CastTemplate]] = {
    "We have moved": CastTemplate(
        "Commercial", "informational",
        "Hello {data.first_name}, {company.name} has moved. Our new address is on our website. "
        "Questions? Call {company.phone_number}. Reply STOP to opt out.",
        "{company.name} has moved",
        "Hello {data.first_name},\n\n{company.name} has moved. You find our new address and the way to "
        "us on our "
        "website.\n\nQuestions? Call us at {company.phone_number}.\n\n{company.name}",
    ),
    "Appointment reminder": CastTemplate(
        "HealthCare", "transactional",
        "Hello {data.first_name}, you have an appointment on {data.appointment_date|date|MM-DD-YYYY} at "
        "{data.appointment_time|time|h:mm A} with {data.provider|name|default|our team}. "
        "Questions? Call {company.phone_number}.",
        "Your appointment on {data.appointment_date|date|MMMM D}",
        "Hello {data.first_name},\n\nyou have an appointment on {data.appointment_date|date|dddd, MMMM D} at "
        "{data.appointment_time|time|h:mm A}.\n\nQuestions? Call us at "
        "{company.phone_number}.\n\n{company.name}",
    ),
    "School closure": CastTemplate(
        "School", "emergency",
        "{company.name}: school is closed today. All activities are cancelled, {data.first_name}. "
        "We will write again when it opens.",
        "School is closed today",
        "Hello {data.first_name},\n\nschool is closed today, and all activities are cancelled. We will "
        "write again "
        "when it opens.\n\n{company.name}",
    ),
    "Planned outage": CastTemplate(
        "Utilities", "informational",
        "{company.name}: we will be working on the line to {data.address_1}. Power may be out for some "
        "hours. "
        "Details: {company.phone_number}.",
        "Work on your line",
        "Hello {data.first_name},\n\nwe will be working on the line to {data.address_1}. Power may be "
        "out for some "
        "hours. For details, call {company.phone_number}.\n\n{company.name}",
    ),
}  # fmt: skip
