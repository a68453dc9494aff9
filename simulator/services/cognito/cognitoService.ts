// Amazon Cognito's user pools, without users: a test says whom a token is for.
import { createHash } from "node:crypto";
import type { JsonObject } from "../../json";
import { AwsError, type Operation, type ResourceType, type Service } from "../../service";
import { arn, type World } from "../../world";
import { type Claims, readToken, signedToken } from "./tokens";

/** A token as a pool issues it to somebody who has signed in. */
export interface TokenRequest {
  readonly userPoolArn: string;
  /** The user's `sub`. */
  readonly subject: string;
  /** @default "id", an identity token */
  readonly use?: "id" | "access";
  /** Of an access token. @default none */
  readonly scopes?: readonly string[];
  /** Seconds. @default 3600 */
  readonly expiresIn?: number;
  /** Further claims. @default none */
  readonly claims?: JsonObject;
}

export class CognitoService implements Service {
  readonly name = "cognito-idp";
  readonly operations: Readonly<Record<string, Operation>> = {};
  readonly resourceTypes: Readonly<Record<string, ResourceType>>;
  private readonly pools = new Set<string>();

  constructor(private readonly world: World) {
    this.resourceTypes = { "aws:cognito/userPool:UserPool": this.userPoolType() };
  }

  /** @throws AwsError ResourceNotFoundException where there is no such pool */
  token({ userPoolArn, subject, use = "id", scopes = [], expiresIn = 3_600, claims = {} }: TokenRequest): string {
    if (!this.pools.has(userPoolArn)) {
      throw new AwsError("ResourceNotFoundException", `User pool ${userPoolArn.split("/")[1]} does not exist.`);
    }
    const now = Math.floor(this.world.clock.now / 1_000);
    const own = use === "access" ? { scope: scopes.join(" ") } : {};
    return signedToken(issuerOf(userPoolArn), {
      ...claims,
      ...own,
      sub: subject,
      token_use: use,
      iat: now,
      exp: now + expiresIn,
    });
  }

  /** The claims of a token that one of the pools issued, expired or not; undefined of anything else. */
  read(token: string, userPoolArns: readonly string[]): Claims | undefined {
    return readToken(token, userPoolArns.filter((pool) => this.pools.has(pool)).map(issuerOf));
  }

  private userPoolType(): ResourceType {
    const { world, pools } = this;
    return {
      knownArguments: ["name", "tags"],
      create(inputs, physicalName) {
        const name = typeof inputs.name === "string" ? inputs.name : physicalName;
        const digest = createHash("sha256").update(`${world.accountId} ${name} ${pools.size}`).digest("hex");
        const id = `${world.region}_${digest.slice(0, 9)}`;
        const poolArn = arn(world, "cognito-idp", `userpool/${id}`);
        pools.add(poolArn);
        const endpoint = issuerOf(poolArn).replace("https://", "");
        return { id, state: { ...inputs, name, arn: poolArn, endpoint, tagsAll: inputs.tags ?? {} } };
      },
    };
  }
}

function issuerOf(userPoolArn: string): string {
  const [, , , region = "", , resource = ""] = userPoolArn.split(":");
  return `https://cognito-idp.${region}.amazonaws.com/${resource.replace("userpool/", "")}`;
}
