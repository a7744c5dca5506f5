"""Credentials are found by their shapes; what only resembles them is left alone.

No credential stands here as it would be written: each is put together from pieces.
"""

import random
import string
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway_desktop.inspection.credential_patterns import PATTERNS
from gateway_desktop.inspection.normalize import normalize
from gateway_desktop.inspection.patterns import COMMON
from gateway_desktop.inspection.secret_finder import IN_COMMON, SecretFinder

SECRETS = SecretFinder()
NOT_TOLD = SecretFinder()  # what was met before
LETTERS = string.ascii_letters + string.digits
LOWER = string.ascii_lowercase + string.digits
HEX = "0123456789abcdef"
BASE32 = string.ascii_uppercase + "234567"


def some(alphabet: str, count: int, seed: int = 1) -> str:
    chance = random.Random(seed)
    text = "".join(chance.choice(alphabet) for _ in range(count - 2))
    return (
        text[:3]
        + "Z9"[: 2 if alphabet == LETTERS else 0]
        + text[3:]
        + ("" if alphabet == LETTERS else text[:2])
    )


def pem(kind: str, lines: int = 6, end: bool = True) -> str:
    dashes = "-" * 5
    body = "\n".join(some(LETTERS, 64, seed) for seed in range(lines))
    return f"{dashes}BEGIN {kind}{dashes}\n{body}\n" + (f"{dashes}END {kind}{dashes}" if end else "")


UUID = "-".join(some(HEX, count) for count in (8, 4, 4, 4, 12))


