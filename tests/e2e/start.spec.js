import { expect, test } from "./deployments.js";

const ONE = "11111111";

test.beforeEach(({ deployments }) => deployments.deploy(ONE));

const trouble = (page) => page.locator("#start-trouble");
const reload = (page) => trouble(page).getByRole("button", { name: "Reload the page" });

/** The module as it is, but for an error in its second line. */
async function throwsFirst(route) {
  const response = await route.fetch();
  await route.fulfill({ response, body: `\nthrow new Error("on purpose");${await response.text()}` });
}

for (const language of ['"C"', '""', '"en-US@posix"', "undefined"]) {
  test(`a browser whose language is ${language} runs the page, charts included`, async ({ page, lab }) => {
    await page.addInitScript(`Object.defineProperty(Navigator.prototype, "language", { get: () => ${language} })`);
    await lab.open();
    await lab.step.click();
    await lab.waitForStep(1);
    await expect(page.locator(".chart .uplot").first()).toBeVisible();
    await expect(trouble(page)).toHaveCount(0);
  });
}

test.describe("a start that fails", () => {
  test.use({ expectedErrors: [/Failed to load (?:resource|module script)|on purpose|Unexpected/] });

  const module = `v-${ONE}/main.js`;
  const cases = [
    { name: "because a module is not there", answer: (route) => route.fulfill({ status: 404, body: "" }), says: `The file ${module} did not load: the server answered "404`, advice: "Check the connection" },
    { name: "because the connection breaks", answer: (route) => route.abort("connectionreset"), says: `The file ${module} did not load: Failed to fetch`, advice: "Check the connection" },
    { name: "because something else comes in place of a module", answer: (route) => route.fulfill({ contentType: "text/html", body: "<p>Please log in</p>" }), says: `The file ${module} did not load: something else came in its place`, advice: "Check the connection" },
    { name: "because a module is of a language that the browser does not know", answer: (route) => route.fulfill({ contentType: "text/javascript", body: "let 1 = ;" }), says: `An error in ${module}, line 1: Uncaught SyntaxError`, advice: "the browser may be too old" },
    { name: "because a module throws", answer: throwsFirst, says: `An error in ${module}, line 2: Uncaught Error: on purpose`, advice: "Reload the page" },
  ];
  for (const { name, answer, says, advice } of cases) {
    test(`${name} says so, and what to do`, async ({ page, lab }) => {
      await page.route(`**/${module}`, answer);
      await page.goto("./");
      await expect(trouble(page)).toContainText("The page could not start.");
      await expect(trouble(page)).toContainText(says);
      await expect(trouble(page)).toContainText(advice);
      await expect(trouble(page)).toHaveAttribute("role", "alert");
      await page.unroute(`**/${module}`);
      await reload(page).click();
      await lab.ready();
      await expect(trouble(page)).toHaveCount(0);
    });
  }

  for (const [address, main] of [["./", "first.js"], ["./bench.html", "bench.js"]]) {
    test(`because a new version took the place of this one is told and mended by a reload, at ${address}`, async ({ page, deployments }) => {
      deployments.deploy(ONE, (files) => {
        // The page is still the old one, as caches on the way may have it.
        for (const name of files.keys()) if (name.startsWith("v-")) files.delete(name);
      });
      await page.goto(address);
      await expect(trouble(page)).toContainText(`The file v-${ONE}/${main} did not load: the server answered "404`);
      await expect(trouble(page)).toContainText("a new version of the page was put up");
      deployments.deploy("22222222");
      const loaded = page.waitForResponse(`**/v-22222222/${main}`);
      await reload(page).click();
      expect((await loaded).status()).toBe(200);
      await expect(trouble(page)).toHaveCount(0);
    });
  }
});

for (const [what, script, says] of [
  ["JavaScript modules", "delete HTMLScriptElement.prototype.noModule", "does not know JavaScript modules"],
  ["WebAssembly", "delete globalThis.WebAssembly", "does not run WebAssembly"],
]) {
  test(`a browser without ${what} is told to be updated`, async ({ page }) => {
    await page.addInitScript(script);
    await page.goto("./");
    await expect(trouble(page)).toContainText(says);
    await expect(trouble(page)).toContainText("Update the browser");
    await expect(reload(page)).toBeVisible();
  });
}

