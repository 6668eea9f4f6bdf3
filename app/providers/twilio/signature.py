"""Proves that a callback comes from Twilio: the official validator, behind the guards it lacks.

RULES W1 to W4: the validator raises on a missing header and on bytes, and does not look at a JSON body
that is not handed to it as text. Source: twilio.com/docs/usage/security.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qs, urlsplit

from twilio.request_validator import (  # type: ignore[import-untyped]
    RequestValidator,
    get_signature_algorithm,
)

LONGEST_SIGNATURE = 100


def verify(
    url: str,
    content: Mapping[str, Any] | bytes | str,
    signature: str | None,
    tokens: Sequence[str],
    *,
    settings: str | None = None,
) -> bool:
    """Tell whether Twilio signed this request with one of the tokens. Never raises.

    `url` is the public address (scheme and host from the configuration, path and query as received);
    `content` is the form with blank values kept (Flask's `request.form` will do), or the raw body of a
    JSON request, which must carry `bodySHA256` in its query; `signature` is X-Twilio-Signature, and
    `settings` X-Twilio-Webhooks-Signature-Settings. During a rotation `tokens` has the old one, too.
    """
    if not signature or not signature.isascii() or len(signature) > LONGEST_SIGNATURE:
        return False
    address = url.partition("#")[0]
    try:
        if isinstance(content, bytes):
            content = content.decode()
        if isinstance(content, str) and "bodySHA256" not in parse_qs(urlsplit(address).query):
            return False
        algorithm = get_signature_algorithm(settings)
        return any(
            RequestValidator(token).validate(address, content, signature, algorithm)
            for token in tokens
            if token
        )
    except ValueError:  # a port that is none, a body that is not UTF-8, a lone surrogate
        return False
