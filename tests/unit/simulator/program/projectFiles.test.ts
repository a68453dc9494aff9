import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { readProject } from "../../../../simulator/program/projectFiles";

const folders: string[] = [];

function folder(files: Readonly<Record<string, string>>): string {
  const path = mkdtempSync(join(tmpdir(), "respool-project-"));
  folders.push(path);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(path, name), text);
  return path;
}

afterEach(() => {
  for (const path of folders.splice(0)) rmSync(path, { recursive: true });
});

const schema = `name: shop
config:
  plain: text
  count:
    type: integer
    default: 3
  share:
    type: number
    default: 0.5
  open:
    type: boolean
    default: false
  titles:
    type: array
    items: { type: string }
    default: [a, b]
  prices:
    type: object
    default: { a: 1 }
  untyped:
    default: [1]
  other:list: [x]
  aws:region:
    value: eu-north-1
`;

describe("readProject", () => {
  it("gives defaults as the text that pulumi.Config reads, under full names", () => {
    const directory = folder({ "Pulumi.yaml": schema });
    expect(readProject(directory, "dev")).toEqual({
      name: "shop",
      main: join(directory, "index.ts"),
      config: {
        "shop:plain": "text",
        "shop:count": "3",
        "shop:share": "0.5",
        "shop:open": "false",
        "shop:titles": '["a","b"]',
        "shop:prices": '{"a":1}',
        "shop:untyped": "[1]",
        "other:list": '["x"]',
        "aws:region": "eu-north-1",
      },
    });
  });

  it("lets the stack's file win over defaults, and the caller over both", () => {
    const stack = "config:\n  shop:count: 4\n  shop:open: 'true'\n  aws:region: eu-west-1\n  extra: 1\n";
    const directory = folder({ "Pulumi.yaml": schema, "Pulumi.prod.yaml": stack });
    const { config } = readProject(directory, "prod", { count: "5", "aws:profile": "me" });
    expect(config).toMatchObject({
      "shop:count": "5",
      "shop:open": "true",
      "aws:region": "eu-west-1",
      "aws:profile": "me",
      "shop:extra": "1",
    });
    expect(readProject(directory, "dev").config["shop:count"]).toBe("3");
  });

  it("finds another entry file", () => {
    const directory = folder({ "Pulumi.yaml": "name: shop\nmain: src/program.ts\n", "Pulumi.dev.yaml": "" });
    expect(readProject(directory, "dev")).toEqual({
      name: "shop",
      main: join(directory, "src/program.ts"),
      config: {},
    });
  });

  it.each([
    ["count", "1.5", "integer"],
    ["count", "many", "integer"],
    ["share", "half", "number"],
    ["open", "yes", "boolean"],
    ["titles", "a", "array"],
    ["prices", "[]", "object"],
    ["plain", "[a]", "string"],
  ])("refuses %s: %s, which is no %s", (key, value, type) => {
    const directory = folder({ "Pulumi.yaml": schema, "Pulumi.dev.yaml": `config:\n  shop:${key}: ${value}\n` });
    const got = { a: "a", "[]": "[]", "[a]": '["a"]' }[value] ?? value;
    expect(() => readProject(directory, "dev")).toThrow(
      new Error(`configuration shop:${key} must be of type ${type}, got ${got}`),
    );
  });

  it("refuses an encrypted secret by name, also within an object, unless the caller gives its value", () => {
    const stack = "config:\n  shop:plain:\n    secure: AAAB\n";
    const directory = folder({ "Pulumi.yaml": schema, "Pulumi.dev.yaml": stack });
    const message = (key: string) =>
      `configuration shop:${key} is an encrypted secret; the simulator cannot decrypt it: give its value with the option config`;
    expect(() => readProject(directory, "dev")).toThrow(new Error(message("plain")));
    expect(readProject(directory, "dev", { plain: "known" }).config["shop:plain"]).toBe("known");
    const nested = "config:\n  shop:prices:\n    a:\n      - secure: AAAB\n";
    expect(() => readProject(folder({ "Pulumi.yaml": schema, "Pulumi.dev.yaml": nested }), "dev")).toThrow(
      new Error(message("prices")),
    );
  });

  it("refuses a stack that leaves out what has no default", () => {
    const directory = folder({ "Pulumi.yaml": "name: shop\nconfig:\n  url:\n    type: string\n" });
    expect(() => readProject(directory, "dev")).toThrow(
      new Error("stack dev gives no value for configuration shop:url, which has no default in Pulumi.yaml"),
    );
    expect(readProject(directory, "dev", { url: "" }).config).toEqual({ "shop:url": "" });
  });

  it("refuses a folder that is no project", () => {
    const empty = folder({});
    expect(() => readProject(empty, "dev")).toThrow(new Error(`no Pulumi.yaml in ${empty}`));
    expect(() => readProject(folder({ "Pulumi.yaml": "main: x.ts\n" }), "dev")).toThrow(
      new Error("Pulumi.yaml must give a name"),
    );
    const list = folder({ "Pulumi.yaml": "- a\n" });
    expect(() => readProject(list, "dev")).toThrow(new Error(`${join(list, "Pulumi.yaml")} must be a YAML mapping`));
  });
});
