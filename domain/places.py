"""What free words say of where a parcel goes: "Відділення №12", "м. Київ (Київська обл.)".

Ukrainian, Russian and English, as customers, plugins and marketplaces write them. Whatever is not
clear is not said: a parcel that waits for a person is better than one that goes astray.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from domain.carriers import PlaceKind
from domain.search import folded, plain_words

LONGEST_TEXT = 600  # characters that are looked at

_NP = r"(?:нов\w{1,3}\s+по[чш]т\w{0,3}|nova\s*po(?:sh|ch)ta|нп|np)"
_LOCKER = (
    r"(?:по[шч]томат\w{0,4}|пост[ао]мат\w{0,4}|posh?tomat|parcel\s+(?:locker|machine)|locker"
    r"|п/м(?!\w))"
)
_BRANCH = (
    r"(?:відділен\w{0,4}|отделен\w{0,4}|відд?-ня|отд-(?:ние|е)|(?:відд|отд)(?![^\W\d_])|від(?=\.|\s*#)"
    r"|пункт\w{0,3}(?:\s+(?:приймання|прийому|приема|видачі|выдачи)"
    r"(?:\s*[-/–]\s*(?:видачі|выдачи))?)?"
    r"|склад(?!\w)|post\s+office|branch|warehouse|department|viddilenn?i?ya)"
)
_KIND = re.compile(rf"(?<!\w)(?:(?P<locker>{_LOCKER})|(?P<branch>{_BRANCH}))")
_SIGN = r"(?:#|номер|number|num\.?|no\.?(?=\s*[0-9])|n\.?(?=\s*[0-9]))"
_NUMBER = r"(?P<number>[0-9]{1,6})(?![\w/]|-[0-9])"
# What stands between "Поштомат" and its number: "Нова Пошта" in quotes, a sign, a colon.
_AFTER = re.compile(
    rf"\.?\s*(?:[(\"«“]?\s*{_NP}\s*[)\"»”]?)?\s*(?P<comma>[,:\-–—]?)\s*"
    rf"(?P<sign>{_SIGN}?)\s*:?\s*{_NUMBER}"
)
_OR = re.compile(r"\s*(?:або|или|чи|or|та|і|и|/)\s*#?\s*(?P<number>[0-9]{1,6})(?!\w)")
_BEFORE = re.compile(
    r"(?<![\w.,/-])(?P<sign>#?)\s*(?P<number>[0-9]{1,5})\s*(?:-?\s*(?:е|го|ге|те|ше|є|me|th))?\s*\Z"
)
_FARTHEST = 16  # characters that such a number may stand before its word
_SIGNED = re.compile(rf"(?<!\w)(?:{_NP}\s*,?\s*{_SIGN}?|#)\s*{_NUMBER}")
_WEIGHT = re.compile(
    r"\([^()]{0,80}?[0-9]\s*(?:кг|kg)[^()]{0,80}\)"
    r"|(?:(?:до|to)\s+)?(?<![0-9])[0-9]{1,4}\s*(?:кг|kg)(?!\w)"
)
_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
_STREETS = """
вул вулиця вулиці ул улица улице просп проспект пр-т пр бульв бульвар бул б-р пров провулок
пер переулок площа пл площадь шосе шоссе наб набережна набережная узвіз тупик проїзд проезд
мкр мікрорайон микрорайон street st str avenue ave road rd lane буд будинок дом д кв
квартира підїзд подъезд поверх этаж офіс офис корп корпус apt apartment flat house building
office
"""
_STREET_WORDS = frozenset(_STREETS.split())
_TO_DOOR = re.compile(
    r"(?<!\w)(?:курь?[єе]р\w{0,5}|courier|адресн\w{0,3}\s+достав\w{0,3}|до\s+двер\w{0,4}|двері"
    r"|to\s+(?:the\s+)?door|address\s+delivery|на\s+адресу(?!\w))"
)
_OTHERS = re.compile(
    r"укрпо[чш]т|ukr\s?po(?:sh|ch)t|(?<!\w)(?:meest|м[іи]ст\s*(?:експрес|экспресс|пошта|почта)"
    r"|justin|джаст[іи]н|дел[іи]вер[іи]|rozetka|розетка|інтайм|интайм|автолюкс|glovo)"
)
_PICKUP = re.compile(r"самов[иы]в[оі]?з|pick[\s-]?up|шоурум|showroom|з\s+магазину|из\s+магазина")
_NP_NAMED = re.compile(rf"(?<!\w){_NP}(?!\w)")
_POSTCODE = re.compile(r"(?<![\w/-])[0-9]{5}(?![\w/-])")
_TOWN = re.compile(r"населен\w{1,3}\s+пункт\w{0,2}")
_LATIN_ALIKE = str.maketrans("aceiopxy", "асеіорху")
_MIXED = re.compile(r"\w*(?:[а-яіїє][a-z]|[a-z][а-яіїє])\w*")
_LONGEST_BARE = 4  # digits: five are a postcode, unless it is said what they are
_MOST_WORDS = 8


@dataclass(frozen=True, slots=True)
class ToldPlace:
    """``kind`` None and ``number`` "": it does not say, or says more than one."""

    kind: PlaceKind | None = None
    number: str = ""


@dataclass(frozen=True, slots=True)
class ToldPoint:
    """What somebody looks for among branches and lockers: a number, or words of an address."""

    kind: PlaceKind | None
    number: str
    words: tuple[str, ...]


def place_in(text: str, method: str = "") -> ToldPlace:
    """What an address says of the place, helped by what is said of the way of delivery."""
    told, way = _place_in(_readable(text)), _place_in(_readable(method))
    if told.kind is PlaceKind.DOOR or (told.kind is not None and told.number):
        return told
    if way.kind is PlaceKind.DOOR:
        return way if told.kind is None else told
    kind = told.kind or way.kind
    if told.kind is not None and way.kind not in (None, told.kind):
        return ToldPlace(told.kind, told.number)
    return ToldPlace(kind, told.number or way.number)


def point_in(text: str) -> ToldPoint:
    """What was typed to find a branch or a locker: "12", "№12", "відд 12", "шевченка 10"."""
    read = _readable(text)
    told = _place_in(read)
    kind = None if told.kind is PlaceKind.DOOR else told.kind
    number = told.number or (_plain(read) if _is_digits(read) else "")
    if number:
        return ToldPoint(kind, number, (number,))
    idle = {part for word in _STREET_WORDS for part in word.split("-")}
    words = (word for word in plain_words(_KIND.sub(" ", read)) if word not in idle)
    return ToldPoint(kind, "", tuple(words)[:_MOST_WORDS])


def is_elsewhere(*texts: str) -> bool:
    """Whether one of these names another carrier, or says that the customer comes to the shop."""
    read = [_readable(text) for text in texts]
    if any(_OTHERS.search(text) for text in read):
        return True
    is_named = any(_NP_NAMED.search(text) for text in read)
    return not is_named and any(_PICKUP.search(text) for text in read)


def is_to_door(address: str, method: str, city: str) -> bool:
    """Whether an address is said, and nowhere a branch or a locker."""
    texts = [_TOWN.sub(" місто ", _readable(text)) for text in (address, method, city)]
    if any(_KIND.search(text) for text in texts) or place_in(city).number:
        return False
    return place_in(address, method).kind is PlaceKind.DOOR


def before_place(text: str) -> str:
    """What stands before the branch, locker or street: "Київ" of "Київ, відділення 12"."""
    low = text[:LONGEST_TEXT].lower()
    ends = [found.start() for each in (_KIND, _NP_NAMED) if (found := each.search(low))]
    return text[: min([_street_at(low), *ends])]


def _readable(text: str) -> str:
    """The text folded, with one sign for numbers, and words in letters of one alphabet."""
    kept = folded(text[:LONGEST_TEXT].replace("№", "#"))[:LONGEST_TEXT]
    return _MIXED.sub(lambda found: found[0].translate(_LATIN_ALIKE), kept)


def _place_in(text: str) -> ToldPlace:
    """As ``place_in``, of one text that was made readable."""
    text = _TOWN.sub(" місто ", _WEIGHT.sub(" ", text))
    named = list(_named(text))
    titles = [told for told, is_title in named if is_title]
    if titles:
        return titles[0]
    said = {told for told, _ in named}
    if not said:
        return _unnamed(text)
    kinds = {told.kind for told in said}
    kind = kinds.pop() if len(kinds) == 1 else None
    numbers = {told.number for told in said if told.number} | _signed(text)
    return ToldPlace(kind, numbers.pop() if kind and len(numbers) == 1 else "")


def _named(text: str) -> Iterator[tuple[ToldPlace, bool]]:
    """Each place that is called a branch or a locker; and whether as in a title: "№12: ..."."""
    last = 0
    for found in _KIND.finditer(text):
        kind = PlaceKind.LOCKER if found["locker"] else PlaceKind.BRANCH
        after = _AFTER.match(text, found.end())
        if after and _is_number(after["number"], kind, after["sign"], after["comma"]):
            last = after.end()
            yield ToldPlace(kind, _plain(after["number"])), text.startswith(":", _next(text, last))
            if other := _OR.match(text, last):
                yield ToldPlace(kind, _plain(other["number"])), False
            continue
        before = _BEFORE.search(text, max(last, found.start() - _FARTHEST), found.start())
        last = found.end()
        yield ToldPlace(kind, _before(text, before, kind) if before else ""), False


def _before(text: str, found: re.Match[str], kind: PlaceKind) -> str:
    """The number of "12 відділення"; "" when it is a house's: "вул. Нова 12 відділення"."""
    if not _is_number(found["number"], kind, found["sign"], ""):
        return ""
    near = text[: found.start()].rpartition(",")[2]
    return "" if _street_at(near) < len(near) else _plain(found["number"])


