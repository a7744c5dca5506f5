"""Settings: every setting once, saved where it belongs, refused at its field, warned about."""

import tomllib
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from gateway_desktop.core.settings import entries
from gateway_desktop.services.proxy_values import NewProxy
from gateway_desktop.services.setting_layers import Layers
from gateway_desktop.store.backup import staged
from gateway_desktop.ui.dialogs.diagnostics import DiagnosticsDialog
from gateway_desktop.ui.forms.editors import ChoiceEditor, Editor, NumberEditor, TextEditor, TickEditor
from gateway_desktop.ui.panels.settings.database import DatabaseCare
from gateway_desktop.ui.panels.settings.logging_part import MOST, LoggingPart
from gateway_desktop.ui.panels.settings.own_prices import OwnPrices, PriceDialog
from gateway_desktop.ui.panels.settings.panel import Settings
from gateway_desktop.ui.panels.settings.sections import SECTIONS
from gateway_desktop.ui.sidebar import WIDTH
from gateway_desktop.ui.widgets.confirm import Confirmation
from gateway_desktop.ui.window_place import MINIMUM
from tests.ui.panels.conftest import Hand, open_part


def in_force(hand: Hand, key: str) -> Any:
    return hand.opened.services.settings.get(key).result()[0]


def editor(page: Settings, key: str) -> Editor:
    """Open the section of a setting and return its widget."""
    page.open_with(key=key)
    return next(each.form.editor(key) for each in page.pages.values() if key in each.section.keys)


def write(hand: Hand, page: Settings, key: str, text: str) -> None:
    field = editor(page, key)
    assert isinstance(field, TextEditor)
    hand.write(field.line, text)


def opened(hand: Hand) -> Settings:
    page = hand.open(Settings)
    hand.until(lambda: bool(page.pages["General"].stored()))
    return page


def test_every_setting_stands_on_exactly_one_page() -> None:
    shown = [key for section in SECTIONS for key in section.keys]
    assert sorted(shown) == sorted(entries())


def test_why_settings_cannot_be_read_is_told_no_longer_than_it_is_so(hand: Hand) -> None:
    page = opened(hand)
    file = hand.opened.paths.settings
    before = file.read_text() if file.exists() else ""
    file.write_text("this is [no TOML")
    page.reload()
    hand.until(lambda: "settings.toml" in page.banner.text())
    file.write_text(before)
    page.reload()
    hand.until(lambda: not page.banner.text())


def test_a_section_is_made_when_it_is_opened_and_shows_what_was_read_before(hand: Hand) -> None:
    page = opened(hand)
    assert list(page.pages) == ["General"]
    field = editor(page, "listen.port")
    assert list(page.pages) == ["General", "Listening"]
    assert field.value() == 8899 and not page.edited()
    page.side.setCurrentRow(page.side.count() - 1)
    hand.until(lambda: bool(page.about.table.rows()))


def test_labels_limits_and_units_are_those_of_the_declaration(hand: Hand) -> None:
    page = opened(hand)
    timeout = editor(page, "upstream.read_timeout")
    assert isinstance(timeout, NumberEditor)
    assert (timeout.spin.minimum(), timeout.spin.maximum(), timeout.spin.suffix()) == (1, 7200, " s")
    assert timeout.spin.accessibleName() == "Longest silence"
    theme = editor(page, "window.theme")
    assert isinstance(theme, ChoiceEditor)
    assert [theme.combo.itemData(n) for n in range(theme.combo.count())] == ["system", "light", "dark"]


def test_what_helps_speaks_in_the_words_of_the_window_and_not_of_the_file() -> None:
    for key, declaration in entries().items():
        for choice in declaration.metadata["choices"] or ():
            helps = declaration.metadata["help"]
            assert f"{choice}:" not in helps and f"'{choice}'" not in helps, key


def test_a_setting_of_the_team_is_saved_in_the_database(hand: Hand) -> None:
    page = opened(hand)
    field = editor(page, "upstream.read_timeout")
    assert isinstance(field, NumberEditor)
    assert not page.bar.isVisible()
    field.spin.setValue(90)
    assert page.unsaved.text() == "1 change not saved"
    hand.press(page.save)
    hand.until(lambda: not page.bar.isVisible())
    assert in_force(hand, "upstream.read_timeout") == 90
    assert hand.events()[0] == "settings changed"


