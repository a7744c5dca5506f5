"""Money: whole numbers of 1e-9 US dollars, as text and back without losing any."""

from decimal import Decimal, InvalidOperation

from gateway_desktop.core.errors import ConfigurationError

DOLLAR = 1_000_000_000
MOST = 10**18  # so that sums stay within 64 bits


def plain(nano: int) -> str:
    """Return 12.50 or 0.000123: dollars with as many places as there are, two at least."""
    sign, whole = "-" if nano < 0 else "", abs(nano)
    places = f"{whole % DOLLAR:09d}".rstrip("0").ljust(2, "0")
    return f"{sign}{whole // DOLLAR}.{places}"


def dollars(nano: int) -> str:
    """Return $12.50 or $0.000123."""
    return f"-${plain(-nano)}" if nano < 0 else f"${plain(nano)}"


def rounded(nano: int) -> str:
    """Return the same for sentences: from a dollar on, to the cent."""
    cent = DOLLAR // 100
    return dollars(nano) if abs(nano) < DOLLAR else dollars((nano + cent // 2) // cent * cent)


def nano_of(text: str, place: str) -> int:
    """Return what `$12.50` or `1,000` is worth; raise ConfigurationError for what is no amount."""
    try:
        amount = Decimal(text.strip().removeprefix("$").replace(",", "")) * DOLLAR
        exact = amount.is_finite() and amount == amount.to_integral_value()
    except InvalidOperation:
        exact = False
    if not exact:
        instead = f", not '{text}'" if text.strip() else ""
        raise ConfigurationError(place, f"an amount in dollars, such as 12.50{instead}")
    if not 0 <= amount <= MOST:
        raise ConfigurationError(place, f"an amount from $0 to {dollars(MOST)}")
    return int(amount)
