from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest

from asset_pipeline.errors import BadResult, ProviderRejected, ProviderUnavailable
from asset_pipeline.imaging.png import decode_image
from asset_pipeline.providers.capabilities import Sizes
from asset_pipeline.providers.operations import ControlNet, DecomposeLayers, Lora, RemoveBackground
from asset_pipeline.providers.remote import (
    Ceilings,
    Lost,
    Money,
    Prepared,
    Queued,
    Running,
    Succeeded,
    Ticket,
)
from asset_pipeline.providers.scenario import ScenarioProvider
from asset_pipeline.providers.scenario.catalogue import CARDS
from asset_pipeline.testing.double import Phase
from asset_pipeline.testing.faults import Fault, FaultPlan
from asset_pipeline.testing.pictures import picture
from asset_pipeline.testing.scenario import ScenarioDouble
from asset_pipeline_tests.providers.scenario.conftest import (
    Driver,
    MakeDouble,
    MakeProvider,
    cut_out,
    guided,
    knight,
    with_job,
)


def size_of(data: bytes) -> tuple[int, int]:
    height, width = decode_image(data, what="a picture").shape[:2]
    return width, height


def paid(double: ScenarioDouble) -> int:
    return len([path for method, path in double.requests if "/generate/" in path])


def test_a_picture_is_drawn_from_words_by_the_default_model(double: ScenarioDouble, driver: Driver) -> None:
    (png,) = driver.delivered(knight())
    assert size_of(png) == (128, 128)
    assert [line.model for line in double.invoice] == ["model_bfl-flux-1-dev"]


def test_a_guide_is_uploaded_once_and_decides_the_shape(double: ScenarioDouble, driver: Driver) -> None:
    first, second = driver.submitted(guided()), driver.submitted(guided(seed=8))
    assert first.notes["body"]["image"] == second.notes["body"]["image"]
    assert [path for _, path in double.requests].count("/v1/assets") == 1
    assert size_of(driver.provider.fetch(first, driver.done(first))[0]) == (128, 128)


def test_the_same_bytes_are_uploaded_once_for_two_operations(double: ScenarioDouble, driver: Driver) -> None:
    """A picture to cut out is often the very one that was cut out by another model before."""
    driver.prepared(cut_out())
    driver.prepared(cut_out(model="bria"))
    assert [path for _, path in double.requests].count("/v1/assets") == 1


def test_a_subject_is_cut_out(driver: Driver) -> None:
    (png,) = driver.delivered(cut_out())
    alpha = decode_image(png, what="a cut-out")[..., 3]
    assert alpha.min() == 0
    assert alpha.max() > 200


def test_a_scene_is_split_into_as_many_layers_as_asked(driver: Driver) -> None:
    scene = picture("hills under a wide sky", 96, 64, 5)
    layers = driver.delivered(DecomposeLayers(image=scene, layer_count=3, prompt="hills", seed=4))
    assert [size_of(layer) for layer in layers] == [(96, 64)] * 3


def test_cropped_layers_come_back_on_the_canvas_of_their_scene(
    double: ScenarioDouble, driver: Driver
) -> None:
    """Some models cut each layer to its own box; laid over each other they must still make the scene."""
    scene = picture("hills under a wide sky", 96, 64, 5)
    request = DecomposeLayers(image=scene, layer_count=3)
    whole = driver.delivered(request)
    double.cropped_layers = True
    ticket = driver.submitted(request)
    done = driver.done(ticket)
    assert any("bbox" in row for row in done.outputs["assets"])
    again = driver.provider.fetch(ticket, done)
    for layer, same in zip(whole, again, strict=True):
        alpha = [decode_image(data, what="a layer")[..., 3] for data in (layer, same)]
        assert (alpha[0] == alpha[1]).all()


def test_a_size_the_model_does_not_take_is_fitted_and_both_sizes_are_noted(driver: Driver) -> None:
    ticket = driver.prepared(knight(width_px=100, height_px=50)).ticket
    assert ticket.wanted_px == (100, 50)
    assert ticket.sent_px == (256, 128)


def test_every_setting_of_a_drawing_reaches_the_model(double: ScenarioDouble, driver: Driver) -> None:
    asked = guided(
        steps=12,
        guidance_scale=4.5,
        denoise_strength=0.6,
        loras=(Lora(name="model_trainedStyle1", strength=0.8), Lora(name="model_other", strength=0.5)),
        controlnets=(ControlNet(image=picture("a box", 64, 64, 2), control="depth", strength=0.6, end=0.9),),
    )
    body = driver.submitted(asked).notes["body"]
    assert body["numInferenceSteps"] == 12
    assert (body["guidance"], body["strength"]) == (4.5, 0.6)
    assert body["loras"] == ["model_trainedStyle1", "model_other"]
    assert body["lorasScale"] == [0.8, 0.5]
    assert (body["controlModality"], body["controlStrength"]) == ("depth", 0.6)
    assert (body["controlStart"], body["controlEnd"]) == (0.0, 0.9)
    assert body["controlImage"] != body["image"]
    (line,) = double.invoice
    assert line.usd == Decimal("10.75") * Decimal("0.0090")


