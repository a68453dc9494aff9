// Who is told what became of a command, and who may cancel it.
import { describe, expect, it, vi } from "vitest";
import type { CommandState } from "../../../../handlers/commands/status";
import { type Asked, CommandApiRun, time, uuid } from "../../../support/commandApiRun";

describe("a command's status", () => {
  it.each<[CommandState, string | undefined]>([
    ["accepted", "5"],
    ["running", "5"],
    ["parked", "60"],
    ["succeeded", undefined],
    ["failed", undefined],
    ["cancelled", undefined],
  ])("is told: %s, to be asked for again after %s seconds", async (state, wait) => {
    const api = new CommandApiRun();
    const { id } = (await api.order({})).json;
    api.commands.states.set(id, state);
    const { status, headers, json } = await api.about(id);
    expect({ status, wait: headers?.["retry-after"], json }).toEqual({
      status: 200,
      wait,
      json: { id, name: "placeOrder", status: state, acceptedAt: time, attempts: 0 },
    });
    expect(headers).toMatchObject({ "cache-control": "no-store" });
  });

  it.each([uuid(9), "nothing", "../x", ""])("of %j does not exist", async (id) => {
    const api = new CommandApiRun();
    const asked = vi.spyOn(api.commands, "status");
    expect(await api.about(id)).toMatchObject({
      status: 404,
      json: { detail: "There is no command with this id.", retryable: false },
    });
    expect(asked).toHaveBeenCalledTimes(id === uuid(9) ? 1 : 0);
  });

  const nora = { principal: "nora" };
  const tom = { principal: "tom" };
  const signed = { userArn: "arn:aws:iam::1:user/operator" };
  it.each<[string, Asked, Asked, number]>([
    ["a user's own", nora, nora, 200],
    ["another user's", nora, tom, 404],
    ["nobody's, to a user", {}, tom, 404],
    ["a user's, to anybody", nora, {}, 404],
    ["nobody's, to anybody", {}, {}, 200],
    ["a user's, to an AWS identity", nora, signed, 200],
    ["an AWS identity's, to another", { userArn: "arn:aws:iam::1:user/x" }, signed, 200],
  ])("that is %s", async (_what, owner, reader, status) => {
    const api = new CommandApiRun();
    const { id } = (await api.order({}, owner)).json;
    expect((await api.about(id, reader)).status).toBe(status);
    expect((await api.cancel(id, reader)).status).toBe(status);
    expect(api.commands.states.get(id)).toBe(status === 200 ? "cancelled" : "accepted");
  });
});

describe("cancelling a command", () => {
  it("keeps it from beginning, however often it is asked", async () => {
    const api = new CommandApiRun();
    const { id } = (await api.order({})).json;
    const cancelled = [await api.cancel(id), await api.cancel(id)];
    expect(cancelled).toMatchObject([1, 2].map(() => ({ status: 200, json: { id, status: "cancelled" } })));
  });

  it.each<CommandState>(["running", "succeeded", "parked"])("is a conflict once it has begun: %s", async (state) => {
    const api = new CommandApiRun();
    const { id } = (await api.order({})).json;
    api.commands.states.set(id, state);
    expect(await api.cancel(id)).toMatchObject({
      status: 409,
      json: { detail: "The command has begun, and cannot be cancelled any more.", retryable: false },
    });
  });
});

describe("a request about a command that cannot be read", () => {
  it.each([
    ["a path that nobody can decode", "%E0%A4%A", {}],
    ["a key with a space", uuid(1), { "Idempotency-Key": "two words" }],
  ])("is answered with 400, as the document says: %s", async (_, id, headers) => {
    const api = new CommandApiRun();
    expect(await api.about(id, { headers })).toMatchObject({ status: 400 });
    expect(await api.cancel(id, { headers })).toMatchObject({ status: 400 });
  });
});

describe("an id in upper case", () => {
  it("is that of the same command", async () => {
    const api = new CommandApiRun();
    const id = "0199e8a4-0000-7000-8000-00000000000a";
    api.commands.newId = () => id;
    await api.order({ isbn: "1" });
    expect(await api.about(id.toUpperCase())).toMatchObject({ status: 200, json: { id, status: "accepted" } });
    expect(await api.cancel(id.toUpperCase())).toMatchObject({ status: 200, json: { id, status: "cancelled" } });
  });
});
