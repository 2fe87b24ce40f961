"""bin/cluster up | down [--remove] | status | prove [--short] [--clients N] [--seconds N] | breakpoint [--seconds N]."""

import argparse
import sys

from neural_threads.local.postgres_binaries import CannotStart


def main() -> int:
    """Exit code 1 when something is wrong: a program that is not ready, a promise that was not kept."""
    parser = argparse.ArgumentParser(prog="bin/cluster", description="An installation of three machines, on this one.")
    verbs = parser.add_subparsers(dest="verb", required=True)
    verbs.add_parser("up", help="build what is not there, start what does not run")
    down = verbs.add_parser("down", help="stop everything")
    down.add_argument("--remove", action="store_true", help="and remove its data")
    verbs.add_parser("status", help="what runs where, and what is wrong")
    prove = verbs.add_parser("prove", help="let people use it while it is hurt, then count")
    prove.add_argument("--short", action="store_true", help="few people, the four faults that tell most")
    prove.add_argument("--clients", type=int, help="200; 24 in the short form")
    prove.add_argument("--seconds", type=float, default=8.0, help="how long each fault lasts, 8")
    prove.add_argument("--only", default="", help="faults by their names, separated by commas")
    prove.add_argument(
        "--since", default="", help="a revision of the history that is upgraded to ours; else ours to a next one"
    )
    prove.add_argument("--into", default="", help="a file for the table, in Markdown")
    breaking = verbs.add_parser("breakpoint", help="a ramp without an end over one web node, then over two")
    breaking.add_argument("--seconds", type=float, default=6.0, help="how long each step lasts, 6")
    arguments = parser.parse_args()

    from .building import Cluster

    try:
        cluster = Cluster.here()
        if arguments.verb == "up":
            cluster.up()
        elif arguments.verb == "down":
            cluster.down(remove=arguments.remove)
            return 0
        elif arguments.verb == "prove":
            from .proof import prove as proved

            return proved(cluster, arguments)
        elif arguments.verb == "breakpoint":
            from .breaking import break_point

            return break_point(cluster, arguments.seconds)
        return _status(cluster)
    except (CannotStart, TimeoutError) as reason:
        print(reason, file=sys.stderr)
        return 1


def _status(cluster) -> int:  # type: ignore[no-untyped-def]
    faults = cluster.health.faults()
    by = "a network namespace each" if cluster.places.namespaces else "an address of loopback each"
    print(f"Three machines, {by}; data in {cluster.folder}")
    for machine in (1, 2, 3, 4):
        names = [f"{each.name}{'' if each.is_running else ' (down)'}" for each in cluster.layout.on(machine)]
        enter = " ".join(cluster.places.on(machine))
        print(f"  {cluster.places.address(machine):<14} {', '.join(names)}" + (f"    [{enter}]" if enter else ""))
    print(f"Primary on machine {cluster.health.leader()}, synchronous standby on {cluster.health.synchronous()}")
    print("\n".join(f"wrong: {fault}" for fault in faults) or f"All is well: {cluster.url}")
    return int(bool(faults))


if __name__ == "__main__":
    raise SystemExit(main())
