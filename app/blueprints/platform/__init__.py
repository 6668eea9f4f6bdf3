"""What platform administrators do: look after the machinery, the companies, their groups and the shards."""

from flask import Blueprint

blueprint = Blueprint("platform", __name__)

from app.blueprints.platform import (  # noqa: E402
    companies,
    groups,
    lost_factors,
    people,
    platform,
    roles,
    shards,
    switches,
)

__all__ = ["companies", "groups", "lost_factors", "people", "platform", "roles", "shards", "switches"]
