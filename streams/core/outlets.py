"""Who speaks: the owner behind a host, and hosts whose links are evidence of another type.

One owner of many hosts is one outlet. A link to a trade outlet is `trade` wherever it was posted.
"""

from functools import lru_cache
from typing import Final, NamedTuple

import tldextract

_split = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None, fallback_to_snapshot=True)

TRADE_HOSTS: Final = frozenset({
    "variety.com", "hollywoodreporter.com", "deadline.com", "ew.com", "indiewire.com",
    "tvline.com", "thewrap.com", "screendaily.com",
})

# Links that hide where they lead; the voice is the channel that the source names.
REDIRECTS: Final = frozenset({"news.google.com", "t.co", "bit.ly", "apple.news", "flip.it"})

TYPE_BY_HOST: Final[dict[str, str]] = {
    **dict.fromkeys(TRADE_HOSTS, "trade"),
    "youtube.com": "video",
    "youtu.be": "video",
    "tiktok.com": "short-video",
    "reddit.com": "social",
    "twitter.com": "social",
    "x.com": "social",
    "instagram.com": "social",
    "facebook.com": "social",
    "wikipedia.org": "reference",
    "boxofficemojo.com": "charts",
}

# Facts of ownership as of 2020-2026; a host that is not here owns itself.
HOSTS_BY_OWNER: Final[dict[str, tuple[str, ...]]] = {
    "Reach": ("mirror.co.uk", "express.co.uk", "dailystar.co.uk", "dailyrecord.co.uk", "ok.co.uk",
              "manchestereveningnews.co.uk", "liverpoolecho.co.uk", "walesonline.co.uk",
              "birminghammail.co.uk", "chroniclelive.co.uk", "leeds-live.co.uk", "mylondon.news",
              "examinerlive.co.uk", "irishmirror.ie", "dailypost.co.uk", "bristolpost.co.uk"),
    "News Corp": ("thesun.co.uk", "thesun.ie", "thescottishsun.co.uk", "the-sun.com", "nypost.com",
                  "pagesix.com", "news.com.au", "thetimes.co.uk", "wsj.com", "decider.com",
                  "dailytelegraph.com.au", "heraldsun.com.au"),
    "DMG Media": ("dailymail.co.uk", "dailymail.com", "metro.co.uk", "thisismoney.co.uk",
                  "inews.co.uk", "newscientist.com"),
    "Fox": ("foxnews.com", "fox.com", "foxbusiness.com", "tmz.com", "toofab.com"),
    "NBCUniversal": ("nbcnews.com", "today.com", "eonline.com", "msnbc.com", "cnbc.com", "nbc.com"),
    "Warner Bros. Discovery": ("cnn.com", "bleacherreport.com"),
    "Paramount": ("cbsnews.com", "etonline.com", "mtv.com", "cbs.com", "comicbook.com",
                  "cbslocal.com"),
    "Disney": ("abcnews.go.com", "go.com", "espn.com", "goodmorningamerica.com"),
    "Conde Nast": ("vanityfair.com", "vogue.com", "gq.com", "newyorker.com", "pitchfork.com",
                   "wired.com", "glamour.com", "teenvogue.com", "allure.com", "vogue.co.uk"),
    "Hearst": ("cosmopolitan.com", "elle.com", "harpersbazaar.com", "esquire.com",
               "digitalspy.com", "goodhousekeeping.com", "townandcountrymag.com", "delish.com",
               "seventeen.com", "sfchronicle.com"),
    "Dotdash Meredith": ("people.com", "instyle.com", "parents.com"),
    "Penske Media": ("rollingstone.com", "billboard.com", "vibe.com", "wwd.com", "goldderby.com"),
    "Vox Media": ("vulture.com", "polygon.com", "theverge.com", "vox.com", "nymag.com",
                  "thecut.com"),
    "G/O Media": ("avclub.com", "gizmodo.com", "io9.com", "theroot.com", "jezebel.com"),
    "Valnet": ("screenrant.com", "cbr.com", "collider.com", "movieweb.com", "thegamer.com"),
    "Bauer": ("usmagazine.com", "radaronline.com", "okmagazine.com", "lifeandstylemag.com",
              "intouchweekly.com", "closeronline.co.uk", "empireonline.com", "heatworld.com"),
    "BuzzFeed": ("buzzfeed.com", "buzzfeednews.com", "huffpost.com", "huffingtonpost.co.uk"),
    "Gannett": ("usatoday.com", "azcentral.com", "freep.com", "jsonline.com", "tennessean.com"),
    "Times of India": ("indiatimes.com", "timesofindia.com", "timesnownews.com", "filmfare.com",
                       "idiva.com", "mensxp.com"),
    "Hindustan Times": ("hindustantimes.com", "livemint.com", "livehindustan.com"),
    "Indian Express": ("indianexpress.com", "financialexpress.com", "jansatta.com"),
    "India Today": ("indiatoday.in", "aajtak.in", "businesstoday.in", "thelallantop.com"),
    "Network18": ("news18.com", "firstpost.com", "moneycontrol.com", "cnbctv18.com"),
    "Zee": ("zeenews.india.com", "india.com", "dnaindia.com", "wionews.com", "bollywoodlife.com"),
    "NDTV": ("ndtv.com", "gadgets360.com"),
    "Nine": ("9news.com.au", "smh.com.au", "theage.com.au", "nine.com.au"),
    "Guardian": ("theguardian.com", "guardian.co.uk"),
    "BBC": ("bbc.co.uk", "bbc.com"),
    "Yahoo": ("yahoo.com", "aol.com"),
}
OWNER_BY_HOST: Final = {host: owner for owner, hosts in HOSTS_BY_OWNER.items() for host in hosts}


# Hosts where everybody speaks: a post that names no room on one has none.
PLATFORMS: Final = frozenset(
    host for host, kind in TYPE_BY_HOST.items() if kind in {"social", "video", "short-video"}
)


class Outlet(NamedTuple):
    """`owner` is the voice; `source_type` is set where the host decides it."""

    host: str
    owner: str
    source_type: str | None


@lru_cache(maxsize=65_536)
def _outlet_of_host(netloc: str) -> Outlet:
    parts = _split.extract_str(netloc)
    host = parts.top_domain_under_public_suffix or parts.domain or netloc
    full = netloc.removeprefix("www.")
    owner = OWNER_BY_HOST.get(full) or OWNER_BY_HOST.get(host) or host
    return Outlet(host, owner, TYPE_BY_HOST.get(host))


def outlet_of(url: str | None) -> Outlet | None:
    """The outlet behind a link; None when there is no usable one."""
    _, found, rest = (url or "").partition("://")
    if not found:
        return None
    authority = rest.replace("?", "/").replace("#", "/").partition("/")[0]
    host = authority.rpartition("@")[2].partition(":")[0].lower()
    if "." not in host or host in REDIRECTS:
        return None
    return _outlet_of_host(host)
