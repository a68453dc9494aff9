import { describe, expect, it } from "vitest";
import { type HttpResponse, Internet, type NetworkFailure } from "../../../simulator/internet";

function ask(internet: Internet, url: string): (HttpResponse | NetworkFailure)[] {
  const answers: (HttpResponse | NetworkFailure)[] = [];
  const request = { method: "GET", url: new URL(url), headers: {}, body: Buffer.alloc(0) };
  internet.request(request, (answer) => void answers.push(answer));
  return answers;
}

describe("Internet", () => {
  it("hands a request to the host of its name and port", () => {
    const internet = new Internet();
    internet.register("pay.example", ({ url }, reply) => reply({ status: 200, body: url.pathname }));
    internet.register("pay.example:8443", (_request, reply) => reply({ status: 503 }));
    expect(ask(internet, "https://pay.example/charges?a=1")).toEqual([{ status: 200, body: "/charges" }]);
    expect(ask(internet, "https://pay.example:443/")).toEqual([{ status: 200, body: "/" }]);
    expect(ask(internet, "http://PAY.example:8443/")).toEqual([{ status: 503 }]);
  });

  it("knows no other host", () => {
    const failure = { networkError: "ENOTFOUND", message: "getaddrinfo ENOTFOUND other.example" };
    expect(ask(new Internet(), "https://other.example:8443/")).toEqual([failure]);
  });

  it("lets a host answer later, or never, and another take its place", () => {
    const internet = new Internet();
    internet.register("pay.example", () => undefined);
    expect(ask(internet, "https://pay.example/")).toEqual([]);
    internet.register("pay.example", (_request, reply) => reply({ networkError: "ECONNREFUSED", message: "down" }));
    expect(ask(internet, "https://pay.example/")).toEqual([{ networkError: "ECONNREFUSED", message: "down" }]);
  });
});
