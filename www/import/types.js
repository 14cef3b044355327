/**
 * What passes between the readers of files, the assembling of a set, the import worker and the Data panel. None of it knows a
 * browser, and none of it holds a word that a visitor reads: what is to be told is a code of `TEXTS.importing` with its values.
 *
 * @typedef {object} ImageSet   28 x 28, white on black, like MNIST
 * @property {Uint8Array<ArrayBuffer>} images  784 bytes an image
 * @property {Uint8Array<ArrayBuffer>} labels  one an image; UNKNOWN (255) where there is none
 * @property {string[] | null} classes  null: a label is a number that means itself (0 to 254); otherwise label i is named classes[i]
 *
 * @typedef {Record<string, string | number>} Values
 * @typedef {{ code: string, values: Values }} Remark  a thing to tell
 * @typedef {{ code: string, values: Values, files: string[], count: number }} Problem  all files of one trouble: how many, and the first few names
 *
 * @typedef {Uint8Array | Uint16Array | Float32Array | Float64Array} Grey
 * @typedef {(number | string | null)[] | Uint8Array} Labels  one an image; a number, a word, or null where there is none
 *
 * @typedef {object} RawImages  what a reader found, before anything was done to it
 * @property {number} count
 * @property {number} width
 * @property {number} height
 * @property {Grey} values  count * height * width grey values of any range, row by row
 * @property {Labels | null} labels
 * @property {boolean} transposed  known to be stored column by column (EMNIST): turned unless the visitor says otherwise
 * @property {"array" | "picture"} from
 * @property {string} name  the path of the file
 * @property {Remark[]} remarks
 * @property {number} [total]  how many images the file has, where that is more than were read
 * @property {string[] | null} [classes]  the names of the labels 0, 1, 2, … in their order, where the file tells them
 * @property {boolean} [whiteOnBlack]  the reader knows that ink is white already: the set's inversion leaves it alone
 *
 * @typedef {{ kind: "images", raw: RawImages }} FoundImages
 * @typedef {{ kind: "labels", name: string, labels: Labels, files: string[] | null, ids?: string[], headed?: boolean }} FoundLabels  a file of labels alone; `files` names the picture of each; `ids` counts them, and may be their names too; `headed`: the first one may be the name 0 of a column
 * @typedef {{ kind: "problem", name: string, code: string, values: Values }} FoundProblem  a part that could not be read, while others could
 * @typedef {{ kind: "remark", remark: Remark }} FoundRemark
 * @typedef {FoundImages | FoundLabels | FoundProblem | FoundRemark} Found
 *
 * @typedef {object} Helpers
 * @property {(bytes: Uint8Array<ArrayBuffer>, name: string) => Promise<RawImages>} readPicture  what the browser decodes; throws a ReadError
 *
 * @typedef {{ invert: boolean | null, turn: boolean | null, stretch: boolean | null }} Choices  for the whole set, never file by file; null: decided here, and told
 * @typedef {{ invert: boolean, turn: boolean, stretch: boolean }} Switches
 *
 * @typedef {object} Facts
 * @property {number} brightest
 * @property {number} mean
 * @property {{ name: string, count: number }[]} classes
 * @property {number} unlabelled
 *
 * @typedef {object} Imported  what is shown before it joins
 * @property {ImageSet} set
 * @property {Switches} applied  the choices in force
 * @property {Switches} possible  which buttons make sense
 * @property {Remark[]} remarks  what was done to it
 * @property {Remark[]} doubts  asked before it joins
 * @property {Problem[]} problems
 * @property {Facts} facts
 */

/** A file cannot be read: the code and the values of what is told about it. */
export class ReadError extends Error {
  /**
   * @param {string} code
   * @param {import("./types.js").Values} [values]
   */
  constructor(code, values = {}) {
    super(code);
    this.name = "ReadError";
    this.code = code;
    this.values = values;
  }
}