def test_the_quote_is_the_invoice_to_the_last_digit(double: ScenarioDouble, driver: Driver) -> None:
    """Creative units are decimals; a price of 10.75 read as 10 would break every budget slowly."""
    charged, quoted = Decimal(0), Decimal(0)
    requests = (
        knight(),
        knight(model="retro-plus"),
        knight(model="gpt-image-2"),
        cut_out(),
        cut_out(model="birefnet"),
    )
    for request in requests:
        prepared = driver.prepared(request)
        done = driver.done(with_job(prepared.ticket, driver.provider.submit(prepared)))
        assert prepared.quote.basis == "quoted"
        assert done.cost == Money(prepared.quote.usd, "charged")
        quoted, charged = quoted + prepared.quote.usd, charged + done.cost.usd
    assert quoted == charged == double.total_usd


def test_the_rate_of_a_unit_is_configurable(double: ScenarioDouble, connect: MakeProvider) -> None:
    dear = Driver(connect(double, usd_per_cu=Decimal("0.02")))
    assert dear.prepared(cut_out()).quote.usd == Decimal("0.06")


def test_a_dry_run_makes_no_job_and_costs_nothing(double: ScenarioDouble, driver: Driver) -> None:
    driver.prepared(knight())
    assert double.invoice == []
    assert double.faults.submissions == 0


def test_waiting_and_running_are_told_apart(make_double: MakeDouble, connect: MakeProvider) -> None:
    slow, stuck = make_double(run_s=60), make_double(queue_s=60)
    running = Driver(connect(slow))
    assert running.provider.look(running.submitted(knight())) == Running(0.5)
    waiting = Driver(connect(stuck))
    assert waiting.provider.look(waiting.submitted(knight())) == Queued()


def test_an_unknown_word_for_a_job_is_not_an_end(make_double: MakeDouble, connect: MakeProvider) -> None:
    """The door's deadline ends such a job; calling it failed would throw paid work away."""
    double = make_double(run_s=60)
    double.status_words[Phase.RUNNING] = "post-processing"
    driver = Driver(connect(double))
    assert driver.provider.look(driver.submitted(knight())) == Running(0.5)


def test_a_job_that_is_done_in_its_first_reply_is_seen_to_be_done(
    make_double: MakeDouble, connect: MakeProvider
) -> None:
    driver = Driver(connect(make_double(run_s=0)))
    ticket = driver.submitted(cut_out())
    assert isinstance(driver.provider.look(ticket), Succeeded)


def test_how_long_a_job_waited_and_ran_is_read_from_its_history(
    make_double: MakeDouble, connect: MakeProvider
) -> None:
    driver = Driver(connect(make_double(queue_s=0.03, run_s=0.05)))
    done = driver.done(driver.submitted(knight()))
    assert done.queue_s == pytest.approx(0.03, abs=0.002)
    assert done.run_s == pytest.approx(0.05, abs=0.002)


def test_previews_and_files_that_are_no_pictures_are_left_out_with_a_warning(
    double: ScenarioDouble, driver: Driver
) -> None:
    double.extras = ("thumbnail", "text")
    ticket = driver.submitted(knight())
    done = driver.done(ticket)
    (png,) = driver.provider.fetch(ticket, done)
    assert size_of(png) == (128, 128)
    assert [warning.rpartition(": ")[2] for warning in done.warnings] == ["thumbnail", "metadata"]


def test_the_original_is_fetched_and_not_a_rendition(driver: Driver) -> None:
    """Without ``originalAssets=true`` the link is to a JPEG, which has no alpha."""
    (png,) = driver.delivered(cut_out())
    assert png.startswith(b"\x89PNG")


def test_a_ticket_survives_json_and_another_process_collects_the_job(
    double: ScenarioDouble, driver: Driver, connect: MakeProvider
) -> None:
    ticket = Ticket.model_validate_json(driver.submitted(knight()).model_dump_json())
    other = Driver(connect(double))
    done = Succeeded(**json.loads(json.dumps({"outputs": other.done(ticket).outputs})))
    assert len(other.provider.fetch(ticket, done)) == 1


