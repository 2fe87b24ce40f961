"""The figures of several processes as one answer that Prometheus can read."""

from prometheus_client.parser import text_string_to_metric_families

from neural_threads.platform.sibling_metrics import merged

ONE = b"""# HELP threads_requests_total Requests answered
# TYPE threads_requests_total counter
threads_requests_total{method="GET",route="/a b"} 3.0
# HELP threads_loop_lag_seconds Lateness
# TYPE threads_loop_lag_seconds gauge
threads_loop_lag_seconds 0.25
"""


def test_a_metric_of_both_is_one_family_with_a_sample_of_each() -> None:
    text = merged([(0, ONE), (1, ONE.replace(b"3.0", b"4.0"))]).decode()
    families = {family.name: family for family in text_string_to_metric_families(text)}
    assert text.count("# TYPE threads_requests_total") == 1
    samples = families["threads_requests"].samples
    assert [(sample.labels["process"], sample.value) for sample in samples] == [("1", 3.0), ("2", 4.0)]
    assert samples[0].labels["route"] == "/a b"
    assert [sample.labels for sample in families["threads_loop_lag_seconds"].samples] == [
        {"process": "1"},
        {"process": "2"},
    ]
