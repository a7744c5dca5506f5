"""Assignments without quotes of their own: where values stand, and where only names do."""

import pytest

from gateway_desktop.inspection.redaction import redact

# Made of pieces, so that nothing here looks like a credential to whoever searches this file.
PASSWORD = "rk7" + "Wm2" + "qZ9tx"
TOKEN = "c19Zb7Lq" + "4Tn8Vw2K" + "x6Rp3Jd5"
ENDS = ["", "\n", " ", ";", '"', "'", "&x=1", "#top", "\\n", ", "]


@pytest.mark.parametrize("end", ENDS, ids=repr)
@pytest.mark.parametrize(
    "start", ["", "export ", '"', "'", "https://db.example/?", "https://db.example/?a=1&"], ids=repr
)
@pytest.mark.parametrize(
    ("name", "value", "kind"),
    [("DB_PASSWORD", PASSWORD, "PASSWORD"), ("api_key", TOKEN, "SECRET")],
    ids=["password", "key"],
)
def test_a_value_is_masked_whatever_stands_around_the_assignment(
    name: str, value: str, kind: str, start: str, end: str
) -> None:
    text = f"{start}{name}={value}{end}"
    if kind == "PASSWORD" and end == "#top" and start in ("", "export "):
        end = ""  # a line that is nothing else is masked to its end: the sign may be the password's
    assert redact(text) == (f"{start}{name}=<{kind}>{end}", 1)


@pytest.mark.parametrize("option", ["-u ", "--user ", "--user=", "-u '", '-u "'])
def test_the_password_that_curl_is_given_is_masked(option: str) -> None:
    command = f"curl -s {option}admin:{PASSWORD} https://db.example"
    assert redact(command) == (command.replace(PASSWORD, "<PASSWORD>"), 1)


@pytest.mark.parametrize(
    "text",
    [
        "passwd = form.passwd.data",
        "password = user_form.cleaned.password",
        "curl -u admin: https://db.example",
        "curl https://db.example -H 'Accept: text/plain'",
        "?api_key=YOUR_API_KEY_12345678901",
        "DB_PASSWORD=$SECRET_FROM_VAULT",
        "DB_PASSWORD=required",
    ],
)
def test_the_name_of_a_value_is_left_alone(text: str) -> None:
    assert redact(text) == (text, 0)
