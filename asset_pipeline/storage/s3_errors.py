"""What an S3 server's refusals mean, and what to do about each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    HTTPClientError,
    IncompleteReadError,
    NoCredentialsError,
    SSLError,
)

from asset_pipeline.errors import ObjectNotFound, StoreError, StoreRefused, StoreUnavailable

_Meaning = tuple[type[StoreError], str]

_WRONG_KEY: _Meaning = (StoreRefused, "this server does not know the access key; check AWS_ACCESS_KEY_ID")
_NO_KEY: _Meaning = (StoreRefused, "there is no access key; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY")
_FORBIDDEN: _Meaning = (
    StoreRefused,
    "this key may not; allow it to get, put, delete and list in the bucket, or use another key",
)
_NO_SUCH_BUCKET: _Meaning = (
    StoreRefused,
    "there is no such bucket; create it, or correct ASSET_PIPELINE_STORE and ASSET_PIPELINE_S3_ENDPOINT_URL",
)
_WRONG_REGION: _Meaning = (
    StoreRefused,
    "the bucket is in another region; set ASSET_PIPELINE_S3_REGION to it",
)
_FULL: _Meaning = (
    StoreUnavailable,
    "the server has no room left or the quota is used up; free some, then run again",
)
_BUSY: _Meaning = (StoreUnavailable, "the server is overloaded or in trouble; run again later")
_SILENT: _Meaning = (StoreUnavailable, "the server does not answer; check that it runs, then run again")
_BY_CODE: Mapping[str, _Meaning] = {
    "NoSuchKey": (ObjectNotFound, "there is no such object"),
    "InvalidAccessKeyId": _WRONG_KEY,
    "SignatureDoesNotMatch": (
        StoreRefused,
        "the secret does not belong to the key; check AWS_SECRET_ACCESS_KEY",
    ),
    "ExpiredToken": (StoreRefused, "the credentials have expired; renew them"),
    "RequestTimeTooSkewed": (StoreRefused, "this machine's clock differs from the server's; set the clock"),
    "NoSuchBucket": _NO_SUCH_BUCKET,
    "PermanentRedirect": _WRONG_REGION,
    "AuthorizationHeaderMalformed": _WRONG_REGION,
    "QuotaExceeded": _FULL,
    "XMinioStorageFull": _FULL,
    "XMinioAdminBucketQuotaExceeded": _FULL,
    "ConditionalRequestConflict": (
        StoreUnavailable,
        "it was written and deleted at the same moment; run again",
    ),
    "MissingContentLength": (StoreRefused, "set ASSET_PIPELINE_S3_CHECKSUMS=when_required for this server"),
}
_BY_STATUS: Mapping[int, _Meaning] = {
    301: _WRONG_REGION,
    401: _FORBIDDEN,
    403: _FORBIDDEN,
    408: _BUSY,
    429: _BUSY,
    507: _FULL,
}
_BY_TYPE: tuple[tuple[type[Exception], _Meaning], ...] = (
    (NoCredentialsError, _NO_KEY),
    (
        SSLError,
        (
            StoreRefused,
            "no trusted TLS connection; write http:// if it has none, or name its CA in AWS_CA_BUNDLE",
        ),
    ),
    (EndpointConnectionError, _SILENT),
    (ConnectTimeoutError, _SILENT),
    (HTTPClientError, _SILENT),
    (IncompleteReadError, _SILENT),
    # Redirected, boto3 asks in which region the bucket is, and follows that redirect too, without end.
    (RecursionError, (StoreRefused, "the endpoint redirects; give its final address, perhaps https://")),
    (BotoCoreError, (StoreRefused, "the request could not be made; check the ASSET_PIPELINE_S3_ variables")),
)


@contextmanager
def explained(doing: str) -> Iterator[None]:
    """Turn what boto3 raises inside into a :class:`StoreError` that says what to do.

    Args:
        doing: the verb, the object and the server, such as ``write s3://art/bird.png at AWS``.
    """
    try:
        yield
    except ClientError as error:
        answer = error.response["Error"]
        kind, meaning = _meaning_of_answer(error)
        raise kind(f"cannot {doing}: {meaning} ({answer.get('Code')}: {answer.get('Message')})") from error
    except (BotoCoreError, RecursionError) as error:
        kind, meaning = next(meaning for type_, meaning in _BY_TYPE if isinstance(error, type_))
        raise kind(f"cannot {doing}: {meaning} ({type(error).__name__})") from error


def status_of(error: ClientError) -> int:
    """Return the HTTP status the server answered with."""
    return error.response["ResponseMetadata"]["HTTPStatusCode"]


def was_repeated(error: ClientError) -> bool:
    """Tell whether boto3 sent the request more than once before this answer came."""
    return error.response["ResponseMetadata"]["RetryAttempts"] > 0


def _meaning_of_answer(error: ClientError) -> _Meaning:
    status = status_of(error)
    known = _BY_CODE.get(error.response["Error"].get("Code", "")) or _BY_STATUS.get(status)
    if known:
        return known
    return (
        _BUSY
        if status >= 500
        else (StoreRefused, "the server refuses the request; check bucket and endpoint")
    )