# kind, credential, and where only a part of it is secret, that part
SAMPLES: list[tuple[str, str, str]] = [
    ("GATEWAY_KEY", "gw" + "d_" + some(LETTERS, 43), ""),
    ("ANTHROPIC_KEY", "sk-" + "ant-api03-" + some(LETTERS, 93) + "AA", ""),
    ("ANTHROPIC_KEY", "sk-" + "ant-oat01-" + some(LETTERS, 80), ""),
    ("OPENROUTER_KEY", "sk-" + "or-v1-" + some(HEX, 64), ""),
    ("OPENAI_KEY", "sk-" + "proj-" + some(LETTERS, 60) + "_x-" + some(LETTERS, 60), ""),
    ("OPENAI_KEY", "sk-" + some(LETTERS, 20) + "T3Blbk" + "FJ" + some(LETTERS, 20), ""),
    ("OPENAI_KEY", "sk-" + some(HEX, 32), ""),
    ("GOOGLE_KEY", "AI" + "za" + some(LETTERS, 35), ""),
    ("GOOGLE_KEY", "AQ" + ".Ab8RN6" + some(LETTERS, 46), ""),
    ("GOOGLE_TOKEN", "ya" + "29." + some(LETTERS, 60), ""),
    ("GOOGLE_SECRET", "GOC" + "SPX-" + some(LETTERS, 28), ""),
    ("HUGGINGFACE_TOKEN", "h" + "f_" + some(LETTERS, 34), ""),
    ("GROQ_KEY", "gs" + "k_" + some(LETTERS, 52), ""),
    ("XAI_KEY", "xa" + "i-" + some(LETTERS, 80), ""),
    ("PERPLEXITY_KEY", "ppl" + "x-" + some(LETTERS, 48), ""),
    ("REPLICATE_TOKEN", "r" + "8_" + some(LETTERS, 37), ""),
    ("NVIDIA_KEY", "nva" + "pi-" + some(LETTERS, 64), ""),
    ("CEREBRAS_KEY", "cs" + "k-" + some(LOWER, 48), ""),
    ("FIREWORKS_KEY", "f" + "w_" + some(LETTERS, 24), ""),
    ("ELEVENLABS_KEY", "s" + "k_" + some(HEX, 48), ""),
    ("TAVILY_KEY", "tvl" + "y-dev-" + some(LETTERS, 32), ""),
    ("PINECONE_KEY", "pcs" + "k_" + some(LETTERS, 6) + "_" + some(LETTERS, 60), ""),
    ("LANGFUSE_KEY", "sk-" + "lf-" + UUID, ""),
    ("E2B_KEY", "e2" + "b_" + some(HEX, 40), ""),
    ("SUPABASE_KEY", "sb_" + "secret_" + some(LETTERS, 31), ""),
    ("ALIBABA_KEY", "LT" + "AI" + some(LETTERS, 20), ""),
    ("TENCENT_KEY", "AK" + "ID" + some(LETTERS, 32), ""),
    ("FLY_TOKEN", "fo" + "1_" + some(LETTERS, 43), ""),
    ("NETLIFY_TOKEN", "nf" + "p_" + some(LETTERS, 36), ""),
    ("VERCEL_TOKEN", "vc" + "p_" + some(LETTERS, 56), ""),
    ("HEROKU_KEY", "HRK" + "U-" + UUID, ""),
    ("PULUMI_TOKEN", "pu" + "l-" + some(HEX, 40), ""),
    ("NPM_TOKEN", "//registry.example/:_auth" + "Token=" + UUID, UUID),
    ("BITBUCKET_TOKEN", "AT" + "BB" + some(LETTERS, 32), ""),
    ("CIRCLECI_TOKEN", "CCI" + "PAT_" + some(LETTERS, 22) + "_" + some(HEX, 40), ""),
    ("BUILDKITE_TOKEN", "bk" + "ua_" + some(HEX, 40), ""),
    ("SONAR_TOKEN", "sq" + "u_" + some(HEX, 40), ""),
    ("FIGMA_TOKEN", "fig" + "d_" + some(LETTERS, 40), ""),
    ("AIRTABLE_TOKEN", "pa" + "t" + some(LETTERS, 14) + "." + some(HEX, 64), ""),
    ("ASANA_TOKEN", "1/" + "1203948576019283" + ":" + some(HEX, 32), ""),
    ("MAPBOX_TOKEN", "sk." + "eyJ" + some(LETTERS, 60) + "." + some(LETTERS, 22), ""),
    ("RESEND_KEY", "r" + "e_" + some(LETTERS, 8) + "_" + some(LETTERS, 24), ""),
    ("HUBSPOT_TOKEN", "pat-" + "na1-" + UUID, ""),
    ("PLAID_TOKEN", "access-" + "production-" + UUID, ""),
    ("SQUARE_TOKEN", "EA" + "AA" + some(LETTERS, 60), ""),
    ("TWITTER_TOKEN", "A" * 21 + some("bcdefgh0123456789", 80), ""),
    ("DROPBOX_TOKEN", "s" + "l." + some(LETTERS, 138), ""),
    ("TWITCH_TOKEN", "oau" + "th:" + some(LOWER, 30), ""),
    ("PASSWORD_HASH", "$" + "6$" + some(LETTERS, 8) + "$" + some(LETTERS, 86), ""),
    ("PASSWORD_HASH", "$" + "2b$12$" + some(LETTERS, 53), ""),
    ("TOTP_SEED", "My authenticator seed is " + (secret := some(BASE32, 32, 7)) + ", and now?", secret),
    ("TOTP_SEED", "MFA_TOTP_" + "SECRET=" + secret, secret),
    ("TOTP_SEED", "2FA-Geheimnis: " + (secret := "segs 4aqm xzr3 " + "2cba 7b5b chi6"), secret),
    (
        "RECOVERY_CODES",
        "Recovery codes:\n" + (secret := "a384f-00b9f\nd1498-" + "46d52\n57d76-53aca"),
        secret,
    ),
    ("AWS_ACCESS_KEY", "AK" + "IA" + some(BASE32, 16), ""),
    ("AWS_SECRET_KEY", "aws_secret_access_key = " + (secret := some(LETTERS, 40)), secret),
    ("AWS_SECRET_KEY", 'AWS_SECRET_ACCESS_KEY: "' + secret + '"', secret),
    ("AZURE_KEY", "AccountName=x;AccountKey=" + (secret := some(LETTERS, 86) + "==") + ";", secret),
    ("AZURE_KEY", some(LETTERS, 52) + "JQQ" + "J99" + some(LETTERS, 26), ""),
    ("AZURE_SECRET", "abc" + "8" + "Q~" + some(LETTERS, 34), ""),
    (
        "AZURE_SIGNATURE",
        "https://x.blob.core.windows.net/c?sv=1&sig=" + (secret := some(LETTERS, 43) + "%3D"),
        secret,
    ),
    ("AZURE_SIGNATURE", '{"url":"https://x.blob.core.windows.net/c?sv=1\\u0026sig=' + secret + '"}', secret),
    ("AZURE_SIGNATURE", '<a href="https://x.blob.core.windows.net/c?sv=1&amp;sig=' + secret + '">', secret),
    ("URL_SIGNATURE", "https://x.s3.example/k?X-Amz-Signature=" + (secret := some(HEX, 64)), secret),
    (
        "URL_SIGNATURE",
        "https://x.s3.example/k?X-Amz-Security-Token=" + (secret := some(LETTERS, 300)),
        secret,
    ),
    ("URL_SIGNATURE", "https://x.gcs.example/k?X-Goog-Signature=" + (secret := some(HEX, 512)), secret),
    (
        "URL_SIGNATURE",
        "https://d.cf.example/k?Expires=1&Signature=" + (secret := some(LETTERS, 90) + "-~__"),
        secret,
    ),
    ("URL_SIGNATURE", "https://x.azure.example/k?sv=1.0&sig=" + (secret := some(LETTERS, 34) + "-_"), secret),
    ("DIGITALOCEAN_TOKEN", "do" + "p_v1_" + some(HEX, 64), ""),
    ("DATABRICKS_TOKEN", "da" + "pi" + some(HEX, 32), ""),
    ("VAULT_TOKEN", "hv" + "s." + some(LETTERS, 90), ""),
    ("GITHUB_TOKEN", "gh" + "p_" + some(LETTERS, 36), ""),
    (
        "GITHUB_TOKEN",
        "gh"
        + "s_12_ey"
        + "J"
        + some(LETTERS, 30)
        + ".ey"
        + "J"
        + some(LETTERS, 60)
        + "."
        + some(LETTERS, 40),
        "",
    ),
    ("GITHUB_TOKEN", "github" + "_pat_" + some(LETTERS, 22) + "_" + some(LETTERS, 59), ""),
    ("GITLAB_TOKEN", "gl" + "pat-" + some(LETTERS, 20), ""),
    ("GITLAB_TOKEN", "gl" + "ffct-" + some(LETTERS, 20), ""),
    ("ATLASSIAN_TOKEN", "AT" + "CTT3" + some(LETTERS, 180), ""),
    ("AZURE_KEY", some(LETTERS, 44) + "Az" + "Fu" + some(LETTERS, 6) + "==", ""),
    ("AZURE_KEY", some(LETTERS, 76) + "AC" + "Db" + some(LETTERS, 6) + "==", ""),
    ("AZURE_KEY", some(LETTERS, 42) + "+A" + "CR" + some(LETTERS, 6), ""),
    ("SERVICE_KEY", "tg" + "p_v1_" + some(LETTERS, 43), ""),
    ("SERVICE_KEY", "bce" + "-v3/ALTAK-" + some(LETTERS, 21) + "/" + some(HEX, 40), ""),
    ("SERVICE_KEY", "bed" + "rock-api-key-" + some(LETTERS, 200), ""),
    ("SERVICE_KEY", "cfu" + "t_" + some(LETTERS, 40) + some(HEX, 8), ""),
    ("SERVICE_KEY", "vercel_" + "blob_rw_" + some(LETTERS, 16) + "_" + some(LETTERS, 30), ""),
    ("SERVICE_KEY", "mdb_" + "sa_sk_" + some(LETTERS, 40), ""),
    ("SERVICE_KEY", "cf" + "lt" + some(LETTERS, 60), ""),
    ("SERVICE_KEY", "snyk_" + "uat." + some(HEX, 8) + "." + some(LETTERS, 60), ""),
    ("SERVICE_KEY", "hca" + "ik_" + some(LOWER, 58), ""),
    ("SERVICE_KEY", "xsm" + "tpsib-" + some(HEX, 64) + "-" + some(LETTERS, 16), ""),
    ("SERVICE_KEY", "sk_" + "org_live_" + some(LETTERS, 60), ""),
    ("SERVICE_KEY", "crs" + "r_" + some(HEX, 64), ""),
    ("SERVICE_KEY", "apify" + "_api_" + some(LETTERS, 36), ""),
    ("SERVICE_KEY", "ll" + "x-" + some(LETTERS, 48), ""),
    ("SERVICE_KEY", UUID + ":" + "fx", ""),
    ("SERVICE_KEY", "prod:" + "happy-cat-123|" + some(LETTERS, 80), ""),
    ("SERVICE_KEY", "0." + UUID + "." + some(LETTERS, 30) + ":" + some(LETTERS, 22) + "==", ""),
    ("SERVICE_KEY", "Authorization: Genie" + "Key " + UUID, UUID),
    (
        "SERVICE_KEY",
        "https://mcp.zapier.com/api/" + "mcp/s/" + (secret := some(LETTERS, 64)) + "/mcp",
        secret,
    ),
    ("SECRET", "APP_" + "KEY=" + (secret := "base64:" + some(LETTERS, 43) + "="), secret),
    ("NPM_TOKEN", "//registry.example/:_auth" + "Token=" + some(LETTERS, 36), some(LETTERS, 36)),
    ("GOOGLE_TOKEN", "1/" + "/0" + some(LETTERS, 95), ""),
    ("AWS_SESSION_TOKEN", "IQoJ" + "b3JpZ2lu" + some(LETTERS, 300), ""),
    ("NEWRELIC_KEY", some(HEX, 32) + "FFFF" + "NRAL", ""),
    ("MAILGUN_KEY", some(HEX, 32) + "-" + some(HEX, 8) + "-" + some(HEX, 8), ""),
    ("MAILCHIMP_KEY", some(HEX, 32) + "-us" + "12", ""),
    ("OKTA_TOKEN", "SSWS " + "00" + some(LETTERS, 40), "00" + some(LETTERS, 40)),
    ("VOYAGE_KEY", "pa" + "-" + some(LETTERS, 43), ""),
    ("NPM_TOKEN", "np" + "m_" + some(LETTERS, 36), ""),
    ("PYPI_TOKEN", "py" + "pi-AgE" + "IcHlwaS5vcmc" + some(LETTERS, 150), ""),
    ("DOCKER_TOKEN", "dck" + "r_pat_" + some(LETTERS, 27), ""),
    ("SLACK_TOKEN", "xox" + "b-123456789012-1234567890123-" + some(LETTERS, 24), ""),
    (
        "SLACK_WEBHOOK",
        "https://hooks.slack.com/services/" + (secret := "T0000/B0000/" + some(LETTERS, 24)),
        secret,
    ),
    (
        "DISCORD_WEBHOOK",
        "https://discord.com/api/webhooks/123456/" + (secret := some(LETTERS, 68)),
        secret,
    ),
    ("DISCORD_TOKEN", "MT" + "A" + some(LETTERS, 22) + "." + some(LETTERS, 6) + "." + some(LETTERS, 38), ""),
    ("TELEGRAM_TOKEN", "1234567890" + ":AA" + some(LETTERS, 33), ""),
    ("STRIPE_KEY", "sk" + "_live_" + some(LETTERS, 24), ""),
    ("STRIPE_KEY", "rk" + "_test_" + some(LETTERS, 99), ""),
    ("STRIPE_SECRET", "wh" + "sec_" + some(LETTERS, 32), ""),
    ("SENDGRID_KEY", "S" + "G." + some(LETTERS, 22) + "." + some(LETTERS, 43), ""),
    ("SHOPIFY_TOKEN", "shp" + "at_" + some(HEX, 32), ""),
    ("TWILIO_KEY", "S" + "K" + some(HEX, 32), ""),
    (
        "JWT",
        "ey" + "J" + some(LETTERS, 33) + ".ey" + "J" + some(LETTERS, 80) + "." + some(LETTERS, 43),
        "",
    ),
    ("TWILIO_TOKEN", "Client('AC" + some(HEX, 32) + "', '" + (secret := some(HEX, 32, 2)) + "')", secret),
    ("SEED_PHRASE", "my recovery phrase is " + (secret := "river orbit lemon " * 4)[:-1] + ".", secret[:-1]),
    (
        "PASSWORD",
        "Server=a;User ID=sa;Encrypt=True;Password=" + (secret := "XAP#h6" + "BSto6") + ";Timeout=3",
        secret,
    ),
    ("PRIVATE_KEY", pem("RSA PRIVATE" + " KEY"), ""),
    ("PRIVATE_KEY", pem("PRIVATE" + " KEY"), ""),
    ("PRIVATE_KEY", pem("OPENSSH PRIVATE" + " KEY").replace("\n", "\\n"), ""),
    ("PRIVATE_KEY", pem("PGP PRIVATE" + " KEY BLOCK"), ""),
    ("PASSWORD", "postgres://app:" + (secret := "hun" + "ter22!") + "@db.internal:5432/app", secret),
    ("PASSWORD", "mongodb+srv://u:" + (secret := "p4ss%40" + "w0rd") + "@cluster0.mongodb.net", secret),
    ("PASSWORD", 'password = "' + (secret := "correct-" + "horse") + '"', secret),
    ("PASSWORD", '{"db_password":"' + (secret := "Tr0ub4" + "dor&3") + '"}', secret),
    ("PASSWORD", '{\\"password\\":\\"' + (secret := "Tr0ub4" + "dor") + '\\"}', secret),
    ("PASSWORD", "DB_PASSWORD=" + (secret := "s3cr" + "3tP4ss") + "\nNEXT=1", secret),
    ("PASSWORD", "Server=x;Database=y;Password=" + (secret := "Kq8!" + "vv2z") + ";", secret),
    ("SECRET", 'api_key: "' + (secret := some(LETTERS, 32)) + '"', secret),
    ("SECRET", '"client_secret": "' + secret + '"', secret),
    ("SECRET", "export MY_SERVICE_TOKEN=" + secret, secret),
    ("SECRET", "X-Api-Key: " + secret, secret),
    ("NUGET_KEY", "oy2" + some(LOWER, 43), ""),
    ("AIVEN_PASSWORD", "password is AVNS" + "_" + (secret := some(LETTERS, 20)), "AVNS_" + secret),
    ("CLICKUP_TOKEN", "pk" + "_48213377_" + some(BASE32, 32), ""),
    ("ADAFRUIT_KEY", "aio" + "_" + some(LETTERS, 28), ""),
    ("WALLET_KEY", "KwdMAjGmerYanjeui5SH" + "S7JkmpZvVipYvB2LJGU1ZxJwYvP98617", ""),
    ("WALLET_KEY", "xprv" + some("23456789abcdefghij", 107), ""),
    ("BEARER_TOKEN", "Authorization: Bearer " + secret, secret),
    ("BASIC_CREDENTIAL", "Authorization: Basic " + (secret := some(LETTERS, 24) + "=="), secret),
    ("SECRET", "SECRET_KEY = '" + (secret := "8^x!k2@v#p9w$m3q&z7n*b5c(r1t)y4u-h6j=g0f_dk3q") + "'", secret),
]


