// An empty Pulumi project with what `npm pack` makes installed in it, and the programs that it runs.
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";

const repository = process.cwd();

/** The project's folder, and the one around it, which tests may fill and must remove. */
export interface ConsumerProject {
  readonly folder: string;
  readonly project: string;
}

/** A copy, so that packing leaves nothing behind in the repository. */
function copyOfRepository(folder: string): string {
  const copy = join(folder, "respool");
  const left = ["node_modules", "dist", ".git", ".cache", "coverage", "tests"];
  cpSync(repository, copy, { recursive: true, filter: (path) => !left.includes(basename(path)) });
  symlinkSync(join(repository, "node_modules"), join(copy, "node_modules"));
  return copy;
}

function npm(args: readonly string[], cwd: string): string {
  return execFileSync("npm", [...args, "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd,
    encoding: "utf8",
    shell: process.platform === "win32",
  });
}

export function compile(cwd: string, ...args: string[]): string {
  const compiler = join(repository, "node_modules", "typescript", "bin", "tsc");
  return execFileSync(process.execPath, [compiler, ...args], { cwd, encoding: "utf8" });
}

const manifest = { name: "shop", version: "1.0.0", private: true };
const compilerOptions = {
  module: "nodenext",
  moduleResolution: "nodenext",
  target: "ES2022",
  strict: true,
  skipLibCheck: true,
};

/** The repository's own choice of versions: npm has them in its cache, and need not ask the registry. */
function lockfile(): object {
  const { packages }: { packages: Record<string, { dev?: boolean; peer?: boolean; link?: boolean }> } = JSON.parse(
    readFileSync(join(repository, "package-lock.json"), "utf8"),
  );
  const kept = Object.entries(packages).filter(
    ([path, { dev, peer, link }]) => path.startsWith("node_modules/") && !dev && !peer && !link,
  );
  return { ...manifest, lockfileVersion: 3, packages: Object.fromEntries(kept) };
}

/** One task. */
const greeting = `import { Logger } from "@aws-lambda-powertools/logger";
import { ErrorSpool, ReprocessFunction, UncertainTask } from "respool";

const spool = new ErrorSpool("spool");
const greet = new UncertainTask("greet", {
  spool,
  task: {
    callbackFactory: () => {
      const logger = new Logger({ serviceName: "shop" });
      return async (event: { name: string }) => ({ greeting: "hello " + event.name, level: logger.getLevelName() });
    },
  },
});
new ReprocessFunction("reprocess", { spool, sources: [greet] });

export const arn = greet.arn;
`;

/** Every other invocation type, with all that a shop would put around it. */
const everything = `import * as aws from "@pulumi/aws";
import {
  ApiFunction,
  type ApiRequest,
  AsyncFunction,
  Dashboard,
  type DynamoDbStreamRecord,
  ErrorSpool,
  IdempotencyStore,
  QueueFunction,
  type QueueMessage,
  ReprocessFunction,
  SavedQueries,
  StreamFunction,
} from "respool";

interface Order {
  readonly order: string;
}

/** One call for each piece of work; the neighbour is told the work's id. */
const tell = async (order: string, id: string) => {
  const headers = { "idempotency-key": id };
  const { status } = await fetch("https://neighbour.example.com/" + order, { method: "POST", headers });
  if (status !== 200) throw Object.assign(new Error("status " + status), { name: "NeighbourDown" });
  return { told: order };
};

const spool = new ErrorSpool("spool");
const idempotency = new IdempotencyStore("idempotency");

const api = new ApiFunction("api", {
  operations: [{ method: "GET", path: "/orders/{order}", operationId: "getOrder" }],
  callback: async ({ pathParameters, requestId }: ApiRequest) => tell(pathParameters.order ?? "", requestId),
  authorization: "NONE",
  accessLog: false,
});
const notify = new AsyncFunction("notify", {
  spool,
  idempotency,
  triggers: [{ eventPattern: { source: ["shop"] } }],
  callback: async ({ order }: Order, { work }) => tell(order, work.id),
});
const ship = new QueueFunction("ship", {
  spool,
  idempotency,
  callback: async ({ body }: QueueMessage<Order>, { work }) => tell(body.order, work.id),
});
const orders = new aws.dynamodb.Table("orders", {
  attributes: [{ name: "order", type: "S" }],
  hashKey: "order",
  billingMode: "PAY_PER_REQUEST",
  streamEnabled: true,
  streamViewType: "NEW_IMAGE",
});
const index = new StreamFunction("index", {
  spool,
  idempotency,
  stream: orders,
  callback: async ({ newImage }: DynamoDbStreamRecord<Order>, { work }) => tell(newImage?.order ?? "", work.id),
});
const reprocess = new ReprocessFunction("reprocess", { spool, sources: [notify, ship, index] });
const components = [spool, api, notify, ship, index, reprocess];
new Dashboard("dashboard", { components });
new SavedQueries("queries", { components });

export const apiUrl = api.url;
export const notifyFunction = notify.functionName;
export const shipQueueUrl = ship.queue.url;
export const ordersTable = orders.name;
export const reprocessFunction = reprocess.functionName;
`;