def test_a_setting_of_the_machine_is_saved_in_its_file(hand: Hand) -> None:
    page = opened(hand)
    field = editor(page, "window.times")
    assert isinstance(field, ChoiceEditor)
    field.choose("utc")
    hand.press(page.save)
    hand.until(lambda: not page.bar.isVisible())
    stored = tomllib.loads(hand.opened.paths.settings.read_text(encoding="utf-8"))
    assert stored["window"]["times"] == "utc"


def test_several_changes_are_saved_or_discarded_together(hand: Hand) -> None:
    page = opened(hand)
    audit = editor(page, "audit.enabled")
    assert isinstance(audit, TickEditor)
    hand.press(audit.tick)
    port = editor(page, "listen.port")
    assert isinstance(port, NumberEditor)
    port.spin.setValue(9000)
    assert page.unsaved.text() == "2 changes not saved"
    hand.press(page.discard)
    assert not page.bar.isVisible()
    assert (audit.value(), port.value()) == (True, 8899)
    assert in_force(hand, "listen.port") == 8899


def test_what_does_not_hold_is_said_at_its_field(hand: Hand) -> None:
    page = opened(hand)
    write(hand, page, "team.time_zone", "Mars/Olympus")
    page.open_with(section="Window")
    hand.press(page.save)
    general = page.pages["General"]
    hand.until(lambda: "not an IANA time zone" in general.form.error("team.time_zone"))
    assert page.stack.currentWidget() is general
    assert in_force(hand, "team.time_zone") == ""
    write(hand, page, "team.time_zone", "Europe/Madrid")
    hand.press(page.save)
    hand.until(lambda: not page.bar.isVisible())
    assert in_force(hand, "team.time_zone") == "Europe/Madrid"


def test_listening_beyond_this_machine_asks_and_warns(hand: Hand) -> None:
    page = opened(hand)
    write(hand, page, "listen.host", "0.0.0.0")
    question = hand.opens(page.save, page, Confirmation)
    hand.closes(question.cancel, page, Confirmation)
    assert in_force(hand, "listen.host") == "127.0.0.1"
    hand.press(page.save)
    hand.press(hand.dialog(page, Confirmation).action)
    hand.until(lambda: not page.bar.isVisible())
    assert in_force(hand, "listen.host") == "0.0.0.0"


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "::1", "localhost"])
def test_listening_on_this_machine_asks_nothing(hand: Hand, host: str) -> None:
    page = opened(hand)
    write(hand, page, "listen.host", host)
    if host != "127.0.0.1":
        hand.press(page.save)
    hand.until(lambda: in_force(hand, "listen.host") == host)
    assert not page.findChildren(Confirmation)


def test_tls_that_ends_in_front_is_warned_about_where_it_matters(hand: Hand) -> None:
    hand.opened.services.settings.change({"listen.host": "0.0.0.0"}).result()
    page = opened(hand)
    tick = editor(page, "listen.tls_ends_in_front")
    assert isinstance(tick, TickEditor)
    hand.press(tick.tick)
    question = hand.opens(page.save, page, Confirmation)
    assert "plain HTTP" in question.consequence
    hand.closes(question.cancel, page, Confirmation)
    assert in_force(hand, "listen.tls_ends_in_front") is False


