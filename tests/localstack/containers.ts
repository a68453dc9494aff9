// The containers of a test run: LocalStack, and the payment provider beside it.
import { join } from "node:path";
import { LocalstackContainer } from "@testcontainers/localstack";
import { build } from "esbuild";
import { GenericContainer, getContainerRuntimeClient, type StartedTestContainer, Wait } from "testcontainers";
import { localstackImage, nodeImage } from "./images";

const providerPort = 8080;
const keptLines = 300;
/** LocalStack prints whole payloads. */
const keptCharacters = 500;

/** What LocalStack prints for a request that succeeded: too many to find anything else among them. */
const succeeded = / => 2\d\d$/;

/** The last lines that a container printed, for when something fails. */
export class ContainerLog {
  private readonly lines: string[] = [];

  constructor(private readonly title: string) {}

  readonly consume = (stream: NodeJS.ReadableStream): void => {
    stream.on("data", (data) => {
      const lines = String(data)
        .split("\n")
        .filter((line) => line !== "" && !succeeded.test(line));
      this.lines.push(...lines.map((line) => line.slice(0, keptCharacters)));
      this.lines.splice(0, this.lines.length - keptLines);
    });
  };

  print(): void {
    console.error(`\n== the last lines of ${this.title}\n${this.lines.join("\n")}\n`);
  }
}

/** @returns why no container can be started, in one line; undefined where an engine answers */
export async function engineProblem(): Promise<string | undefined> {
  try {
    await getContainerRuntimeClient();
    return undefined;
  } catch {
    return (
      "No container engine answers: install Docker Engine or Docker Desktop (https://docs.docker.com/get-docker/) and start it, " +
      "or give the address of a LocalStack that runs already in AWS_ENDPOINT_URL."
    );
  }
}

/** @returns the container, and where its AWS API answers */
export async function startLocalstack(log: ContainerLog): Promise<{ container: StartedTestContainer; url: string }> {
  const { info } = await getContainerRuntimeClient();
  const container = await new LocalstackContainer(localstackImage)
    // LocalStack starts a container for each environment of a function.
    .withBindMounts([{ source: info.containerRuntime.remoteSocketPath, target: "/var/run/docker.sock" }])
    .withEnvironment({
      // The functions are built for arm64; their code is JavaScript.
      LAMBDA_IGNORE_ARCHITECTURE: "1",
      // Many environments start at the same time, on few cores.
      LAMBDA_RUNTIME_ENVIRONMENT_TIMEOUT: "60",
      // One process answers them all. For seconds it may accept no connection; the SDK's three attempts end before that does.
      LAMBDA_DOCKER_FLAGS: "-e AWS_MAX_ATTEMPTS=10",
      // Seconds before the first retry of an asynchronous invocation, and half of those before the second: a minute on AWS.
      LAMBDA_RETRY_BASE_DELAY: "1",
      // With the default provider the first writes to a new table never reach its stream.
      PROVIDER_OVERRIDE_DYNAMODB: "v2",
      PROVIDER_OVERRIDE_DYNAMODBSTREAMS: "v2",
    })
    .withLogConsumer(log.consume)
    .start();
  return { container, url: container.getConnectionUri() };
}

/** @returns the container, and where it answers: the functions, and the tests */
export async function startProvider(
  log: ContainerLog,
): Promise<{ container: StartedTestContainer; url: string; controlUrl: string }> {
  const entry = join(__dirname, "../support/awsBackend/providerServer.ts");
  const bundled = await build({ entryPoints: [entry], bundle: true, platform: "node", write: false });
  const container = await new GenericContainer(nodeImage)
    .withCopyContentToContainer([{ content: bundled.outputFiles[0]?.text ?? "", target: "/tmp/provider.js" }])
    .withEntrypoint(["/var/lang/bin/node"])
    .withCommand(["/tmp/provider.js"])
    .withExposedPorts(providerPort)
    .withWaitStrategy(Wait.forLogMessage("the payment provider listens"))
    .withLogConsumer(log.consume)
    .start();
  // Functions and provider are on the engine's default network, where containers know each other by address only.
  const [network = ""] = container.getNetworkNames();
  return {
    container,
    url: `http://${container.getIpAddress(network)}:${providerPort}`,
    controlUrl: `http://${container.getHost()}:${container.getMappedPort(providerPort)}`,
  };
}
