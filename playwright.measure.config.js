// Measurements and pictures, not tests: each is a command of its own (cargo xtask learn, cargo xtask screenshot).

import tests from "./playwright.config.js";

const projects = (tests.projects ?? []).filter(({ name }) => name === "chromium").map((project) => ({ ...project, testMatch: "*.measure.js" }));

export default { ...tests, projects, testDir: "tests/measure", timeout: 0 };
