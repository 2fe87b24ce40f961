"""Pages of the stylist: the list of conversations and the open one. They work without scripts."""

from typing import Any
from uuid import NAMESPACE_OID, uuid4, uuid5

from litestar import Request, Response, get, post
from litestar.datastructures import UploadFile
from litestar.response import Redirect

from neural_threads.features.accounts.shapes import Person
from neural_threads.features.media.flows import uploaded_files
from neural_threads.features.stylist.conversations.actions import delete_conversation, rename_conversation
from neural_threads.features.stylist.conversations.asking import answer_to, ask_stylist
from neural_threads.features.stylist.conversations.flows import stop_answer
from neural_threads.features.stylist.conversations.queries import conversation_for, customer_of, message_row
from neural_threads.features.stylist.conversations.shapes import ConversationChange, NewQuestion
from neural_threads.features.wardrobe.adding_flows import add
from neural_threads.features.wardrobe.shapes import NewItem, WardrobeCategory
from neural_threads.platform.db import reading, transaction
from neural_threads.platform.errors import Conflict, Invalid, TooLarge, TooOften, WrongType
from neural_threads.platform.i18n import gettext as _
from neural_threads.platform.serialization.decode import decode_form
from neural_threads.platform.serialization.types import Id, Incoming, Text
from neural_threads.web.http import role_guards
from neural_threads.web.http.form_key import KEY, client_id_of
from neural_threads.web.http.query import FromCursor, InQuery
from neural_threads.web.http.request_context import RequestContext
from neural_threads.web.templates.render import page

from .thread import LABELS, Subject, conversation_context, message_context, new_context, subject_of

AnyRequest = Request[Any, Any, Any]
PATH = "/customer/chatbot"
MOST_BYTES = 8_388_608  # of a form with an image in it


class WrittenQuestion(Incoming, frozen=True, kw_only=True):
    """The composer as a form. `choice`: a suggestion that was pressed; `clientId` was made with the page."""

    content: Text = ""
    choice: Text = ""
    client_id: str = ""
    image_url: Text = ""


class AskedAbout(Incoming, frozen=True, kw_only=True):
    """The subject of a new conversation: an item, a design, or words to begin with."""

    item: Id | None = None
    design: Id | None = None
    ask: Text = ""


@get(PATH, include_in_schema=False, guards=[role_guards.customer])
async def stylist_page(visit: RequestContext, me: Person, about: InQuery[AskedAbout]) -> Response[str]:
    """Begin a conversation; `item` and `design` say about what."""
    async with reading() as db:
        subject = await subject_of(db, me, about.item, about.design)
        context = await new_context(db, me)
    return page(
        visit, "stylist/stylist.html", subject=subject, typed=about.ask[:2_000] or subject.words, **_form(context)
    )


@get(f"{PATH}/history", include_in_schema=False, guards=[role_guards.customer])
async def history_page(visit: RequestContext, me: Person, position: InQuery[FromCursor]) -> Response[str]:
    """Every conversation, for phones and for who has many."""
    async with reading() as db:
        context = await new_context(db, me, cursor=position.cursor)
    return page(visit, "stylist/history.html", **_form(context))


@get(f"{PATH}/{{conversation_id:str}}", include_in_schema=False, guards=[role_guards.customer])
async def conversation_page(
    visit: RequestContext, me: Person, conversation_id: str, position: InQuery[FromCursor]
) -> Response[str]:
    """Show one conversation: its newest messages or those before `cursor`."""
    return await _conversation(visit, me, conversation_id, cursor=position.cursor)


@get(f"{PATH}/messages/{{message_id:str}}", include_in_schema=False, guards=[role_guards.customer])
async def message_fragment(visit: RequestContext, me: Person, message_id: str) -> Response[str]:
    """One message as it stands in its conversation, for scripts that have just heard it."""
    async with reading() as db:
        context = await message_context(db, me, message_id)
    return page(visit, "stylist/message.html", **context)


@post(
    f"{PATH}/messages/{{message_id:str}}/item", include_in_schema=False, guards=[role_guards.customer], status_code=200
)
async def post_item_page(me: Person, message_id: str) -> Redirect:
    """Add the picture of a question of mine to my wardrobe, and go there to say what it is."""
    async with reading() as db:
        row = await message_row(db, customer_of(me), message_id)
    client_id = uuid5(NAMESPACE_OID, message_id)  # Pressed twice, it is one item.
    new = NewItem(image_url=row.image_url or "", category=WardrobeCategory.UPPERWEAR, client_id=client_id)
    item, _is_new = await add(me, new)
    return Redirect(f"/customer/wardrobe/{item.id}", status_code=303)


