"""The rules of the schema, asked of PostgreSQL's catalogue: each query returns what breaks one of them."""

from collections.abc import Iterator
from typing import Any, Final

import psycopg

Owner = psycopg.Connection[tuple[Any, ...]]

# Tables with a company_id that is no key: they are read before any company is known.
BESIDE_COMPANIES: Final = {
    "company_aliases": "former addresses; read to learn which company is meant",
    "company_groups": "says which companies belong together; read while a grant is looked up",
    "roles": "shipped ones belong to no company; walls of their own, proved in test_roles",
    "support_visits": "read while a person is found; walls of their own, proved in test_visits",
    "user_roles": "the grants; read to learn which companies a person may enter",
}
# Tables that no person changes, so that no trigger records it.
MACHINES_OWN: Final = {
    "account_mails": "mails of the portal itself; what each tells of is on the trail",
    "alembic_version": "Alembic's own",
    "contact_methods": "words of ours, changed by migrations only",
    "contact_statuses": "words of ours, changed by migrations only",
    "data_ingest_stages": "words of ours, changed by migrations only",
    "delivery_days": "numbers counted from the messages",
    "flags": "words of ours, changed by migrations only",
    "installation": "written once at the first start",
    "lanes": "the dispatcher's bookkeeping; a stopped lane is a semantic event",
    "log_data_packet": "a log itself",
    "message_updates": "what providers said, kept as it came",
    "passkey_challenges": "live five minutes; what came of one is a semantic event",
    "queue": "the dispatcher's bookkeeping; the story is the message's",
    "refused_callbacks": "a count of strangers' requests",
    "throttles": "counts failures; each is a semantic event",
    "trail": "the trail itself",
    "user_recovery_codes": "making them and using one are semantic events",
    "user_sessions": "last-seen times; sign-in and sign-out are semantic events",
    "user_text_codes": "live ten minutes; what came of one is a semantic event",
}
# Tenant tables that a delegated person sees whole.
OF_THE_WHOLE_COMPANY: Final = {
    "consent_events": "an address is opted out for the whole company",
    "contact_blocks": "a block holds for the whole company",
    "data_ingest_sources": "names of sources, no people in them",
    "lanes": "names of lanes, no people in them",
    "opt_outs": "an address is opted out for the whole company",
    "refused_callbacks": "counts per day",
}
SECURITY_DEFINERS: Final = {
    "account_lookup": "finds a person of any company by address, to write to them",
    "api_key_lookup": "tells the door of programs what one key is, and its hash",
    "count_failed_sign_in": "counts a failure where there is such an account, and says nothing",
    "invite_person": "adds a person whom nobody may see until they have a role, and hands back the number",
    "password_history": "hands the change of a password the last hashes of one person",
    "active_customers": "tells sign-in which customers of a grant are active",
    "end_visits": "ends the visits of a session that ends",
    "ensure_months": "makes the trail's partitions",
    "sign_in_factor": "hands sign-in the second factor of one person",
    "sign_in_lookup": "hands sign-in the password hash of one address",
    "trail_actor": "names the actor for the trail",
    "trail_changes": "writes what changed to the trail",
    "trail_event": "writes a semantic event to the trail",
    "use_recovery_code": "uses up one recovery code of one person, once",
}

TENANT = (
    "(SELECT c.oid, c.relname, c.relrowsecurity, c.relforcerowsecurity FROM pg_class c "
    "JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'company_id' AND NOT a.attisdropped "
    "WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition "
    "AND c.relname <> ALL (%(beside)s))"
)
OURS = "('carillon_app'::regrole, 'carillon_across'::regrole)"
OWN_COMPANY = "(company_id = (NULLIF(current_setting('app.company_id'::text, true), ''::text))::bigint)"

