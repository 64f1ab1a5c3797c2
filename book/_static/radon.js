// A formula that scrolls can be scrolled from the keyboard.
for (const formula of document.querySelectorAll(".katex-display")) {
  if (formula.scrollWidth > formula.clientWidth) formula.tabIndex = 0;
}
