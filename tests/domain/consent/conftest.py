"""A sender, as in the tests of delivery."""

from tests.domain.delivery.conftest import far_end, sender, sending, simulator

__all__ = ["far_end", "sender", "sending", "simulator"]
