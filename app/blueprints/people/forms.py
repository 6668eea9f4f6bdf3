"""What is asked of whoever gives a role, makes one, or hands a school to somebody."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from flask_wtf import FlaskForm
from wtforms import (
    EmailField,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length

from app.blueprints.options import options
from app.domain.access.grants import Customers
from app.domain.access.policies import PolicyDeclaration, matrix
from app.domain.access.roles import NAME_LENGTH, Pairs, RoleText, RoleView
from app.errors import Rejected
from app.models import Customer

WHOLE, SOME = "company", "customers"
NEEDED: Final = "Fill this in."


class GrantForm(FlaskForm):  # type: ignore[misc]
    """A role, and for whom it holds."""

    role_id = SelectField("Role", [InputRequired("Choose a role.")], coerce=int)
    reach = RadioField(
        "For", [InputRequired("Choose one.")], default=WHOLE,
        choices=options([(WHOLE, "The whole company"), (SOME, "Only some")]),
    )  # fmt: skip
    customers = SelectMultipleField("Which ones", coerce=int)
    opened = HiddenField()

    def offer(self, roles: Iterable[RoleView], places: Sequence[Customer], mine: Customers) -> "GrantForm":
        """Fill in what can be chosen: who may see only some places gives roles for these only."""
        self.role_id.choices = options((one.id, one.name) for one in roles)
        self.customers.choices = options((one.id, one.name) for one in places)
        self.customers.flags.required = True  # The domain asks for one where it counts.
        if mine is not None:
            self.reach.choices = options([(SOME, "Only some")])
            self.reach.data = SOME
        elif not places:
            self.reach.choices = options([(WHOLE, "The whole company")])
        return self

    @property
    def wanted(self) -> Customers:
        """For whom the role is to hold, None for the whole company."""
        return None if self.reach.data == WHOLE else tuple(sorted(self.customers.data or ()))

    def refuse(self, problem: Rejected) -> None:
        """Put what the domain refused beside the field it is about."""
        field = self[problem.field] if problem.field in self._fields else self.role_id
        field.errors = [*field.errors, problem.message]


class InvitationForm(GrantForm):
    """A person who is to work here, and their first role."""

    email_address = EmailField("E-mail address", [InputRequired(NEEDED), Length(max=254)])
    first_name = StringField("First name", [InputRequired(NEEDED), Length(max=80)])
    last_name = StringField("Last name", [InputRequired(NEEDED), Length(max=80)])

    def suggest(self, roles: Iterable[RoleView], kind: str) -> "InvitationForm":
        """Begin with what is given most often, and never with the widest: at schools, principals of some."""
        wanted = "principal" if kind == "school" else "viewer"
        self.role_id.data = next((one.id for one in roles if one.key == wanted), None)
        if kind == "school" and self.customers.choices:
            self.reach.data = SOME
        return self


class LostFactorForm(FlaskForm):  # type: ignore[misc]
    """Why a colleague's second factor is to be removed."""

    reason = TextAreaField("Why", [InputRequired("Say why: they read it."), Length(max=300)])


class DelegationForm(FlaskForm):  # type: ignore[misc]
    """Whose limited role holds for one place."""

    grants = SelectMultipleField("Who sees it", coerce=int)
    opened = HiddenField()


class RoleForm(FlaskForm):  # type: ignore[misc]
    """A role of the company's own: its words, and a box for each thing that can be done."""

    name = StringField("Name", [InputRequired("Give the role a name."), Length(max=NAME_LENGTH)])
    description = TextAreaField("What it is for", [Length(max=300)])
    policies = SelectMultipleField("What it may do")
    opened = HiddenField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.policies.choices = options((_key(one), one.name) for _, declared in matrix() for one in declared)

    @property
    def wanted(self) -> RoleText:
        """What was filled in, as the domain takes it."""
        return RoleText(self.name.data or "", self.description.data or "", pairs_of(self.policies.data or ()))

    @property
    def by_task(self) -> list[tuple[str, list[tuple[str, str, bool]]]]:
        """The boxes by task: key, words, and whether it is ticked."""
        ticked = set(self.policies.data or ())
        return [
            (task, [(_key(one), one.name, _key(one) in ticked) for one in declared])
            for task, declared in matrix()
        ]

    def refuse(self, problem: Rejected) -> None:
        """Put what the domain refused beside the field it is about."""
        field = self[problem.field] if problem.field in self._fields else self.name
        field.errors = [*field.errors, problem.message]


def keys_of(policies: Pairs) -> list[str]:
    """Return policies as the boxes name them."""
    return sorted("/".join(pair) for pair in policies)


def pairs_of(keys: Iterable[str]) -> Pairs:
    """Return the policies that boxes name."""
    split = (key.partition("/") for key in keys)
    return frozenset((module, function) for module, _, function in split)


def _key(one: PolicyDeclaration) -> str:
    return f"{one.module}/{one.function}"
