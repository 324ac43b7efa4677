"""Titles of pages: how people write them, and which of them no person looks for."""

import re
from typing import Final
from urllib.parse import quote, unquote

from producers.fields import line_of

NAMESPACES: Final = frozenset({
    "special", "wikipedia", "file", "template", "portal", "help", "category", "user", "talk",
    "mediawiki", "module", "draft", "book", "timedtext", "media", "topic", "wp", "image",
})  # fmt: skip
FRONT_PAGES: Final = frozenset({"main page", "-", "undefined", "null", "404.php", "search"})
# What machines ask for by the hundred thousand; views of the top list are not told apart by who
# looks. A person who wants these pages asks for them by name in the settings.
ASKED_BY_MACHINES: Final = frozenset({
    ".xyz", "xxx (2002 film)", "xxxtentacion discography", "xhamster", "index.php", "wiki",
    "european election 2014", "undefined.webp",
})  # fmt: skip
_FILE: Final = re.compile(r"\.(php|html?|jpe?g|png|gif|webp|svg|ico|js|css|txt|xml)$", re.I)


def plain_title(title: object) -> str:
    """`Dune:_Part_Two` as `Dune: Part Two`; empty for what is no title."""
    if not isinstance(title, str):
        return ""
    return line_of(unquote(title) if "%" in title else title).replace("_", " ").strip()


def is_article(title: str) -> bool:
    """Whether it may be an article that people read."""
    folded = title.casefold()
    space = folded.partition(":")[0].strip()
    if space in NAMESPACES or space.endswith(" talk") or folded in FRONT_PAGES:
        return False
    if folded in ASKED_BY_MACHINES or _FILE.search(title) or "://" in title:
        return False
    # Every title begins with a capital where the script has any: a small letter is an address
    # that somebody's program made up.
    return bool(title) and not title[0].islower()


def address_of(project: str, title: str) -> str:
    """The page's address; `project` as the services name it, such as en.wikipedia."""
    host = project.removesuffix(".org") + ".org"
    return f"https://{host}/wiki/{quote(title.replace(' ', '_'), safe=':(),!*~@;')}"


def language_of(project: str) -> str | None:
    first, _, rest = project.partition(".")
    return first if rest.startswith("wikipedia") and first.isalpha() else None
