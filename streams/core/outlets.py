"""Who speaks: the owner behind a host, and hosts whose links are evidence of another type.

One owner of many hosts is one outlet. A link to a trade outlet is `trade` wherever it was posted.
"""

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from streams.core.fold import fold

if TYPE_CHECKING:
    from tldextract import TLDExtract

_UNSAID: Final = re.compile(r"[\W_]+")

TRADE_HOSTS: Final = frozenset({
    "variety.com", "hollywoodreporter.com", "deadline.com", "ew.com", "indiewire.com",
    "tvline.com", "thewrap.com", "screendaily.com",
})

# Links that hide where they lead; the voice is the channel that the source names.
REDIRECTS: Final = frozenset({
    "news.google.com", "feedproxy.google.com", "t.co", "bit.ly", "apple.news", "flip.it", "ow.ly",
    "dlvr.it", "buff.ly", "tinyurl.com", "lnkd.in", "trib.al", "validate.perfdrive.com",
})

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
        "examinerlive.co.uk", "irishmirror.ie", "dailypost.co.uk", "bristolpost.co.uk",
        "cornwalllive.com", "belfastlive.co.uk", "hulldailymail.co.uk", "getsurrey.co.uk",
        "gloucestershirelive.co.uk", "leicestermercury.co.uk", "cambridge-news.co.uk",
        "stokesentinel.co.uk", "devonlive.com", "coventrytelegraph.net", "kentlive.news",
        "hertfordshiremercury.co.uk", "nottinghampost.com", "derbytelegraph.co.uk",
        "somersetlive.co.uk", "essexlive.news", "plymouthherald.co.uk", "gazettelive.co.uk",
        "lancs.live", "edinburghlive.co.uk", "glasgowlive.co.uk", "dublinlive.ie",
        "football.london"),
    "News Corp": ("thesun.co.uk", "thesun.ie", "thescottishsun.co.uk", "the-sun.com", "nypost.com",
        "pagesix.com", "news.com.au", "thetimes.co.uk", "wsj.com", "decider.com",
        "dailytelegraph.com.au", "heraldsun.com.au", "couriermail.com.au", "adelaidenow.com.au",
        "foxsports.com.au", "marketwatch.com", "talksport.com", "thesundaytimes.co.uk"),
    "DMG Media": ("dailymail.co.uk", "dailymail.com", "metro.co.uk", "thisismoney.co.uk",
        "inews.co.uk", "newscientist.com"),
    "Fox": ("foxnews.com", "fox.com", "foxbusiness.com", "tmz.com", "toofab.com"),
    "NBCUniversal": ("nbcnews.com", "today.com", "eonline.com", "msnbc.com", "cnbc.com", "nbc.com",
        "bravotv.com", "syfy.com", "nbcsports.com"),
    "Warner Bros. Discovery": ("cnn.com", "bleacherreport.com"),
    "Paramount": ("cbsnews.com", "etonline.com", "mtv.com", "cbs.com", "comicbook.com",
        "cbslocal.com", "cbssports.com", "popculture.com"),
    "Disney": ("abcnews.go.com", "go.com", "espn.com", "goodmorningamerica.com"),
    "Conde Nast": ("vanityfair.com", "vogue.com", "gq.com", "newyorker.com", "pitchfork.com",
        "wired.com", "glamour.com", "teenvogue.com", "allure.com", "vogue.co.uk", "vogue.in",
        "gqindia.com", "tatler.com", "arstechnica.com", "bonappetit.com", "self.com", "them.us",
        "architecturaldigest.com"),
    "Hearst": ("cosmopolitan.com", "elle.com", "harpersbazaar.com", "esquire.com", "digitalspy.com",
        "goodhousekeeping.com", "townandcountrymag.com", "delish.com", "seventeen.com",
        "sfchronicle.com", "countryliving.com", "menshealth.com", "womenshealthmag.com",
        "oprahdaily.com", "sfgate.com", "wesh.com", "wcvb.com", "wmur.com", "wisn.com", "ksbw.com",
        "wlwt.com", "wdsu.com", "wvtm13.com"),
    "Dotdash Meredith": ("people.com", "instyle.com", "parents.com"),
    "Penske Media": ("rollingstone.com", "billboard.com", "vibe.com", "wwd.com", "goldderby.com",
        "sheknows.com", "stylecaster.com", "hollywoodlife.com", "footwearnews.com", "bgr.com",
        "spin.com"),
    "Vox Media": ("vulture.com", "polygon.com", "theverge.com", "vox.com", "nymag.com",
        "thecut.com", "eater.com", "sbnation.com", "cagesideseats.com", "popsugar.com",
        "thrillist.com"),
    "G/O Media": ("avclub.com", "gizmodo.com", "io9.com", "theroot.com", "jezebel.com",
        "kotaku.com", "theonion.com", "jalopnik.com", "deadspin.com"),
    "Valnet": ("screenrant.com", "cbr.com", "collider.com", "movieweb.com", "thegamer.com"),
    "Bauer": ("closeronline.co.uk", "empireonline.com", "heatworld.com"),
    "BuzzFeed": ("buzzfeed.com", "buzzfeednews.com", "huffpost.com", "huffingtonpost.co.uk",
        "huffingtonpost.com", "huffingtonpost.ca", "huffingtonpost.in"),
    "Gannett": ("usatoday.com", "azcentral.com", "freep.com", "jsonline.com", "tennessean.com",
        "thenewsstar.com", "indystar.com"),
    "Times of India": ("indiatimes.com", "timesofindia.com", "timesnownews.com", "filmfare.com",
        "idiva.com", "mensxp.com", "gadgetsnow.com", "businessinsider.in"),
    "Hindustan Times": ("hindustantimes.com", "livemint.com", "livehindustan.com"),
    "Indian Express": ("indianexpress.com", "financialexpress.com", "jansatta.com"),
    "India Today": ("indiatoday.in", "aajtak.in", "businesstoday.in", "thelallantop.com"),
    "Network18": ("news18.com", "firstpost.com", "moneycontrol.com", "cnbctv18.com"),
    "Zee": ("zeenews.india.com", "india.com", "dnaindia.com", "wionews.com", "bollywoodlife.com"),
    "NDTV": ("ndtv.com", "gadgets360.com"),
    "Nine": ("9news.com.au", "smh.com.au", "theage.com.au", "nine.com.au", "goodfood.com.au",
        "essentialbaby.com.au", "afr.com", "pedestrian.tv", "gizmodo.com.au", "kotaku.com.au",
        "lifehacker.com.au", "9honey.com"),
    "Guardian": ("theguardian.com", "guardian.co.uk"),
    "BBC": ("bbc.co.uk", "bbc.com"),
    "Yahoo": ("yahoo.com", "aol.com", "engadget.com", "techcrunch.com"),
    "Seven West Media": ("7news.com.au", "perthnow.com.au", "thewest.com.au"),
    "Are Media": ("newidea.com.au", "nowtolove.com.au", "who.com.au"),
    "Lebedev": ("independent.co.uk", "standard.co.uk", "indy100.com"),
    "Future": ("cinemablend.com", "gamesradar.com", "techradar.com", "tomsguide.com",
        "loudersound.com", "space.com", "womanandhome.com", "realhomes.com", "newsarama.com",
        "whattowatch.com", "marieclaire.co.uk"),
    "Ziff Davis": ("ign.com", "mashable.com", "cnet.com", "pcmag.com"),
    "Fandom": ("gamespot.com", "tvguide.com", "metacritic.com", "fandom.com"),
    "Advance Local": ("nj.com", "syracuse.com", "pennlive.com", "oregonlive.com", "al.com",
        "cleveland.com", "masslive.com", "mlive.com"),
    "Alden": ("mercurynews.com", "eastbaytimes.com", "denverpost.com", "ocregister.com",
        "chicagotribune.com", "nydailynews.com", "orlandosentinel.com"),
    "Global": ("capitalfm.com", "classicfm.com", "heart.co.uk", "smoothradio.com", "radiox.co.uk",
        "popbuzz.com"),
    "LADbible": ("ladbible.com", "unilad.co.uk", "tyla.com"),
    "Static Media": ("slashfilm.com", "looper.com", "thelist.com", "nickiswift.com"),
    "Axel Springer": ("insider.com", "businessinsider.com", "politico.com"),
    "BDG": ("elitedaily.com", "bustle.com", "inverse.com", "nylon.com", "romper.com"),
    "Evolve": ("comingsoon.net", "superherohype.com", "mandatory.com"),
    "a360 Media": ("usmagazine.com", "radaronline.com", "okmagazine.com", "lifeandstylemag.com",
        "intouchweekly.com", "closerweekly.com"),
    "Townsquare": ("loudwire.com", "ultimateclassicrock.com", "xxlmag.com", "tasteofcountry.com",
        "popcrush.com", "screencrush.com"),
    "Nexstar": ("fox8.com", "ktla.com", "kron4.com", "thehill.com"),
    "Tegna": ("wthr.com", "10tv.com"),
    "Newsquest": ("bournemouthecho.co.uk", "theargus.co.uk", "thenational.scot",
        "heraldscotland.com", "edp24.co.uk", "eadt.co.uk"),
    "The Hindu": ("thehindu.com", "thehindubusinessline.com"),
}
OWNER_BY_HOST: Final = {host: owner for owner, hosts in HOSTS_BY_OWNER.items() for host in hosts}
# Names that sources write and that no host is called like.
HOST_BY_NAME: Final = {
    "newyorkpost": "nypost.com", "bbcnews": "bbc.com", "usweekly": "usmagazine.com",
    "entertainmenttonight": "etonline.com", "mailonline": "dailymail.co.uk",
    "eveningstandard": "standard.co.uk", "dailytelegraphau": "dailytelegraph.com.au",
    "sydneymorningherald": "smh.com.au", "wallstreetjournal": "wsj.com",
    "sanfranciscochronicle": "sfchronicle.com", "abcnews": "abcnews.go.com",
    "abcnewsau": "abc.net.au", "ndtvnews": "ndtv.com", "showbizcheatsheet": "cheatsheet.com",
    "yahooentertainment": "yahoo.com", "newyorktimes": "nytimes.com", "apnews": "apnews.com",
    "associatedpress": "apnews.com", "losangelestimes": "latimes.com", "financialtimes": "ft.com",
    "pedestriantv": "pedestrian.tv", "gizmodoaustralia": "gizmodo.com.au",
}


