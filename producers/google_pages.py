"""Pages that Google sends in place of an answer: the captcha, the consent form, the login."""

from typing import Final

from producers.base.body import Body
from producers.base.errors import RefusedError, ThrottledError
from schemas.errors import HeatError

CAPTCHA_WAIT_S: Final = 3600.0
LOOKED_AT: Final = 100_000  # bytes
CAPTCHA: Final = (b"unusual traffic", b"/sorry/index", b"captcha-form")
CONSENT: Final = (b"consent.google.", b"consent.youtube.", b"Before you continue to Google")
LOGIN: Final = (b"accounts.google.com/v3/signin", b"accounts.google.com/ServiceLogin")


def is_page(content: bytes) -> bool:
    """Whether it is HTML. A feed may hold HTML, and does not begin with it."""
    start = content[:1000].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    return start.startswith((b"<!doctype html", b"<html", b"<head", b"<meta"))


def page_refusal(body: Body, wait_s: float = CAPTCHA_WAIT_S) -> HeatError | None:
    """What such a page means, whatever its status; None for every other body."""
    if not is_page(body.content):
        return None
    page = body.content[:LOOKED_AT]
    if any(mark in page for mark in CAPTCHA):
        return ThrottledError("Google asks for a captcha: too many questions from here", wait_s)
    if any(mark in page for mark in CONSENT):
        return RefusedError("Google asks for consent to cookies before it answers from here")
    if any(mark in page for mark in LOGIN):
        return RefusedError("Google asks for a login before it answers")
    return None
