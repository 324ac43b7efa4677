"""Every article accounted for, by one process or by several."""

from schemas.clock import DAY_MS, iso
from schemas.codec import encode
from schemas.records import Heat
from streams.replay.account import Account
from streams.replay.digest import Digest
from tests.builders import POLL, heat


def account(*told: Heat) -> Account:
    made = Account(Digest())
    for record in told:
        made.add("heat", record, encode(record))
    return made


def test_a_joined_account_is_that_of_one_process() -> None:
    hot = heat(heat=2.5)
    colder = heat("ferry-tolliver", heat=1.5)
    cold_day = heat(n=POLL + DAY_MS // 60_000, heat=0.0)
    alone, joined = account(hot, colder, cold_day), account(hot)
    joined.join(account(colder, cold_day).part())
    assert alone.digest.hex == joined.digest.hex
    assert alone.hottest() == joined.hottest()
    (day, names), = alone.hottest().items()
    assert day == iso(hot.known_time)[:10]
    assert [name.split()[-1] for name in names] == ["2.50", "1.50"]
