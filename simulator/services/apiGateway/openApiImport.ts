// Imports an OpenAPI 3.0 document with API Gateway's extensions; what the simulator would not honour is refused by name.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions.html
import type { PolicyDocument } from "../../iam";
import type { Json, JsonObject } from "../../json";
import type { ApiDefinition, ApiMethod, RequiredParameter } from "./apiDefinition";
import { authorizerOf } from "./authorizers";
import { badRequest, unsupported } from "./errors";
import { functionArnOf } from "./functionArn";
import { readGatewayResponses } from "./gatewayResponses";
import { compileSchema } from "./jsonSchema";
import { isObject, listAt, objectAt, onlyKnown, onlyValue, textAt } from "./reading";

const extension = (name: string) => `x-amazon-apigateway-${name}`;

const rootMembers = [
  ...["openapi", "info", "paths", "components", "tags"],
  ...["request-validators", "request-validator", "gateway-responses", "policy"].map(extension),
];
const httpMethods = ["get", "put", "post", "delete", "options", "head", "patch"];
const operationMembers = [
  ...["operationId", "summary", "description", "tags", "parameters", "requestBody", "responses", "security"],
  ...["integration", "request-validator"].map(extension),
];
const integrationMembers = [
  "type",
  "httpMethod",
  "uri",
  "timeoutInMillis",
  "passthroughBehavior",
  "payloadFormatVersion",
];

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html */
const timeouts = { least: 50, most: 29_000 };

/** The root of the document, which its operations refer to. */
interface Root {
  readonly schemas: JsonObject;
  readonly securitySchemes: JsonObject;
  readonly validators: JsonObject;
  readonly validator: Json | undefined;
}

function parsed(text: string): JsonObject {
  try {
    return objectAt("body", JSON.parse(text) as Json);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw badRequest(`Unable to parse API definition because of a malformed body: ${error.message}`);
  }
}

function timeoutOf(where: string, value: Json | undefined): number {
  if (value === undefined) return timeouts.most;
  if (typeof value === "number" && value >= timeouts.least && value <= timeouts.most) return value;
  throw badRequest(
    `Timeout should be between ${timeouts.least} ms and ${timeouts.most} ms, got ${JSON.stringify(value)} in [${where}]`,
  );
}

function integrationOf(where: string, value: Json | undefined) {
  const integration = objectAt(where, value);
  onlyKnown(where, integration, integrationMembers);
  onlyValue(`${where}.type`, integration.type, ["aws_proxy"]);
  onlyValue(`${where}.payloadFormatVersion`, integration.payloadFormatVersion, ["1.0"]);
  // Lambda's API takes POST alone; AWS imports another method, and every call of it fails.
  onlyValue(`${where}.httpMethod`, integration.httpMethod, ["POST"]);
  return {
    functionArn: functionArnOf(`${where}.uri`, textAt(`${where}.uri`, integration.uri)),
    timeoutMilliseconds: timeoutOf(`${where}.timeoutInMillis`, integration.timeoutInMillis),
  };
}

/** Who may call a method; one scheme, as API Gateway has one authorizer a method. */
function authorizationOf(
  where: string,
  security: Json | undefined,
  { securitySchemes }: Root,
): Pick<ApiMethod, "authorization" | "authorizer" | "scopes"> {
  const required = listAt(where, security ?? []).flatMap((each) => Object.entries(objectAt(where, each)));
  const [first, second] = required;
  if (first === undefined) return { authorization: "NONE", authorizer: undefined, scopes: [] };
  if (second !== undefined) throw unsupported(where, security, "one scheme for a method");
  const [name, scopes] = first;
  const place = `components.securitySchemes.${name}`;
  const scheme = objectAt(place, securitySchemes[name]);
  if (scheme[extension("authorizer")] === undefined) {
    const type = scheme[extension("authtype")];
    if (type !== "awsSigv4") throw unsupported(`${place}.${extension("authtype")}`, type ?? null, '"awsSigv4"');
    return { authorization: "AWS_IAM", authorizer: undefined, scopes: [] };
  }
  const authorizer = authorizerOf(place, name, scheme);
  return {
    authorization: authorizer.type === "COGNITO_USER_POOLS" ? "COGNITO_USER_POOLS" : "CUSTOM",
    authorizer,
    scopes: listAt(`${where}.${name}`, scopes).map((scope) => textAt(`${where}.${name}`, scope)),
  };
}

