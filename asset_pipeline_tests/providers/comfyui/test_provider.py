from __future__ import annotations

from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from asset_pipeline.errors import ProviderRejected, ProviderUnavailable
from asset_pipeline.imaging.png import decode_image, encode_png, read_png_text
from asset_pipeline.providers.comfyui import ComfyConfig, ComfyUI, open_comfyui, sprite_request
from asset_pipeline.providers.operations import (
    ControlNet,
    DecomposeLayers,
    ImageToImage,
    Lora,
    RemoveBackground,
    Request,
    TextToImage,
)
from asset_pipeline.testing.clock import FakeClock
from asset_pipeline.testing.comfyui import ComfyDouble
from asset_pipeline.testing.pictures import picture
from asset_pipeline_tests.providers.comfyui.at_hand import done, opened, prepared, submitted, token

REMOVAL = RemoveBackground(image=picture("a green frog, plain background", 64, 64, 3))


def words(**more: Any) -> TextToImage:  # noqa: ANN401
    fields = {
        "prompt": "a frog, plain background",
        "width_px": 64,
        "height_px": 64,
        "seed": 7,
        "model": "flux-dev",
    }
    return TextToImage(**{**fields, **more})


def over(guide: bytes, **more: Any) -> ImageToImage:  # noqa: ANN401
    return ImageToImage(**{**dict(words()), "image": guide, **more})


def fetched(provider: ComfyUI, request: Request) -> list[np.ndarray[Any, np.dtype[np.uint8]]]:
    ticket = submitted(provider, request)
    pictures = provider.fetch(ticket, done(provider, ticket))
    return [decode_image(png, what="a result") for png in pictures]


def sent(double: ComfyDouble) -> dict[str, Any]:
    """The graph that was queued last."""
    graph: dict[str, Any] = double.jobs()[-1].asked
    return graph


def test_words_become_a_picture_of_a_size_that_the_model_draws(
    provider: ComfyUI, double: ComfyDouble
) -> None:
    ticket = submitted(provider, words(steps=9, guidance_scale=2.5))
    (png,) = provider.fetch(ticket, done(provider, ticket))
    assert decode_image(png, what="it").shape == (512, 512, 4)
    assert (ticket.sent_px, ticket.wanted_px, ticket.count) == ((512, 512), (64, 64), 1)
    sampler = sent(double)["sampler"]["inputs"]
    assert (sampler["seed"], sampler["steps"], sampler["denoise"]) == (7, 9, 1.0)
    assert sent(double)["guidance"]["inputs"]["guidance"] == 2.5
    assert sent(double)["pos"]["inputs"]["text"] == "a frog, plain background"
    assert ticket.job_id == ticket.token


def test_a_guide_is_fitted_uploaded_by_its_hash_and_painted_over(
    provider: ComfyUI, double: ComfyDouble, guide: bytes
) -> None:
    (rgba,) = fetched(provider, over(guide, width_px=64, height_px=128, denoise_strength=0.6))
    assert rgba.shape == (1024, 512, 4)
    name = sent(double)["source"]["inputs"]["image"]
    uploaded = double.read_input(name)
    assert decode_image(uploaded, what="it").shape == (1024, 512, 4)
    assert sent(double)["sampler"]["inputs"]["denoise"] == 0.6
    assert name == f"{double.contents[name]}.png"


def test_a_guide_with_transparent_parts_is_laid_over_white(provider: ComfyUI, double: ComfyDouble) -> None:
    """The server drops alpha, and whatever colour lies under it would be painted over."""
    guide = np.zeros((64, 64, 4), np.uint8)
    guide[16:48, 16:48] = (200, 30, 30, 255)
    prepared(provider, over(encode_png(guide)))
    (name,) = double.contents
    assert decode_image(double.read_input(name), what="it")[0, 0].tolist() == [255, 255, 255, 255]


def test_a_background_is_removed_at_the_pictures_own_size(provider: ComfyUI, guide: bytes) -> None:
    (rgba,) = fetched(provider, RemoveBackground(image=guide))
    assert rgba.shape == (96, 96, 4)
    assert rgba[0, 0, 3] == 0
    assert rgba[..., 3].max() == 255


