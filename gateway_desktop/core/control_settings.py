"""Settings of who may do what: signing in, what is looked at, tools, budgets."""

from dataclasses import dataclass

from gateway_desktop.core.setting import setting


@dataclass(frozen=True, slots=True)
class Inspection:
    """Inspection"""

    enabled: bool = setting(
        True,
        "Look at what passes",
        help="Off: nothing is looked at, no policy about contents holds, and rows say so.",
    )
    largest_kb: int = setting(
        2048,
        "Looked at per request",
        help="Of more text, head, middle and tail are looked at, and the row says so.",
        minimum=16,
        maximum=65536,
        unit="KB",
    )
    held_characters: int = setting(
        256,
        "Held back of a stream",
        help="Where answers are held back: how much of the newest text waits. Words are never cut.",
        minimum=64,
        maximum=8192,
        unit="characters",
    )


@dataclass(frozen=True, slots=True)
class Tools:
    """Tools of MCP servers, and agents' cards."""

    first_listing: str = setting(
        "trust",
        "Tools seen for the first time",
        choices=("trust", "approve"),
        help="Trusted tools may be called at once, and are pinned as they are. What changes later is refused "
        "until a person approves it, either way.",
    )


@dataclass(frozen=True, slots=True)
class OAuth:
    """OAuth"""

    sweep_days: int = setting(
        7,
        "Forget unused clients after",
        help="Applications that registered themselves and never signed anybody in.",
        minimum=1,
        maximum=365,
        unit="days",
    )
    session_days: int = setting(
        90,
        "Sign in again after",
        help="A session that is used, and so renewed, ends so long after its sign-in all the same.",
        minimum=1,
        maximum=365,
        unit="days",
    )
    invited_only: bool = setting(
        False,
        "Only invited people may sign in",
        help="Off: the first sign-in at an identity provider adds the person. On: only who was added before.",
    )
    registrations_per_hour: int = setting(
        60,
        "Registrations per hour",
        help="From one address; ten times as many from all together.",
        minimum=1,
        maximum=10_000,
    )


@dataclass(frozen=True, slots=True)
class Budgets:
    """Budgets"""

    unknown_prices: str = setting(
        "block",
        "Where the price is not known",
        choices=("block", "flag"),
        help="For those who have a budget that blocks. Calls of unknown cost that pass are counted beside "
        "the sum.",
    )
    assumed_output: int = setting(
        8192,
        "Output where a call names no limit",
        help="Tokens that are set aside until the real number is known.",
        minimum=1,
        maximum=1_000_000,
    )
