"""Invented rows by the hundred thousand, in a few statements; and people who are signed in."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection, transaction
from django.db.models import Max

from procurement_portal.time.clock import now, today
from procurement_portal.time.roles import as_owner

DEPARTMENTS, DESKS = 12, 4
STAFF = "procurement_officer.1@bench.example"  # whose work job 2 opens
PATTERNS = 100  # rows made by the model; the others are their copies with other numbers, dates, amounts and words
_WORDS = [
    "youth",
    "jobs",
    "housing",
    "meals",
    "seniors",
    "health",
    "shelter",
    "training",
    "mentoring",
    "violence",
    "prevention",
    "legal",
    "aid",
    "childcare",
    "transit",
    "digital",
]


def model(name: str) -> Any:
    """A model by "app.Name": the bench writes rows no action would write in bulk."""
    return apps.get_model(name)


def count() -> int:
    """How many solicitations are there."""
    return int(model("solicitations.Solicitation").objects.count())


def fill(rows: int) -> None:
    """Have at least `rows` solicitations (nine of ten published, most of them open), their areas and past contracts.

    Rows are added to those that are there; then the planner's statistics are taken.
    """
    with transaction.atomic():
        _bodies()
        present = model("solicitations.Solicitation").objects.count()
        if present >= rows:
            return
        if not present:
            _patterns()
            present = PATTERNS
        _multiply(present, rows)
        _clocks(rows)
        _register(min(20_000, max(rows // 5, 100)))
    if not connection.in_atomic_block:  # a test's own transaction
        with as_owner(), connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")


def _clocks(rows: int) -> None:
    """As many clocks as solicitations over all desks, three of ten still running; nobody's desk holds all of them.

    The person of job 2 has more than a page of them from the first thousand on: 800 of those at their desks, 200 asked for.
    Pages at 1,000 and at 100,000 rows are then equally long, and what differs is what the size costs.
    """
    person = model("people.User").objects.get(email=STAFF)
    first_desk = model("people.DeskMember").objects.filter(user=person).order_by("desk_id").first().desk_id
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM clocks_clock")
        present = cursor.fetchone()[0]
        cursor.execute(
            "INSERT INTO clocks_clock (subject_type, subject_id, subject_label, url, rule, citation, what, desk_id,"
            " asked_by_id, started_at, due_at, stopped_at, outcome)"
            " SELECT 'solicitations.solicitation', n::text, 'BENCH-' || n, '/opportunities/', 'bench.review', 'Service standard',"
            " (ARRAY['Review the notice','Answer a question','Check the budget','Publish the addendum'])[1 + n %% 4] || ' ' || n,"
            " CASE WHEN n <= 800 THEN %s + n %% 2"
            " ELSE (SELECT min(id) FROM people_desk) + n %% (SELECT count(*) FROM people_desk) END,"
            " CASE WHEN n BETWEEN 801 AND 1000 THEN %s"
            " ELSE (SELECT min(id) FROM people_user) + n %% (SELECT count(*) FROM people_user) END,"
            " portal_now() - interval '30 days', portal_now() + (n * 7919 %% 57600 - 14400) * interval '1 minute',"
            " CASE WHEN n %% 10 < 7 THEN portal_now() END, CASE WHEN n %% 10 < 7 THEN 'done' ELSE '' END"
            " FROM generate_series(%s::bigint, %s::bigint) n",
            [first_desk, person.pk, present + 1, rows],
        )


def _bodies() -> None:
    """Departments, an organization, and for each department a person who drafts and one who publishes."""
    departments = model("people.Department")
    if departments.objects.exists():
        return
    users, memberships = model("people.User"), model("people.Membership")
    for n in range(DEPARTMENTS):
        body = departments.objects.create(
            jurisdiction="city" if n < DEPARTMENTS - 3 else "county", code=f"B{n:02d}", name=f"Bench Department {n:02d}"
        )
        desks = [
            model("people.Desk").objects.create(department=body, function=f"bench_{k}", name=f"Bench desk {k}")
            for k in range(DESKS)
        ]
        for role in ("program_officer", "procurement_officer"):
            user = users.objects.create(email=f"{role}.{n}@bench.example", name=f"Bench {role} {n}", password="!")
            memberships.objects.create(user=user, role=role, department=body)
            for desk in desks[:2]:
                model("people.DeskMember").objects.create(desk=desk, user=user)


def _patterns() -> None:
    """The rows that the others are copies of, valid by every constraint."""
    from solicitations.states import ServiceCategory

    departments = list(model("people.Department").objects.order_by("pk"))
    users = model("people.User").objects
    drafts, publishes = (
        users.get(email="program_officer.0@bench.example"),
        users.get(email="procurement_officer.0@bench.example"),
    )
    categories, present = list(ServiceCategory.values), now()
    states = (
        ["published"] * 80 + ["closed"] * 4 + ["awarded"] * 4 + ["canceled"] * 2 + ["draft"] * 8 + ["in_review"] * 2
    )
    rows = []
    for n, state in enumerate(states):
        words = " ".join(_WORDS[(n * 7 + k * 3) % len(_WORDS)] for k in range(4))
        facts: dict[str, Any] = {
            "number": f"BENCH-{n:03d}", "fiscal_year": 2027, "title": f"{words.capitalize()}", "status": state,
            "department": departments[n % len(departments)], "service_category": categories[n % len(categories)],
            "summary": f"Community services: {words}.", "purpose": f"Residents need {words} close to home. " * 4,
            "services": f"Provide {words} for eight weeks. " * 8, "eligibility": "Nonprofits and businesses. " * 3,
            "drafted_by": drafts, "amount_total": 100_000 + 1000 * n, "questions_due_at": present + timedelta(days=3),
            "due_at": present + timedelta(days=10), "languages": ["en", "es"], "term_months": 12,
        }  # fmt: skip
        if state not in ("draft", "in_review"):
            facts |= {
                "published_by": publishes, "published_at": present - timedelta(days=9), "advertised_on": present.date(),
                "review_requested_by": drafts, "review_requested_at": present - timedelta(days=10),
            }  # fmt: skip
        if state == "canceled":
            facts |= {"canceled_by": publishes, "canceled_at": present, "canceled_why": "The grant was withdrawn."}
        rows.append(model("solicitations.Solicitation")(**facts))
    model("solicitations.Solicitation").objects.bulk_create(rows)


_CHANGED = {
    "number": "number || '-' || n",
    "title": "title || ' ' || (n * 37 %% 1009)",
    "due_at": "due_at + (n * 7919 %% 86400) * interval '1 minute'",
    "published_at": "published_at - (n * 104729 %% 40000) * interval '1 minute'",
    "last_activity_at": "last_activity_at - (n * 15485863 %% 86400) * interval '1 minute'",
    "amount_total": "amount_total + (n * 6151 %% 90000) * 10",
    "department_id": "(SELECT min(id) FROM people_department) + (department_id + n) %% (SELECT count(*) FROM people_department)",
}


def _multiply(present: int, rows: int) -> None:
    """Copies of the patterns up to `rows`; an area for every row, three for every fifth."""
    table = model("solicitations.Solicitation")
    columns = [f.column for f in table._meta.concrete_fields if not f.generated and not f.primary_key]
    values = ", ".join(_CHANGED.get(column, f'"{column}"') for column in columns)
    names = ", ".join(f'"{column}"' for column in columns)
    last = table.objects.aggregate(last=Max("pk"))["last"]
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO solicitations_solicitation ({names}) SELECT {values} FROM generate_series(%s::bigint, %s::bigint) AS n"
            " CROSS JOIN LATERAL (SELECT * FROM solicitations_solicitation WHERE number = 'BENCH-' || lpad((n %% 100)::text, 3, '0')) p",
            [present, rows - 1],
        )
        cursor.execute(
            "INSERT INTO solicitations_servicearea (solicitation_id, area) SELECT id, 1 + (id * 31 + k * 17) %% 77"
            " FROM solicitations_solicitation CROSS JOIN generate_series(0, 2) k WHERE id > %s AND (k = 0 OR id %% 5 = 0)",
            [last],
        )


def _register(count: int) -> None:
    """Past contracts up to `count`, each of one revision; twenty for each vendor."""
    vendors, contracts, day = model("solicitations.RegisterVendor"), model("solicitations.RegisterContract"), today()
    vendors.objects.bulk_create(
        vendors(code=f"BENCH{n}", name=f"Bench Vendor {n}", key=f"bench vendor {n}")
        for n in range(vendors.objects.count(), count // 20)
    )
    keys = list(vendors.objects.order_by("pk").values_list("pk", flat=True))
    contracts.objects.bulk_create(
        (
            contracts(
                number=f"{90000 + n}", description=f"{_WORDS[n % len(_WORDS)]} services {n}", revisions=1,
                contract_type=("DELEGATE AGENCY", "COMMODITIES", "PRO SERV")[n % 3], department=f"DEPARTMENT {n % 40}",
                vendor_id=keys[n % len(keys)], vendor_name=f"Bench Vendor {n % len(keys)}", total=1000 * (n % 977),
                starts_on=day - timedelta(days=n % 3000), last_approved_on=day - timedelta(days=n % 3000),
            )
            for n in range(contracts.objects.count(), count)
        ),
        batch_size=5000,
    )  # fmt: skip
    imports = model("solicitations.RegisterImport").objects  # rows come with a file, and the page says with which
    imports.create(
        file_name="bench.csv", sha256=f"{imports.count():064x}", finished_at=now(), rows_read=count, rows_loaded=count
    )


def cookie_of(user: Any, acting_as: str) -> str:
    """A session of this person with a second factor just given, as the Cookie header of a browser."""
    stamp = now().timestamp()
    session = SessionStore()
    session["_auth_user_id"] = str(user.pk)
    session["_auth_user_backend"] = settings.AUTHENTICATION_BACKENDS[0]
    session["_auth_user_hash"] = user.get_session_auth_hash()
    session["account_authentication_methods"] = [
        {"method": "password", "at": stamp, "email": user.email},
        {"method": "mfa", "at": stamp, "type": "totp"},
    ]
    session["account_authentication_methods_user"] = str(user.pk)
    session["acting_as"] = acting_as
    session["seen_at"] = stamp
    session.create()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"