def test_layers_come_without_the_whole_scene_and_the_farthest_first(
    provider: ComfyUI, double: ComfyDouble
) -> None:
    scene = picture("a forest scene with hills", 320, 160, 2)
    request = DecomposeLayers(image=scene, layer_count=3, prompt="a forest", seed=4)
    ready = prepared(provider, request)
    assert any("order of the layers" in warning for warning in ready.warnings)
    layers = fetched(provider, request)
    assert len(layers) == 3
    assert layers[0][..., 3].min() == 255
    assert layers[2][..., 3].min() == 0
    assert sent(double)["latent"]["inputs"]["layers"] == 3
    assert sent(double)["fit"]["inputs"]["largest_size"] == 384


def test_loras_and_controlnets_are_put_into_the_graph(
    provider: ComfyUI, double: ComfyDouble, guide: bytes
) -> None:
    request = over(
        guide,
        model="sdxl",
        loras=(
            Lora(name="pixel_art_xl.safetensors", strength=0.8),
            Lora(name="style_a_xl.safetensors"),
        ),
        controlnets=(ControlNet(image=guide, strength=0.5, end=0.9),),
    )
    submitted(provider, request)
    graph = sent(double)
    assert graph["sampler"]["inputs"]["model"] == ["added_lora_2", 0]
    assert graph["added_lora_1"]["inputs"]["strength_clip"] == 0.8
    assert graph["sampler"]["inputs"]["positive"] == ["added_apply_1", 0]
    assert graph["added_apply_1"]["inputs"]["end_percent"] == 0.9


def test_the_transparent_parts_of_a_guide_are_painted_and_the_rest_stays(
    provider: ComfyUI, double: ComfyDouble
) -> None:
    picture_px = np.full((768, 768, 4), (40, 120, 200, 255), np.uint8)
    picture_px[:, 384:] = 0
    request = over(encode_png(picture_px), model="sdxl-inpaint", width_px=768, height_px=768)
    (rgba,) = fetched(provider, request)
    assert (rgba[:, :380, :3] == (40, 120, 200)).all()
    assert not (rgba[:, 400:, :3] == (40, 120, 200)).all()
    mask = decode_image(double.read_input(sent(double)["mask"]["inputs"]["image"]), what="the mask")
    assert (mask[0, 0, 0], mask[0, 767, 0]) == (0, 255)


def test_a_picture_without_a_hole_cannot_be_repainted(provider: ComfyUI, guide: bytes) -> None:
    with pytest.raises(ProviderRejected, match="transparent where it is to be painted"):
        prepared(provider, over(guide, model="sdxl-inpaint"))


def test_the_pixel_finish_leaves_few_colours(provider: ComfyUI, guide: bytes) -> None:
    palette = ("#000000", "#00ff00", "#ffffff", "#808080")
    request = over(guide, model="pixel-finish", width_px=96, height_px=96, palette=palette)
    (rgba,) = fetched(provider, request)
    assert len(np.unique(rgba.reshape(-1, 4), axis=0)) <= 4
    assert "pixel-finish ignores prompt" in provider.plan(request).warnings


def test_a_fused_sprite_is_one_job_that_gives_both_pictures(
    provider: ComfyUI, double: ComfyDouble, guide: bytes
) -> None:
    request = provider.fused(over(guide))
    assert request is not None
    ticket = submitted(provider, request)
    ended = done(provider, ticket)
    cutout, drawn = provider.fetch(ticket, ended)
    assert (ticket.operation, ticket.model) == ("image_to_image", "sprite-flux-dev")
    assert decode_image(cutout, what="it")[0, 0, 3] == 0
    assert decode_image(drawn, what="it")[..., 3].min() == 255
    assert len(double.invoice) == 1


