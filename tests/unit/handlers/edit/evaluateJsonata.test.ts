// Edits by JSONata: what they may give, and the limits that they run within. In real time, which is what limits them.
import { describe, expect, it } from "vitest";
import { evaluateJsonata } from "../../../../handlers/edit/evaluateJsonata";
import { parseJson, writeJson } from "../../../../handlers/edit/losslessJson";

async function edited(expression: string, input: string): Promise<string> {
  return writeJson(await evaluateJsonata(expression, parseJson(input)));
}

describe("an edit by JSONata", () => {
  it("gives the value of the expression", async () => {
    expect(
      await edited("$ ~> |card|{'number': '4242'}|", '{"order":"o-1","card":{"number":"0000","name":"Ann"}}'),
    ).toBe('{"order":"o-1","card":{"number":"4242","name":"Ann"}}');
  });

  it("gives an array as it is", async () => {
    expect(await edited("[items[price > 1].name]", '{"items":[{"name":"a","price":2},{"name":"b","price":1}]}')).toBe(
      '["a"]',
    );
  });

  it("reads JSON within texts, as in Step Functions", async () => {
    expect(await edited("$parse(body).order", '{"body":"{\\"order\\":\\"o-1\\"}"}')).toBe('"o-1"');
  });

  it.each<{ expression: string; input?: string; message: string }>([
    { expression: "nowhere", message: "[jsonata] must give JSON, got nothing" },
    { expression: "function($x){$x}", message: '[jsonata] must give JSON, got a function at ""' },
    { expression: "{'f': $sum}", message: '[jsonata] must give JSON, got a function at "/f"' },
    { expression: "1 +", message: '[jsonata] must be a JSONata expression, got "1 +": Unexpected end of expression' },
    {
      expression: "'a' + 1",
      message: '[jsonata] could not be evaluated: The left side of the "+" operator must evaluate to a number',
    },
    {
      expression: "$",
      input: '{"a":[{"b/c":12345678901234567890}]}',
      message:
        '[jsonata] must have an input whose numbers it can hold, got 12345678901234567890 at "/a/0/b~1c": use [patch], which keeps what it does not touch',
    },
  ])("$message", async ({ expression, input = "{}", message }) => {
    await expect(edited(expression, input)).rejects.toThrow(new Error(message));
  });

  it.each(["1e400", "0.12345678901234567891", "9007199254740993", "-1e-400"])(
    "refuses an input with %s",
    async (number) => {
      await expect(edited("$", `[${number}]`)).rejects.toThrow(`got ${number} at "/0"`);
    },
  );

  it.each(["0.1", "1.0", "1e21", "-0", "9007199254740992", "100000000000000000000", "1E-7"])(
    "takes an input with %s",
    async (number) => {
      expect(JSON.parse(await edited("$", `[${number}]`))).toEqual([Number(number) + 0]);
    },
  );

  it("ends a recursion that does not end itself", async () => {
    await expect(edited("($f := function($n){$f($n + 1) + 1}; $f(0))", "{}")).rejects.toThrow(
      "[jsonata] could not be evaluated: Stack overflow",
    );
  });

  it("ends a loop that does not end itself", { timeout: 20_000 }, async () => {
    await expect(edited("($f := function(){$f()}; $f())", "{}")).rejects.toThrow(
      "[jsonata] could not be evaluated: Evaluation timeout after 5000 milliseconds",
    );
  });
});