def found(text: str) -> list[tuple[str, str]]:
    data = text.encode()
    return [(finding.kind, data[finding.start : finding.end].decode()) for finding in SECRETS.find(data)]


@pytest.mark.parametrize(
    ("kind", "text", "secret"), SAMPLES, ids=[f"{n}-{kind}" for n, (kind, *_) in enumerate(SAMPLES)]
)
def test_a_credential_is_found_wherever_it_stands(kind: str, text: str, secret: str) -> None:
    secret = secret or text
    for before, after in (
        ("", ""),
        ("Use this: ", " , please."),
        ("Größe 🟢 ", "\n"),
        ("line\n", "\nline"),
        ('say "', '" now'),
    ):
        assert found(before + text + after) == [(kind, secret)]


def test_a_private_key_that_was_cut_is_found_to_its_last_line() -> None:
    cut = pem("EC PRIVATE" + " KEY", end=False).rstrip()[:-40]
    assert found(f"It is {cut} , they say.") == [("PRIVATE_KEY", cut)]
    assert found(f"{cut}\n") == [("PRIVATE_KEY", cut)]
    one_line = cut.replace("\n", "\\n")
    assert found(f'"{one_line}"') == [("PRIVATE_KEY", one_line)]


def test_a_private_key_is_none_of_a_manual_whatever_is_said_in_it() -> None:
    key = pem("EC PRIVATE" + " KEY").rstrip().replace("\n", "\nComment: EXAMPLE\n\n", 1)
    assert found(key) == [("PRIVATE_KEY", key)]


