"""Looking at paid work from a terminal, and deciding about what nobody can tell."""

from __future__ import annotations

import time
from decimal import Decimal

import pytest

from asset_pipeline.jobs.journal import Journal
from asset_pipeline.jobs.records import Purpose
from asset_pipeline.jobs.schema import ATTEMPTS
from asset_pipeline.providers.operations import TextToImage
from asset_pipeline.providers.remote import Ticket
from asset_pipeline.testing.runpod import RunPodDouble
from asset_pipeline_tests.cli.conftest import Shell
from asset_pipeline_tests.jobs.at_hand import CENTS_2, delivered, sent, states, work

FROG = TextToImage(prompt="a frog", width_px=64, height_px=64, seed=1)


def filled(journal: Journal, owner: str) -> None:
    """One request in each of four states."""
    now = time.time()
    delivered(journal, work("aa", Purpose("pond", "", "frog", "run-7")), owner, now=now - 7200)
    sent(journal, work("ab", Purpose("pond", "night", "reed")), owner, now=now - 60, job_id="job-ab")
    unknown = sent(journal, work("ba", Purpose("lake", "", "fish")), owner, now=now - 5)
    journal.uncertain(unknown.token, unknown.quote.worst_usd, "the connection was reset")
    sent(journal, work("bb", Purpose()), owner, now=now)


def left_behind(shell: Shell) -> None:
    """Have a run killed while its job is at RunPod."""
    with shell.studio() as studio:
        provider = studio.router.remote["runpod"]

        def killed(_: Ticket) -> None:
            raise KeyboardInterrupt

        provider.look = killed  # type: ignore[method-assign,assignment]
        with pytest.raises(KeyboardInterrupt):
            studio.router.run(FROG, {}, Purpose("pond", "", "frog"))


# Looking ----------------------------------------------------------------------------------------------------------


def test_an_empty_journal_is_told_so(shell: Shell) -> None:
    assert shell("jobs", "list").output == "no paid requests\n"


def test_the_list_has_a_line_for_every_request_the_newest_last_and_what_they_count_for(
    shell: Shell, me: str
) -> None:
    with shell.journal() as journal:
        filled(journal, me)
    out = shell("jobs", "list").output

    lines = out.splitlines()
    assert [line.split()[:2] for line in lines[1:5]] == [
        ["aa0000000000", "delivered"],
        ["ab0000000000", "accepted"],
        ["ba0000000000", "uncertain"],
        ["bb0000000000", "sending"],
    ]
    assert "pond/night/reed" in lines[2]
    assert "$0.05  estimated" in lines[3]
    assert "a single try" in lines[4]
    assert lines[1].endswith("2 h")
    assert lines[-1] == "4 requests, $0.11"


@pytest.mark.parametrize(
    ("options", "shown"),
    [
        (["--game", "pond"], ["aa", "ab"]),
        (["--state", "uncertain"], ["ba"]),
        (["--open"], ["ab", "ba", "bb"]),
        (["--game", "pond", "--open"], ["ab"]),
        (["--limit", "2"], ["ba", "bb"]),
        (["--game", "nosuch"], []),
    ],
)
def test_the_list_can_be_narrowed_down(shell: Shell, me: str, options: list[str], shown: list[str]) -> None:
    with shell.journal() as journal:
        filled(journal, me)
    lines = shell("jobs", "list", *options).output.splitlines()

    assert [line[:2] for line in lines if line[2:12] == "0" * 10] == shown


def test_everything_about_one_piece_of_work_is_shown(shell: Shell, me: str) -> None:
    with shell.journal() as journal:
        filled(journal, me)
    out = shell("jobs", "show", "aa").output

    for told in ("pond/frog", "run-7", "job-aa", "$0.02 (charged)", "at worst $0.05", "2 h ago"):
        assert told in out
    assert "result: blobs/aa/aa.png" in out
    assert '"cost_usd": "0.02"' in out
    assert "the connection was reset" in shell("jobs", "show", "ba").output


