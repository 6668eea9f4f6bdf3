"""Lists that must agree: routes and policies, jobs and queues, audit actions and their sentences."""

import ast
import importlib
import inspect

import pytest
from flask import Flask

from app.blueprints.doors import GUARD, Guard
from app.domain.access.policies import POLICIES, ROLES
from app.domain.audit import events
from app.domain.audit.reading import THINGS
from app.domain.identity.api_keys import SCOPES
from app.jobs.schedule import PERIODIC
from app.queue import SERVED_BY, JobName, QueueName
from tests.architecture.source import calls, modules
from tests.isolation.catalogue import MACHINES_OWN, Owner

# Policies that no route asks for, each with the reason.
NOT_BY_A_ROUTE: dict[tuple[str, str], str] = {}


def test_every_route_says_who_may_use_it(app: Flask) -> None:
    unguarded = [
        f"{rule} ({rule.endpoint}): put @requires(module, function), @signed_in() or @public(why) on it"
        for rule in app.url_map.iter_rules()
        if rule.endpoint != "static" and not hasattr(app.view_functions[rule.endpoint], GUARD)
    ]
    assert unguarded == []


def test_every_public_route_gives_a_reason(app: Flask) -> None:
    for endpoint, guard in guards(app).items():
        assert bool(guard.why_public) != bool(guard.module), endpoint
        assert not guard.why_public or len(guard.why_public.split()) > 3, endpoint


def test_every_route_of_a_company_needs_a_policy(app: Flask) -> None:
    for rule in app.url_map.iter_rules():
        if "alias" in rule.arguments:
            assert guards(app)[rule.endpoint].module not in ("", "self"), rule


def test_what_a_route_asks_for_is_declared(app: Flask) -> None:
    declared = {(policy.module, policy.function) for policy in POLICIES} | {("self", "use"), ("", "")}
    declared |= {tuple(scope.split("/")) for scope in SCOPES}  # what a program's key may do
    assert [
        name for name, guard in guards(app).items() if (guard.module, guard.function) not in declared
    ] == []


def test_every_declared_policy_is_asked_for(app: Flask) -> None:
    asked = {(guard.module, guard.function) for guard in guards(app).values()}
    declared = {(policy.module, policy.function) for policy in POLICIES}
    assert declared - asked == set(NOT_BY_A_ROUTE)


def test_policies_are_listed_once_and_in_order() -> None:
    pairs = [(policy.module, policy.function) for policy in POLICIES]
    assert pairs == sorted(set(pairs))


def test_roles_hold_declared_policies_only() -> None:
    declared = {(policy.module, policy.function) for policy in POLICIES}
    assert {role.key: role.policies - declared for role in ROLES if role.policies - declared} == {}


@pytest.mark.parametrize("job", JobName)
def test_every_job_is_a_function_that_takes_ids(job: JobName) -> None:
    module, _, name = job.rpartition(".")
    function = getattr(importlib.import_module(module), name)
    kinds = [one.annotation for one in inspect.signature(function).parameters.values()]
    assert kinds
    assert set(kinds) <= {int, "int"}
    assert next(iter(inspect.signature(function).parameters)) == "company_id"


def test_every_job_has_a_queue_and_the_worker_serves_every_queue() -> None:
    assert set(SERVED_BY) == set(JobName)
    assert set(SERVED_BY.values()) == set(QueueName)
    (worker,) = (module for module in modules() if module.place == "worker.py")
    assert "list(QueueName)" in ast.unparse(worker.tree)


def test_every_public_function_of_the_jobs_can_be_rung_or_is_periodic() -> None:
    rung = {str(job) for job in JobName} | {
        f"app.jobs.schedule.{periodic.run.__name__}" for periodic in PERIODIC
    }
    functions = {
        f"{module.place.removesuffix('.py').replace('/', '.')}.{node.name}"
        for module in modules()
        if module.within("app/jobs/")
        for node in module.tree.body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
    }
    assert rung <= functions
    assert functions - rung == {"app.jobs.delivery.ring_lane"}


def test_every_recorded_action_has_a_sentence_and_every_sentence_an_action() -> None:
    recorded = {
        call.args[0].value
        for module in modules()
        if module.within("app/")
        for name, call in calls(module.tree)
        if name in ("events.record", "record") and call.args and isinstance(call.args[0], ast.Constant)
    }
    assert recorded == set(events.SENTENCES)


def test_every_recorded_action_gives_its_sentence_what_it_needs() -> None:
    wrong = []
    for module in modules():
        for name, call in calls(module.tree):
            if name != "events.record" or not isinstance(call.args[0], ast.Constant):
                continue
            given = {keyword.arg for keyword in call.keywords} - {"table", "entity_id", None}
            spread = any(keyword.arg is None for keyword in call.keywords)
            if not spread and given != events.keys_of(str(call.args[0].value)):
                wrong.append(f"{module.said(call)} gives {sorted(map(str, given))}")
    assert wrong == []


def test_the_trail_has_a_word_for_everything_it_may_show(owner: Owner) -> None:
    on_trail = {
        name
        for (name,) in owner.execute(
            "SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE tgname LIKE 'trail_%'"
        )
    }
    platform = {
        "account_links", "factor_resets",
        "global_template_versions", "global_templates", "groups", "policies", "role_policies", "roles",
        "shards", "user_factors", "user_passkeys", "user_passwords",
    }  # fmt: skip
    assert set(THINGS) <= on_trail
    assert on_trail - platform - set(THINGS) == set()
    assert not set(THINGS) & set(MACHINES_OWN)


def guards(app: Flask) -> dict[str, Guard]:
    return {name: getattr(view, GUARD) for name, view in app.view_functions.items() if name != "static"}
