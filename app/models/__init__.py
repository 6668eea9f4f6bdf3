"""Rows, constraints and single-row rules; one file per noun."""

from app.extensions import metadata
from app.models.access import Grant, Policy, Role, RolePolicy
from app.models.account import AccountLink, AccountMail, FactorReset
from app.models.app import CompanyApiKey, CompanyApp, CompanyAppRestriction
from app.models.broadcast import Broadcast
from app.models.company import Company, CompanyAlias, CompanyGroup, Group, Installation
from app.models.consent import ConsentEvent, ContactBlock, OptOut
from app.models.customer import Customer, CustomerXref
from app.models.delivery_day import DeliveryDay
from app.models.load_map import LoadMapRow, LoadMapVersion
from app.models.location import CompanyLocation
from app.models.message import ContactMethod, ContactStatus, Flag, Message
from app.models.packet import IngestSource, IngestStage, Packet, PacketLogEntry, PacketOperation
from app.models.queue import Lane, QueuedMessage
from app.models.record import ContactRecord
from app.models.shard import Shard
from app.models.template import GlobalTemplate, GlobalTemplateVersion, Template, TemplateVersion
from app.models.trail import TrailEntry
from app.models.update import MessageUpdate, RefusedCallbacks
from app.models.user import (
    Passkey,
    PasskeyChallenge,
    RecoveryCode,
    TextCode,
    Throttle,
    User,
    UserFactor,
    UserPassword,
    UserSession,
)
from app.models.visit import SupportVisit

__all__ = [
    "AccountLink",
    "AccountMail",
    "Broadcast",
    "Company",
    "CompanyAlias",
    "CompanyApiKey",
    "CompanyApp",
    "CompanyAppRestriction",
    "CompanyGroup",
    "CompanyLocation",
    "ConsentEvent",
    "ContactBlock",
    "ContactMethod",
    "ContactRecord",
    "ContactStatus",
    "Customer",
    "CustomerXref",
    "DeliveryDay",
    "FactorReset",
    "Flag",
    "GlobalTemplate",
    "GlobalTemplateVersion",
    "Grant",
    "Group",
    "IngestSource",
    "IngestStage",
    "Installation",
    "Lane",
    "LoadMapRow",
    "LoadMapVersion",
    "Message",
    "MessageUpdate",
    "OptOut",
    "Packet",
    "PacketLogEntry",
    "PacketOperation",
    "Passkey",
    "PasskeyChallenge",
    "Policy",
    "QueuedMessage",
    "RecoveryCode",
    "RefusedCallbacks",
    "Role",
    "RolePolicy",
    "Shard",
    "SupportVisit",
    "Template",
    "TemplateVersion",
    "TextCode",
    "Throttle",
    "TrailEntry",
    "User",
    "UserFactor",
    "UserPassword",
    "UserSession",
    "metadata",
]