def test_most_kinds_have_a_sample() -> None:
    assert len({kind for kind, *_ in SAMPLES}) > len({pattern.kind for pattern in PATTERNS}) * 0.6


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("password: {}", "kR7wq2Lx9"),
        ("db:\n  user: app\n  password: {}", "kR7wq2Lx9"),
        ("MYSQL_ROOT_PASSWORD: {}", "kR7wq2Lx9"),
        ("Passwort: {}", "kR7wq2Lx9"),
        ("mot de passe : {}", "kR7wq2Lx9"),
        ("contraseña: {}", "kR7wq2Lx9"),
        ("пароль: {}", "kR7wq2Lx9"),
        ("密码：{}", "kR7wq2Lx9"),
        ("The password is {} , as before", "kR7wq2Lx9"),
        ("log in as admin with password {} and", "kR7wq2Lx9"),
        ("PASS={}", "kR7wq2Lx9"),
        ("bindpw: {}", "kR7wq2Lx9"),
        ("export PGPASSWORD={}", "k#R7w{2}$Lx(9"),
        ("<password>{}</password>", "kR7wq2Lx9"),
        ("define('DB_PASSWORD', '{}');", "kR7wq2Lx9"),
        ("machine api.example login ana password {}", "kR7wq2Lx9"),
        ("mysql -u root -p{} shop", "kR7wq2Lx9"),
        ("sshpass -p '{}' ssh root@192.0.2.3", "kR7wq2Lx9"),
        ("app --password {} --user ana", "kR7wq2Lx9"),
        ("api_token={}", "k7Rw2qLx93"),
        ('API_KEY: "{}"', "k7Rw2qLx93"),
        ("PGPASSWORD={} psql -h db", "kR7#wq2!Lx"),
        ("cd /srv && PGPASSWORD={} pg_dump shop", "kR7#wq2!Lx"),
        ('<add key="DbPassword" value="{}"/>', "kR7!wq2Lx9"),
        ('{{"name": "DB_PASSWORD", "value": "{}"}}', "kR7!wq2Lx9"),
        ("- name: DB_PASSWORD\n  value: {}\n", "kR7!wq2Lx9"),
        ("Das Passwort lautet: {}", "Blau-Hund-77"),
        ("la contraseña es {}", "Tigre$Azul91"),
    ],
)  # fmt: skip
def test_a_short_credential_is_found_by_what_is_said_of_it(text: str, secret: str) -> None:
    kind = "SECRET" if "secret" in text or "token" in text.lower() or "KEY" in text else "PASSWORD"
    assert found(text.format(secret)) == [(kind, secret)]


