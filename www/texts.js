/** The words of the page, in the visitor's language. */

export { HELP, TEXTS } from "./texts/en.js";