@post(
    [PATH, f"{PATH}/{{conversation_id:str}}"],
    include_in_schema=False,
    guards=[role_guards.customer],
    status_code=200,
    request_max_body_size=MOST_BYTES,
)
async def post_question_page(request: AnyRequest, visit: RequestContext, me: Person) -> Response[Any]:
    """Ask without scripts, and come back when it is answered."""
    conversation_id = request.path_params.get("conversation_id")
    form = await request.form()
    try:
        question = await _question(me, form, conversation_id)
        target = await ask_stylist(me, question)
        await answer_to(me, target)
    except (Invalid, Conflict, TooOften, TooLarge, WrongType) as error:
        wrong = " ".join(error.fields.values()) or str(error.message)
        fields = str(form.get("content", ""))
        return await _refused(visit, me, conversation_id, fields, wrong)
    return Redirect(f"{PATH}/{target.conversation_id}#latest", status_code=303)


async def _question(me: Person, form: Any, conversation_id: str | None) -> NewQuestion:
    """Return the question of a form, its image kept as mine. Whoever may not ask here is refused before it is kept."""
    fields = [(name, value) for name, value in form.multi_items() if name not in ("csrf_token", "picture")]
    written = decode_form(fields, WrittenQuestion)
    files = [file for file in form.getall("picture", []) if isinstance(file, UploadFile) and file.filename]
    if conversation_id:
        async with reading() as db:
            await conversation_for(db, me, conversation_id)
    kept = await uploaded_files(me, files[:1], key=written.client_id) if files else []
    image = kept[0].public_id if kept else written.image_url
    words = written.choice or written.content or (_("What goes with this?") if image else "")
    target = {
        "message": words.replace("\r\n", "\n"),
        "conversationId": conversation_id or "",
        "imageUrl": image,
        "clientId": str(client_id_of([(KEY, written.client_id)], words, image) or ""),
    }
    return decode_form({name: value for name, value in target.items() if value}, NewQuestion)


async def _refused(
    visit: RequestContext, me: Person, conversation_id: str | None, text: str, wrong: str
) -> Response[str]:
    if conversation_id:
        return await _conversation(visit, me, conversation_id, status=422, text=text, wrong=wrong)
    async with reading() as db:
        context = await new_context(db, me)
    return page(visit, "stylist/stylist.html", 422, subject=Subject(), typed=text, **_form(context, wrong=wrong))


@post(f"{PATH}/{{conversation_id:str}}/stop", include_in_schema=False, guards=[role_guards.customer], status_code=200)
async def post_stop_page(me: Person, conversation_id: str) -> Redirect:
    """End the answer under way."""
    await stop_answer(me, conversation_id)
    return Redirect(f"{PATH}/{conversation_id}#latest", status_code=303)


@post(f"{PATH}/{{conversation_id:str}}/rename", include_in_schema=False, guards=[role_guards.customer], status_code=200)
async def post_rename_page(
    request: AnyRequest, visit: RequestContext, me: Person, conversation_id: str
) -> Response[Any]:
    """Give a conversation another title."""
    form = await request.form()
    try:
        change = decode_form({"title": " ".join(str(form.get("title", "")).split())}, ConversationChange)
        async with transaction() as db:
            await rename_conversation(db, me, conversation_id, change)
    except Invalid as error:
        return await _conversation(visit, me, conversation_id, status=422, wrong=" ".join(error.fields.values()))
    return Redirect(f"{PATH}/{conversation_id}", status_code=303)


@post(f"{PATH}/{{conversation_id:str}}/delete", include_in_schema=False, guards=[role_guards.customer], status_code=200)
async def post_delete_page(me: Person, conversation_id: str) -> Redirect:
    """Delete a conversation."""
    async with transaction() as db:
        await delete_conversation(db, me, conversation_id)
    return Redirect(PATH, status_code=303)


async def _conversation(
    visit: RequestContext,
    me: Person,
    conversation_id: str,
    *,
    cursor: str | None = None,
    status: int = 200,
    text: str = "",
    wrong: str = "",
) -> Response[str]:
    async with reading() as db:
        context = await conversation_context(db, me, conversation_id, cursor)
    return page(visit, "stylist/stylist.html", status, subject=Subject(), typed=text, **_form(context, wrong=wrong))


def _form(context: dict[str, Any], wrong: str = "") -> dict[str, Any]:
    return {**context, **LABELS, "place": PATH, "client_id": str(uuid4()), "wrong": wrong}


handlers = [
    stylist_page,
    history_page,
    conversation_page,
    message_fragment,
    post_item_page,
    post_question_page,
    post_stop_page,
    post_rename_page,
    post_delete_page,
]