@pytest.mark.parametrize("text", ["пароль: kR7wq2Lx9", "şifre: kR7wq2Lx9"])
def test_a_password_is_found_in_a_text_as_it_is_read(text: str) -> None:
    view = normalize(text).views[0]
    (place,) = SECRETS.find(view.data, view.met)
    assert view.data[place.start : place.end] == b"kR7wq2Lx9"


@pytest.mark.parametrize(
    "text",
    [
        "please explain how this function works, " * 30,
        "password = get_password()",
        "https://x.example/reference?signature=functional-interface-of-two-arguments",
        "AWS_ACCESS_KEY_ID=AKIA" + "X" * 16,
        "aws_access_key_id = AKIA"
        + "IOSFODNN7EXAMPLE\naws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        "K" + "wdMAjGmerYanjeui5SHS7JkmpZvVipYvB2LJGU1ZxJwYvP98618",
        "PGPASSWORD=$DB_PASSWORD psql -h db",
        "- name: DB_PASSWORD\n  valueFrom:\n    secretKeyRef: {name: db, key: password1}",
        "la contraseña debe incluir mayúsculas, das Passwort muss 12 Zeichen haben",
        "GITHUB_TOKEN=ghp_" + "x" * 36,
        "POSTGRES_PASSWORD=postgres",
        "password: 'postgres'",
        '{"nextPageToken": "' + some(LETTERS, 40) + '"}',
        "continuation_token=" + some(LETTERS, 40),
        "a recovery phrase lets people open the wallet and should never leave the paper they wrote down",
        "Authorization: Basic czZCaGRSa3F0MzpnWDFmQmF0M2JW",
        "grant_type=refresh_token&refresh_token=tGzv3JOkF0XG5Qx2TlKWIA",
        "otpauth://totp/a?secret=JBSWY3DPEHPK3PXPJBSWY3DP&issuer=b",
        "set_password = delete_password = get_password",
        "password: required|string|min:8",
        "password: str = Field(min_length=12)",
        "the password field1 of the form",
        "password must be at least 8 characters",
        "pwd=/home/ana/project1",
        "password=args[1]",
        "password=read(fd0)",
        "password = random_string(20, self.letters)",
        "password=${PASSWORD_1}",
        "password: z.string().min(8)",
        "password -> sha256(salt1)",
        "--password-file=/run/secrets/db1",
        'token = "tokenizer2"',
        "secret=release2024",
        "Reset your password at https://example.com/r1",
        'password = os.environ["DB_PASSWORD"]',
        "password: string;",
        'password: "required"',
        "PASSWORD=${DB_PASSWORD}",
        "PASSWORD=$DB_PASSWORD",
        'password = "your-password-here"',
        'api_key = "YOUR_API_KEY_HERE_0"',
        'api_key="xxxxxxxxxxxxxxxxxxxxxxx1"',
        "api_key = config.api_key_of_the_service_1",
        "def token(self, token: str) -> Token: ...",
        "the secret of happiness is a good breakfast",
        "token_count = 123456789012345678901234",
        "max_tokens=4096, stop_token_ids=[1, 2, 3]",
        "https://example.com:8080/path@2x.png",
        "postgres://app:${PASSWORD}@db/app",
        "git@github.com:owner/repository.git",
        "sk-estonia-loading-indicator-wrapper-small",
        "task-management-and-scheduling-service-01",
        "AKIA is how they begin",
        "commit 9fceb02d0ae598e95dc970b74767f19372d61af8",
        "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "id: 123e4567-e89b-12d3-a456-426614174000",
        "data:image/png;base64," + "iVBORw0KGgoAAAANSUhEUgAA" * 20,
        "Authorization: Bearer <token>",
        "Authorization: Bearer $TOKEN",
        "a file that begins with " + "-" * 5 + "BEGIN PUBLIC KEY" + "-" * 5,
        "key-value-store-of-the-second-kind",
        "SELECT password FROM users WHERE token = 'abc'",
        "eyJ is base64 of an opening brace",
        "two-factor: the code that your bank sent from 2345 must match this",
        "mfa: see RFC6238 and HMACSHA256TRUNCATED",
        "the authenticator AUTHENTICATORSECRETKEY is needed",
        "totp_secret_column = 'totp_secret'",
        "otp with GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ, the seed of RFC 6238",
        "backup codes 2024-11 2024-12 2025-01",
        "passphrase: 'sample'",
        '"PWD": "/home/ana/project1/src"',
        UUID + ":" + some(HEX, 32),
        "key_" + some(HEX, 64),
        "prod:blue-green-2|ready",
        "iVBORw0KGgoAAAANSUhEUgAA" + some(LETTERS, 400),
    ],
)
def test_what_only_resembles_a_credential_is_left_alone(text: str) -> None:
    assert found(text) == []


