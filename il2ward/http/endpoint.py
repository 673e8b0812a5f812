"""What is the same for every address of the JSON interface? Credentials, strict bodies, problems, repeated requests."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import datetime
from math import ceil
from typing import Any, TypeVar

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from rest_framework import exceptions
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.request import Request
from rest_framework.views import APIView

from il2ward.http import problems, strict_json
from il2ward.http.credentials import ApiKey, Bearer, Session, credential_of
from il2ward.http.problems import Problem
from il2ward.http.rates import WorkingPace
from il2ward.http.shapes import fit_body
from il2ward.staff.services.repeated_requests import Answer, KeyReused, StillRunning, once

T = TypeVar("T")
JSON_TYPES = ("application/json",)
LONGEST_KEY = 120
RETRY_AFTER = "retry_after_s"


class AlwaysJson(BaseContentNegotiation):
    """Answer in the one format there is, whatever was asked for: a refusal must reach every client."""

    def select_parser(self, request: Request, parsers: Any) -> Any:  # noqa: ARG002
        """Return None: bodies are read by the endpoint itself."""
        return None

    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> Any:  # noqa: ARG002
        """Return the only renderer."""
        return renderers[0], renderers[0].media_type


class Endpoint(APIView):
    """A view that lets nobody in until it names its ``permission_classes``, and answers every refusal as a problem."""

    authentication_classes = [ApiKey, Bearer, Session]
    content_negotiation_class = AlwaysJson
    throttle_classes = [WorkingPace]
    content_types: tuple[str, ...] = JSON_TYPES

    def handle_exception(self, exc: Exception) -> Any:
        """Answer a refusal; anything unforeseen is raised on, so that it is logged and answered as 500."""
        problem = self.problem_of(exc)
        if problem is None:
            raise exc
        return self.no(problem)

    def no(self, problem: Problem) -> HttpResponse:
        """Return the response that refuses."""
        response = problems.answer(problem)
        if problem.status == 401:
            response["WWW-Authenticate"] = "Api-Key"
        if RETRY_AFTER in problem.extra:
            response["Retry-After"] = str(problem.extra[RETRY_AFTER])
        return response

    def problem_of(self, exc: Exception) -> Problem | None:
        """Return the problem ``exc`` stands for, or None when it is no refusal."""
        match exc:
            case Problem():
                return exc
            case Http404():
                return Problem(404, "not-found", str(exc) or "There is nothing here for you.")
            case exceptions.NotAuthenticated() | exceptions.AuthenticationFailed():
                return Problem(401, "not-signed-in", str(exc.detail))
            case exceptions.PermissionDenied():
                return Problem(403, "not-allowed", str(exc.detail))
            case exceptions.Throttled():
                seconds = max(1, ceil(getattr(exc, "wait", None) or 1))
                return Problem(429, "too-many-requests", f"Too many requests; ask again in {seconds} s.",
                               extra={RETRY_AFTER: seconds})  # fmt: skip
            case exceptions.APIException():
                return Problem(exc.status_code, str(exc.default_code).replace("_", "-"), str(exc.detail))
        return None

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Forbid keeping any answer: an old verdict from a cache is a wrong one."""
        done = super().finalize_response(request, response, *args, **kwargs)
        done["Cache-Control"] = "no-store"
        return done

    def tree(self, request: Request) -> Any:
        """Return the body's JSON; raises the problem 413, 415 or 400."""
        kind = request.content_type.partition(";")[0].strip().lower()
        if kind not in self.content_types:
            raise Problem(415, "wrong-content-type", f"Send {self.content_types[0]}, not {kind[:60] or 'nothing'}.")
        try:
            return strict_json.parse(body_of(request))
        except strict_json.TooLarge as error:
            raise Problem(413, "too-large", str(error)) from error
        except strict_json.BadJson as error:
            raise Problem(400, "malformed-json", str(error)) from error

    def read(self, request: Request, shape: type[T]) -> T:
        """Return the body as ``shape``; raises the problem 413, 415, 400 or 422."""
        return fit_body(self.tree(request), shape)


def body_of(request: Request) -> bytes:
    """Return the body; one that says it is larger than 1 MiB is refused before it is read."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if length.isascii() and length.isdigit() and int(length) > strict_json.MOST_BYTES:
        raise strict_json.TooLarge(f"The body has {length} bytes; at most {strict_json.MOST_BYTES} are taken.")
    plain: HttpRequest = request._request
    return plain.body


def fingerprint(body: bytes) -> str:
    """Return what tells one body from another, and lets nobody try out the PIN in it without the service's key."""
    return hmac.new(settings.SECRET_KEY.encode(), body, hashlib.sha256).hexdigest()


def said(status: int, content: Any, content_type: str = "application/json") -> Answer:
    """Return an answer with ``content`` as JSON."""
    return Answer(status_code=status, body=json.dumps(content, ensure_ascii=False), content_type=content_type)


def sent(reply: Answer) -> HttpResponse:
    """Return ``reply`` as a response."""
    return HttpResponse(reply.body, content_type=reply.content_type, status=reply.status_code)


def act_once(request: Request, *, at: datetime, required: bool, act: Callable[[], Answer]) -> HttpResponse:
    """Run ``act``, or answer as the first time when this Idempotency-Key was answered before.

    Raises the problem 400 when a required key is missing, 422 when the key came with another body, 409 while
    the first request is still running.
    """
    key = request.headers.get("Idempotency-Key", "")
    if not key and not required:
        return sent(act())
    if not key or len(key) > LONGEST_KEY:
        raise Problem(400, "idempotency-key-missing", f"Send an Idempotency-Key of 1 to {LONGEST_KEY} characters.")
    digest = fingerprint(body_of(request))
    try:
        return sent(once(credential_of(request), request.path, key, digest, at, act))
    except KeyReused as error:
        raise Problem(
            422, "idempotency-key-reused", "This key was used for another request; make a new one."
        ) from error
    except StillRunning as error:
        raise Problem(409, "still-running", "The first request with this key is still running; ask again.") from error
