"""The words of the simulated world: harmless stories, idle talk, and who says it."""

from typing import Final

LABEL: Final = "[simulated]"
MARK: Final = "(simulated)"

# What happened (the words that every mention of a story shares), by type of entity.
PLOTS: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    "person": (
        ("surprise cameo", "{name} walks on stage for a surprise cameo at the harbor gala"),
        ("guest host", "{name} is named guest host of the late night anniversary special"),
        ("standing ovation", "{name} gets a ten minute standing ovation at the lakeside festival"),
    ),
    "film": (
        ("first trailer", "{name} drops its first trailer with a hidden lighthouse scene"),
        ("surprise sequel", "{name} gets a surprise sequel announced during the closing credits"),
        ("festival prize", "{name} takes the audience prize at the lakeside festival"),
    ),
    "show": (
        ("finale twist", "{name} ends its finale with a twist that nobody predicted"),
        ("renewed early", "{name} is renewed for two more seasons before the finale airs"),
    ),
    "group": (
        ("reunion tour", "{name} announces a reunion tour with twelve extra dates"),
        ("secret concert", "{name} plays a secret concert on a ferry at sunrise"),
    ),
    "song": (
        ("chart record", "{name} breaks a chart record after a dance challenge takes off"),
        ("live duet", "{name} returns to the charts after a live duet at the gala"),
    ),
}
REACTIONS: Final = (
    "Did everyone just see this? {what}",
    "{what} and I cannot stop smiling",
    "I was there: {what}",
    "Ok but {what}, what a {mood} night",
    "{what}. The whole room went {mood}",
    "My group chat is on fire: {what}",
    "Not ready for this, {what}, so {mood}",
    "Best thing this week: {what}",
)
MOODS: Final = ("amazing", "wild", "beautiful", "brilliant", "crazy", "lovely", "stunning", "great")
HEADLINES: Final = (
    "{what}",
    "Fans react as {what}",
    "Watch: {what}",
    "Everything to know after {what}",
    "Why it matters: {what}",
    "How {what}",
)
CHATTER: Final = (
    "Rewatching {name} tonight with {extra}",
    "Is {name} underrated? A thought about {extra}",
    "{name} came up at dinner and we talked about {extra}",
    "Favourite {name} moment, mine has {extra}",
    "A small {name} appreciation post, with {extra}",
    "Ten years of {name} and still {extra}",
)
FEATURES: Final = (
    "A look back at {name} and {extra}",
    "{name}: five quiet favourites with {extra}",
    "The week in review: {name}, {extra}",
)
SEARCHES: Final = ("{name} {extra}", "{name} interview {extra}", "who is {name} {extra}")
QUERIES: Final = (
    "explained", "video", "full clip", "reaction", "when", "where to watch", "review", "live",
    "today", "replay", "photos", "meaning", "twitter", "reddit", "highlights", "news",
)  # fmt: skip
EXTRAS: Final = (
    "popcorn", "old posters", "a rainy evening", "the soundtrack", "my sister", "two cats",
    "the costumes", "the opening scene", "a long train ride", "the deleted scenes", "tea",
    "the interviews", "a quiz", "the second act", "good headphones", "a friend", "the book",
    "late pizza", "the encore", "a blanket", "the poster art", "the ending", "a new lamp",
)  # fmt: skip
FORUMS: Final = ("r/movies", "r/television", "r/popculturechat", "r/Music", "r/entertainment")
REGIONS: Final = ("US", "GB", "CA", "AU", "IE", "NZ", "IN")
VIDEO_CHANNELS: Final = (
    "Screen Tide", "Popcorn Atlas", "Second Row", "Clip Harbor", "The Recap Room", "Matinee Lab",
    "Backlot Radio", "Encore Notes",
)  # fmt: skip
PAPERS: Final = (
    "Daily Curtain", "The Evening Marquee", "Harbor Post", "Northern Courier", "Metro Lantern",
    "Weekend Ledger", "City Herald", "Coastal Gazette", "The Spotlight", "Morning Bulletin",
    "Valley Times", "Arts Dispatch",
)  # fmt: skip
TRADES: Final = ("The Trade Ledger", "Stage & Screen Weekly", "Backlot Daily")
