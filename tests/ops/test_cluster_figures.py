"""What `bin/cluster breakpoint` makes of the CPU that each part of the cluster took."""

from cluster.breaking import parts_alone


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
