"""The look-up of a session, on the path of every signed-in request, is planned once and not at every request."""

from neural_threads.features.accounts.queries import users_by_session
from tests.support.people import People


async def test_postgresql_keeps_a_generic_plan_for_one_session(people: People, db):
    cora = await people.customer()
    session_id = await db.value("select id from sessions where user_id = %(id)s", id=cora.id)
    for _ in range(10):
        assert set(await users_by_session(db, [session_id])) == {session_id}
    plans = await db.value(
        "select generic_plans from pg_prepared_statements where statement like '%%s.id = $%%' and statement like '%%sessions s%%'"
    )
    assert plans >= 3


async def test_the_planner_counts_as_in_the_private_cluster(db):
    settings = {
        name: await db.value("select current_setting(%(name)s)", name=name)
        for name in ("random_page_cost", "max_parallel_workers_per_gather", "jit")
    }
    assert settings == {"random_page_cost": "1.1", "max_parallel_workers_per_gather": "0", "jit": "off"}
