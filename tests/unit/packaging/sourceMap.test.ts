// Source maps of lines: Node.js itself reads them to the place where the code came from.
import { SourceMap } from "node:module";
import { build } from "esbuild";
import { describe, expect, it } from "vitest";
import { linesOnly } from "../../../packaging/sourceMap";

const sources: Record<string, string> = {
  "entry.ts":
    'import { far } from "far.ts";\nimport { other } from "other.ts";\n\nexport function near() {\n  throw new Error("NEAR");\n}\n\nother();\nfar();\nconsole.log("LAST");\n',
  "other.ts": 'export function other() {\n  console.log("OTHER");\n}\n',
  "far.ts": `${"\n".repeat(5_000)}export function far() {\n  console.log("FAR");\n}\n`,
};

async function bundled() {
  const result = await build({
    entryPoints: ["entry.ts"],
    bundle: true,
    write: false,
    minify: true,
    format: "cjs",
    sourcemap: "external",
    outfile: "/out/index.js",
    plugins: [
      {
        name: "virtual",
        setup({ onResolve, onLoad }) {
          onResolve({ filter: /.*/ }, ({ path }) => ({ path, namespace: "virtual" }));
          onLoad({ filter: /.*/ }, ({ path }) => ({ contents: sources[path] ?? "", loader: "ts" }));
        },
      },
    ],
  });
  const text = (end: string) => result.outputFiles.find(({ path }) => path.endsWith(end))?.text ?? "";
  return { code: text(".js"), map: JSON.parse(text(".js.map")) };
}

function placeOf(code: string, map: object, word: string) {
  const lines = code.split("\n");
  const line = lines.findIndex((text) => text.includes(word));
  const payload = { file: "", sourceRoot: "", names: [], sourcesContent: [], ...map };
  const entry = new SourceMap(payload as never).findEntry(line, lines[line]?.indexOf(word) ?? 0);
  return "originalSource" in entry && entry.originalSource !== undefined
    ? `${entry.originalSource}:${entry.originalLine + 1}`
    : "nowhere";
}

describe("linesOnly", () => {
  it("leads to the same lines as the full map", async () => {
    const { code, map } = await bundled();
    const lines = linesOnly(map, () => true);

    for (const [word, place] of [
      ["NEAR", "virtual:entry.ts:5"],
      ["OTHER", "virtual:other.ts:2"],
      ["FAR", "virtual:far.ts:5002"],
      ["LAST", "virtual:entry.ts:10"],
    ] as const) {
      expect(placeOf(code, map, word)).toBe(place);
      expect(placeOf(code, lines, word)).toBe(place);
    }
    expect(lines.mappings.length).toBeLessThan(map.mappings.length / 2);
  });

  it("maps what is not wanted to nothing, rather than to what stands before it", async () => {
    const { code, map } = await bundled();
    const lines = linesOnly(map, (source) => !source.includes("other"));

    expect(lines.sources).toEqual(["virtual:entry.ts", "virtual:far.ts"]);
    expect(placeOf(code, lines, "FAR")).toBe("virtual:far.ts:5002");
    expect(placeOf(code, lines, "LAST")).toBe("virtual:entry.ts:10");
    expect(placeOf(code, lines, "OTHER")).toBe("nowhere");
  });

  it("keeps the lines of the bundle apart", () => {
    const map = { version: 3, sources: ["a.ts", "b.ts"], mappings: ";AAAA,IAAI;;ACEA,CAAC,UDFA" };

    expect(linesOnly(map, () => true)).toEqual({ version: 3, sources: ["a.ts", "b.ts"], mappings: ";AAAA;;ACEA,WDFA" });
  });
});
