"""Examples for the OpenAPI document, composed from one value per field."""

from typing import Any

from .schemas import PLACE, Schema

A_DAY, LATER = "2026-11-20T09:30:00.000Z", "2026-11-21T16:05:12.345Z"
CORA, DINA, TARIQ = "cmi2ab4ag0001q8m1x0y7w3z9", "cmi2ab4ag0002q8m1k5r8t1v4", "cmi2ab4ag0003q8m1b6n2c9d7"
PICTURE = "pictures/cmi2ab4ag0009q8m1h3j5k7l9"

FIELDS: dict[str, Any] = {
    "actorId": DINA,
    "actorName": "Dina Rao",
    "address": "14 Commercial Street, Bengaluru 560001",
    "after": 41,
    "age": 29,
    "auth": "8eDyX2uCFyKHHeMC2tBRCg",
    "average": 4.6,
    "avatarUrl": f"/media/{PICTURE}",
    "before": "Could the ",
    "bio": "Bridal and festive wear, hand-embroidered in our own workshop.",
    "brand": "Fabindia",
    "budgetMax": 25000,
    "budgetMin": 8000,
    "chatId": "cmi2ab4ag0010q8m1p2s4u6w8",
    "clientId": "6f1c9a52-0c1e-4b1e-9a53-2f7e6f0d8c11",
    "color": "indigo",
    "comment": "The fitting was perfect, and it was ready a day early.",
    "content": "Could the sleeves end just above the elbow?",
    "count": 2,
    "createdAt": A_DAY,
    "currentPassword": "seven indigo looms",
    "cursor": "3q2-7w0VvS1kZ0l4b2ZmZXI",
    "customerId": CORA,
    "customerName": "Cora Menon",
    "description": "Kalamkari lehenga with a contrast border",
    "designerId": DINA,
    "designId": "cmi2ab4ag0011q8m1a1b2c3d4",
    "distance": 1.4,
    "email": "cora@example.com",
    "emoji": "🧵",
    "endpoint": "https://push.example.com/send/f1aGp2",
    "fromStatus": "PENDING",
    "hasMore": False,
    "height": 1600,
    "id": "cmi2ab4ag0012q8m1e5f6g7h8",
    "If-None-Match": '"1f0c2b7a9d3e"',
    "ifStatus": "PENDING",
    "imageUrl": f"/media/{PICTURE}",
    "Idempotency-Key": "ask-tariq-2026-11-20",
    "itemId": "cmi2ab4ag0015q8m1q7r8s9t0",
    "lastSeq": 42,
    "lastUsedAt": LATER,
    "latitude": 12.9822,
    "limit": 20,
    "link": "/customer/alterations/cmi2ab4ag0012q8m1e5f6g7h8",
    "longitude": 77.6083,
    "lookId": "cmi2ab4ag0017q8m1y4z5a6b7",
    "match": "sleeves",
    "maxBudget": 30000,
    "maxDistance": 2,
    "maxExperience": 20,
    "maxPrice": 30000,
    "message": "Tariq Ahmed offers ₹450 for Tuesday.",
    "messageId": "cmi2ab4ag0016q8m1u0v1w2x3",
    "minBudget": 5000,
    "minExperience": 3,
    "minPrice": 5000,
    "name": "Cora Menon",
    "newPassword": "eight madder skeins",
    "nextCursor": None,
    "note": "Take in by 2 cm",
    "notes": "Please bring the blouse to the fitting.",
    "otherName": "Dina Rao",
    "outfitImageUrl": f"/media/{PICTURE}",
    "p256dh": "BNcRdreALRFXTkOOUHK1EtK2wtaz5Ry4YfYCA_0QTpQtUbVlUls0VJXg7A8u-Ts1XbjhazAkj7I99e8QcYP7DkM",
    "page": 1,
    "password": "seven indigo looms",
    "personImageUrl": f"/media/{PICTURE}",
    "phone": "+919845012345",
    "pieceId": "cmi2ab4ag0013q8m1i9j0k1l2",
    "portfolioItemId": "cmi2ab4ag0013q8m1i9j0k1l2",
    "profilePhoto": f"/media/{PICTURE}",
    "promisedDate": "2099-12-01",
    "publicId": PICTURE,
    "publicKey": "BEl62iUYgUivxIkv69yViEuiBIa-Ib9-SkvMeAtA3LFgDzkrxZJjSgSnfckjBJuBkr3qBUYIHBQFLXYp5Nksh8U",
    "quoteAcceptedAt": LATER,
    "quotedPrice": 450,
    "rating": 5,
    "ratings": [1, 0, 2, 9, 28],
    "readAt": LATER,
    "readBy": DINA,
    "readSeq": 41,
    "referenceImageUrl": f"/media/{PICTURE}",
    "repliedAt": LATER,
    "reply": "Thank you, Cora. It was a joy to make.",
    "requestId": None,
    "resultImageUrl": f"/media/{PICTURE}",
    "reviewCount": 40,
    "savedItemId": None,
    "search": "lehenga",
    "senderId": CORA,
    "senderName": "Cora Menon",
    "sentence": "Tariq made an offer.",
    "seq": 42,
    "sessionId": "cmi2ab4ag0014q8m1m3n4o5p6",
    "statusMessage": "Tariq has made an offer.",
    "stylePreferences": ["handloom", "minimal"],
    "tailorId": TARIQ,
    "title": "A new offer",
    "token": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJjbWkyIn0.c2lnbmF0dXJl",
    "total": 61,
    "totalPages": 6,
    "unreadChats": 1,
    "unreadCount": 2,
    "upToSeq": 42,
    "updatedAt": LATER,
    "url": f"/media/{PICTURE}",
    "userAgent": "Mozilla/5.0 (Android 15; Mobile)",
    "userId": CORA,
    "userName": "Cora Menon",
    "wardrobeItemId": "cmi2ab4ag0015q8m1q7r8s9t0",
    "width": 1200,
    "x": 0.42,
    "y": 0.61,
    "wornOn": "2026-11-02",
    "yearsOfExperience": 9,
    "yearsWorked": 9,
}
KINDS: dict[str, tuple[type, ...]] = {"string": (str,), "integer": (int,), "number": (int, float), "array": (list,)}
OTHERWISE = {"after": " end just above the elbow?", "requestId": "cmi2ab4ag0012q8m1e5f6g7h8"}
"""For names that are said of two kinds of things."""
LEFT_OUT = {
    # One of the two, not both.
    "NewChat": {"tailorId"},
    "NewReview": {"tailorId"},
    "Review": {"tailorId"},
    "Account": {"designer", "tailor"},
    "Oneself": {"designer", "customer"},
    "ProfileOf": {"designer", "tailor"},
    # So that an example works for whoever tries it.
    "NewAlteration": {"imageUrl", "imageUrls", "pins", "wardrobeItemId"},
    "NewDesign": {"imageUrl", "imageUrls", "pins", "wardrobeItemId", "referenceImageUrl", "chatId"},
    "NewMessage": {"imageUrl"},
    "NewTryOn": {"personImageUrl", "landmarks", "layers", "garmentPoints"},
    "OrderChange": {"notes", "ifStatus", "status"},
    "ProviderProfileChange": {"designNiches", "profilePhoto"},
    "DesignerChange": {"profilePhoto"},
    "TailorChange": {"profilePhoto"},
}