@pytest.mark.parametrize(
    ("prefix", "says"),
    [
        ("a", "several pieces of work begin with 'a'"),
        ("f", "no piece of work begins with 'f'"),
        ("%", "no piece of work begins with '%'"),
        ("a_", "no piece of work begins with 'a_'"),
        ("", "several pieces of work begin with ''"),
    ],
)
@pytest.mark.parametrize("command", [["show"], ["give-up"]])
def test_a_name_that_fits_none_or_several_is_one_message(
    shell: Shell, me: str, prefix: str, says: str, command: list[str]
) -> None:
    with shell.journal() as journal:
        filled(journal, me)
    result = shell("jobs", *command, prefix)

    assert result.exit_code == 1
    assert says in result.output
    assert "asset-pipeline jobs list" in result.output


# Bringing home ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["resume", "reconcile"])
def test_where_nothing_was_left_behind_there_is_nothing_to_do(shell: Shell, command: str) -> None:
    result = shell("jobs", command)

    assert (result.exit_code, result.output) == (
        0,
        "nothing to do: every paid job is over, or somebody watches it\n",
    )


def test_a_killed_runs_job_is_brought_home_and_not_paid_again(shell: Shell, runpod: RunPodDouble) -> None:
    left_behind(shell)
    result = shell("jobs", "resume")

    assert result.exit_code == 0, result.output
    assert result.output.endswith("pond/frog: delivered\n")
    assert len(runpod.invoice) == 1
    with shell.journal() as journal:
        assert states(journal) == ["delivered"]


def test_a_job_whose_id_is_known_is_not_reconciled_but_resumed(shell: Shell, runpod: RunPodDouble) -> None:
    left_behind(shell)

    assert "nothing to do" in shell("jobs", "reconcile").output
    assert len(runpod.invoice) == 1


def test_without_a_provider_what_was_left_behind_says_how_to_find_out(shell: Shell, dead_owner: str) -> None:
    with shell.journal() as journal:
        sent(journal, work("a"), dead_owner, job_id="job-a", now=time.time())
    result = shell("jobs", "resume")

    assert result.exit_code == 1
    assert "asset-pipeline doctor" in result.output


def test_another_providers_job_is_named_and_left(shell: Shell, runpod: RunPodDouble, dead_owner: str) -> None:
    with shell.journal() as journal:
        sent(journal, work("a", provider="scenario"), dead_owner, job_id="job-a", now=time.time())
    result = shell("jobs", "resume")

    assert result.exit_code == 1
    assert "scenario is not configured here" in result.output
    assert runpod.invoice == []


def test_what_nobody_can_tell_is_a_persons_to_decide(
    shell: Shell, runpod: RunPodDouble, dead_owner: str
) -> None:
    """RunPod has no list of jobs in which a lost one could be found."""
    with shell.journal() as journal:
        sent(journal, work("a"), dead_owner, now=time.time() - 7200)
    result = shell("jobs", "reconcile")

    assert result.exit_code == 1
    assert "asset-pipeline jobs give-up a00000000000" in result.output
    with shell.journal() as journal:
        assert states(journal) == ["uncertain"]
    assert runpod.invoice == []


# Giving up --------------------------------------------------------------------------------------------------------


def uncertain(shell: Shell, owner: str) -> None:
    with shell.journal() as journal:
        made = sent(journal, work("a"), owner, now=time.time())
        journal.uncertain(made.token, made.quote.worst_usd, "reset")


def test_giving_up_is_asked_about_first(shell: Shell, dead_owner: str) -> None:
    uncertain(shell, dead_owner)
    result = shell("jobs", "give-up", "a", answer="n\n")

    assert result.exit_code == 1
    assert "pond/frog may have been paid for" in result.output
    with shell.journal() as journal:
        assert states(journal) == ["uncertain"]


def test_what_is_given_up_stays_counted_at_its_worst_and_may_be_paid_for_anew(
    shell: Shell, dead_owner: str, me: str
) -> None:
    uncertain(shell, dead_owner)
    result = shell("jobs", "give-up", "a", answer="y\n")

    assert result.exit_code == 0
    assert "pond/frog may be paid for anew" in result.output
    with shell.journal() as journal:
        [given_up] = journal.attempts()
        assert (given_up.state, given_up.cost_usd) == ("abandoned", CENTS_2.worst_usd)
        again = sent(journal, work("a"), me, now=time.time())
        assert again.state == "sending"


