"""Everything that people are told is in the catalogues: what no extractor has seen, no translator can say."""

from neural_threads.features.notifications import inbox
from neural_threads.features.orders import messages
from neural_threads.platform.i18n import LOCALE_DIR, LazyText, read_catalogue


def lazy_texts(value):
    """Every LazyText in there, however deep."""
    if isinstance(value, LazyText):
        return {value.text}
    if isinstance(value, dict):
        return set().union(*map(lazy_texts, value.values()), set())
    if isinstance(value, list | tuple):
        return set().union(*map(lazy_texts, value), set())
    return set()


def test_every_sentence_of_a_notification_can_be_translated():
    told = lazy_texts(list(vars(inbox).values())) | lazy_texts(list(vars(messages).values()))
    template = read_catalogue(LOCALE_DIR / "messages.pot")
    assert len(told) > 30
    assert {text for text in told if template.get(text) is None} == set()
