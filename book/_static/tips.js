// Shows what a link is described by, beside it: to a pointer that rests on
// the link, to the keyboard's focus, and at a finger's first touch.
const PAUSE = 200; // ms: a pointer may pass by, or cross over to the text
const GAP = 8; // px

let shown = null;
let timer = 0;
let touched = false;

function hide() {
  clearTimeout(timer);
  shown?.tip.hidePopover();
  shown = null;
}

function place({ link, tip }) {
  const at = link.getBoundingClientRect();
  const { width, height } = tip.getBoundingClientRect();
  const room = document.documentElement.clientWidth - width - GAP;
  const below = at.bottom + GAP + height < innerHeight || at.top < height + GAP;
  const top = below ? at.bottom + GAP / 2 : at.top - height - GAP / 2;
  tip.style.left = `${Math.max(GAP, Math.min(at.left, room)) + scrollX}px`;
  tip.style.top = `${top + scrollY}px`;
}

function show(link) {
  clearTimeout(timer);
  if (shown?.link === link) return;
  hide();
  const tip = document.getElementById(link.getAttribute("aria-describedby"));
  tip.showPopover();
  shown = { link, tip };
  place(shown);
}

function soon(action) {
  clearTimeout(timer);
  timer = setTimeout(action, PAUSE);
}

function listen(link) {
  link.addEventListener("mouseenter", () => touched || soon(() => show(link)));
  link.addEventListener("mouseleave", () => touched || soon(hide));
  link.addEventListener(
    "focus",
    () => link.matches(":focus-visible") && show(link),
  );
  link.addEventListener("blur", hide);
  link.addEventListener("click", (event) => {
    if (!touched || shown?.link === link) return;
    event.preventDefault();
    show(link);
  });
}

function prepare(tip) {
  tip.popover = "manual";
  tip.hidden = false;
  tip.addEventListener("mouseenter", () => clearTimeout(timer));
  tip.addEventListener("mouseleave", () => touched || soon(hide));
}

if ("popover" in HTMLElement.prototype) {
  document.querySelectorAll(".tip[role=tooltip]").forEach(prepare);
  document.querySelectorAll("a[aria-describedby^='tip-']").forEach(listen);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") hide();
  });
  document.addEventListener(
    "pointerdown",
    (event) => {
      touched = event.pointerType === "touch";
      const kept = [shown?.link, shown?.tip];
      if (!kept.some((part) => part?.contains(event.target))) hide();
    },
    true,
  );
}
