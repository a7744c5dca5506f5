"""Checksums of numbers that name people and accounts: what a number must satisfy beyond its looks."""

from collections.abc import Callable

_VERHOEFF = tuple(tuple(map(int, row)) for row in (
    "0123456789", "1234067895", "2340178956", "3401289567", "4012395678",
    "5987604321", "6598710432", "7659821043", "8765932104", "9876543210",
))  # fmt: skip
_PERMUTED = tuple(tuple(map(int, row)) for row in (
    "0123456789", "1576283094", "5803796142", "8916043527", "9453126870", "4286573901", "2793806415", "7046913258",
))  # fmt: skip
_WORTH = bytes.maketrans(b"0123456789", bytes(range(10)))
# The digits of twice a digit, added.
_DOUBLED = bytes.maketrans(b"0123456789", bytes((0, 2, 4, 6, 8, 1, 3, 5, 7, 9)))
_DNI = "TRWAGMYFPDXBNJZSQVHLCKE"
_IBAN_LENGTHS = {
    "AD": 24, "AE": 23, "AT": 20, "BE": 16, "BG": 22, "CH": 21, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "EE": 20,
    "ES": 24, "FI": 18, "FR": 27, "GB": 22, "GR": 27, "HR": 21, "HU": 28, "IE": 22, "IL": 23, "IS": 26, "IT": 27,
    "LI": 21, "LT": 20, "LU": 20, "LV": 21, "MC": 27, "MT": 31, "NL": 18, "NO": 15, "PL": 28, "PT": 25, "RO": 24,
    "SA": 24, "SE": 24, "SI": 19, "SK": 24, "SM": 27, "TR": 26, "UA": 29,
}  # fmt: skip


_ISSUERS: tuple[tuple[tuple[str, ...], tuple[int, ...]], ...] = (
    (("4",), (13, 16, 19)),  # Visa
    (("51", "52", "53", "54", "55", "22", "23", "24", "25", "26", "27"), (16,)),  # Mastercard
    (("34", "37"), (15,)),  # American Express
    (("6011", "64", "65"), (16, 19)),  # Discover
    (("30", "36", "38", "39"), (14, 16)),  # Diners Club
    (("35",), (16,)),  # JCB
    (("1800", "2131"), (15,)),
    (("50", "56", "57", "58", "60", "61", "62", "63", "67"), (12, 13, 16, 17, 18, 19)),  # Maestro, UnionPay
)
_LENGTHS = {start: lengths for starts, lengths in _ISSUERS for start in starts}


def digits(text: str) -> str:
    """Return the digits of a text."""
    number = text.replace(" ", "").replace("-", "")
    if number.isdigit() and number.isascii():  # what it mostly is, and faster
        return number
    return "".join(filter("0123456789".__contains__, text))


def _luhn(number: str) -> bool:
    """Return whether the digits satisfy the Luhn check (ISO/IEC 7812-1, annex B)."""
    code = number.encode()
    return (sum(code[::-2].translate(_WORTH)) + sum(code[-2::-2].translate(_DOUBLED))) % 10 == 0


def iban(text: str) -> bool:
    """Return whether it is an IBAN: length by country and remainder 1 (ISO 13616-1)."""
    if "-" in text and set(text[4::5]) != {"-"}:  # part of a UUID
        return False
    code = text.replace(" ", "").replace("-", "").upper()
    length = _IBAN_LENGTHS.get(code[:2])
    if (length is not None and len(code) != length) or not code.isalnum() or len(code) < 15:
        return False
    return int("".join(str(int(letter, 36)) for letter in code[4:] + code[:4])) % 97 == 1


def up_to_its_length(text: str) -> str:
    """Return an IBAN without the words behind it, which look like more of it: it ends where its country says."""
    length = _IBAN_LENGTHS.get(text[:2].upper())
    places = [at for at, letter in enumerate(text) if letter.isalnum()]
    if length is None or len(places) <= length or places[length] == places[length - 1] + 1:
        return text
    return text[: places[length - 1] + 1]


def ssn(text: str) -> bool:
    """Return whether a US Social Security number can have been issued."""
    number = digits(text)
    area, group, serial = number[:3], number[3:5], number[5:]
    return (
        len(number) == 9
        and area not in ("000", "666")
        and area < "900"
        and group != "00"
        and serial != "0000"
    )


