"use strict";

const GROUNDS = ["checkerboard", "black", "white"];
const SIZES = [0.125, 0.25, 0.5, 1, 2, 3, 4, 6, 8, 12, 16];
const calm = matchMedia("(prefers-reduced-motion: reduce)");
const filters = document.querySelector(".filters");
const dialog = document.querySelector("dialog.sprite");
const all = [...document.querySelectorAll(".card")];
const shown = () => all.filter((card) => !card.hidden);
const named = (name) => all.find((card) => card.dataset.sprite === name);

// The grid -----------------------------------------------------------------------------------------------------

function filter() {
  const words = filters.elements.name.value.toLowerCase().split(/\s+/).filter(Boolean);
  const { kind, verdict } = Object.fromEntries(new FormData(filters));
  for (const card of all) {
    const fits = words.every((word) => card.dataset.name.includes(word));
    card.hidden = !(fits && (!kind || card.dataset.kind === kind) && (!verdict || card.dataset.verdict === verdict));
  }
  const count = shown().length;
  const whole = `${all.length} sprite${all.length === 1 ? "" : "s"}`;
  document.querySelector(".summary").textContent = count === all.length ? whole : `${count} of ${whole}`;
  document.querySelector(".none").hidden = count > 0;
}

function setGround(ground) {
  document.body.dataset.ground = ground;
  filters.elements.ground.value = ground;
}

const nextGround = () => setGround(GROUNDS[(GROUNDS.indexOf(document.body.dataset.ground) + 1) % GROUNDS.length]);

function columns() {
  return getComputedStyle(document.querySelector(".cards")).gridTemplateColumns.split(" ").length;
}

function walk(step) {
  const cards = shown();
  const here = cards.indexOf(document.activeElement.closest?.(".card"));
  const next = cards[here < 0 ? 0 : here + step];
  next?.querySelector("a").focus();
}

// One sprite ---------------------------------------------------------------------------------------------------

const view = () => dialog.querySelector(".view:not([hidden])");
let playing = null;

function openCard(card) {
  pause();
  dialog.replaceChildren(card.querySelector("template").content.cloneNode(true));
  dialog.dataset.sprite = card.dataset.sprite;
  if (!dialog.open) dialog.showModal();
  (dialog.querySelector(".stage") ?? dialog.querySelector("[data-close]")).focus();
  if (view()) show(0);
}

function go(step) {
  const cards = shown();
  const next = cards[cards.indexOf(named(dialog.dataset.sprite)) + step];
  if (next) location.replace(`#${next.dataset.sprite}`);
}

function show(number) {
  pause();
  dialog.querySelectorAll(".view").forEach((each, n) => { each.hidden = n !== number; });
  dialog.querySelectorAll("[data-view]").forEach((tab, n) => tab.setAttribute("aria-pressed", n === number));
  const now = view();
  now.style.setProperty("--width", now.dataset.width);
  now.style.setProperty("--height", now.dataset.height);
  now.querySelectorAll(".layer").forEach((layer) => layer.style.setProperty("--factor", layer.dataset.factor));
  dialog.querySelector(".scroll").hidden = !now.matches(".scene");
  dialog.querySelector(".play").hidden = !now.matches(".frames");
  dialog.querySelector(".wipe").hidden = !now.matches(".compared");
  zoomTo(fitting());
  if (now.matches(".frames")) calm.matches ? showFrame(0) : play();
  if (now.matches(".frames")) sayPlaying();
}

// As large as fits; what is enlarged grows by whole numbers, so that all its pixels are of one size.
function fitting() {
  const stage = dialog.querySelector(".stage"), { width, height } = view().dataset;
  const fits = Math.min((stage.clientWidth - 16) / width, (stage.clientHeight - 16) / height);
  return fits > 1 ? Math.min(Math.floor(fits), SIZES.at(-1)) : fits;
}

function zoomTo(zoom) {
  const now = view();
  now.dataset.zoom = zoom;
  now.style.setProperty("--zoom", zoom);
  now.classList.toggle("enlarged", zoom * devicePixelRatio > 1);
  now.querySelectorAll("img").forEach(crisp);
  dialog.querySelector(".zoom output").value = `${Math.round(zoom * 100)} %`;
}

// Pixels stay crisp where they are shown larger than they are; a picture that is shown smaller is better smooth.
function crisp(image) {
  image.classList.toggle("enlarged", image.naturalWidth < image.clientWidth * devicePixelRatio);
}

function zoom(step) {
  const now = Number(view().dataset.zoom);
  if (step === 0) return zoomTo(fitting());
  const wanted = step > 0 ? SIZES.find((size) => size > now + 1e-6) : SIZES.findLast((size) => size < now - 1e-6);
  if (wanted) zoomTo(wanted);
}

// Before and after ---------------------------------------------------------------------------------------------

function compare(button) {
  const again = button.getAttribute("aria-pressed") === "true";
  dialog.querySelectorAll("[data-before]").forEach((each) => each.setAttribute("aria-pressed", each === button && !again));
  const views = [...dialog.querySelectorAll(".view")];
  const picture = views.at(-1), before = picture.querySelector(".before");
  before.replaceChildren(...(again ? [] : JSON.parse(button.dataset.before).map(imageOf)));
  before.hidden = again;
  picture.classList.toggle("compared", !again);
  dialog.querySelector(".before-label").textContent = button.querySelector(".label").textContent;
  show(views.indexOf(picture));
  wipe();
}

