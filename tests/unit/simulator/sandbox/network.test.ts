// fetch, http and https inside a sandbox, against hosts that the test registers.
import { describe, expect, it } from "vitest";
import type { HttpRequest, HttpResponse, NetworkFailure } from "../../../../simulator/internet";
import { lambdaWorld } from "../services/lambda/lambdaWorld";

type Answer = HttpResponse | NetworkFailure | undefined;

/** A world in which every request to shop.example and to other.example gets the answer, or none for ever. */
function web(answer: (request: HttpRequest) => Answer, body: string) {
  const world = lambdaWorld();
  const seen: HttpRequest[] = [];
  for (const name of ["shop.example", "shop.example:8080", "other.example"]) {
    world.internet.register(name, (request, reply) => {
      seen.push(request);
      const result = answer(request);
      if (result !== undefined) reply(result);
    });
  }
  world.define("f", `exports.handler = async (event) => { ${body} };`);
  return { world, seen };
}

const path = (request: HttpRequest) => `${request.method} ${request.url.host}${request.url.pathname}`;

describe("fetch", () => {
  it("sends what Node sends", () => {
    const { world, seen } = web(
      () => ({ status: 200, body: '{"ok":true}' }),
      `const response = await fetch("https://shop.example/a?b=1", { method: "POST", headers: { "X-Key": "1" }, body: "text" });
      return [response.status, response.ok, response.url, response.redirected, await response.json()];`,
    );
    expect(world.result("f")).toEqual([200, true, "https://shop.example/a?b=1", false, { ok: true }]);
    expect(seen[0]).toMatchObject({ method: "POST", body: Buffer.from("text") });
    expect(seen[0]?.headers).toMatchObject({
      host: "shop.example",
      "x-key": "1",
      "content-length": "4",
      "content-type": "text/plain;charset=UTF-8",
      "user-agent": "node",
    });
  });

  it("follows redirects: the method of 303 and of a POST becomes GET, other origins get no credentials", () => {
    const { world, seen } = web(
      ({ url }) => {
        if (url.pathname === "/end") return { status: 200, body: "end" };
        const [, status, location] = url.pathname.split("/");
        return {
          status: Number(status),
          headers: { location: location === "away" ? "https://other.example/end" : "/end" },
        };
      },
      `const ends = [];
      for (const [method, target] of [["POST", "303/x"], ["POST", "302/x"], ["PUT", "302/x"], ["POST", "307/x"], ["GET", "301/away"]]) {
        const body = method === "GET" ? undefined : "b";
        const response = await fetch("https://shop.example/" + target, { method, body, headers: { authorization: "k" } });
        ends.push(response.url, response.redirected, await response.text());
      }
      return new Set(ends).size;`,
    );
    expect(world.result("f")).toBe(4);
    const ends = seen.filter(({ url }) => url.pathname === "/end");
    expect(ends.map((request) => `${path(request)} ${String(request.body)} ${request.headers.authorization}`)).toEqual([
      "GET shop.example/end  k",
      "GET shop.example/end  k",
      "PUT shop.example/end b k",
      "POST shop.example/end b k",
      "GET other.example/end  undefined",
    ]);
  });

  it("stops after twenty redirects, at one that is an error, or at once when they are the caller's own affair", () => {
    const { world, seen } = web(
      () => ({ status: 302, headers: { location: "/again" } }),
      `const target = "https://shop.example/";
      const told = (error) => [error.name, error.message, error.cause.message];
      const manual = await fetch(target, { redirect: "manual" });
      return [manual.status, manual.headers.get("location"), await fetch(target).catch(told), await fetch(target, { redirect: "error" }).catch(told)];`,
    );
    expect(world.result("f")).toEqual([
      302,
      "/again",
      ["TypeError", "fetch failed", "redirect count exceeded"],
      ["TypeError", "fetch failed", "unexpected redirect"],
    ]);
    expect(seen).toHaveLength(1 + 21 + 1);
  });

  it("has no body for HEAD", () => {
    const { world } = web(
      () => ({ status: 200, headers: { "content-length": "5" }, body: "12345" }),
      `const response = await fetch("https://shop.example/", { method: "HEAD" }); return [response.body, await response.text()];`,
    );
    expect(world.result("f")).toEqual([null, ""]);
  });

  it("fails with the signal's reason: before it began, while it waits, at a timeout", () => {
    const { world, seen } = web(
      () => undefined,
      `const told = (error) => [error.name, error.message];
      const target = "https://shop.example/";
      const controller = new AbortController();
      setTimeout(() => controller.abort(new RangeError("enough")), 10);
      return [
        await fetch(target, { signal: AbortSignal.abort() }).catch(told),
        await fetch(target, { signal: controller.signal }).catch(told),
        await fetch(target, { signal: AbortSignal.timeout(20) }).catch(told),
      ];`,
    );
    expect(world.result("f")).toEqual([
      ["AbortError", "This operation was aborted"],
      ["RangeError", "enough"],
      ["TimeoutError", "The operation was aborted due to timeout"],
    ]);
    expect(seen).toHaveLength(2);
  });

  it("fails as Node does when nobody answers, and for other schemes", () => {
    const { world } = web(
      () => ({ networkError: "ECONNRESET", message: "read ECONNRESET" }),
      `const told = (error) => [error.name, error.message, error.cause.message, error.cause.code];
      return [await fetch("https://shop.example/").catch(told), await fetch("ftp://shop.example/").catch(told)];`,
    );
    expect(world.result("f")).toEqual([
      ["TypeError", "fetch failed", "read ECONNRESET", "ECONNRESET"],
      ["TypeError", "fetch failed", "unknown scheme", null],
    ]);
  });
});