def _is_number(digits: str, kind: PlaceKind, sign: str, comma: str) -> bool:
    """Whether these digits can be a number, and are no postcode."""
    if sign or len(digits) <= _LONGEST_BARE:
        return bool(_plain(digits))
    return kind is PlaceKind.LOCKER and comma != "," and not digits.startswith("0")


def _unnamed(text: str) -> ToldPlace:
    """A number without a word of what it is of; or a door."""
    numbers = _signed(text)
    if len(numbers) == 1:
        return ToldPlace(None, numbers.pop())
    if _street_at(text) < len(text) or _TO_DOOR.search(text):
        return ToldPlace(PlaceKind.DOOR)
    bare = _POSTCODE.sub(" ", _NP_NAMED.sub(" ", text)).strip(" ,.;:()\"'-")
    if _is_digits(bare) and len(bare) <= _LONGEST_BARE:
        return ToldPlace(None, _plain(bare))
    return ToldPlace()


def _signed(text: str) -> set[str]:
    """The numbers of "№12" and "НП 12"; behind a street a sign alone is of a house."""
    street = _street_at(text)
    found = (
        each
        for each in _SIGNED.finditer(text)
        if each.start() < street or not each[0].startswith("#")
    )
    return {_plain(each["number"]) for each in found} - {""}


def _street_at(text: str) -> int:
    """Where the first word of a street or a house stands; the length of the text: there is none."""
    found = (each.start() for each in _WORD.finditer(text) if each[0] in _STREET_WORDS)
    return next(found, len(text))


def _next(text: str, at: int) -> int:
    """Where the text goes on behind spaces."""
    return at + len(text[at:]) - len(text[at:].lstrip())


def _is_digits(text: str) -> bool:
    return text.isascii() and text.isdecimal()


def _plain(digits: str) -> str:
    return digits.lstrip("0")
