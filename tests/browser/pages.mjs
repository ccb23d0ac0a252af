// Drives the pages in a real browser and tells what it saw, as JSON on standard output; the test judges.
// What to drive comes in as JSON on standard input: the address, the browser, and where screenshots go.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import pa11y from "pa11y";
import { chromium } from "playwright-core";

const told = JSON.parse(readFileSync(0, "utf8"));
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const ARGS = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync",
];
const DESK = { width: 1280, height: 900 };
const PHONE = { width: 390, height: 844 };
const NARROW = { width: 320, height: 256 }; // a screen of 1280 by 1024 at 400 %

const browser = await chromium.launch({ executablePath: told.chromium, args: ARGS });
const seen = { axe: [], pa11y: [], overflow: [], small: [], console: [], cookies: [], texts: {} };

async function login(context, rol, gemeente) {
  const page = await context.newPage();
  page.on("console", (message) => message.type() === "error" && seen.console.push(message.text()));
  page.on("pageerror", (error) => seen.console.push(String(error)));
  await page.goto(told.base, { waitUntil: "load" });
  seen.led = page.url().split("?")[0];
  await judge(page, "login");
  await page.check(`input[value="${rol}"]`);
  await page.selectOption("#gemeente", gemeente);
  await page.click("button");
  await page.waitForLoadState("load");
  return page;
}

async function judge(page, name) {
  await page.evaluate(axe);
  const found = await page.evaluate((rules) => globalThis.axe.run(document, { runOnly: rules }), RULES);
  for (const one of found.violations) seen.axe.push(`${name}: ${one.id} ${one.nodes[0].html.slice(0, 120)}`);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  if (wide > 0) seen.overflow.push(`${name}: ${wide}`);
  seen.small.push(
    ...(await page.evaluate(() =>
      [...document.querySelectorAll("a, button, summary, select")]
        .filter((one) => !one.closest("p") && one.checkVisibility() && !one.classList.contains("utrecht-skip-link"))
        .map((one) => [one.outerHTML.slice(0, 80), one.getBoundingClientRect()])
        .filter(([, box]) => box.width < 24 || box.height < 24)
        .map(([html]) => html),
    )),
  );
}

const LETTER = "/rapportages/monitorbrief/2026-03?gebied=0599";
const VIEWS = { gemeente: ["/", "/rapportages", LETTER], "vt-teamleider": ["/", "/trends", "/rapportages", LETTER] };
const looks = [
  ["breed", { viewport: DESK }],
  ["donker", { viewport: DESK, colorScheme: "dark" }],
  ["telefoon", { viewport: PHONE, isMobile: true, hasTouch: true, deviceScaleFactor: 2 }],
  ["smal", { viewport: NARROW }],
  ["contrast", { viewport: DESK, forcedColors: "active" }],
];
for (const [look, options] of looks) {
  for (const [rol, paths] of Object.entries(VIEWS)) {
    const context = await browser.newContext(options);
    const page = await login(context, rol, "0599");
    for (const path of paths) {
      await page.goto(told.base + path, { waitUntil: "load" });
      const name = `${rol}${path.replaceAll(/[^a-z]+/g, "-")}-${look}`;
      await judge(page, name);
      seen.texts[name] = await page.innerText("h1");
      await page.screenshot({ path: `${told.folder}/${name}.png`, fullPage: true });
      // What is folded out must be as good.
      await page.evaluate(() => document.querySelectorAll("details").forEach((one) => (one.open = true)));
      await judge(page, `${name}-open`);
    }
    if (look === "breed") {
      seen.cookies.push(await page.evaluate(() => document.cookie));
      const kept = (await context.cookies()).find((one) => one.name === "__Host-sessie");
      seen.session = { httpOnly: kept.httpOnly, secure: kept.secure, sameSite: kept.sameSite };
      seen.stored = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]));
      for (const path of paths) {
        const found = await pa11y(told.base + path, {
          chromeLaunchConfig: { executablePath: told.chromium, args: ARGS },
          headers: { Cookie: `${kept.name}=${kept.value}` },
          runners: ["htmlcs"],
          standard: "WCAG2AA",
        });
        seen.pa11y.push(...found.issues.map((one) => `${rol}${path}: ${one.code} ${one.context?.slice(0, 120)}`));
        seen.texts[`pa11y-${rol}${path}`] = found.documentTitle;
      }
    }
    await context.close();
  }
}

