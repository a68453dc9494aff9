// What `npm run test:localstack` starts. Options other than --if-available are vitest's own.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { engineProblem } from "./containers";

const optional = "--if-available";

async function main(options: readonly string[]): Promise<number> {
  const problem = process.env.AWS_ENDPOINT_URL ? undefined : await engineProblem();
  if (problem !== undefined) {
    console.error(problem);
    return options.includes(optional) ? 0 : 1;
  }
  const root = join(__dirname, "../..");
  const vitest = join(root, "node_modules/vitest/vitest.mjs");
  const config = join(root, "vitest.localstack.config.mts");
  const own = options.filter((option) => option !== optional);
  const { status } = spawnSync(process.execPath, [vitest, "run", "--config", config, ...own], { stdio: "inherit" });
  return status ?? 1;
}

main(process.argv.slice(2)).then((status) => {
  process.exitCode = status;
});