function parameterOf(where: string, value: Json): RequiredParameter | undefined {
  const parameter = objectAt(where, value);
  onlyKnown(where, parameter, ["name", "in", "required", "schema", "description", "deprecated", "example"]);
  onlyValue(`${where}.in`, parameter.in, ["path", "query", "header"]);
  const name = textAt(`${where}.name`, parameter.name);
  return parameter.required === true ? { place: parameter.in as RequiredParameter["place"], name } : undefined;
}

function validatorOf(where: string, own: Json | undefined, root: Root) {
  const name = own ?? root.validator;
  if (name === undefined) return { body: false, parameters: false };
  const place = `x-amazon-apigateway-request-validators.${String(name)}`;
  const validator = root.validators[String(name)];
  if (validator === undefined)
    throw badRequest(`Invalid Request Validator identifier specified: "${String(name)}" in [${where}]`);
  const known = objectAt(place, validator);
  onlyKnown(place, known, ["validateRequestBody", "validateRequestParameters"]);
  return { body: known.validateRequestBody === true, parameters: known.validateRequestParameters === true };
}

function bodyOf(where: string, value: Json | undefined, root: Root): ApiMethod["body"] {
  if (value === undefined) return undefined;
  const body = objectAt(where, value);
  onlyKnown(where, body, ["required", "description", "content"]);
  const content = objectAt(`${where}.content`, body.content);
  onlyKnown(`${where}.content`, content, ["application/json"]);
  const place = `${where}.content.application/json`;
  const media = objectAt(place, content["application/json"]);
  onlyKnown(place, media, ["schema", "example"]);
  return compileSchema(`${place}.schema`, media.schema ?? {}, root.schemas);
}

function methodOf(httpMethod: string, resourcePath: string, value: Json | undefined, root: Root): ApiMethod {
  const where = `paths.${resourcePath}.${httpMethod}`;
  const given = objectAt(where, value);
  onlyKnown(where, given, operationMembers);
  const validator = validatorOf(where, given[extension("request-validator")], root);
  const parameters = listAt(`${where}.parameters`, given.parameters ?? [])
    .map((parameter, index) => parameterOf(`${where}.parameters[${index}]`, parameter))
    .filter((parameter) => parameter !== undefined);
  const body = bodyOf(`${where}.requestBody`, given.requestBody, root);
  return {
    httpMethod: httpMethod.toUpperCase(),
    resourcePath,
    ...authorizationOf(`${where}.security`, given.security, root),
    ...integrationOf(`${where}.${extension("integration")}`, given[extension("integration")]),
    requiredParameters: validator.parameters ? parameters : [],
    body: validator.body ? body : undefined,
  };
}

/**
 * @param text the document as JSON
 * @throws AwsError BadRequestException as AWS does, SimulatorUnsupportedArgument for what the simulator does not have
 */
export function importOpenApi(text: string): ApiDefinition {
  const document = parsed(text);
  onlyKnown("body", document, rootMembers);
  if (!/^3\.0\.\d+$/.test(String(document.openapi)))
    throw unsupported("body.openapi", document.openapi ?? null, "3.0.x");
  const components = objectAt("components", document.components ?? {});
  onlyKnown("components", components, ["schemas", "securitySchemes"]);
  const root: Root = {
    schemas: objectAt("components.schemas", components.schemas ?? {}),
    securitySchemes: objectAt("components.securitySchemes", components.securitySchemes ?? {}),
    validators: objectAt(extension("request-validators"), document[extension("request-validators")] ?? {}),
    validator: document[extension("request-validator")],
  };
  const methods = Object.entries(objectAt("paths", document.paths)).flatMap(([path, item]) => {
    const operations = objectAt(`paths.${path}`, item);
    onlyKnown(`paths.${path}`, operations, httpMethods);
    return Object.entries(operations).map(([method, operation]) => methodOf(method, path, operation, root));
  });
  const policy = document[extension("policy")];
  return {
    methods,
    gatewayResponses: readGatewayResponses(document[extension("gateway-responses")]),
    policy: isObject(policy) ? (policy as unknown as PolicyDocument) : undefined,
    document,
  };
}
