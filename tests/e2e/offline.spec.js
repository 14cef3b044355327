import { expect, test, versionsIn } from "./deployments.js";
import { LabPage } from "./fixture.js";

test.use({ serviceWorkers: "allow" });

const ONE = "11111111";
const TWO = "22222222";

test.beforeEach(({ deployments }) => deployments.deploy(ONE));

/** Opens the page and waits until it needs no network any more. */
async function visit(page, lab = new LabPage(page)) {
  await page.goto("./");
  await lab.ready();
  await expect(page.locator("#offline")).toHaveText("Ready offline.", { timeout: 30_000 });
  return lab;
}

/** Has the browser look whether there is a new version. */
const lookForUpdate = (page) => page.evaluate(async () => void (await (await navigator.serviceWorker.getRegistration()).update()));
const updateButton = (page) => page.locator(".notice").getByRole("button", { name: "Update now" });
const resume = (page) => page.getByRole("button", { name: "Resume where you were" });
const cacheNames = (page) => page.evaluate(() => caches.keys());

test.describe("with the models of the page", () => {
  test.use({ shippedModels: true });

  test("after one visit the page works without a network: trained model, drawing and training", async ({ page, lab, context }) => {
    await visit(page, lab);
    await context.setOffline(true);
    await page.reload();
    await lab.ready();
    await expect(lab.origin).toContainText("is pretrained");
    await lab.draw();
    await lab.waitForReconstruction();
    await lab.train.click();
    await expect.poll(() => lab.steps()).toBeLessThan(1_000);
    await lab.waitForStep(20);
    await lab.pause();
    await page.goto("./bench.html");
    await expect(page.locator("h1")).toHaveText("How fast is my machine?");
    await context.setOffline(false);
  });

  test("a tab that was not updated goes on with its own version, new workers included, and is offered the reload", async ({ page, lab, context, deployments }) => {
    await visit(page, lab);
    const second = await context.newPage();
    const errors = [];
    second.on("pageerror", (error) => errors.push(error.message));
    const secondLab = await visit(second);

    deployments.deploy(TWO);
    await lookForUpdate(page);
    await updateButton(page).click();
    await expect.poll(() => versionsIn(page)).toEqual([TWO]);
    await lab.ready();

    await expect(updateButton(second)).toBeVisible();
    await secondLab.press("#compare-begin");
    const learning = async () => Number(((await second.locator("#compare .side dd").first().textContent()) ?? "0").replaceAll(",", ""));
    await expect.poll(learning, { timeout: 40_000 }).toBeGreaterThan(20);
    await secondLab.draw();
    await secondLab.waitForReconstruction();
    expect(second.workers().length).toBeGreaterThan(2);
    expect(await versionsIn(second)).toEqual([ONE]);
    expect((await cacheNames(page)).some((name) => name.endsWith(ONE))).toBe(true);

    await updateButton(second).click();
    await expect.poll(() => versionsIn(second)).toEqual([TWO]);
    await secondLab.ready();
    // Nobody uses the first version any more.
    await expect.poll(async () => (await cacheNames(page)).some((name) => name.endsWith(ONE))).toBe(false);
    expect(errors).toEqual([]);
  });

  test("a tab that is opened before the update is wholly of the old version, and one opened after it wholly of the new", async ({ page, lab, context, deployments }) => {
    await visit(page, lab);
    deployments.deploy(TWO);
    await lookForUpdate(page);
    await expect(updateButton(page)).toBeVisible();
    const before = await context.newPage();
    await visit(before);
    expect(await versionsIn(before)).toEqual([ONE]);
    await updateButton(before).click();
    await expect.poll(() => versionsIn(before)).toEqual([TWO]);
    const after = await context.newPage();
    await visit(after);
    expect(await versionsIn(after)).toEqual([TWO]);
    expect(await versionsIn(page)).toEqual([ONE]);
  });

  test("an update does not fetch the models and the digits again", async ({ page, lab, deployments }) => {
    await visit(page, lab);
    deployments.deploy(TWO);
    deployments.asked.length = 0;
    await lookForUpdate(page);
    await updateButton(page).click();
    await expect.poll(() => versionsIn(page)).toEqual([TWO]);
    await lab.ready();
    await expect(page.locator("#offline")).toHaveText("Ready offline.", { timeout: 30_000 });
    expect(deployments.asked.filter((name) => /^(?:m-\w+|data)\//.test(name))).toEqual([]);
    // All that the first version had used is there for the second.
    expect(deployments.asked.filter((name) => name.endsWith(".wasm"))).toHaveLength(1);
  });
});

test("nothing is asked for before the first load is over", async ({ page, lab, deployments }) => {
  await page.goto("./");
  expect(deployments.asked.filter((name) => /service-worker|site-files/.test(name))).toEqual([]);
  expect(await page.evaluate(() => navigator.serviceWorker.controller)).toBe(null);
  await lab.ready();
});

test("other projects at the same origin keep their caches, and none of them is searched", async ({ page, lab, deployments }) => {
  const { origin, site } = deployments;
  await page.goto(`${origin}/other/`);
  const theirs = {
    "code 0123456789abcdef": ["/other/main.js"],
    "used by others": ["/other/program.wasm"],
    digits: ["/other/data/digits.gz"],
    [`vae-lab ${origin}/other/ ${ONE}`]: ["/other/index.html"],
    // By mistake or on purpose: an address of this site.
    "another project": [`${site}index.html`, `${site}start.js`],
  };
  await page.evaluate(async (kept) => {
    for (const [name, urls] of Object.entries(kept)) {
      const cache = await caches.open(name);
      for (const url of urls) await cache.put(url, new Response("theirs"));
    }
  }, theirs);
  await visit(page, lab);
  await page.reload();
  await lab.ready();
  await expect(page).toHaveTitle(/VAE Lab/);
  const left = await page.evaluate(async (names) => Promise.all(names.map(async (name) => [name, (await (await caches.open(name)).keys()).map(({ url }) => url)])), Object.keys(theirs));
  expect(Object.fromEntries(left)).toEqual(Object.fromEntries(Object.entries(theirs).map(([name, urls]) => [name, urls.map((url) => new URL(url, origin).href)])));
  expect((await cacheNames(page)).filter((name) => !(name in theirs)).sort()).toEqual([`vae-lab ${site} ${ONE}`, `vae-lab ${site} digits`]);
});

test("a damaged file is forgotten in this site's caches alone", async ({ page, lab, deployments }) => {
  const file = `${deployments.site}data/t10k-images-idx3-ubyte.gz`;
  deployments.deploy(ONE, (files) => files.set("data/t10k-images-idx3-ubyte.gz", Buffer.from("this is not MNIST at all")));
  await page.goto(`${deployments.origin}/other/`);
  await page.evaluate(async ([url, ours]) => {
    for (const name of ["another project", ours]) await (await caches.open(name)).put(url, new Response("damaged"));
  }, [file, `vae-lab ${deployments.site} digits`]);
  await page.goto("./");
  await expect(lab.stage("test")).toContainText("is not a valid IDX file");
  const keeping = (name) => page.evaluate(async ([cache, url]) => Boolean(await (await caches.open(cache)).match(url)), [name, file]);
  await expect.poll(() => keeping(`vae-lab ${deployments.site} digits`)).toBe(false);
  expect(await keeping("another project")).toBe(true);
});

test("what an older build kept is taken over, and its caches are removed as far as they are this site's", async ({ page, lab, deployments }) => {
  const { origin, site } = deployments;
  await page.goto(`${origin}/other/`);
  await page.evaluate(
    async ([base]) => {
      const digits = await caches.open("digits");
      for (const name of ["t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte", "train-images-idx3-ubyte", "train-labels-idx1-ubyte"]) {
        const url = `${base}data/${name}.gz`;
        await digits.put(url, await fetch(url, { cache: "no-store" }));
      }
      await digits.put("/other/data/digits.gz", new Response("theirs"));
      await (await caches.open("code 0123456789abcdef")).put(`${base}main.js`, new Response("old"));
      await (await caches.open("used 0123456789abcdef")).put(`${base}pkg/vae_lab_relaxed_bg.wasm`, new Response("old"));
    },
    [site],
  );
  await visit(page, lab);
  await expect.poll(() => cacheNames(page)).toEqual(["digits", `vae-lab ${site} ${ONE}`, `vae-lab ${site} digits`].sort());
  const kept = (name) => page.evaluate(async (cache) => (await (await caches.open(cache)).keys()).map(({ url }) => new URL(url).pathname).sort(), name);
  expect(await kept("digits")).toEqual(["/other/data/digits.gz"]);
  expect(await kept(`vae-lab ${site} digits`)).toHaveLength(4);
});

test("a new version is offered and not forced, and the run is kept over the update", async ({ page, lab, deployments }) => {
  await visit(page, lab);
  await lab.train.click();
  await lab.waitForStep(30);
  await lab.pause();
  const step = await lab.steps();
  deployments.deploy(TWO);
  await lookForUpdate(page);
  await expect(lab.notices).toContainText("A new version of this page is ready.");
  expect(await lab.steps()).toBe(step);
  expect(await versionsIn(page)).toEqual([ONE]);
  await updateButton(page).click();
  // The model that came with the page is at work first.
  await expect(lab.origin).toContainText("is pretrained");
  await lab.ready();
  await resume(page).click();
  await expect.poll(() => lab.steps()).toBe(step);
  expect(await versionsIn(page)).toEqual([TWO]);
  await expect.poll(async () => (await cacheNames(page)).sort()).toEqual([TWO, "digits"].map((name) => `vae-lab ${deployments.site} ${name}`));
});

test("a browser that keeps no model is not updated over it", async ({ page, lab, deployments }) => {
  await page.addInitScript(() => {
    IDBObjectStore.prototype.put = () => {
      throw new DOMException("The quota has been exceeded.", "QuotaExceededError");
    };
  });
  await visit(page, lab);
  await lab.train.click();
  await lab.waitForStep(20);
  await lab.pause();
  const step = await lab.steps();
  deployments.deploy(TWO);
  await lookForUpdate(page);
  await updateButton(page).click();
  await expect(lab.notices.filter({ hasText: "The page was not updated" })).toBeVisible();
  expect(await lab.steps()).toBe(step);
});

test("a page that was opened just before a new version was put up is offered the reload", async ({ page, lab, deployments }) => {
  // Asked for when all is there: the version has changed by then.
  await page.route("**/data/t10k-labels*", async (route) => {
    deployments.deploy(TWO);
    await route.continue();
  });
  await page.goto("./");
  await lab.ready();
  expect(await versionsIn(page)).toEqual([ONE]);
  await updateButton(page).click();
  await expect.poll(() => versionsIn(page)).toEqual([TWO]);
});

test.describe("a version that is gone from the server", () => {
  test.use({ expectedErrors: [/Failed to load resource/] });

  test("and was lost from the browser is told of, and the reload brings the new one", async ({ page, lab, deployments }) => {
    await visit(page, lab);
    deployments.deploy(TWO);
    // As a browser does that is short of space, only wholly.
    await page.evaluate(async (name) => {
      const cache = await caches.open(name);
      for (const request of await cache.keys()) if (/\/v-/.test(request.url)) await cache.delete(request);
    }, `vae-lab ${deployments.site} ${ONE}`);
    // Past the browser's own cache too.
    const client = await page.context().newCDPSession(page);
    await client.send("Network.clearBrowserCache");
    await page.reload();
    const trouble = page.locator("#start-trouble");
    await expect(trouble).toContainText('the server answered "404');
    await trouble.getByRole("button", { name: "Reload the page" }).click();
    await lab.ready();
    expect(await versionsIn(page)).toEqual([TWO]);
  });
});
