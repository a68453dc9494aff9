// JSON Web Tokens of user pools, as far as API Gateway looks at them. Nobody but the simulator can check the signature: it is an HMAC.
// https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-tokens-with-identity-providers.html
import { createHmac, timingSafeEqual } from "node:crypto";
import type { Json, JsonObject } from "../../json";

export type Claims = JsonObject;

function encoded(value: JsonObject): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}

function signature(content: string, issuer: string): Buffer {
  return createHmac("sha256", `user pool ${issuer}`).update(content).digest();
}

/** @param issuer the claim `iss`, which names the pool */
export function signedToken(issuer: string, claims: Claims): string {
  const content = `${encoded({ alg: "HS256", typ: "JWT" })}.${encoded({ ...claims, iss: issuer })}`;
  return `${content}.${signature(content, issuer).toString("base64url")}`;
}

/** The claims of a token that one of the issuers signed; undefined of anything else. */
export function readToken(token: string, issuers: readonly string[]): Claims | undefined {
  const [header = "", payload = "", given = "", ...rest] = token.split(".");
  if (rest.length > 0) return undefined;
  const claims = parsed(payload);
  const issuer = issuers.find((each) => each === claims?.iss);
  if (claims === undefined || issuer === undefined) return undefined;
  const expected = signature(`${header}.${payload}`, issuer);
  const sent = Buffer.from(given, "base64url");
  return sent.length === expected.length && timingSafeEqual(sent, expected) ? claims : undefined;
}

function parsed(payload: string): Claims | undefined {
  try {
    const value = JSON.parse(Buffer.from(payload, "base64url").toString("utf8")) as Json;
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
  } catch {
    return undefined;
  }
}