test("without JavaScript the page says what it needs", async ({ page }) => {
  await page.goto("./");
  // Read as a browser does whose scripts are switched off.
  const says = await page.evaluate(async () => {
    const html = await (await fetch("./")).text();
    return new DOMParser().parseFromString(html, "text/html").querySelector("noscript p")?.textContent;
  });
  expect(says).toContain("JavaScript is switched off: allow it for this site");
});

for (const store of ["indexedDB", "localStorage"]) {
  test(`a browser that refuses ${store} runs the page, and says that nothing is kept`, async ({ page, lab }) => {
    await page.addInitScript((name) => {
      Object.defineProperty(globalThis, name, {
        get() {
          throw new DOMException("The operation is insecure.", "SecurityError");
        },
      });
    }, store);
    await lab.open();
    await expect(trouble(page)).toContainText("lets the page store nothing");
    await expect(trouble(page)).toContainText("(The operation is insecure.)");
    await expect(trouble(page)).toHaveAttribute("role", "status");
    await trouble(page).getByRole("button", { name: "Go on without" }).click();
    await expect(trouble(page)).toHaveCount(0);
    await lab.train.click();
    await lab.waitForStep(20);
    await lab.pause();
  });
}

test("a slow start is no failure: after a long silence the page says that it is still loading, and no longer than that", async ({ page, lab }) => {
  await page.addInitScript(() => {
    const later = globalThis.setTimeout;
    // The long silence is over soon.
    globalThis.setTimeout = (work, ms, ...rest) => later(work, ms === 20_000 ? 200 : ms, ...rest);
  });
  let release;
  const held = new Promise((resolve) => (release = resolve));
  await page.route(`**/v-${ONE}/main.js`, async (route) => {
    await held;
    await route.continue();
  });
  await page.goto("./", { waitUntil: "commit" });
  await expect(trouble(page)).toContainText("Still loading");
  await expect(trouble(page)).toHaveAttribute("role", "status");
  release();
  await lab.ready();
  await expect(trouble(page)).toHaveCount(0);
});

test.describe("with the models of the page", () => {
  test.use({ shippedModels: true });

  test("everything that is needed before the model's program is asked for by the page itself, and only once", async ({ page, lab, deployments }) => {
    await page.goto("./");
    await lab.ready();
    const { asked } = deployments;
    const html = await (await page.request.get("./")).text();
    const program = asked.findIndex((name) => name.endsWith(".wasm"));
    const before = asked.slice(0, program).filter((name) => name.startsWith("v-"));
    // Each file costs a visitor far away a round trip.
    expect(before.length).toBeGreaterThan(4);
    expect(before.length).toBeLessThan(10);
    expect(before.filter((name) => !html.includes(`"./${name}"`))).toEqual([]);
    expect(before.filter((name) => name.endsWith(".css"))).toEqual([`v-${ONE}/index.css`]);
    const code = asked.filter((name) => name.startsWith("v-"));
    expect(code.filter((name, index) => code.indexOf(name) !== index)).toEqual([]);
  });
});

test.describe("on a slow line", () => {
  test.use({ shippedModels: true });

  test("the digits do not come before the model, which they would hold up", async ({ page, lab, deployments }) => {
    let release;
    const held = new Promise((resolve) => (release = resolve));
    await page.route("**/models/*.8bit.safetensors.gz", async (route) => {
      await held;
      await route.continue();
    });
    await page.goto("./");
    await expect(lab.step).toBeEnabled();
    await expect(lab.stage("test")).toHaveAttribute("data-state", "waiting");
    expect(deployments.asked.filter((name) => name.startsWith("data/"))).toEqual([]);
    release();
    await lab.ready();
    const { asked } = deployments;
    const digits = asked.findIndex((name) => name.startsWith("data/"));
    expect(asked.findIndex((name) => name.endsWith(".gz"))).toBeLessThan(digits);
    expect(asked.slice(0, digits).filter((name) => name.includes(".safetensors"))).toEqual([expect.stringMatching(/\.8bit\.safetensors\.gz$/)]);
  });
});

test("each place where the page is put up is an application of its own", async ({ page, baseURL }) => {
  await page.goto("./");
  const client = await page.context().newCDPSession(page);
  const { appId } = await client.send("Page.getAppId");
  expect(appId).toBe(baseURL);
});
