"""The gaps of a sample message: what its wording shows and nobody has a value for."""

from collections.abc import Collection

from app.domain.ingest.fields import BY_KEY
from app.domain.merge.nodes import Field
from app.domain.merge.templates import TemplateView
from app.domain.merge.wording import parse


def gaps(template: TemplateView | None, filled: Collection[str]) -> list[str]:
    """Return in words the fields that wordings show and `filled` lacks; a stand-in leaves no gap."""
    bodies = [version.body for version in template.versions.values()] if template else []
    names = [
        node.name.removeprefix("data.")
        for body in bodies
        for node in parse(body).nodes
        if isinstance(node, Field) and node.name.startswith("data.") and not _stands_in(node)
    ]
    return [
        BY_KEY[name].label if name in BY_KEY else name for name in dict.fromkeys(names) if name not in filled
    ]


def _stands_in(node: Field) -> bool:
    return any(call.function == "default" for call in node.calls)
