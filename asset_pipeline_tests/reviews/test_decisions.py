"""What people decided is kept one by one, is never replaced, and comes to the same for everybody."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asset_pipeline.errors import DecisionRefused, ObjectNotFound, StoreError
from asset_pipeline.reviews.candidates import Candidate
from asset_pipeline.reviews.deciding import Wish, candidate_number, decide
from asset_pipeline.reviews.decisions import Action, Decision, Standing, decisions_of, keep_decision
from asset_pipeline.reviews.places import Place, places
from asset_pipeline.storage.folder import FolderStore
from asset_pipeline.storage.keys import candidates_key, reviews_prefix
from asset_pipeline_tests.reviews.drawn import FROG, NIGHT_FROG, NOON, decided, draw, picture_of


def kept(store: FolderStore, place: Place = FROG) -> list[str]:
    return list(store.list_keys(reviews_prefix(*place)))


# Deciding ---------------------------------------------------------------------------------------------------------


def test_a_decision_keeps_who_when_why_and_the_picture_s_hash(store: FolderStore) -> None:
    draw(store)
    decided(store, "reject", 2, "three legs")
    [decision] = decisions_of(store, *FROG).decisions

    assert (decision.action, decision.who, decision.when, decision.why) == (
        "reject",
        "Ann",
        NOON,
        "three legs",
    )
    assert decision.picture == picture_of(store, 2)
    [key] = kept(store)
    assert key.startswith("reviews/pond/frog/20261124T120000.000000Z-")


def test_what_nobody_decided_about_stands_empty(store: FolderStore) -> None:
    standing = decisions_of(store, *FROG)

    assert (standing.pinned, standing.approved, standing.rejected) == (None, frozenset(), frozenset())


def test_the_later_judgement_of_a_picture_counts_and_the_earlier_one_is_kept(store: FolderStore) -> None:
    draw(store)
    decided(store, "approve", 0)
    decided(store, "approve", 1, minute=1)
    decided(store, "reject", 0, minute=2)
    standing = decisions_of(store, *FROG)

    assert standing.approved == {picture_of(store, 1)}
    assert standing.rejected == {picture_of(store, 0)}
    assert [d.action for d in standing.about(picture_of(store, 0))] == ["approve", "reject"]
    decided(store, "approve", 0, minute=3)
    assert decisions_of(store, *FROG).rejected == frozenset()


def test_a_pin_outlives_the_generation_it_was_drawn_in(store: FolderStore) -> None:
    """A backfill replaces the record of candidates; the pinned one must still be there, whole."""
    pinned = draw(store).candidates[1]
    decided(store, "pin", 1)
    draw(store, seed=50)

    assert decisions_of(store, *FROG).pinned == pinned


def test_the_last_pin_holds_until_it_is_taken_back(store: FolderStore) -> None:
    record = draw(store)
    decided(store, "pin", 1)
    decided(store, "pin", 2, minute=1)
    assert decisions_of(store, *FROG).pinned == record.candidates[2]

    decided(store, "unpin", why="", minute=2)
    assert decisions_of(store, *FROG).pinned is None
    assert decisions_of(store, *FROG).decisions[-1].picture == picture_of(store, 2)


def test_packs_are_decided_about_one_by_one(store: FolderStore) -> None:
    noon_frog = NIGHT_FROG._replace(pack="noon")
    draw(store, NIGHT_FROG)
    draw(store, noon_frog)
    decided(store, "pin", 0, place=NIGHT_FROG)

    assert decisions_of(store, *noon_frog).decisions == ()
    assert places(store, "lake") == [NIGHT_FROG, noon_frog]
    assert places(store, "pond") == []


def test_a_reason_may_be_left_out_of_an_approval_and_of_an_unpin(store: FolderStore) -> None:
    draw(store)
    decided(store, "approve", 0, why="")
    decided(store, "pin", 0, minute=1)
    decided(store, "unpin", why="", minute=2)

    assert len(kept(store)) == 3


# Refusals ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("action", ["reject", "pin"])
def test_without_a_reason_and_a_name_nothing_is_written_and_both_are_asked_for(
    store: FolderStore, action: Action
) -> None:
    draw(store)
    wish = Wish(action=action, picture=picture_of(store, 0), who=" ", why=" \n")
    with pytest.raises(
        DecisionRefused, match=f"pond/frog: nobody is named .*; a reason .* why you {action} it"
    ):
        decide(store, FROG, wish)

    assert kept(store) == []


def test_a_pinned_picture_cannot_be_rejected_nor_a_rejected_one_pinned(store: FolderStore) -> None:
    draw(store)
    decided(store, "pin", 0)
    decided(store, "reject", 1)
    with pytest.raises(
        DecisionRefused, match="candidate 1 is pinned, so it cannot be rejected; unpin it first"
    ):
        decided(store, "reject", 0)
    with pytest.raises(
        DecisionRefused, match="candidate 2 is rejected, so it cannot be pinned; approve it first"
    ):
        decided(store, "pin", 1)

    assert len(kept(store)) == 2


def test_a_picture_that_is_no_candidate_is_refused_with_those_there_are(store: FolderStore) -> None:
    """Somebody else may have drawn the sprite anew since the page was opened."""
    draw(store)
    before = picture_of(store, 0)
    record = draw(store, seed=50)
    with pytest.raises(DecisionRefused) as refused:
        decide(store, FROG, Wish(action="approve", picture=before, who="Ann"))

    assert before in str(refused.value)
    for candidate in record.candidates:
        assert f"{candidate.label} ({candidate.picture})" in str(refused.value)
    with pytest.raises(DecisionRefused, match=r"pond/frog has no candidate 4; there is 1 \(blobs/"):
        candidate_number(store, FROG, "4")


def test_a_candidate_whose_picture_is_gone_is_refused(store: FolderStore) -> None:
    draw(store)
    store.delete(picture_of(store, 1))
    with pytest.raises(
        DecisionRefused, match=r"candidate 2 of pond/frog is gone: there is no file:///.*; there is 1"
    ):
        decided(store, "pin", 1)


def test_where_nothing_was_drawn_or_pinned_there_is_nothing_to_decide(store: FolderStore) -> None:
    with pytest.raises(DecisionRefused, match="nothing was drawn for pond/frog yet; materialize it first"):
        decide(store, FROG, Wish(action="approve", picture="blobs/ab/ab.png", who="Ann"))
    with pytest.raises(DecisionRefused, match="pond/frog: no candidate is pinned"):
        decided(store, "unpin")


def test_a_pin_can_be_taken_back_when_its_candidates_are_gone(store: FolderStore) -> None:
    draw(store)
    decided(store, "pin", 0)
    store.delete(candidates_key(*FROG))
    decided(store, "unpin", minute=1)

    assert decisions_of(store, *FROG).pinned is None


@pytest.mark.parametrize("damage", [b"", b"{}", b"\xff", b'{"action": "like"}'])
def test_a_damaged_decision_is_one_message_that_names_it(store: FolderStore, damage: bytes) -> None:
    """To guess would be to use a picture that somebody rejected."""
    draw(store)
    decided(store, "reject", 0)
    [key] = kept(store)
    store.put(key, damage, content_type="application/json")
    with pytest.raises(StoreError, match=f"{store.uri(key)} is no decision"):
        decisions_of(store, *FROG)


# Order ------------------------------------------------------------------------------------------------------------


def test_a_decision_comes_after_those_that_were_seen_also_by_a_slow_clock(store: FolderStore) -> None:
    """Who unpins by a machine whose clock is behind means the pin they see."""
    draw(store)
    decided(store, "pin", 0, minute=10)
    decided(store, "unpin", minute=0)

    assert decisions_of(store, *FROG).pinned is None


def test_decisions_of_the_same_moment_all_stay_and_have_one_order(store: FolderStore) -> None:
    """Two people decided at once, neither saw the other's decision."""
    record = draw(store)
    pins = [
        Decision(action="pin", picture=c.picture, who="Ann", when=NOON, why="so", candidate=c)
        for c in record.candidates
    ]
    by_key = {keep_decision(store, *FROG, pin): pin for pin in pins}

    assert decisions_of(store, *FROG).decisions == tuple(by_key[key] for key in sorted(by_key))
    assert len(by_key) == 3


