import { readFileSync } from "node:fs";

import { digits, labelsOf } from "../js/digits.js";
import { expect, test as base } from "./fixture.js";
import { DataPanel, casePath, file } from "./importing.js";

const test = base.extend({
  data: async ({ page }, use) => {
    await page.goto("./#data");
    await use(new DataPanel(page));
  },
});

/** Equal byte for byte, told as a number and not as thousands of them. @param {Uint8Array} images @param {Uint8Array} wanted */
function expectEqual(images, wanted) {
  expect(images.length).toBe(wanted.length);
  expect(images.findIndex((value, i) => value !== wanted[i])).toBe(-1);
}

for (const [name, files] of Object.entries({
  "CSV": ["c01-kaggle-train.csv"],
  "IDX, two members of gzip": ["i06-gzip-two-members.idx3-ubyte.gz"],
  "NPY": ["n04-fortran-order.npy"],
  "NPY with its labels": ["n15-pair/images.npy", "n15-pair/labels.npy"],
  "NPZ": ["z02-same-count-test-first.npz"],
  "ZIP": ["z09-kaggle-archive.zip"],
})) {
  test(`${name}: twenty test digits come in and go out as they were`, async ({ data }) => {
    await data.give(files.map(casePath));
    const { images, labels } = await data.joinAndExport();
    expectEqual(images, digits(0, 20));
    if (labels) expect(labels).toEqual(labelsOf(0, 20));
    await expect(data.words).toHaveText(`20 images of your own, ${labels ? "all with labels" : "without labels"}.`);
  });
}

test("several pairs of IDX at once: each image has its own label", async ({ data }) => {
  await data.give(["t10k-images.idx3-ubyte", "train-labels.idx1-ubyte", "t10k-labels.idx1-ubyte", "train-images.idx3-ubyte"].map((name) => casePath(`i05-two-pairs-small/${name}`)));
  const { images, labels, count } = await data.joinAndExport();
  expect(count).toBe(30);
  // Whichever came first, an image and its label are those of one digit.
  const place = new Map(Array.from({ length: 30 }, (_, i) => [digits(i).join(), labelsOf(i, 1)[0]]));
  labels.forEach((label, i) => expect(place.get(images.subarray(784 * i, 784 * (i + 1)).join())).toBe(label));
});

test("what was done is told, and each of it can be undone", async ({ page, data }) => {
  await data.give(casePath("n03-mean-std-normalised-f4.npy"));
  await expect(data.remarks).not.toHaveCount(0);
  const invert = page.locator("#data-invert");
  await expect(invert).toHaveAttribute("aria-pressed", "false");
  await invert.click();
  await expect(invert).toHaveAttribute("aria-pressed", "true");
  await expect(invert).toBeFocused();
  await invert.click();
  await expect(invert).toHaveAttribute("aria-pressed", "false");
  const { images } = await data.joinAndExport();
  expect(images.length).toBe(784 * 20);
  expect(Math.max(...images.map((value, i) => Math.abs(value - digits(0, 20)[i])))).toBeLessThanOrEqual(1);
});

test("EMNIST is turned upright, and back by the button", async ({ page, data }) => {
  const files = ["images-idx3", "labels-idx1"].map((part) => casePath(`i01-emnist-letters/emnist-letters-test-${part}-ubyte.gz`));
  await data.give(files);
  const turn = page.locator("#data-turn");
  await expect(turn).toHaveAttribute("aria-pressed", "true");
  await turn.click();
  await expect(turn).toHaveAttribute("aria-pressed", "false");
  await data.join.click();
  await data.give(files);
  await data.join.click();
  await expect(data.words).toHaveText("40 images of your own, all with labels.");
  const { images } = await data.exported();
  expectEqual(images.subarray(784 * 20), digits(0, 20));
  const lying = digits(0).map((_, i) => digits(0)[(i % 28) * 28 + Math.floor(i / 28)]);
  expectEqual(images.subarray(0, 784), lying);
});

test("a sheet is whole again by the button", async ({ page, data }) => {
  await data.give(casePath("p04-torchvision-save-image-242.png"));
  await expect(data.title).toHaveText("64 images, not in your set yet");
  await page.locator("#data-cut").click();
  await expect(data.title).toHaveText("1 image, not in your set yet");
  await page.locator("#data-cut").click();
  await expect(data.title).toHaveText("64 images, not in your set yet");
});

