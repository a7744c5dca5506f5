"""The switch of the gateway."""

from concurrent.futures import Future
from dataclasses import replace

import pytest

from gateway_desktop.core.errors import Unavailable
from gateway_desktop.core.settings import Settings
from gateway_desktop.core.status import GatewayStatus, State
from gateway_desktop.services.administration import resolved
from gateway_desktop.services.gateway_control import GatewayControl
from gateway_desktop.services.setting_layers import Layers
from tests.services.conftest import Office


class Switched:
    """Stands where the gateway stands: listens on paper."""

    def __init__(self, problem: Exception | None = None) -> None:
        self.problem = problem
        self.now = GatewayStatus()

    def start(self, settings: Settings) -> Future[GatewayStatus]:
        if self.problem is not None:
            failed: Future[GatewayStatus] = Future()
            failed.set_exception(self.problem)
            return failed
        self.now = GatewayStatus(State.RUNNING, settings.listen.host, settings.listen.port)
        return resolved(self.now)

    def stop(self, drain: float = 10.0) -> Future[None]:
        self.now = GatewayStatus()
        return resolved(None)

    def status(self) -> GatewayStatus:
        return self.now


def control(office: Office, gateway: Switched) -> GatewayControl:
    return office.with_outside(gateway=gateway).services.gateway_control


def test_starting_and_stopping_are_told(office: Office) -> None:
    switch = control(office, Switched())
    assert switch.start().result().port == 8899
    assert switch.status().state is State.RUNNING
    switch.stop().result()
    assert switch.status().state is State.STOPPED
    assert [event.row.method for event in office.events()] == ["started", "stopped"]
    assert office.events()[0].row.details == "http://127.0.0.1:8899"


def test_a_start_that_fails_says_why_and_is_told(office: Office) -> None:
    switch = control(office, Switched(Unavailable("Port 8899 on 127.0.0.1 is in use by another program")))
    with pytest.raises(Unavailable, match="Port 8899"):
        switch.start().result()
    office.store.writer.submit(lambda _database: None).result()
    event = office.last_event()
    assert (event.row.method, event.row.outcome, event.row.severity) == ("failed", "failure", "warning")
    assert "Port 8899" in event.row.details


def test_another_port_is_saved_and_used(office: Office) -> None:
    switch = control(office, Switched())
    switch.start().result()
    assert switch.restart(port=9001).result().port == 9001
    assert office.services.settings.current().result().listen.port == 9001
    assert switch.restart().result().port == 9001


def test_another_port_goes_before_the_one_that_was_given_at_the_start(office: Office) -> None:
    given = {"listen.port": 9000}
    switch = control(
        replace(office, layers=Layers(office.paths.settings, dict(given), dict(given))), Switched()
    )
    assert switch.start().result().port == 9000
    assert switch.restart(port=9001).result().port == 9001
    assert switch.restart().result().port == 9001


def test_a_process_without_a_gateway_says_so(office: Office) -> None:
    switch = office.services.gateway_control
    assert switch.status() == GatewayStatus()
    for act in (switch.start, switch.stop):
        with pytest.raises(Unavailable, match="runs no gateway"):
            act().result()
