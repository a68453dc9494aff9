// The same code in Node itself and in a sandbox: the results must be the same.
import { createRequire } from "node:module";
import { describe, expect, it } from "vitest";
import { lambdaWorld } from "../services/lambda/lambdaWorld";

type Evaluate = (require: NodeJS.Require, event: object) => Promise<unknown>;
const AsyncFunction = Object.getPrototypeOf(async () => undefined).constructor as new (...source: string[]) => Evaluate;

/** As JSON, so that objects of different contexts compare. */
function plain(value: unknown): unknown {
  const text = JSON.stringify(value, (_key, each) => (typeof each === "bigint" ? String(each) : each));
  return text === undefined ? undefined : (JSON.parse(text) as unknown);
}

async function inNode(body: string): Promise<unknown> {
  return plain(await new AsyncFunction("require", "event", body)(createRequire(__filename), { list: [] }));
}

function inSandbox(body: string): unknown {
  const world = lambdaWorld();
  world.define("f", `exports.handler = async (event) => { ${body} };`);
  return world.result("f", { list: [] });
}

const cases: Readonly<Record<string, readonly string[]>> = {
  Date: [
    `return [typeof Date(), String(new Date(undefined)), new Date(null), new Date(2020, 0, 31, 1)];`,
    `return [Date.length, Date.name, Date.prototype.constructor === Date, Object.getOwnPropertyNames(Date).sort()];`,
    `class Later extends Date { x() { return 1; } } return [new Later() instanceof Later, new Later(0).x(), new Later(0)];`,
    `return [Reflect.construct(Date, [0]).getTime(), require("util").inspect(new Date(0)), require("util").types.isDate(new Date())];`,
  ],
  performance: [
    `const { performance: p } = require("perf_hooks"); p.mark("a"); p.mark("b"); const m = p.measure("m", "a", "b"); return [typeof m.duration, m.name, m.entryType, p.getEntriesByName("a").length];`,
    `performance.measure("free"); performance.clearMarks(); performance.clearMeasures(); return performance.getEntriesByType("measure").length;`,
    `try { performance.measure("m", "none"); } catch (error) { return [error.name, error.message]; }`,
  ],
  Intl: [
    `return new Intl.DateTimeFormat("en-US", { timeZone: "UTC" }).format(0);`,
    `const format = new Intl.DateTimeFormat("en-US", { timeZone: "UTC" }); return [format.format === format.format, format.formatToParts(0).length, format.formatRange(0, 86400000)];`,
    `return [new Date(0).toLocaleDateString("de-DE", { timeZone: "UTC" }), Intl.DateTimeFormat("en", { timeZone: "UTC" }).format(0)];`,
  ],
  timers: [
    `const t = setTimeout(() => 0, 5); const seen = [t.hasRef(), t.unref().hasRef(), t.ref().hasRef(), typeof +t, t.constructor.name]; clearTimeout(+t); return seen;`,
    `let runs = 0; const t = setTimeout(() => runs++, 1); clearTimeout(String(+t)); await new Promise((r) => setTimeout(r, 20)); return runs;`,
    `return new Promise((resolve) => setTimeout(function (a, b) { resolve([a, b, this.constructor.name]); }, 1, 1, 2));`,
    `try { setTimeout("x"); } catch (error) { return [error.name, error.code, error.message]; }`,
    `const i = setImmediate(() => 0); const seen = [i.constructor.name, i.hasRef()]; clearImmediate(i); return seen;`,
    `const t = require("timers/promises"); const c = new AbortController(); setTimeout(() => c.abort(), 1); return t.setTimeout(60000, null, { signal: c.signal }).catch((e) => [e.name, e.code, e.message]);`,
    `let runs = 0; for await (const value of require("timers/promises").setInterval(1, "v")) if (++runs === 3) return [value, runs];`,
  ],
  "order of callbacks": [
    `const seen = []; await new Promise((r) => { setTimeout(() => { seen.push("timer"); Promise.resolve().then(() => seen.push("microtask")); process.nextTick(() => seen.push("tick")); setTimeout(r, 1); }, 1); }); return seen;`,
    `const seen = []; await new Promise((r) => { process.nextTick(() => { seen.push("1"); Promise.resolve().then(() => seen.push("3")); process.nextTick(() => seen.push("2")); }); setTimeout(r, 5); }); return seen;`,
    `const seen = []; await new Promise((r) => setTimeout(() => { setTimeout(() => { seen.push("timeout"); r(); }, 1); setImmediate(() => seen.push("immediate")); }, 1)); return seen;`,
  ],
  AsyncLocalStorage: [
    `const { AsyncLocalStorage } = require("async_hooks"); const s = new AsyncLocalStorage(); return s.run(7, async () => { await 0; const seen = [s.getStore()]; for (const later of [(r) => setTimeout(r, 1), process.nextTick, setImmediate, queueMicrotask]) await new Promise((r) => later(() => r(seen.push(s.getStore())))); await require("timers/promises").setTimeout(1); return [...seen, s.getStore()]; });`,
    `const { AsyncLocalStorage, AsyncResource } = require("async_hooks"); const s = new AsyncLocalStorage(); const bound = s.run(1, () => AsyncResource.bind(() => s.getStore())); const snapshot = s.run(2, () => AsyncLocalStorage.snapshot()); return [bound(), snapshot(() => s.getStore()), s.getStore() ?? "none"];`,
  ],
  structuredClone: [
    `const copy = structuredClone({ d: new Date(0), m: new Map([[1, { a: 1 }]]), s: new Set([2]), b: new Uint8Array([1]), e: new RangeError("x", { cause: 1 }), r: /x/g, l: [1, , 3] }); return [copy.d instanceof Date, copy.m.get(1), [...copy.s], copy.b instanceof Uint8Array, copy.e instanceof RangeError, copy.e.message, copy.e.cause, copy.r.flags, copy.l instanceof Array, copy instanceof Object];`,
    `const loop = {}; loop.self = loop; const copy = structuredClone(loop); return copy.self === copy && copy !== loop;`,
    `try { structuredClone({ f() {} }); } catch (error) { return [error.name, error.code]; }`,
    `class Point { constructor() { this.x = 1; } } const copy = structuredClone(new Point()); return [copy, copy.constructor === Object];`,
  ],
  bytes: [
    `const b = Buffer.from("a"); return [b instanceof Uint8Array, b instanceof Buffer, Buffer.isBuffer(b), require("buffer").Buffer === Buffer, b.buffer instanceof ArrayBuffer, b];`,
    `return [Object.getPrototypeOf(Uint8Array) === Object.getPrototypeOf(Int8Array), Buffer.concat([Buffer.from("a"), new Uint8Array([98])]).toString()];`,
    `const blob = new Blob(["ab", new Uint8Array([99])], { type: "Text/X" }); return [blob.size, blob.type, await blob.text(), await blob.slice(1).text(), blob instanceof Blob, Object.prototype.toString.call(blob)];`,
  ],
  util: [
    `const u = require("util"); const f = u.promisify((a, done) => setTimeout(() => done(null, a + 1), 1)); return [await f(1), f(1) instanceof Promise, await u.promisify(setTimeout)(1, "v")];`,
    `function f(done) {} f.z = 1; const p = require("util").promisify(f); return [p.z, p.name, p.length];`,
    `try { require("util").promisify(1); } catch (error) { return [error.name, error.code, error.message]; }`,
    `const { callbackify } = require("util"); return new Promise((r) => callbackify(async (a) => a + 1)(1, (error, value) => r([error, value])));`,
    `const { callbackify } = require("util"); return new Promise((r) => callbackify(async () => { throw null; })((error) => r([error.code, error.message])));`,
    `const u = require("util"); return [u.inspect(Promise.resolve(1)).slice(0, 9), u.inspect(new (class Foo { x = 1; })()), u.format("%s %d %j %o", "a", 1, { x: 1 }, [1])];`,
    `const u = require("util"), E = require("events"); function A() { E.call(this); } u.inherits(A, E); const a = new A(); let n = 0; a.on("x", () => n++); a.emit("x"); return [n, a instanceof E];`,
    `const u = require("util"); return [u.types.isPromise(Promise.resolve()), u.types.isNativeError(new Error("x")), u.isDeepStrictEqual({ a: [1, new Date(0)] }, { a: [1, new Date(0)] })];`,
  ],
  assert: [
    `const a = require("assert"); a.deepStrictEqual({ a: [1, { b: 2 }] }, { a: [1, { b: 2 }] }); try { a.strictEqual(1, 2); } catch (error) { return [error.name, error.code, error instanceof Error, error instanceof a.AssertionError]; }`,
    `const a = require("assert/strict"); await a.rejects(async () => { throw new TypeError("x"); }, /x/); await a.rejects(Promise.reject(new TypeError("x")), { name: "TypeError" }); await a.doesNotReject(async () => 1); a.throws(() => { throw new TypeError("x"); }, TypeError); return 1;`,
  ],
  events: [
    `const { once, EventEmitter } = require("events"); const e = new EventEmitter(); setTimeout(() => e.emit("x", 1, 2), 1); return once(e, "x");`,
    `const { once, EventEmitter } = require("events"); const e = new EventEmitter(); setTimeout(() => e.emit("error", new Error("z")), 1); return once(e, "x").catch((error) => error.message);`,
    `const { once, EventEmitter } = require("events"); const c = new AbortController(); setTimeout(() => c.abort(), 1); return once(new EventEmitter(), "x", { signal: c.signal }).catch((error) => [error.name, error.code]);`,
    `const { once } = require("events"); const t = new EventTarget(); setTimeout(() => t.dispatchEvent(new Event("go")), 1); const [heard] = await once(t, "go"); return heard.type;`,
    `const { on, EventEmitter } = require("events"); const e = new EventEmitter(); setTimeout(() => { e.emit("x", 1); e.emit("x", 2); }, 1); const seen = []; for await (const [value] of on(e, "x")) { seen.push(value); if (value === 2) break; } return [seen, e.listenerCount("x")];`,
    `const E = require("events"); try { new E().emit("error", new RangeError("lost")); } catch (error) { return [error.name, error.message, error instanceof RangeError]; }`,
    `const E = require("events"); try { new E().emit("error", "text"); } catch (error) { return [error.message, error.code]; }`,
    `const E = require("events"); class X extends E {} return [E === E.EventEmitter, new X() instanceof E, new X().constructor.name, E.defaultMaxListeners, E.errorMonitor.toString()];`,
    `const t = new EventTarget(); let seen; t.addEventListener("x", (event) => { seen = [event.detail, event instanceof Event]; }); t.dispatchEvent(new CustomEvent("x", { detail: 5 })); return seen;`,
  ],
  zlib: [
    `const z = require("zlib"), { promisify } = require("util"); return (await promisify(z.gunzip)(await promisify(z.gzip)("hello", { level: 9 }))).toString();`,
    `const z = require("zlib"); return new Promise((r) => z.gunzip(Buffer.from("nope"), (error) => r([error.code, error instanceof Error])));`,
    `const z = require("zlib"); return [z.brotliDecompressSync(z.brotliCompressSync("x")).toString(), z.crc32("hello")];`,
  ],
  stream: [
    `const { pipeline } = require("stream/promises"); const { Readable, Writable, Transform } = require("stream"); let out = ""; await pipeline(Readable.from(["a", "b"]), new Transform({ transform(chunk, _, done) { done(null, String(chunk).toUpperCase()); } }), new Writable({ write(chunk, _, done) { out += chunk; done(); } })); return out;`,
    `const { Readable } = require("stream"); const r = new Readable({ read() { this.destroy(new RangeError("q")); } }); try { for await (const chunk of r); } catch (error) { return [error.name, error instanceof RangeError]; }`,
    `const s = require("stream"); return [new s.Readable() instanceof require("events"), s === s.Stream, s.Readable.prototype instanceof s];`,
    `const { text, json } = require("stream/consumers"); const { Readable } = require("stream"); return [await text(Readable.from(["a", "b"])), await json(Readable.from(['{"a":1}']))];`,
  ],
  crypto: [
    `const c = require("crypto"); return [c.createHash("sha256").update("x").digest("hex"), c.createHmac("sha256", "k").update("x").digest("base64"), c.scryptSync("p", "s", 8).toString("hex"), c.randomInt(5, 6)];`,
    `try { require("crypto").randomInt(5, 5); } catch (error) { return [error.name, error.code]; }`,
    `try { require("crypto").randomBytes(-1); } catch (error) { return [error.name, error.code]; }`,
    `const b = Buffer.alloc(4); require("crypto").randomFillSync(b, 4); await new Promise((r) => require("crypto").randomFill(b, 2, 0, r)); return [b, crypto.getRandomValues(new Uint16Array(2)).length];`,
    `try { crypto.getRandomValues(new Uint8Array(70000)); } catch (error) { return error.name; }`,
  ],
  process: [
    `process.env.RESPOOL_NUMBER = 5; const value = process.env.RESPOOL_NUMBER; delete process.env.RESPOOL_NUMBER; return [value, process.env.RESPOOL_NUMBER ?? "gone"];`,
    `return new Promise((r) => { process.stdout.write("", () => r("written")); });`,
    `try { process.nextTick(1); } catch (error) { return [error.name, error.code]; }`,
    `let n = 0; process.once("respool", () => n++); process.emit("respool"); return [n, process.listenerCount("respool"), process.argv.length > 0, typeof process.memoryUsage.rss()];`,
  ],
  language: [
    `return [[] instanceof Array, event instanceof Object, event.list instanceof Array, Promise.resolve() instanceof Promise, JSON.parse("{}").constructor === Object, Promise.resolve().constructor === Promise];`,
    `const { instance } = await WebAssembly.instantiate(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])); return Object.keys(instance.exports);`,
    `const place = {}; Error.captureStackTrace(place); return [typeof place.stack, new Error("a", { cause: 1 }).cause, eval("1 + 1"), new Function("return 2")()];`,
  ],
  "Request and Response": [
    `const r = new Response('{"a":1}', { status: 201, headers: { x: "1" } }); return [r.ok, r.status, await r.clone().text(), await r.json(), r.bodyUsed, r.headers.get("x"), r.headers.get("content-type"), r.type];`,
    `const r = Response.json({ a: 1 }, { status: 202, headers: { y: "2" } }); return [r.status, r.headers.get("content-type"), r.headers.get("y"), await r.json(), Response.error().type, Response.redirect("https://a.example/").headers.get("location")];`,
    `try { new Response("", { status: 99 }); } catch (error) { return [error.name, error.message]; }`,
    `const r = new Request("https://a.example/x", { method: "post", body: "b", headers: { q: "1" } }); return [r.method, r.url, r.headers.get("q"), await r.text(), r.headers.get("content-type"), r.redirect, r.signal instanceof AbortSignal];`,
    `try { new Request("https://a.example/", { body: "x" }); } catch (error) { return [error.name, error.message]; }`,
    `return fetch("nope").catch((error) => [error.name, error.message, error.cause.code]);`,
    `const r = new Response("a"); await r.text(); return r.text().catch((error) => [error.name, error.message]);`,
    `const b = await new Response("ab", { headers: { "content-type": "text/x" } }).blob(); return [b.size, b.type, b instanceof Blob];`,
    `const r = new Response("ab"); let text = ""; for await (const chunk of r.body) text += new TextDecoder().decode(chunk); return [text, r.bodyUsed, new Response(null).body];`,
    `const reader = new Response("ab").body.getReader(); const { value, done } = await reader.read(); return [Buffer.from(value).toString(), done, (await reader.read()).done];`,
    `const r = new Request("https://a.example/", { method: "POST", body: new URLSearchParams({ a: "1" }) }); const b = new Request("https://a.example/", { method: "POST", body: new Blob(["q"], { type: "text/q" }) }); return [r.headers.get("content-type"), await r.text(), b.headers.get("content-type"), await b.text()];`,
    `const h = new Headers({ A: "1" }); h.append("b", "2"); return [[...h], h.get("a"), h.has("B"), h instanceof Headers];`,
  ],
  http: [
    `const http = require("http"); return [http.STATUS_CODES[404], http.METHODS.includes("GET"), typeof http.Agent, typeof http.validateHeaderName];`,
    `try { require("http").request({ host: "x.example", headers: { "a b": "1" } }); } catch (error) { return [error.name, error.code]; }`,
    `try { require("http").request({ host: "x.example", path: "/a b" }); } catch (error) { return [error.name, error.code, error.message]; }`,
    `try { require("http").request("https://x.example/"); } catch (error) { return [error.name, error.code, error.message]; }`,
  ],
};

describe.each(Object.entries(cases))("%s in a sandbox is Node's", (_name, bodies) => {
  it.each(bodies)("%s", async (body) => {
    expect(inSandbox(body)).toEqual(await inNode(body));
  });
});
