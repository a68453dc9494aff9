// The serializer's failures in the words of a caller; Pulumi's messages here are what 3.270 said.
import { describe, expect, it } from "vitest";
import type { CaptureStep } from "../../../packaging/captures";
import { explainBundling, explainFailure, explainRefusal, privateMemberIn } from "../../../packaging/explain";

const make = (what: string) =>
  `Make ${what} in a [callbackFactory], which runs in Lambda once per execution environment, or inside the callback.`;
const step = (name: string, value: unknown = {}): CaptureStep => ({ name, value });
const helper = () => undefined;

const nativeMessage = `Error serializing 'async () => client.send(new client_s ...'

'async () => client.send(new client_s ...': captured
  variable 'client' which indirectly referenced
    function 'Md5Node': which referenced
      function 'createHash': which referenced
        function 'Hash': which captured
          '_Hash', a function defined at
            function 'Hash': which could not be serialized because
              function is not a bound function

Function code:
  function Hash() { [native code] }
`;

const viaFunctionMessage = `Error serializing 'async () => report()'

'async () => report()': captured
  'report', a function defined at
    function 'report': which captured
      variable 'socket' which indirectly referenced
        function '_write': which captured
          'ArrayPrototypeUnshift', a function defined at
            function 'bound call': which could not be serialized because
              it was a native code function.

Function code:
  function () { [native code] }
`;

const syntaxMessage = `Error serializing 'async () => odd()'

'async () => odd()': captured
  'odd', a function defined at
    function 'odd': which could not be serialized because
      the function could not be parsed: ')' expected.

Function code:
  odd(
`;

const importMessage = `Error serializing 'async () => (0, prices_1.open)()'

'async () => (0, prices_1.open)()': captured
  variable 'prices_1' which indirectly referenced
    function 'open': which captured
      variable 'file' which indirectly referenced
        function 'bound call': which could not be serialized because
          it was a native code function.

Function code:
  function () { [native code] }
`;

describe("explainFailure", () => {
  it.each([
    ["native code", nativeMessage, `"client", which leads to native code. ${make('"client"')}`],
    [
      "a function between",
      viaFunctionMessage,
      `"socket" (through "report"), which leads to native code. ${make('"socket"')}`,
    ],
    ["an import between", importMessage, `"file", which leads to native code. ${make('"file"')}`],
    [
      "another reason",
      syntaxMessage,
      `"odd", which leads to what Pulumi refuses: the function could not be parsed: ')' expected. ${make('"odd"')}`,
    ],
  ])("takes the names from Pulumi's message: %s", (_, message, explained) => {
    expect(explainFailure("callback", message)).toBe(`[callback] cannot be serialized: it captures ${explained}`);
  });

  it("takes them from the way to the value where the message has none", () => {
    const message = 'package.json export path for "@scope/log/lib/constants.js" not found';
    const way = [step("helper_1"), step("helper", helper), step("log"), step("constructor", class {}), step("x")];

    expect(explainFailure("callbackFactory", message, way)).toBe(
      '[callbackFactory] cannot be serialized: it captures "log" (through "helper"), which leads to "@scope/log/lib/constants.js", a file that its package does not export. Make "log" inside the factory, which runs in Lambda.',
    );
  });

  it("says where to put a secret", () => {
    const message = "Secret outputs cannot be captured by a closure.";
    const instead =
      "which would be readable in the function's code. Hand it over in [environment], or have the function read it from AWS Secrets Manager.";

    expect(explainFailure("callback", message, [step("password")])).toBe(
      `[callback] cannot be serialized: it captures "password", a secret Output, ${instead}`,
    );
    expect(explainFailure("callback", message)).toBe(
      `[callback] cannot be serialized: it captures a secret Output, ${instead}`,
    );
  });

  it("passes on what it does not know", () => {
    expect(explainFailure("callback", "something new")).toBe("[callback] cannot be serialized: something new");
  });
});

describe("explainRefusal", () => {
  const map = { what: "a Map, which would arrive without its contents" };

  it.each([
    ["the variable itself", [step("seen")], `"seen", ${map.what}. ${make('"seen"')}`],
    ["a property of it", [step("shop"), step("seen")], `"shop", which leads to "seen", ${map.what}. ${make('"shop"')}`],
    ["its prototype", [step("shop"), step("prototype")], `"shop", which leads to ${map.what}. ${make('"shop"')}`],
    ["a module's variable", [step("a_1"), step("seen")], `"seen", ${map.what}. ${make('"seen"')}`],
    [
      "a function's variable",
      [step("helper", helper), step("seen")],
      `"seen" (through "helper"), ${map.what}. ${make('"seen"')}`,
    ],
    ["an unknown way", undefined, `${map.what}. ${make("it")}`],
  ])("names %s", (_, way, explained) => {
    expect(explainRefusal("callback", map, way)).toBe(`[callback] cannot be serialized: it captures ${explained}`);
  });

  it("gives other advice where the value comes with it", () => {
    expect(explainRefusal("callback", { what: "a thing", instead: "Do that." }, [step("thing")])).toBe(
      '[callback] cannot be serialized: it captures "thing", a thing. Do that.',
    );
  });
});

describe("explainBundling", () => {
  const privateMessage = 'Private name "#total" must be declared in an enclosing class';

  it("names a package that is missing", () => {
    expect(explainBundling("callback", ['Could not resolve "payments"'])).toBe(
      '[callback] cannot be bundled: it imports "payments", which was not found. Install it where the Pulumi program is.',
    );
  });

  it("says how to import a file", () => {
    expect(explainBundling("callback", ['Could not resolve "./prices"'])).toBe(
      '[callback] cannot be bundled: it imports "./prices", which was not found. A path is looked for in the folder of Pulumi.yaml: import the module by the name of its package.',
    );
  });

  it("names the variable with a private member", () => {
    expect(explainBundling("callback", [privateMessage], [step("till"), step("prototype"), step("add", helper)])).toBe(
      `[callback] cannot be serialized: it captures "till", an object whose class has the private member "#total", which no copy can have. ${make('"till"')}`,
    );
    expect(explainBundling("callback", [privateMessage])).toBe(
      `[callback] cannot be serialized: it captures an object whose class has the private member "#total", which no copy can have. ${make("it")}`,
    );
    expect(privateMemberIn([privateMessage])).toBe("#total");
    expect(privateMemberIn(['Could not resolve "payments"'])).toBeUndefined();
  });

  it("passes on what it does not know", () => {
    expect(explainBundling("callback", ["Unexpected token"])).toBe("[callback] cannot be bundled: Unexpected token");
    expect(explainBundling("callback", [])).toBe("[callback] cannot be bundled: esbuild failed");
  });
});
