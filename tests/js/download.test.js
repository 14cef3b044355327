import assert from "node:assert/strict";
import { test } from "node:test";
import { gzipSync } from "node:zlib";

import { inflate, openDownload } from "../../www/lib/download.js";
import { wordsOfError } from "../../www/lib/error-words.js";

const content = new Uint8Array(100_000).map((_, index) => (index * 7) % 251);

function streamOf(bytes, size, failAfter = Infinity) {
  let sent = 0;
  return new ReadableStream({
    pull(controller) {
      if (sent >= failAfter) controller.error(new TypeError("network error"));
      else if (sent >= bytes.length) controller.close();
      else {
        controller.enqueue(bytes.slice(sent, sent + size));
        sent += size;
      }
    },
  });
}

async function collect(chunks) {
  const parts = [];
  for await (const chunk of chunks) parts.push(chunk);
  return Buffer.concat(parts);
}

const answer = (body, headers = {}, status = 200) => async () => new Response(body, { status, headers, statusText: status === 404 ? "Not Found" : "" });

test("a gzip file is inflated, whatever the size of its chunks", async () => {
  const packed = new Uint8Array(gzipSync(content));
  for (const size of [1, 3, 1000, 1_000_000]) {
    let received = 0;
    const download = await openDownload("https://x/a.gz", {
      what: "test",
      onBytes: (bytes) => (received += bytes),
      fetcher: answer(streamOf(packed, size), { "content-length": String(packed.length) }),
    });
    assert.equal(download.total, packed.length);
    assert.deepEqual(await collect(inflate(download.body, "test")), Buffer.from(content));
    assert.equal(received, packed.length);
  }
});

test("a file that a server inflated on the way is taken as it is, without a false total", async () => {
  const download = await openDownload("https://x/a.gz", {
    what: "test",
    onBytes: () => {},
    fetcher: answer(streamOf(content, 999), { "content-length": "12", "content-encoding": "gzip" }),
  });
  assert.equal(download.total, null);
  assert.deepEqual(await collect(inflate(download.body, "test")), Buffer.from(content));
});

test("an empty file is empty, a file of one byte has one", async () => {
  assert.equal((await collect(inflate(streamOf(new Uint8Array(0), 1), "x"))).length, 0);
  assert.deepEqual([...(await collect(inflate(streamOf(Uint8Array.of(0x1f), 1), "x")))], [0x1f]);
});

/** Whether an error has these words. @param {RegExp} words */
const says = (words) => (/** @type {unknown} */ error) => words.test(wordsOfError(error));

test("errors say what failed and why", async () => {
  const options = { what: "train", onBytes: () => {} };
  await assert.rejects(openDownload("https://x/data/t.gz", { ...options, fetcher: answer("", {}, 404) }), says(/download of the training digits failed: the server answered "404 Not Found" for t\.gz/));
  const offline = async () => {
    throw new TypeError("Failed to fetch");
  };
  await assert.rejects(openDownload("https://x/t.gz", { ...options, fetcher: offline }), says(/training digits did not start: Failed to fetch/));

  const packed = new Uint8Array(gzipSync(content));
  const broken = await openDownload("https://x/t.gz", { ...options, fetcher: answer(streamOf(packed, 100, 300), { "content-length": "5000000" }) });
  await assert.rejects(collect(inflate(broken.body, "train")), says(/broke off after 0\.0 of 5\.0 MB: network error/));

  await assert.rejects(collect(inflate(streamOf(packed.slice(0, packed.length / 2), 100), "train")), says(/training digits could not be unpacked/));
});
