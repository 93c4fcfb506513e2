from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from asset_pipeline.testing.faults import Fault, FaultPlan


def test_a_fault_meets_the_submission_it_was_planned_for() -> None:
    plan = FaultPlan({2: Fault.TRUNCATED, 4: Fault.VANISHED})
    assert [plan.next() for _ in range(5)] == [None, Fault.TRUNCATED, None, Fault.VANISHED, None]
    assert plan.submissions == 5


def test_without_a_plan_nothing_goes_wrong() -> None:
    assert {FaultPlan().next() for _ in range(10)} == {None}


def test_a_random_plan_is_the_same_every_time() -> None:
    """A failure that cannot be had again cannot be mended."""
    first, again = (FaultPlan.random(3, 0.5) for _ in range(2))
    assert [first.next() for _ in range(50)] == [again.next() for _ in range(50)]


def test_a_random_plan_keeps_to_its_share_and_its_kinds() -> None:
    plan = FaultPlan.random(3, 0.25, (Fault.TOO_LARGE, Fault.HTML_BODY))
    met = [plan.next() for _ in range(1000)]
    assert 200 < sum(fault is not None for fault in met) < 300
    assert set(met) == {None, Fault.TOO_LARGE, Fault.HTML_BODY}
    assert FaultPlan.random(3, 0.0).next() is None
    assert FaultPlan.random(3, 1.0, ()).next() is None


def test_a_larger_share_keeps_the_faults_of_a_smaller_one() -> None:
    few, many = FaultPlan.random(9, 0.1), FaultPlan.random(9, 0.5)
    pairs = [(few.next(), many.next()) for _ in range(300)]
    assert all(more is less for less, more in pairs if less is not None)


def test_many_threads_share_one_count() -> None:
    plan = FaultPlan({500: Fault.JOB_FAILED})
    with ThreadPoolExecutor(16) as pool:
        met = list(pool.map(lambda _: plan.next(), range(1000)))
    assert met.count(Fault.JOB_FAILED) == 1
    assert plan.submissions == 1000
