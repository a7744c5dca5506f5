"""`verify`: is the audit what was written? Exit status 1 names the first place where it is not."""

import argparse
import json

from gateway_desktop.commands.output import note, say
from gateway_desktop.commands.session import session, wait
from gateway_desktop.core.errors import ConfigurationError
from gateway_desktop.core.paths import at_home
from gateway_desktop.identity.signing import Signer
from gateway_desktop.services.integrity import heads_of_files, verify_audit
from gateway_desktop.store.heads import rows_ever


def add_options(parser: argparse.ArgumentParser, _common: argparse.ArgumentParser) -> None:
    """Say what it is compared with."""
    parser.add_argument(
        "--anchors",
        action="append",
        default=[],
        metavar="FILE",
        help="a copy of signed heads kept elsewhere: DIR/anchors/heads.log, a syslog, whatever a sink wrote",
    )
    parser.add_argument(
        "--progress", action="store_true", help="say on standard error how far it came, as JSON"
    )
    parser.set_defaults(run=_verify)


def _verify(arguments: argparse.Namespace) -> int:
    with session(arguments) as opened:
        sealer = opened.unlock()
        files = [at_home(name, "--anchors") for name in arguments.anchors]
        for file in files:
            if not heads_of_files([file]):
                raise ConfigurationError("anchors", f"{file} holds no signed head")
        if opened.paths.heads.exists():
            files.append(opened.paths.heads)
        of = opened.ask(rows_ever) if arguments.progress else None

        def tell(rows: int) -> None:
            if arguments.progress:
                note(json.dumps({"rows": rows, "of": of}))

        verification = verify_audit(opened.store.where, sealer, files, tell)
        wait(opened.services.integrity.note(verification))
        document = verification.document()
    if not arguments.progress:
        document["public_key"] = Signer(sealer).public_key.hex()
    say(arguments, str(verification), document)
    return 0 if verification.ok else 1
