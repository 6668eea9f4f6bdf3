"""Sends one batch of a lane: claim, look once more, hand over, record.

The order is what keeps a message from going out twice: it is claimed and committed before anyone else could
take it, no database connection is held while the provider thinks, and a worker that dies in between leaves
a claim behind whose fate the reconciler asks for.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from time import monotonic
from typing import Final

from sqlalchemy.orm import Session

from app.config import DeliverySettings
from app.domain.delivery.answers import record_answers
from app.domain.delivery.claiming import claim
from app.domain.delivery.gates import pass_gates
from app.domain.delivery.handing_over import Courier
from app.domain.delivery.lanes import LaneView

SPARE: Final = 0.5
InCompany = Callable[[], AbstractContextManager[Session]]


def send_batch(in_company: InCompany, lane: LaneView, courier: Courier, waits: DeliverySettings) -> int:
    """Send up to a batch of the lane's waiting rows; return how many were claimed.

    `in_company` opens a transaction of the lane's company and commits it: three times, never around the call.
    What could not be begun within half the lease is not begun at all, so that a worker that was paused
    cannot send what another has taken over.
    """
    began = monotonic()
    with in_company():
        claimed = claim(lane, batch=waits.batch, lease=waits.lease)
    if not claimed:
        return 0
    with in_company():
        cleared = pass_gates(claimed)
    handed_over = courier.hand_over(cleared, within=waits.lease * SPARE - (monotonic() - began))
    with in_company():
        record_answers(handed_over, reconcile_after=waits.reconcile_after)
    return len(claimed)