/** A function of commands, and an admin's tool that sends to it, whose code leads to the package's own. */
const commands = `import { ClosureFunction, CommandFunction, CommandStore, ErrorSpool } from "respool";
import { sendCommand } from "respool/sendCommand";

const spool = new ErrorSpool("spool");
const store = new CommandStore("commands");
const orders = new CommandFunction<{ placeOrder: { readonly isbn: string } }>("orders", {
  spool,
  store,
  commands: { placeOrder: { schema: { type: "object", required: ["isbn"] } } },
  callback: async ({ data }) => ({ placed: data.isbn }),
});
const { target } = orders;
const admin = new ClosureFunction("admin", {
  callback: async ({ isbn }: { readonly isbn: string }) =>
    sendCommand(target.get(), { name: "placeOrder", data: { isbn }, idempotencyKey: isbn }),
  permissions: orders.sendStatements,
});

export const adminFunction = admin.functionName;
export const commandsTable = store.table.name;
`;

/** A program of the guide, as it shows it. */
function guideProgram(file: string): string {
  const text = readFileSync(join(repository, "tests/guide/program", file), "utf8");
  return text
    .replace('"../../../components"', '"respool"')
    .replace('"../../../handlers/commands/sendCommand"', '"respool/sendCommand"');
}

/** Packs the library, and installs it into a new project with the programs `index.ts`, `everything.ts` and `commands.ts`, and the guide's. */
export function consumerProject(): ConsumerProject {
  const folder = mkdtempSync(join(tmpdir(), "respool-package-"));
  const project = join(folder, "project");
  const copy = copyOfRepository(folder);
  compile(copy, "--project", "tsconfig.build.json");
  // Not by the prepack script: it may install what is missing, which here would be the repository's own node_modules.
  npm(["pack", "--ignore-scripts", "--pack-destination", folder], copy);
  const tarball = readdirSync(folder).find((file) => file.endsWith(".tgz")) ?? "";
  mkdirSync(project);
  const files = {
    "package.json": JSON.stringify({ ...manifest, dependencies: { respool: `file:../${tarball}` } }),
    "package-lock.json": JSON.stringify(lockfile()),
    "Pulumi.yaml": "name: shop\nruntime: nodejs\nmain: index.ts\n",
    "tsconfig.json": JSON.stringify({ compilerOptions }),
    "index.ts": greeting,
    "everything.ts": everything,
    "commands.ts": commands,
    "fulfilOrder.ts": guideProgram("fulfilOrder.ts"),
    "ownMachine.ts": guideProgram("ownMachine.ts"),
    "firstCommand.ts": guideProgram("firstCommand.ts"),
    "shopCommands.ts": guideProgram("shopCommands.ts"),
    "importOrders.ts": guideProgram("importOrders.ts"),
  };
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(join(project, name), text);
  }
  // What a Pulumi project has anyway is taken from here: it is large.
  npm(["install", "--prefer-offline", "--legacy-peer-deps", "--ignore-scripts"], project);
  for (const name of ["@pulumi", "typescript", "@types"]) {
    symlinkSync(join(repository, "node_modules", name), join(project, "node_modules", name));
  }
  return { folder, project };
}
