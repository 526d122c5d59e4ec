"""A crowd of clients, made in SQL out of one whom the real actions made.

Every row of the first client is copied with ids of its own, as the superuser and without asking foreign keys, so that a
million rows take a minute and still are what the program wrote. Ids rise with time, as real ones do; who is due is spread
over the whole table.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import psycopg

UID = """
CREATE OR REPLACE FUNCTION bench_uid(kind text, n bigint, at timestamptz) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
SELECT (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint + n), 12, '0') || '7' || substr(md5(kind || n), 1, 3)
        || '8' || substr(md5(kind || n), 4, 15))::uuid $$
"""


FIXED = datetime.now(UTC).isoformat()
MANY = "(10000000::bigint * m + n)"


@dataclass
class Crowd:
    """A clinic's clients in numbers: clients, pieces of work each (one under way), sent messages each."""

    link: psycopg.Connection[Any]
    clinic: str
    slug: str
    works: int = 10
    sent: int = 10
    have: int = 0

    def _copy(self, table: str, source: str, series: str, **values: str) -> None:
        """Rows of `table` as the one that `source` finds, once for each n (and m) of `series`, with these columns new."""
        found = self.link.execute(
            "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped",
            [table],
        )
        names = [name for (name,) in found]
        unknown = set(values) - set(names)
        assert not unknown, f"{table} has no {unknown}"
        columns = ", ".join(f'"{name}"' for name in names)
        wanted = ", ".join(values.get(name, f'first."{name}"') for name in names)
        self.link.execute(f"INSERT INTO {table} ({columns}) SELECT {wanted} FROM ({source}) AS first, {series}")

    def grow(self, clients: int) -> None:
        """Have so many clients in all. Client n's rows have ids made of n; what is older has older ids."""
        if clients <= self.have:
            return
        here, tag = f"clinic_id = '{self.clinic}'", self.slug
        span = f"generate_series({self.have}, {clients - 1}) AS n"
        last = self.works - 1

        def uid(kind: str, number: str = "n", ago: int = 300) -> str:
            return f"bench_uid('{kind}-{tag}', {number}, '{FIXED}'::timestamptz - interval '{ago} days')"

        work = uid("work", MANY, 200)
        link = self.link
        link.execute(UID)
        link.execute("SET session_replication_role = replica")  # no foreign key is asked: every row is made here
        link.execute("SET synchronous_commit = off")
        self._copy(
            "accounts_user", f"SELECT * FROM accounts_user WHERE email = 'first-{tag}@example.org'", span,
            id=uid("user"), email=f"'client-' || n || '-{tag}@example.org'",
        )  # fmt: skip
        self._copy(
            "clinic_membership", f"SELECT * FROM clinic_membership WHERE {here} AND role = 'client' ORDER BY id LIMIT 1",
            span, id=uid("member"), user_id=uid("user"), client_name="NULL",
        )  # fmt: skip
        self._copy(
            "clinic_contactprefs", f"SELECT * FROM clinic_contactprefs WHERE {here} ORDER BY id LIMIT 1", span,
            id=uid("prefs"), client_id=uid("member"),
        )  # fmt: skip
        self._copy(
            "clinic_episode", f"SELECT * FROM clinic_episode WHERE {here} ORDER BY id LIMIT 1", span,
            id=uid("episode"), client_id=uid("member"),
        )  # fmt: skip
        self._copy(
            "clinic_careteammember", f"SELECT * FROM clinic_careteammember WHERE {here} ORDER BY id LIMIT 1", span,
            id=uid("team"), episode_id=uid("episode"),
        )  # fmt: skip
        self._work(here, clients, work, uid)
        weeks = f"{span}, generate_series(1, {self.sent}) AS m"
        ago = "now() - interval '5 days' * m - interval '2 days'"
        self._copy(
            "clinic_outgoingmessage", f"SELECT * FROM clinic_outgoingmessage WHERE {here} AND key = 'reminder:0'", weeks,
            id=uid("sent", MANY, 100), key="'reminder:' || n || ':' || m",
            user_id=uid("user"), about=uid("member"), to=f"'client-' || n || '-{tag}@example.org'", due_at=ago, sent_at=ago,
            created_at=ago,
        )  # fmt: skip
        assert last >= 0
        link.execute("SET session_replication_role = origin")
        link.execute("VACUUM ANALYZE")
        self.have = clients

    def _work(self, here: str, clients: int, work: str, uid: Any) -> None:
        """Every client’s pieces of work, all but the newest ended; the newest with its plan and what was written on it."""
        span, last = f"generate_series({self.have}, {clients - 1}) AS n", self.works - 1
        old = f"{span}, generate_series(0, {last - 1}) AS m"
        new = f"{span}, generate_series({last}, {last}) AS m"
        first = f"SELECT * FROM assignments_assignment WHERE {here} AND id IN (SELECT id FROM bench_first) AND state = "
        self.link.execute("CREATE TABLE IF NOT EXISTS bench_first (id uuid PRIMARY KEY)")
        self.link.execute(
            "INSERT INTO bench_first SELECT id FROM assignments_assignment WHERE clinic_id = %s "
            "AND NOT EXISTS (SELECT FROM bench_first JOIN assignments_assignment a USING (id) WHERE a.clinic_id = %s)",
            [self.clinic, self.clinic],
        )
        later = "now() + interval '7 days'"
        for state, series in (("ended", old), ("active", new)):
            more = {"next_reminder_at": f"{later} + n * interval '1 second'"} if state == "active" else {}
            self._copy(
                "assignments_assignment", f"{first} '{state}'", series, id=work, episode_id=uid("episode"), **more
            )
        plan = (
            f"SELECT * FROM assignments_plan WHERE assignment_id IN (SELECT id FROM ({first} 'active') AS found)"
            " AND state = 'agreed'"
        )
        sealed = [name for name, in self.link.execute(
            "SELECT attname FROM pg_attribute WHERE attrelid = 'assignments_plan'::regclass AND atttypid = 'bytea'::regtype"
        )]  # fmt: skip
        self._copy(
            "assignments_plan", plan, new, id=uid("plan", MANY, 200), assignment_id=work,
            episode_id=uid("episode"), **dict.fromkeys(sealed, "'\\x01'::bytea || decode(repeat(md5(n::text), 4), 'hex')"),
        )  # fmt: skip
        entry = (
            f"SELECT *, row_number() OVER (ORDER BY id) AS number FROM assignments_entry WHERE {here} AND assignment_id IN "
            f"(SELECT id FROM ({first} 'active') AS found)"
        )
        sealed = [name for name, in self.link.execute(
            "SELECT attname FROM pg_attribute WHERE attrelid = 'assignments_entry'::regclass AND atttypid = 'bytea'::regtype"
        )]  # fmt: skip
        self._copy(
            "assignments_entry", entry, new, id=uid("entry", "(2 * n + first.number)", 2),
            assignment_id=work, episode_id=uid("episode"), submission_key="NULL",
            plan_id=uid("plan", MANY, 200),
            **dict.fromkeys(sealed, "'\\x01'::bytea || decode(repeat(md5(n::text), 12), 'hex')"),
        )  # fmt: skip

    def come_up(self, due: int, since: str = "1 minute", *, keep: bool = False) -> int:
        """Make `due` pieces of work, spread over all clients, due since a minute; forget what was queued but `keep`. Returns how many."""
        link = self.link
        if not keep:
            link.execute("DELETE FROM clinic_outgoingmessage WHERE state = 'queued'")
        link.execute(
            "UPDATE assignments_assignment SET next_reminder_at = NULL WHERE id IN (SELECT id FROM bench_first)"
        )
        step = max(self.have // due, 1)
        done = link.execute(
            f"""WITH chosen AS (SELECT id, row_number() OVER (ORDER BY id) AS n FROM assignments_assignment
                 WHERE clinic_id = '{self.clinic}' AND state = 'active' AND id NOT IN (SELECT id FROM bench_first))
            UPDATE assignments_assignment AS work SET next_reminder_at = date_trunc('minute', now()) - interval '{since}'
              FROM chosen WHERE chosen.id = work.id AND chosen.n % {step} = 0 AND chosen.n <= {step} * {due}"""
        )
        link.execute(
            f"""UPDATE assignments_plan SET confirmed_at = now() - interval '1 day',
                reminder_time = (date_trunc('minute', now()) AT TIME ZONE 'UTC' - interval '{since}')::time
              WHERE state = 'agreed' AND assignment_id IN (SELECT id FROM assignments_assignment
                    WHERE clinic_id = '{self.clinic}' AND state = 'active' AND next_reminder_at <= now())"""
        )
        link.execute("VACUUM ANALYZE assignments_assignment, assignments_plan, clinic_outgoingmessage")
        return done.rowcount
