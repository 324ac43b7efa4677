"""What a row is and how its actor names things: one table of names for each kind of row.

To read another actor, add its names here. The first name that a row has wins; a dot goes down.
"""

from collections.abc import Mapping
from typing import Any, Final, Literal

from producers.fields import inner

Kind = Literal["hashtag", "song", "creator", "video"]
Row = Mapping[str, Any]

KINDS: Final[Mapping[str, Kind]] = {
    "hashtag": "hashtag", "hashtags": "hashtag", "trending_hashtag": "hashtag", "tag": "hashtag",
    "challenge": "hashtag", "song": "song", "songs": "song", "sound": "song", "sounds": "song",
    "music": "song", "trending_song": "song", "trending_sound": "song", "creator": "creator",
    "creators": "creator", "author": "creator", "trending_creator": "creator", "video": "video",
    "videos": "video", "trending_video": "video", "post": "video",
}  # fmt: skip
KIND_FIELDS: Final = ("type", "trendType", "trend_type", "itemType", "item_type", "kind",
                      "dataType", "data_type", "resultType", "category_type")  # fmt: skip

# A row of a kind has one of these; they are looked at in this order.
SIGNS: Final[tuple[tuple[Kind, tuple[str, ...]], ...]] = (
    ("video", ("webVideoUrl", "authorMeta", "videoMeta", "item_url", "itemUrl", "postPage",
               "desc", "diggCount", "playCount", "videoUrl", "video_url", "video_id", "videoId",
               "aweme_id")),
    ("hashtag", ("hashtag_name", "hashtagName", "hashtag_id", "hashtagId", "challengeName",
                 "publish_cnt", "publishCnt", "hashtag", "hashTag")),
    ("song", ("song_id", "songId", "soundName", "sound_name", "songName", "song_name", "musicName",
              "music_name", "clip_id", "clipId", "soundId", "sound_id", "musicId", "music_id",
              "songTitle", "soundTitle", "musicTitle")),
    ("creator", ("tcm_id", "tcmId", "follower_cnt", "followerCnt", "followerCount", "followers",
                 "follower_count", "nick_name", "tt_link", "creatorName", "creator_name")),
)  # fmt: skip
PATHS: Final[tuple[tuple[str, Kind], ...]] = (
    ("/tag/", "hashtag"), ("/hashtag/", "hashtag"), ("/music/", "song"), ("/video/", "video"),
    ("/photo/", "video"), ("tiktok.com/@", "creator"),
)  # fmt: skip

# Other services have videos, too; these are of TikTok alone.
OWN_VIDEO: Final = ("webVideoUrl", "authorMeta", "item_url", "postPage", "desc", "diggCount",
                    "aweme_id")  # fmt: skip

