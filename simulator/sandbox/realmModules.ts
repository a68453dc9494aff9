// `require` inside a realm: Node's modules, the asset's own files, the runtime's packages.
import type { RealmHost } from "./host";
import { builtIns, type Parts } from "./realmBuiltIns";
import type { RealmLoop } from "./realmLoop";
import { unavailableModule } from "./realmUnavailable";

function notFound(name: string, from: string): Error {
  return Object.assign(new Error(`Cannot find module '${name}'\nRequire stack:\n- ${from}`), {
    code: "MODULE_NOT_FOUND",
  });
}

function join(folder: string, relative: string): string {
  const parts = folder.split("/").filter((part) => part !== "");
  for (const part of relative.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "." && part !== "") parts.push(part);
  }
  return parts.join("/");
}

export function realmModules(host: RealmHost, loop: RealmLoop, parts: Parts): { loadHandler(path: string): unknown } {
  const table = builtIns(host, loop, parts);
  const loaded = new Map<string, { exports: unknown }>();

  const builtIn = (name: string): unknown => {
    const key = `node:${name}`;
    const known = loaded.get(key);
    if (known !== undefined) return known.exports;
    const module = { exports: table.get(name)?.() };
    loaded.set(key, module);
    return module.exports;
  };
  const packaged = (name: string, from: string): unknown => {
    const known = loaded.get(`package:${name}`);
    if (known !== undefined) return known.exports;
    const found = host.runtimePackage(name);
    if (found === undefined) throw notFound(name, from);
    const module = { exports: {} as unknown };
    loaded.set(`package:${name}`, module);
    found.wrapper(
      module.exports as object,
      (wanted) => requireFrom("", wanted, found.path),
      module,
      found.path,
      "/var/runtime",
    );
    return module.exports;
  };
  const ownFile = (path: string): unknown => {
    const known = loaded.get(path);
    if (known !== undefined) return known.exports;
    const file = host.files.get(path);
    if (file === undefined) return undefined;
    const { Buffer: HostBuffer } = host.globals as { Buffer: typeof Buffer };
    const source = HostBuffer.from(file.content).toString("utf8");
    const module = { exports: {} as unknown };
    loaded.set(path, module);
    if (path.endsWith(".json")) {
      module.exports = JSON.parse(source);
      return module.exports;
    }
    const folder = path.includes("/") ? path.slice(0, path.lastIndexOf("/")) : "";
    const wrapper = host.compile(path, source);
    const resolve = (name: string) => resolveFrom(folder, name, `/var/task/${path}`);
    const require = Object.assign((name: string) => requireFrom(folder, name, `/var/task/${path}`), {
      resolve,
      cache: {},
      main: undefined,
    });
    wrapper(module.exports as object, require, module, `/var/task/${path}`, `/var/task/${folder}`);
    return module.exports;
  };
  const resolveFile = (base: string): string | undefined =>
    [base, `${base}.js`, `${base}.json`, `${base}/index.js`].find((path) => host.files.has(path));

  function requireFrom(folder: string, name: string, from: string): unknown {
    const bare = name.replace(/^node:/, "").replace(/\/$/, "");
    if (table.has(bare)) return builtIn(bare);
    if (name.startsWith("node:")) return unavailableModule(bare);
    if (name.startsWith(".") || name.startsWith("/var/task/")) {
      const base = name.startsWith("/") ? join("", name.replace("/var/task/", "")) : join(folder, name);
      const path = resolveFile(base);
      if (path === undefined) throw notFound(name, from);
      return ownFile(path);
    }
    const inAsset = resolveFile(`node_modules/${name}`);
    return inAsset === undefined ? packaged(name, from) : ownFile(inAsset);
  }

  /** `require.resolve` */
  function resolveFrom(folder: string, name: string, from: string): string {
    if (table.has(name.replace(/^node:/, ""))) return name;
    const base = name.startsWith(".") ? join(folder, name) : name.replace("/var/task/", "");
    const path = resolveFile(base) ?? resolveFile(`node_modules/${name}`);
    if (path !== undefined) return `/var/task/${path}`;
    const found = host.runtimePackage(name);
    if (found === undefined) throw notFound(name, from);
    return found.path;
  }

  return {
    loadHandler(path) {
      const base = join("", path);
      const file = [base, `${base}.js`, `${base}.mjs`, `${base}.cjs`].find((name) => host.files.has(name));
      if (file === undefined) throw notFound(path, "/var/runtime/index.mjs");
      if (file.endsWith(".mjs")) throw new SyntaxError(`import statement in ${file}`);
      return ownFile(file);
    },
  };
}
