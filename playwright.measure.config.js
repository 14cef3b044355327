// Measurements and pictures, not tests: each is a command of its own (cargo xtask learn, cargo xtask screenshot).

import tests from "./playwright.config.js";

export default { ...tests, testDir: "tests/measure", testMatch: "*.measure.js", timeout: 0 };