describe("http", () => {
  const ask = `const ask = (options, body) => new Promise((resolve, reject) => {
    const request = http.request(options, async (response) => {
      let text = "";
      for await (const chunk of response) text += chunk;
      resolve([response.statusCode, response.statusMessage, response.headers["x-a"], text, response.complete]);
    });
    request.on("error", reject);
    request.end(body);
  });`;

  it("takes an options object, a URL with options, a host with a port, credentials and header lists", () => {
    const { world, seen } = web(
      () => ({ status: 404, headers: { "x-a": "1" }, body: "no" }),
      `const http = require("http"); ${ask}
      return [
        await ask({ hostname: "shop.example", port: 8080, path: "/a?b=1", method: "post", headers: { "X-One": ["1", "2"] } }, "body"),
        await ask({ host: "shop.example:8080", auth: "me:secret" }),
        await ask(Object.assign(new URL("http://shop.example/u"))),
        await ask({ host: "shop.example", headers: ["X-Two", "2"] }),
      ];`,
    );
    const answer = [404, "Not Found", "1", "no", true];
    expect(world.result("f")).toEqual([answer, answer, answer, answer]);
    expect(seen.map(path)).toEqual([
      "POST shop.example:8080/a",
      "GET shop.example:8080/",
      "GET shop.example/u",
      "GET shop.example/",
    ]);
    expect(seen[0]?.headers).toMatchObject({ host: "shop.example:8080", "x-one": "1, 2", "content-length": "4" });
    expect(seen[1]?.headers.authorization).toBe(`Basic ${Buffer.from("me:secret").toString("base64")}`);
    expect(seen[3]?.headers).toMatchObject({ "x-two": "2" });
  });

  it("lets a request time out, and be destroyed by whoever hears of it", () => {
    const { world } = web(
      () => undefined,
      `const seen = [];
      await new Promise((resolve) => {
        const request = require("http").request({ host: "shop.example", timeout: 2000 });
        request.on("timeout", () => { seen.push("timeout"); request.destroy(); });
        request.on("error", (error) => seen.push(error.code, error.message));
        request.on("close", () => { seen.push("close", request.destroyed); resolve(); });
        request.end();
      });
      return seen;`,
    );
    const before = world.clock.now;
    expect(world.result("f")).toEqual(["timeout", "ECONNRESET", "socket hang up", "close", true]);
    expect(world.clock.now - before).toBeGreaterThanOrEqual(2000);
  });

  it("ends a request with the error that destroys it, and with a signal", () => {
    const { world } = web(
      () => undefined,
      `const end = (act, options) => new Promise((resolve) => {
        const request = require("https").request({ host: "shop.example", ...options });
        request.on("error", (error) => resolve([error.name, error.code, error.message]));
        request.end();
        act(request);
      });
      const controller = new AbortController();
      return [
        await end((request) => request.destroy(new RangeError("mine"))),
        await end(() => setTimeout(() => controller.abort(), 5), { signal: controller.signal }),
      ];`,
    );
    expect(world.result("f")).toEqual([
      ["RangeError", null, "mine"],
      ["AbortError", "ABORT_ERR", "The operation was aborted"],
    ]);
  });

  it("reports an unknown host as Node's resolver does", () => {
    const { world } = web(
      () => undefined,
      `return new Promise((resolve) => require("https").get("https://nobody.example/").on("error", ({ code, errno, syscall, hostname, message }) => resolve({ code, errno, syscall, hostname, message })));`,
    );
    expect(world.result("f")).toEqual({
      code: "ENOTFOUND",
      errno: -3008,
      syscall: "getaddrinfo",
      hostname: "nobody.example",
      message: "getaddrinfo ENOTFOUND nobody.example",
    });
  });

  it("ends after an answer that nobody listens to", () => {
    const { world } = web(
      () => ({ status: 200, body: "unread" }),
      `return new Promise((resolve) => require("http").get("http://shop.example/").on("close", () => resolve("closed")));`,
    );
    expect(world.result("f")).toBe("closed");
  });
});
