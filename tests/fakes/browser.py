"""A browser with Ana in front of it: `python -m tests.fakes.browser LOG ADDRESS` signs in and comes back."""

import sys
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from tests.gateway.oauth.person import Person


def main() -> None:
    log, address = sys.argv[1:]
    parts = urlsplit(address)
    answer = Person(f"{parts.scheme}://{parts.netloc}").sign_in(address)
    assert answer.status_code == 303, answer.text
    back = httpx.get(answer.headers["location"], timeout=60)
    assert back.status_code == 200 and "You are signed in" in back.text
    with Path(log).open("a") as file:
        file.write(f"{answer.headers['location']}\n")


if __name__ == "__main__":
    main()