def example_of(schema: Schema, named: dict[str, Schema], field: str = "", shape: str = "") -> Any:
    """An example that fits the schema."""
    if "const" in schema:
        return schema["const"]
    if "$ref" in schema:
        name = schema["$ref"].removeprefix(PLACE)
        return example_of(named[name], named, field, name)
    if "enum" in schema:
        return FIELDS[field] if FIELDS.get(field) in schema["enum"] else schema["enum"][0]
    if options := schema.get("anyOf"):
        return None if _is_null(field, options) else example_of(options[0], named, field, shape)
    kind = schema.get("type")
    if kind == "object":
        return _object(schema, named, shape)
    if isinstance(FIELDS.get(field), KINDS.get(str(kind), ())):
        return FIELDS[field]
    return _array(schema, named, field) if kind == "array" else _plain(schema, field)


def _is_null(field: str, options: list[Schema]) -> bool:
    return {"type": "null"} in options and field in FIELDS and FIELDS[field] is None


def _object(schema: Schema, named: dict[str, Schema], shape: str) -> dict[str, Any]:
    parts = schema.get("properties", {})
    if not parts and isinstance(values := schema.get("additionalProperties"), dict):
        return {str(stars): example_of(values, named, "count") for stars in range(1, 6)}
    left_out = LEFT_OUT.get(shape, set())
    return {name: example_of(part, named, name, shape) for name, part in parts.items() if name not in left_out}


def _array(schema: Schema, named: dict[str, Schema], field: str) -> list[Any]:
    if prefix := schema.get("prefixItems"):
        return [example_of(part, named, field) for part in prefix]
    singular = {"ids": "id", "imageUrls": "imageUrl"}.get(field, field)
    items = [example_of(schema["items"], named, singular)] if isinstance(schema.get("items"), dict) else []
    least: int = schema.get("minItems", 1)
    return items * max(1, least)


def _plain(schema: Schema, field: str) -> Any:
    kind = schema.get("type")
    if kind == "boolean":
        return True
    if kind in ("integer", "number"):
        return max(schema.get("minimum", 1), 1) if "maximum" not in schema else min(schema["maximum"], 1)
    formats = {"date-time": A_DAY, "date": "2099-12-01", "uuid": FIELDS["clientId"], "binary": ""}
    if kind == "string":
        return formats.get(schema.get("format", ""), OTHERWISE.get(field, field or "text"))
    return None
