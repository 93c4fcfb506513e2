"""One suite over all providers: swapping the provider changes one line of configuration and no test."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from asset_pipeline.errors import AssetPipelineError, ConfigError, JobTimedOut, ProviderRejected
from asset_pipeline.imaging.arrays import Rgba
from asset_pipeline.imaging.guide import draw_guide
from asset_pipeline.imaging.png import decode_image, encode_png
from asset_pipeline.imaging.shapes import Circle
from asset_pipeline.providers.operations import DecomposeLayers, ImageToImage, RemoveBackground, TextToImage
from asset_pipeline.testing.faults import Fault, FaultPlan
from asset_pipeline_tests.contract.houses import DELIBERATE, NAMES, REMOTE, House, house

FROG = TextToImage(
    prompt="a green frog, video game character, single object centered, isolated on a plain white background",
    width_px=256,
    height_px=256,
    seed=7,
)
SCENE = FROG.model_copy(
    update={"prompt": "hills behind a lake, wide side-scrolling game scene", "width_px": 512}
)


@pytest.fixture(params=NAMES)
def ready(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    with house(request.param, tmp_path) as opened:
        yield opened


def pixels(png: bytes) -> Rgba:
    assert png.startswith(b"\x89PNG")
    return decode_image(png, what="delivered")


def guide(width_px: int, height_px: int) -> bytes:
    return encode_png(
        draw_guide(
            Circle(), canvas_width_px=width_px, canvas_height_px=height_px, aspect=1.0, fill_rgb=(70, 160, 80)
        )
    )


@pytest.mark.parametrize("size", [(256, 256), (512, 96), (96, 512), (272, 240)])
def test_words_become_one_opaque_picture_of_exactly_the_size_that_was_asked_for(
    ready: House, size: tuple[int, int]
) -> None:
    """Models take few sizes; what a game asks for must not depend on them."""
    request = FROG.model_copy(update={"width_px": size[0], "height_px": size[1]})
    [png] = ready.run(request).images

    assert pixels(png).shape == (size[1], size[0], 4)
    assert pixels(png)[..., 3].min() == 255


def test_a_guide_decides_where_the_subject_is(ready: House) -> None:
    request = ImageToImage(**dict(FROG), image=guide(256, 256), denoise_strength=0.7)
    rgb = pixels(ready.run(request).images[0])[..., :3].astype(int)

    far = np.abs(rgb - rgb[0, 0]).sum(axis=-1) > 60
    assert far[96:160, 96:160].mean() > 0.9
    assert far[:12, :12].mean() < 0.1


def test_a_cut_out_keeps_its_size_and_loses_its_corners(ready: House) -> None:
    [picture] = ready.run(ImageToImage(**dict(FROG), image=guide(256, 256))).images
    alpha = pixels(ready.run(RemoveBackground(image=picture)).images[0])[..., 3]

    assert alpha.shape == (256, 256)
    assert alpha[128, 128] > 200
    assert alpha[0, 0] == alpha[-1, -1] == 0


def test_a_scene_becomes_layers_of_its_own_size_or_a_refusal_that_names_who_can(ready: House) -> None:
    [scene] = ready.run(SCENE).images
    request = DecomposeLayers(image=scene, layer_count=3, prompt="hills", seed=1)
    if ready.name == "runpod":
        with pytest.raises(ProviderRejected, match="scenario"):
            ready.run(request)
        return
    layers = ready.run(request).images

    assert len(layers) >= 2
    assert {pixels(layer).shape for layer in layers} == {(256, 512, 4)}


def test_the_same_request_brings_the_same_bytes_and_is_paid_once(ready: House) -> None:
    first, second = ready.run(FROG), ready.run(FROG)

    assert first.images == second.images
    assert ready.paid_jobs == (0 if ready.name == "local" else 1)
    assert second.receipt.memoised is (ready.name != "local")


def test_another_seed_and_another_take_are_other_work(ready: House) -> None:
    one = ready.run(FROG)
    other = ready.run(FROG.model_copy(update={"seed": 8}))
    again = ready.run(FROG.model_copy(update={"take": 1}))

    assert one.images != other.images
    assert ready.paid_jobs == (0 if ready.name == "local" else 3)
    assert not again.receipt.memoised


def test_a_receipt_names_who_did_what_for_how_much(ready: House) -> None:
    receipt = ready.run(FROG).receipt

    assert receipt.provider == ready.name.split()[0]
    assert (receipt.operation, receipt.seed) == ("text_to_image", 7)
    assert receipt.model
    assert (receipt.cost_usd > 0) is (ready.name != "local")
    assert (receipt.job_id != "") is (ready.name != "local")


def test_the_journal_equals_the_invoice_to_the_cent(ready: House) -> None:
    for seed in range(3):
        [picture] = ready.run(FROG.model_copy(update={"seed": seed})).images
        ready.run(RemoveBackground(image=picture))
    if ready.double is None:
        return

    cent = Decimal("0.01")
    assert ready.ledger_usd.quantize(cent) == ready.double.total_usd.quantize(cent)
    if ready.names_its_price:
        assert ready.ledger_usd == ready.double.total_usd


def test_what_no_model_can_do_is_refused_before_anything_is_paid(ready: House) -> None:
    request = FROG.model_copy(update={"model": "no-such-model"})
    if ready.name == "local":
        return
    with pytest.raises(ProviderRejected, match="no-such-model"):
        ready.run(request)

    assert ready.paid_jobs == 0


@pytest.mark.parametrize("name", REMOTE)
def test_a_wrong_key_is_one_clear_error_without_the_key(name: str, tmp_path: Path) -> None:
    with house(name, tmp_path, key="planted-secret-4711") as opened:
        with pytest.raises((ProviderRejected, ConfigError)) as raised:
            opened.run(FROG)
        assert "planted" not in f"{raised.value} {raised.value!r}"
        assert "401" in str(raised.value) or "key" in str(raised.value)
        assert opened.paid_jobs == 0


@pytest.mark.parametrize("fault", list(Fault))
@pytest.mark.parametrize("name", REMOTE)
def test_no_fault_pays_twice_or_is_taken_for_success(name: str, fault: Fault, tmp_path: Path) -> None:
    """Either the right picture comes, or an error that says what happened; a rerun completes the work."""
    with house(name, tmp_path, FaultPlan({1: fault})) as opened:
        assert opened.double is not None
        assert opened.journal is not None
        outcomes = [_outcome(opened), _outcome(opened)]
        works = Counter(line.work_sha256 for line in opened.double.invoice)
        states = [attempt.state for attempt in opened.journal.attempts()]

    if isinstance(outcomes[-1], JobTimedOut):  # Scenario cannot cancel; the next run looks again
        assert (name, states) == ("scenario", ["accepted"])
    elif outcomes[-1] is not None:  # nobody can tell, which is RunPod's nature, or the picture is no picture
        assert "uncertain" in states or "failed" in states, (outcomes, states)
    if "uncertain" in states:
        assert "runpod" in name
    # Once paid it stays paid, unless the provider itself said that the job failed or is gone.
    assert max(works.values(), default=0) <= (1 if fault not in DELIBERATE and "failed" not in states else 2)


def _outcome(opened: House) -> AssetPipelineError | None:
    try:
        [png] = opened.run(FROG).images
    except AssetPipelineError as error:
        return error
    assert pixels(png).shape == (256, 256, 4)
    return None
