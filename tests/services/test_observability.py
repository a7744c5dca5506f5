"""Figures of the machine, of the log and of the disk."""

import logging
import threading
from datetime import UTC, datetime
from pathlib import Path

from gateway_desktop import logs
from gateway_desktop.core.clock import HOUR_US, now_us
from gateway_desktop.services.housekeeping import Housekeeping
from gateway_desktop.services.log_lines import log_lines
from gateway_desktop.store.queries.observability import growth, history
from gateway_desktop.store.sizes import note_size
from tests.services.conftest import Office


def test_the_machine_is_asked_in_a_thread_of_its_own_and_says_what_is_left(office: Office) -> None:
    found = office.services.observability.machine().result()
    assert 0 < found.process_memory_bytes < found.memory_bytes
    assert 0 < found.disk_free_bytes < found.disk_bytes
    assert found.processors >= 1 and found.threads >= threading.active_count()


def test_the_log_is_read_by_level_the_newest_first_with_tracebacks_whole(
    tmp_path: Path, log_watch: object
) -> None:
    root = logging.getLogger()
    level = root.level
    logs.set_up(tmp_path / "logs", "info")
    try:
        logger = logging.getLogger("a.part")
        logger.info("first")
        try:
            raise ValueError("broken")
        except ValueError:
            logger.info("second", exc_info=True)
        logger.log(logging.INFO, "third\nof two lines")
    finally:
        for handler in [each for each in root.handlers if getattr(each, "ours", False)]:
            root.removeHandler(handler)
            handler.close()
        root.setLevel(level)
    third, second, first = log_lines(logs.log_file(tmp_path / "logs"))
    assert (first.message, first.source, first.level) == ("first", "a.part", "INFO")
    assert second.message.startswith("second\nTraceback") and second.message.endswith("ValueError: broken")
    assert third.message == "third\\nof two lines"
    assert datetime.fromisoformat(third.time).tzinfo == UTC
    assert log_lines(logs.log_file(tmp_path / "logs"), "WARNING") == ()
    assert log_lines(logs.log_file(tmp_path / "logs"), most=1) == (third,)
    assert log_lines(tmp_path / "nowhere") == ()


def test_a_disk_that_gets_low_is_told_once_until_it_has_room_again(office: Office) -> None:
    def told() -> int:
        return [event for event, _ in office.told()].count("disk low")

    housekeeping = Housekeeping(office.store, office.services.settings, office.paths.data)
    housekeeping.close()  # it looks by itself, too
    assert not housekeeping.look_at_disk()
    for times in (1, 2):
        office.services.settings.set("retention.low_disk_mb", 1_000_000).result()
        assert housekeeping.look_at_disk() and housekeeping.look_at_disk()
        assert told() == times
        office.services.settings.set("retention.low_disk_mb", 0).result()
        assert not housekeeping.look_at_disk()


def test_growth_is_what_was_noted_and_unknown_before(office: Office) -> None:
    now = now_us()
    assert office.ask(growth, now) is None
    for hours, size in ((1, 3_000), (0, 4_000)):
        office.store.writer.submit(note_size, now - hours * HOUR_US, size).result()
    assert office.ask(growth, now) is None  # an hour says nothing of a day
    for hours, size in ((24, 1_000), (12, 2_000)):
        office.store.writer.submit(note_size, now - hours * HOUR_US, size).result()
    assert office.ask(growth, now) == 3_000
    starts = tuple(now // HOUR_US * HOUR_US - hours * HOUR_US for hours in range(24, -1, -1))
    sizes = [moment.size_bytes for moment in office.ask(history, starts, now).moments]
    assert (sizes[0], sizes[12], sizes[24], sizes[1]) == (1_000, 2_000, 4_000, None)