def test_cancelling_is_refused_quietly_and_the_job_goes_on(driver: Driver) -> None:
    """Jobs of this kind cannot be cancelled: the money is spent, so the picture is still wanted."""
    ticket = driver.submitted(knight())
    driver.provider.cancel(ticket)
    driver.provider.cancel(with_job(ticket, "job_unknown"))
    assert driver.done(ticket).cost is not None
    assert driver.provider.retry(ticket) is False


def test_an_unknown_job_is_lost_for_good_once_it_should_be_there(driver: Driver) -> None:
    ticket = with_job(driver.prepared(knight()).ticket, "job_unknown")
    assert driver.provider.look(ticket) == Queued()
    state = driver.provider.look(ticket.model_copy(update={"created_at": ticket.created_at - 60}))
    assert isinstance(state, Lost)
    assert not state.again


def test_the_ceiling_of_parallel_jobs_asks_to_come_back_later(
    make_double: MakeDouble, connect: MakeProvider
) -> None:
    double = make_double(run_s=60, ceiling=1)
    driver = Driver(connect(double))
    driver.submitted(knight())
    prepared = driver.prepared(knight(seed=8))
    with pytest.raises(ProviderUnavailable, match="parallelCustomJobs is 1") as raised:
        driver.provider.submit(prepared)
    assert raised.value.retry_after_s == 10.0
    assert len(double.invoice) == double.max_in_flight == 1


def test_a_wait_that_the_server_names_is_kept(make_double: MakeDouble, connect: MakeProvider) -> None:
    driver = Driver(connect(make_double(faults=FaultPlan({1: Fault.TOO_MANY_REQUESTS}))))
    with pytest.raises(ProviderUnavailable) as raised:
        driver.submitted(knight())
    assert raised.value.retry_after_s == 1.0


def test_a_refused_connection_names_no_wait(driver: Driver, double: ScenarioDouble) -> None:
    prepared = driver.prepared(knight())
    double.__exit__(None, None, None)
    with pytest.raises(ProviderUnavailable) as raised:
        driver.provider.submit(prepared)
    assert raised.value.retry_after_s is None


def test_a_model_beyond_the_plan_names_the_plan_it_needs(double: ScenarioDouble, driver: Driver) -> None:
    double.restricted.add("model_retrodiffusion-plus")
    with pytest.raises(ProviderRejected, match=r"ModelAccessRestrictedError.*needs the plan cu-pro-q3-25"):
        driver.prepared(knight(model="retro-plus"))


def test_a_wrong_key_and_a_foreign_project_are_refused(
    make_double: MakeDouble, connect: MakeProvider
) -> None:
    double = make_double(project_id="proj_a")
    with pytest.raises(ProviderRejected, match="401"):
        Driver(connect(double, api_secret="another")).prepared(knight())
    with pytest.raises(ProviderRejected, match="another project"):
        Driver(connect(double, project_id="proj_b")).prepared(knight())
    assert Driver(connect(double, project_id="proj_a")).prepared(knight()).quote.basis == "quoted"


def test_a_model_is_known_by_its_id_too(driver: Driver) -> None:
    by_id = driver.provider.plan(knight(model="model_bfl-flux-1-dev"))
    assert by_id == driver.provider.plan(knight(model="flux-1-dev"))


def test_a_model_we_do_not_know_is_run_by_its_own_contract(double: ScenarioDouble, driver: Driver) -> None:
    """550 models are public there; a table of eight must not be the end of the world."""
    usual = double.models["model_retrodiffusion-tile"]
    double.models["model_brandNew"] = type(usual)("model_brandNew", usual.inputs, cu=Decimal(4))
    plan = driver.provider.plan(knight(model="model_brandNew"))
    assert "guess" in plan.warnings[0]
    ticket = driver.submitted(knight(model="model_brandNew"))
    assert driver.done(ticket).cost == Money(Decimal("0.036"), "charged")
    with pytest.raises(ProviderRejected, match="model_brandNew takes no loras"):
        driver.prepared(knight(model="model_brandNew", loras=(Lora(name="x"),)))
    with pytest.raises(ProviderRejected, match="cannot do remove_background"):
        driver.prepared(cut_out(model="model_brandNew"))


def test_a_trained_style_says_how_it_is_used(driver: Driver) -> None:
    with pytest.raises(ProviderRejected, match=r"model flux-1-dev, loras \[model_trainedStyle1\]"):
        driver.prepared(knight(model="model_trainedStyle1"))


