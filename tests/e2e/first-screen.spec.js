import { ROOMS } from "../../www/app/rooms.js";
import { expect, test } from "./fixture.js";

const SCREENS = [
  [1440, 900],
  [1280, 720],
  [1024, 768],
  [768, 1024],
  [390, 844],
  [360, 640],
];

test.use({ shippedModels: true });

for (const [width, height] of SCREENS) {
  test.describe(`on ${width} x ${height}`, () => {
    test.use({ viewport: { width, height } });

    test("a first visit sees the whole model without scrolling", async ({ page, lab }) => {
      await lab.open();
      const wanted = ["pad", "code", "answer", "train", ...(width >= 1024 ? ["samples", "bound"] : [])];
      const outside = await page.evaluate((names) => {
        // Phones have their tabs at the lower edge.
        const tabs = document.querySelector(".tabs").getBoundingClientRect();
        const lowest = tabs.top > innerHeight / 2 ? tabs.top : innerHeight;
        return names.flatMap((name) => {
          const scene = document.querySelector(`[data-scene="${name}"]`);
          const { left, top, right, bottom } = scene.getBoundingClientRect();
          const whole = left >= 0 && top >= 0 && right <= innerWidth && bottom <= lowest && right > left && bottom > top;
          if (!whole) return [`${name}: ${Math.round(left)}..${Math.round(right)} x ${Math.round(top)}..${Math.round(bottom)} of ${innerWidth} x ${Math.round(lowest)}`];
          // The middle and the places near the corners are its own.
          const places = [[0.5, 0.5], [0.1, 0.1], [0.9, 0.1], [0.1, 0.9], [0.9, 0.9]];
          return places.flatMap(([x, y]) => {
            const there = document.elementFromPoint(left + (right - left) * x, top + (bottom - top) * y);
            return scene.contains(there) ? [] : [`${name} is covered at ${x}, ${y} by ${there?.id || there?.className || there?.tagName}`];
          });
        });
      }, wanted);
      expect(outside).toEqual([]);
      if (width === 390) {
        const top = await page.locator('[data-scene="samples"]').evaluate((grid) => grid.getBoundingClientRect().top + grid.getBoundingClientRect().height / 4);
        const edge = await page.locator(".tabs").evaluate((tabs) => tabs.getBoundingClientRect().top);
        expect(top).toBeLessThanOrEqual(edge);
      }
    });

    test("no room but Learn is taller than a few screens, nor wider than one", async ({ page, lab }) => {
      await lab.open();
      const most = width >= 1024 ? 3 : 6;
      const tall = [];
      for (const room of ROOMS.filter((name) => name !== "learn")) {
        await lab.openRoom(room);
        const size = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.scrollHeight]);
        if (size[1] > most * height || size[0] > width) tall.push(`${room}: ${size.join(" x ")}`);
      }
      expect(tall).toEqual([]);
    });
  });
}
