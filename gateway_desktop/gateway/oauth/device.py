"""The device grant (RFC 8628): a program without a browser asks, a person types its code at /oauth/device."""

import secrets

from aiohttp import web

from gateway_desktop.gateway.oauth.asked import Asked, AskedOf, json_answer, read_form
from gateway_desktop.gateway.oauth.browser import browser_of, posted, remember
from gateway_desktop.gateway.oauth.clients import proven
from gateway_desktop.gateway.oauth.pages import wrong
from gateway_desktop.gateway.oauth.state import State
from gateway_desktop.gateway.oauth.waiting import Device, SignIn
from gateway_desktop.identity.authorization_request import (
    AuthorizationRequest,
    check_resources,
    granted_scopes,
    single,
)
from gateway_desktop.identity.client_registration import DEVICE_CODE
from gateway_desktop.identity.oauth_error import OAuthError
from gateway_desktop.identity.tokens import DEVICE, digest, make, make_user_code, typed_user_code


async def begin(state: State, asked: AskedOf) -> web.Response:
    """Answer with a code for the device and one for the person (section 3.2)."""
    pairs = await read_form(asked.request)
    form = single(pairs)
    client = await proven(state, asked, form, nameless=True)
    if DEVICE_CODE not in client.grant_types:
        raise OAuthError("unauthorized_client", "The client registered without the device code grant")
    if not state.limits.authorizations.take(asked.address):
        raise OAuthError("slow_down", "Too many sign-ins at once; try again in a minute", 429)
    check_resources(pairs, asked.proxy, state.bases)
    scopes = granted_scopes(form.get("scope", ""), asked.proxy)
    device = Device(make_user_code(), asked.proxy.id, client, scopes)
    device_code = make(DEVICE)
    state.devices.put(digest(device_code), device, asked.address)
    state.user_codes.put(device.user_code, device, asked.address)
    page = f"{state.base}/oauth/device"
    return json_answer(
        {
            "device_code": device_code,
            "user_code": device.user_code,
            "verification_uri": page,
            "verification_uri_complete": f"{page}?user_code={device.user_code}",
            "expires_in": int(state.devices.seconds),
            "interval": int(device.interval),
        }
    )


async def show(state: State, asked: Asked) -> web.Response:
    """Ask the person for the code; one that came in the address is to be compared and confirmed."""
    return _page(state, asked, single(asked.parameters()).get("user_code", "")[:12])


async def check(state: State, asked: Asked) -> web.Response:
    """Go on to consent if a device waits under that code."""
    form = await posted(asked, state)
    browser = browser_of(asked)
    expected = state.device_forms.pop(browser)
    if expected is None or not secrets.compare_digest(expected.encode(), form.get("token", "").encode()):
        raise OAuthError("invalid_request", "This page was used before. Open it again.", 403)
    if not state.limits.user_codes.take(asked.address):
        return _page(state, asked, "", "Too many attempts. Wait a minute.", 429)
    device = state.user_codes.get(typed_user_code(form.get("user_code", "")))
    proxy = state.proxy(device.proxy_id) if device is not None else None
    if device is None or proxy is None:
        return _page(state, asked, form.get("user_code", ""), "No device waits under that code.", 400)
    state.user_codes.pop(device.user_code)
    request = AuthorizationRequest("", "", "", device.scopes)
    sign_in = SignIn(proxy, state.base, device.client, request, browser, device)
    return web.Response(status=303, headers={"Location": state.begin(sign_in, asked.address)})


def _page(state: State, asked: Asked, code: str, problem: str = "", status: int = 200) -> web.Response:
    token = secrets.token_urlsafe(24)
    values = {"wrong": wrong(problem), "token": token, "code": code}
    answer = state.pages.page("device", "Connect a device", values, status=status)
    browser = remember(asked, answer)
    state.device_forms.pop(browser)
    state.device_forms.put(browser, token, asked.address)
    return answer
