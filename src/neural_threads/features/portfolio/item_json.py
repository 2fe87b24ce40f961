"""SQL that writes the JSON of a portfolio item."""

from neural_threads.platform.db.composition import Sql

WIRE_TIME = Sql("""'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'""")

ITEM_JSON = Sql(f"""
json_build_object(
  'id', i.id, 'designerId', i.designer_id, 'imageUrl', '/media/' || i.image_id, 'description', i.description,
  'budgetMin', i.budget_min, 'budgetMax', i.budget_max, 'category', i.category,
  'createdAt', to_char(i.created_at at time zone 'UTC', {WIRE_TIME}))
""")