def test_what_the_environment_sets_is_shown_as_such_and_cannot_be_changed(
    hand: Hand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GATEWAY_DESKTOP_LISTEN_PORT", "9100")
    hand.opened.services.settings._layers = Layers.of(
        hand.opened.paths.settings, {"listen.host": "127.0.0.2"}
    )
    page = opened(hand)
    port, form = editor(page, "listen.port"), page.pages["Listening"].form
    assert (port.value(), port.isEnabled()) == (9100, False)
    assert "GATEWAY_DESKTOP_LISTEN_PORT" in form.note("listen.port")
    assert "command line (--host)" in form.note("listen.host")
    assert form.note("public_url") == ""


def test_about_names_versions_and_licences(hand: Hand) -> None:
    page = opened(hand)
    page.open_with(section="About")
    hand.until(lambda: bool(page.about.table.rows()))
    assert "SQLite 3." in page.about.built_on.text()
    licences = {part.name: part.licence for part in page.about.table.rows()}
    assert licences["aiohttp"].startswith("Apache-2.0")
    assert all(licences.values())


def test_a_value_changed_elsewhere_arrives_but_not_over_what_is_being_edited(hand: Hand) -> None:
    page = opened(hand)
    port = editor(page, "listen.port")
    assert isinstance(port, NumberEditor)
    port.spin.setValue(9000)
    changes = {"listen.port": 9500, "upstream.connect_timeout": 25}
    hand.opened.services.settings.change(changes).result()
    other = page.pages["Upstream calls"].form.editor("upstream.connect_timeout")
    hand.until(lambda: other.value() == 25)
    assert port.value() == 9000


def test_another_port_with_oauth_on_says_which_callback_to_register_again(hand: Hand) -> None:
    services = hand.opened.services
    services.proxies.add(NewProxy("signed-in", "https://tools.example")).result()
    services.oauth_proxies.enable("signed-in").result()
    page = opened(hand)
    port = editor(page, "listen.port")
    assert isinstance(port, NumberEditor)
    port.spin.setValue(9011)
    hand.press(page.save)
    hand.until(lambda: page.banner.isVisible())
    assert "http://127.0.0.1:9011/oauth/callback" in page.banner.text()


def test_own_prices_are_added_changed_and_removed(hand: Hand) -> None:
    page = opened(hand)
    prices = open_part(page, "Model Pricing", OwnPrices)
    assert prices.none.isVisible()
    dialog = hand.opens(prices.add, page, PriceDialog)
    hand.fill(dialog.form, model="qwen3*", input="0.10", output="much", **{"from": "2026-01-31"})
    hand.press(dialog.action)
    assert "amount in dollars" in dialog.form.error("output")
    hand.fill(dialog.form, output="0.40")
    hand.closes(dialog.action, page, PriceDialog)
    hand.until(lambda: len(prices.table.rows()) == 1)
    prices.table.selectRow(0)
    dialog = hand.opens(prices.change, page, PriceDialog)
    hand.fill(dialog.form, cached="0.05")
    hand.closes(dialog.action, page, PriceDialog)
    hand.until(lambda: prices.table.rows()[0].cached_nano == 50_000_000)
    hand.press(prices.remove)
    hand.press(hand.dialog(page, Confirmation).action)
    hand.until(lambda: prices.none.isVisible())
    assert hand.events()[:3] == ["model price removed", "model price changed", "model price set"]


def test_the_database_is_backed_up_and_its_size_is_told(hand: Hand, tmp_path: Path) -> None:
    page, target = opened(hand), tmp_path / "copy.sqlite"
    care = open_part(page, "Database", DatabaseCare)
    hand.until(lambda: "B" in care.bytes.text())
    assert care.place.text() == str(hand.opened.paths.database)
    care.choose_target = lambda _proposed: str(target)
    hand.press(care.back_up)
    hand.until(lambda: "Backed up to" in care.banner.text())
    assert target.stat().st_size
    assert hand.events()[0] == "backup made"


def test_a_backup_is_restored_only_when_the_word_is_typed(hand: Hand, tmp_path: Path) -> None:
    page, copy = opened(hand), tmp_path / "copy.sqlite"
    hand.opened.services.backups.back_up(copy).result()
    care = open_part(page, "Database", DatabaseCare)
    care.choose_backup = lambda: str(copy)
    question = hand.opens(care.restore, page, Confirmation)
    assert not question.action.isEnabled()
    hand.write(question.line, "restore")
    hand.press(question.action)
    hand.until(lambda: "at the next start" in care.banner.text())
    assert staged(hand.opened.paths.database).exists()


def test_a_file_that_is_no_backup_is_refused_in_the_dialog(hand: Hand, tmp_path: Path) -> None:
    page, copy = opened(hand), tmp_path / "letter.txt"
    copy.write_text("Dear all")
    care = open_part(page, "Database", DatabaseCare)
    care.choose_backup = lambda: str(copy)
    question = hand.opens(care.restore, page, Confirmation)
    hand.write(question.line, "restore")
    hand.press(question.action)
    hand.until(lambda: "no backup" in question.banner.text())
    assert not staged(hand.opened.paths.database).exists()


def test_compacting_is_asked_about_and_says_what_it_gave_back(hand: Hand) -> None:
    page = opened(hand)
    care = open_part(page, "Database", DatabaseCare)
    hand.press(care.compact)
    hand.press(hand.dialog(page, Confirmation).action)
    hand.until(lambda: "Compacted from" in care.banner.text())


def test_verifying_the_audit_says_what_was_found_and_names_what_was_changed(hand: Hand) -> None:
    hand.opened.services.people.add_user("ana@example.org").result()
    page = opened(hand)
    part = open_part(page, "Database", DatabaseCare).verification
    hand.press(part.verify)
    hand.until(lambda: "written (" in part.banner.text())

    def change(database: Any) -> None:
        database.execute_sql("UPDATE event SET actor = 'eve' WHERE seq = 1")

    hand.opened.store.writer.submit(change).result(60)
    hand.press(part.verify)
    hand.until(lambda: "it was changed after it was written" in part.banner.text())
    assert part.verify.isEnabled()


def test_diagnostics_are_shown_before_they_are_saved_and_hold_no_secret(hand: Hand, tmp_path: Path) -> None:
    hand.opened.services.people.add_user("ana@example.org").result()
    key = hand.opened.services.keys.create("ana@example.org").result()
    logs = hand.opened.paths.logs
    logs.mkdir()
    (logs / "gateway-desktop.log").write_text(f"upstream refused Bearer {key.key}\n")
    hand.opened.services.settings.set("public_url", "https://internal.example").result()
    page = opened(hand)
    page.open_with(section="About")
    dialog = hand.opens(page.about.diagnostics, page, DiagnosticsDialog)
    hand.until(dialog.action.isEnabled)
    shown = dialog.text.toPlainText()
    assert "Users 1" in shown and "public_url = (set)" in shown and "upstream refused" in shown
    assert key.key not in shown and "internal.example" not in shown and "ana@" not in shown
    target = tmp_path / "found.txt"
    dialog.choose_target = lambda: str(target)
    hand.closes(dialog.action, page, DiagnosticsDialog)
    assert target.read_text(encoding="utf-8") == shown


def test_what_is_stored_of_texts_is_chosen_for_each_proxy_under_logging(hand: Hand) -> None:
    hand.opened.services.proxies.add(NewProxy("openai", "https://api.openai.com")).result()
    part = open_part(hand.open(Settings), "Logging", LoggingPart)
    hand.until(lambda: part.form.names() == ("openai",))
    editor = part.form.editor("openai")
    assert isinstance(editor, ChoiceEditor) and editor.value() == "redacted"
    editor.choose("metadata")
    hand.until(lambda: hand.opened.services.proxies.get("openai").result().payloads == "metadata")
    assert hand.events()[0] == "updated"
    hand.press(part.open_log)
    assert hand.went_to[-1] == ("observability", {"tab": "log"})


def test_of_many_proxies_the_first_have_a_field_and_the_others_are_found_by_name(hand: Hand) -> None:
    for n in range(MOST + 2):
        hand.opened.services.proxies.add(NewProxy(f"p{n:02d}", "https://api.example.org")).result()
    part = open_part(hand.open(Settings), "Logging", LoggingPart)
    hand.until(lambda: len(part.form.names()) == MOST)
    assert part.note.text() == "And 2 more: find one by its name."
    hand.write(part.search, "p25")
    editor = part.form.editor("p25")
    assert part.form.names() == ("p25",) and isinstance(editor, ChoiceEditor)
    editor.choose("nothing")
    hand.until(lambda: hand.opened.services.proxies.get("p25").result().payloads == "nothing")
    hand.write(part.search, "other")
    assert part.note.text() == "No proxy has these letters in its name."


def test_in_the_smallest_window_fields_are_wider_than_their_labels_and_all_sections_are_seen(
    hand: Hand,
) -> None:
    page = opened(hand)
    page.resize(MINIMUM[0] - WIDTH, MINIMUM[1] - 50)  # the menu bar and the status bar
    form = page.pages["General"].form
    field = form.editor("window.close")
    hand.until(lambda: field.width() > 2 * field.x())
    last = page.side.item(page.side.count() - 1)
    hand.until(lambda: page.side.viewport().rect().contains(page.side.visualItemRect(last)))
    page.resize(1072, 745)
    hand.until(lambda: field.x() > 200)


def test_no_section_is_cut_on_a_screen_of_683_pixels(hand: Hand) -> None:
    hand.opened.services.proxies.add(NewProxy("openai", "https://api.openai.com")).result()
    page = opened(hand)
    page.resize(683 - WIDTH, 300)

    def fits(title: str) -> bool:
        section = page.pages[title]
        inside = section.widget()
        assert inside is not None
        return inside.isVisible() and inside.minimumSizeHint().width() <= section.viewport().width() < 300

    for section in SECTIONS:
        page.open_with(section=section.title)
        hand.until(partial(fits, section.title))
    general = page.pages["General"].form
    label, closing = general._lines["window.close"].label, general.editor("window.close")
    assert label.geometry().bottom() < closing.y()
    page.open_with(section="General")
    page.resize(1072, 745)
    hand.until(lambda: label.geometry().right() < closing.x())