function imageOf(address) {
  const image = new Image();
  image.src = address;
  image.alt = "";
  return image;
}

const wipe = () => view().style.setProperty("--wipe", `${dialog.querySelector("[name=wipe]").value}%`);

// Motion -------------------------------------------------------------------------------------------------------

function play() {
  const { cells, fps, loop } = view().dataset;
  const count = JSON.parse(cells).length, begin = performance.now();
  const tick = (time) => {
    const frame = Math.max(0, Math.floor((time - begin) * fps / 1000));
    if (loop !== "true" && frame >= count) return pause();
    showFrame(frame % count);
    playing = requestAnimationFrame(tick);
  };
  showFrame(0);
  playing = requestAnimationFrame(tick);
  sayPlaying();
}

function pause() {
  if (playing !== null) cancelAnimationFrame(playing);
  playing = null;
  sayPlaying();
}

function sayPlaying() {
  const button = dialog.querySelector(".play");
  if (button) button.textContent = playing === null ? "Play" : "Stop";
}

function showFrame(number) {
  const [x, y] = JSON.parse(view().dataset.cells)[number];
  view().style.setProperty("--x", x);
  view().style.setProperty("--y", y);
}

// At the edges of the frame the nearest layer has moved by half a picture.
function shiftScene(percent) {
  dialog.querySelector("[name=scroll]").value = percent;
  view().style.setProperty("--shift", percent / 200);
}

function follow(event) {
  const stage = event.target.closest(".stage");
  if (calm.matches || !stage || !view().matches(".scene")) return;
  const { left, width } = stage.getBoundingClientRect();
  shiftScene(((event.clientX - left) / width) * 200 - 100);
}

// Keys and clicks ----------------------------------------------------------------------------------------------

const IN_GRID = {
  ArrowRight: () => walk(1), ArrowLeft: () => walk(-1),
  ArrowDown: () => walk(columns()), ArrowUp: () => walk(-columns()),
  "/": () => filters.elements.name.focus(),
};
const IN_DIALOG = {
  ArrowRight: () => go(1), ArrowLeft: () => go(-1),
  "+": () => zoom(1), "=": () => zoom(1), "-": () => zoom(-1), 0: () => zoom(0),
  " ": () => (playing === null ? play() : pause()),
};
const ANYWHERE = { b: nextGround, "?": () => document.querySelector("dialog.keys").showModal() };

// A control keeps the keys that are its own: arrows of a slider or of what scrolls, the space bar of a button, letters of a field.
function takes(target, key) {
  if (target.matches("input[type=search], select")) return true;
  if (target.matches("input")) return key.startsWith("Arrow");
  if (target.matches(".stage")) return key.startsWith("Arrow") && target.scrollWidth > target.clientWidth;
  return target.matches("button") && key === " ";
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("dialog.keys") || takes(event.target, event.key)) return;
  const act = (dialog.open ? IN_DIALOG : IN_GRID)[event.key] ?? ANYWHERE[event.key];
  if (!act) return;
  if (dialog.open && !view() && !event.key.startsWith("Arrow") && !(event.key in ANYWHERE)) return;
  if (event.key === " " && !view().matches(".frames")) return;
  event.preventDefault();
  act();
});

dialog.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (event.target === dialog || button?.matches("[data-close]")) dialog.close();
  else if (button?.dataset.go) go(Number(button.dataset.go));
  else if (button?.dataset.view) show(Number(button.dataset.view));
  else if (button?.dataset.zoom) zoom(Number(button.dataset.zoom));
  else if (button?.dataset.before) compare(button);
  else if (button?.matches(".play")) playing === null ? play() : pause();
});

dialog.addEventListener("input", (event) => {
  if (event.target.name === "scroll") shiftScene(event.target.value);
  if (event.target.name === "wipe") wipe();
});
dialog.addEventListener("pointermove", follow);
dialog.addEventListener("load", (event) => { if (event.target.matches(".view img")) crisp(event.target); }, true);

dialog.addEventListener("close", () => {
  pause();
  named(dialog.dataset.sprite)?.querySelector("a").focus();
  location.hash = "";
});

document.querySelector(".cards").addEventListener("click", (event) => {
  const card = event.target.closest(".card");
  if (!card || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  location.hash = card.dataset.sprite;
});

document.querySelector(".help").addEventListener("click", ANYWHERE["?"]);
document.querySelector(".reset").addEventListener("click", () => { filters.reset(); setGround(document.body.dataset.ground); filter(); });
filters.addEventListener("submit", (event) => event.preventDefault());
filters.addEventListener("input", (event) => (event.target.name === "ground" ? setGround(event.target.value) : filter()));

// The address names the open sprite, so that it can be sent to others, and the way back works.
function toAddress() {
  const card = named(decodeURIComponent(location.hash.slice(1)));
  if (card) openCard(card);
  else if (dialog.open) dialog.close();
}
addEventListener("hashchange", toAddress);
addEventListener("resize", () => { if (dialog.open && view()) zoomTo(fitting()); });
filter(); // a browser may keep what was typed before the page was loaded anew
toAddress();
