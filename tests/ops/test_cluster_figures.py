"""What `bin/cluster` makes of what it saw: the CPU that each part took, and answers that nobody should get."""

from cluster.breaking import parts_alone
from cluster.people import Strange
from cluster.proof import strange_answers


def test_the_part_that_ends_first_is_known_by_the_cpu_that_it_took() -> None:
    # 100 requests a second; the first web node is also busy while nobody is there.
    used = {"web1": 35.0, "web2": 20.0, "postgres1": 3.0, "postgres2": 50.0, "proxy3": 5.0, "pgbouncer1": 4.0}
    idle = {"web1": 5.0, "postgres2": 10.0}
    one, two = (parts_alone(used, idle, 100.0, leader=2, nodes=nodes) for nodes in (1, 2))
    assert one["server processes"]["ms"] == 3.0
    assert two["server processes"] == {"cores": 2, "ms": 5.0, "people": 1700}
    assert two["the primary"] == {"cores": 2, "ms": 4.0, "people": 2125}
    assert two["a standby"]["ms"] == 0.3
    assert one["Redis"]["people"] is None, "what takes nothing is no limit"
    assert min(part["people"] for part in two.values() if part["people"]) == 1700


def test_without_a_step_that_held_there_is_no_figure() -> None:
    assert all(part["people"] is None for part in parts_alone({}, {}, 0.0, leader=1, nodes=2).values())


def test_an_answer_that_nobody_should_get_is_told_with_its_code_and_its_fault() -> None:
    refused = b'{"success":false,"error":{"code":"INTERNAL","message":"..."}}'
    paths = [f"/api/chat/c{n:024d}/read?x={n}" for n in range(2)]
    several = [Strange.of(500, "POST", path, refused, "kill the primary") for path in paths]
    one = Strange.of(408, "GET", "/api/chat", b"<html>Request Time-out", "freeze a web node")
    *_, first, second = strange_answers([*several, one])
    assert first == "| 500 | POST /api/chat/…/read | INTERNAL | kill the primary | 2 |"
    assert second.startswith("| 408 | GET /api/chat | b'<html>Request Time-out' | freeze a web node |")
    assert not list(strange_answers([]))