def test_only_what_the_fused_model_can_do_is_fused(provider: ComfyUI, guide: bytes) -> None:
    cards = provider.cards()
    fused = sprite_request(words(model=None), cards)
    assert isinstance(fused, TextToImage)
    assert fused.model == "sprite-sdxl"
    assert sprite_request(words(model="flux-schnell"), cards) is None
    assert sprite_request(RemoveBackground(image=guide), cards) is None
    with_net = words(controlnets=(ControlNet(image=guide),))
    assert sprite_request(with_net, cards) is None
    assert sprite_request(with_net.model_copy(update={"model": "sdxl"}), cards) is not None


def test_a_plan_needs_no_server() -> None:
    with open_comfyui(ComfyConfig(url="http://127.0.0.1:9"), sleep=lambda _: None) as provider:
        plan = provider.plan(words(model=None))
        assert plan.model == "sdxl"
        assert plan.quote.basis == "free"
        assert plan.identity["template"] == "txt2img_sdxl"
        with pytest.raises(ProviderUnavailable):
            provider.prepare(words(), token())


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"model": "dall-e"}, "no model 'dall-e' does text_to_image; there are sdxl"),
        ({"model": "birefnet"}, "no model 'birefnet' does text_to_image"),
        ({"steps": 1000}, "steps: 1000 is more than 150"),
        ({"reference_images": (b"x",)}, "takes no reference_images"),
        ({"controlnets": (ControlNet(image=b"x"),)}, "takes no controlnets"),
        ({"model": "sdxl", "controlnets": (ControlNet(image=b"x", control="pose"),)}, "not pose"),
        (
            {"model": "sdxl", "controlnets": (ControlNet(image=b"x", control="pose", model="p"),)},
            "no node that finds pose",
        ),
        (
            {"model": "sdxl", "controlnets": (ControlNet(image=b"x", start=0.9, end=0.1),)},
            "before it begins",
        ),
    ],
)
def test_what_no_template_can_do_is_refused_without_the_network(
    provider: ComfyUI, double: ComfyDouble, more: dict[str, Any], said: str
) -> None:
    with pytest.raises(ProviderRejected, match=said):
        provider.plan(words(**more))
    assert double.requests == []


def test_every_reason_is_named_at_once(provider: ComfyUI) -> None:
    with pytest.raises(ProviderRejected) as raised:
        provider.plan(words(steps=1000, guidance_scale=400, reference_images=(b"x",)))
    assert "steps" in str(raised.value)
    assert "guidance_scale" in str(raised.value)
    assert "reference_images" in str(raised.value)


def test_what_a_model_ignores_is_a_warning(provider: ComfyUI) -> None:
    assert provider.plan(words(negative_prompt="text")).warnings == ("flux-dev ignores negative_prompt",)


def test_bytes_that_are_no_picture_are_refused(provider: ComfyUI) -> None:
    with pytest.raises(ProviderRejected, match="not an image"):
        prepared(provider, RemoveBackground(image=b"<html>"))


def test_what_a_server_lacks_is_named_at_once_and_nothing_is_queued(clock: FakeClock, guide: bytes) -> None:
    installed = {"checkpoints": ("sd_xl_turbo.safetensors",)}
    with ComfyDouble(installed=installed, without=("JoinImageWithAlpha",)) as double:
        with opened(double, clock) as provider:
            request = provider.fused(over(guide, model="sdxl"))
            assert request is not None
            with pytest.raises(ProviderRejected) as raised:
                prepared(provider, request)
        said = str(raised.value)
        assert (
            "models/checkpoints/sd_xl_base_1.0.safetensors is not on the server; there are sd_xl_turbo"
            in said
        )
        assert (
            "models/background_removal/birefnet.safetensors is not on the server; the folder is empty" in said
        )
        assert "this server has no node JoinImageWithAlpha" in said
        assert not [path for method, path in double.requests if method == "POST"]


def test_weights_that_were_installed_meanwhile_are_seen(provider: ComfyUI, double: ComfyDouble) -> None:
    """What the server has is read once for each version of it, and again before anything is refused."""
    prepared(provider, words())
    loras = (Lora(name="new.safetensors"),)
    with pytest.raises(ProviderRejected, match=r"models/loras/new.safetensors"):
        prepared(provider, words(loras=loras))
    double.installed["loras"] = ("new.safetensors",)
    prepared(provider, words(loras=loras))
    assert [path for _, path in double.requests].count("/api/object_info") == 3