test("doubts are asked before anything joins, and nothing at all cannot join", async ({ page, data }) => {
  const black = Array.from({ length: 6 }, () => `3,${new Array(784).fill(0).join(",")}`).join("\n");
  await data.give([file("black.csv", Buffer.from(black))]);
  await expect(data.doubts).not.toHaveCount(0);
  await expect(data.words).toHaveText("No images of your own yet.");
  await expect(data.join).toHaveText("Yes, add them");
  await page.locator("#data-leave").click();
  await expect(page.locator("#data-review")).toBeHidden();
  await expect(data.words).toHaveText("No images of your own yet.");
  await page.locator("#data-file").setInputFiles([file("nothing.npz", readFileSync(casePath("o01-git-lfs-pointer.npz")))]);
  await expect(data.problems).toHaveCount(1);
  await expect(data.problems).toContainText("Git LFS");
  await expect(data.join).toBeDisabled();
});

test("images of several choices join under one naming; all can be removed and brought back", async ({ page, data }) => {
  await data.give(casePath("c01-kaggle-train.csv"));
  await data.join.click();
  await expect(data.words).toBeFocused();
  await data.give(casePath("n15-pair/images.npy"));
  await data.join.click();
  await expect(data.words).toHaveText("40 images of your own, 20 with labels.");
  const { labels } = await data.exported();
  expect(labels.slice(20)).toEqual(new Array(20).fill(255));
  await page.locator("#data-clear").click();
  await expect(data.words).toHaveText("No images of your own yet.");
  await page.locator("#data-bring-back").click();
  await expect(data.words).toHaveText("40 images of your own, 20 with labels.");
  await page.reload();
  await expect(data.words).toHaveText("40 images of your own, 20 with labels.");
});

/** Drops files that the page makes itself: copies of one picture, or a folder that never comes to an end. */
async function dropMany(page, bytes, count, folderOf = "many") {
  await page.locator(".drop-zone").evaluate(
    (zone, { base64, count, folderOf }) => {
      const content = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
      const files = Array.from({ length: count }, (_, i) => ({ isDirectory: false, fullPath: `/${folderOf}/${i % 10}/${i}.png`, file: (resolve) => resolve(new File([content], `${i}.png`)) }));
      const folder = { isDirectory: true, fullPath: `/${folderOf}`, createReader: () => ({ at: 0, readEntries(resolve) { setTimeout(() => resolve(files.slice(this.at, (this.at += 100)))); } }) };
      const event = new Event("drop", { bubbles: true, cancelable: true });
      Object.defineProperty(event, "dataTransfer", { value: { items: [{ kind: "file", webkitGetAsEntry: () => folder }], files: [] } });
      zone.dispatchEvent(event);
    },
    { base64: Buffer.from(bytes).toString("base64"), count, folderOf },
  );
}

test("reading is cancelled: nothing of it stays, and the next choice is read", async ({ page, data }) => {
  const large = readFileSync(casePath("p01-black-ink-on-transparent.png"));
  await dropMany(page, large, 5000);
  const words = page.locator("#data-progress-words");
  await expect(words).toHaveText(/^[\d,]+ of 5,000 files read, [1-9][\d,]* images$/);
  await page.locator("#data-cancel").click();
  await expect(page.locator("#data-progress")).toBeHidden();
  await expect(data.join).toBeDisabled();
  await expect(data.words).toHaveText("No images of your own yet.");
  await expect(page.locator("#data-choose")).toBeFocused();
  await data.give(casePath("c01-kaggle-train.csv"));
  await expect(data.title).toHaveText("20 images, not in your set yet");
});

test("a new choice takes the place of one that is still being read", async ({ page, data }) => {
  await dropMany(page, readFileSync(casePath("p01-black-ink-on-transparent.png")), 5000);
  await expect(page.locator("#data-progress-words")).toHaveText(/[1-9][\d,]* images$/);
  await data.give(casePath("c01-kaggle-train.csv"));
  await expect(data.title).toHaveText("20 images, not in your set yet");
});

test("a thousand pictures come in with progress", async ({ page, lab, data }) => {
  await lab.ready();
  await page.evaluate(() => {
    window.told = new Set();
    new MutationObserver(() => window.told.add(document.querySelector("#data-progress-words")?.textContent)).observe(document.querySelector("#data-progress"), { subtree: true, childList: true, characterData: true });
  });
  await dropMany(page, readFileSync(casePath("p14-mnist-png-folder/7/0.png")), 1000);
  await expect(data.title).toHaveText("1,000 images, not in your set yet");
  await data.join.click();
  await expect(data.words).toHaveText("1,000 images of your own, all with labels.");
  expect((await page.evaluate(() => [...window.told])).filter((text) => / of 1,000 files read/.test(text)).length).toBeGreaterThan(1);
});