def test_two_in_one_text_are_both_found_in_their_order() -> None:
    first, second = "gh" + "p_" + some(LETTERS, 36), "AI" + "za" + some(LETTERS, 35)
    assert found(f"{second} and {first} and {second}") == [
        ("GOOGLE_KEY", second),
        ("GITHUB_TOKEN", first),
        ("GOOGLE_KEY", second),
    ]


def test_a_known_shape_counts_before_an_assignment() -> None:
    key = "sk-" + "ant-api03-" + some(LETTERS, 90)
    assert found(f'api_key = "{key}"') == [("ANTHROPIC_KEY", key)]


@pytest.mark.parametrize(
    "text",
    [
        "a" * (1 << 20),
        '"' * (1 << 20),
        "://" * 300_000,
        "password=" * 100_000,
        "eyJ" * 300_000,
        "-----BEGIN " * 90_000,
        "sk-" * 300_000,
    ],
    ids=["a", "quotes", "addresses", "passwords", "tokens", "keys", "starts"],
)
def test_a_crafted_megabyte_takes_linear_time(text: str) -> None:
    started = time.thread_time()
    SECRETS.find(text.encode())
    assert time.thread_time() - started < 2


def test_ten_thousand_findings_take_no_more_than_their_number() -> None:
    key = "gh" + "p_" + some(LETTERS, 36)
    started = time.thread_time()
    assert len(SECRETS.find((key + " ").encode() * 10_000)) == 10_000
    assert time.thread_time() - started < 2


