// An element with data-progress asks that address how far something is, and shows it; when nothing is under way any more, the page is
// loaded anew. Only texts and numbers are set, never markup.
(() => {
  "use strict";

  const place = document.querySelector("[data-progress]");
  if (!place) return;
  const bar = place.querySelector("progress");
  let pause = 500;

  async function ask() {
    try {
      const answer = await fetch(place.dataset.progress, { headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(String(answer.status));
      const told = await answer.json();
      if (!told.is_under_way) {
        location.reload();
        return;
      }
      place.querySelector("[data-stage]").textContent = told.stage;
      place.querySelector("[data-rows]").textContent = told.rows;
      if (told.percent) bar.value = told.percent;
      else bar.removeAttribute("value");
    } catch {
      pause = 5000;
    }
    pause = Math.min(pause * 1.3, 5000);
    setTimeout(ask, pause);
  }

  setTimeout(ask, pause);
})();
