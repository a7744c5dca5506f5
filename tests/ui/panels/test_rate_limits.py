"""A rate limit is seen, set and lifted where its subject is shown."""

from gateway_desktop.core.rate_limit import Measure, RateLimit
from gateway_desktop.core.scope import Scope
from gateway_desktop.store.queries.rate_limits import rate_limit_rows
from gateway_desktop.ui.dialogs.rate_limit import RateLimitDialog
from gateway_desktop.ui.panels.people.panel import GROUPS, People
from tests.ui.panels.conftest import Hand


def stored(hand: Hand) -> tuple[RateLimit, ...]:
    return hand.opened.reader.submit(rate_limit_rows).result()


def opened(hand: Hand, page: People) -> RateLimitDialog:
    page.group_actions.run(page.group_actions.named("Rate limit…"))
    return hand.dialog(page, RateLimitDialog)


def test_the_limit_of_a_group_is_edited_on_the_group(hand: Hand) -> None:
    page = hand.open(People)
    page.tabs.setCurrentIndex(GROUPS)
    hand.until(lambda: bool(page.groups.rows()))
    page.groups.selectRow(0)
    dialog = opened(hand, page)
    hand.fill(dialog.form, requests="many")
    hand.press(dialog.action)
    assert "whole number" in dialog.form.error("requests")
    hand.fill(dialog.form, requests="60", tokens="100,000")
    hand.closes(dialog.action, page, RateLimitDialog)
    (limit,) = stored(hand)
    assert (limit.named, limit.requests, limit.tokens) == ("group team", 60, 100_000)
    dialog = opened(hand, page)
    hand.until(lambda: dialog.form.value("tokens") == "100000")
    hand.fill(dialog.form, requests=" ", tokens=" ")
    hand.closes(dialog.action, page, RateLimitDialog)
    assert stored(hand) == ()
    assert hand.events()[:2] == ["rate limit removed", "rate limit set"]


def test_who_is_not_limited_and_shall_not_be_is_told(hand: Hand) -> None:
    hand.opened.services.rate_limits.set(Scope.GROUP, "team", {Measure.CONCURRENT: 4}).result()
    hand.opened.services.rate_limits.remove(Scope.GROUP, "team").result()
    page = hand.open(People)
    page.tabs.setCurrentIndex(GROUPS)
    hand.until(lambda: bool(page.groups.rows()))
    page.groups.selectRow(0)
    dialog = opened(hand, page)
    hand.press(dialog.action)
    hand.until(lambda: bool(dialog.banner.text()))
    assert "Nothing would be limited" in dialog.banner.text()
