"""Forms about what several people look after: the version one opened, and both where somebody was faster."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask_wtf import FlaskForm

from app.errors import Problem


@dataclass(frozen=True, slots=True)
class Difference:
    """A field whose saved value is not the one that was typed, both as a person reads them."""

    label: str
    theirs: str
    yours: str


def put_in(form: FlaskForm, values: Mapping[str, Any]) -> None:
    """Fill the fields of a form that was just opened."""
    for name, value in values.items():
        if name in form:
            form[name].data = value


def taken_from(form: FlaskForm, names: Iterable[str]) -> dict[str, Any]:
    """Return what the form says of these names; what it does not ask for is left out."""
    return {name: form[name].data for name in names if name in form}


def refuse(form: FlaskForm, problem: Problem) -> None:
    """Put a problem to the field it names; raise it where the form has no such field."""
    if problem.field is None or problem.field not in form:
        raise problem
    form[problem.field].errors = [problem.message]


def differences(form: FlaskForm, current: Mapping[str, Any], revision: str) -> list[Difference]:
    """Return where what was typed differs from what somebody saved meanwhile.

    From here on the form carries the saved version's revision: sending it once more is a choice, made with
    both versions in sight.
    """
    form.revision.data = revision
    return [
        Difference(form[name].label.text, shown(form, name, value), shown(form, name, form[name].data))
        for name, value in current.items()
        if name in form and (form[name].data or "") != (value or "")
    ]


def shown(form: FlaskForm, name: str, value: Any) -> str:
    """Say a field's value as the form shows it: a choice by its words, nothing as a dash."""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, list):
        return ", ".join(sorted(shown(form, name, one) for one in value)) or "–"
    for choice in form[name].iter_choices() if hasattr(form[name], "iter_choices") else ():
        if choice[0] == value or choice[0] == str(value or ""):
            return str(choice[1])
    return str(value) if value not in (None, "") else "–"
