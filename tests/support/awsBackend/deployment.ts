// A program that was deployed for a test, by whichever way.
import type { NewResource } from "@respool/simulator";
import type { AwsEndpoint } from "./clients";

/** What is deployed, and where. */
export interface DeploymentRequest {
  readonly endpoint: AwsEndpoint;
  /** The folder of Pulumi.yaml. */
  readonly directory: string;
  /** Another entry file than Pulumi.yaml's, absolute. */
  readonly main?: string;
  /** Unique among the deployments of the account: names of resources are made of it. */
  readonly stack: string;
  readonly config: Readonly<Record<string, string>>;
}

/** Changes the program's resources on their way, as a control does. */
export type Change = (resource: NewResource) => NewResource;

export interface Deployment {
  readonly outputs: Readonly<Record<string, string>>;
  /** Takes everything down again. */
  destroy(): Promise<void>;
}
