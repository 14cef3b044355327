/**
 * Watches the start of the page, and says in words what kept it from starting. It must work where nothing else does: it depends on
 * no other file, is written so that every browser can read it, brings its own words (`texts.js` may be what did not come), and lies
 * outside of the folder of the version, which may be gone when a new version has just been put in its place.
 *
 * A slow start is no failure: only errors are, and after a long silence the page says that it is still loading. The script is
 * deferred, so that nothing waits for it but the page's own module, which runs after it.
 */
(function () {
  "use strict";

  var SILENCE_MS = 20000;
  /** So long may it take to find out why a file did not come. */
  var PATIENCE_MS = 5000;
  var ENGLISH = {
    title: "The page could not start.",
    reload: "Reload the page",
    goOn: "Go on without",
    noModules: "This browser does not know JavaScript modules, which the page is made of.",
    noAssembly: "This browser does not run WebAssembly, which the model is made of: it is too old, or it is switched off for this page.",
    update: "Update the browser, or open the page in a current Chrome, Edge, Firefox or Safari.",
    newer: "Check the connection and reload the page. It may also be that a new version of the page was put up at this very moment.",
    again: "Reload the page. If it then says the same, the browser may be too old for it: update it, or open the page in another one.",
    silent: "Still loading: the connection or the browser is slow. If nothing happens for minutes, check the connection and reload the page.",
    storage: "This browser lets the page store nothing, so that no model is kept over a reload. All else works: save your model to a file, or allow the page to store data and reload it.",
    oneOfMany: "The file FILE, or one that it is made of, did not load.",
    status: 'The file FILE did not load: the server answered "WHY".',
    other: "The file FILE did not load: something else came in its place, as from a network that wants a login first.",
    broken: "The file FILE did not load: WHY.",
    thrown: "An error in FILE, line LINE: WHY",
    thePage: "the page",
    none: "it has none",
  };
  /** @type {typeof ENGLISH} */
  var CHINESE = {
    title: "页面未能启动。",
    reload: "重新加载页面",
    goOn: "仍然继续",
    noModules: "此浏览器不支持 JavaScript 模块，而本页由模块组成。",
    noAssembly: "此浏览器不能运行 WebAssembly，而模型由它运行：浏览器过旧，或已对本页关闭 WebAssembly。",
    update: "请更新浏览器，或用新版 Chrome、Edge、Firefox 或 Safari 打开本页。",
    newer: "请检查网络连接并重新加载页面。也可能本页此刻正在更新。",
    again: "请重新加载页面。如果问题依旧，可能是浏览器过旧：请更新浏览器，或用其他浏览器打开本页。",
    silent: "仍在加载：网络或浏览器较慢。如果几分钟内没有变化，请检查网络连接并重新加载页面。",
    storage: "此浏览器不允许本页存储数据，因此重新加载后不会保留模型。其他功能正常：请把模型保存为文件，或允许本页存储数据后重新加载。",
    oneOfMany: "文件 FILE 或它所依赖的文件未能加载。",
    status: "文件 FILE 未能加载：服务器返回“WHY”。",
    other: "文件 FILE 未能加载：收到的是别的内容，例如要求先登录的网络。",
    broken: "文件 FILE 未能加载：WHY。",
    thrown: "FILE 第 LINE 行出错：WHY",
    thePage: "页面",
    none: "浏览器没有存储功能",
  };

  var TEXTS = isChinese() ? CHINESE : ENGLISH;
  var own = /** @type {HTMLScriptElement | null} */ (document.currentScript);
  /** The top of the site. */
  var site = own ? own.src.replace(/[^/]*$/, "") : location.href;
  /** The first error of the page's own code, in words. */
  var thrown = "";
  /** Whether the page's own modules have been run, to their end or to an error. */
  var ran = false;
  var over = false;
  /** @type {HTMLElement | null} */
  var box = null;

  /** As app/language.js decides: the address, what was chosen here, the first of the browser's languages that the page has. */
  function isChinese() {
    var wanted = (/[?&]lang=([^&]*)/.exec(location.search) || [])[1] || "";
    try {
      if (!/^(en|zh)/i.test(wanted)) wanted = JSON.parse(localStorage.getItem("vae-lab.preferences") || "{}").language || "";
    } catch (_) {
      // Nothing is remembered where nothing is stored.
    }
    var names = [String(wanted)].concat(navigator.languages || [navigator.language]);
    for (var i = 0; i < names.length; i += 1) {
      if (/^zh/i.test(names[i] || "")) return true;
      if (/^en/i.test(names[i] || "")) return false;
    }
    return false;
  }

  /** @param {string} text @param {string} file @param {string} why @param {number} [line] */
  function filled(text, file, why, line) {
    var parts = { FILE: file, LINE: String(line), WHY: why };
    return text.replace(/FILE|LINE|WHY/g, function (name) {
      return parts[/** @type {keyof typeof parts} */ (name)];
    });
  }

  /** @param {() => void} work */
  function whenThereIsABody(work) {
    if (document.body) work();
    else document.addEventListener("DOMContentLoaded", work);
  }

  function reload() {
    location.reload();
  }

  function hide() {
    if (box && box.parentNode) box.parentNode.removeChild(box);
    box = null;
  }

  /**
   * @param {string} tone  "error", or "info" if the page goes on
   * @param {string[]} lines
   * @param {string | null} goOn  the name of a second button, which takes the words away
   */
  function say(tone, lines, goOn) {
    whenThereIsABody(function () {
      hide();
      var made = document.createElement("div");
      box = made;
      made.id = "start-trouble";
      made.className = "notice";
      made.setAttribute("data-tone", tone);
      made.setAttribute("role", tone === "error" ? "alert" : "status");
      for (var i = 0; i < lines.length; i += 1) {
        var line = document.createElement("p");
        line.appendChild(document.createTextNode(lines[i] || ""));
        made.appendChild(line);
      }
      made.appendChild(button(TEXTS.reload, reload));
      if (goOn) made.appendChild(button(goOn, hide));
      document.body.insertBefore(made, document.body.firstChild);
    });
  }

  /** @param {string} label @param {() => void} run */
  function button(label, run) {
    var made = document.createElement("button");
    made.type = "button";
    made.className = "button small";
    made.appendChild(document.createTextNode(label));
    made.addEventListener("click", run);
    return made;
  }

  /** @param {string} why @param {string} advice */
  function fail(why, advice) {
    if (over) return;
    over = true;
    clearTimeout(silence);
    say("error", [TEXTS.title, why, advice], null);
  }

  /** @param {string} address */
  function shortened(address) {
    return address.indexOf(site) === 0 ? address.slice(site.length) : address;
  }

  /**
   * One of the modules that this one is made of did not come, and the browser does not say which: asks for them once more, which
   * costs little, since those that came are at hand.
   *
   * @param {string} main  the address of the page's own module
   */
  function failToLoad(main) {
    var addresses = [main];
    var links = document.getElementsByTagName("link");
    for (var i = 0; i < links.length; i += 1) {
      var link = links[i];
      if (link && link.rel === "modulepreload") addresses.push(link.href);
    }
    var unknown = function () {
      fail(filled(TEXTS.oneOfMany, shortened(main), ""), TEXTS.newer);
    };
    if (!window.fetch) return unknown();
    setTimeout(unknown, PATIENCE_MS);
    Promise.all(addresses.map(judge)).then(function (answers) {
      var reasons = answers.filter(Boolean);
      if (reasons.length > 0) fail(String(reasons[0]), TEXTS.newer);
      else unknown();
    });
  }

  /** Why this file is no module that came; empty if it is one. @param {string} address */
  function judge(address) {
    var file = shortened(address);
    var look = function (/** @type {Response} */ response) {
      var status = (response.status + " " + response.statusText).replace(/ $/, "");
      if (!response.ok) return filled(TEXTS.status, file, status);
      if (/javascript/.test(response.headers.get("content-type") || "")) return "";
      return filled(TEXTS.other, file, "");
    };
    var giveUp = function (/** @type {Error} */ error) {
      return filled(TEXTS.broken, file, error.message);
    };
    return fetch(address).then(look, giveUp);
  }

  /** @param {ErrorEvent} event */
  function noteError(event) {
    // An extension of the browser may fail on its own; of scripts of other sites the browser tells nothing.
    if (thrown || !event.error || (event.filename && event.filename.indexOf(site) !== 0)) return;
    thrown = filled(TEXTS.thrown, shortened(event.filename) || TEXTS.thePage, event.message, event.lineno);
    if (ran) fail(thrown, TEXTS.again);
  }

  /** A module script tells that it was run, also if it threw. @param {Event} event */
  function noteRun(event) {
    var element = event.target;
    if (!(element instanceof HTMLScriptElement) || element.type !== "module") return;
    ran = true;
    if (thrown) fail(thrown, TEXTS.again);
  }

  /** Tells if nothing can be stored, which a visitor should know before an hour of training. */
  function lookAtStorage() {
    var refused = function (/** @type {unknown} */ error) {
      say("info", [TEXTS.storage, "(" + (error instanceof Error ? error.message : String(error)) + ")"], TEXTS.goOn);
    };
    try {
      // Where storage is refused, only to look at it throws.
      if (!window.localStorage || !window.indexedDB) throw new Error(TEXTS.none);
      // Lists what there is, and makes nothing. Firefox learnt it late.
      if (indexedDB.databases) indexedDB.databases().catch(refused);
    } catch (error) {
      refused(error);
    }
  }

  var silence = setTimeout(function () {
    if (!over) say("info", [TEXTS.silent], null);
  }, SILENCE_MS);

  var noteFailure = function (/** @type {Event} */ event) {
    if (over) return;
    var element = event.target;
    if (event instanceof ErrorEvent) noteError(event);
    else if (element instanceof HTMLScriptElement && element.type === "module") failToLoad(element.src);
  };
  // While it is caught: the failure of a file does not bubble.
  window.addEventListener("error", noteFailure, true);
  document.addEventListener("load", noteRun, true);
  // The last line of the page's own module.
  window.addEventListener("started", function () {
    if (over) return;
    over = true;
    clearTimeout(silence);
    hide();
    lookAtStorage();
  });

  if (!("noModule" in document.createElement("script"))) fail(TEXTS.noModules, TEXTS.update);
  else if (typeof WebAssembly !== "object") fail(TEXTS.noAssembly, TEXTS.update);
})();
