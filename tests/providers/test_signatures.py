"""Callbacks are believed only when they are signed; nothing that comes makes the check itself fail."""

import base64
import hashlib
import json

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from hypothesis import given
from hypothesis import strategies as st
from twilio.request_validator import HMAC_SHA256, RequestValidator
from werkzeug.datastructures import MultiDict

from app.providers.sendgrid import signature as sendgrid
from app.providers.twilio import signature as twilio

URL = "https://portal.example.com/callbacks/twilio/c1/token"
FORM = {"MessageSid": "SM1", "MessageStatus": "sent", "Body": ""}
TOKEN, OLD = "token-now", "token-before"


def signed(url=URL, content=FORM, token=TOKEN, algorithm=None):
    return RequestValidator(token).compute_signature(url, content, algorithm)


def test_a_signed_form_is_believed_as_dict_and_as_flask_gives_it():
    assert twilio.verify(URL, FORM, signed(), [TOKEN])
    assert twilio.verify(URL, MultiDict(FORM), signed(), [TOKEN])


@pytest.mark.parametrize(
    ("url", "believed"),
    [
        (URL + "#rc=3&rp=ct,rt,5xx", True),
        (URL.replace(".com/", ".com:443/"), True),
        (URL.replace("https", "http"), False),
        (URL + "/", False),
        (URL + "?x=1", False),
        (URL.replace("portal", "evil"), False),
        (URL.replace("/token", "/other"), False),
    ],
)
def test_the_address_must_be_the_signed_one(url, believed):
    assert twilio.verify(url, FORM, signed(), [TOKEN]) is believed


def test_a_space_written_another_way_is_another_address():
    assert twilio.verify(URL + "?a=b%20c", FORM, signed(URL + "?a=b%20c"), [TOKEN])
    assert not twilio.verify(URL + "?a=b+c", FORM, signed(URL + "?a=b%20c"), [TOKEN])


@pytest.mark.parametrize("signature", [None, "", "x" * 101, "nönsense", "AAAA", signed(token="another")])
def test_a_missing_or_forged_signature_is_refused(signature):
    assert not twilio.verify(URL, FORM, signature, [TOKEN])


def test_a_changed_value_is_refused():
    assert not twilio.verify(URL, FORM | {"MessageStatus": "delivered"}, signed(), [TOKEN])
    assert not twilio.verify(URL, {**FORM, "Extra": "x"}, signed(), [TOKEN])


def test_during_a_rotation_both_tokens_count_and_without_any_none():
    assert twilio.verify(URL, FORM, signed(token=OLD), [TOKEN, OLD])
    assert not twilio.verify(URL, FORM, signed(token=OLD), [TOKEN])
    assert not twilio.verify(URL, FORM, signed(token=""), [])
    assert not twilio.verify(URL, FORM, signed(token=""), [""])


def test_a_json_body_counts_only_with_its_hash_in_the_signed_address():
    body = json.dumps({"a": "ü"}).encode()
    hashed = f"{URL}?bodySHA256={hashlib.sha256(body).hexdigest()}"
    assert twilio.verify(hashed, body, signed(hashed, {}), [TOKEN])
    assert twilio.verify(hashed, body.decode(), signed(hashed, {}), [TOKEN])
    assert not twilio.verify(hashed, body + b" ", signed(hashed, {}), [TOKEN])
    assert not twilio.verify(URL, body, signed(URL, {}), [TOKEN])
    assert not twilio.verify(URL, b"\xff\xfe", signed(URL, {}), [TOKEN])


def test_a_shared_key_signs_with_sha256_when_the_settings_say_so():
    settings = "key=webhooks_sharedkey_1,algorithm=HMAC_SHA256"
    signature = signed(algorithm=HMAC_SHA256)
    assert twilio.verify(URL, FORM, signature, [TOKEN], settings=settings)
    assert not twilio.verify(URL, FORM, signature, [TOKEN])
    assert not twilio.verify(URL, FORM, signature, [TOKEN], settings="algorithm=NONE")


@given(st.text(), st.dictionaries(st.text(), st.text()), st.text(), st.none() | st.text())
def test_whatever_comes_is_refused_without_an_error(url, form, signature, settings):
    assert twilio.verify(url, form, signature, [TOKEN], settings=settings) is False


KEY = ec.generate_private_key(ec.SECP256R1())
PUBLIC = base64.b64encode(
    KEY.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
).decode()
BODY, STAMP = '[{"event": "delivered", "email": "grüße@example.com"}]\r\n'.encode(), "1790000000"


def events_signature(body=BODY, stamp=STAMP, key=KEY):
    return base64.b64encode(key.sign(stamp.encode() + body, ec.ECDSA(SHA256()))).decode()


def test_signed_events_are_believed():
    assert sendgrid.verify(BODY, STAMP, events_signature(), PUBLIC)
    assert sendgrid.verify(BODY, STAMP, events_signature(), PUBLIC[:40] + "\n" + PUBLIC[40:])


@pytest.mark.parametrize(
    ("body", "stamp", "signature"),
    [
        (json.dumps(json.loads(BODY)).encode(), STAMP, events_signature()),
        (BODY, "1790000001", events_signature()),
        (BODY, "179000000", events_signature(stamp="179000000")),
        (BODY, "१७९००००००0", events_signature()),
        (BODY, "", events_signature()),
        (BODY, None, events_signature()),
        (BODY, STAMP, None),
        (BODY, STAMP, ""),
        (BODY, STAMP, "not base64!"),
        (BODY, STAMP, "AAAA"),
        (BODY, STAMP, events_signature(key=ec.generate_private_key(ec.SECP256R1()))),
    ],
    ids=lambda _value: "",  # signatures differ each time, and the test's processes must agree on names
)
def test_events_that_are_changed_old_or_forged_are_refused(body, stamp, signature):
    assert not sendgrid.verify(body, stamp, signature, PUBLIC)


@pytest.mark.parametrize("key", ["", "AAAA", "not a key", PUBLIC[:-8]])
def test_a_key_that_is_none_refuses_everything(key):
    assert not sendgrid.verify(BODY, STAMP, events_signature(), key)
