// Whether node_modules holds what package-lock.json asks for, and where a tool's command lies in it.

const fs = require("node:fs");
const path = require("node:path");

/**
 * Compares the lockfile with the one that npm leaves in node_modules. Contents count, not times: a checkout that touches
 * the lockfile alone costs no installation. What is optional may be missing (other platforms' binaries).
 * @param wanted the parsed package-lock.json
 * @param installed the parsed node_modules/.package-lock.json; undefined when there is none
 */
function isStale(wanted, installed) {
  if (installed?.packages === undefined) return true;
  return Object.entries(wanted.packages).some(([location, entry]) => {
    if (location === "") return false;
    const found = installed.packages[location];
    if (found === undefined) return entry.optional !== true && entry.devOptional !== true;
    return found.version !== entry.version || found.integrity !== entry.integrity || found.link !== entry.link;
  });
}

/** Whether `npm ci` has to run in this folder. */
function needsInstallation(root) {
  const wanted = readJson(path.join(root, "package-lock.json"));
  if (wanted === undefined) throw new Error(`package-lock.json is missing in ${root}`);
  return isStale(wanted, readJson(path.join(root, "node_modules", ".package-lock.json")));
}

/**
 * The file behind a command that one of the root's dependencies brings, such as "tsc" of typescript.
 * @throws Error when no dependency has it
 */
function findCommand(root, command) {
  const { dependencies, devDependencies } = readJson(path.join(root, "package.json"));
  for (const name of Object.keys({ ...dependencies, ...devDependencies })) {
    const folder = path.join(root, "node_modules", name);
    const bin = binOf(readJson(path.join(folder, "package.json")), name);
    if (Object.hasOwn(bin, command)) return path.join(folder, bin[command]);
  }
  throw new Error(`no dependency in package.json brings the command ${command}`);
}

function binOf(manifest, name) {
  if (typeof manifest?.bin === "string") return { [name.replace(/^@[^/]+\//, "")]: manifest.bin };
  return manifest?.bin ?? {};
}

function readJson(file) {
  try {
    return JSON.parse(fs.readFileSync(file, "utf8"));
  } catch (error) {
    if (error.code === "ENOENT" || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

module.exports = { findCommand, isStale, needsInstallation, readJson };
