"use strict";

const DONE = { approve: "approved", reject: "rejected", pin: "pinned", unpin: "unpinned" };
const GROUNDS = ["checkerboard", "black", "white"];
const token = document.querySelector("meta[name=review-token]").content;
const who = document.querySelector("input[name=who]");
const message = document.querySelector(".message");

const current = () => document.querySelector("[aria-current]");
const cards = (section) => [...section.querySelectorAll(".candidate")];

// Looking ------------------------------------------------------------------------------------------------------

function mark(card) {
  const before = current();
  if (before) { before.removeAttribute("aria-current"); before.tabIndex = -1; }
  card.setAttribute("aria-current", "true");
  card.tabIndex = 0;
}

function select(card) {
  if (!card) return;
  mark(card);
  card.focus({ preventScroll: true });
  card.scrollIntoView({ block: "nearest" });
}

const favourite = (section) =>
  section.querySelector(".candidate.pinned") ?? section.querySelector(".candidate.chosen") ?? section.querySelector(".candidate");

function toSprite(step) {
  const sections = [...document.querySelectorAll(".sprite")];
  const next = sections[sections.indexOf(current()?.closest(".sprite")) + step];
  if (next) { select(favourite(next)); next.scrollIntoView({ block: "nearest" }); }
}

function toCandidate(step) {
  const all = current() ? cards(current().closest(".sprite")) : [];
  select(all[all.indexOf(current()) + step]);
}

function toLabel(label) {
  const section = current()?.closest(".sprite");
  if (section) select(cards(section).find((card) => card.dataset.label === label));
}

function changeGround() {
  const now = document.body.dataset.ground ?? GROUNDS[0];
  document.body.dataset.ground = GROUNDS[(GROUNDS.indexOf(now) + 1) % GROUNDS.length];
}

function say(text, isError) {
  message.textContent = text;
  message.classList.toggle("error", isError);
}

// Pixels stay crisp where they are shown larger than they are; a picture that is shown smaller is better smooth.
function crisp(image) {
  image.classList.toggle("enlarged", image.naturalWidth < image.clientWidth * devicePixelRatio);
}

// Deciding -----------------------------------------------------------------------------------------------------

function askWhy(action, card) {
  const dialog = document.querySelector("dialog.why");
  const text = dialog.querySelector("textarea");
  dialog.querySelector("h2").textContent = `Why ${action} ${card.getAttribute("aria-label").split(":")[0]}?`;
  text.value = "";
  dialog.returnValue = "cancel";
  dialog.showModal();
  text.focus();
  return new Promise((resolve) => {
    const closed = () => resolve(dialog.returnValue === "decide" ? text.value : null);
    dialog.addEventListener("close", closed, { once: true });
  });
}

async function decide(action) {
  const card = current();
  if (!card) return;
  if (!who.reportValidity()) return;
  const why = action === "reject" || action === "pin" ? await askWhy(action, card) : "";
  if (why === null) { card.focus({ preventScroll: true }); return; }
  const section = card.closest(".sprite");
  const { game, pack, sprite } = section.dataset;
  const wish = { action, picture: card.dataset.picture, who: who.value, why };
  let answer, text;
  try {
    answer = await fetch("/-/decisions", {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-Review-Token": token },
      body: JSON.stringify({ game, pack: pack || null, sprite, wish }),
    });
    text = await answer.text();
  } catch {
    say("The review server does not answer; start it again, then reload this page.", true);
    return;
  }
  if (!answer.ok) { say(text, true); card.focus({ preventScroll: true }); return; }
  replace(section, text, card.dataset.picture);
  say(`${sprite}: ${DONE[action]}`, false);
}

function replace(section, html, picture) {
  const template = document.createElement("template");
  template.innerHTML = html;
  const fresh = template.content.firstElementChild;
  const stayed = section.contains(current()); // whoever went on meanwhile is not called back
  section.replaceWith(fresh);
  if (stayed) select(cards(fresh).find((card) => card.dataset.picture === picture) ?? favourite(fresh));
}

// Keys and clicks ----------------------------------------------------------------------------------------------

const help = () => document.querySelector("dialog.help").showModal();
const large = () => { document.body.classList.toggle("large"); current()?.querySelectorAll("img").forEach(crisp); };
const KEYS = {
  ArrowDown: () => toSprite(1), j: () => toSprite(1), ArrowUp: () => toSprite(-1), k: () => toSprite(-1),
  ArrowRight: () => toCandidate(1), l: () => toCandidate(1), ArrowLeft: () => toCandidate(-1), h: () => toCandidate(-1),
  a: () => decide("approve"), r: () => decide("reject"), p: () => decide("pin"), u: () => decide("unpin"),
  z: large, b: changeGround, "?": help,
  Escape: () => { document.body.classList.remove("large"); say("", false); },
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const inDialog = event.target.closest("dialog");
  if (inDialog && event.key === "Enter" && !event.shiftKey && event.target.matches("textarea")) {
    event.preventDefault();
    inDialog.querySelector("form").requestSubmit(inDialog.querySelector("[value=decide]"));
  }
  if (inDialog || event.target.matches("input, textarea")) return;
  if (event.repeat && "arpu".includes(event.key)) return; // a key held down decides once
  const act = KEYS[event.key] ?? (/^[1-9]$/.test(event.key) ? () => toLabel(event.key) : null);
  if (act) { event.preventDefault(); act(); }
});

document.addEventListener("focusin", (event) => {
  const card = event.target.closest(".candidate");
  if (card && card !== current()) mark(card);
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-action], button[data-command]");
  const card = event.target.closest(".candidate");
  if (card && card !== current()) mark(card);
  if (button?.dataset.action) decide(button.dataset.action);
  else if (button?.dataset.command) ({ ground: changeGround, help })[button.dataset.command]();
  else if (event.target.closest(".picture")) large();
});

document.addEventListener("load", (event) => { if (event.target.matches?.(".picture img")) crisp(event.target); }, true);

// The start ----------------------------------------------------------------------------------------------------

who.value = localStorage.getItem("review-who") || who.value;
who.addEventListener("change", () => localStorage.setItem("review-who", who.value));

function toAddress() {
  const wanted = document.getElementById(decodeURIComponent(location.hash.slice(1))) ?? document.querySelector(".sprite");
  if (!wanted) return;
  select(favourite(wanted));
  wanted.scrollIntoView({ block: "start" });
}
addEventListener("hashchange", toAddress);
document.querySelectorAll(".picture img").forEach((image) => { if (image.complete) crisp(image); });
toAddress();