def dni(text: str) -> bool:
    """Return whether a Spanish DNI or NIE has the right letter."""
    code = text.upper().replace("-", "").replace(" ", "")
    number = code[:-1].replace("X", "0", 1).replace("Y", "1", 1).replace("Z", "2", 1)
    return number.isdigit() and _DNI[int(number) % 23] == code[-1]


def cpf(text: str) -> bool:
    """Return whether a Brazilian CPF has the right check digits."""
    number = digits(text)
    if len(number) != 11 or len(set(number)) == 1:
        return False
    for length in (9, 10):
        total = sum(int(number[place]) * (length + 1 - place) for place in range(length))
        if total * 10 % 11 % 10 != int(number[length]):
            return False
    return True


def aadhaar(text: str) -> bool:
    """Return whether an Indian Aadhaar number satisfies the Verhoeff check."""
    number = digits(text)
    if len(number) != 12 or len(set(number)) <= 3:
        return False
    check = 0
    for place, digit in enumerate(map(int, reversed(number))):
        check = _VERHOEFF[check][_PERMUTED[place % 8][digit]]
    return check == 0


def nir(text: str) -> bool:
    """Return whether a French NIR (INSEE) has the right key."""
    number = text.upper().replace(" ", "").replace("2A", "19").replace("2B", "18")
    return len(number) == 15 and number.isdigit() and 97 - int(number[:13]) % 97 == int(number[13:])


def bsn(text: str) -> bool:
    """Return whether a Dutch BSN satisfies the eleven test."""
    number = digits(text)
    weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
    total = sum(weight * int(digit) for weight, digit in zip(weights, number, strict=False))
    return len(number) == 9 and total % 11 == 0 and total != 0


def pesel(text: str) -> bool:
    """Return whether a Polish PESEL has the right check digit."""
    number = digits(text)
    if len(number) != 11:
        return False
    total = sum(
        int(digit) * weight for digit, weight in zip(number, (1, 3, 7, 9, 1, 3, 7, 9, 1, 3), strict=False)
    )
    return (10 - total % 10) % 10 == int(number[10]) and len(set(number)) > 2


def _weighed(number: str, weights: str) -> int:
    """Return the sum of digits, each times the digit at its place in the weights."""
    return sum(int(digit) * int(weight) for digit, weight in zip(number, weights, strict=False))


def turkish_id(text: str) -> bool:
    """Return whether a Turkish TCKN has the right check digits."""
    number = digits(text)
    if len(number) != 11 or number[0] == "0":
        return False
    odd, even = sum(map(int, number[0:9:2])), sum(map(int, number[1:8:2]))
    return (odd * 7 - even) % 10 == int(number[9]) and sum(map(int, number[:10])) % 10 == int(number[10])


def nhs(text: str) -> bool:
    """Return whether a British NHS number has the right check digit."""
    number = digits(text)
    rest = 11 - sum(int(digit) * (10 - place) for place, digit in enumerate(number[:9])) % 11
    return len(number) == 10 and rest % 11 == int(number[9])


def german_tax_id(text: str) -> bool:
    """Return whether a German tax identification number satisfies ISO 7064 MOD 11,10."""
    number = digits(text)
    if len(number) != 11 or number[0] == "0":
        return False
    product = 10
    for digit in number[:10]:
        product = ((int(digit) + product) % 10 or 10) * 2 % 11
    return (11 - product) % 10 == int(number[10])


def german_pension(text: str) -> bool:
    """Return whether a German pension insurance number has the right check digit (VKVV, annex)."""
    code = text.replace(" ", "").upper()
    number = f"{code[:8]}{ord(code[8]) - 64:02}{code[9:]}"
    weighed = (
        int(digit) * weight
        for digit, weight in zip(number, (2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1), strict=False)
    )
    return sum(sum(divmod(one, 10)) for one in weighed) % 10 == int(number[12])