# Hosts where everybody speaks: a post that names no room on one has none.
PLATFORMS: Final = frozenset(
    host for host, kind in TYPE_BY_HOST.items() if kind in {"social", "video", "short-video"}
)


class Outlet(NamedTuple):
    """`owner` is the voice; `source_type` is set where the host decides it."""

    host: str
    owner: str
    source_type: str | None


@cache
def _split() -> "TLDExtract":
    """What tells a host from its public suffix: half a second to load, for who has a host."""
    import tldextract

    return tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None, fallback_to_snapshot=True)


@lru_cache(maxsize=65_536)
def _outlet_of_host(netloc: str) -> Outlet:
    host = _split().extract_str(netloc).top_domain_under_public_suffix or _unlisted(netloc)
    full = netloc.removeprefix("www.")
    owner = OWNER_BY_HOST.get(full) or OWNER_BY_HOST.get(host) or host
    return Outlet(host, owner, TYPE_BY_HOST.get(host))


def _unlisted(netloc: str) -> str:
    """A host below no public suffix; `paper.commusic` lost its slash and is the paper all the same.
    """
    name, _, suffix = ".".join(netloc.split(".")[-2:]).rpartition(".")
    if suffix.isdigit():
        return netloc
    known = f"{name}.com"
    return known if suffix.startswith("com") and known in OWNER_BY_HOST else f"{name}.{suffix}"


