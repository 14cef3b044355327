/**
 * Lets Node find what the page takes from npm: the build copies those files to `vendor/`, which is not there in a checkout.
 * Used as `node --import ./tests/js/vendor.js --test ...`.
 */

import { register } from "node:module";

register("./vendor-hooks.js", import.meta.url);
