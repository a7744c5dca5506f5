"""Who may hold how much of the memory for bodies."""

import pytest

from gateway_desktop.core.errors import GatewayError
from gateway_desktop.gateway.body_memory import FOR_ALL, BodyMemory

HALF = FOR_ALL // 2


def test_one_person_s_bodies_leave_half_of_it_to_others() -> None:
    memory = BodyMemory()
    memory.take("ana", HALF, 0)
    with pytest.raises(GatewayError, match="of yours"):
        memory.take("ana", 1, 0)
    memory.take("ben", HALF, 0)
    with pytest.raises(GatewayError, match="Too many large requests at once"):
        memory.take("eve", 1, 0)
    memory.give_back("ana", HALF)
    memory.take("eve", 1, 0)


def test_one_body_alone_may_be_as_large_as_all_of_it() -> None:
    memory = BodyMemory()
    memory.take("ana", HALF, 0)
    memory.take("ana", HALF, HALF)
    with pytest.raises(GatewayError, match="Too many large requests at once"):
        memory.take("ana", 1, FOR_ALL)
    memory.give_back("ana", FOR_ALL)
    memory.take("ben", FOR_ALL, 0)