def test_other_names_of_weights_can_be_configured(double: ComfyDouble, clock: FakeClock) -> None:
    double.installed["diffusion_models"] = ("flux1-dev-fp8.safetensors",)
    renamed = {"flux1-dev.safetensors": "flux1-dev-fp8.safetensors"}
    with opened(double, clock, model_files=renamed) as provider:
        submitted(provider, words())
        plan = provider.plan(words())
    assert sent(double)["unet"]["inputs"]["unet_name"] == "flux1-dev-fp8.safetensors"
    assert plan.identity["files"]["diffusion_model"] == "flux1-dev-fp8.safetensors"


def test_seconds_cost_what_their_owner_says(double: ComfyDouble, clock: FakeClock) -> None:
    """What is written down is what the double's own invoice says."""
    with opened(double, clock, usd_per_second=double.usd_per_second) as provider:
        quote = provider.plan(REMOVAL).quote
        ticket = submitted(provider, REMOVAL)
        cost = done(provider, ticket).cost
    assert quote.basis == "estimated"
    assert quote.worst_usd >= quote.usd > 0
    assert cost is not None
    assert cost.basis == "estimated"
    assert cost.usd == double.total_usd == Decimal("0.0005")


def test_equal_work_has_one_name_on_the_invoice_whatever_its_token(
    provider: ComfyUI, double: ComfyDouble, guide: bytes
) -> None:
    for _ in range(2):
        submitted(provider, RemoveBackground(image=guide))
    submitted(provider, REMOVAL)
    one, again, other = (line.work_sha256 for line in double.invoice)
    assert one == again != other


def test_two_equal_requests_do_not_get_each_others_files(provider: ComfyUI) -> None:
    """An equal graph would return the first run's names, also of files that are gone."""
    tickets = [submitted(provider, REMOVAL) for _ in range(2)]
    outputs = [done(provider, ticket).outputs[0]["subfolder"] for ticket in tickets]
    assert outputs == [f"asset-pipeline/{ticket.token}" for ticket in tickets]


def test_an_old_server_is_followed_through_history_and_queue(clock: FakeClock) -> None:
    with ComfyDouble(old=True, run_s=0.01, history_gap_s=0.02) as double, opened(double, clock) as provider:
        ticket = submitted(provider, words())
        (png,) = provider.fetch(ticket, done(provider, ticket))
        assert decode_image(png, what="it").shape == (512, 512, 4)
        paths = [path for _, path in double.requests]
        assert paths.count(f"/api/jobs/{ticket.token}") == 1
        with pytest.raises(ProviderRejected, match="no node LoadBackgroundRemovalModel"):
            prepared(provider, RemoveBackground(image=png))


def test_another_process_can_go_on(double: ComfyDouble, clock: FakeClock) -> None:
    with opened(double, clock) as first:
        ticket = submitted(first, REMOVAL)
    with opened(double, clock) as second:
        assert len(second.fetch(ticket, done(second, ticket))) == 1


def test_the_pictures_come_as_they_are(provider: ComfyUI) -> None:
    """Their text chunks hold the whole graph, every prompt included: the door encodes anew."""
    ticket = submitted(provider, words())
    (png,) = provider.fetch(ticket, done(provider, ticket))
    assert "a frog" in read_png_text(png)["prompt"]


def test_one_server_works_on_one_job_at_a_time(double: ComfyDouble, clock: FakeClock) -> None:
    double.clock, double.run_s = clock.now, 60.0
    with opened(double, clock) as provider:
        tickets = [submitted(provider, REMOVAL) for _ in range(3)]
        double_queue = double.handle("GET", "/queue", {}, {}, b"").body
        assert len(double_queue["queue_running"]) == 1
        assert len(double_queue["queue_pending"]) == 2
        clock.sleep(3 * 60.0)
        for ticket in tickets:
            done(provider, ticket)
    assert provider.ceilings.parallel == 2
