// The tables in the guide.
import { expect, it } from "vitest";
import { documentedOutput, withOutput } from "../../../drill/documentation";

const document = "# A\n\n```text\n$ npm run -s drill\nold\n```\n\n```text\n$ npm run -s drill -- --control\n```\nend\n";

it("reads and replaces what the guide shows of each program", () => {
  expect(documentedOutput(document, "bookshop")).toBe("old\n");
  expect(documentedOutput(document, "control")).toBe("");
  const written = withOutput(withOutput(document, "bookshop", "one\ntwo\n"), "control", "three\n");
  expect(written).toBe(
    "# A\n\n```text\n$ npm run -s drill\none\ntwo\n```\n\n```text\n$ npm run -s drill -- --control\nthree\n```\nend\n",
  );
});

it("misses a block that is not there", () => {
  expect(() => documentedOutput("# A\n", "bookshop")).toThrow(
    new Error("the document must have a block that begins with $ npm run -s drill"),
  );
});