def cnpj(text: str) -> bool:
    """Return whether a Brazilian CNPJ has the right check digits."""
    number = digits(text)
    if len(number) != 14 or len(set(number)) == 1:
        return False
    for length, weights in ((12, "543298765432"), (13, "6543298765432")):
        rest = _weighed(number, weights) % 11
        if (0 if rest < 2 else 11 - rest) != int(number[length]):
            return False
    return True


def chinese_id(text: str) -> bool:
    """Return whether a Chinese resident identity number has the right check sign (GB 11643, MOD 11-2)."""
    code = text.upper()
    rest = sum(int(digit) * pow(2, 17 - place, 11) for place, digit in enumerate(code[:17])) % 11
    return "10X98765432"[rest] == code[17]


def ean(text: str) -> bool:
    """Return whether 13 digits, as of a Swiss AHV number, satisfy the check of EAN-13."""
    number = digits(text)
    return len(number) == 13 and _weighed(number, "1313131313131") % 10 == 0


def swedish_id(text: str) -> bool:
    """Return whether the last ten digits of a Swedish personnummer satisfy Luhn."""
    number = digits(text)
    return len(number) in (10, 12) and _luhn(number[-10:])


def canadian_sin(text: str) -> bool:
    """Return whether a Canadian social insurance number satisfies Luhn."""
    number = digits(text)
    return len(number) == 9 and number[0] not in "08" and _luhn(number)


def rut(text: str) -> bool:
    """Return whether a Chilean RUT has the right check sign."""
    code = text.upper().replace(".", "").replace("-", "").replace(" ", "")
    total = sum(int(digit) * (place % 6 + 2) for place, digit in enumerate(reversed(code[:-1])))
    return "0123456789K0"[11 - total % 11] == code[-1]


def inn(text: str) -> bool:
    """Return whether a Russian INN of a person has the right check digits."""
    number = digits(text)
    weights = (3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8)
    return len(number) == 12 and all(
        sum(int(digit) * weight for digit, weight in zip(number, weights[first:], strict=False)) % 11 % 10
        == int(number[11 - first])
        for first in (0, 1)
    )


def korean_id(text: str) -> bool:
    """Return whether a Korean resident registration number has the right check digit."""
    number = digits(text)
    return len(number) == 13 and (11 - _weighed(number, "234567892345") % 11) % 10 == int(number[12])


def tfn(text: str) -> bool:
    """Return whether an Australian tax file number satisfies its check."""
    number = digits(text)
    weights = (1, 4, 3, 7, 5, 8, 6, 9, 10)
    return (
        len(number) == 9
        and sum(int(digit) * weight for digit, weight in zip(number, weights, strict=True)) % 11 == 0
    )


def nric(text: str) -> bool:
    """Return whether a Singapore NRIC or FIN has the right check letter."""
    code = text.upper()
    rest = (_weighed(code[1:8], "2765432") + (4 if code[0] in "TG" else 0)) % 11
    return ("JZIHGFEDCBA" if code[0] in "ST" else "XWUTRQPNMLK")[rest] == code[8]


def hetu(text: str) -> bool:
    """Return whether a Finnish personal identity code has the right check sign."""
    code = text.upper()
    return "0123456789ABCDEFHJKLMNPRSTUVWXY"[int(code[:6] + code[7:10]) % 31] == code[10]


def norwegian_id(text: str) -> bool:
    """Return whether a Norwegian fødselsnummer has the right check digits."""
    number = digits(text)
    return (
        len(number) == 11
        and 0 < int(number[:2]) % 40 <= 31
        and _weighed(number, "3761894521") % 11 == 0
        and _weighed(number, "54327654321") % 11 == 0
    )


def snils(text: str) -> bool:
    """Return whether a Russian SNILS has the right check number."""
    number = digits(text)
    return len(number) == 11 and _weighed(number, "987654321") % 101 % 100 == int(number[9:])


def belgian_id(text: str) -> bool:
    """Return whether a Belgian national number has the right check number; since 2000 a 2 stands before it."""
    number = digits(text)
    return len(number) == 11 and any(
        97 - int(century + number[:9]) % 97 == int(number[9:]) for century in ("", "2")
    )


def nif(text: str) -> bool:
    """Return whether a Portuguese NIF has the right check digit."""
    number = digits(text)
    rest = _weighed(number, "98765432") % 11
    return len(number) == 9 and number[0] in "123" and (0 if rest < 2 else 11 - rest) == int(number[8])


