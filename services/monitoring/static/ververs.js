// Loads the page again every thirty seconds, until the reader stops it; the choice lasts as long as the tab.
"use strict";
(() => {
  const SECONDS = 30;
  const KEY = "ketenradar-stil";
  const button = document.getElementById("ververs");
  let timer = 0;
  const show = (stopped) => {
    button.textContent = stopped ? "Verversen hervatten" : "Verversen stoppen";
    button.setAttribute("aria-pressed", String(stopped));
    clearTimeout(timer);
    if (!stopped) timer = setTimeout(() => location.reload(), SECONDS * 1000);
  };
  const isStopped = () => sessionStorage.getItem(KEY) === "ja";
  button.addEventListener("click", () => {
    sessionStorage.setItem(KEY, isStopped() ? "nee" : "ja");
    show(isStopped());
  });
  // Nothing is pulled from under somebody who is reading the figures behind the chart.
  for (const details of document.querySelectorAll("details")) {
    details.addEventListener("toggle", () => show(isStopped() || details.open));
  }
  button.hidden = false;
  show(isStopped());
})();
