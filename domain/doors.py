"""What people type of a door: the building and the flat in it."""

import re

_FLAT = re.compile(
    r"(?P<building>.+?)(?:\s*[,;]\s*|\s+)(?:квартира|кв|офіс|оф|flat|apt)\.?\s*№?\s*(?P<flat>\S.*)",
    re.IGNORECASE,
)


def building_and_flat(text: str) -> tuple[str, str]:
    """The two of "12, кв. 3", "12-А кв 3", "12, 3"; no flat ("") in "12" and "12/3".

    Whether there is such a building only the carrier can say.
    """
    line = " ".join(text.split())
    if match := _FLAT.fullmatch(line):
        return match["building"].rstrip(" ,;"), match["flat"]
    building, _, flat = line.partition(",")
    return building.strip(), flat.strip()
