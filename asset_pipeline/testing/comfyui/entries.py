"""What a server tells about a job: history entries, job objects and queue items."""

from __future__ import annotations

from typing import Any

from asset_pipeline.testing.double import Job, Phase

OUT_OF_MEMORY = (
    "torch.OutOfMemoryError",
    "Allocation on device 0 would exceed allowed memory. (out of memory)",
)


def queue_item(job: Job) -> list[Any]:
    """Return a job as ``/queue`` lists it."""
    notes = job.notes
    return [notes["number"], notes["prompt_id"], job.asked, notes["extra"], notes["save_nodes"]]


def history_entry(
    job: Job, phase: Phase, outputs: dict[str, Any], failure: tuple[str, str]
) -> dict[str, Any]:
    """Return the entry of a job that ended; ``completed`` stays false for ever where it failed."""
    good = phase is Phase.DONE
    return {
        "prompt": queue_item(job),
        "outputs": outputs,
        "status": {
            "status_str": "success" if good else "error",
            "completed": good,
            "messages": _messages(job, phase, failure),
        },
        "meta": {},
    }


def job_object(job: Job, phase: Phase, outputs: dict[str, Any], failure: tuple[str, str]) -> dict[str, Any]:
    """Return a job as ``/api/jobs/{id}`` does."""
    found: dict[str, Any] = {
        "id": job.notes["prompt_id"],
        "priority": job.notes["number"],
        "create_time": job.notes["extra"]["create_time"],
        "outputs_count": sum(len(output["images"]) for output in outputs.values()),
    }
    if phase in {Phase.QUEUED, Phase.RUNNING}:
        return {**found, "status": "pending" if phase is Phase.QUEUED else "in_progress"}
    words = {Phase.DONE: "completed", Phase.FAILED: "failed", Phase.CANCELLED: "cancelled"}
    entry = history_entry(job, phase, outputs, failure)
    started_ms, ended_ms = times_ms(job)
    found |= {
        "status": words[phase],
        "execution_start_time": started_ms,
        "execution_end_time": ended_ms,
        "outputs": outputs,
        "execution_status": entry["status"],
        "workflow": {"prompt": job.asked, "extra_data": job.notes["extra"]},
    }
    error = _error(job, failure) if phase is Phase.FAILED else None
    return {**found, **({"execution_error": error} if error else {})}


def times_ms(job: Job) -> tuple[int, int]:
    """Return when the job began and ended, milliseconds since 1970."""
    created: int = job.notes["extra"]["create_time"]
    began = created + round(max(0.0, job.begins_at - job.accepted_at) * 1000)
    return began, began + run_ms(job)


def run_ms(job: Job) -> int:
    """Return how long the job was worked on, which is what is billed."""
    return round(max(0.0, job.ends_at - job.begins_at) * 1000)


def _messages(job: Job, phase: Phase, failure: tuple[str, str]) -> list[Any]:
    said = {"prompt_id": job.notes["prompt_id"]}
    started_ms, ended_ms = times_ms(job)
    last: tuple[str, dict[str, Any]] = ("execution_success", {**said, "timestamp": ended_ms})
    if phase is Phase.FAILED:
        last = ("execution_error", _error(job, failure))
    elif phase is Phase.CANCELLED:
        node = {"node_id": "sampler", "node_type": "KSampler", "executed": []}
        last = ("execution_interrupted", {**said, **node, "timestamp": ended_ms})
    cached = list(job.asked) if job.notes.get("cached") else []
    return [
        ["execution_start", {**said, "timestamp": started_ms}],
        ["execution_cached", {"nodes": cached, **said, "timestamp": started_ms}],
        list(last),
    ]


def _error(job: Job, failure: tuple[str, str]) -> dict[str, Any]:
    node_id = "sampler" if "sampler" in job.asked else next(iter(job.asked))
    kind, message = failure
    return {
        "prompt_id": job.notes["prompt_id"],
        "node_id": node_id,
        "node_type": job.asked[node_id]["class_type"],
        "executed": [],
        "exception_message": f"{message}\n",
        "exception_type": kind,
        "traceback": [
            '  File "/opt/comfyui/execution.py", line 542, in execute\n    output_data = await get_output_data(...)\n'
        ],
        "current_inputs": {"text": ["every word of the prompt"]},
        "current_outputs": list(job.asked),
        "timestamp": times_ms(job)[1],
    }