def outlet_of(url: str | None) -> Outlet | None:
    """The outlet behind a link; None when there is no usable one."""
    begins = url.find("://") + 3 if url else 2
    if url is None or begins == 2:
        return None
    ends = url.find("/", begins)
    return _outlet_at(url[begins:ends] if ends >= 0 else url[begins:])


@lru_cache(maxsize=65_536)
def _outlet_at(rest: str) -> Outlet | None:
    """The same of what stands between the two slashes and the next one."""
    authority = rest.replace("?", "/").replace("#", "/").partition("/")[0]
    host = authority.rpartition("@")[2].partition(":")[0].lower()
    if "." not in host or host in REDIRECTS:
        return None
    return _outlet_of_host(host)


def label_of(outlet: str) -> str:
    """What remains of a host or a publisher's name when it is said aloud, to compare the two.

    `pinkvilla.com` and `Pinkvilla`, `theguardian.com` and `The Guardian` are one.
    """
    said = outlet
    if "." in outlet and " " not in outlet:
        said = _split().extract_str(outlet.lower()).domain or outlet
    return _UNSAID.sub("", fold(said)).removeprefix("the") or said


_SAYS_NOTHING: Final = frozenset({"news", "self", "them", "nine", "people", "al", "nj", "space"})


@cache
def _owner_by_label() -> dict[str, str]:
    named = {label_of(host): owner for host, owner in OWNER_BY_HOST.items()}
    said = {name: OWNER_BY_HOST.get(host, host) for name, host in HOST_BY_NAME.items()}
    return {label: named[label] for label in named.keys() - _SAYS_NOTHING} | said


@lru_cache(maxsize=65_536)
def owner_named(publisher: str) -> str:
    """The owner behind a name as sources write it, such as Express.co.uk; the name if unknown."""
    if "." in publisher and " " not in publisher:
        behind = outlet_of(f"https://{publisher}")
        return behind.owner if behind else publisher
    label = label_of(publisher)
    short = label.removesuffix("online")
    known = _owner_by_label()
    return known.get(label) or known.get(short) or publisher
