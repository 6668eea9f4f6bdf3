"""What platform administrators do: look after the machinery, the companies, their groups and the shards."""

from flask import Blueprint

blueprint = Blueprint("platform", __name__)

from app.blueprints.platform import companies, groups, people, platform, roles, shards, switches  # noqa: E402

__all__ = ["companies", "groups", "people", "platform", "roles", "shards", "switches"]
