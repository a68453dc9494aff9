// What the guides for operators take from the sample program.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

const root = join(__dirname, "../../..");
const guides = ["operating.md", "edit-and-redrive.md"].map((name) =>
  readFileSync(join(root, "docs/guide", name), "utf8"),
);
const guide = guides.join("\n");
const program = readFileSync(join(root, "index.ts"), "utf8");

/** What an operator has before an eye: in a listing, an error, or a message. */
const read = ["EXECUTION_ARN", "KEY", "RECEIPT_HANDLE", "RULE", "WORK_ID"];

it("takes outputs that the program has", () => {
  const outputs = [...guide.matchAll(/pulumi stack output (\w+)/g)].map(([, name]) => name);
  expect(outputs).toContain("spoolUrl");
  for (const name of outputs) expect(program).toMatch(new RegExp(`^export const ${name} =`, "m"));
});

it("says where everything else comes from", () => {
  const variables = new Set([...guide.matchAll(/\$([A-Z_]+)\b/g)].map(([, name]) => name ?? ""));
  const unexplained = [...variables].filter((name) => !read.includes(name) && !guide.includes(`${name}=$(`));
  expect(unexplained).toEqual([]);
});
