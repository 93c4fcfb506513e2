"""No recording is left out without a reason: a new one must be replayed, or named here."""

from __future__ import annotations

from pathlib import Path

# Each of these chooses recordings by a pattern, when it is imported.
from asset_pipeline_tests.providers.comfyui import test_double as _double  # noqa: F401
from asset_pipeline_tests.providers.comfyui import test_preflight as _preflight  # noqa: F401
from asset_pipeline_tests.providers.comfyui import test_reports as _reports  # noqa: F401
from asset_pipeline_tests.providers.comfyui.at_hand import CHOSEN, RECORDINGS, needs_contracts

LEFT_OUT = {
    "the Comfy API v2, which we do not speak": """
        api_v2/asset_upload api_v2/asset_upload_same_bytes api_v2/err_asset_without_file_path api_v2/err_invalid_workflow
        api_v2/err_no_token api_v2/err_no_workflow api_v2/err_ui_format api_v2/health api_v2/job_cancel api_v2/job_cancel_again
        api_v2/job_events_sse api_v2/job_get_canceled api_v2/job_get_canceling api_v2/job_get_failed api_v2/job_get_running
        api_v2/job_get_succeeded api_v2/job_get_unknown api_v2/job_list api_v2/job_submit api_v2/job_submit_same_key_other_body
        api_v2/job_submit_same_key_same_body api_v2/job_submit_with_asset api_v2/job_with_asset_done api_v2/job_workflow
        api_v2/output_download""",
    "the socket: polling is the truth, so we open none": """
        ws_connect_without_client_id ws_error_corrupt_image ws_feature_flags ws_interrupted ws_interrupted_job_without_client_id
        ws_other_client_sees ws_partly_cached ws_reconnect_mid_run ws_same_client_id_twice ws_success ws_txt2img_progress
        ws_txt2img_progress_previews_plain v0.3.64/ws_success""",
    "routes that we never ask": """
        history_after_clear history_bad_max_items history_clear history_delete_one info_embeddings info_experiment_models
        info_experiment_models_loras info_features info_method_not_allowed info_models info_models_checkpoints
        info_models_checkpoints_api_prefix info_models_unknown_folder info_object_info_dynamic_autogrow
        info_object_info_dynamic_combo info_object_info_one info_object_info_one_v3 info_object_info_unknown
        info_prompt_get_idle info_view_metadata_lora jobs_cancel_batch jobs_cancel_batch_bad_id jobs_cancel_batch_no_list
        jobs_list_bad_limit jobs_list_bad_status prompt_get_busy upload_mask_missing_original
        upload_mask_missing_original_view upload_mask_no_ref upload_mask_ok upload_mask_size_mismatch
        upload_mask_traversal_ref upload_mask_view_alpha v0.3.64/jobs_list""",
    "requests of a kind that we never send": """
        prompt_explicit_number prompt_extra_data prompt_front prompt_id_null prompt_partial_execution_targets
        prompt_text_plain_content_type queue_bad_json queue_clear v0.3.64/prompt_id_any_string v0.3.64/prompt_id_null
        v0.3.64/prompt_loadimage_traversal view_annotated_name view_api_prefix view_channel_rgb view_default_type
        view_etag_conditional view_head view_preview_jpeg view_preview_of_corrupt view_preview_webp view_range""",
    "forms and headers that our client never writes": """
        upload_image_annotation_suffix upload_image_brackets upload_image_filename_with_quote upload_image_no_filename
        upload_image_percent_filename upload_image_slash_in_filename upload_image_slash_in_filename_existing_folder
        upload_image_too_large upload_image_traversal_filename upload_image_unicode_filename
        upload_image_unicode_filename_star upload_image_wrong_field security_origin_match""",
    "files and jobs of that server at that moment; what they show is tested with jobs of the double's own": """
        info_system_stats interrupt_running_by_id jobs_cancel_pending jobs_cancel_running prompt_id_client_supplied
        prompt_id_duplicate_after_finish queue_delete_pending queue_delete_running queue_get_after_clear
        queue_get_running_and_pending v0.3.64/info_system_stats v0.3.64/interrupt_by_id v0.3.64/queue_get_running
        view_ok view_svg_forced_download view_text_file view_type_input""",
    "findings about a server, not exchanges with one": """
        INDEX behaviour_probes graphs_validation history_race restart_loses_state v0.3.64/graphs_validation
        v0.3.64/object_info worker_dead_queue_stuck""",
}


def name_of(file: Path) -> str:
    return str(file.relative_to(RECORDINGS)).partition(".json")[0]


@needs_contracts
def test_every_recording_is_replayed_or_left_out_for_a_reason() -> None:
    tests = [file for file in Path(__file__).parent.glob("*.py") if file != Path(__file__)]
    text = "\n".join(file.read_text("utf-8") for file in tests)
    every = {name_of(file) for file in RECORDINGS.rglob("*.json*")}
    replayed = {name_of(file) for file in CHOSEN} | {name for name in every if f'"{name}"' in text}
    left_out = [name for names in LEFT_OUT.values() for name in names.split()]

    assert sorted(every - replayed) == sorted(left_out)
