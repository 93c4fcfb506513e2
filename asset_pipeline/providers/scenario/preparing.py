"""Everything before the paid call: choosing, checking, uploading and quoting, all of it free."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from asset_pipeline.errors import ImageError, ProviderRejected
from asset_pipeline.providers.capabilities import fitness
from asset_pipeline.providers.operations import DecomposeLayers, ImageToImage, Request, TextToImage
from asset_pipeline.providers.remote import Json, Plan, Prepared, Quote, Ticket
from asset_pipeline.providers.scenario import money
from asset_pipeline.providers.scenario.api import Api
from asset_pipeline.providers.scenario.bodies import draft
from asset_pipeline.providers.scenario.catalogue import Catalogue, Model, card_of
from asset_pipeline.providers.scenario.config import ScenarioConfig
from asset_pipeline.providers.scenario.contracts import Contract
from asset_pipeline.providers.scenario.drafts import Draft, Picture
from asset_pipeline.providers.scenario.memory import Contracts
from asset_pipeline.providers.scenario.uploads import Uploads
from asset_pipeline.providers.scenario.validate import mistakes, wrapped
from asset_pipeline.providers.scenario.words import NAME, server_time

_SAME_TIME_S: Final = 2.0  # a date header counts whole seconds


class Preparer:
    """Turns requests into plans, and into bodies that are ready to be sent once."""

    def __init__(
        self,
        api: Api,
        uploads: Uploads,
        config: ScenarioConfig,
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Prepare with *api*; *clock* gives seconds since 1970."""
        self._api, self._uploads, self._config, self._clock = api, uploads, config, clock
        self.catalogue = Catalogue(config.model_ids)
        self.contracts = Contracts(api.model, model_ids=self.catalogue.ids, clock=clock)

    def plan(self, request: Request) -> Plan:
        """Choose the model and reckon the price by the dated tables, without the network.

        Raises:
            ProviderRejected: it cannot do what *request* asks; names every reason.
        """
        model = self._chosen(request)
        contract = self.contracts.at_hand(model.model_id)
        if contract is None:
            warnings = [f"{model.name}: its price is a guess, and what it takes is asked before it is used"]
        else:
            warnings = self._checked(request, model, contract).warnings
        quote = money.estimate(model.name, money.usd_per_cu(self._config))
        identity = {"model_id": model.model_id, "fixed": dict(model.fixed)}
        return Plan(model.name, quote, identity, tuple(warnings), (model.name, *_styles(request)))

    def prepare(self, request: Request, token: str) -> Prepared:
        """Check against the model's own contract, upload the pictures, and ask the price.

        Raises:
            ProviderRejected: the request is wrong, or this key may not use the model.
            ProviderUnavailable: no answer, or an upload is not ready yet.
        """
        model = self._chosen(request)
        made = self._checked(request, model, self.contracts.get(model.model_id))
        body = wrapped(made.body(self._uploaded(made)), made.contract)
        quote, ahead_s = self._quoted(model, body)
        ticket = Ticket(
            provider=NAME,
            operation=request.operation,
            model=model.name,
            token=token,
            created_at=self._clock(),
            sent_px=made.sent_px,
            wanted_px=_wanted_px(request),
            count=request.layer_count if isinstance(request, DecomposeLayers) else 1,
            notes={"model_id": model.model_id, "body": body, "clock_ahead_s": ahead_s},
        )
        return Prepared(ticket, body, quote, tuple(made.warnings))

    def _chosen(self, request: Request) -> Model:
        model = self.catalogue.choose(request)
        if isinstance(model, str):
            raise ProviderRejected(NAME, model)
        return model

    def _checked(self, request: Request, model: Model, contract: Contract) -> Draft:
        """Write the body without its pictures, and refuse it with every mistake at once."""
        if not contract.inputs:
            raise ProviderRejected(NAME, _no_inputs(model, contract))
        card = model.card or card_of(contract)
        if request.operation not in card.operations:
            raise ProviderRejected(NAME, "; ".join(fitness(card, request).mistakes))
        fit, made = fitness(card, request), draft(request, model, contract)
        wrong = (*fit.mistakes, *made.mistakes, *mistakes(wrapped(made.body(), contract), contract))
        if wrong:
            raise ProviderRejected(NAME, f"{request.operation}: " + "; ".join(dict.fromkeys(wrong)))
        made.warnings = list(dict.fromkeys((*fit.warnings, *made.warnings)))
        return made

    def _uploaded(self, made: Draft) -> Mapping[str, Sequence[str]]:
        """Upload the pictures and return their ids by input."""
        return {
            wire: [self._asset(picture, made.contract.inputs[wire].max_bytes) for picture in pictures]
            for wire, pictures in made.pictures.items()
        }

    def _asset(self, picture: Picture, most: int | None) -> str:
        try:
            data = picture.fitted()
        except ImageError as error:
            raise ProviderRejected(NAME, str(error)) from error
        if most is not None and len(data) > most:
            raise ProviderRejected(NAME, f"{picture.what} has {len(data):,} bytes, and {most:,} are taken")
        return self._uploads.asset_of(data, picture.what)

    def _quoted(self, model: Model, body: Mapping[str, Json]) -> tuple[Quote, float]:
        """Ask the price, and on the way by how many seconds Scenario's clock is ahead of ours."""
        rate = money.usd_per_cu(self._config)
        try:
            answer = self._api.dry_run(model.model_id, body)
        except ProviderRejected:
            self._uploads.forget(_texts(body))
            raise
        now, theirs = self._clock(), server_time(answer)
        ahead_s = 0.0 if theirs is None or abs(theirs - now) < _SAME_TIME_S else float(round(theirs - now))
        return money.quote(answer.body, rate) or money.estimate(model.name, rate), ahead_s


def _wanted_px(request: Request) -> tuple[int, int] | None:
    return (request.width_px, request.height_px) if isinstance(request, TextToImage | ImageToImage) else None


def _styles(request: Request) -> tuple[str, ...]:
    """Name the trained styles; what follows a control picture is part of Scenario's model."""
    return (
        tuple(lora.name for lora in request.loras) if isinstance(request, TextToImage | ImageToImage) else ()
    )


def _no_inputs(model: Model, contract: Contract) -> str:
    return (
        f"{model.name} cannot be run by itself: it is a {contract.kind!r} model and names no inputs. A trained style is used "
        f"as a LoRA of its base model: model flux-1-dev, loras [{model.model_id}]"
    )


def _texts(body: Mapping[str, Json]) -> set[str]:
    """Return every text in a flat body, asset ids among them."""
    parts = [part for value in body.values() for part in (value if isinstance(value, list) else [value])]
    return {part for part in parts if isinstance(part, str)}
