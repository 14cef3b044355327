/**
 * The visitor's image sets, each kept once under a hash of all that is in it: a run names the set that it learns from, and the set
 * stays for as long as a run names it.
 *
 * @typedef {object} ImageSet
 * @property {Uint8Array<ArrayBuffer>} images  784 bytes an image
 * @property {Uint8Array<ArrayBuffer>} labels  one an image
 * @property {string[] | null} classes  their names
 */

export class SetShelf {
  #storage;
  /** The newest of this visit, in case the storage refuses it. @type {{ hash: string, set: ImageSet } | null} */
  #newest = null;

  /** @param {import("./storage.js").Storage} storage */
  constructor(storage) {
    this.#storage = storage;
  }

  /**
   * Keeps a set; gives back its hash. Where the storage refuses it, the set lasts as long as the page.
   *
   * @param {ImageSet} set
   * @returns {Promise<string>}
   */
  async keep(set) {
    const hash = await hashOf(set);
    this.#newest = { hash, set };
    await this.#storage
      .transact(["sets"], "readwrite", async (transaction) => {
        const sets = transaction.objectStore("sets");
        if ((await sets.getKey(hash)) === undefined) await sets.put(set, hash);
      })
      .catch(() => {});
    return hash;
  }

  /**
   * @param {string} hash
   * @returns {Promise<ImageSet | null>}
   */
  async find(hash) {
    if (this.#newest?.hash === hash) return this.#newest.set;
    return (await this.#storage.transact(["sets"], "readonly", (transaction) => transaction.objectStore("sets").get(hash))) ?? null;
  }
}

/**
 * SHA-256 of images, labels and names, in hexadecimal digits.
 *
 * @param {ImageSet} set
 */
export async function hashOf({ images, labels, classes }) {
  const names = new TextEncoder().encode(JSON.stringify([labels.length, classes]));
  const bytes = new Uint8Array(await new Blob([names, labels, images]).arrayBuffer());
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
