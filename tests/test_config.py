"""A bad setting stops the start and names itself."""

import pytest

from app.config import APP_ROLE, BadSetting, Settings, role_password

GOOD = {
    "CARILLON_ENV": "demo",
    "DATABASE_URL": "postgresql://owner:x@db.example/carillon",
    "REDIS_URL": "redis://redis.example",
    "SECRET_KEY": "a secret for tests alone, which opens nothing",
}
PRODUCTION = {
    **GOOD,
    "CARILLON_ENV": "production",
    "PUBLIC_URL": "https://portal.example/",
    "TRUSTED_HOSTS": "portal.example, www.portal.example",
}


@pytest.mark.parametrize("base", [GOOD, PRODUCTION], ids=["demo", "production"])
def test_good_settings_are_read(base: dict[str, str]) -> None:
    settings = Settings.from_environment(base)
    assert settings.is_demo == (base is GOOD)
    assert (settings.port, settings.simulator_port, settings.bind) == (8400, 8401, "127.0.0.1")


@pytest.mark.parametrize(
    ("base", "name", "value"),
    [
        (GOOD, "CARILLON_ENV", "staging"),
        (GOOD, "DATABASE_URL", ""),
        (GOOD, "DATABASE_URL", "mysql://db.example/carillon"),
        (GOOD, "DATABASE_URL", "just words"),
        (GOOD, "REDIS_URL", ""),
        (GOOD, "SECRET_KEY", ""),
        (GOOD, "PORT", "eighty"),
        (GOOD, "PORT", "0"),
        (GOOD, "PORT", "70000"),
        (GOOD, "PORT", "８４００"),
        (GOOD, "SIMULATOR_PORT", "-1"),
        (GOOD, "PROXY_HOPS", "one"),
        (GOOD, "DELIVERY_LEASE", "2m"),
        (GOOD, "BIND", "0.0.0.0"),
        (GOOD, "TWILIO_AUTH_TOKEN", "a real one"),
        (GOOD, "SENDGRID_API_KEY", "a real one"),
        (PRODUCTION, "SECRET_KEY", "changeme"),
        (PRODUCTION, "SECRET_KEY", "too short"),
        (PRODUCTION, "PUBLIC_URL", "http://portal.example"),
        (PRODUCTION, "TRUSTED_HOSTS", ""),
    ],
)
def test_a_bad_setting_names_itself(base: dict[str, str], name: str, value: str) -> None:
    with pytest.raises(BadSetting, match=name):
        Settings.from_environment({**base, name: value})


@pytest.mark.parametrize("name", ["APP_DATABASE_URL", "ACROSS_DATABASE_URL"])
def test_a_bad_address_of_a_role_names_its_own_setting(name: str) -> None:
    with pytest.raises(BadSetting, match=name):
        Settings.from_environment({**GOOD, name: "mysql://db.example/carillon"})


def test_production_is_what_is_not_said_to_be_a_demo() -> None:
    without = {name: value for name, value in PRODUCTION.items() if name != "CARILLON_ENV"}
    assert not Settings.from_environment(without).is_demo


def test_the_two_roles_get_addresses_of_their_own() -> None:
    settings = Settings.from_environment(GOOD)
    assert settings.app_database_url == (
        f"postgresql+psycopg://{APP_ROLE}:{role_password(GOOD['SECRET_KEY'], APP_ROLE)}@db.example/carillon"
    )
    assert "carillon_across:" in settings.across_database_url
    own = Settings.from_environment({**GOOD, "APP_DATABASE_URL": "postgresql://mine:y@db.example/carillon"})
    assert own.app_database_url == "postgresql+psycopg://mine:y@db.example/carillon"


def test_secrets_do_not_show_when_settings_are_printed() -> None:
    given = {**PRODUCTION, "TWILIO_AUTH_TOKEN": "a twilio token", "SENDGRID_API_KEY": "a sendgrid key"}
    said = repr(Settings.from_environment({**given, "FIELD_KEYS": "a field key"}))
    secrets = (
        GOOD["SECRET_KEY"],
        "a twilio token",
        "a sendgrid key",
        "a field key",
        "owner:x",
        "redis.example",
    )
    assert [secret for secret in secrets if secret in said] == []


def test_the_demo_knows_its_simulator_and_production_none() -> None:
    assert Settings.from_environment(GOOD).simulator_url == "http://localhost:8401"
    assert Settings.from_environment(PRODUCTION).simulator_url is None
    assert Settings.from_environment(PRODUCTION).twilio.base_url is None
