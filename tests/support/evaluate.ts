// Evaluates a packaged file as the Lambda runtime does, with modules of the test's choice instead of what it requires.
import { createRequire } from "node:module";

const realRequire = createRequire(__filename);

/** What the file exports. Modules that are not given must be Node.js's own. */
export function evaluate(
  code: string,
  modules: Readonly<Record<string, unknown>> = {},
): Readonly<Record<string, (event?: unknown) => Promise<unknown>>> {
  const module = { exports: {} };
  const require = (name: string): unknown => {
    if (name in modules) {
      return modules[name];
    }
    if (/^(\.|@|[a-z-]+\/)/.test(name) && !name.startsWith("node:") && !name.startsWith("fs/")) {
      throw new Error(`the code requires "${name}"`);
    }
    return realRequire(name);
  };
  new Function("exports", "module", "require", code)(module.exports, module, require);
  return module.exports;
}