def test_keys_sort_as_their_times_do(store: FolderStore) -> None:
    moments = [NOON + timedelta(microseconds=10**n) for n in range(14)]
    moments += [datetime(2030, 1, 1, tzinfo=UTC)]
    made = [
        keep_decision(store, *FROG, Decision(action="unpin", picture="blobs/x", who="Ann", when=moment))
        for moment in reversed(moments)
    ]

    assert sorted(made) == made[::-1]


def candidate(number: int) -> Candidate:
    return Candidate(
        number=number, seed=number, images=(f"blobs/{number}",), receipts=(), outcome="pass", score=0.5
    )


def decision(action: Action, number: int) -> Decision:
    return Decision(
        action=action,
        picture=f"blobs/{number}",
        who="Ann",
        when=NOON,
        why="so",
        candidate=candidate(number) if action == "pin" else None,
    )


actions: st.SearchStrategy[Action] = st.sampled_from(["approve", "reject", "pin", "unpin"])


@given(st.lists(st.builds(decision, actions, st.integers(0, 2)), max_size=12))
def test_no_picture_is_two_things_at_once_whatever_came_together(decisions: list[Decision]) -> None:
    """Decisions of two people may contradict each other; what a run makes of them must not."""
    standing = Standing(tuple(decisions))

    assert not standing.approved & standing.rejected
    assert standing.pinned is None or standing.pinned.picture not in standing.rejected
    judged = {d.picture for d in decisions if d.action in ("approve", "reject")}
    assert standing.approved | standing.rejected <= judged
    assert Decision.model_validate_json(decision("pin", 1).model_dump_json()) == decision("pin", 1)


def test_blobs_are_not_touched_by_deciding(store: FolderStore) -> None:
    draw(store)
    before = [key for key in store.list_keys() if not key.startswith("reviews/")]
    decided(store, "pin", 0)
    decided(store, "reject", 1)

    assert [key for key in store.list_keys() if not key.startswith("reviews/")] == before
    with pytest.raises(ObjectNotFound):
        store.get("reviews/pond/frog")