NAMES: Final[Mapping[str, Mapping[Kind, tuple[str, ...]]]] = {
    "name": {
        "hashtag": ("hashtag_name", "hashtagName", "hashtag", "hashTag", "challengeName", "tag",
                    "name", "title", "keyword"),
        "song": ("title", "soundName", "sound_name", "songName", "song_name", "musicName",
                 "music_name", "songTitle", "soundTitle", "musicTitle", "song.title", "name"),
        "creator": ("nick_name", "nickName", "nickname", "creatorName", "creator_name", "fullName",
                    "display_name", "displayName", "name", "username", "uniqueId", "handle"),
        "video": ("text", "desc", "caption", "description", "title", "name"),
    },
    "id": {
        "hashtag": ("hashtag_id", "hashtagId", "id"),
        "song": ("song_id", "songId", "soundId", "musicId", "music_id", "clip_id", "clipId", "id"),
        "creator": ("user_id", "userId", "tcm_id", "tcmId", "uniqueId", "username", "id"),
        "video": ("id", "item_id", "itemId", "video_id", "videoId", "aweme_id"),
    },
    "views": {
        "hashtag": ("video_views", "videoViews", "viewCount", "view_count", "views", "vv",
                    "totalViews", "total_views", "totalPlays", "viewsCount", "view_cnt"),
        "video": ("playCount", "play_count", "views", "viewCount", "view_count", "stats.playCount",
                  "statistics.play_count", "vv"),
    },
    "posts": {
        "hashtag": ("publish_cnt", "publishCnt", "videoCount", "video_count", "posts", "postCount",
                    "post_count", "postsCount", "publishCount", "publish_count", "usageCount"),
        "song": ("video_cnt", "videoCount", "video_count", "usageCount", "usage_count", "posts",
                 "userCount", "user_count", "postCount"),
    },
    "by": {
        "song": ("author", "artist", "artistName", "artist_name", "authorName", "author_name",
                 "musicAuthor", "creatorName", "song.artist"),
        "video": ("authorMeta.name", "author.uniqueId", "author.unique_id", "channel.username",
                  "authorName", "author_name", "username", "author.username", "author"),
    },
    "at": {
        "video": ("createTime", "createTimeISO", "create_time", "uploadedAt", "createdAt",
                  "uploadedAtFormatted", "publishedAt", "postedAt"),
    },
    "url": {
        "video": ("webVideoUrl", "item_url", "itemUrl", "postPage", "videoUrl", "video_url", "url"),
        "creator": ("tt_link", "ttLink", "profileUrl", "profile_url", "url", "link"),
        "song": ("link", "url", "musicUrl", "songUrl", "soundUrl", "tiktokUrl"),
        "hashtag": ("url", "link", "tiktokUrl", "hashtagUrl"),
    },
}  # fmt: skip
SHARED: Final[Mapping[str, tuple[str, ...]]] = {
    "country": ("countryCode", "country_code", "country_info.id", "countryInfo.id", "country.id",
                "country", "region", "regionCode"),
    "rank": ("rank", "position", "ranking"),
    "rank_change": ("rank_diff", "rankDiff", "rankChange", "rank_change"),
    "industry": ("industry_info.value", "industryInfo.value", "industryName", "industry_name",
                 "industry", "category", "categoryName"),
    "new": ("markedAsNew", "is_new", "isNew", "newOnBoard", "new_on_board"),
    "promoted": ("is_promoted", "isPromoted", "promoted", "isAd", "is_ad", "isSponsored"),
    "period": ("period", "timeRange", "time_range", "periodDays", "period_days"),
    "language": ("textLanguage", "text_language", "desc_language", "language"),
    "likes": ("diggCount", "digg_count", "likes", "likeCount", "stats.diggCount"),
    "comments": ("commentCount", "comment_count", "comments", "stats.commentCount"),
    "shares": ("shareCount", "share_count", "shares", "stats.shareCount"),
    "followers": ("follower_cnt", "followerCnt", "followerCount", "follower_count", "followers"),
    "music": ("musicMeta.musicName", "music.title", "song.title"),
    "music_by": ("musicMeta.musicAuthor", "music.authorName", "song.artist"),
}  # fmt: skip


def kind_of(row: Row, hint: Kind | None = None) -> Kind | None:
    """What a row says it is, else what its fields or its address say, else what it was among."""
    kind = _kind_told(row) or _kind_by_signs(row) or _kind_by_address(row)
    if kind is None and hint and said(row, "name", hint) is not None:
        kind = hint
    return None if kind == "video" and not _is_of_tiktok(row) else kind


def _kind_told(row: Row) -> Kind | None:
    words = (row.get(name) for name in KIND_FIELDS)
    kinds = (KINDS.get(word.strip().lower()) for word in words if isinstance(word, str))
    return next((kind for kind in kinds if kind is not None), None)


def _kind_by_signs(row: Row) -> Kind | None:
    for kind, signs in SIGNS:
        if any(row.get(sign) not in (None, "") and _is_sign(sign, row) for sign in signs):
            return kind
    return None


def _is_sign(sign: str, row: Row) -> bool:
    """An object may be a sign, and a list is none: a video's `hashtags` are not its name."""
    return not isinstance(row[sign], list)


def _kind_by_address(row: Row) -> Kind | None:
    address = str(row.get("url") or row.get("link") or "")
    for path, kind in PATHS:
        if path in address:
            return kind
    counted = said(row, "posts", "hashtag") is not None or said(row, "views", "hashtag") is not None
    return "hashtag" if counted and _is_told(row.get("name")) else None


def _is_of_tiktok(row: Row) -> bool:
    own = any(row.get(sign) not in (None, "") for sign in OWN_VIDEO)
    return own or any("tiktok.com/" in told for told in row.values() if isinstance(told, str))


def said(row: Row, what: str, kind: Kind) -> Any:
    """The first value that the row has under one of the names for it."""
    names = SHARED[what] if what in SHARED else NAMES[what].get(kind, ())
    for name in names:
        value = inner(row, *name.split("."))
        if value is None and "." in name:  # as tables write it
            value = row.get(name, row.get(name.replace(".", "/")))
        if _is_told(value):
            return value
    return None


def _is_told(value: Any) -> bool:
    return isinstance(value, str | int | float) and value != ""