def test_an_unverified_id_can_be_overridden(double: ScenarioDouble, connect: MakeProvider) -> None:
    provider = connect(double, model_ids={"retro-tile": "model_retro-tile-2"})
    double.models["model_retro-tile-2"] = double.models.pop("model_retrodiffusion-tile")
    ticket = Driver(provider).submitted(knight(model="retro-tile"))
    assert ticket.notes["model_id"] == "model_retro-tile-2"
    assert provider.plan(knight(model="retro-tile")).identity["model_id"] == "model_retro-tile-2"


def test_planning_asks_nobody_and_estimates_from_the_dated_table(
    double: ScenarioDouble, provider: ScenarioProvider
) -> None:
    plan = provider.plan(cut_out())
    assert double.requests == []
    assert plan.model == "photoroom"
    assert (plan.quote.usd, plan.quote.worst_usd) == (Decimal("0.0270"), Decimal("0.0540"))
    assert plan.quote.basis == "estimated"
    assert "2026-10-05" in plan.quote.detail


def test_planning_names_everything_that_is_wrong_at_once(provider: ScenarioProvider) -> None:
    asked = knight(
        steps=90,
        loras=(Lora(name="model_a", strength=-1),),
        reference_images=(b"x",),
        controlnets=(ControlNet(image=b"a", control="scribble"), ControlNet(image=b"b", model="net")),
    )
    with pytest.raises(ProviderRejected) as raised:
        provider.plan(asked)
    for words in (
        "flux-1-dev takes no reference_images",
        "one control image at a time, not 2",
        "numInferenceSteps must be at most 50, not 90",
        "lorasScale[0] must be at least 0, not -1",
        "controlModality must be one of 'canny'",
    ):
        assert words in str(raised.value)


def test_what_a_model_ignores_is_a_warning_of_the_plan(provider: ScenarioProvider) -> None:
    warnings = provider.plan(knight(negative_prompt="blur", seed=2**31 + 5, guidance_scale=3.52)).warnings
    assert "flux-1-dev ignores negative_prompt" in warnings
    assert "the seed is sent modulo 2**31, as flux-1-dev takes no larger one" in warnings
    assert "guidance_scale 3.52 was sent as 3.5, which flux-1-dev takes" in warnings
    assert provider.plan(knight(model="gpt-image-2")).warnings == ("gpt-image-2 ignores seed",)


def test_an_unknown_model_is_refused_with_the_nearest_name(provider: ScenarioProvider) -> None:
    with pytest.raises(ProviderRejected, match="did you mean flux-1-dev"):
        provider.plan(knight(model="flux1-dev"))


def test_the_default_models_are_the_first_that_fit() -> None:
    first = {
        operation: next(card.name for card in CARDS if operation in card.operations)
        for operation in ("text_to_image", "image_to_image", "remove_background", "decompose_layers")
    }
    assert first == {
        "text_to_image": "flux-1-dev",
        "image_to_image": "flux-1-dev",
        "remove_background": "photoroom",
        "decompose_layers": "qwen-image-layered",
    }
    assert CARDS[0].sizes == Sizes(128, 2048, 16)


def test_bytes_that_are_no_picture_are_refused_before_anything_is_paid(
    double: ScenarioDouble, driver: Driver
) -> None:
    with pytest.raises(ProviderRejected, match="the guide"):
        driver.prepared(guided(image=b"not a picture"))
    with pytest.raises(ProviderRejected, match="400"):
        driver.prepared(RemoveBackground(image=b"not a picture"))
    assert paid(double) == 0


def test_too_few_pictures_are_no_delivery(driver: Driver) -> None:
    ticket = driver.submitted(knight())
    with pytest.raises(BadResult, match="1 pictures came, 2 were asked for"):
        driver.provider.fetch(ticket.model_copy(update={"count": 2}), driver.done(ticket))


def test_many_threads_share_one_provider(double: ScenarioDouble, driver: Driver) -> None:
    with ThreadPoolExecutor(8) as threads:
        made = list(threads.map(lambda seed: driver.delivered(guided(seed=seed)), range(16)))
    assert all(len(pictures) == 1 for pictures in made)
    assert len({line.work_sha256 for line in double.invoice}) == len(double.invoice) == 16
    assert [path for _, path in double.requests].count("/v1/assets") == 1


def test_how_hard_and_how_long_is_as_configured(double: ScenarioDouble, connect: MakeProvider) -> None:
    provider = connect(double, parallel=9, per_second=2.0)
    assert provider.ceilings == Ceilings(9, 2.0)
    assert provider.patience == provider.config.patience
    assert provider.name == "scenario"
    assert provider.cards()[0].name == "flux-1-dev"


def test_a_prepared_request_does_not_show_its_body(driver: Driver) -> None:
    prepared: Prepared = driver.prepared(guided())
    assert "a knight" not in repr(prepared.quote)
    assert "PNG" not in repr(prepared)