_AROUND = st.text(st.sampled_from("aZ0 _-=:/?&\"'\\\n\t\r\fé\v"), max_size=12)


@given(st.sampled_from(SAMPLES), _AROUND, _AROUND, st.integers(0, 12), st.integers(0, 12))
def test_no_credential_is_missed_that_is_looked_for_together_with_other_patterns(
    sample: tuple[str, str, str], before: str, after: str, head: int, tail: int
) -> None:
    text = (before + sample[1][head : len(sample[1]) - tail] + after).encode()
    if text.isascii() and b"\v" not in text:
        assert set(SECRETS._all.Match(text) or ()) <= set(IN_COMMON.among(COMMON.matching(text)))
    assert SECRETS.find(text, COMMON.matching(text)) == NOT_TOLD.find(text)


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("user: app\npassword: {}", "quiet" + "mountainriver"),
        ("password: {}\nusername: app\n", "quiet" + "mountainriver"),
        ("The database password is {}, and now?", "Sommer" + "regen-im-Garten"),
        ("Mein Passwort lautet {}", "Blumen" + "kohl!Auflauf"),
        ("la contraseña del servidor es {}", "perro" + "VerdeGrande"),
        ("şifrem: {}, olmuyor", "Kara" + "KediUyuyor"),
        ("my passphrase is {}", "correct-" + "horse-battery-staple"),
    ],
)
def test_a_password_of_words_is_found_where_somebody_says_it(text: str, secret: str) -> None:
    assert found(text.format(secret)) == [("PASSWORD", secret)]


@pytest.mark.parametrize(
    "text",
    [
        "The password is case-sensitive.", "the password is out-of-date", "the password is end-to-end encrypted",
        "username: string\npassword: required", "user: app\npassword: password_of_app", "password: PasswordEncoderFactory",
        "password: getPasswordFromEnv()", "Passwort: siehe Tresor", "user: postgres\npassword: postgres",
        "username: Optional[str]\npassword: Optional[str]", "le mot de passe est obligatoire",
    ],
)  # fmt: skip
def test_what_is_said_about_passwords_is_none(text: str) -> None:
    assert found(text) == []