// --- by keyboard
{
  const context = await browser.newContext({ viewport: DESK });
  const page = await login(context, "vt-teamleider", "0599");
  const stops = [];
  for (let number = 0; number < 60; number += 1) {
    await page.keyboard.press("Tab");
    const stop = await page.evaluate(() => {
      const at = document.activeElement;
      if (at === document.body) return null;
      const style = getComputedStyle(at);
      const box = at.getBoundingClientRect();
      const mid = document.elementFromPoint(box.x + Math.min(box.width, innerWidth) / 2, Math.max(box.y + 8, 8));
      return {
        what: `${at.tagName.toLowerCase()} ${(at.getAttribute("aria-label") ?? at.innerText).trim().slice(0, 60)}`,
        ringed: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
        onScreen: box.bottom > 0 && box.top < innerHeight && (at.contains(mid) || (mid?.contains(at) ?? false)),
      };
    });
    if (stop === null) break;
    stops.push(stop);
  }
  seen.stops = stops;
  seen.reachable = await page.evaluate(
    () =>
      [...document.querySelectorAll("a[href], button, summary, select, [tabindex='0']")].filter(
        (one) => one.checkVisibility({ contentVisibilityAuto: true }) && !one.closest("details:not([open]) > :not(summary)"),
      ).length,
  );
  await page.goto(told.base, { waitUntil: "load" });
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  seen.skipped = await page.evaluate(() => document.activeElement.id);
  await page.focus("summary");
  await page.keyboard.press("Enter");
  seen.unfolded = await page.evaluate(() => document.querySelector("details").open);
  await page.keyboard.press("Enter");

  // --- looking for news
  const cdp = await context.newCDPSession(page);
  await cdp.send("Network.enable");
  const statuses = [];
  cdp.on("Network.responseReceivedExtraInfo", (event) => statuses.push(event.statusCode));
  await page.evaluate(() => fetch("/", { cache: "no-cache", headers: { Accept: "text/html" } }).then((a) => a.text()));
  await page.waitForTimeout(200);
  seen.refresh = [...statuses];

  // --- on paper
  for (const path of ["/", "/trends", LETTER]) {
    await page.goto(told.base + path, { waitUntil: "load" });
    await page.emulateMedia({ media: "print" });
    seen.printed = (seen.printed ?? []).concat(
      await page.evaluate(() => [...document.querySelectorAll("details table")].map((one) => one.getBoundingClientRect().height)),
    );
    const name = { "/": "vandaag", "/trends": "trends", [LETTER]: "brief" }[path];
    await page.pdf({ path: `${told.folder}/druk-${name}.pdf`, format: "A4" });
    await page.setViewportSize({ width: 794, height: 1123 });
    await page.screenshot({ path: `${told.folder}/druk-${name}.png`, fullPage: true });
    await page.setViewportSize(DESK);
    await page.emulateMedia({ media: "screen" });
  }

  // --- out again
  await page.goto(told.base, { waitUntil: "load" });
  await page.click("form[action='/afmelden'] button");
  await page.waitForLoadState("load");
  seen.out = await page.innerText("h1");
  await judge(page, "afgemeld");
  await context.close();
}

// --- without a script
{
  const context = await browser.newContext({ viewport: PHONE, javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(told.base, { waitUntil: "load" });
  await page.locator('input[value="gemeente"]').check();
  await page.locator("button").click();
  await page.waitForLoadState("load");
  await page.locator("summary").first().click();
  seen.plain = { h1: await page.locator("h1").innerText(), table: await page.locator("details table").first().isVisible() };
  await context.close();
}

// --- on a phone
async function costOf(options, path) {
  const fresh = await browser.newContext(options);
  const page = await fresh.newPage();
  const cdp = await fresh.newCDPSession(page);
  await cdp.send("Network.enable");
  await cdp.send("Network.emulateNetworkConditions", {
    offline: false, latency: 150, downloadThroughput: 200_000, uploadThroughput: 93_750,
  });
  let bytes = 0;
  cdp.on("Network.loadingFinished", (event) => (bytes += event.encodedDataLength));
  await page.goto(told.base + path, { waitUntil: "load" });
  await page.waitForTimeout(300);
  const paint = await page.evaluate(() => performance.getEntriesByName("first-contentful-paint")[0].startTime);
  await fresh.close();
  return { bytes, paint: Math.round(paint) };
}
seen.phone = {};
for (const [rol, path] of [["vt-teamleider", "/"], ["gemeente", "/"]]) {
  const options = { viewport: PHONE, isMobile: true, deviceScaleFactor: 2 };
  const first = await browser.newContext(options);
  await login(first, rol, "0599");
  const state = await first.storageState();
  // The best of three, beside the barest page of ours: a machine that does something else as well says nothing of a page.
  const best = async (place) => {
    const costs = [];
    for (let number = 0; number < 3; number += 1) costs.push(await costOf({ ...options, storageState: state }, place));
    return costs.sort((one, other) => one.paint - other.paint)[0];
  };
  seen.phone[rol] = { ...(await best(path)), bare: (await best("/afgemeld")).paint };
  await first.close();
}

await browser.close();
console.log(JSON.stringify(seen));
