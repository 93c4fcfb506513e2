from __future__ import annotations

from asset_pipeline.providers.comfyui import ComfyConfig, ComfyUI, open_comfyui
from asset_pipeline.testing.clock import FakeClock
from asset_pipeline.testing.comfyui import ComfyDouble
from asset_pipeline_tests.providers.comfyui.at_hand import opened


def test_a_server_with_everything_is_found_good(provider: ComfyUI) -> None:
    findings = provider.check_up()
    assert all(finding.ok for finding in findings)
    assert "version 0.27.0" in findings[0].detail
    assert {"ComfyUI template smoke (model smoke)"} < {finding.what for finding in findings}


def test_each_template_says_what_it_lacks_and_what_to_do(clock: FakeClock) -> None:
    installed = {"checkpoints": ("sd_xl_base_1.0.safetensors",)}
    with ComfyDouble(old=True, installed=installed) as double, opened(double, clock) as provider:
        looked = [finding for finding in provider.check_up() if "template" in finding.what]
    found = {finding.what.split()[2]: finding for finding in looked}
    assert found["txt2img_sdxl"].ok
    assert found["smoke"].ok
    assert (
        "models/diffusion_models/flux1-dev.safetensors is not on the server"
        in found["txt2img_flux_dev"].detail
    )
    assert "no node LoadBackgroundRemovalModel" in found["remove_background"].detail
    assert "download" in found["remove_background"].remedy


def test_a_server_that_is_down_is_a_finding_not_an_error() -> None:
    with open_comfyui(ComfyConfig(url="http://127.0.0.1:9"), sleep=lambda _: None) as provider:
        (finding,) = provider.check_up()
    assert not finding.ok
    assert "start ComfyUI" in finding.remedy
