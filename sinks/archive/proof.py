"""Whether an archive is what was sealed: every entry, every file, every offset."""

from collections.abc import Callable, Iterable, Iterator
from typing import IO, Final

from schemas.topics import BY_NAME
from sinks.archive.chain import Chain, opened
from sinks.archive.container import block_digest, rows, sha256_of
from sinks.archive.forgotten import TOPIC as FORGOTTEN
from sinks.archive.manifest import (
    FOLDER,
    PENDING,
    DamagedError,
    Entry,
    File,
    Holding,
    broken_links,
    decode,
)
from sinks.archive.store import Store

Watch = Callable[[int, int], None]
COMPACTED: Final = tuple(topic.name for topic in BY_NAME.values() if topic.compact)


def findings(store: Store, topic: str, watch: Watch, *, thorough: bool = False) -> Iterator[str]:
    """Everything that is not as it was sealed, by file and record; none for a sound archive.

    `thorough` reads every row, too: a digest proves bytes, not that they were right when sealed.
    """
    there = store.names(topic)  # before the entries: what is sealed meanwhile is not looked at
    chain = Chain(store, topic)
    told = chain.told()
    links = broken_links(topic, told)
    yield from links
    if links:
        return
    entries = [decode(body, path) for path, body in told]
    held = Holding(topic)
    for entry in entries:
        held.add(entry)
    yield from gaps(topic, entries)
    found = list(_strays(there, held))
    for number, file in enumerate(held.files.values()):
        watch(number, len(held.files))
        found += ((file.path, words) for words in damage(store, file, thorough=thorough))
    watch(len(held.files), len(held.files))
    yield from _still(chain, found) if found else ()


def _still(chain: Chain, found: list[tuple[str, str]]) -> Iterator[str]:
    """Without what was rewritten while we looked."""
    there, files = set(chain.store.names(chain.topic)), chain.holding().files
    for path, words in found:
        if path in files or path in there:
            yield words


def broken_list(store: Store) -> list[str]:
    """What is wrong with the chain of the forgotten."""
    return broken_links(FORGOTTEN, Chain(store, FORGOTTEN).told())


def gaps(topic: str, entries: Iterable[Entry]) -> Iterator[str]:
    """Offsets that no entry has, or two have. A compacted topic leaves some out by nature. Pure."""
    reached: dict[tuple[str, int], int] = {}
    for entry in (e for e in entries if e.kind == "sealed"):
        lost = {(one.partition, one.end): one for one in entry.lost}
        for one in entry.lost:
            yield (
                f"{topic}-{one.partition}: offsets {one.begin} to {one.end - 1} had expired"
                f" before entry {entry.number} could have them"
            )
        for span in entry.spans:
            place = entry.incarnation, span.partition
            before = reached.get(place, 0)
            if span.begin < before:
                yield (
                    f"{topic}-{span.partition}: offsets {span.begin} to {before - 1} are in"
                    f" entry {entry.number} and in one before it"
                )
            known = (span.partition, span.begin) in lost or topic.endswith(COMPACTED)
            if span.begin > before and not known:
                yield (
                    f"{topic}-{span.partition}: offsets {before} to {span.begin - 1} are"
                    f" missing before entry {entry.number}"
                )
            reached[place] = span.end
        missing = sum(span.end - span.begin for span in entry.spans) - entry.records
        if missing and not topic.endswith(COMPACTED):
            yield f"{topic}: {missing} offsets are missing within entry {entry.number}"


def damage(store: Store, file: File, *, thorough: bool) -> Iterator[str]:
    try:
        with opened(store, file) as body:
            if sha256_of(body) != file.sha256:
                yield f"{file.path}: {_where(body, file)}"
            elif thorough:
                yield from _odd_rows(body, file)
    except DamagedError as error:
        yield str(error)


def _where(body: IO[bytes], file: File) -> str:
    before = 0
    for number, block in enumerate(file.blocks):
        if block_digest(body, block.offset, block.size) != block.digest:
            last = before + block.records - 1
            return (
                f"block {number} of {len(file.blocks)} was changed: bytes {block.offset} to"
                f" {block.offset + block.size}, records {before} to {last}{_first_bad(body)}"
            )
        before += block.records
    size = body.seek(0, 2)
    if size != file.size:
        return f"{size} bytes in place of {file.size}"
    return "the header was changed"


def _first_bad(body: IO[bytes]) -> str:
    """Where reading ends, when the change is one that a reader would notice."""
    place = ""
    try:
        for row in rows(body, "reading"):
            place = f" behind offset {row['_offset']} of partition {row['_partition']}"
    except DamagedError as error:
        return f"; {error}{place}"
    return "; every record can be read, but one is not what was sealed"


def _odd_rows(body: IO[bytes], file: File) -> Iterator[str]:
    spans = {span.partition: span for span in file.spans}
    reached: dict[int, int] = {}
    count = 0
    try:
        for row in rows(body, file.path):
            count += 1
            partition, offset = row["_partition"], row["_offset"]
            span = spans.get(partition)
            if span is None or not max(span.begin, reached.get(partition, 0)) <= offset < span.end:
                yield f"{file.path}: record {count - 1}: {partition}/{offset} is out of place"
            reached[partition] = offset + 1
    except DamagedError as error:
        yield str(error)
    if count != file.records:
        yield f"{file.path}: {count} records in place of {file.records}"


def _strays(there: Iterable[str], held: Holding) -> Iterator[tuple[str, str]]:
    """Files that no entry names: whoever reads folders would take them for sealed."""
    aside = (f"{held.topic}/{FOLDER}/", f"{held.topic}/{PENDING}/")
    for path in there:
        if path not in held.files and not path.startswith(aside):
            yield path, f"{path}: no entry names it"
