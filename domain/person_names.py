"""Names of people as a parcel needs them: which word is the surname, the name, the patronymic.

People write them in either order. What settles it, the first that does:

1. Of three words a patronymic, by its ending: it stands last, or between the name and the surname.
2. Of two words a surname that ends as no name does: Коваленко, Ковальчук, Левицька.
3. The order that is usual where the text comes from: shops give the name first, people who fill in
   a waybill the surname.
"""

import re
import unicodedata

from domain.carriers import PersonName

_APOSTROPHES = re.compile("[’‘ʼʹ`´′＇]")
_HYPHENS = re.compile(r"\s*[-\u2010-\u2015\u2212]\s*")
_WORD = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*")
_UKRAINIAN = re.compile(r"[А-ЯІЇЄҐа-яіїєґ' -]+")
_OF_A_DAUGHTER = re.compile(r"(?:івна|ївна|овна|евна|ічна|инична)$", re.IGNORECASE)
_OF_A_SON = re.compile(r"(?:ович|йович|евич|ьович|ілліч|лукич|кузьмич|хомич|савич)$", re.IGNORECASE)
_OF_A_FAMILY = re.compile(r"(?:[єе]нко|[сцз]ьк(?:ий|а)|[сц]к(?:ий|ая)|[чщ]ук)$", re.IGNORECASE)


def read(text: str, *, is_first_name_first: bool = False) -> PersonName | None:
    """The name in its parts; None: there is no first and last name in it, or more than three words.

    ``is_first_name_first``: how it is usual where the text comes from. ``PersonName.full`` of the
    answer, read again with the surname first, gives the same answer.
    """
    words = tidied(text).split()
    if not all(map(_WORD.fullmatch, words)) or any(len(word) == 1 for word in words[1:]):
        return None  # one letter is an initial, unless it is a surname that stands first
    match words:
        case [one, two]:
            name = _of_two(one, two, is_first_name_first)
        case [one, two, three]:
            name = _of_three(one, two, three, is_first_name_first)
        case _:
            return None
    return name if name is not None and len(name.first) > 1 else None


def tidied(text: str) -> str:
    """One kind of apostrophe and hyphen, no spaces that mean nothing; letters in one piece each."""
    composed = unicodedata.normalize("NFC", text)
    return " ".join(_HYPHENS.sub("-", _APOSTROPHES.sub("'", composed)).split())


def is_ukrainian(name: PersonName) -> bool:
    """Whether it is written in Ukrainian letters."""
    return bool(_UKRAINIAN.fullmatch(name.full))


def _of_two(one: str, two: str, is_first_name_first: bool) -> PersonName | None:
    """Whose daughter she is does not say what her surname is; a son's may be a surname as well."""
    if _OF_A_DAUGHTER.search(one) or _OF_A_DAUGHTER.search(two):
        return None
    is_one, is_two = (bool(_OF_A_FAMILY.search(word)) for word in (one, two))
    if is_one if is_one != is_two else not is_first_name_first:
        return PersonName(first=two, last=one)
    return PersonName(first=one, last=two)


def _of_three(one: str, two: str, three: str, is_first_name_first: bool) -> PersonName:
    """Several of them may end as a patronymic does: there are surnames like Антонович."""
    if _is_patronymic(three) != _is_patronymic(two):
        is_surname_first = _is_patronymic(three)
    else:
        is_lone = _is_patronymic(one) and not _is_patronymic(two)
        is_surname_first = is_lone or not is_first_name_first
    if is_surname_first:
        return PersonName(last=one, first=two, middle=three)
    return PersonName(first=one, middle=two, last=three)


def _is_patronymic(word: str) -> bool:
    return bool(_OF_A_DAUGHTER.search(word) or _OF_A_SON.search(word))
