/**
 * What the browser really holds of the visitor's runs, read past the page. A test that ends the page waits for it first, or for
 * less than it nobody could be blamed.
 */

/**
 * Runs in the page: the steps of every model that is kept, the furthest first. It knows no names of records: whatever holds a
 * number called "step", at most one level down, beside its file or in its file's place, is a model's.
 *
 * @returns {Promise<number[]>}
 */
export async function keptSteps() {
  /** @template T @param {IDBRequest<T>} request @returns {Promise<T>} */
  const answer = (request) =>
    new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  /** @param {unknown} value @param {number} depth @returns {number[]} */
  const stepsOf = (value, depth) => {
    if (typeof value !== "object" || value === null || Array.isArray(value) || ArrayBuffer.isView(value)) return [];
    const own = "step" in value && typeof value.step === "number" ? [value.step] : [];
    return depth === 0 ? own : [...own, ...Object.values(value).flatMap((part) => stepsOf(part, depth - 1))];
  };
  const steps = [];
  for (const { name } of await indexedDB.databases()) {
    const database = await answer(indexedDB.open(name ?? ""));
    const stores = [...database.objectStoreNames];
    if (stores.length > 0) {
      const transaction = database.transaction(stores);
      for (const store of stores) steps.push(...(await answer(transaction.objectStore(store).getAll())).flatMap((value) => stepsOf(value, 1)));
    }
    database.close();
  }
  return steps.sort((a, b) => b - a);
}
