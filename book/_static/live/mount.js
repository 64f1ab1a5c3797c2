// Bring the page's live figures to life, each when it comes near the screen.
import { survey } from "./survey.js";

async function bring(figure) {
  const { mount } = await import(`./${figure.dataset.live}.js`);
  mount(figure.querySelector(".live-stage"), survey);
  figure.querySelector(".live-still").remove();
  figure.dataset.ready = "";
}

const near = new IntersectionObserver(
  (entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      near.unobserve(target);
      bring(target);
    }
  },
  { rootMargin: "400px" },
);

for (const figure of document.querySelectorAll("figure[data-live]")) {
  near.observe(figure);
}
