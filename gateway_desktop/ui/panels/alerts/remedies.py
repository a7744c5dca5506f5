"""Remedies: what one button does about an alert; what changes something is written into its history."""

from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from typing import Any

from PySide6.QtWidgets import QWidget

from gateway_desktop.core.alert import Remedy
from gateway_desktop.core.people import Role
from gateway_desktop.core.scope import Scope
from gateway_desktop.store.queries.alerts import AlertDetail
from gateway_desktop.ui.context import UiContext
from gateway_desktop.ui.dialogs.rate_limit import RateLimitDialog
from gateway_desktop.ui.panels.alerts.proposals import tool_of
from gateway_desktop.ui.widgets.confirm import Confirmation
from gateway_desktop.ui.widgets.dialog import Dialog

_WORDS = {
    Remedy.REVOKE_KEY: "Revoke the key",
    Remedy.REVOKE_SESSION: "Revoke the session",
    Remedy.DEACTIVATE_USER: "Deactivate the user",
    Remedy.DISABLE_TOOL: "Disable the tool",
    Remedy.OPEN_TOOL: "Open the tool",
    Remedy.CHANGE_LIMIT: "Change the limit",
    Remedy.CHANGE_ACCESS: "Change access",
}


_LEAST = {
    Remedy.REVOKE_KEY: Role.OPERATOR,
    Remedy.REVOKE_SESSION: Role.OPERATOR,
    Remedy.DEACTIVATE_USER: Role.ADMIN,
    Remedy.DISABLE_TOOL: Role.ADMIN,
}


def least_of(found: AlertDetail) -> Role | None:
    """Return whom it takes on a team's database; None: whoever sees it."""
    if not found.remedy:
        return None
    remedy = Remedy(found.remedy)
    if remedy is Remedy.CHANGE_LIMIT and isinstance(found.details.get("rate_limit"), list):
        return Role.ADMIN
    return _LEAST.get(remedy)


def words_of(found: AlertDetail) -> str:
    """Return what the button says, "" if there is nothing to offer."""
    return _WORDS.get(Remedy(found.remedy), "") if found.remedy else ""


def apply(found: AlertDetail, context: UiContext, owner: QWidget) -> None:
    """Open the page where it is done, or ask whether to do it."""
    services, item = context.services, found.item
    match Remedy(found.remedy):
        case Remedy.CHANGE_ACCESS:
            context.open_page("proxies", proxy=item.proxy)
        case Remedy.CHANGE_LIMIT:
            _change_limit(found, context, owner)
        case Remedy.OPEN_TOOL:
            context.open_page("tools", tool=f"{item.proxy}: {found.details.get('target', '')}")
        case Remedy.DISABLE_TOOL:
            tool = tool_of(found)
            disable = partial(services.tool_pins.disable, item.proxy, tool)
            _confirm(f"Disable {tool} of {item.proxy}?", "Disable", disable, found, context, owner)
        case Remedy.REVOKE_SESSION:
            end = partial(services.oauth_sessions.revoke_session, found.session)
            _confirm(f"Revoke the session of {item.actor}?", "Revoke", end, found, context, owner)
        case Remedy.REVOKE_KEY:
            key, revoke = found.api_key_id, partial(services.keys.revoke, found.api_key_id)
            _confirm(f"Revoke {context.key_label(key)}?", "Revoke", revoke, found, context, owner)
        case Remedy.DEACTIVATE_USER:
            deactivate = partial(services.people.deactivate_user, item.actor)
            _confirm(f"Deactivate {item.actor}?", "Deactivate", deactivate, found, context, owner)


def _change_limit(found: AlertDetail, context: UiContext, owner: QWidget) -> None:
    """Open the rate limit that was reached, or the page with the budget that the alert is about."""
    reached = found.details.get("rate_limit")
    if not isinstance(reached, list):
        context.open_page("budgets", budget=found.details.get("budget"))
        return
    scope, id, name = map(str, reached)
    dialog = RateLimitDialog(context, Scope(scope), (id, name))
    _noted(dialog, f"The limit of {name} was changed", found, context).open_over(owner)


def _noted(dialog: Dialog, done: str, found: AlertDetail, context: UiContext) -> Dialog:
    """Return the dialog; what it did is said, and written into the alert's history."""
    dialog.then(lambda _: context.services.alerts.note([found.item.id], done))
    return dialog.then(lambda _: context.say(done))


def _confirm(
    question: str,
    action: str,
    act: Callable[[], Future[Any]],
    found: AlertDetail,
    context: UiContext,
    owner: QWidget,
) -> None:
    words = "From the next request on. It is written into the alert's history."
    dialog = Confirmation(question, words, action, act).taking(least_of(found))
    _noted(dialog, f"{question.rstrip('?')}: done", found, context).open_over(owner)
