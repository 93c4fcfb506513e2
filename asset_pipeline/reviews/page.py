"""The review page as text: sprites, candidates and decisions in, HTML out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from html import escape
from importlib.resources import files
from string import Template
from urllib.parse import quote

from asset_pipeline.manifest.spec import SpriteSpec
from asset_pipeline.reviews.overview import Entry, SpriteReview, told
from asset_pipeline.reviews.places import Place
from asset_pipeline.sprites.candidates import Candidate

STATIC = files("asset_pipeline.reviews") / "static"
PICTURES = "/-/pictures/"
_OUTCOMES = {"pass": "passed", "warn": "warned", "fail": "failed", "skipped": "not measured"}
_FAULTS_AT_ONCE = 2


@dataclass(frozen=True)
class Page:
    """All that one page shows.

    Attributes:
        title: the game, for people.
        reviews: its sprites, in order.
        specs: what the manifest says of a sprite, where it still has it.
        token: what the page sends with every decision.
        who: who decides unless somebody else is named.
    """

    title: str
    reviews: Sequence[SpriteReview]
    token: str
    who: str
    specs: Mapping[Place, SpriteSpec] = field(default_factory=dict)


def page_html(page: Page) -> str:
    """Return the whole page; whatever comes from outside is escaped."""
    sections = [section_html(review, page.specs.get(review.place)) for review in page.reviews]
    return Template((STATIC / "review.html").read_text()).substitute(
        title=escape(page.title),
        token=escape(page.token),
        who=escape(page.who),
        summary=escape(_summary(page.reviews)),
        sections="\n".join(sections)
        or '<p class="empty">Nothing was drawn yet; materialize the game first.</p>',
    )


def index_html(games: Iterable[str]) -> str:
    """Return the page that names the games something was drawn for."""
    links = [f'<li><a href="/{quote(game)}">{escape(game)}</a></li>' for game in games]
    return Template((STATIC / "index.html").read_text()).substitute(
        games="\n".join(links) or "<li>Nothing was drawn yet; materialize a game first.</li>"
    )


def section_html(review: SpriteReview, spec: SpriteSpec | None) -> str:
    """Return one sprite's part of the page, which takes the old one's place after a decision."""
    place = review.place
    name = escape(place.name)
    described = "" if spec is None else f'<p class="description">{escape(spec.description)}</p>'
    style = " pixel" if spec is not None and spec.style == "pixel" else ""
    published = review.record.published
    return f"""<section class="sprite{style}" id="{name}" aria-labelledby="{name}:name"
  data-game="{escape(place.game)}" data-pack="{escape(place.pack or "")}" data-sprite="{escape(place.sprite)}">
<header><h2 id="{name}:name">{name}</h2>
<span class="mark {"pass" if published else "fail"}">{"published" if published else "held back"}</span>
{described}</header>
<div class="candidates">
{"".join(_card(place, entry) for entry in review.entries)}</div>
</section>"""


def _card(place: Place, entry: Entry) -> str:
    candidate = entry.candidate
    outcome = _OUTCOMES.get(candidate.outcome, candidate.outcome)
    label = f"candidate {candidate.label}" if entry.current else "pinned earlier"
    summary = f"{place.sprite}, {label}: {', '.join((outcome, f'score {candidate.score:.2f}', *entry.marks))}"
    marks = [(candidate.outcome, outcome), *((mark, mark) for mark in entry.marks)]
    return f"""<article class="candidate {" ".join(entry.marks)}" tabindex="-1" aria-label="{escape(summary)}"
  data-picture="{escape(candidate.picture)}" data-label="{candidate.label if entry.current else ""}">
<div class="picture" data-caption="{escape(summary)}">{_pictures(place, candidate.images)}</div>
<p class="marks"><b>{candidate.label if entry.current else "earlier"}</b>
{"".join(f'<span class="mark {escape(kind)}">{escape(word)}</span>' for kind, word in marks)}</p>
<p class="facts">{escape(_facts(candidate))}{_before(place, candidate)}</p>
<p class="actions">{_actions(entry)}</p>
{_items("decisions", map(told, entry.decisions))}
{_faults(candidate.faults)}
</article>
"""


def _pictures(place: Place, images: Iterable[str]) -> str:
    """Layers lie one over the other, as in the game."""
    return "".join(f'<img src="{_address(place, key)}" alt="" loading="lazy">' for key in images)


def _address(place: Place, key: str) -> str:
    return PICTURES + quote(f"{place.game}/{place.pack or '-'}/{place.sprite}/{key}")


def _before(place: Place, candidate: Candidate) -> str:
    if candidate.generated is None:
        return ""
    return f' · <a href="{_address(place, candidate.generated)}" target="_blank">as it was drawn</a>'


def _facts(candidate: Candidate) -> str:
    cost_usd = sum((receipt.cost_usd for receipt in candidate.receipts), start=Decimal(0))
    strength = candidate.denoise_strength
    facts = [f"score {candidate.score:.2f}", f"seed {candidate.seed}"]
    facts += [] if strength is None else [f"strength {strength:.2f}"]
    facts += [receipt.model for receipt in candidate.receipts[:1]]
    return " · ".join([*facts, f"${cost_usd:.3f}" if cost_usd else "free"])


def _faults(faults: Sequence[str]) -> str:
    """The worst are told at once; a list as long as the page would hide the next sprite."""
    more = faults[_FAULTS_AT_ONCE:]
    hidden = f"<details><summary>{len(more)} more</summary>{_items('faults', more)}</details>" if more else ""
    return _items("faults", faults[:_FAULTS_AT_ONCE]) + hidden


def _items(kind: str, sentences: Iterable[str]) -> str:
    items = "".join(f"<li>{escape(sentence)}</li>" for sentence in sentences)
    return f'<ul class="{kind}">{items}</ul>' if items else ""


def _actions(entry: Entry) -> str:
    """Offer what would not be refused."""
    offered = ["approve"] if entry.current else []
    offered += ["unpin"] if entry.pinned else ["reject", "pin"]
    return "".join(
        f'<button type="button" data-action="{action}">{action.capitalize()} <kbd>{action[0]}</kbd></button>'
        for action in offered
    )


def _summary(reviews: Sequence[SpriteReview]) -> str:
    held_back = sum(not review.record.published for review in reviews)
    sprites = "1 sprite" if len(reviews) == 1 else f"{len(reviews)} sprites"
    return f"{sprites}, {held_back} held back"
