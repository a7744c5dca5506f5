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


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("https://api.telegram.org/bot{}/getUpdates", "123456789:" + "AA" + "x" + TOKEN[:24] + "_Zk8q3Rw"),
        ("SERVICE_ROLE_KEY={}", "eyJ" + "hbGciOiJIUzI1" + ".eyJ" + "zdWIiOiI0Mi" + "." + TOKEN),
        ("production:\n  secret_key_base: {}\n", TOKEN * 3),
        ("RAILS_MASTER_KEY={}", "1c99c66f" + "f3f94d09" + "bcc66a7f"),
        ("smtp:\n  user: a\n  pass: {}\n", PASSWORD + "&42"),
        ("co = cohere.Client('{}')", TOKEN + "aB3dE5fG7hJ9kL1m"),
        ("wandb login {}", "f25083b7765bd204" + "b13a8dfc6105581c" + "285b4abf"),
        ("ibmcloud login --apikey {} -r eu-de", TOKEN),
        ('{{"auths":{{"docker.io":{{"auth":"{}"}}}}}}', "YWNt" + "ZTpp" + "d2FEZjJp" + "YlRqNFN4"),
        ("db.acme.internal:5432:app:app_rw:{}", PASSWORD),
        ("Cookie: theme=dark; sessionid={}", TOKEN),
        ('network={{\n  psk="{}"\n}}', PASSWORD),
        ("net use Z: \\\\fs\\share /user:A\\svc {}", PASSWORD),
        ("redis-cli -h cache -a {} ping", PASSWORD),
        ("login: qa@acme.example / {}", PASSWORD),
    ],
)
def test_what_a_program_or_person_signs_in_with_is_masked_whole(text: str, value: str) -> None:
    masked, _ = redact(text.format(value))
    assert value not in masked
    assert value[-3:] not in masked


@pytest.mark.parametrize(
    "text",
    [
        "address constant TOKEN = 0x538920f40fbfdc000db1e888e6df8c1fef23486e;",
        "client = Client('https://a.example')",
        "gh auth login --hostname github.example",
        "a.py:1234:def:get_token:returns",
    ],
)
def test_addresses_names_and_options_are_no_credentials(text: str) -> None:
    assert redact(text) == (text, 0)
