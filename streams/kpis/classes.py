"""What kind of event an alert is about, by the words of its headlines. A fixed short list."""

import re
from collections import Counter
from collections.abc import Iterable
from typing import Final

OTHER: Final = "other"
ENOUGH: Final = 3  # one of so many headlines names the class

# The first class that matches a headline has it, so the graver ones stand first.
CLASSES: Final[dict[str, re.Pattern[str]]] = {
    name: re.compile(rf"\b(?:{words})\b", re.IGNORECASE)
    for name, words in {
        "death": r"dies|died|dead|death|obituary|passes away|passed away|rip|tributes?|mourns?|"
                 r"funeral|late (?:actor|actress|singer|star)",
        "health": r"hospital\w*|surgery|cancer|diagnos\w+|illness|covid\S*|coronavirus|overdose|"
                  r"rehab|tests? positive|injur\w+",
        "legal": r"arrest\w*|charged|court|trial|lawsuit|sues?|sued|suing|judge|jail|prison|"
                 r"guilty|sentenced|alleg\w+|police|accus\w+",
        "relationship": r"dating|engaged|engagement|wedding|marr(?:ied|ies|y)|divorc\w+|split\w*|"
                        r"break-?up|baby|pregnan\w+|gives? birth|girlfriend|boyfriend|romance",
        "award": r"oscars?|emmys?|grammys?|golden globes?|baftas?|bet awards|awards?|nominat\w+|"
                 r"eurovision",
        "finale": r"finale|season \d+|series finale|ending|recap|winner|eliminated|spoilers?",
        "release": r"trailer|teaser|release[sd]?|premieres?|debut\w*|drops?|album|single|"
                   r"soundtrack|box office|streaming|first look|music video|song",
        "casting": r"cast\w*|to star|joins?|renew\w*|cancel\w*|reboot|sequel|spin-?off|directs?|"
                   r"replac\w+|signs? (?:on|up)|returns?",
        "statement": r"apologi\w+|slams?|responds?|reacts?|claps? back|feud|backlash|"
                     r"controvers\w+|racis\w+|protest\w*|calls? out|reveals?|admits?|opens? up",
    }.items()
}


def class_of(headline: str) -> str:
    return next((name for name, words in CLASSES.items() if words.search(headline)), OTHER)


def class_of_story(headlines: Iterable[str]) -> str:
    """The class that most headlines have, if that is a third of all; of equal ones the graver.

    Less says nothing: among seven headlines on a birthday one has a tribute in it.
    """
    counts = Counter(map(class_of, headlines))
    total = counts.total()
    del counts[OTHER]
    order = list(CLASSES)
    found = min(counts, key=lambda name: (-counts[name], order.index(name)), default=OTHER)
    return found if counts[found] * ENOUGH >= total else OTHER
