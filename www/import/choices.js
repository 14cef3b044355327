/** Everything about a set is decided by the importer. @type {import("./pictures.js").PictureChoices} */
export const UNDECIDED = { invert: null, turn: null, stretch: null, cut: null, box: null };