def test_what_was_only_handed_over_to_be_sent_is_taken_back_and_cost_nothing(
    shell: Shell, dead_owner: str
) -> None:
    with shell.journal() as journal:
        sent(journal, work("a"), dead_owner, now=time.time())
        with journal.engine.begin() as connection:
            connection.execute(ATTEMPTS.update().values(state="intended"))
    result = shell("jobs", "give-up", "a")

    assert (result.exit_code, result.output) == (0, "taken back; pond/frog was not sent, and cost nothing\n")
    with shell.journal() as journal:
        [taken_back] = journal.attempts()
        assert (taken_back.state, taken_back.cost_usd) == ("refused", Decimal(0))


@pytest.mark.parametrize("state", ["failed", "delivered", "refused"])
def test_what_is_known_cannot_be_given_up(shell: Shell, dead_owner: str, state: str) -> None:
    with shell.journal() as journal:
        made = sent(journal, work("a"), dead_owner, job_id="job-a", now=time.time())
        with journal.engine.begin() as connection:
            connection.execute(ATTEMPTS.update().values(state=state))
    result = shell("jobs", "give-up", "--yes", "a")

    assert result.exit_code == 1
    assert f"a00000000000 is {state}; its outcome is known" in result.output
    assert made.cost_usd == CENTS_2.usd


@pytest.mark.parametrize(("ago_s", "said"), [(10, "on its way yet"), (60, "may be paid for anew")])
def test_what_a_courier_may_be_sending_yet_is_given_up_only_later(
    shell: Shell, dead_owner: str, ago_s: int, said: str
) -> None:
    """The run was killed, and the request that outlives it would be paid for beside the one of the next run."""
    with shell.journal() as journal:
        sent(journal, work("a"), dead_owner, now=time.time() - ago_s)
    result = shell("jobs", "give-up", "a", "--yes")

    assert said in result.output
    with shell.journal() as journal:
        assert states(journal) == ["sending" if ago_s < 45 else "abandoned"]


def test_what_a_run_is_sending_right_now_cannot_be_given_up(shell: Shell, living_owner: str) -> None:
    """It would be sent a second time the moment its answer is late."""
    with shell.journal() as journal:
        sent(journal, work("a"), living_owner, now=time.time())
    result = shell("jobs", "give-up", "--yes", "a")

    assert result.exit_code == 1
    assert "a run is at work on a00000000000" in result.output
    with shell.journal() as journal:
        assert states(journal) == ["sending"]


# Cancelling -------------------------------------------------------------------------------------------------------


def test_a_cancelled_job_is_stopped_at_its_provider_and_written_off(shell: Shell) -> None:
    from asset_pipeline.testing.serving import variables_for  # noqa: PLC0415 - a double of its own

    with RunPodDouble(queue_s=3600) as double:
        shell.set(**variables_for("runpod", double.url))
        left_behind(shell)
        with shell.journal() as journal:
            [made] = journal.attempts()
        result = shell("jobs", "cancel", made.fingerprint[:8])
        asked = [path for _, path in double.requests if "cancel" in path]

    assert result.exit_code == 0
    assert len(asked) == 1
    assert "cancel" in result.output.lower()
    with shell.journal() as journal:
        [over] = journal.attempts()
        assert (over.state, over.cost_usd) == ("failed", Decimal(0))


def test_only_a_job_that_was_accepted_can_be_cancelled(
    shell: Shell, runpod: RunPodDouble, dead_owner: str
) -> None:
    uncertain(shell, dead_owner)
    result = shell("jobs", "cancel", "a")

    assert result.exit_code == 1
    assert "a00000000000 is uncertain; only an accepted job can be cancelled" in result.output
    assert not [path for _, path in runpod.requests if "cancel" in path]
