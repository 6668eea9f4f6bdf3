"""What the simulator's rooms share: its state, its ledger, its courier and its dice."""

import base64
import hashlib
import random
import re
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from app.simulator.courier import Courier
from app.simulator.ledger import Ledger
from app.simulator.state import State, load_state

ACCOUNT_SID = re.compile(r"AC[0-9a-f]{32}")


@dataclass(slots=True)
class World:
    """One running simulator."""

    state: State
    ledger: Ledger
    courier: Courier
    sendgrid_key: ec.EllipticCurvePrivateKey
    default_token: str | None = None
    default_api_key: str | None = None
    handled: dict[str, int] = field(default_factory=dict)
    counts: dict[str, int] = field(
        default_factory=lambda: {"refused_sms": 0, "refused_email": 0, "dropped": 0}
    )

    def token_of(self, account_sid: str) -> str | None:
        """Return an account's secret, or None when there is no such account."""
        registered = self.state.accounts.get(account_sid)
        if registered is not None:
            return registered
        return self.default_token if ACCOUNT_SID.fullmatch(account_sid) else None

    def knows_api_key(self, key: str) -> bool:
        """Tell whether this SendGrid key may send: the default one, one made from it, or a registered one.

        `<default>.<anything>` is a key, too, so that every company can have its own with its own webhook.
        """
        if self.default_api_key and (
            key == self.default_api_key or key.startswith(f"{self.default_api_key}.")
        ):
            return True
        return bool(key) and key in self.state.webhooks

    def is_nth(self, what: str, every: int) -> bool:
        """Count a thing; tell whether it is the one in `every` that is to go wrong (0: none is)."""
        if not every:
            return False
        self.handled[what] = self.handled.get(what, 0) + 1
        return self.handled[what] % every == 0

    def drops(self) -> bool:
        """Decide whether the connection is cut after this accepted send."""
        faults = self.state.faults
        share = faults.drop_rate and random.random() < faults.drop_rate  # noqa: S311  (dice, not secrets)
        dropped = bool(share) or self.is_nth("drop", faults.drop_every)
        self.counts["dropped"] += dropped
        return dropped

    @property
    def latency(self) -> float:
        """Seconds before a provider's answer."""
        return self.state.faults.latency_ms / 1000


def name_of_key(key: str) -> str:
    """Return what stands for a key in the ledger."""
    return hashlib.sha256(key.encode()).hexdigest()[:16]


def open_world(data: Path, *, twilio_token: str | None = None, sendgrid_key: str | None = None) -> World:
    """Read the folder of an earlier run, or begin a new one. Needs a running event loop."""
    state = load_state(data)
    return World(
        state=state,
        ledger=Ledger(data / "ledger.jsonl"),
        courier=Courier(),
        sendgrid_key=signing_key(data),
        default_token=twilio_token,
        default_api_key=sendgrid_key,
    )


def signing_key(data: Path) -> ec.EllipticCurvePrivateKey:
    """Return the key that signs event webhooks; made once, with its public half in a file beside it."""
    private = data / "sendgrid_private_key.pem"
    if not private.exists():
        key = ec.generate_private_key(ec.SECP256R1())
        private.touch(mode=0o600)
        private.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
    loaded = serialization.load_pem_private_key(private.read_bytes(), password=None)
    assert isinstance(loaded, ec.EllipticCurvePrivateKey)  # noqa: S101  (the file is ours)
    (data / "sendgrid_public_key.txt").write_text(public_key(loaded) + "\n")
    return loaded


def public_key(key: ec.EllipticCurvePrivateKey) -> str:
    """Return the public half as SendGrid shows it: DER in base64."""
    der = key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return base64.b64encode(der).decode()
