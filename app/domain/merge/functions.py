"""The functions of the tag language: one table, which the parser, the compiler and the help page all read."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from app.domain.merge.dates import date_writer, time_writer
from app.domain.merge.names import proper_name, proper_place
from app.domain.merge.patterns import DATE_TOKENS, TIME_TOKENS, PatternFault, find_fault

ValueType = Literal["any", "text", "date", "time"]
ArgumentType = Literal["text", "date pattern", "time pattern"]


@dataclass(frozen=True, slots=True)
class Function:
    """One function: the type of value it takes, the types of its arguments, and how people learn it.

    `make` is given the arguments and returns what turns a value's text into other text; it is total.
    """

    name: str
    takes: ValueType
    arguments: tuple[ArgumentType, ...]
    sentence: str
    example: str
    make: Callable[..., Callable[[str], str]]


def find_argument_fault(kind: ArgumentType, argument: str) -> PatternFault | None:
    """Return what is wrong with an argument; offsets count within it."""
    if kind == "text":
        return None
    return find_fault(argument, DATE_TOKENS if kind == "date pattern" else TIME_TOKENS)


def _unchanged(text: str) -> str:
    return text


def _default(instead: str) -> Callable[[str], str]:
    return lambda text: text if text.strip() else instead


_TABLE = (
    Function(
        name="date",
        takes="date",
        arguments=("date pattern",),
        sentence="Writes a date, with its time where wanted, in the way the pattern shows.",
        example="{data.appointment_date|date|MMMM D}",
        make=date_writer,
    ),
    Function(
        name="time",
        takes="time",
        arguments=("time pattern",),
        sentence="Writes a time, or the time of a date, in the way the pattern shows.",
        example="{data.appointment_time|time|h:mm A}",
        make=time_writer,
    ),
    Function(
        name="name",
        takes="text",
        arguments=(),
        sentence="Writes a proper name: O'BRIEN becomes O'Brien.",
        example="{data.provider|name}",
        make=lambda: proper_name,
    ),
    Function(
        name="upper",
        takes="text",
        arguments=(),
        sentence="Writes everything in capitals.",
        example="{data.state|upper}",
        make=lambda: str.upper,
    ),
    Function(
        name="lower",
        takes="text",
        arguments=(),
        sentence="Writes everything in small letters.",
        example="{data.email_address|lower}",
        make=lambda: str.lower,
    ),
    Function(
        name="default",
        takes="any",
        arguments=("text",),
        sentence="Says something else where the field is empty.",
        example="{data.nickname|default|there}",
        make=_default,
    ),
    Function(
        name="asis",
        takes="any",
        arguments=(),
        sentence="Leaves a name as it was sent, where it would be written as a proper name.",
        example="{data.first_name|asis}",
        make=lambda: _unchanged,
    ),
)

FUNCTIONS: Mapping[str, Function] = MappingProxyType({function.name: function for function in _TABLE})
"""Every function by its name, in the order in which the help page shows them."""

PROPER_FIELDS: Mapping[str, Callable[[str], str]] = MappingProxyType(
    {"data.first_name": proper_name, "data.last_name": proper_name, "data.location": proper_place}
)
"""Fields that are written as proper names unless the tag says `asis`, and by what."""