QUERIES: Final = {
    "{} has row-level security that is not enabled and forced": f"""
        SELECT relname FROM {TENANT} t WHERE NOT (relrowsecurity AND relforcerowsecurity)""",
    "{} has no policy by company, or lets the application past it": f"""
        SELECT t.relname FROM {TENANT} t LEFT JOIN pg_policy p ON p.polrelid = t.oid AND p.polpermissive
            AND (p.polroles = '{{0}}' OR 'carillon_app'::regrole = ANY (p.polroles))
        GROUP BY t.relname HAVING count(p.oid) <> 1 OR bool_or(p.polcmd <> '*') OR bool_or(
            pg_get_expr(p.polqual, p.polrelid) <> %(own)s OR p.polwithcheck IS NOT NULL)""",
    "{} shows a delegated person the rows of other customers": f"""
        SELECT t.relname FROM {TENANT} t WHERE t.relname <> ALL (%(whole)s) AND EXISTS (
            SELECT unnest(ARRAY['r', 'a', 'w', 'd']::"char"[]) EXCEPT SELECT unnest(
                CASE p.polcmd WHEN '*' THEN ARRAY['r', 'a', 'w', 'd']::"char"[] ELSE ARRAY[p.polcmd] END)
            FROM pg_policy p WHERE p.polrelid = t.oid AND NOT p.polpermissive
                AND 'carillon_app'::regrole = ANY (p.polroles))
            AND NOT (t.relname = 'trail' AND EXISTS (SELECT 1 FROM pg_policy p
                WHERE p.polrelid = t.oid AND NOT p.polpermissive AND p.polcmd = 'r'))""",
    "{} has a policy for everybody, instead of one for a role": """
        SELECT polrelid::regclass || '.' || polname FROM pg_policy WHERE polroles = '{0}'""",
    "{} is a policy with OR in it, which makes pages slow": """
        SELECT polrelid::regclass || '.' || polname FROM pg_policy
        WHERE concat_ws(' ', pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid))
            ~ '\\mOR\\M'""",
    "{} is a unique key that does not begin with company_id": f"""
        SELECT t.relname || '.' || i.indexrelid::regclass FROM {TENANT} t
        JOIN pg_index i ON i.indrelid = t.oid AND i.indisunique
        LEFT JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = i.indkey[0]
        WHERE a.attname IS DISTINCT FROM 'company_id'""",
    "{} has no primary key": f"""
        SELECT t.relname FROM {TENANT} t WHERE NOT EXISTS (
            SELECT 1 FROM pg_index i WHERE i.indrelid = t.oid AND i.indisprimary)""",
    "{} is unique over columns that may be null, without NULLS NOT DISTINCT": """
        SELECT DISTINCT i.indexrelid::regclass::text FROM pg_index i
        JOIN pg_class c ON c.oid = i.indrelid AND c.relnamespace = 'public'::regnamespace
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = ANY (i.indkey) AND NOT a.attnotnull
        WHERE i.indisunique AND NOT i.indnullsnotdistinct""",
    "{} is a foreign key between companies' tables that does not begin with company_id": f"""
        SELECT k.conrelid::regclass || '.' || k.conname FROM pg_constraint k
        JOIN {TENANT} parent ON parent.oid = k.confrelid
        LEFT JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
        LEFT JOIN pg_attribute b ON b.attrelid = k.confrelid AND b.attnum = k.confkey[1]
        WHERE k.contype = 'f' AND (a.attname, b.attname) IS DISTINCT FROM ('company_id', 'company_id')""",
    "{} sets columns to null without naming which": f"""
        SELECT k.conrelid::regclass || '.' || k.conname FROM pg_constraint k
        JOIN {TENANT} t ON t.oid = k.conrelid
        WHERE k.contype = 'f' AND k.confdeltype = 'n' AND cardinality(k.confdelsetcols) IS DISTINCT FROM 1""",
    "{} is granted to the application": f"""
        SELECT c.relname || ' ' || g.privilege_type FROM pg_class c CROSS JOIN LATERAL aclexplode(c.relacl) g
        WHERE c.relnamespace = 'public'::regnamespace AND (g.grantee = 0 OR g.grantee IN {OURS})
            AND (g.privilege_type IN ('TRUNCATE', 'REFERENCES', 'TRIGGER', 'MAINTAIN') OR g.is_grantable)""",
    "{} is granted on a column": f"""
        SELECT a.attrelid::regclass || '.' || a.attname FROM pg_attribute a
        CROSS JOIN LATERAL aclexplode(a.attacl) g
        WHERE g.grantee IN {OURS} AND g.privilege_type = 'REFERENCES'""",
    "{} is a partition that somebody was given rights on": """
        SELECT c.relname FROM pg_class c CROSS JOIN LATERAL aclexplode(c.relacl) g
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND c.relispartition
            AND g.grantee <> c.relowner""",
    "{} is a partition whose row-level security is not enabled and forced": """
        SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
            AND relispartition AND NOT (relrowsecurity AND relforcerowsecurity)""",
    "{} has no partition for what fits nowhere else": """
        SELECT p.partrelid::regclass::text FROM pg_partitioned_table p WHERE p.partdefid = 0""",
    "{} is a view that does not look with its reader's eyes": """
        SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND (relkind = 'm'
            OR (relkind = 'v' AND 'security_invoker=true' <> ALL (coalesce(reloptions, '{}'))))""",
    "{} runs as its owner without standing in the list": """
        SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prosecdef
            AND proname <> ALL (%(definers)s)""",
    "{} runs as its owner with a search path that its caller chooses, or for everybody": """
        SELECT f.proname FROM pg_proc f WHERE f.pronamespace = 'public'::regnamespace AND f.prosecdef AND (
            f.proconfig IS NULL OR f.proconfig[1] <> 'search_path=pg_catalog, public, pg_temp'
            OR f.proacl IS NULL OR EXISTS (SELECT 1 FROM aclexplode(f.proacl) g WHERE g.grantee = 0))""",
    "{} can be changed by a person without a trace on the trail": """
        SELECT c.relname FROM pg_class c LEFT JOIN pg_trigger t ON t.tgrelid = c.oid AND NOT t.tgisinternal
            AND t.tgfoid = 'trail_changes'::regproc AND t.tgenabled = 'O'
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
            AND c.relname <> ALL (%(machines)s)
        GROUP BY c.relname HAVING array_agg(t.tgname ORDER BY t.tgname) IS DISTINCT FROM
            CASE WHEN c.relname = ANY (%(people)s) THEN ARRAY['trail_delete', 'trail_update']::name[]
            ELSE ARRAY['trail_delete', 'trail_insert', 'trail_update']::name[] END""",
    "{} is given away to whoever comes later": """
        SELECT defaclobjtype::text || ' by default' FROM pg_default_acl""",
    "{} is stronger than the walls": f"""
        SELECT r.rolname FROM pg_roles r WHERE r.oid IN {OURS} AND (rolsuper OR rolbypassrls OR rolcreaterole
            OR rolcreatedb OR rolreplication
            OR EXISTS (SELECT 1 FROM pg_auth_members m WHERE m.member = r.oid)
            OR EXISTS (SELECT 1 FROM pg_class c WHERE c.relowner = r.oid))""",
}


def broken_rules(owner: Owner) -> Iterator[str]:
    """Say in sentences which rules the schema breaks; nothing where it breaks none."""
    given = {
        "beside": list(BESIDE_COMPANIES),
        "whole": list(OF_THE_WHOLE_COMPANY),
        "machines": list(MACHINES_OWN),
        "definers": list(SECURITY_DEFINERS),
        "people": ["contact_records", "messages"],
        "own": OWN_COMPANY,
    }
    for sentence, query in QUERIES.items():
        for (name,) in owner.execute(query, given).fetchall():
            yield sentence.format(name)
