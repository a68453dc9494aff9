// Runs a tool, such as `node scripts/run.js vitest run`, on a machine that has only npm and Node 20 or newer: brings a
// newer Node where that one is too old, installs what is missing, and passes on arguments, exit code and signals.
// Everything it has to say goes to stderr: stdout belongs to the tool.

const { spawn, spawnSync } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");
const { findCommand, needsInstallation, readJson } = require("./installation");
const { chooseNode, tooOld } = require("./nodeVersion");

const root = path.resolve(__dirname, "..");
const cache = path.join(root, ".cache");
const machine = { version: process.version, platform: process.platform, arch: process.arch };

function say(line) {
  process.stderr.write(`${line}\n`);
}

/** The environment in which `node` means the chosen one, for the tool and for all that it starts. */
function environmentFor(node) {
  const environment = { ...process.env, NODE: node, npm_node_execpath: node };
  const key = Object.keys(environment).find((name) => name.toUpperCase() === "PATH") ?? "PATH";
  environment[key] = [path.dirname(node), environment[key]].filter(Boolean).join(path.delimiter);
  return environment;
}

/** npm's own program file: running npm.cmd on Windows would take a shell. */
function npmProgram() {
  const beside = path.dirname(process.execPath);
  const candidates = [
    process.env.npm_execpath,
    path.join(beside, "..", "lib", "node_modules", "npm", "bin", "npm-cli.js"),
    path.join(beside, "node_modules", "npm", "bin", "npm-cli.js"),
  ];
  return candidates.find((file) => file !== undefined && path.basename(file) === "npm-cli.js" && fs.existsSync(file));
}

/** Runs npm without output; the result is what it printed when it failed, else undefined. */
function npmFailure(node, args) {
  const program = npmProgram();
  const options = { cwd: root, env: environmentFor(node), stdio: ["ignore", "pipe", "pipe"], encoding: "utf8" };
  const quiet = [...args, "--no-audit", "--no-fund", "--ignore-scripts"];
  const done = program === undefined ? spawnSync("npm", quiet, options) : spawnSync(node, [program, ...quiet], options);
  if (done.status === 0) return undefined;
  return [done.error?.message, done.stdout, done.stderr].filter(Boolean).join("\n").trim() || "npm gave no reason";
}

/** Lets one process at a time install; the others wait for it. The owner's process id tells an abandoned lock. */
function withLock(install) {
  const lock = path.join(cache, "install.lock");
  fs.mkdirSync(cache, { recursive: true });
  while (!claim(lock)) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
  try {
    return install();
  } finally {
    fs.rmSync(lock, { force: true });
  }
}

function claim(lock) {
  try {
    fs.writeFileSync(lock, String(process.pid), { flag: "wx" });
    return true;
  } catch (error) {
    if (error.code !== "EEXIST") throw error;
    const owner = readJson(lock);
    if (owner !== undefined && !isAlive(owner)) fs.rmSync(lock, { force: true });
    return false;
  }
}

function isAlive(id) {
  try {
    process.kill(id, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}

/** The Node to use: the machine's own, or one in .cache/node, outside of node_modules, which `npm ci` wipes. */
function provideNode() {
  const choice = chooseNode(machine);
  if (choice.kind === "own") return process.execPath;
  const folder = path.join(cache, "node", `${choice.name}-${choice.version}`);
  const binary = path.join(folder, "node_modules", choice.name, ...choice.binary.split("/"));
  // npm writes this file last: without it, the installation was interrupted.
  const finished = () => readJson(path.join(folder, "node_modules", ".package-lock.json")) !== undefined;
  if (!finished()) withLock(() => finished() || bringNode(choice, folder, binary));
  return binary;
}

function bringNode(choice, folder, binary) {
  say(
    `Node ${process.versions.node} is too old; bringing Node ${choice.version} to ${path.relative(root, folder)} ...`,
  );
  fs.rmSync(folder, { recursive: true, force: true });
  fs.mkdirSync(folder, { recursive: true });
  const spec = `${choice.name}@${choice.version}`;
  const failure = npmFailure(process.execPath, ["install", "--prefix", folder, "--no-save", "--no-package-lock", spec]);
  if (failure === undefined && spawnSync(binary, ["--version"]).status === 0) return;
  fs.rmSync(folder, { recursive: true, force: true });
  if (failure !== undefined) say(failure);
  throw new Error(tooOld(machine, failure === undefined ? `${spec} does not run here` : `npm cannot bring ${spec}`));
}

function install(node) {
  if (!needsInstallation(root)) return;
  withLock(() => {
    if (!needsInstallation(root)) return;
    say("Installing what package-lock.json asks for (npm ci) ...");
    const failure = npmFailure(node, ["ci", "--include=dev"]);
    if (failure === undefined) return;
    say(failure);
    throw new Error("npm ci failed: see above");
  });
}

function runTool(node, command, args) {
  const child = spawn(node, [findCommand(root, command), ...args], { stdio: "inherit", env: environmentFor(node) });
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"];
  const forward = (signal) => {
    // A terminal sends Ctrl-C to the tool as well, and a second one means something else to some.
    if (signal !== "SIGINT" || !process.stdin.isTTY) child.kill(signal);
  };
  for (const signal of signals) process.on(signal, forward);
  child.on("error", (error) => {
    say(`${command}: ${error.message}`);
    process.exitCode = 1;
  });
  child.on("exit", (code, signal) => {
    for (const name of signals) process.removeListener(name, forward);
    if (signal === null) process.exitCode = code;
    else process.kill(process.pid, signal);
  });
}

function main([command, ...args]) {
  if (command === undefined) throw new Error("usage: node scripts/run.js COMMAND [ARGUMENT ...]");
  const node = provideNode();
  install(node);
  runTool(node, command, args);
}

try {
  main(process.argv.slice(2));
} catch (error) {
  say(error.message);
  process.exitCode = 1;
}
