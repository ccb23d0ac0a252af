// Looks every thirty seconds whether there is anything new, until the reader stops it; the choice lasts as long as the
// tab. When nothing changed the answer is a 304 and nothing is touched; otherwise the inside of the page is replaced.
"use strict";
(() => {
  const SECONDS = 30;
  const KEY = "ketenradar-stil";
  const main = document.getElementById("inhoud");
  const button = () => document.getElementById("ververs");
  let known = main.dataset.etag;
  let timer = 0;
  let rest = 0; // what the door asked us to wait

  const isStopped = () => sessionStorage.getItem(KEY) === "ja";
  // Nothing is pulled from under somebody who reads the figures behind a chart, or who is in the middle of something.
  const isBusy = () => {
    const at = document.activeElement;
    const isElsewhere = at === main || at === button() || !main.contains(at);
    return document.hidden || main.querySelector("details[open]") !== null || !isElsewhere;
  };

  const show = () => {
    const shown = button();
    shown.textContent = isStopped() ? "Verversen hervatten" : "Verversen stoppen";
    shown.hidden = false;
    clearTimeout(timer);
    if (!isStopped()) timer = setTimeout(look, Math.max(SECONDS, rest) * 1000);
  };

  const tell = (text) => {
    const now = new Date();
    const clock = `${String(now.getHours()).padStart(2, "0")}.${String(now.getMinutes()).padStart(2, "0")}`;
    document.getElementById("nagekeken").textContent = `, ${text} om ${clock} uur`;
  };

  const replace = (text) => {
    const fresh = new DOMParser().parseFromString(text, "text/html").getElementById("inhoud");
    if (!fresh) {
      location.reload();
      return;
    }
    const wasOnButton = document.activeElement === button();
    main.replaceChildren(...fresh.childNodes);
    start();
    if (wasOnButton) button().focus();
    document.getElementById("vernieuwd").textContent = "De cijfers zijn vernieuwd.";
  };

  const look = async () => {
    if (isBusy()) {
      show();
      return;
    }
    try {
      const answer = await fetch(location.href, { cache: "no-cache", redirect: "manual", headers: { Accept: "text/html" } });
      if (answer.type === "opaqueredirect") {
        location.reload(); // the session is over: let the browser go where it is sent
        return;
      }
      if (answer.ok) {
        const etag = answer.headers.get("ETag");
        if (etag !== known) replace(await answer.text());
        known = etag;
        rest = 0;
        tell("nagekeken");
      } else {
        rest = Number(answer.headers.get("Retry-After")) || 0;
        tell("niet gelukt na te kijken");
      }
    } catch {
      tell("niet gelukt na te kijken");
    }
    show();
  };

  const start = () => {
    button().addEventListener("click", () => {
      sessionStorage.setItem(KEY, isStopped() ? "nee" : "ja");
      show();
    });
    show();
  };
  start();
})();
