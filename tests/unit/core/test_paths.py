"""Where everything of one data folder lies."""

from pathlib import Path

from gateway_desktop.core.paths import Paths


def test_everything_lies_in_the_data_folder_but_a_key_file_that_was_named() -> None:
    data = Path("/data")
    paths = Paths(data)
    inside = (
        paths.database,
        paths.settings,
        paths.master_key,
        paths.lock,
        paths.logs,
    )
    assert {path.parent for path in inside} == {data}
    assert len({path.name for path in inside}) == len(inside)
    assert Paths(data, Path("/safe/key")).master_key == Path("/safe/key")


def test_the_programs_own_files_are_found() -> None:
    assert (Paths(Path("/data")).resources / "help").is_dir()
