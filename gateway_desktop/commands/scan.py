"""`scan`: what would be found in a text, and what it would score. Nothing is stored, nothing is sent."""

import argparse
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import IO

import msgspec

from gateway_desktop.commands.arguments import paths_of
from gateway_desktop.commands.output import say, wants_json, write
from gateway_desktop.core.errors import ConfigurationError, Unavailable
from gateway_desktop.core.finding import Context, Passage, Scan, capped
from gateway_desktop.inspection.scan import scan
from gateway_desktop.services.detection import find_models
from gateway_desktop.services.text_scan import CONTEXTS, Line, document_of, passages_in


def add_options(parser: argparse.ArgumentParser, _common: argparse.ArgumentParser) -> None:
    """Say which text, and where it would stand."""
    parser.add_argument(
        "file",
        metavar="FILE",
        nargs="?",
        default="-",
        help="the text, or a request in JSON; - is standard input",
    )
    parser.add_argument(
        "--context",
        choices=[str(context) for context in CONTEXTS],
        default=str(Context.USER_PROMPT),
        help="where the text stands (default: user_prompt)",
    )
    parser.add_argument("--tool", default="", help="the tool it belongs to")
    parser.add_argument("--argument", default="", help="of an argument: its name")
    parser.add_argument(
        "--format",
        choices=["text", "jsonl"],
        default="text",
        help='jsonl: one {"text": ..., "tool"?: ..., "argument"?: ...} a line, one answer a line',
    )
    parser.set_defaults(run=_scan)


def _scan(arguments: argparse.Namespace) -> int:
    find_models(paths_of(arguments))
    context = Context(arguments.context)
    with _opened(arguments.file) as lines:
        if arguments.format == "jsonl":
            return _each(lines, context)
        text = lines.read().decode("utf-8", "replace")
    given = Passage(text, context, tool=arguments.tool, argument=arguments.argument)
    result = scan(passages_in(given))
    return say(arguments, "" if wants_json(arguments) else "\n".join(_lines(result)), document_of(result))


def _each(lines: IO[bytes], context: Context) -> int:
    decoder = msgspec.json.Decoder(Line)
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            passage = decoder.decode(line).passage(context)
        except msgspec.MsgspecError as error:
            raise ConfigurationError(f"line {number}", str(error)) from error
        write(msgspec.json.encode(document_of(scan([passage]))).decode())
    sys.stdout.flush()
    return 0


def _opened(name: str) -> "nullcontext[IO[bytes]] | IO[bytes]":
    if name == "-":
        return nullcontext(sys.stdin.buffer)
    try:
        return Path(name).open("rb")
    except OSError as error:
        raise Unavailable(f"{name}: {error.strerror}") from error


def _lines(result: Scan) -> Iterator[str]:
    yield f"Score {result.score}" if result.score is not None else "Nothing was looked at"
    for one in result.contributions:
        yield f"  {one.points:+4d}  {one.why}"
    if less := capped((one.points for one in result.contributions), result.score):
        yield f"        {less}"
    for finding in result.findings:
        place = f"characters {finding.start} to {finding.end}"
        yield f"{finding.severity}  {finding.kind}  {finding.confidence:.2f}  {place}"
        yield f"  {finding.why}"
        yield f"  {finding.excerpt}"
    if result.not_scanned:
        yield result.not_scanned
