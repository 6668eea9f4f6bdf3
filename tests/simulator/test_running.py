"""Starting, stopping, forgetting nothing, and the page for people."""

import http.client
import subprocess
import sys
from urllib.parse import quote, urlsplit
from urllib.request import urlopen

import pytest

from app.providers.build import build_email_provider, build_text_provider
from app.providers.contract import OutgoingEmail, OutgoingText, SendGridAccount, TwilioAccount
from app.simulator.ledger import Ledger, Message
from tests.simulator.process import ACCOUNT_SID, ROOT, SENDER, TWILIO_TOKEN, eventually, running_simulator
from tests.simulator.receiver import receiving


def send_text(simulator, to, body="Hello", callback=""):
    provider = build_text_provider(TwilioAccount(ACCOUNT_SID, TWILIO_TOKEN, simulator.url))
    (answer,) = provider.send_many([OutgoingText("t", to, SENDER, body, callback)])
    provider.close()
    return answer


def send_email(simulator, to, subject, html=None):
    provider = build_email_provider(SendGridAccount(simulator.sendgrid_key, simulator.url))
    provider.send_many([OutgoingEmail("t", to, "a@example.com", "A", None, subject, "Plain & simple", html)])
    provider.close()


def read(simulator, path):
    with urlopen(simulator.url + path, timeout=10) as answer:  # noqa: S310  (always the loopback)
        return answer.read().decode()


def test_it_stops_cleanly_and_knows_everything_again_after_a_restart(tmp_path):
    with running_simulator(tmp_path) as first:
        first.settings(latency_ms=1)
        first.send_inbound_to("http://127.0.0.1:9/inbound")
        key = first.public_key()
        sent = send_text(first, "+15042351001")
        assert first.stop() == 0
    with running_simulator(tmp_path) as second:
        assert second.settings()["latency_ms"] == 1
        assert second.public_key() == key
        assert [entry["sid"] for entry in second.ledger("sms")] == [sent.provider_id]
        assert (second.data / "sendgrid_public_key.txt").read_text().strip() == key


def test_a_line_that_a_crash_left_unfinished_is_cut_off(tmp_path):
    path = tmp_path / "ledger.jsonl"
    ledger = Ledger(path)
    ledger.add(Message("sms", "out", "SM1", "AC1", "+1", "+2", "whole", 1.0))
    ledger.close()
    with path.open("ab") as file:
        file.write(b'{"channel": "sms", "sid": "SM2"')
    again = Ledger(path)
    again.add(Message("sms", "out", "SM3", "AC1", "+1", "+2", "later", 2.0))
    again.close()
    assert [message.sid for message in Ledger(path).newest()] == ["SM3", "SM1"]


def test_only_the_newest_messages_stay_in_memory(tmp_path):
    ledger = Ledger(tmp_path / "ledger.jsonl", keep=3)
    for number in range(5):
        ledger.add(Message("sms", "out", f"SM{number}", "AC1", f"+{number % 2}", "+2", "x", float(number)))
    assert [message.sid for message in ledger.newest()] == ["SM4", "SM3", "SM2"]
    assert sorted(ledger.by_sid) == ["SM2", "SM3", "SM4"]
    assert {person: len(messages) for person, messages in ledger.people["sms"].items()} == {"+1": 1, "+0": 2}


def test_callbacks_that_did_not_go_out_before_a_stop_are_made_after_the_next_start(tmp_path):
    with receiving() as portal:
        with running_simulator(tmp_path, callback_delay_ms=60_000) as first:
            first.send_events_to(portal.url + "/events")
            send_text(first, "+15042351002", callback=portal.url + "/cb")
            send_email(first, "ann@example.com", "Hello")
        with running_simulator(tmp_path, callback_delay_ms=10):
            eventually(lambda: len(portal.requests) >= 4)
    assert sorted(path for path, _, _ in portal.requests) == ["/cb", "/cb", "/events", "/events"]


@pytest.mark.parametrize("arguments", [["--drop-rate", "2"], ["--latency-ms", "-1"]])
def test_a_bad_setting_stops_the_start_and_is_named(tmp_path, arguments):
    command = [sys.executable, "-m", "app.simulator", "--port", "0", "--data", str(tmp_path), *arguments]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=30, cwd=ROOT, check=False)
    assert ended.returncode == 1
    assert arguments[0].strip("-").replace("-", "_") in ended.stderr


def test_a_wrong_setting_changes_nothing(simulator):
    before = simulator.settings()
    with pytest.raises(AssertionError, match="no setting speed"):
        simulator.settings(latency_ms=5, speed=1)
    assert simulator.settings() == before


def test_the_page_shows_phones_and_bubbles_and_takes_an_answer(simulator):
    person = "+15042351003"
    send_text(simulator, person, body="Does <b>Tuesday</b> suit?")
    page = read(simulator, "/")
    assert "nothing here reaches a real person" in page
    assert person in page
    assert "Does &lt;b&gt;Tuesday&lt;/b&gt; suit?" in page
    assert person not in read(simulator, "/?q=" + quote("+4912345"))
    with receiving() as portal:
        simulator.send_inbound_to(portal.url + "/inbound")
        connection = http.client.HTTPConnection(urlsplit(simulator.url).netloc)
        path = f"/phones/{quote(person, safe='')}"
        foreign = {"Origin": "http://evil.example", "Content-Type": "application/x-www-form-urlencoded"}
        connection.request("POST", path + "/replies", "body=Yes", foreign)
        refusal = connection.getresponse()
        assert (refusal.status, refusal.read()[:7]) == (403, b"Replies")
        connection.request("POST", path + "/replies", "body=Yes%20please", {"Origin": simulator.url})
        assert connection.getresponse().status == 303
        eventually(lambda: portal.requests)
        assert b"Body=Yes+please" in portal.requests[0][2]
    assert "Yes please" in read(simulator, path)


def test_an_email_is_shown_with_its_html_in_a_frame_that_can_do_nothing(simulator):
    html = "<h1>Moved</h1><script>alert(1)</script>"
    send_email(simulator, "bob@example.com", "We have moved", html)
    assert "We have moved" in read(simulator, "/mailboxes/bob%40example.com")
    (entry,) = simulator.ledger("email", to="bob@example.com")
    page = read(simulator, f"/mails/{entry['sid']}")
    assert "Plain &amp; simple" in page
    assert "<script>alert" not in page
    assert "sandbox" in page
    with urlopen(f"{simulator.url}/mails/{entry['sid']}/html", timeout=10) as answer:  # noqa: S310
        assert answer.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
        assert answer.read().decode() == html


def test_an_unknown_address_is_404_and_a_wrong_method_405(simulator):
    connection = http.client.HTTPConnection(urlsplit(simulator.url).netloc)
    for method, path, status in [
        ("GET", "/nothing", 404),
        ("PUT", "/_sim/settings", 405),
        ("GET", "/2010-04-01/x", 404),
    ]:
        connection.request(method, path)
        answer = connection.getresponse()
        answer.read()
        assert answer.status == status
