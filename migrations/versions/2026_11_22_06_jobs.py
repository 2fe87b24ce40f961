"""The queue of background work: procrastinate's own tables, as the library ships them."""

from alembic import op
from procrastinate.schema import SchemaManager

revision = "2026_11_22_06_jobs"
down_revision = "2026_11_22_05_requests"
branch_labels = None
depends_on = None

# Everything the library makes carries its name, so this finds whatever version made it.
DOWN = """
do $$
declare thing record;
begin
  for thing in select tablename from pg_tables where schemaname = 'public' and tablename like 'procrastinate_%' loop
    execute format('drop table if exists %I cascade', thing.tablename);
  end loop;
  for thing in select p.oid::regprocedure as name from pg_proc p
               where p.pronamespace = 'public'::regnamespace and p.proname like 'procrastinate_%' loop
    execute format('drop function if exists %s cascade', thing.name);
  end loop;
  for thing in select typname from pg_type where typnamespace = 'public'::regnamespace
               and typname like 'procrastinate_%' and typtype in ('e', 'c') loop
    execute format('drop type if exists %I cascade', thing.typname);
  end loop;
end $$;
"""


def upgrade() -> None:
    # Straight to the driver: the library's text has colons and percent signs that SQLAlchemy would read as parameters.
    op.get_bind().connection.driver_connection.execute(SchemaManager.get_schema().encode())


def downgrade() -> None:
    op.get_bind().connection.driver_connection.execute(DOWN.encode())
