"""`policy try`: what the policies would do with a text."""

import argparse
import sys
from pathlib import Path

from gateway_desktop.commands.arguments import Actions
from gateway_desktop.commands.output import say
from gateway_desktop.commands.session import session, wait
from gateway_desktop.core.files import read_text
from gateway_desktop.core.finding import Context
from gateway_desktop.core.policy import Direction
from gateway_desktop.services.detection import find_models
from gateway_desktop.services.policy_tester import Sample, Trial


def add_try(actions: Actions) -> None:
    """Say which text, where it would stand, and whose it would be."""
    parser = actions.add("try", _try, "what the policies would do with a text")
    parser.add_argument("file", metavar="FILE", nargs="?", default="-", help="the text; - is standard input")
    parser.add_argument(
        "--context",
        choices=list(map(str, Context)),
        default=str(Context.USER_PROMPT),
        help="where the text stands; user_prompt if not said",
    )
    parser.add_argument(
        "--direction",
        choices=["request", "answer"],
        default="",
        help="on its way there or back; as the context says, if not said",
    )
    for name, metavar, words in (
        ("proxy", "NAME", "as if through this proxy"),
        ("user", "EMAIL", "as if this person asked"),
        ("model", "M", "as if of this model"),
        ("tool", "T", "as if of this tool"),
        ("argument", "A", "as if in this argument of the tool"),
    ):
        parser.add_argument(f"--{name}", default="", metavar=metavar, help=words)
    parser.add_argument("--document", metavar="FILE", default="", help="a policy that is not saved, alone")


def _try(arguments: argparse.Namespace) -> int:
    text = sys.stdin.read() if arguments.file == "-" else read_text(Path(arguments.file))
    answer = arguments.context == Context.ANSWER
    sample = Sample(
        text.removesuffix("\n"),
        Context(arguments.context),
        Direction(arguments.direction or (Direction.ANSWER if answer else Direction.REQUEST)),
        arguments.proxy,
        arguments.user,
        arguments.model,
        arguments.tool,
        arguments.argument,
        read_text(Path(arguments.document)) if arguments.document else "",
    )
    with session(arguments) as opened:
        find_models(opened.paths)
        wait(opened.services.policies.ship())
        opened.unlock()
        trial = wait(opened.services.policy_tester.try_out(sample))
    return say(arguments, _words(trial), _document(trial))


def _words(trial: Trial) -> str:
    first = trial.verdict.first
    lines = [f"{first.action.done} by {first.named}" if first else "no rule holds; it passes"]
    lines.append(f"risk {trial.scan.score}" if trial.scan.score is not None else trial.scan.not_scanned)
    lines += [f"  {hit.action}: {hit.named}" for hit in trial.verdict.hits[1:]]
    noted = dict.fromkeys((*trial.scan.findings, *(one.finding for one in trial.verdict.noted)))
    lines += [f"  {one.severity} {one.kind}: {one.excerpt}" for one in noted]
    return "\n".join([*lines, "", trial.passes] if trial.verdict.masks and trial.passes else lines)


def _document(trial: Trial) -> dict[str, object]:
    first = trial.verdict.first
    return {
        "action": str(first.action) if first else None,
        "policy": first.named if first else None,
        "score": trial.scan.score,
        "rules": [{"policy": hit.named, "action": str(hit.action)} for hit in trial.verdict.hits],
        "findings": [
            {
                "kind": one.finding.kind,
                "severity": str(one.finding.severity),
                "confidence": one.finding.confidence,
                "start": one.finding.start,
                "end": one.finding.end,
                "value": one.value,
            }
            for one in trial.verdict.noted
        ],
        "passes": trial.passes,
    }
