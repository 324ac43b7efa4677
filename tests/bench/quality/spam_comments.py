"""Adapters of the spam scores for a bench that hands over (text, 0 or 1) and asks for a score."""

from collections.abc import Callable, Sequence

from streams.core import spam_model
from streams.core.spam import spam_of


def rules(train: Sequence[tuple[str, int]]) -> Callable[[str], float]:
    """The rules, as they judge a comment. They learn nothing from the examples."""
    return lambda text: spam_of("", text, "comment").score


def model(train: Sequence[tuple[str, int]]) -> Callable[[str], float]:
    """The rules with the correction of one source, as `heat train spam` makes it."""
    learned = spam_model.train("bench", [(text, bool(label)) for text, label in train])
    return lambda text: spam_model.score(text, learned).score
