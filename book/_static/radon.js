// A formula or a table that scrolls can be scrolled from the keyboard.
// All are measured before one is changed, so that the page is laid out once.
const scrolling = [...document.querySelectorAll(".katex-display, .text_html")];
for (const wide of scrolling.filter((x) => x.scrollWidth > x.clientWidth)) {
  wide.tabIndex = 0;
}

// What the theme writes as inline handlers, which the page's policy forbids.
document
  .querySelector(".btn-download-pdf-button")
  ?.addEventListener("click", () => print());
document.addEventListener("click", (event) => {
  if (!event.target.closest?.(".highlight-link a")) return;
  event.preventDefault();
  SphinxHighlight.hideSearchWords();
});