def cuit(text: str) -> bool:
    """Return whether an Argentine CUIT or CUIL has the right check digit."""
    number = digits(text)
    return len(number) == 11 and (11 - _weighed(number, "5432765432") % 11) % 11 == int(number[10])


def romanian_id(text: str) -> bool:
    """Return whether a Romanian CNP has the right check digit."""
    number = digits(text)
    rest = _weighed(number, "279146358279") % 11
    return len(number) == 13 and number[0] in "12345678" and (1 if rest == 10 else rest) == int(number[12])


def luhn_id(text: str) -> bool:
    """Return whether an identity number of South Africa, Israel or Greece satisfies Luhn."""
    number = digits(text)
    return len(number) in (9, 11, 13) and len(set(number)) > 2 and _luhn(number)


def svnr(text: str) -> bool:
    """Return whether an Austrian social insurance number has the right check digit, its fourth."""
    number = digits(text)
    return len(number) == 10 and _weighed(number[:3] + number[4:], "379584216") % 11 == int(number[3])


def afm(text: str) -> bool:
    """Return whether a Greek tax number has the right check digit."""
    number = digits(text)
    total = sum(int(digit) << (8 - place) for place, digit in enumerate(number[:8]))
    return len(number) == 9 and len(set(number)) > 1 and total % 11 % 10 == int(number[8])


def egn(text: str) -> bool:
    """Return whether a Bulgarian EGN has the right check digit."""
    number = digits(text)
    weights = (2, 4, 8, 5, 10, 9, 7, 3, 6)
    total = sum(int(digit) * weight for digit, weight in zip(number, weights, strict=False))
    return len(number) == 10 and total % 11 % 10 == int(number[9])


def hkid(text: str) -> bool:
    """Return whether a Hong Kong identity card number with one letter has the right check sign."""
    code = "".join(filter(str.isalnum, text.upper()))
    total = 36 * 9 + (ord(code[0]) - 55) * 8 + _weighed(code[1:7], "765432")
    return "0123456789A"[-total % 11] == code[7]


def taiwan_id(text: str) -> bool:
    """Return whether an identity card number of Taiwan has the right check digit."""
    code = text.upper()
    area = "ABCDEFGHJKLMNPQRSTUVXYWZIO".index(code[0]) + 10
    return (area // 10 + area % 10 * 9 + _weighed(code[1:], "876543211")) % 10 == 0


def machine_readable(text: str) -> bool:
    """Return whether a line of a travel document has the right check digits (ICAO 9303)."""
    for line in text.upper().split():
        if len(line) == 44:  # of a passport
            parts = [(line[:9], line[9]), (line[13:19], line[19]), (line[21:27], line[27])]
        elif len(line) == 30 and line[0].isdigit():  # the second of a card
            parts = [(line[:6], line[6]), (line[8:14], line[14])]
        else:
            continue
        if all(_icao(part) == digit for part, digit in parts):
            return True
    return False


def _icao(part: str) -> str:
    worth = (0 if sign == "<" else int(sign, 36) for sign in part)
    return str(sum(number * (7, 3, 1)[place % 3] for place, number in enumerate(worth)) % 10)


def npi(text: str) -> bool:
    """Return whether a US provider's number satisfies Luhn behind the prefix of health cards, 80840."""
    return _luhn("80840" + digits(text))


def dea(text: str) -> bool:
    """Return whether a US prescriber's number has the right check digit."""
    number = digits(text[2:])
    return len(number) == 7 and _weighed(number[:6], "121212") % 10 == int(number[6])


def identity(text: str) -> bool:
    """Return whether it has as many digits as identity numbers have, and is no date or round number."""
    number = digits(text)
    return 7 <= len(number) <= 16 and len(set(number)) > 3


def card(text: str) -> bool:
    """Return whether a payment card number is of a known issuer and satisfies Luhn."""
    number = digits(text)
    lengths = _LENGTHS.get(number[:4]) or _LENGTHS.get(number[:2]) or _LENGTHS.get(number[:1], ())
    return len(number) in lengths and _luhn(number) and len(set(number)) > 1


Check = Callable[[str], bool]
